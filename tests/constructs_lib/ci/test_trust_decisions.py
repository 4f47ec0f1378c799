"""Who gets into which role, and what opens there: the local AWS decides on what the constructs wrote."""

import json

import botocore.exceptions
import pytest

from constructs_lib import (
    CiRoleConstruct,
    CrossAccountAccess,
    ExecutionRoleConstruct,
    OidcProviderConstruct,
    StateAccessRoleConstruct,
    github_subject,
    gitlab_subject,
)
from constructs_lib.ci.oidc_subject import GITHUB
from constructs_lib.state.permissions import StateLocation
from estate.local import running_local_aws
from estate.local.session import session as session_of
from estate.local.session import web_identity_token
from tests.template import synth

BUCKET = "acme-terraform-state"
IDS = {"owner_id": "100", "repository_id": "200"}


class House:
    """A terraform account with CI roles and states, and a workload account with an execution role."""

    def __init__(self, aws):
        self.aws = aws
        organizations = aws.session().client("organizations")
        self.organization_id = organizations.create_organization()["Organization"]["Id"]
        self.terraform, self.workload, self.outside = (
            organizations.create_account(Email=f"{name}@example.com", AccountName=name)["CreateAccountStatus"][
                "AccountId"
            ]
            for name in ("terraform", "workload", "outside")
        )
        self.deploy, self.plan = (f"arn:aws:iam::{self.terraform}:role/ci-{name}" for name in ("deploy", "plan"))
        self.state, self.reader = (f"arn:aws:iam::{self.terraform}:role/{name}" for name in ("state", "reader"))
        self.execution = f"arn:aws:iam::{self.workload}:role/TerraformExecutionRole"
        self.access = CrossAccountAccess(
            account_id=self.workload,
            trusted_arns=(self.deploy,),
            external_id="estate",
            organization_id=self.organization_id,
            by_condition=True,
        )
        self.foreign = CrossAccountAccess(
            account_id=self.workload,
            role_name="Foreign",
            trusted_arns=(self.deploy,),
            organization_id="o-aaaaaaaaaa",
        )
        self._create(self.terraform, synth(self._terraform_account))
        self._create(self.workload, synth(self._workload_account))
        self._other_roles()
        s3 = aws.session(self.terraform).client("s3")
        s3.create_bucket(Bucket=BUCKET)
        for stack in ("network", "production"):
            s3.put_object(Bucket=BUCKET, Key=f"stacks/{stack}.tfstate", Body=b"{}")

    def _terraform_account(self, stack):
        providers = [
            OidcProviderConstruct(stack, "github", issuer=GITHUB, audiences=["sts.amazonaws.com"]),
            OidcProviderConstruct(stack, "gitlab", issuer="gitlab.com", audiences=["https://gitlab.com"]),
        ]
        common = {
            "account_id": self.terraform,
            "organization_id": self.organization_id,
            "oidc_providers": providers,
        }
        CiRoleConstruct(
            stack,
            "deploy",
            name="ci-deploy",
            subjects=[
                github_subject("acme", "zone", environment="production", **IDS),
                gitlab_subject("acme/zone", branch="main", project_id="42", protected=True),
            ],
            accesses=[self.access, self.foreign],
            states={self.state: ["network", "prod*"]},
            **common,
        )
        CiRoleConstruct(
            stack,
            "plan",
            name="ci-plan",
            subjects=[github_subject("acme", "zone", pull_request=True, **IDS)],
            states={self.reader: ["*"]},
            **common,
        )
        location = StateLocation(
            bucket=BUCKET,
            bucket_arn=f"arn:aws:s3:::{BUCKET}",
            key_arn=f"arn:aws:kms:us-east-1:{self.terraform}:key/1",
            region="us-east-1",
        )
        shared = {"location": location, "organization_id": self.organization_id}
        StateAccessRoleConstruct(stack, "state", name="state", trusted_arns=[self.deploy], **shared)
        StateAccessRoleConstruct(
            stack, "reader", name="reader", trusted_arns=[self.plan], read_only=True, stacks=["network", "p*"], **shared
        )

    def _workload_account(self, stack):
        ExecutionRoleConstruct(stack, "execution", access=self.access, types=["aws_sqs_queue"])
        ExecutionRoleConstruct(stack, "foreign", access=self.foreign, types=["aws_sqs_queue"])

    def _other_roles(self):
        """Roles that may assume everything, as far as their own side goes."""
        everything = json.dumps(
            {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:*", "Resource": "*"}}
        )
        trust = json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": {
                    "Effect": "Allow",
                    "Action": ["sts:AssumeRole", "sts:TagSession"],
                    "Principal": {"AWS": self.aws.management_account_id},
                },
            }
        )
        for account in (self.terraform, self.workload, self.outside):
            iam = self.aws.session(account).client("iam")
            for name in ("admin", "ci-deploy") if account != self.terraform else ("admin",):
                iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
                iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=everything)

    def _create(self, account, template):
        """What Terraform would create from this, without what Terraform takes to start."""
        iam = self.aws.session(account).client("iam")
        known = {}

        def filled(text):
            for token, value in known.items():
                text = text.replace(f"${{{token}.arn}}", value)
            return text.replace("$${", "${")

        for name, found in template.resources("aws_iam_openid_connect_provider").items():
            made = iam.create_open_id_connect_provider(Url=found["url"], ClientIDList=found["client_id_list"])
            known[f"aws_iam_openid_connect_provider.{name}"] = made["OpenIDConnectProviderArn"]
        for name, found in template.resources("aws_iam_role").items():
            iam.create_role(RoleName=found["name"], AssumeRolePolicyDocument=filled(found["assume_role_policy"]))
            known[f"aws_iam_role.{name}"] = found["name"]
        roles = {f"${{{token}.{attribute}}}": name for token, name in known.items() for attribute in ("id", "name")}
        for found in template.resources("aws_iam_role_policy").values():
            policy = filled(found["policy"])
            iam.put_role_policy(RoleName=roles[found["role"]], PolicyName=found["name"], PolicyDocument=policy)
        for name, found in template.resources("aws_iam_policy").items():
            made = iam.create_policy(PolicyName=found["name"], PolicyDocument=filled(found["policy"]))
            known[f"aws_iam_policy.{name}"] = made["Policy"]["Arn"]
        for found in template.resources("aws_iam_role_policy_attachment").values():
            iam.attach_role_policy(RoleName=roles[found["role"]], PolicyArn=filled(found["policy_arn"]))

    def with_token(self, role, name, **claims):
        """Credentials for a pipeline's token."""
        sts = self.aws.session().client("sts")
        return sts.assume_role_with_web_identity(
            RoleArn=role, RoleSessionName=name, WebIdentityToken=web_identity_token(**claims)
        )

    def chained(self, given):
        """A session with these credentials."""
        keys = given["Credentials"]
        return session_of(
            self.aws.endpoint,
            keys["AccessKeyId"],
            keys["SecretAccessKey"],
            region="us-east-1",
            token=keys["SessionToken"],
        )

    def as_ci(self, role="deploy"):
        if role == "plan":
            return self.chained(self.with_token(self.plan, "github-1", **{**GITHUB_TOKEN, "sub": PULL_REQUEST}))
        return self.chained(self.with_token(self.deploy, "github-1", **GITHUB_TOKEN))


@pytest.fixture(scope="module")
def house():
    with running_local_aws() as aws:
        yield House(aws)


CLASSIC, IMMUTABLE = "repo:acme/zone:environment:production", "repo:acme@100/zone@200:environment:production"
PULL_REQUEST = "repo:acme@100/zone@200:pull_request"
GITHUB_TOKEN = {
    "iss": f"https://{GITHUB}",
    "aud": "sts.amazonaws.com",
    "sub": IMMUTABLE,
    "repository_id": "200",
    "repository_owner_id": "100",
}
GITLAB_TOKEN = {
    "iss": "https://gitlab.com",
    "aud": "https://gitlab.com",
    "sub": "project_path:acme/zone:ref_type:branch:ref:main",
    "project_id": "42",
    "ref_protected": "true",
}
ELSEWHERE = "repo:evil@666/zone@667:environment:production"

TOKENS = {
    "GitHub, today's subject": ("deploy", GITHUB_TOKEN, "github-1-abc", True),
    "GitHub, the old subject": ("deploy", {**GITHUB_TOKEN, "sub": CLASSIC}, "github-1-abc", True),
    "GitHub, the old subject of a repository that took over the name": (
        "deploy",
        {**GITHUB_TOKEN, "sub": CLASSIC, "repository_id": "999"},
        "github-1-abc",
        False,
    ),
    "GitHub, the name of an owner that was taken over": (
        "deploy",
        {**GITHUB_TOKEN, "sub": CLASSIC, "repository_owner_id": "999"},
        "github-1-abc",
        False,
    ),
    "GitHub, another environment": (
        "deploy",
        {**GITHUB_TOKEN, "sub": "repo:acme@100/zone@200:environment:staging"},
        "github-1-abc",
        False,
    ),
    "GitHub, a branch": (
        "deploy",
        {**GITHUB_TOKEN, "sub": "repo:acme@100/zone@200:ref:refs/heads/main"},
        "github-1",
        False,
    ),
    "GitHub, another repository": ("deploy", {**GITHUB_TOKEN, "sub": ELSEWHERE}, "github-1-abc", False),
    "GitHub, a repository with a longer name": (
        "deploy",
        {**GITHUB_TOKEN, "sub": "repo:acme/zone-evil:environment:production"},
        "github-1-abc",
        False,
    ),
    "GitHub, a pull request deploying": ("deploy", {**GITHUB_TOKEN, "sub": PULL_REQUEST}, "github-1-abc", False),
    "GitHub, a pull request planning": ("plan", {**GITHUB_TOKEN, "sub": PULL_REQUEST}, "github-1-abc", True),
    "GitHub, another audience": ("deploy", {**GITHUB_TOKEN, "aud": "https://github.com/acme"}, "github-1-abc", False),
    "GitHub, a session without a pipeline's name": ("deploy", GITHUB_TOKEN, "botocore-session-1", False),
    "GitHub, no subject": ("deploy", {**GITHUB_TOKEN, "sub": ""}, "github-1-abc", False),
    "GitLab": ("deploy", GITLAB_TOKEN, "gitlab-1-abc", True),
    "GitLab, another branch": (
        "deploy",
        {**GITLAB_TOKEN, "sub": "project_path:acme/zone:ref_type:branch:ref:mine"},
        "gitlab-1-abc",
        False,
    ),
    "GitLab, a tag named like the branch": (
        "deploy",
        {**GITLAB_TOKEN, "sub": "project_path:acme/zone:ref_type:tag:ref:main"},
        "gitlab-1-abc",
        False,
    ),
    "GitLab, another project": (
        "deploy",
        {**GITLAB_TOKEN, "sub": "project_path:evil/zone:ref_type:branch:ref:main"},
        "gitlab-1-abc",
        False,
    ),
    "GitLab, the name of a project that was taken over": (
        "deploy",
        {**GITLAB_TOKEN, "project_id": "43"},
        "gitlab-1",
        False,
    ),
    "GitLab, an unprotected branch": ("deploy", {**GITLAB_TOKEN, "ref_protected": "false"}, "gitlab-1-abc", False),
    "GitLab planning, which only GitHub may": ("plan", GITLAB_TOKEN, "gitlab-1-abc", False),
    "another issuer": ("deploy", {**GITHUB_TOKEN, "iss": "https://evil.example.com"}, "github-1-abc", False),
}


@pytest.mark.row("C4", "B2", "D5")
@pytest.mark.parametrize("case", TOKENS)
def test_pipelines(house, case):
    role, claims, name, allowed = TOKENS[case]
    _check(allowed, lambda: house.with_token(getattr(house, role), name, **claims))


EXECUTION = {
    "the CI role": ("ci", {"ExternalId": "estate"}, True),
    "the CI role without the external id": ("ci", {}, False),
    "the CI role with another external id": ("ci", {"ExternalId": "other"}, False),
    "the planning role": ("ci-plan", {"ExternalId": "estate"}, False),
    "another role of the terraform account": ("terraform:admin", {"ExternalId": "estate"}, False),
    "a role of the account itself": ("workload:admin", {"ExternalId": "estate"}, False),
    "a role with the CI role's name elsewhere": ("outside:ci-deploy", {"ExternalId": "estate"}, False),
}


@pytest.mark.row("B4", "A2", "D4", "C12")
@pytest.mark.parametrize("case", EXECUTION)
def test_the_execution_role(house, case):
    caller, given, allowed = EXECUTION[case]
    sts = _caller(house, caller).client("sts")
    _check(allowed, lambda: sts.assume_role(RoleArn=house.execution, RoleSessionName="terraform-workload", **given))


@pytest.mark.row("B4", "B5")
def test_the_ci_role_may_assume_no_other_role(house):
    sts = house.as_ci().client("sts")
    for account, name in (
        ("workload", "OrganizationAccountAccessRole"),
        ("workload", "admin"),
        ("outside", "ci-deploy"),
    ):
        arn = f"arn:aws:iam::{getattr(house, account)}:role/{name}"
        _refused(lambda arn=arn: sts.assume_role(RoleArn=arn, RoleSessionName="terraform-x"))


@pytest.mark.row("B4", "A2")
def test_a_role_for_another_organization_stays_shut(house):
    """The CI role is the one that it trusts and may assume it; only its organization is not the one asked for."""
    sts = house.as_ci().client("sts")
    _refused(lambda: sts.assume_role(RoleArn=house.foreign.role_arn, RoleSessionName="terraform-workload"))


STATES = {
    "its own": ("ci", "state", {"TerraformStack": "production"}, True),
    "a stack that is another pipeline's": ("ci", "state", {"TerraformStack": "security"}, False),
    "without saying which": ("ci", "state", {}, False),
    "with another tag": ("ci", "state", {"TerraformStack": "production", "admin": "yes"}, False),
    "with another tag only": ("ci", "state", {"stack": "production"}, False),
    "from another role": ("terraform:admin", "state", {"TerraformStack": "production"}, False),
    "from an account": ("workload:admin", "state", {"TerraformStack": "production"}, False),
    "planning, to write": ("ci-plan", "state", {"TerraformStack": "production"}, False),
    "planning": ("ci-plan", "reader", {"TerraformStack": "production"}, True),
    "planning, a stack that is not open to it": ("ci-plan", "reader", {"TerraformStack": "security"}, False),
    "deploying, through the reader": ("ci", "reader", {"TerraformStack": "production"}, False),
}


@pytest.mark.row("B3", "A11")
@pytest.mark.parametrize("case", STATES)
def test_state_roles(house, case):
    caller, role, tags, allowed = STATES[case]
    session = _caller(house, caller)
    _check(allowed, lambda: _assume_state(session, getattr(house, role), tags))


@pytest.mark.row("A11", "B3", "A10")
def test_a_state_session_opens_one_state(house):
    ours, theirs = "stacks/production.tfstate", "stacks/network.tfstate"
    s3 = house.chained(_assume_state(house.as_ci(), house.state, {"TerraformStack": "production"})).client("s3")
    for key in (ours, f"{ours}.tflock"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"{}")
        s3.get_object(Bucket=BUCKET, Key=key)
    s3.delete_object(Bucket=BUCKET, Key=f"{ours}.tflock")
    for key in (theirs, f"{theirs}.tflock", "stacks/production2.tfstate", ours.upper()):
        _refused(lambda key=key: s3.get_object(Bucket=BUCKET, Key=key))
        _refused(lambda key=key: s3.put_object(Bucket=BUCKET, Key=key, Body=b""))
    _refused(lambda: s3.delete_object(Bucket=BUCKET, Key=ours))
    _refused(lambda: s3.delete_bucket(Bucket=BUCKET))


@pytest.mark.row("C4")
def test_a_planning_session_reads(house):
    s3 = house.chained(_assume_state(house.as_ci("plan"), house.reader, {"TerraformStack": "production"})).client("s3")
    assert s3.get_object(Bucket=BUCKET, Key="stacks/production.tfstate")["Body"].read() == b"{}"
    _refused(lambda: s3.put_object(Bucket=BUCKET, Key="stacks/production.tfstate", Body=b""))
    _refused(lambda: s3.put_object(Bucket=BUCKET, Key="stacks/production.tfstate.tflock", Body=b""))
    _refused(lambda: s3.get_object(Bucket=BUCKET, Key="stacks/network.tfstate"))


@pytest.mark.row("C12", "B4")
def test_an_execution_session_does_what_its_types_need(house):
    given = (
        house.as_ci()
        .client("sts")
        .assume_role(RoleArn=house.execution, RoleSessionName="terraform-workload", ExternalId="estate")
    )
    session = house.chained(given)
    queue = session.client("sqs").create_queue(QueueName="orders")["QueueUrl"]
    session.client("sqs").delete_queue(QueueUrl=queue)
    _refused(lambda: session.client("s3").list_buckets())
    _refused(lambda: session.client("iam").create_user(UserName="mallory"))


def _caller(house, name):
    if name in ("ci", "ci-plan"):
        return house.as_ci("plan" if name == "ci-plan" else "deploy")
    account, role = name.split(":")
    return house.aws.session(getattr(house, account), role=role)


def _assume_state(session, role, tags):
    given = [{"Key": key, "Value": value} for key, value in tags.items()]
    return session.client("sts").assume_role(RoleArn=role, RoleSessionName="terraform-state", Tags=given)


def _check(allowed, call):
    if allowed:
        call()
    else:
        _refused(call)


def _refused(call):
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        call()
    assert refused.value.response["Error"]["Code"] in ("AccessDenied", "InvalidIdentityToken", "AccessDeniedException")
