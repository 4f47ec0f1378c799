"""Roles that accounts offer to each other: both sides from one entry of the configuration."""

from collections.abc import Sequence

from config.capabilities.roles import Role
from config.nodes import Account
from constructs_lib.iam.access import CrossAccountAccess
from constructs_lib.iam.assume_role_permission import AssumeRolePermissionConstruct
from constructs_lib.iam.cross_account_role import CrossAccountRoleConstruct
from stacks.scope import AccountScope


def add(stack: AccountScope, roles: Sequence[Role]) -> None:
    """Add the roles that this account offers, and the permissions of those that it may use."""
    offered = {role.name: _offer(stack, role).role_name for role in roles if stack.account in role.accounts}
    for role in roles:
        for trust in role.trusted_by:
            if trust.account is stack.account and role.accounts:  # a role that no account has yet is nothing to take on
                for name in trust.roles:
                    _permit(stack, role, name, offered.get(name))


def _offer(stack: AccountScope, role: Role) -> CrossAccountRoleConstruct:
    return CrossAccountRoleConstruct(
        stack,
        f"role-{role.slug}",
        access=_access(stack, role, stack.account),
        permissions=role.document,
        managed_policies={arn.rpartition("/")[2]: arn for arn in role.managed_policies},
        max_session_duration=role.max_session_duration,
        description=role.description or None,
    )


def _permit(stack: AccountScope, role: Role, name: str, made_here: str | None) -> None:
    AssumeRolePermissionConstruct(
        stack,
        f"assume-{role.slug}-{name}",
        accesses=[_access(stack, role, account) for account in role.accounts],
        role_arn=f"arn:{stack.organization.partition}:iam::{stack.own_id}:role/{name}",
        role_name=made_here,
        policy_name=f"assume-{role.slug}",
    )


def _access(stack: AccountScope, role: Role, account: Account) -> CrossAccountAccess:
    references, partition = stack.references, stack.organization.partition
    return CrossAccountAccess(
        account_id=references.account_id(account),
        role_name=role.name,
        trusted_accounts=tuple(references.account_id(trust.account) for trust in role.trusted_by if not trust.roles),
        trusted_arns=tuple(
            f"arn:{partition}:iam::{references.account_id(trust.account)}:role/{name}"
            for trust in role.trusted_by
            for name in trust.roles
        ),
        external_id=role.external_id,
        organization_id=references.organization_id,
        partition=partition,
    )
