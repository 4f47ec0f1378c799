"""Roles of accounts, and the permissions of those in the organization that may assume them: both from one entry."""

from collections.abc import Iterator, Sequence

from config.capabilities.role_trusts import statement_of
from config.capabilities.roles import Role
from config.nodes import Account
from constructs_lib.iam.access import CrossAccountAccess
from constructs_lib.iam.assume_role_permission import AssumeRolePermissionConstruct
from constructs_lib.iam.cross_account_role import CrossAccountRoleConstruct
from constructs_lib.iam.instance_profile import InstanceProfileConstruct
from constructs_lib.policies.document import Statement
from stacks.capabilities.customer_policies import policy_arn
from stacks.capabilities.identity_providers import provider_arn
from stacks.parts import part
from stacks.scope import AccountScope
from stacks.variables import of_account


def add(stack: AccountScope, roles: Sequence[Role]) -> None:
    """Add the roles that this account offers, and the permissions of those that it may use."""
    offered = {role.name: _offer(stack, role).role_name for role in roles if stack.account in role.accounts}
    for role in roles:
        for trust in role.trusted_by:
            if trust.account is stack.account and role.accounts:  # a role that no account has yet is nothing to take on
                for name in trust.roles:
                    _permit(stack, role, name, offered.get(name))


def add_instance_profiles(stack: AccountScope, roles: Sequence[Role]) -> None:
    """Let machines have roles."""
    for role in roles:
        made = part(stack, f"role-{role.slug}", CrossAccountRoleConstruct)
        InstanceProfileConstruct(stack, f"instance-profile-{role.slug}", name=role.name, role_name=made.role_name)


def _offer(stack: AccountScope, role: Role) -> CrossAccountRoleConstruct:
    id_ = f"role-{role.slug}"
    stack.parts[id_] = made = CrossAccountRoleConstruct(
        stack,
        id_,
        access=_access(stack, role, stack.account, others=tuple(_others(stack, role))),
        permissions=of_account(stack, role.document) if role.document else None,
        managed_policies={
            **{arn.rpartition("/")[2]: arn for arn in role.managed_policies},
            **{f"customer-policy-{slug}": policy_arn(stack, slug) for slug in role.customer_policies},
        },
        # `stacks.rights` adds to it what no role of a stack may do.
        permissions_boundary=policy_arn(stack, role.boundary) if role.boundary else None,
        max_session_duration=role.max_session_duration,
        description=role.description or None,
    )
    return made


def _permit(stack: AccountScope, role: Role, name: str, made_here: str | None) -> None:
    AssumeRolePermissionConstruct(
        stack,
        f"assume-{role.slug}-{name}",
        accesses=[_access(stack, role, account) for account in role.accounts],
        role_arn=f"arn:{stack.organization.partition}:iam::{stack.own_id}:role/{name}",
        role_name=made_here,
        policy_name=f"assume-{role.slug}",
    )


def _others(stack: AccountScope, role: Role) -> Iterator[Statement]:
    """The trust in those who are in no account of the organization."""
    for trust in role.others:
        provider = role.providers[trust.identity_provider] if trust.identity_provider else None
        yield statement_of(
            trust,
            provider=provider,
            provider_arn=provider_arn(stack, provider) if provider else "",
            external_id=role.external_id,
            partition=stack.organization.partition,
        )


def _access(
    stack: AccountScope, role: Role, account: Account, *, others: tuple[Statement, ...] = ()
) -> CrossAccountAccess:
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
        others=others,
        external_id=role.external_id,
        organization_id=references.organization_id,
        partition=partition,
    )
