"""Who may put events on an account's default event bus."""

from config.capabilities.event_bus import EventBus, bus_regions
from constructs_lib.operations.event_bus import EventBusPolicyConstruct
from stacks.scope import AccountScope


def add(stack: AccountScope, bus: EventBus) -> None:
    """Add the policy in each region."""
    organization = stack.organization
    EventBusPolicyConstruct(
        stack,
        "event-bus",
        account_id=stack.own_id,
        providers={region: stack.provider(region) for region in bus_regions(organization, bus)},
        organization_id=stack.references.organization_id if bus.organization else None,
        other_account_ids=bus.other_accounts,
        partition=organization.partition,
    )
