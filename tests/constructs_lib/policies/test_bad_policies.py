"""Policies and trusts that are refused, each with its place and its cure."""

import pytest

from constructs_lib.policies.check import check_document, check_policy_type, check_size, measure
from constructs_lib.policies.document import PolicyDocument, allow, deny
from constructs_lib.policies.findings import Severity, refused
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.quotas import check_number, check_text, names, quota
from constructs_lib.policies.trust import check_trust

K = PolicyKind
GITHUB = "token.actions.githubusercontent.com"
GITHUB_ARN = f"arn:aws:iam::111122223333:oidc-provider/{GITHUB}"
GITLAB_ARN = "arn:aws:iam::111122223333:oidc-provider/gitlab.com"
ROLE = "arn:aws:iam::111122223333:role/ci"


def scp(action="s3:GetObject", **more):
    return {"Effect": "Deny", "Action": action, "Resource": "*", **more}


def rcp(action="s3:*", **more):
    return {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": "*", **more}


def identity(action="s3:GetObject", resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def trust(principal, action="sts:AssumeRole", **more):
    return {"Effect": "Allow", "Principal": principal, "Action": action, **more}


def bucket(principal, resource="arn:aws:s3:::b/*", **more):
    return {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": resource, **more}


def github(sub, *, aud="sts.amazonaws.com", sub_operator="StringLike", aud_operator="StringEquals"):
    conditions = {}
    if aud:
        conditions.setdefault(aud_operator, {})[f"{GITHUB}:aud"] = aud
    if sub:
        conditions.setdefault(sub_operator, {})[f"{GITHUB}:sub"] = sub
    return trust({"Federated": GITHUB_ARN}, "sts:AssumeRoleWithWebIdentity", Condition=conditions)


def gitlab(sub):
    conditions = {"StringEquals": {"gitlab.com:aud": "https://gitlab.com"}, "StringLike": {"gitlab.com:sub": sub}}
    return trust({"Federated": GITLAB_ARN}, "sts:AssumeRoleWithWebIdentity", Condition=conditions)


def given(operator, key, value):
    return {"Condition": {operator: {key: value}}}


# name: kind, statement, code, part of the cure
BAD = {
    # grammar
    "scp with a principal": (K.SCP, scp(Principal="*"), "principal", "aws:PrincipalArn"),
    "scp with a not-principal": (K.SCP, scp(NotPrincipal={"AWS": ROLE}), "principal", "Remove it"),
    "scp without resource": (K.SCP, {"Effect": "Deny", "Action": "s3:*"}, "no-resource", "'*'"),
    "scp without action": (K.SCP, {"Effect": "Deny", "Resource": "*"}, "no-action", "Name the actions"),
    "scp with action twice": (K.SCP, scp(NotAction="iam:*"), "action-twice", "Keep one"),
    "scp with resource twice": (K.SCP, scp(NotResource="arn:aws:s3:::b"), "resource-twice", "Keep one"),
    "sid with a dash": (K.SCP, scp(Sid="deny-it"), "sid-form", "letters and digits"),
    "rcp that allows": (K.RCP, rcp() | {"Effect": "Allow"}, "effect", "Deny"),
    "rcp without principal": (K.RCP, scp("s3:*"), "no-principal", "who it is for"),
    "rcp for one principal": (K.RCP, rcp(Principal={"AWS": ROLE}), "principal-not-star", "'*'"),
    "rcp with not-action": (K.RCP, {k: v for k, v in rcp(NotAction="s3:*").items() if k != "Action"}, "not-action", "Action"),
    "rcp with not-principal": (
        K.RCP,
        {"Effect": "Deny", "NotPrincipal": {"AWS": ROLE}, "Action": "s3:*", "Resource": "*"},
        "not-principal",
        "aws:PrincipalArn",
    ),
    "rcp on everything": (K.RCP, rcp("*"), "bare-star", "s3:*"),
    "rcp on a service without rcps": (K.RCP, rcp("ec2:*"), "rcp-service", "service control policy"),
    "rcp that stops federation": (
        K.RCP,
        rcp("sts:*", **given("StringNotEqualsIfExists", "aws:PrincipalOrgID", "o-abcdefghij")),
        "rcp-federation",
        "sts:AssumeRole",
    ),
    "identity policy with principal": (K.IDENTITY, identity(Principal="*"), "principal", "Remove it"),
    "identity policy without resource": (K.INLINE, {"Effect": "Allow", "Action": "s3:*"}, "no-resource", "'*'"),
    "boundary with principal": (K.BOUNDARY, identity(Principal="*"), "principal", "Remove it"),
    "trust with resource": (K.TRUST, trust({"AWS": ROLE}, Resource="*"), "resource", "Remove it"),
    "trust with not-principal": (
        K.TRUST,
        {"Effect": "Allow", "NotPrincipal": {"AWS": ROLE}, "Action": "sts:AssumeRole"},
        "not-principal",
        "aws:PrincipalArn",
    ),
    "trust without principal": (K.TRUST, {"Effect": "Allow", "Action": "sts:AssumeRole"}, "no-principal", "who it is"),
    "trust with not-action": (
        K.TRUST,
        {"Effect": "Allow", "Principal": {"AWS": ROLE}, "NotAction": "sts:AssumeRole"},
        "allow-not-action",
        "Action",
    ),
    "trust for another service's action": (K.TRUST, trust({"AWS": ROLE}, "s3:GetObject"), "trust-action", "sts:AssumeRole"),
    "resource policy that allows by not-principal": (
        K.RESOURCE,
        {"Effect": "Allow", "NotPrincipal": {"AWS": ROLE}, "Action": "s3:*", "Resource": "*"},
        "not-principal",
        "aws:PrincipalArn",
    ),
    # actions
    "unknown service": (K.SCP, scp("ec3:RunInstances", Effect="Allow"), "unknown-service", "Did you mean"),
    "unknown action": (K.IDENTITY, identity("ec2:RunInstance"), "unknown-action", "ec2:RunInstances"),
    "british spelling": (K.IDENTITY, identity("organizations:LeaveOrganisation"), "unknown-action", "organizations:LeaveOrganization"),
    "unknown not-action": (K.SCP, {"Effect": "Allow", "NotAction": "iam:GetRol", "Resource": "*"}, "unknown-action", "iam:GetRole"),
    "wildcard that matches nothing": (K.IDENTITY, identity("s3:Lst*"), "action-matches-nothing", "s3:List*"),
    "action with a dot": (K.IDENTITY, identity("s3.GetObject"), "action-form", "s3:GetObject"),
    "wildcard service": (K.IDENTITY, identity("s*:GetObject"), "action-service-wildcard", "Name each service"),
    # strangers, by every key
    "a role of a name anywhere": (K.TRUST, trust("*", **given("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/CiDeployer")), "everybody", "aws:PrincipalOrgID"),
    "accounts that begin so": (K.TRUST, trust("*", **given("StringLike", "aws:PrincipalAccount", "1*")), "everybody", "aws:PrincipalOrgID"),
    "any organization": (K.TRUST, trust("*", **given("StringLike", "aws:PrincipalOrgID", "o-*")), "everybody", "aws:PrincipalOrgID"),
    "any vpc": (K.RESOURCE, bucket("*", **given("StringLike", "aws:SourceVpc", "vpc-*")), "everybody", "aws:PrincipalOrgID"),
    "the whole internet": (K.RESOURCE, bucket("*", **given("IpAddress", "aws:SourceIp", "0.0.0.0/0")), "everybody", "aws:PrincipalOrgID"),
    "half of the internet": (K.RESOURCE, bucket("*", **given("IpAddress", "aws:SourceIp", "128.0.0.0/1")), "everybody", "aws:PrincipalOrgID"),
    "a tag that anybody can have": (K.RESOURCE, bucket("*", **given("StringEquals", "aws:PrincipalTag/team", "shop")), "everybody", "aws:PrincipalArn"),
    "a second factor": (K.TRUST, trust("*", **given("Bool", "aws:MultiFactorAuthPresent", "true")), "everybody", "aws:PrincipalArn"),
    "tls is nobody": (K.RESOURCE, bucket("*", **given("Bool", "aws:SecureTransport", "true")), "everybody", "aws:PrincipalArn"),
    "a bucket of a name like that": (K.RESOURCE, bucket("*", **given("ArnLike", "aws:SourceArn", "arn:aws:s3:::logs-*")), "everybody", "aws:PrincipalOrgID"),
    "a source of a service for a role": (K.TRUST, trust("*", **given("StringEquals", "aws:SourceAccount", "111122223333")), "everybody", "aws:PrincipalOrgID"),
    "a variable of the caller": (K.TRUST, trust("*", **given("StringEquals", "aws:PrincipalAccount", "${aws:PrincipalAccount}")), "everybody", "aws:PrincipalOrgID"),
    "month that is none": (K.SCP, scp(**given("DateGreaterThan", "aws:CurrentTime", "2027-13")), "condition-value", "a date"),
    "word as a number": (K.SCP, scp("s3:ListBucket", **given("NumericLessThan", "s3:max-keys", "ten")), "condition-value", "a number"),
    "bytes that are none": (K.SCP, scp(**given("BinaryEquals", "aws:PrincipalTag/x", "%%")), "condition-value", "base 64"),
    "partition in an arn": (K.IDENTITY, identity("iam:PassRole", "arn:awz:iam::111122223333:role/x"), "arn-partition", "'aws'"),
    "account in an arn": (K.IDENTITY, identity("iam:PassRole", "arn:aws:iam::1111:role/x"), "account-id", "12 digits"),
    # placeholders
    "placeholder of a template": (
        K.SCP,
        scp(**given("ArnNotLike", "aws:PrincipalArn", "arn:${PARTITION}:iam::*:role/${PREFIX}*")),
        "placeholder",
        "Put the value",
    ),
    "placeholder of an author": (
        K.SCP,
        scp(**given("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::<account>:role/[ROLE]")),
        "placeholder",
        "Put the value",
    ),
    "placeholder in an action": (K.SCP, scp("<service>:*"), "placeholder", "Put the value"),
    "placeholder in a resource": (K.IDENTITY, identity(resource="arn:aws:s3:::{bucket}/*"), "placeholder", "Put the value"),
    "placeholder in a principal": (K.TRUST, trust({"AWS": "arn:aws:iam::{{account}}:root"}), "placeholder", "Put the value"),
    "placeholder as a key": (K.SCP, scp(**given("StringEquals", "<provider>:sub", "x")), "placeholder", "Put the value"),
    # arns in conditions
    "short account in a condition": (
        K.SCP, scp(**given("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::12345:role/x")), "account-id", "12 digits"),
    "partition in a condition": (
        K.SCP, scp(**given("ArnNotLike", "aws:PrincipalArn", "arn:asw:iam::*:role/x")), "arn-partition", "'aws'"),
    "partition in a text condition": (
        K.SCP, scp(**given("StringNotLike", "aws:PrincipalArn", "arn:asw:iam::*:role/x")), "arn-partition", "'aws'"),
    "region of a role": (
        K.SCP, scp(**given("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam:eu-west-1:*:role/x")), "arn-region", "empty"),
    "region of a role as resource": (
        K.IDENTITY, identity("iam:PassRole", "arn:aws:iam:eu-west-1:111122223333:role/x"), "arn-region", "empty"),
    "everybody exempt": (
        K.SCP, scp(**given("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:*")), "exempts-everybody", "Name the roles"),
    "everybody exempt by a star": (
        K.SCP, scp(**given("StringNotLike", "aws:PrincipalArn", ["arn:aws:iam::*:role/x", "*"])), "exempts-everybody", "roles"),
    # conditions
    "unknown operator": (K.SCP, scp(**given("StringEqual", "aws:RequestedRegion", "eu-west-1")), "unknown-operator", "StringEquals"),
    "operator in lower case": (K.SCP, scp(**given("bool", "aws:SecureTransport", "true")), "unknown-operator", "Bool"),
    "null if exists": (K.SCP, scp(**given("NullIfExists", "aws:TagKeys", "true")), "unknown-operator", "Did you mean"),
    "unknown global key": (K.SCP, scp(**given("StringEquals", "aws:PrincipalOrgld", "o-abcdefghij")), "unknown-condition-key", "aws:PrincipalOrgID"),
    "unknown service key": (K.SCP, scp("s3:ListBucket", **given("StringLike", "s3:prefx", "a/*")), "unknown-condition-key", "s3:prefix"),
    "bool that is no bool": (K.SCP, scp(**given("Bool", "aws:SecureTransport", "no")), "condition-value", "true or false"),
    "null that is no bool": (K.SCP, scp(**given("Null", "aws:TagKeys", "absent")), "condition-value", "absent"),
    "number that is none": (K.SCP, scp("s3:ListBucket", **given("NumericLessThan", "s3:max-keys", "ten")), "condition-value", "a number"),
    "date that is none": (K.SCP, scp(**given("DateGreaterThan", "aws:CurrentTime", "tomorrow")), "condition-value", "2027-01-31"),
    "address that is none": (K.SCP, scp(**given("IpAddress", "aws:SourceIp", "10.0.0.0/33")), "condition-value", "CIDR"),
    "arn that is none": (K.SCP, scp(**given("ArnLike", "aws:PrincipalArn", "role/admin")), "condition-value", "six parts"),
    "account id of 11 digits": (K.SCP, scp(**given("StringEquals", "aws:PrincipalAccount", "12345678901")), "account-id", "12 digits"),
    "organization id without o-": (K.SCP, scp(**given("StringNotEquals", "aws:ResourceOrgID", "abcdefghij")), "organization-id", "o-"),
    "organization path without its end": (
        K.SCP,
        scp(**given("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-abcdefghij/r-abcd/ou-abcd-12345678")),
        "organization-path",
        "last slash",
    ),
    "unknown region": (K.SCP, scp(**given("StringNotEquals", "aws:RequestedRegion", "eu-cental-1")), "unknown-region", "eu-central-1"),
    "condition without a value": (K.SCP, scp(**given("StringEquals", "aws:RequestedRegion", [])), "empty-condition", "Give one"),
    # resources
    "resource that is no arn": (K.IDENTITY, identity(resource="my-bucket"), "arn-form", "arn:partition"),
    "arn of unknown partition": (K.IDENTITY, identity(resource="arn:aws-gov:s3:::b/*"), "arn-partition", "aws-us-gov"),
    "arn with 13 digits": (K.IDENTITY, identity("sqs:SendMessage", "arn:aws:sqs:eu-west-1:1234567890123:q"), "account-id", "12 digits"),
    "arn without service": (K.IDENTITY, identity(resource="arn:aws::eu-west-1:111122223333:x"), "arn-form", "service"),
    # principals
    "principal of 13 digits": (K.TRUST, trust({"AWS": "1111222233334"}), "account-id", "12 digits"),
    "principal arn with 11 digits": (K.TRUST, trust({"AWS": "arn:aws:iam::11112222333:root"}), "account-id", "12 digits"),
    "principal with a wildcard": (K.TRUST, trust({"AWS": "arn:aws:iam::111122223333:role/*"}), "principal-wildcard", "ArnLike"),
    "group as principal": (K.TRUST, trust({"AWS": "arn:aws:iam::111122223333:group/admins"}), "principal-group", "role"),
    "principal of another service": (K.TRUST, trust({"AWS": "arn:aws:s3:::bucket"}), "principal-form", "role"),
    "unknown principal type": (K.TRUST, trust({"Aws": ROLE}), "principal-type", "AWS"),
    "no principal in the list": (K.TRUST, trust({"AWS": []}), "empty-principal", "Name one"),
    "every service": (K.TRUST, trust({"Service": "*"}), "principal-service-star", "Name the service"),
    "service without its domain": (K.TRUST, trust({"Service": "ec2"}), "principal-service", "ec2.amazonaws.com"),
    "federated by name": (K.TRUST, trust({"Federated": "github"}, "sts:AssumeRoleWithWebIdentity"), "principal-federated", "oidc-provider"),
    "access key in a policy": (K.SCP, scp(**given("StringEquals", "aws:userid", "AKIAIOSFODNN7EXAMPLE")), "access-key", "revoke"),
    # whom a policy lets in
    "everybody may assume": (K.TRUST, trust("*"), "everybody", "aws:PrincipalOrgID"),
    "everybody as AWS": (K.TRUST, trust({"AWS": "*"}), "everybody", "aws:PrincipalArn"),
    "everybody with an external id": (K.TRUST, trust("*", **given("StringEquals", "sts:ExternalId", "secret")), "everybody", "Name the principals"),
    "everybody but one": (K.TRUST, trust("*", **given("StringNotEquals", "aws:PrincipalOrgID", "o-abcdefghij")), "everybody", "aws:PrincipalOrgID"),
    "everybody if the key is there": (K.TRUST, trust("*", **given("StringEqualsIfExists", "aws:PrincipalOrgID", "o-abcdefghij")), "everybody", "aws:PrincipalOrgID"),
    "everybody whose arn is like anything": (K.TRUST, trust("*", **given("StringLike", "aws:PrincipalArn", "*")), "everybody", "aws:PrincipalArn"),
    "public bucket": (K.RESOURCE, bucket("*"), "everybody", "Name the principals"),
    "oidc without audience": (K.TRUST, github("repo:acme/app:*", aud=None), "no-audience", "sts.amazonaws.com"),
    "oidc without subject": (K.TRUST, github(None), "no-subject", f"{GITHUB}:sub"),
    "oidc without anything": (K.TRUST, trust({"Federated": GITHUB_ARN}, "sts:AssumeRoleWithWebIdentity"), "no-subject", "sub"),
    "github owner without slash": (K.TRUST, github("repo:acme*"), "subject-owner", "repo:acme/REPO"),
    "github owner with ids without slash": (K.TRUST, github("repo:acme@123*"), "subject-owner", "repo:acme@123/REPO"),
    "github owner by question marks": (K.TRUST, github("repo:acm?/app:*"), "subject-owner", "repo:"),
    "every github repository": (K.TRUST, github("repo:*"), "subject-owner", "repo:"),
    "every github subject": (K.TRUST, github("*"), "subject-everybody", "Name the owner"),
    "github subject after a wildcard": (K.TRUST, github("*:acme/app:*"), "subject-everybody", "repo:OWNER/REPO"),
    "for all values of sub": (K.TRUST, github("repo:acme/app:*", sub_operator="ForAllValues:StringLike"), "claim-absent", "StringLike"),
    "sub if it exists": (K.TRUST, github("repo:acme/app:*", sub_operator="StringLikeIfExists"), "claim-absent", "StringLike"),
    "aud if it exists": (K.TRUST, github("repo:acme/app:*", aud_operator="StringEqualsIfExists"), "claim-absent", "StringEquals"),
    "literal wildcard in sub": (K.TRUST, github("repo:acme/app:*", sub_operator="StringEquals"), "claim-literal", "StringLike"),
    "literal question mark in aud": (K.TRUST, github("repo:acme/app:*", aud="sts.amazonaws.co?"), "claim-literal", "StringLike"),
    "wildcard audience": (K.TRUST, github("repo:acme/app:*", aud="*", aud_operator="StringLike"), "audience-wildcard", "exactly"),
    "all subjects but one": (K.TRUST, github("repo:evil/app:*", sub_operator="StringNotLike"), "claim-negated", "StringLike"),
    "oidc through AssumeRole": (K.TRUST, trust({"Federated": GITHUB_ARN}), "oidc-action", "AssumeRoleWithWebIdentity"),
    "gitlab group without slash": (K.TRUST, gitlab("project_path:acme*"), "subject-owner", "project_path:acme/PROJECT"),
    "gitlab subject in github's form": (K.TRUST, gitlab("repo:acme/app:ref:refs/heads/main"), "subject-form", "project_path"),
    "gitlab subject without ref": (K.TRUST, gitlab("project_path:acme/app"), "subject-form", "ref_type"),
    "every gitlab project": (K.TRUST, gitlab("*"), "subject-everybody", "Name the owner"),
}  # fmt: skip


def findings(kind, statement, name="example"):
    document = PolicyDocument.from_json({"Version": "2012-10-17", "Statement": [scp_free(kind), statement]})
    found = check_document(document, kind, name)
    return found + check_trust(document, kind, name) if kind in (K.TRUST, K.RESOURCE) else found


def scp_free(kind):
    """A harmless first statement, so that the place of a finding is worth something."""
    return {
        K.SCP: scp(),
        K.RCP: rcp(**given("Bool", "aws:SecureTransport", "false")),
        K.TRUST: trust({"Service": "ec2.amazonaws.com"}),
        K.RESOURCE: bucket({"AWS": ROLE}),
    }.get(kind, identity())


@pytest.mark.parametrize(("kind", "statement", "code", "cure"), BAD.values(), ids=BAD)
def test_bad_policies_are_refused_with_place_and_cure(kind, statement, code, cure):
    found = [finding for finding in refused(findings(kind, statement)) if finding.code == code]
    assert found, [str(finding) for finding in findings(kind, statement)]
    assert cure in found[0].cure
    assert found[0].policy == "example"
    if code != "access-key":  # which may be anywhere
        assert found[0].statement == 1
    assert "policy 'example'" in str(found[0])


def test_there_are_many_bad_policies():
    assert len(BAD) >= 120


def test_a_document_is_judged_as_a_whole():
    empty = PolicyDocument(())
    assert [finding.code for finding in check_document(empty, K.SCP)] == ["no-statement"]
    twice = PolicyDocument.of(deny("s3:GetObject", "*", sid="A"), deny("s3:PutObject", "*", sid="A"))
    assert [finding.code for finding in check_document(twice, K.SCP)] == ["sid-twice"]
    old = PolicyDocument((allow("s3:GetObject", "arn:aws:s3:::b/${aws:username}/*"),), "2008-10-17")
    assert [(f.code, f.severity) for f in check_document(old, K.IDENTITY)] == [("old-version", Severity.REFUSE)]


@pytest.mark.parametrize("kind", [kind for kind in PolicyKind if kind.has_statements])
def test_sizes_are_measured_in_emitted_bytes(kind):
    limit = quota(f"{kind}.size").limit
    frame = len(PolicyDocument.of(deny("s3:GetObject", "", sid="x")).to_json().encode())
    fits = PolicyDocument.of(deny("s3:GetObject", "a" * (limit - frame), sid="x"))
    assert len(fits.to_json().encode()) == limit
    assert check_size(fits, kind) == []
    (finding,) = check_size(PolicyDocument.of(deny("s3:GetObject", "a" * (limit - frame + 1), sid="x")), kind)
    assert (finding.measured, finding.limit) == (limit + 1, limit)


def test_bytes_are_counted_not_characters():
    document = PolicyDocument.of(deny("s3:GetObject", "ä" * 5000))
    assert check_size(document, K.SCP) == []
    assert check_size(PolicyDocument.of(deny("s3:GetObject", "ä" * 5200)), K.SCP)
    assert check_size(document, K.RESOURCE, limit=4096)[0].limit == 4096


@pytest.mark.parametrize(
    ("text", "bytes_"),
    [
        ("${TfToken[TOKEN.12]}", 128),
        ("arn:${aws_x.y.partition}:iam::${data.aws_caller_identity.me.account_id}:root", 4 + 10 + 6 + 12 + 5),
        ("${aws:username}", 15),
    ],
)
def test_what_terraform_fills_in_counts_at_its_longest(text, bytes_):
    assert measure(text) == bytes_


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("policy.name", "", "policy.name-length"),
        ("policy.name", "x" * 129, "policy.name-length"),
        ("policy.description", "x" * 513, "policy.description-length"),
        ("ou.name", "x" * 129, "ou.name-length"),
        ("account.name", "x" * 51, "account.name-length"),
        ("account.name", "Größe", "account.name-form"),
        ("account.email", "a@b.c" + "x" * 60, "account.email-length"),
        ("account.email", "nobody", "account.email-form"),
        ("role.name", "x" * 65, "role.name-length"),
        ("role.name", "a role", "role.name-form"),
        ("permission-set.name", "x" * 33, "permission-set.name-length"),
        ("external-id", "x", "external-id-length"),
        ("external-id", "a b", "external-id-form"),
        ("session.name", "x", "session.name-length"),
        ("organization.id", "o-ABCDEFGHIJ", "organization.id-form"),
        ("root.id", "r-ABCD", "root.id-form"),
        ("ou.id", "ou-abcd-1234567", "ou.id-length"),
        ("account.id", "12345678901", "account.id-length"),
        ("account.id", "1234567890123", "account.id-length"),
        ("account.id", "12345678901a", "account.id-form"),
        ("account.id", "١٢٣٤٥٦٧٨٩٠١٢", "account.id-form"),
    ],
)
def test_names_and_ids_match_as_a_whole(name, value, code):
    (finding,) = check_text(name, value)
    assert finding.code == code
    assert finding.cure
    assert check_text(name, "${TfToken[TOKEN.1]}") == []


@pytest.mark.parametrize(
    ("name", "value"), [("session.duration", 3599), ("session.duration", 86400), ("chained-session.duration", 7200)]
)
def test_durations_have_limits(name, value):
    (finding,) = check_number(name, value)
    assert finding.measured == value
    assert check_number(name, 3600) == []


@pytest.mark.parametrize("name", names())
def test_every_quota_has_date_and_source(name):
    found = quota(name)
    assert found.as_of.startswith("2026-")
    assert found.source.startswith(("https://docs.aws.amazon.com/", "https://github.com/boto/botocore/"))
    assert (found.pattern is None) == (found.means is None)


@pytest.mark.parametrize(
    ("type_", "version", "cure"),
    [
        ("S3_POLICY", "5.100.0", "6.26.0"),
        ("INSPECTOR_POLICY", "6.22.0", "6.24.0"),
        ("GUARDDUTY_POLICY", "6.99.0", "No provider version"),
        ("TAGS_POLICY", "5.100.0", "TAG_POLICY"),
    ],
)
def test_policy_types_need_a_provider_that_knows_them(type_, version, cure):
    (finding,) = check_policy_type(type_, version)
    assert finding.severity is Severity.REFUSE
    assert cure in finding.cure


@pytest.mark.parametrize("kind", [kind for kind in PolicyKind if kind.terraform_type])
def test_the_pinned_provider_takes_all_kinds(kind):
    assert check_policy_type(kind.terraform_type, "5.100.0") == []
