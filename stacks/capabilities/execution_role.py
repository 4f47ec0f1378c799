"""The roles that Terraform works with in an account, one to deploy and one to plan: the same in every member account."""

from config.capabilities.execution_role import EXECUTION_ROLE
from config.nodes import Account
from config.registry import listed_actions
from constructs_lib.ci.execution_role import ExecutionRoleConstruct
from constructs_lib.policies.document import Statement, allow
from stacks.access import deploying_access, planning_access, state_role_arn
from stacks.backend import READER, WRITER, managed
from stacks.scope import AccountScope


def add(stack: AccountScope, _account: Account) -> None:
    """Add both roles."""
    organization = stack.organization
    is_management = stack.account is organization.management
    types = EXECUTION_ROLE.published(organization)["management" if is_management else "members"]
    ExecutionRoleConstruct(
        stack,
        "execution-role",
        access=deploying_access(stack.references, stack.account),
        types=types,
        listed=listed_actions(),
        extra=_to_state(stack, WRITER),
        max_session_duration=organization.execution_role.max_session_duration,
    )
    if organization.ci:
        ExecutionRoleConstruct(
            stack,
            "plan-role",
            access=planning_access(stack.references, stack.account),
            types=types,
            listed=listed_actions(),
            extra=_to_state(stack, READER),
            read_only=True,
        )


def _to_state(stack: AccountScope, role: str) -> list[Statement]:
    """What opens the state to a role.

    The management account's stack has its own credentials: there pipelines assume these roles before Terraform starts, so
    these roles reach the state. In all other stacks the CI role does.
    """
    if stack.account is not stack.organization.management or not managed(stack.organization):
        return []
    return [allow(("sts:AssumeRole", "sts:TagSession"), state_role_arn(stack.references, role))]
