"""The roles that Terraform works with in an account, one to deploy and one to plan: the same in every account."""

from functools import cache
from typing import TYPE_CHECKING

from config.nodes import Organization
from constructs_lib.ci.execution_role import ExecutionRoleConstruct
from stacks.access import deploying_access, planning_access
from stacks.capabilities.capability import Capability

if TYPE_CHECKING:
    from stacks.account import AccountStack


def _add(stack: "AccountStack") -> None:
    organization = stack.organization
    types = member_types(organization)
    ExecutionRoleConstruct(
        stack,
        "execution-role",
        access=deploying_access(stack.references, stack.account),
        types=types,
        max_session_duration=organization.execution_role.max_session_duration,
    )
    if organization.ci:
        ExecutionRoleConstruct(
            stack, "plan-role", access=planning_access(stack.references, stack.account), types=types, read_only=True
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
