"""The organization's addresses, managed by AWS."""

from typing import TYPE_CHECKING, Final

from config.model.capabilities.ipam import Ipam
from config.nodes import Account
from constructs_lib.network.ipam import IpamConstruct
from stacks.capabilities.capability import Capability

if TYPE_CHECKING:
    from stacks.account import AccountStack

POOLS: Final = "ipam"


def _ipam(account: Account) -> Ipam | None:
    ipam = account.settings.ipam
    return ipam if ipam and ipam.enabled else None


def _add(stack: "AccountStack") -> None:
    ipam = _ipam(stack.account)
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
    lambda _organization, account: _ipam(account) is not None,
    _add,
    frozenset({"aws_vpc_ipam", "aws_vpc_ipam_pool", "aws_vpc_ipam_pool_cidr"}),
)
