"""Who may assume which role: the local AWS decides as AWS would."""

import json

import botocore.exceptions
import pytest

from estate.local.session import session, web_identity_token

MANAGEMENT = "111111111111"
ORGANIZATION = "$organization"
EXTERNAL_ID = "5f3c2b1a"


@pytest.fixture(scope="module")
def accounts(server):
    """A small organization: `ci` and `workload`, with a role `pipeline` in `ci` that may assume anything."""
    server.reset()
    organizations = server.session().client("organizations")
    organization = organizations.create_organization()["Organization"]["Id"]
    ids = {}
    for name in ("ci", "workload"):
        status = organizations.create_account(Email=f"{name}@example.com", AccountName=name)
        ids[name] = status["CreateAccountStatus"]["AccountId"]
    ids["organization"] = organization
    iam = server.session(ids["ci"]).client("iam")
    for role in ("pipeline", "powerless"):
        _put_role(iam, role, {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"})
    _allow_assume(iam, "pipeline", "*")
    return ids


def _put_role(iam, name, principal, *, effect="Allow", action="sts:AssumeRole", condition=None):
    statement = {"Effect": effect, "Principal": principal, "Action": action}
    if condition:
        statement["Condition"] = condition
    document = {"Version": "2012-10-17", "Statement": [statement]}
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))
    return statement


def _allow_assume(iam, role, resource):
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": resource}
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    iam.put_role_policy(RoleName=role, PolicyName="assume", PolicyDocument=document)


def _filled(value, accounts):
    text = json.dumps(value)
    for name, account_id in accounts.items():
        text = text.replace(f"${name}", account_id)
    return json.loads(text)


TRUST = {
    "the caller's account": ({"AWS": "arn:aws:iam::$ci:root"}, None, {}, True),
    "the caller's account by its id": ({"AWS": "$ci"}, None, {}, True),
    "the caller's role": ({"AWS": "arn:aws:iam::$ci:role/pipeline"}, None, {}, True),
    "the caller's session": ({"AWS": "arn:aws:sts::$ci:assumed-role/pipeline/local"}, None, {}, True),
    "another session of the role": ({"AWS": "arn:aws:sts::$ci:assumed-role/pipeline/other"}, None, {}, False),
    "another role of the account": ({"AWS": "arn:aws:iam::$ci:role/other"}, None, {}, False),
    "another account": ({"AWS": "arn:aws:iam::$workload:root"}, None, {}, False),
    "the caller among others": ({"AWS": ["$workload", "arn:aws:iam::$ci:role/pipeline"]}, None, {}, True),
    "everybody": ({"AWS": "*"}, None, {}, True),
    "a service": ({"Service": "ec2.amazonaws.com"}, None, {}, False),
    "external id, right": (
        {"AWS": "$ci"},
        {"StringEquals": {"sts:ExternalId": EXTERNAL_ID}},
        {"ExternalId": EXTERNAL_ID},
        True,
    ),
    "external id, wrong": (
        {"AWS": "$ci"},
        {"StringEquals": {"sts:ExternalId": EXTERNAL_ID}},
        {"ExternalId": "other"},
        False,
    ),
    "external id, missing": ({"AWS": "$ci"}, {"StringEquals": {"sts:ExternalId": EXTERNAL_ID}}, {}, False),
    "organization, right": (
        {"AWS": "*"},
        {"StringEquals": {"aws:PrincipalOrgID": "$organization"}},
        {},
        True,
    ),
    "organization, wrong": ({"AWS": "*"}, {"StringEquals": {"aws:PrincipalOrgID": "o-aaaaaaaaaa"}}, {}, False),
    "organization path": (
        {"AWS": "*"},
        {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "$organization/r-*"}},
        {},
        True,
    ),
    "role by pattern, right": (
        {"AWS": "$ci"},
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::$ci:role/pipe*"}},
        {},
        True,
    ),
    "role by pattern, wrong": (
        {"AWS": "$ci"},
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::$ci:role/deploy*"}},
        {},
        False,
    ),
    "session name, wrong": (
        {"AWS": "$ci"},
        {"StringLike": {"sts:RoleSessionName": "terraform-*"}},
        {},
        False,
    ),
}


@pytest.mark.row("A2", "D4")
@pytest.mark.parametrize(("principal", "condition", "sent", "allowed"), TRUST.values(), ids=TRUST.keys())
def test_trust(server, accounts, principal, condition, sent, allowed, request):
    iam = server.session(accounts["workload"]).client("iam")
    name = f"target-{abs(hash(request.node.name))}"
    _put_role(iam, name, _filled(principal, accounts), condition=_filled(condition, accounts))
    sts = _pipeline(server, accounts).client("sts")
    arn = f"arn:aws:iam::{accounts['workload']}:role/{name}"
    if allowed:
        given = sts.assume_role(RoleArn=arn, RoleSessionName="session", **sent)
        assert given["AssumedRoleUser"]["Arn"].endswith(f":assumed-role/{name}/session")
    else:
        with pytest.raises(botocore.exceptions.ClientError, match=r"AccessDenied.*trust policy"):
            sts.assume_role(RoleArn=arn, RoleSessionName="session", **sent)


def _pipeline(server, accounts, role="pipeline"):
    return server.session(accounts["ci"], role=role)


@pytest.mark.row("D4")
def test_trust_alone_is_not_enough_from_another_account(server, accounts):
    iam = server.session(accounts["workload"]).client("iam")
    _put_role(iam, "double-opt-in", {"AWS": accounts["ci"]})
    target = {"RoleArn": f"arn:aws:iam::{accounts['workload']}:role/double-opt-in", "RoleSessionName": "s1"}
    powerless = _pipeline(server, accounts, "powerless").client("sts")
    with pytest.raises(botocore.exceptions.ClientError, match=r"AccessDenied.*no identity policy"):
        powerless.assume_role(**target)
    _allow_assume(server.session(accounts["ci"]).client("iam"), "powerless", target["RoleArn"])
    powerless.assume_role(**target)


def test_a_role_that_does_not_exist_is_not_assumed(server, accounts):
    sts = server.session().client("sts")
    arn = f"arn:aws:iam::{accounts['workload']}:role/nobody"
    with pytest.raises(botocore.exceptions.ClientError, match=r"AccessDenied.*does not exist"):
        sts.assume_role(RoleArn=arn, RoleSessionName="session")


def test_sessions_are_no_longer_than_the_role_allows(server, accounts):
    sts = server.session().client("sts")
    arn = f"arn:aws:iam::{accounts['workload']}:role/OrganizationAccountAccessRole"
    with pytest.raises(botocore.exceptions.ClientError, match="MaxSessionDuration"):
        sts.assume_role(RoleArn=arn, RoleSessionName="session", DurationSeconds=7200)


def test_unknown_keys_are_refused(server):
    foreign = session(server.endpoint, "AKIAIOSFODNN7EXAMPLE", "secret", region="us-east-1")
    with pytest.raises(botocore.exceptions.ClientError, match="InvalidClientTokenId"):
        foreign.client("sts").get_caller_identity()


GITHUB = "token.actions.githubusercontent.com"
SUBJECT = "repo:acme/infrastructure:ref:refs/heads/main"
OIDC = {
    "right": ({"sub": SUBJECT, "aud": "sts.amazonaws.com"}, None),
    "another branch": (
        {"sub": "repo:acme/infrastructure:ref:refs/heads/x", "aud": "sts.amazonaws.com"},
        "AccessDenied",
    ),
    "another owner": (
        {"sub": "repo:evil/infrastructure:ref:refs/heads/main", "aud": "sts.amazonaws.com"},
        "AccessDenied",
    ),
    "no subject": ({"aud": "sts.amazonaws.com"}, "AccessDenied"),
    "an audience that the provider does not know": ({"sub": SUBJECT, "aud": "other"}, "InvalidIdentityToken"),
    "another issuer": (
        {"sub": SUBJECT, "aud": "sts.amazonaws.com", "iss": "https://gitlab.example.com"},
        "InvalidIdentityToken",
    ),
    "a token of the past": ({"sub": SUBJECT, "aud": "sts.amazonaws.com", "exp": 1}, "ExpiredToken"),
}


@pytest.fixture(scope="module")
def oidc_role(server, accounts):
    iam = server.session(accounts["ci"]).client("iam")
    provider = iam.create_open_id_connect_provider(Url=f"https://{GITHUB}", ClientIDList=["sts.amazonaws.com"])
    condition = {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:sub": SUBJECT}}
    trusted = {"Federated": provider["OpenIDConnectProviderArn"]}
    _put_role(iam, "github", trusted, action="sts:AssumeRoleWithWebIdentity", condition=condition)
    return f"arn:aws:iam::{accounts['ci']}:role/github"


@pytest.mark.row("C4", "B2")
@pytest.mark.parametrize(("claims", "error"), OIDC.values(), ids=OIDC.keys())
def test_web_identity(server, oidc_role, claims, error):
    sts = server.session().client("sts")
    call = {"RoleArn": oidc_role, "RoleSessionName": "run-1"}
    token = web_identity_token(**{"iss": f"https://{GITHUB}", **claims})
    if error is None:
        given = sts.assume_role_with_web_identity(**call, WebIdentityToken=token)
        assert given["SubjectFromWebIdentityToken"] == SUBJECT
    else:
        with pytest.raises(botocore.exceptions.ClientError, match=error):
            sts.assume_role_with_web_identity(**call, WebIdentityToken=token)
