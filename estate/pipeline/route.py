"""Which way a stack takes through a pipeline: the one place that chooses roles and environments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from config.capabilities.tiers import tier_of

if TYPE_CHECKING:
    from config.nodes import Account, Organization

FOUNDATION: Final = "foundation"
"""The name of the foundation route; those of ordinary ones are their tiers'."""


@dataclass(frozen=True)
class Route:
    """The identities that a pipeline's jobs for a stack get, and the environment that guards them.

    Args:
        name: What tells it from other routes, in names of jobs: its tier, or `foundation`.
        environment: The environment whose approval applying needs, in GitHub and in GitLab.
        plan_role: ARN of the role of jobs that plan.
        deploy_role: ARN of the role of jobs that apply.
        next_plan_role: ARN of the role that a job's own role goes on to before Terraform starts; None if Terraform assumes
            the account's role by itself.
        next_deploy_role: The same, for jobs that apply.
        by_gitlab: Whether jobs of GitLab take it; a person does if not.
    """

    name: str
    environment: tuple[str, str]
    plan_role: str
    deploy_role: str
    next_plan_role: str | None = None
    next_deploy_role: str | None = None
    by_gitlab: bool = False

    @property
    def is_foundation(self) -> bool:
        """Whether it is the foundation route."""
        return self.name == FOUNDATION


def foundation_of(organization: Organization, account: Account) -> Route | None:
    """The foundation route of an account's stack (ADR 12); None if a person takes it.

    Args:
        organization: The configuration; it has `ci`, and the terraform account's id is known.
        account: The account.
    """
    ci = organization.ci
    if ci is None or ci.github is None or account.purpose == "management":
        return None
    ordinary = route_of(organization, account)
    return replace(
        ordinary,
        name=FOUNDATION,
        environment=(ci.github.foundation_environment, ""),
        deploy_role=_arn(organization, organization.with_purpose("terraform")[0].id, ci.foundation_role),
        next_deploy_role=_arn(organization, organization.management.id, ci.management_foundation_role),
        by_gitlab=False,
    )


def route_of(organization: Organization, account: Account) -> Route:
    """The ordinary route of an account's stack, and of the workloads in it: that of the account's tier.

    Args:
        organization: The configuration; it has `ci`, and the terraform account's id is known.
        account: The account.
    """
    ci = organization.ci
    if ci is None:
        raise ValueError("Only pipelines have routes, and organization.yaml has no `ci`.")
    owner = organization.with_purpose("terraform")[0].id
    # The management account's provider assumes nothing: the job's own credentials are in it already.
    own, tier = account.purpose == "management", tier_of(organization, account)
    return Route(
        name=tier.name,
        environment=(tier.github, tier.gitlab),
        plan_role=_arn(organization, owner, ci.plan_role),
        deploy_role=_arn(organization, owner, tier.role),
        next_plan_role=_arn(organization, account.id, ci.account_plan_role) if own else None,
        next_deploy_role=_arn(organization, account.id, organization.execution_role.name) if own else None,
        by_gitlab=tier.by_gitlab,
    )


def _arn(organization: Organization, account_id: str | None, name: str) -> str:
    return f"arn:{organization.partition}:iam::{account_id}:role/{name}"
