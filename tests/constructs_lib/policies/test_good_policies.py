"""Policies and trusts that are right, none of which may be refused; and those that are only warned about."""

import json

import pytest

from constructs_lib.policies import catalogue
from constructs_lib.policies.check import check_document
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.federation import check_oidc_provider
from constructs_lib.policies.findings import Severity
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.management import check_management
from constructs_lib.policies.roles import check_admin, check_session
from constructs_lib.policies.trust import Surroundings, check_trust

K = PolicyKind
GITHUB = "token.actions.githubusercontent.com"
ROLE = "arn:aws:iam::111122223333:role/ci"
ORGANIZATION = "o-abcdefghij"
TOKEN = "${TfToken[TOKEN.7]}"


def scp(action="s3:GetObject", resource="*", effect="Deny", **conditions):
    statement = {"Effect": effect, "Action": action, "Resource": resource}
    return statement | ({"Condition": conditions} if conditions else {})


def rcp(action="s3:*", **conditions):
    return scp(action, **conditions) | {"Principal": "*"}


def allows(action="s3:GetObject", resource="*", **conditions):
    return scp(action, resource, "Allow", **conditions)


def trust(principal, action="sts:AssumeRole", **conditions):
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return statement | ({"Condition": conditions} if conditions else {})


def resource(principal, action="s3:GetObject", arn="arn:aws:s3:::b/*", effect="Allow", **conditions):
    return scp(action, arn, effect, **conditions) | {"Principal": principal}


def oidc(host, sub, aud="sts.amazonaws.com", operator="StringLike", **more):
    arn = f"arn:aws:iam::111122223333:oidc-provider/{host}"
    conditions = {"StringEquals": {f"{host}:aud": aud}}
    conditions.setdefault(operator, {})[f"{host}:sub"] = sub
    return trust({"Federated": arn}, "sts:AssumeRoleWithWebIdentity", **conditions, **more)


GOOD = {
    "a key of a topic that EventBridge publishes to": (
        K.RESOURCE,
        resource({"Service": "events.amazonaws.com"}, ["kms:Decrypt", "kms:GenerateDataKey*"], "*"),
    ),
    # service control policies
    "deny one action": (K.SCP, scp("organizations:LeaveOrganization")),
    "deny everything": (K.SCP, scp("*")),
    "action in another case": (K.SCP, scp("S3:getobject")),
    "wildcard at the end": (K.SCP, scp("iam:Create*")),
    "wildcard in the middle": (K.SCP, scp("ec2:*Vpc*")),
    "question mark": (K.SCP, scp("s3:GetObjec?")),
    "allow with a condition": (K.SCP, scp(effect="Allow", StringEquals={"aws:RequestedRegion": "eu-west-1"})),
    "allow on a resource": (K.SCP, scp(resource="arn:aws:s3:::b/*", effect="Allow")),
    "allow all but": (K.SCP, {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),
    "not-resource": (K.SCP, {"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::own-*"}),
    "exempt principals": (K.SCP, scp(ArnNotLike={"aws:PrincipalArn": "arn:aws:iam::*:role/Admin"})),
    "govcloud resource": (K.SCP, scp(resource="arn:aws-us-gov:s3:::b/*")),
    "china resource": (K.SCP, scp(resource="arn:aws-cn:s3:::b/*")),
    "every known region": (K.SCP, scp(StringNotEquals={"aws:RequestedRegion": ["us-gov-west-1", "cn-north-1", "eu-south-2"]})),
    "region pattern": (K.SCP, scp(StringNotLike={"aws:RequestedRegion": "eu-*"})),
    "condition key in another case": (K.SCP, scp(StringEquals={"AWS:principalorgid": ORGANIZATION})),
    "tag keys": (K.SCP, scp("ec2:CreateTags", **{"ForAnyValue:StringEquals": {"aws:TagKeys": "Owner"}})),
    "request tag": (K.SCP, scp("ec2:CreateVolume", Null={"aws:RequestTag/Cost Center": "true"})),
    "organization paths": (
        K.SCP,
        scp(**{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORGANIZATION}/r-abcd/ou-abcd-12345678/*"}}),
    ),
    "all of the organization's paths": (K.SCP, scp(**{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORGANIZATION}/r-abcd/*"}})),
    "service's own key": (K.SCP, scp("ram:CreateResourceShare", Bool={"ram:RequestedAllowsExternalPrincipals": "true"})),
    "numeric": (K.SCP, scp("ec2:RunInstances", NumericLessThan={"ec2:RoleDelivery": "2.0"})),
    "date": (K.SCP, scp(DateGreaterThan={"aws:CurrentTime": "2027-01-31T00:00:00Z"})),
    "month": (K.SCP, scp(DateGreaterThan={"aws:CurrentTime": "2027-01"})),
    "year": (K.SCP, scp(DateLessThan={"aws:CurrentTime": "2027"})),
    "partial arn": (K.RCP, rcp("sqs:SendMessage", ArnNotLike={"aws:SourceArn": "arn:aws:sns"})),
    "european sovereign region": (K.SCP, scp(StringNotEquals={"aws:RequestedRegion": ["eusc-de-east-1", "us-iso-east-1"]})),
    "european sovereign arn": (K.SCP, scp(resource="arn:aws-eusc:sqs:eusc-de-east-1:111122223333:q", action="sqs:SendMessage")),
    "the whole organization by its path": (
        K.SCP,
        scp(**{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORGANIZATION}/*"}}),
    ),
    "epoch": (K.SCP, scp(DateGreaterThan={"aws:TokenIssueTime": "1700000000"})),
    "addresses": (
        K.SCP,
        scp(
            NotIpAddressIfExists={"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32", "198.51.100.7"]},
            BoolIfExists={"aws:ViaAWSService": "false"},
        ),
    ),
    "between two numbers": (
        K.SCP,
        scp("s3:ListBucket", NumericGreaterThan={"s3:max-keys": "10"}, NumericLessThan={"s3:max-keys": "12"}),
    ),
    "all but one of a pattern": (
        K.SCP,
        scp(StringLike={"aws:PrincipalTag/team": "a*"}, StringNotLike={"aws:PrincipalTag/team": ["ax", "a0*"]}),
    ),
    "absent or another": (
        K.SCP,
        scp(StringNotEquals={"aws:PrincipalTag/team": "a"}, StringNotLike={"aws:PrincipalTag/team": "b*"}),
    ),
    "all tags among some, if there are any": (
        K.SCP,
        scp("ec2:CreateTags", Null={"aws:TagKeys": "false"}, **{"ForAllValues:StringNotEquals": {"aws:TagKeys": "Owner"}}),
    ),
    # resource control policies
    "rcp on a service": (K.RCP, rcp(Bool={"aws:SecureTransport": "false"})),
    "rcp for own identities": (
        K.RCP,
        rcp(
            ["s3:*", "sts:AssumeRole"],
            StringNotEqualsIfExists={"aws:PrincipalOrgID": ORGANIZATION},
            BoolIfExists={"aws:PrincipalIsAWSService": "false"},
        ),
    ),
    "rcp on federation": (
        K.RCP,
        rcp("sts:AssumeRoleWithWebIdentity", StringNotLike={f"{GITHUB}:sub": "repo:acme/*"}, Null={f"{GITHUB}:sub": "false"}),
    ),
    "rcp on tags of sessions, as AWS's sample has it": (
        K.RCP,
        rcp(
            "sts:TagSession",
            Null={"SAML:aud": "true"},
            StringNotEqualsIfExists={"aws:PrincipalTag/team": "admin", "aws:PrincipalOrgID": ORGANIZATION},
            **{"ForAnyValue:StringLike": {"aws:TagKeys": ["dp:*", "team"]}},
        ),
    ),
    "rcp on what services do for others": (
        K.RCP,
        rcp(
            "sts:*",
            StringNotEqualsIfExists={"aws:PrincipalOrgID": ORGANIZATION},
            Null={"aws:SourceAccount": "false"},
            Bool={"aws:PrincipalIsAWSService": "true"},
        ),
    ),
    # identity policies
    "read objects": (K.IDENTITY, allows("s3:GetObject", "arn:aws:s3:::b/*")),
    "list a bucket": (K.IDENTITY, allows("s3:ListBucket", "arn:aws:s3:::b", StringLike={"s3:prefix": "home/${aws:username}/*"})),
    "policy variable in a resource": (K.IDENTITY, allows("s3:GetObject", "arn:aws:s3:::b/${aws:PrincipalTag/team}/*")),
    "assume a role": (K.INLINE, allows("sts:AssumeRole", "arn:aws:iam::*:role/TerraformExecutionRole")),
    "pass a role": (K.INLINE, allows("iam:PassRole", ROLE, StringEquals={"iam:PassedToService": "ec2.amazonaws.com"})),
    "lock a state": (K.INLINE, allows(["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"], "arn:aws:dynamodb:eu-west-1:111122223333:table/locks")),
    "token as resource": (K.IDENTITY, allows("s3:GetObject", TOKEN)),
    "token within an arn": (K.IDENTITY, allows("s3:GetObject", f"arn:aws:s3:::{TOKEN}/*")),
    "token as partition": (K.IDENTITY, allows("s3:GetObject", f"arn:{TOKEN}:s3:::b/*")),
    "aws managed policy's arn": (K.IDENTITY, allows("iam:GetPolicy", "arn:aws:iam::aws:policy/ReadOnlyAccess")),
    "encryption context": (K.IDENTITY, allows("kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/*", StringEquals={"kms:EncryptionContext:app": "x"})),
    "through a service": (K.IDENTITY, allows("kms:Decrypt", "*", StringEquals={"kms:ViaService": "s3.eu-west-1.amazonaws.com"})),
    "boundary": (K.BOUNDARY, allows(["s3:*", "ec2:*"])),
    "multi-factor": (K.IDENTITY, scp("iam:*", BoolIfExists={"aws:MultiFactorAuthPresent": "false"})),
    # trust policies
    "a role": (K.TRUST, trust({"AWS": ROLE})),
    "a role with a path": (K.TRUST, trust({"AWS": "arn:aws:iam::111122223333:role/ci/deploy"})),
    "an account with an external id": (K.TRUST, trust({"AWS": "111122223333"}, StringEquals={"sts:ExternalId": "f00"})),
    "an account for some roles": (
        K.TRUST,
        trust({"AWS": "arn:aws:iam::111122223333:root"}, ArnLike={"aws:PrincipalArn": "arn:aws:iam::111122223333:role/ci-*"}),
    ),
    "everybody in the organization": (K.TRUST, trust("*", StringEquals={"aws:PrincipalOrgID": ORGANIZATION})),
    "everybody of a name in the organization": (
        K.TRUST,
        trust({"AWS": "*"}, StringEquals={"aws:PrincipalOrgID": ORGANIZATION}, ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:role/ci"}),
    ),
    "a service": (K.TRUST, trust({"Service": "ec2.amazonaws.com"})),
    "a regional service": (K.TRUST, trust({"Service": "logs.eu-west-1.amazonaws.com"})),
    "two services": (K.TRUST, trust({"Service": ["lambda.amazonaws.com", "edgelambda.amazonaws.com"]})),
    "tags on the session": (K.TRUST, trust({"AWS": ROLE}, ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"])),
    "a token": (K.TRUST, trust({"AWS": TOKEN})),
    "pods": (K.TRUST, trust({"Service": "pods.eks.amazonaws.com"}, ["sts:AssumeRole", "sts:TagSession"])),
    "github branch": (K.TRUST, oidc(GITHUB, "repo:acme/app:ref:refs/heads/main")),
    "github environment": (K.TRUST, oidc(GITHUB, ["repo:acme/app:environment:production", "repo:acme@1/app@2:environment:production"])),
    "github pull requests": (K.TRUST, oidc(GITHUB, "repo:acme/app:pull_request")),
    "all repositories of an owner": (K.TRUST, oidc(GITHUB, "repo:acme/*")),
    "github with ids": (K.TRUST, oidc(GITHUB, "repo:acme@1234567/app@7654321:ref:refs/heads/main")),
    "gitlab branch": (K.TRUST, oidc("gitlab.com", "project_path:acme/app:ref_type:branch:ref:main", aud="https://gitlab.com")),
    "gitlab subgroup": (K.TRUST, oidc("gitlab.com", "project_path:acme/team/app:ref_type:tag:ref:v*", aud="https://gitlab.com")),
    "own gitlab": (K.TRUST, oidc("gitlab.example.com", "project_path:acme/app:ref_type:branch:ref:main", aud="aws")),
    "service account of a cluster": (
        K.TRUST,
        oidc("oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF", "system:serviceaccount:kube-system:dns"),
    ),
    "saml": (
        K.TRUST,
        trust(
            {"Federated": "arn:aws:iam::111122223333:saml-provider/idp"},
            ["sts:AssumeRoleWithSAML", "sts:TagSession"],
            StringEquals={"saml:aud": "https://signin.aws.amazon.com/saml"},
        ),
    ),
    "cognito": (
        K.TRUST,
        trust(
            {"Federated": "cognito-identity.amazonaws.com"},
            "sts:AssumeRoleWithWebIdentity",
            StringEquals={"cognito-identity.amazonaws.com:aud": "eu-west-1:00000000-0000-0000-0000-000000000000"},
            **{"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}},
        ),
    ),
    # resource policies
    "bucket for a role": (K.RESOURCE, resource({"AWS": ROLE})),
    "bucket for the organization": (K.RESOURCE, resource("*", StringEquals={"aws:PrincipalOrgID": ORGANIZATION})),
    "bucket for an endpoint": (K.RESOURCE, resource("*", StringEquals={"aws:SourceVpce": "vpce-0123456789abcdef0"})),
    "bucket for a trail": (
        K.RESOURCE,
        resource(
            {"Service": "cloudtrail.amazonaws.com"},
            "s3:PutObject",
            "arn:aws:s3:::logs/AWSLogs/*",
            StringEquals={"aws:SourceArn": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/organization"},
        ),
    ),
    "bucket by tls only": (K.RESOURCE, resource("*", "s3:*", ["arn:aws:s3:::b", "arn:aws:s3:::b/*"], "Deny", Bool={"aws:SecureTransport": "false"})),
    "key of an account": (K.RESOURCE, resource({"AWS": "arn:aws:iam::111122223333:root"}, "kms:*", "*")),
    "key for one log group": (
        K.RESOURCE,
        resource(
            {"Service": "logs.us-east-1.amazonaws.com"},
            "kms:GenerateDataKey*",
            "*",
            ArnLike={"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:111122223333:log-group:/aws/route53/*"},
        ),
    ),
    "grants of a key for a service's own use": (
        K.RESOURCE,
        resource(
            {"Service": "dnssec-route53.amazonaws.com"}, "kms:CreateGrant", "*", Bool={"kms:GrantIsForAWSResource": "true"}
        ),
    ),
    "topic for budgets": (
        K.RESOURCE,
        resource(
            {"Service": "budgets.amazonaws.com"},
            "sns:Publish",
            "arn:aws:sns:us-east-1:111122223333:budgets",
            StringEquals={"aws:SourceAccount": "111122223333"},
        ),
    ),
    "registry without resource": (
        K.RESOURCE,
        {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]},
    ),
    "distribution": (
        K.RESOURCE,
        resource({"Service": "cloudfront.amazonaws.com"}, StringEquals={"aws:SourceArn": "arn:aws:cloudfront::111122223333:distribution/E1"}),
    ),
    # forms that others publish
    "functions that everybody may call": (K.SCP, scp("lambda:AddPermission", StringEquals={"lambda:Principal": "*"})),
    "tag of a principal exempts": (K.SCP, scp("iam:CreateUser", StringNotLike={"aws:PrincipalTag/exempt": "true"})),
    "exempt by arn and by tag": (
        K.SCP,
        scp(
            "guardduty:DeleteDetector",
            ArnNotLike={"aws:PrincipalArn": ["arn:aws:iam::*:role/stacksets-exec-*", "arn:aws:iam::*:role/Admin"]},
            StringNotEquals={"aws:PrincipalTag/team": ["security", "platform"]},
        ),
    ),
    "exempt without a principal's arn": (K.SCP, scp(ArnNotLikeIfExists={"aws:PrincipalArn": "arn:aws:iam::*:role/aws:ec2-infrastructure"})),
    "network perimeter": (
        K.SCP,
        {
            "Effect": "Deny",
            "NotAction": ["es:ES*", "dax:GetItem", "elasticfilesystem:client*", "rds-db:connect"],
            "Resource": "*",
            "Condition": {
                "BoolIfExists": {"aws:ViaAWSService": "false"},
                "NotIpAddressIfExists": {"aws:SourceIp": ["203.0.113.0/24"]},
                "StringNotEqualsIfExists": {"aws:SourceVpc": ["vpc-1"], "aws:PrincipalTag/dp:exclude:network": "true"},
                "StringEquals": {"aws:PrincipalTag/dp:include:network": "true"},
            },
        },
    ),
    "network perimeter by endpoints": (
        K.RCP,
        rcp(
            ["kms:*", "s3:*", "sqs:*"],
            NotIpAddressIfExists={"aws:SourceIp": "203.0.113.0/24"},
            StringNotEqualsIfExists={"aws:VpceOrgID": ORGANIZATION, "aws:VpceAccount": ["111122223333"]},
            BoolIfExists={"aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false"},
        ),
    ),
    "regions of a vpc": (
        K.SCP,
        scp("*", StringEquals={"aws:SourceVpc": "vpc-1"}, StringNotEqualsIfExists={"aws:RequestedRegion": "eu-west-1"}),
    ),
    "confused deputies": (
        K.RCP,
        rcp(
            ["s3:*", "sts:*"],
            StringNotEqualsIfExists={"aws:SourceOrgID": ORGANIZATION, "aws:SourceAccount": ["111122223333"]},
            Null={"aws:SourceAccount": "false"},
            Bool={"aws:PrincipalIsAWSService": "true"},
        ),
    ),
    "other identity providers": (K.RCP, rcp("sts:AssumeRoleWithWebIdentity", Null={f"{GITHUB}:sub": "true", "gitlab.com:sub": "true"})),
    "resource tag exempts": (K.RCP, rcp("s3:*", StringNotEqualsIfExists={"aws:ResourceTag/dp:exclude:identity": "true"})),
    "own resources": (
        K.SCP,
        {
            "Effect": "Deny",
            "Action": "*",
            "NotResource": ["arn:aws:iam::aws:policy/*", "arn:aws:ssm:*::document/*", "arn:aws:ec2:*:aws:prefix-list/*"],
            "Condition": {"StringNotEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}},
        },
    ),
    "root but bucket policies": (
        K.SCP,
        {
            "Effect": "Deny",
            "NotAction": ["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"],
            "Resource": "*",
            "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}},
        },
    ),
    "root sessions spared": (
        K.SCP,
        scp("*", ArnLike={"aws:PrincipalArn": ["arn:aws:iam::*:root"]}, Null={"aws:AssumedRoot": "true"}),
    ),
    "trail of a name": (K.SCP, scp("cloudtrail:StopLogging", "arn:aws:cloudtrail:*:*:trail/organization")),
    "log group and its streams": (K.SCP, scp("logs:DeleteLogStream", "arn:aws:logs:*:*:log-group:org-*:log-stream:*")),
    "provider of identity center": (K.SCP, scp("iam:DeleteSAMLProvider", "arn:aws:iam::*:saml-provider/AWSSSO_*")),
    "service setting": (K.SCP, scp("ssm:UpdateServiceSetting", "arn:aws:ssm:*:*:servicesetting/ssm/documents/console/public-sharing-permission")),
    "instance types": (K.SCP, scp("ec2:RunInstances", "arn:aws:ec2:*:*:instance/*", StringNotLike={"ec2:InstanceType": ["t3.*", "m7g.*"]})),
    "public address": (K.SCP, scp("ec2:RunInstances", "arn:aws:ec2:*:*:network-interface/*", Bool={"ec2:AssociatePublicIpAddress": "true"})),
    "unencrypted volume": (K.SCP, scp("ec2:CreateVolume", "arn:aws:ec2:*:*:volume/*", Bool={"ec2:Encrypted": "false"})),
    "unencrypted database": (K.SCP, scp("rds:CreateDBInstance", Bool={"rds:StorageEncrypted": "false"})),
    "deletion window": (K.SCP, scp("kms:ScheduleKeyDeletion", NumericLessThan={"kms:ScheduleKeyDeletionPendingWindowInDays": "30"})),
    "function without vpc": (K.SCP, scp("lambda:CreateFunction", Null={"lambda:VpcIds": "true"})),
    "models but some": (
        K.SCP,
        {"Effect": "Deny", "Action": "bedrock:InvokeModel", "NotResource": "arn:aws:bedrock:*::foundation-model/anthropic.*"},
    ),
    "keys of one service": (
        K.SCP,
        scp(
            "iam:CreateServiceSpecificCredential",
            StringEquals={"iam:ServiceSpecificCredentialServiceName": "bedrock.amazonaws.com"},
            NumericGreaterThanEquals={"iam:ServiceSpecificCredentialAgeDays": "30"},
        ),
    ),
    "chat": (K.SCP, scp(["iam:CreateAccessKey", "sts:AssumeRole"], ArnLike={"aws:ChatbotSourceArn": "arn:aws:chatbot::*:*"})),
    "mail to strangers": (
        K.SCP,
        scp("ses:SendEmail", **{"ForAnyValue:StringNotLike": {"ses:Recipients": ["*@example.com"]}}, StringEquals={"ses:ApiVersion": "2"}),
    ),
    "tls of today": (K.RCP, rcp("s3:*", NumericLessThan={"s3:TlsVersion": "1.2"})),
    "age of a signature": (K.RCP, rcp("s3:*", NumericGreaterThan={"s3:signatureAge": "600000"})),
    "temporary until a day": (K.SCP, scp("ec2:*", DateLessThan={"aws:CurrentTime": "2027-06-30"})),
    "organization by its own variable": (K.RESOURCE, resource("*", StringEquals={"aws:PrincipalOrgID": "${aws:ResourceOrgID}"})),
    "bucket for a network": (K.RESOURCE, resource("*", IpAddress={"aws:SourceIp": ["203.0.113.0/24"]})),
    "bucket for an access point": (K.RESOURCE, resource("*", StringEquals={"s3:DataAccessPointAccount": "111122223333"})),
    "trust of a path of roles": (
        K.TRUST,
        trust({"AWS": "111122223333"}, ArnLike={"aws:PrincipalArn": "arn:aws:iam::111122223333:role/ci/*"}),
    ),
    "trust of an ou": (
        K.TRUST,
        trust("*", **{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORGANIZATION}/r-abcd/ou-abcd-11111111/*"}}),
    ),
}  # fmt: skip


def findings(kind, statement):
    document = PolicyDocument.from_json({"Version": "2012-10-17", "Statement": [statement]})
    found = check_document(document, kind, "example")
    return found + check_trust(document, kind, "example") if kind in (K.TRUST, K.RESOURCE) else found


@pytest.mark.parametrize(("kind", "statement"), GOOD.values(), ids=GOOD)
def test_good_policies_pass_without_a_word(kind, statement):
    assert [str(finding) for finding in findings(kind, statement)] == []


def test_there_are_many_good_policies():
    assert len(GOOD) >= 120


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov", "aws-cn"])
@pytest.mark.parametrize("name", catalogue.ENTRIES)
def test_the_catalogue_is_good(name, partition):
    entry = catalogue.ENTRIES[name]
    region = {"aws": "eu-central-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}[partition]
    example = {key: [region] if key.endswith("regions") else value for key, value in entry.example.items()}
    example = json.loads(json.dumps(example).replace("arn:aws:", f"arn:{partition}:"))
    guardrail = catalogue.build(name, example, partition=partition, organization_id=ORGANIZATION)
    found = check_document(guardrail.document, guardrail.kind, name)
    if not guardrail.kind.has_statements:
        found += check_management(guardrail.document, name)
    assert [str(finding) for finding in found] == []


WARNED = {
    "network without services": (K.SCP, scp(NotIpAddress={"aws:SourceIp": "203.0.113.0/24"}), "network-without-services"),
    "vpc without services": (K.RCP, rcp(StringNotEqualsIfExists={"aws:SourceVpc": "vpc-1"}), "network-without-services"),
    "private range": (
        K.SCP,
        scp(NotIpAddress={"aws:SourceIp": "10.0.0.0/8"}, BoolIfExists={"aws:ViaAWSService": "false"}),
        "private-source-ip",
    ),
    "all of nothing in a deny": (
        K.SCP, scp("ec2:CreateTags", **{"ForAllValues:StringEquals": {"aws:TagKeys": "Owner"}}), "for-all-values-deny"),
    "equal and not": (
        K.SCP,
        scp(StringEquals={"aws:PrincipalTag/team": "a"}, StringNotLike={"aws:PrincipalTag/team": "a*"}),
        "contradictory-conditions",
    ),
    "absent and equal": (
        K.SCP,
        scp(StringEquals={"aws:PrincipalTag/team": "a"}, Null={"aws:PrincipalTag/team": "true"}),
        "contradictory-conditions",
    ),
    "more than more and less than less": (
        K.SCP,
        scp("s3:ListBucket", NumericGreaterThan={"s3:max-keys": "10"}, NumericLessThan={"s3:max-keys": "5"}),
        "contradictory-conditions",
    ),
    "source in an scp": (K.SCP, scp(StringNotEquals={"aws:SourceAccount": "111122223333"}), "key-never-seen"),
    "service in an scp": (K.SCP, scp(Bool={"aws:PrincipalIsAWSService": "true"}), "key-never-seen"),
    "retired action": (K.SCP, scp("account:PutChallengeQuestions"), "unknown-action"),
    "unknown service": (K.SCP, scp("ec3:*"), "unknown-service"),
    "unknown service among those left out": (K.SCP, {"Effect": "Deny", "NotAction": ["iam:*", "ec3:*"], "Resource": "*"}, "unknown-service"),
    "wildcard that matches nothing in a deny": (K.RCP, rcp("s3:Delete*PublicAccessBlock"), "action-matches-nothing"),
    "what rcps do not bind": (K.RCP, rcp("kms:RetireGrant"), "never-bound"),
    "what nothing binds": (K.SCP, scp("sts:GetCallerIdentity"), "never-bound"),
    "a session's arn": (K.SCP, scp(ArnNotLike={"aws:PrincipalArn": "arn:aws:sts::*:assumed-role/x/*"}), "session-arn"),
    "every role exempt": (K.SCP, scp(ArnNotLike={"aws:PrincipalArn": "arn:aws:iam::*:role/*"}), "exempts-every-role"),
    "region that is none": (K.SCP, scp("sqs:SendMessage", "arn:aws:sqs:eu-centrl-1:*:q"), "unknown-region"),
    "naive region deny": (K.SCP, scp("*", StringNotEquals={"aws:RequestedRegion": "eu-central-1"}), "naive-region-deny"),
    "root sessions": (K.SCP, scp("*", ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:root"}), "deny-root-sessions"),
    "rcp that hits services": (K.RCP, rcp(StringNotEquals={"aws:PrincipalOrgID": ORGANIZATION}), "rcp-aws-services"),
    "object action on a bucket": (K.IDENTITY, allows("s3:GetObject", "arn:aws:s3:::b"), "action-without-resource"),
    "listing on an arn": (K.IDENTITY, allows("ec2:DescribeInstances", "arn:aws:ec2:*:*:instance/*"), "action-takes-no-resource"),
    "key of another service": (K.IDENTITY, allows("ec2:RunInstances", "*", StringEquals={"s3:prefix": "a"}), "condition-key-of-another-service"),
    "wildcard taken literally": (K.SCP, scp(StringEquals={"aws:PrincipalTag/team": "a*"}), "wildcard-literal"),
    "several values without a set operator": (K.SCP, scp("ec2:CreateTags", StringEquals={"aws:TagKeys": "a"}), "no-set-operator"),
    "set operator on one value": (K.SCP, scp(**{"ForAnyValue:StringEquals": {"aws:PrincipalTag/a": "b"}}), "set-operator-single-value"),
    "all of nothing": (K.IDENTITY, allows("ec2:CreateTags", "*", **{"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}), "for-all-values-allow"),
    "operator of another type": (K.SCP, scp(NumericEquals={"aws:SecureTransport": "1"}), "operator-type"),
    "old version": (K.SCP, scp(), "old-version"),
    "boundary that allows nothing": (K.BOUNDARY, scp(), "boundary-allows-nothing"),
    "allow all other resources": (K.IDENTITY, {"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::b"}, "allow-not-resource"),
    "deny all other principals": (
        K.RESOURCE,
        {"Effect": "Deny", "NotPrincipal": {"AWS": ROLE}, "Action": "s3:*", "Resource": "arn:aws:s3:::b"},
        "not-principal",
    ),
    "deleted principal": (K.TRUST, trust({"AWS": "AROAABCDEFGHIJKLMNOPQ"}), "principal-unique-id"),
    "all ways to assume": (K.TRUST, trust({"AWS": ROLE}, "sts:*"), "trust-wildcard"),
    "a whole account": (K.TRUST, trust({"AWS": "arn:aws:iam::111122223333:root"}), "whole-account"),
    "the keys of events, all that can be done with them": (K.RESOURCE, resource({"Service": "events.amazonaws.com"}, "kms:*", "*"), "confused-deputy"),
    "a service for anybody": (K.RESOURCE, resource({"Service": "sns.amazonaws.com"}), "confused-deputy"),
    "saml for any endpoint": (
        K.TRUST,
        trust({"Federated": "arn:aws:iam::111122223333:saml-provider/idp"}, "sts:AssumeRoleWithSAML"),
        "saml-audience",
    ),
    "github's own subject": (K.TRUST, oidc(GITHUB, "job_workflow_ref:acme/flows/x.yml@refs/heads/main"), "subject-custom"),
    "all visitors": (
        K.TRUST,
        trust(
            {"Federated": "accounts.google.com"},
            "sts:AssumeRoleWithWebIdentity",
            StringEquals={"accounts.google.com:aud": "app"},
        ),
        "no-subject",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "statement", "code"), WARNED.values(), ids=WARNED)
def test_what_is_probably_not_meant_is_warned_about(kind, statement, code):
    version = "2008-10-17" if code == "old-version" else "2012-10-17"
    document = PolicyDocument.from_json({"Version": version, "Statement": [statement]})
    found = check_document(document, kind, "example")
    found += check_trust(document, kind, "example") if kind in (K.TRUST, K.RESOURCE) else []
    assert [(finding.code, finding.severity) for finding in found] == [(code, Severity.WARN)]
    assert found[0].cure


def test_the_own_account_may_be_trusted_as_a_whole():
    document = PolicyDocument.from_json({"Version": "2012-10-17", "Statement": [trust({"AWS": "111122223333"})]})
    assert check_trust(document, surroundings=Surroundings(account="111122223333")) == []
    inside = Surroundings("444455556666", frozenset({"111122223333", "444455556666"}))
    assert "in the organization" in check_trust(document, surroundings=inside)[0].message
    outside = Surroundings("444455556666", frozenset({"444455556666"}))
    assert "outside the organization" in check_trust(document, surroundings=outside)[0].message


def test_another_organization_is_noticed():
    statement = trust("*", StringEquals={"aws:PrincipalOrgID": ORGANIZATION})
    document = PolicyDocument.from_json({"Version": "2012-10-17", "Statement": [statement]})
    assert check_trust(document, surroundings=Surroundings(organization_id=ORGANIZATION)) == []
    (finding,) = check_trust(document, surroundings=Surroundings(organization_id="o-zzzzzzzzzz"))
    assert finding.code == "foreign-organization"


def test_thumbprints_are_out_of_use_where_aws_knows_the_provider():
    assert check_oidc_provider("https://gitlab.example.com", ("00" * 20,)) == []
    assert check_oidc_provider("https://gitlab.com", ()) == []
    assert [f.code for f in check_oidc_provider(f"https://{GITHUB}", ("00" * 20,))] == ["thumbprint"]


def test_chained_sessions_last_an_hour():
    assert check_session(3600, chained=True) == []
    assert check_session(43_200, chained=False) == []
    assert [f.code for f in check_session(3601, chained=True)] == ["chained-session"]


def test_admins_need_a_boundary():
    admin = PolicyDocument.from_json({"Version": "2012-10-17", "Statement": [allows("*")]})
    assert check_admin(admin, has_boundary=True) == []
    assert [f.code for f in check_admin(admin, has_boundary=False)] == ["admin-without-boundary"]
    narrower = PolicyDocument.from_json({"Version": "2012-10-17", "Statement": [allows("s3:*")]})
    assert check_admin(narrower, has_boundary=False) == []
