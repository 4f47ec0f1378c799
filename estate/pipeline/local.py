"""Credentials in a local AWS, got as a pipeline gets them: a token, the pipelines' role, an account's execution role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.capabilities.tiers import tier_of
from config.capabilities.workloads import stacks_of
from estate.local.session import session, web_identity_token
from estate.pipeline.setting import Setting
from estate.terraform.route import DEPLOY_ROLE
from stacks.subjects import deploying_subjects, foundation_subjects

if TYPE_CHECKING:
    from config import Configuration
    from constructs_lib.ci.oidc_subject import OidcSubject
    from estate.local import LocalAws


def pipeline_session(local: LocalAws, organization: Configuration, stack: str) -> Any:
    """Return a boto3 session of the role of pipelines that deploy a stack: that of its tier.

    Raises:
        NoPipelineError: If the configuration has no `ci`.
    """
    setting = Setting.of(organization)
    tier = tier_of(organization, stacks_of(organization)[stack][0])
    return _signed_in(local, setting.routes[stack].deploy_role, deploying_subjects(setting.ci, tier)[0])


def foundation_variables(local: LocalAws, organization: Configuration, stack: str) -> dict[str, str]:
    """Return what a job for a member account's stack has in its environment on the foundation route.

    Raises:
        NoPipelineError: If the configuration has no `ci`.
    """
    setting = Setting.of(organization)
    route, (subject,) = setting.foundation[stack], foundation_subjects(setting.ci)
    given = (
        _signed_in(local, route.deploy_role, subject)
        .client("sts")
        .assume_role(
            RoleArn=route.next_deploy_role or "",
            RoleSessionName=f"foundation-{stack}",
            **({"ExternalId": setting.external_id} if setting.external_id else {}),
        )
    )
    return {**_keys(_of(local, given["Credentials"])), DEPLOY_ROLE: stacks_of(organization)[stack][0].entry_role}


def _signed_in(local: LocalAws, role_arn: str, subject: OidcSubject) -> Any:
    given = (
        local.session()
        .client("sts")
        .assume_role_with_web_identity(
            RoleArn=role_arn,
            RoleSessionName=subject.session_prefix.rstrip("-") + "-local",
            WebIdentityToken=_token(subject),
        )
    )
    return _of(local, given["Credentials"])


def execution_session(local: LocalAws, organization: Configuration, account: str) -> Any:
    """Return a boto3 session of an account's execution role, assumed by a pipeline.

    Raises:
        NoPipelineError: If the configuration has no `ci`.
    """
    role = organization.execution_role
    optional = {"ExternalId": role.external_id} if role.external_id else {}
    given = (
        pipeline_session(local, organization, account)
        .client("sts")
        .assume_role(
            RoleArn=f"arn:{organization.partition}:iam::{organization.accounts[account].id}:role/{role.name}",
            RoleSessionName=f"terraform-{account}",
            **optional,
        )
    )
    return _of(local, given["Credentials"])


def pipeline_variables(local: LocalAws, organization: Configuration, stack: str) -> dict[str, str]:
    """Return what a pipeline's job for a stack has in its environment: the management stack's assumes the role itself.

    Raises:
        NoPipelineError: If the configuration has no `ci`.
    """
    if stack == organization.management.slug:
        found = execution_session(local, organization, stack)
    else:
        found = pipeline_session(local, organization, stack)
    return _keys(found)


def _keys(found: Any) -> dict[str, str]:
    keys = found.get_credentials()
    return {
        "AWS_ACCESS_KEY_ID": keys.access_key,
        "AWS_SECRET_ACCESS_KEY": keys.secret_key,
        "AWS_SESSION_TOKEN": keys.token,
    }


def _of(local: LocalAws, given: dict[str, str]) -> Any:
    keys = given["AccessKeyId"], given["SecretAccessKey"]
    return session(local.endpoint, *keys, region="us-east-1", token=given["SessionToken"])


def _token(subject: OidcSubject) -> str:
    """A token as the CI system issues it to such a run."""
    return web_identity_token(
        iss=f"https://{subject.issuer}",
        aud=subject.audience,
        sub=subject.subjects[0],
        **{claim: values[0] for claim, values in subject.claims.items()},
    )
