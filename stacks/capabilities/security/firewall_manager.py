"""Firewall Manager, its policies, and who administers it."""

from cdktf_cdktf_provider_aws.organizations_organization import OrganizationsOrganization

from config.capabilities.security.firewall_manager import GLOBAL, policy_regions
from config.capabilities.security.model import (
    FirewallManager,
)
from constructs_lib import OrganizationStack
from constructs_lib.security.firewall_manager import (
    FirewallManagerAdministratorConstruct,
    FirewallManagerPolicyConstruct,
)
from stacks.capabilities.security.nodes import node_ids
from stacks.parts import part
from stacks.scope import AccountScope


def add_firewall_administrator(stack: AccountScope, _manager: FirewallManager) -> None:
    """Make the security account Firewall Manager's administrator."""
    if not isinstance(stack, OrganizationStack):
        raise TypeError(f"{stack.node.id} is not the stack of an organization.")
    (owner,) = stack.organization.with_purpose("security")
    FirewallManagerAdministratorConstruct(
        stack,
        "firewall-manager",
        account_id=stack.account_id(owner.slug),
        # Firewall Manager must be trusted first.
        depends_on=[part(stack, "organization", OrganizationsOrganization)],
        provider=stack.provider(GLOBAL),
    )


def add_firewall_policies(stack: AccountScope, manager: FirewallManager) -> None:
    """Add what Firewall Manager keeps, in the regions of each policy."""
    organization = stack.organization
    for slug, policy in manager.policies.items():
        nodes = [node for selector in policy.targets for node in organization.select(selector)]
        everywhere = any(node.kind == "root" for node in nodes)
        if not nodes:
            continue  # rather none than one of all accounts
        for region in policy_regions(organization, policy):
            FirewallManagerPolicyConstruct(
                stack,
                f"firewall-policy-{slug}-{region}",
                name=slug,
                data=policy.data,
                resource_types=sorted(set(policy.resource_types)),
                unit_ids=[] if everywhere else node_ids(stack, nodes, "unit"),
                account_ids=[] if everywhere else node_ids(stack, nodes, "account"),
                remediate=policy.remediate,
                provider=stack.provider(region),
            )
