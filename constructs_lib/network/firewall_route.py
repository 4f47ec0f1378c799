"""Routes that lead through what inspects traffic in some zones of a VPC: a firewall, or appliances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.route import Route

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_network, require_slug

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cdktf import TerraformProvider
    from constructs import Construct


@typed
@dataclass(frozen=True)
class FirewallRoute:
    """A route to a firewall.

    Args:
        route_table_id: The table that gets it.
        zone: The letter of the zone that the table is of. Without a firewall there, it leads to the first one.
        destination: The IPv4 network that it is for.
    """

    route_table_id: str
    zone: str
    destination: str


def require_zones(subnet_ids: Mapping[str, str]) -> None:
    """Refuse what inspects nowhere.

    Args:
        subnet_ids: The letter of each zone to its subnet.

    Raises:
        InvalidValueError: If there is none.
    """
    if not subnet_ids:
        raise InvalidValueError("subnet_ids", dict(subnet_ids), expected="a subnet in each zone that it shall be in")


def add_routes(
    scope: Construct,
    routes: Mapping[str, FirewallRoute] | None,
    endpoint_id: Callable[[str], str],
    provider: TerraformProvider | None,
) -> None:
    """Add ``route-<slug>`` for each route.

    Args:
        scope: What they lead through.
        routes: The routes by slug.
        endpoint_id: Gives the id of the endpoint, ``vpce-…``, by the letter of the zone.
        provider: Account and region.

    Raises:
        InvalidValueError: If a slug or a destination is malformed.
    """
    for slug, route in sorted((routes or {}).items()):
        require_network(f"routes[{slug!r}].destination", route.destination, 0, 32)
        Route(
            scope,
            f"route-{require_slug('routes', slug)}",
            route_table_id=route.route_table_id,
            destination_cidr_block=route.destination,
            vpc_endpoint_id=endpoint_id(route.zone),
            provider=provider,
        )
