"""Service networks of VPC Lattice."""

from collections.abc import Sequence

from constructs_lib.network.service_network import ServiceNetworkConstruct
from stacks.parts import part
from stacks.scope import AccountScope


def add(stack: AccountScope, slugs: Sequence[str]) -> None:
    """Add the account's service networks."""
    for slug in slugs:
        id_ = _part(slug)
        stack.parts[id_] = ServiceNetworkConstruct(
            stack, id_, name=slug, organization_id=stack.references.organization_id
        )


def service_network(stack: AccountScope, slug: str) -> ServiceNetworkConstruct:
    """One of the account's service networks."""
    return part(stack, _part(slug), ServiceNetworkConstruct)


def _part(slug: str) -> str:
    return f"service-network-{slug}"
