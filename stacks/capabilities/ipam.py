"""The organization's addresses, managed by AWS."""

from typing import TYPE_CHECKING, Final

from config.model.base import enabled
from constructs_lib.network.ipam import IpamConstruct
from stacks.capabilities.capability import Capability

if TYPE_CHECKING:
    from stacks.account import AccountStack

POOLS: Final = "ipam"


def _add(stack: "AccountStack") -> None:
    ipam = enabled(stack.account.settings.ipam)
    if ipam:
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


IPAM = Capability(
    "ipam",
    lambda _organization, account: enabled(account.settings.ipam) is not None,
    _add,
    frozenset({"aws_vpc_ipam", "aws_vpc_ipam_pool", "aws_vpc_ipam_pool_cidr"}),
)
