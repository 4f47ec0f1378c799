"""Subnets by what they are for: where a VPC has room for each tier in each zone, whatever else it has."""

from ipaddress import IPv4Network
from typing import Any, Final, Literal

from pydantic import Field

from config.model.base import Switchable
from config.model.types import FurtherTags

TierName = Literal["attachment", "data", "firewall", "private", "public"]
LAYOUT: Final[dict[str, tuple[int, int]]] = {
    "private": (0, 1),
    "data": (8, 2),
    "public": (12, 3),
    "attachment": (14, 4),
    "firewall": (15, 4),
}
"""Where each tier begins, in sixteenths of the VPC, and by how many bits its prefix is longer. It can never change."""
ZONES: Final = ("a", "b", "c", "d")
"""A tier has room for four zones: their letters are their places."""
SMALLEST: Final = 22
"""The longest prefix of a VPC with tiers: the smallest tier then has subnets of /28 in each zone."""


class Tier(Switchable):
    """A subnet in each zone; `enabled: false` leaves out a tier that a level above has."""

    tags: FurtherTags = Field(default_factory=dict, description="Tags of these subnets beside the account's.")


def tier_subnets(cidr: str, zones: tuple[str, ...], tiers: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The subnets of tiers, by slug.

    Args:
        cidr: The VPC's range, from /16 to /22.
        zones: Letters of zones, a to d.
        tiers: What is said of each tier.

    Example:
        >>> tier_subnets("10.0.0.0/16", ("a",), {"data": {}})
        {'data-a': {'cidr': '10.0.128.0/20', 'zone': 'a', 'tier': 'data'}}
    """
    whole = IPv4Network(cidr)
    sixteenths = list(whole.subnets(4))
    found: dict[str, dict[str, Any]] = {}
    for name, said in sorted(tiers.items()):
        if said.get("enabled") is False:
            continue
        first, bits = LAYOUT[name]
        tier = sixteenths[first].supernet(new_prefix=whole.prefixlen + bits)
        for zone, part in zip(ZONES, tier.subnets(2), strict=True):
            if zone in zones:
                what = {"public": True} if name == "public" else {} if name == "private" else {"tier": name}
                tags = {"tags": said["tags"]} if said.get("tags") else {}
                found[f"{name}-{zone}"] = {"cidr": str(part), "zone": zone, **what, **tags}
    return found
