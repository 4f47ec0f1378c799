"""The roles that Terraform works with in an account, one to deploy and one to plan.

What they are permitted is written when the stack is whole (`stacks.rights`), from its types and names.
"""

from config.capabilities.execution_role import EXECUTION_ROLE
from config.nodes import Account
from config.registry import listed_actions
from constructs_lib.ci.execution_role import ExecutionRoleConstruct
from constructs_lib.iam.cross_account_role import CrossAccountRoleConstruct
from constructs_lib.policies.document import PolicyDocument, Statement, allow
from constructs_lib.state.permissions import STACK_TAG
from stacks.access import deploying_access, foundation_access, planning_access, state_role_arn
from stacks.backend import READER, WRITER, managed
from stacks.scope import AccountScope


def add(stack: AccountScope, _account: Account) -> None:
    """Add both roles."""
    organization = stack.organization
    types = EXECUTION_ROLE.parts[0].types  # of the role itself, until then
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
    if organization.ci and organization.ci.github and stack.account is organization.management:
        _enter(stack)


def _enter(stack: AccountScope) -> None:
    """Add the role by which pipelines on the foundation route enter accounts: it may assume nothing else but what opens states."""
    organization = stack.organization
    entries = sorted({account.entry_role for account in organization.accounts.values()})
    own = {"StringEquals": {"aws:ResourceOrgID": stack.references.organization_id}}
    statements = [
        allow(
            "sts:AssumeRole", [f"arn:{organization.partition}:iam::*:role/{name}" for name in entries], conditions=own
        )
    ]
    if managed(organization):
        roles = [state_role_arn(stack.references, name) for name in (WRITER, READER)]
        statements.append(allow(("sts:AssumeRole", "sts:TagSession"), roles))
    CrossAccountRoleConstruct(
        stack,
        "foundation-role",
        access=foundation_access(stack.references),
        permissions=PolicyDocument(tuple(statements)),
        description="Enters accounts to deploy them for the first time, and to change deployment rights",
    )


def _to_state(stack: AccountScope, role: str) -> list[Statement]:
    """What opens the state to a role.

    The management account's stack has its own credentials: there pipelines assume these roles before Terraform starts, so
    these roles reach the state, their own alone. In all other stacks the CI role does.
    """
    if stack.account is not stack.organization.management or not managed(stack.organization):
        return []
    own = {"StringEquals": {f"aws:RequestTag/{STACK_TAG}": stack.account.slug}}
    return [allow(("sts:AssumeRole", "sts:TagSession"), state_role_arn(stack.references, role), conditions=own)]
