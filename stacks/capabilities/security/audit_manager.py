"""Audit Manager, and who administers it."""

from cdktf_cdktf_provider_aws.organizations_delegated_administrator import OrganizationsDelegatedAdministrator

from config.capabilities.security.model import (
    AuditManager,
)
from config.capabilities.security.rules import service_regions
from constructs_lib import OrganizationStack
from constructs_lib.security.audit_manager import AuditManagerAdministratorConstruct, AuditManagerConstruct
from stacks.parts import part
from stacks.scope import AccountScope


def add_audit_manager(stack: AccountScope, manager: AuditManager) -> None:
    """Switch Audit Manager on, in every region that is meant."""
    organization = stack.organization
    for region in service_regions(organization, manager):
        AuditManagerConstruct(
            stack,
            f"audit-manager-{region}",
            account_id=stack.own_id,
            partition=organization.partition,
            provider=stack.provider(region),
        )


def add_audit_administrator(stack: AccountScope, manager: AuditManager) -> None:
    """Make the security account Audit Manager's administrator there."""
    if not isinstance(stack, OrganizationStack):
        raise TypeError(f"{stack.node.id} is not the stack of an organization.")
    organization = stack.organization
    (owner,) = organization.with_purpose("security")
    for region in service_regions(organization, manager):
        AuditManagerAdministratorConstruct(
            stack,
            f"audit-manager-{region}",
            account_id=stack.account_id(owner.slug),  # never from the lock: what is made here comes after the account
            # Organizations must know it first.
            depends_on=[part(stack, f"delegate-{owner.slug}-auditmanager", OrganizationsDelegatedAdministrator)],
            provider=stack.provider(region),
        )
