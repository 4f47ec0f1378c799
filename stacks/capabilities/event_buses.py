"""Event buses in one account, and the rules of others that send events there."""

import json
from collections.abc import Sequence

from config.capabilities.event_buses import EventBus, role_name
from constructs_lib.operations.event_forwarding import EventForwardingConstruct, ForwardedEvents
from constructs_lib.operations.organization_event_bus import OrganizationEventBusConstruct
from stacks.scope import AccountScope


def add(stack: AccountScope, buses: Sequence[EventBus]) -> None:
    """Add the buses of the account."""
    for bus in buses:
        OrganizationEventBusConstruct(
            stack,
            f"event-bus-{bus.name}",
            name=bus.name,
            organization_id=stack.references.organization_id,
            description=bus.description,
            provider=stack.provider(bus.region),
        )


def send(stack: AccountScope, buses: Sequence[EventBus]) -> None:
    """Add the rules that send events of the account to buses."""
    organization, references = stack.organization, stack.references
    for bus in buses:
        owner = references.account_id(bus.account)
        regions = {region for source in bus.sources.values() for region in source.regions}
        EventForwardingConstruct(
            stack,
            f"event-forwarding-{bus.name}",
            name=role_name(bus.name),
            account_id=stack.own_id,
            bus_arn=f"arn:{organization.partition}:events:{bus.region}:{owner}:event-bus/{bus.name}",
            events={
                name: ForwardedEvents(json.loads(source.pattern), source.regions)
                for name, source in bus.sources.items()
            },
            providers={region: stack.provider(region) for region in sorted(regions)},
            provider=stack.provider(organization.home_region),
        )
