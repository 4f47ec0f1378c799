"""How a network is divided into subnets, so that it can grow without moving one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_between, require_match, require_network, require_slug, require_unique

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ZONE = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]([a-h])")
_ZONES_PER_TIER = 8


@typed
@dataclass(frozen=True)
class VpcSubnet:
    """One subnet of a VPC.

    Args:
        key: Its identity in the VPC (``private-a``): the Terraform address is made from it.
        availability_zone: Where it is, ``eu-central-1a``.
        cidr_block: Its addresses, inside the VPC's, /16 to /28.
        name: Its name tag. Default: the VPC's name and the key.
        ipv6_number: Which of the 256 parts of the VPC's IPv6 range it has, if that has one. Default: none.
        ipv6_for_all: Whether machines get an IPv6 address without asking for one. Default: no.
        tags: Its tags, beside the VPC's. Default: none.
    """

    key: str
    availability_zone: str
    cidr_block: str
    name: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    ipv6_number: int | None = None
    ipv6_for_all: bool = False

    def __post_init__(self) -> None:
        """Refuse what AWS would refuse."""
        require_slug("VpcSubnet.key", self.key)
        require_match(
            f"VpcSubnet({self.key!r}).availability_zone",
            self.availability_zone,
            _ZONE,
            expected="a zone such as 'eu-central-1a'",
        )
        require_network(f"VpcSubnet({self.key!r}).cidr_block", self.cidr_block, 16, 28)
        if self.ipv6_number is not None:
            require_between(f"VpcSubnet({self.key!r}).ipv6_number", self.ipv6_number, 0, 255)


@typed
def plan_subnets(
    cidr_block: str, availability_zones: Sequence[str], tiers: Sequence[str] = ("private",), subnet_bits: int = 4
) -> list[VpcSubnet]:
    """Divide a network: every tier has eight places, one for each letter that a zone can end with.

    So a zone more or less, and a new tier at the end, leave the other subnets where they are.

    Args:
        cidr_block: The VPC's addresses, /16 to /28.
        availability_zones: The zones, ``eu-central-1a`` or such.
        tiers: What the subnets are for, one in each zone; new ones go to the end.
        subnet_bits: How many bits longer a subnet's prefix is than the VPC's: 4 divide a /16 into sixteen /20.

    Raises:
        InvalidValueError: If the network is malformed or too small, or a zone or tier is there twice.

    Example:
        >>> [subnet.cidr_block for subnet in plan_subnets("10.0.0.0/16", ["eu-west-1a", "eu-west-1c"])]
        ['10.0.0.0/20', '10.0.32.0/20']
    """
    network = require_network("cidr_block", cidr_block, 16, 28)
    for zone in availability_zones:
        require_match("availability_zones", zone, _ZONE, expected="zones such as 'eu-central-1a'")
    for tier in tiers:
        require_slug("tiers", tier)
    require_unique("availability_zones", (zone[-1] for zone in availability_zones))
    require_unique("tiers", tiers)
    require_between("subnet_bits", subnet_bits, 0, 28 - network.prefixlen)
    places = [
        (f"{tier}-{zone[-1]}", zone, index * _ZONES_PER_TIER + ord(zone[-1]) - ord("a"))
        for index, tier in enumerate(tiers)
        for zone in availability_zones
    ]
    if places and max(place for _, _, place in places) >= 1 << subnet_bits:
        raise InvalidValueError(
            "subnet_bits",
            subnet_bits,
            expected=f"more of them: {len(tiers)} tiers in these zones do not fit into {1 << subnet_bits} subnets",
            cure=f"{(len(tiers) * _ZONES_PER_TIER - 1).bit_length()} bits hold every zone of every tier.",
        )
    prefix = network.prefixlen + subnet_bits
    size = 1 << (32 - prefix)
    first = int(network.network_address)
    return [VpcSubnet(key, zone, str(IPv4Network((first + place * size, prefix)))) for key, zone, place in places]
