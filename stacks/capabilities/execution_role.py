"""The roles that Terraform works with in an account, one to deploy and one to plan: the same in every member account."""

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from config.nodes import Organization
from constructs_lib.ci.execution_role import ExecutionRoleConstruct
from constructs_lib.policies.document import Statement, allow
from stacks.access import deploying_access, planning_access, state_role_arn
from stacks.backend import READER, WRITER, managed
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
    """Add both roles."""
    organization = stack.organization
    types = management_types if stack.account is organization.management else member_types
    ExecutionRoleConstruct(
        stack,
        "execution-role",
        access=deploying_access(stack.references, stack.account),
        types=types(organization),
        extra=_to_state(stack, WRITER),
        max_session_duration=organization.execution_role.max_session_duration,
    )
    if organization.ci:
        ExecutionRoleConstruct(
            stack,
            "plan-role",
            access=planning_access(stack.references, stack.account),
            types=types(organization),
            extra=_to_state(stack, READER),
            read_only=True,
        )


def _to_state(stack: AnyStack, role: str) -> list[Statement]:
    """What opens the state to a role.

    The management account's stack has its own credentials: there pipelines assume these roles before Terraform starts, so
    these roles reach the state. In all other stacks the CI role does.
    """
    if stack.account is not stack.organization.management or not managed(stack.organization):
        return []
    return [allow(("sts:AssumeRole", "sts:TagSession"), state_role_arn(stack.references, role))]


@cache
def member_types(organization: Organization) -> frozenset[str]:
    """The resource types of all member stacks, found from the configuration without building them."""
    from stacks.capabilities import CAPABILITIES  # noqa: PLC0415 - this module is one of them

    members = [account for account in organization.accounts.values() if account is not organization.management]
    return _data_sources(CAPABILITIES).union(
        *(
            capability.types
            for capability in CAPABILITIES
            if any(capability.has(organization, account) for account in members)
        )
    )


def management_types(organization: Organization) -> frozenset[str]:
    """The resource types of the management account's stack."""
    from stacks.capabilities import MANAGEMENT_CAPABILITIES  # noqa: PLC0415 - this module is one of them

    return (_ORGANIZATION | _data_sources(MANAGEMENT_CAPABILITIES)).union(
        *(
            capability.types
            for capability in MANAGEMENT_CAPABILITIES
            if capability.has(organization, organization.management)
        )
    )


def _data_sources(capabilities: Iterable[Capability[Any]]) -> frozenset[str]:
    """What capabilities read, on or off: a plan that switches one on reads before it can permit anything."""
    return frozenset(type_ for capability in capabilities for type_ in capability.types if type_.startswith("data."))


EXECUTION_ROLE = Capability("execution_role", lambda _organization, _account: True, _add, _TYPES)
MANAGEMENT_EXECUTION_ROLE = Capability("ci", lambda organization, _account: organization.ci is not None, _add, _TYPES)
