"""An attack: who tries what, and who is expected to refuse it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import boto3
from botocore.exceptions import ClientError

from config.capabilities.tiers import tier_of
from estate.local.session import session, web_identity_token
from estate.terraform.stack import Stack
from tests.small import Small

REGION = "eu-central-1"
OUTSIDE = "999999999999"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
ALL = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
_SUBJECTS = {
    "core": "repo:acme@100/zone@200:environment:core",
    "foundation": "repo:acme@100/zone@200:environment:foundation",
    "organization": "repo:acme@100/zone@200:environment:organization",
    "plan": "repo:acme@100/zone@200:ref:refs/heads/main",
    "workloads": "repo:acme@100/zone@200:environment:production",
}
CI_ROLES = {
    "core": "TerraformCiDeployRole-core",
    "organization": "TerraformCiDeployRole-organization",
    "workloads": "TerraformCiDeployRole",
    "foundation": "TerraformCiFoundationRole",
    "plan": "TerraformCiPlanRole",
}
_ISSUER = "token.actions.githubusercontent.com"
_DENIED = ("AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation")


def trusting(principal: str) -> str:
    """A trust policy for one principal."""
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@dataclass(frozen=True)
class Target:
    """The organization, and who can be in it."""

    small: Small
    _sessions: dict[tuple[str, str], boto3.Session] = field(default_factory=dict)

    @cached_property
    def ids(self) -> dict[str, str]:
        """Account ids by slug."""
        return {slug: str(account.id) for slug, account in self.small.organization.accounts.items()}

    @property
    def archive(self) -> str:
        """The log archive's bucket."""
        return f"small-log-archive-{self.ids['security']}"

    def arn(self, slug: str, resource: str) -> str:
        """An ARN of IAM's in an account."""
        return f"arn:aws:iam::{self.ids[slug]}:{resource}"

    def administrator(self, slug: str) -> boto3.Session:
        """The account's own administrator, who prepares attacks and takes controls away."""
        return self.small.local.session(self.ids[slug], region=REGION)

    def job(self, kind: str) -> boto3.Session:
        """A job of the pipeline: its token for the CI role that it is trusted with."""
        name = CI_ROLES[kind]
        return self._cached(("terraform", name), lambda: self.with_token(name, _SUBJECTS[kind]))

    def with_token(self, role: str, subject: str) -> boto3.Session:
        """Try to assume a CI role with a token of GitHub's."""
        token = web_identity_token(iss=f"https://{_ISSUER}", aud="sts.amazonaws.com", sub=subject, **_IDS)
        sts = self.small.local.session().client("sts")
        return self._of(
            sts.assume_role_with_web_identity(
                RoleArn=self.arn("terraform", f"role/{role}"), RoleSessionName="github-1", WebIdentityToken=token
            )
        )

    def tier(self, slug: str) -> boto3.Session:
        """A job of the tier that an account belongs to."""
        return self.job(tier_of(self.small.organization, self.small.organization.accounts[slug]).name)

    def pipeline(self, slug: str) -> boto3.Session:
        """The pipeline of an account: its execution role."""
        return self._cached((slug, "pipeline"), lambda: self.assume(self.tier(slug), slug, "TerraformExecutionRole"))

    def state(self, caller: boto3.Session, role: str, stack: str) -> boto3.Session:
        """Open a stack's state, as Terraform's backend does."""
        tag = [{"Key": "TerraformStack", "Value": stack}]
        arn = self.arn("terraform", f"role/{role}")
        return self._of(caller.client("sts").assume_role(RoleArn=arn, RoleSessionName="attack", Tags=tag))

    def foundation(self, _: str = "") -> boto3.Session:
        """The foundation route: its role in the management account."""
        return self._cached(
            ("management", "foundation"),
            lambda: self.assume(self.job("foundation"), "management", "TerraformFoundationRole"),
        )

    def planner(self, slug: str) -> boto3.Session:
        """A job that plans an account: its plan role."""
        return self._cached((slug, "planner"), lambda: self.assume(self.job("plan"), slug, "TerraformPlanRole"))

    def helper(self, slug: str) -> boto3.Session:
        """A role of the stack whose policies and trust the account's pipeline has opened to itself, as it may."""

        def make() -> boto3.Session:
            iam = self.pipeline(slug).client("iam")
            trust = trusting(self.arn(slug, "role/TerraformExecutionRole"))
            iam.put_role_policy(RoleName="activity-alerts", PolicyName="send", PolicyDocument=ALL)
            iam.update_assume_role_policy(RoleName="activity-alerts", PolicyDocument=trust)
            # Trusted by name in the same account, the pipeline's own policies need not allow it.
            return self.assume(self.pipeline(slug), slug, "activity-alerts")

        return self._cached((slug, "helper"), make)

    def deploying(self, slug: str) -> Stack:
        """A stack as its pipeline deploys it."""
        given = self.tier(slug).get_credentials()
        return self.small.stack(
            slug,
            TF_VAR_deploy_role="TerraformExecutionRole",
            AWS_ACCESS_KEY_ID=given.access_key,
            AWS_SECRET_ACCESS_KEY=given.secret_key,
            AWS_SESSION_TOKEN=given.token,
        )

    def assume(self, caller: boto3.Session, slug: str, role: str) -> boto3.Session:
        """Assume a role, with the external id that everybody can read in the repository."""
        sts = caller.client("sts")
        return self._of(
            sts.assume_role(RoleArn=self.arn(slug, f"role/{role}"), RoleSessionName="attack", ExternalId="small")
        )

    def _cached(self, key: tuple[str, str], make: Callable[[], boto3.Session]) -> boto3.Session:
        if key not in self._sessions:
            self._sessions[key] = make()
        return self._sessions[key]

    def _of(self, given: Any) -> boto3.Session:
        found = given["Credentials"]
        return session(
            self.small.local.endpoint,
            found["AccessKeyId"],
            found["SecretAccessKey"],
            region=REGION,
            token=found["SessionToken"],
        )


_IDS = {"ref": "refs/heads/main", "repository_id": "200", "repository_owner_id": "100"}


@dataclass(frozen=True)
class Attack:
    """One attack.

    Args:
        name: What is attempted.
        principal: Who tries: a method of `Target`, and its argument.
        step: What is called, with the principal's session.
        by: What is expected to refuse it: part of the message of the refusal.
    """

    name: str
    principal: tuple[str, str]
    step: Callable[[boto3.Session, Target], Any]
    by: str

    def refusal(self, target: Target) -> str | None:
        """Try it: why it was refused, or None if it was not."""
        who = getattr(target, self.principal[0])(self.principal[1])
        try:
            self.step(who, target)
        except ClientError as raised:
            error = raised.response["Error"]
            return error["Message"] if error["Code"] in _DENIED else None
        return None
