"""The organization's addresses, managed by AWS."""

from typing import Final

from config.capabilities.ipam import Ipam
from constructs_lib.network.ipam import IpamConstruct
from stacks.scope import AccountScope

POOLS: Final = "ipam"


def add(stack: AccountScope, ipam: Ipam) -> None:
    """Add the pools."""
    IpamConstruct(
        stack,
        POOLS,
        name=stack.organization.slug,
        home_region=stack.account.region,
        cidr=ipam.cidr,
        regions=ipam.regions,
        network_prefix=ipam.network_prefix,
        advanced=ipam.advanced,
    )
