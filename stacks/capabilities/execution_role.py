"""The role that Terraform works with in an account: the same in every one."""

from functools import cache
from typing import TYPE_CHECKING

from config.nodes import Organization
from constructs_lib.ci.execution_role import ExecutionRoleConstruct
from constructs_lib.iam.access import CrossAccountAccess
from stacks.capabilities.capability import Capability

if TYPE_CHECKING:
    from stacks.account import AccountStack


def _add(stack: "AccountStack") -> None:
    organization, role = stack.organization, stack.organization.execution_role
    ExecutionRoleConstruct(
        stack,
        "execution-role",
        access=CrossAccountAccess(
            account_id=stack.account_id,
            role_name=role.name,
            trusted_accounts=(stack.references.account_id(organization.management),),
            external_id=role.external_id,
            organization_id=stack.references.organization_id,
            partition=organization.partition,
        ),
        types=member_types(organization),
        max_session_duration=role.max_session_duration,
    )


@cache
def member_types(organization: Organization) -> frozenset[str]:
    """The resource types of all member stacks, found from the configuration without building them."""
    from stacks.capabilities import CAPABILITIES  # noqa: PLC0415 - this module is one of them

    members = [account for account in organization.accounts.values() if account is not organization.management]
    return frozenset().union(
        *(
            capability.types
            for capability in CAPABILITIES
            if any(capability.has(organization, account) for account in members)
        )
    )


EXECUTION_ROLE = Capability(
    "execution_role",
    lambda _organization, _account: True,
    _add,
    frozenset({"aws_iam_policy", "aws_iam_role", "aws_iam_role_policy_attachment"}),
)
