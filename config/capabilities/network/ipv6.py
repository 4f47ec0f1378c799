"""IPv6 addresses of a VPC and its subnets."""

from collections.abc import Mapping
from ipaddress import IPv4Network

from pydantic import Field

from config.capabilities.network.parts import Subnet
from config.model.base import Switchable, refuse


class Ipv6(Switchable):
    """IPv6 beside IPv4: AWS gives the VPC a /56 of its own, and each subnet has a /64 of it."""

    subnets: bool = Field(
        default=True,
        description="Whether subnets have ranges of it. Say false, and deploy, before it is switched off: AWS takes no range from a VPC whose "
        "subnets have parts of it.",
    )
    egress: bool = Field(
        default=False,
        description="Whether private subnets reach the internet, by an egress-only internet gateway that nothing comes in by; those of the tier "
        "`data` never do. Public subnets reach it, and are reached, anyway.",
    )


def numbers(cidr: str, subnets: Mapping[str, Subnet]) -> dict[str, int]:
    """Which of the 256 parts of the VPC's /56 each subnet has, by slug: where its own range is in that of the VPC, so none ever moves.

    Args:
        cidr: The VPC's range.
        subnets: Its subnets.

    Example:
        >>> numbers("10.0.0.0/16", {"data-a": Subnet(cidr="10.0.128.0/20", zone="a")})
        {'data-a': 128}
    """
    whole = IPv4Network(cidr)
    size = whole.num_addresses
    found: dict[str, int] = {}
    for slug, subnet in sorted(subnets.items()):
        own = IPv4Network(subnet.cidr)
        place = (int(own.network_address) - int(whole.network_address)) * 256 // size
        number = subnet.ipv6_number
        if number is None and own.subnet_of(whole):
            number = place
        if number is None:
            raise refuse(
                f"`ipv6_number` of subnets outside {cidr}, but {slug!r} has none", "Give it one from 0 to 255."
            )
        if (same := next((other for other, its in found.items() if its == number), None)) is not None:
            raise refuse(
                f"one IPv6 range a subnet, but {same!r} and {slug!r} have the number {number}",
                "Give one of them an `ipv6_number` that is free.",
            )
        found[slug] = number
    return found
