"""Who may work in an account: declared once, for the roles in the accounts and for those that assume them."""

from collections.abc import Iterable
from typing import Protocol

from config.capabilities.logging import TRAIL_READER
from config.capabilities.tiers import tier_of
from config.capabilities.workload import WorkloadStack
from config.nodes import Account, Organization
from constructs_lib.iam.access import CrossAccountAccess


class Ids(Protocol):
    """Where a stack gets ids from."""

    @property
    def organization(self) -> Organization:
        """The configuration."""

    @property
    def organization_id(self) -> str:
        """The organization's id."""

    def account_id(self, account: Account) -> str:
        """An account's id."""


def deploying_access(ids: Ids, account: Account, workload: WorkloadStack | None = None) -> CrossAccountAccess:
    """The execution role of an account, or of a workload in it, and who deploys with it.

    Pipelines of the account's tier do; without any pipelines, the management account.
    """
    organization, role = ids.organization, ids.organization.execution_role
    pipeline = _pipeline_arn(ids, tier_of(organization, account).role) if organization.ci else None
    return CrossAccountAccess(
        account_id=ids.account_id(account),
        role_name=workload.role(role.name) if workload else role.name,
        trusted_arns=(pipeline,) if pipeline else (),
        trusted_accounts=() if pipeline else (ids.account_id(organization.management),),
        by_condition=pipeline is not None,
        external_id=role.external_id,
        organization_id=ids.organization_id,
        partition=organization.partition,
    )


def planning_access(ids: Ids, account: Account, workload: WorkloadStack | None = None) -> CrossAccountAccess:
    """The role of an account, or of a workload in it, that plans and changes nothing, and the pipelines that use it.

    Raises:
        ValueError: If the organization has no pipelines.
    """
    organization = ids.organization
    if organization.ci is None:
        raise ValueError("Only pipelines plan with a role of their own, and organization.yaml has no `ci`.")
    return CrossAccountAccess(
        account_id=ids.account_id(account),
        role_name=workload.role(organization.ci.account_plan_role) if workload else organization.ci.account_plan_role,
        trusted_arns=(_pipeline_arn(ids, organization.ci.plan_role),),
        by_condition=True,
        external_id=organization.execution_role.external_id,
        organization_id=ids.organization_id,
        partition=organization.partition,
    )


def foundation_access(ids: Ids) -> CrossAccountAccess:
    """The management account's role by which pipelines enter accounts on the foundation route.

    Raises:
        ValueError: If the organization has no pipelines.
    """
    organization = ids.organization
    if organization.ci is None:
        raise ValueError("Only pipelines enter accounts by a role of their own, and organization.yaml has no `ci`.")
    return CrossAccountAccess(
        account_id=ids.account_id(organization.management),
        role_name=organization.ci.management_foundation_role,
        trusted_arns=(_pipeline_arn(ids, organization.ci.foundation_role),),
        by_condition=True,
        external_id=organization.execution_role.external_id,
        organization_id=ids.organization_id,
        partition=organization.partition,
    )


def trail_access(ids: Ids, keeper: Account) -> CrossAccountAccess:
    """The role by which pipelines that plan query the trail.

    Args:
        ids: The organization's ids.
        keeper: The account that keeps the logs.

    Raises:
        ValueError: If the organization has no pipelines.
    """
    organization = ids.organization
    if organization.ci is None:
        raise ValueError("Only pipelines query the trail by a role of their own, and organization.yaml has no `ci`.")
    return CrossAccountAccess(
        account_id=ids.account_id(keeper),
        role_name=TRAIL_READER,
        trusted_arns=(_pipeline_arn(ids, organization.ci.plan_role),),
        by_condition=True,
        organization_id=ids.organization_id,
        partition=organization.partition,
    )


def role_arn(ids: Ids, account: Account, name: str) -> str:
    """The ARN of a role in an account."""
    return role_arns(ids, account, [name])[0]


def role_arns(ids: Ids, account: Account, names: Iterable[str]) -> list[str]:
    """The ARNs of roles in one account, by one reference to its id: each would be another token to whoever compares them."""
    account_id = ids.account_id(account)
    return [f"arn:{ids.organization.partition}:iam::{account_id}:role/{name}" for name in names]


def state_role_arn(ids: Ids, name: str) -> str:
    """The ARN of a role through which states are reached."""
    return _pipeline_arn(ids, name)


def account_root(ids: Ids, account: Account) -> str:
    """The ARN that stands for a whole account."""
    return f"arn:{ids.organization.partition}:iam::{ids.account_id(account)}:root"


def _pipeline_arn(ids: Ids, name: str) -> str:
    """Roles of pipelines and of states are in the account for Terraform."""
    return role_arn(ids, ids.organization.with_purpose("terraform")[0], name)
