"""The roles that Terraform works with in an account, one to deploy and one to plan: the same in every member account."""

from functools import cache
from typing import Final

from config.nodes import Organization
from constructs_lib.ci.execution_role import ExecutionRoleConstruct
from stacks.access import deploying_access, planning_access
from stacks.capabilities.capability import AnyStack, Capability

_ORGANIZATION: Final = frozenset(
    {
        "aws_organizations_account",
        "aws_organizations_delegated_administrator",
        "aws_organizations_organization",
        "aws_organizations_organizational_unit",
        "aws_organizations_policy",
        "aws_organizations_policy_attachment",
        "aws_ram_sharing_with_organization",
    }
)
_TYPES: Final = frozenset({"aws_iam_policy", "aws_iam_role", "aws_iam_role_policy_attachment"})


def _add(stack: AnyStack) -> None:
    """Add both roles. The management account's stack has its own credentials: there, pipelines assume them beforehand."""
    organization = stack.organization
    types = management_types if stack.account is organization.management else member_types
    ExecutionRoleConstruct(
        stack,
        "execution-role",
        access=deploying_access(stack.references, stack.account),
        types=types(organization),
        max_session_duration=organization.execution_role.max_session_duration,
    )
    if organization.ci:
        ExecutionRoleConstruct(
            stack,
            "plan-role",
            access=planning_access(stack.references, stack.account),
            types=types(organization),
            read_only=True,
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


def management_types(organization: Organization) -> frozenset[str]:
    """The resource types of the management account's stack."""
    from stacks.capabilities import MANAGEMENT_CAPABILITIES  # noqa: PLC0415 - this module is one of them

    return _ORGANIZATION.union(
        *(
            capability.types
            for capability in MANAGEMENT_CAPABILITIES
            if capability.has(organization, organization.management)
        )
    )


EXECUTION_ROLE = Capability("execution_role", lambda _organization, _account: True, _add, _TYPES)
MANAGEMENT_EXECUTION_ROLE = Capability("ci", lambda organization, _account: organization.ci is not None, _add, _TYPES)
