"""What is refused and what is warned about, by this library's constructs and in users' own resources alike."""

import json

import pytest
from cdktf import App, TerraformStack
from cdktf_cdktf_provider_aws.iam_openid_connect_provider import IamOpenidConnectProvider
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from cdktf_cdktf_provider_aws.organizations_organization import OrganizationsOrganization
from cdktf_cdktf_provider_aws.organizations_policy import OrganizationsPolicy
from cdktf_cdktf_provider_aws.organizations_policy_attachment import OrganizationsPolicyAttachment
from cdktf_cdktf_provider_aws.provider import AwsProvider

from constructs_lib import (
    CiRoleConstruct,
    CrossAccountAccess,
    CrossAccountRoleConstruct,
    OidcProviderConstruct,
    PolicyDocument,
    allow,
    github_subject,
)
from constructs_lib.ci.oidc_subject import GITHUB, OidcSubject
from constructs_lib.iam.policy_lint import lint_policies

pytestmark = pytest.mark.row("A2", "C12", "D4")

HOME = "111122223333"
STRANGER = "999922223333"
PIPELINE = f"arn:aws:iam::{HOME}:role/ci"
ADMINISTRATOR = {"administrator": "arn:aws:iam::aws:policy/AdministratorAccess"}
READ_ONLY = {"read": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
AUD = {f"{GITHUB}:aud": "sts.amazonaws.com"}
MAIN = "repo:acme/infra:ref:refs/heads/main"


def policy(statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(principal, action="sts:AssumeRole", **more):
    return {"Effect": "Allow", "Principal": principal, "Action": action, **more}


def pipeline(**conditions):
    provider = {"Federated": f"arn:aws:iam::{HOME}:oidc-provider/{GITHUB}"}
    named = {name.replace("_", ":"): keys for name, keys in conditions.items()}
    return trust(provider, "sts:AssumeRoleWithWebIdentity", Condition=named)


def sub(subject):
    return {f"{GITHUB}:sub": subject}


REFUSED = {
    "everybody": (trust("*"), "add a condition on aws:PrincipalOrgID or aws:PrincipalArn"),
    "not-principal": ({"Effect": "Allow", "NotPrincipal": {"AWS": PIPELINE}, "Action": "sts:AssumeRole"}, "Use Principal"),
    "resource": (trust({"AWS": PIPELINE}, Resource="*"), "A trust policy takes no Resource"),
    "no-audience": (pipeline(StringEquals=sub(MAIN)), f"Add StringEquals {GITHUB}:aud"),
    "no-subject": (pipeline(StringEquals=AUD), f"Add StringEquals or StringLike {GITHUB}:sub"),
    "owner-prefix": (pipeline(StringEquals=AUD, StringLike=sub("repo:acme*")), "Write repo:acme/REPO:…"),
    "every-repository": (pipeline(StringEquals=AUD, StringLike=sub("repo:*")), "Write repo:OWNER/REPO:…"),
    "for-all-values": (pipeline(StringEquals=AUD, ForAllValues_StringLike=sub(MAIN)), "Write StringLike."),
    "subject-if-exists": (pipeline(StringEquals=AUD, StringLikeIfExists=sub(MAIN)), "Write StringLike."),
    "audience-if-exists": (pipeline(StringEquals=sub(MAIN), StringEqualsIfExists=AUD), "Write StringEquals."),
    "literal-star": (pipeline(StringEquals=AUD | sub("repo:acme/infra:*")), "Write StringLike."),
    "literal-question-mark": (pipeline(StringEquals=AUD | sub("repo:acme/infra:ref:refs/heads/mai?")), "Write StringLike."),
    "access-key": (
        trust({"AWS": PIPELINE}, Condition={"StringEquals": {"sts:ExternalId": "AKIAIOSFODNN7EXAMPLE"}}),
        "Remove it, and revoke the key.",
    ),
    "unknown-action": (trust({"AWS": PIPELINE}, "sts:AsumeRole"), "Did you mean 'sts:AssumeRole'?"),
    "unknown-key": (
        trust({"AWS": PIPELINE}, Condition={"StringEquals": {"aws:PrincipalOrgId2": "o-abcdefghij"}}),
        "Did you mean 'aws:PrincipalOrgID'?",
    ),
    "unknown-operator": (
        trust({"AWS": PIPELINE}, Condition={"StringEqual": {"sts:ExternalId": "abc"}}),
        "Did you mean 'StringEquals'?",
    ),
    "eleven-digits": (trust({"AWS": f"arn:aws:iam::{HOME[1:]}:root"}), "exactly 12 digits"),
    "thirteen-digits": (trust({"AWS": f"{HOME}4"}), "exactly 12 digits"),
}  # fmt: skip


@pytest.fixture
def app(tmp_path):
    return App(outdir=str(tmp_path))


@pytest.fixture
def stack(app):
    stack = TerraformStack(app, "users")
    AwsProvider(stack, "aws", region="eu-west-1", allowed_account_ids=[HOME])
    return stack


def synth(app, tmp_path):
    """Synthesize; what was warned about."""
    lint_policies(app, accounts=[HOME, "444455556666"], organization_id="o-abcdefghij")
    app.synth()
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    return [found["message"] for found in manifest["stacks"]["users"].get("annotations", [])]


def test_roles_that_users_write_themselves_are_refused_each_with_place_and_cure(app, stack, tmp_path):
    for name, (statement, _) in REFUSED.items():
        IamRole(stack, name, assume_role_policy=policy(statement))
    with pytest.raises(RuntimeError) as refused:
        synth(app, tmp_path)
    said = str(refused.value).splitlines()
    for name, (_, cure) in REFUSED.items():
        assert [line for line in said if f"'users:aws_iam_role.{name}'" in line and cure in line], name


def test_what_is_doubtful_in_users_own_resources_is_warned_about(app, stack, tmp_path):
    IamRole(stack, "account", assume_role_policy=policy(trust({"AWS": f"arn:aws:iam::{STRANGER}:root"})))
    admin = IamRole(stack, "admin", assume_role_policy=policy(trust({"Service": "ec2.amazonaws.com"})))
    IamRolePolicyAttachment(stack, "all", role=admin.name, policy_arn=ADMINISTRATOR["administrator"])
    IamRole(stack, "long", assume_role_policy=policy(trust({"AWS": PIPELINE})), max_session_duration=7200)
    IamOpenidConnectProvider(
        stack, "github", url=f"https://{GITHUB}", client_id_list=["sts.amazonaws.com"], thumbprint_list=["a" * 40]
    )
    everything = {"Action": "*", "Resource": "*"}
    root = {"Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}}}
    foreign = {"Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-abcdefghij"}}}
    scp = OrganizationsPolicy(
        stack, "no-root", name="no-root", content=policy({"Effect": "Deny", **everything, **root})
    )
    OrganizationsPolicy(
        stack,
        "no-foreigners",
        name="no-foreigners",
        type="RESOURCE_CONTROL_POLICY",
        content=policy({"Effect": "Deny", "Principal": "*", **everything, "Action": "s3:*", **foreign}),
    )
    tags = OrganizationsPolicy(
        stack, "tags", name="tags", type="TAG_POLICY", content='{"tags":{"team":{"tag_key":{"@@assign":"team"}}}}'
    )
    organization = OrganizationsOrganization(stack, "organization")
    for name, attached in (("scp", scp), ("tagging", tags)):
        target = organization.master_account_id
        OrganizationsPolicyAttachment(stack, name, policy_id=attached.id, target_id=target)
    warned = synth(app, tmp_path)
    for address, words in {
        "iam_role.account": "add a condition on sts:ExternalId, aws:PrincipalOrgID or aws:PrincipalArn",
        "iam_role.admin": "set a permissions boundary",
        "iam_role.long": "Set max_session_duration to 3600",
        "iam_openid_connect_provider.github": "Leave thumbprint_list out",
        "organizations_policy.no-root": '"Null": {"aws:AssumedRoot": "true"}',
        "organizations_policy.no-foreigners": "aws:PrincipalIsAWSService",
        "organizations_policy_attachment.scp": "the management account is not restricted by such policies",
    }.items():
        assert [message for message in warned if f"users:aws_{address}'" in message and words in message], address
    assert len(warned) == 7  # a tag policy does restrict the management account


def test_control_policies_on_the_management_account_are_known_by_its_id_too(app, stack, tmp_path):
    content = policy({"Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"})
    stay = OrganizationsPolicy(stack, "stay", name="stay", content=content)
    OrganizationsPolicyAttachment(stack, "attachment", policy_id=stay.id, target_id=HOME)
    lint_policies(app, management_account=HOME)
    (warning,) = synth(app, tmp_path)
    assert "the management account is not restricted" in warning


def cross_account(stack, *, role=None, **access):
    access = {"trusted_arns": (PIPELINE,)} | access if "trusted_accounts" not in access else access
    role = {"managed_policies": READ_ONLY} | (role or {})
    CrossAccountRoleConstruct(stack, "role", access=CrossAccountAccess(account_id=HOME, **access), **role)


def ci(stack, **changed):
    subjects = [github_subject("acme", "infra", branch="main", owner_id="1", repository_id="2")]
    providers = [OidcProviderConstruct(stack, "github", issuer=GITHUB, audiences=["sts.amazonaws.com"])]
    arguments = {"name": "ci", "account_id": HOME, "organization_id": "o-abcdefghij", "subjects": subjects}
    CiRoleConstruct(stack, "role", oidc_providers=providers, **{**arguments, **changed})


def runs(subject, audience="sts.amazonaws.com"):
    return [OidcSubject(GITHUB, audience, (subject,))]


def condition(operator, key, value):
    return PolicyDocument.of(allow("s3:GetObject", "*", conditions={operator: {key: value}}))


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda s: cross_account(s, trusted_arns=("*",)), "expected the ARN of a role or user, without wildcards"),
        (lambda s: cross_account(s, trusted_arns=(f"arn:aws:iam::{HOME}:role/*",)), "without wildcards"),
        (lambda s: cross_account(s, trusted_accounts=(HOME[1:],)), "expected exactly 12 digits"),
        (lambda s: cross_account(s, trusted_accounts=(f"{HOME}\n",)), "expected exactly 12 digits"),
        (lambda s: cross_account(s, external_id="AKIAIOSFODNN7EXAMPLE"), "Remove it, and revoke the key."),
        (lambda s: cross_account(s, role={"permissions": PolicyDocument.of(allow("s3:GetObjekt", "*"))}), "'s3:GetObject'"),
        (lambda s: cross_account(s, role={"permissions": condition("StringEquals", "aws:SourceVPC2", "x")}), "aws:SourceVpc"),
        (lambda s: cross_account(s, role={"permissions": condition("StringEqual", "aws:SourceVpc", "x")}), "'StringEquals'"),
        (lambda s: ci(s, trusted_arns=["*"]), "expected the ARN of a role or user, without wildcards"),
        (lambda s: ci(s, trusted_arns=[f"arn:aws:iam::{STRANGER}:root"]), "expected the ARN of a role or user"),
        (lambda s: ci(s, account_id=HOME[1:]), "expected exactly 12 digits"),
        (lambda s: ci(s, subjects=runs("repo:acme*")), "'repo:acme*' would also let acme-evil in"),
        (lambda s: ci(s, subjects=runs("repo:*")), "expected owner and project written out"),
        (lambda s: ci(s, subjects=runs("repo:acme:ref:x")), "has no '/' right after the owner"),
        (lambda s: ci(s, subjects=runs("")), "is everybody who can log in"),
        (lambda s: ci(s, subjects=runs(MAIN, audience="")), "expected the audience written out"),
        (lambda s: ci(s, subjects=runs(MAIN, audience="*")), "expected the audience written out"),
        (lambda s: ci(s, subjects=runs("repo:acme/infra:ref:refs/heads/mai?")), "Write StringLike."),
        (
            lambda s: ci(s, trusted_arns=[f"arn:aws:iam::{HOME}:user/x"], external_id="AKIAIOSFODNN7EXAMPLE"),
            "Remove it, and revoke the key.",
        ),
    ],
)  # fmt: skip
def test_the_constructs_refuse(app, stack, tmp_path, build, words):
    def made():
        build(stack)
        synth(app, tmp_path)

    with pytest.raises((ValueError, RuntimeError)) as refused:
        made()
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda s: cross_account(s, trusted_accounts=(STRANGER,)), "Set external_id or organization_id"),
        (lambda s: cross_account(s, role={"managed_policies": ADMINISTRATOR}), "no permissions_boundary limits it"),
        (lambda s: cross_account(s, role={"max_session_duration": 7200}), "Set max_session_duration to 3600"),
        (lambda s: ci(s, subjects=[], trusted_arns=[PIPELINE], max_session_duration=7200), "max_session_duration to 3600"),
        (lambda s: ci(s, subjects=[github_subject("acme", "infra", branch="main")]), "give owner_id and repository_id"),
    ],
)  # fmt: skip
def test_the_constructs_warn(app, stack, tmp_path, build, words):
    build(stack)
    assert [message for message in synth(app, tmp_path) if words in message]


def test_the_constructs_are_quiet_about_what_is_right(app, stack, tmp_path):
    cross_account(stack)
    assert synth(app, tmp_path) == []
