"""The organization's addresses, managed by AWS."""

from typing import Final

from cdktf_cdktf_provider_aws.data_aws_vpc_ipam_pool import DataAwsVpcIpamPool, DataAwsVpcIpamPoolFilter

from config.capabilities.ipam import IPAM, Ipam, PoolUse
from constructs_lib.network.ipam import AddressPool, IpamConstruct
from stacks.parts import part
from stacks.scope import AccountScope

POOLS: Final = "ipam"


def add(stack: AccountScope, ipam: Ipam) -> None:
    """Add the pools."""
    stack.parts[POOLS] = IpamConstruct(
        stack,
        POOLS,
        name=stack.organization.slug,
        home_region=stack.account.region,
        cidr=ipam.cidr,
        regions=ipam.regions,
        pools={slug: AddressPool(pool.region, pool.cidr, pool.reserved) for slug, pool in ipam.pools.items()},
        network_prefix=ipam.network_prefix,
        advanced=ipam.advanced,
    )


def use(stack: AccountScope, using: PoolUse) -> None:
    """Look up the pools of another account, by the descriptions that they are made with: their tags are not seen."""
    for slug in using.pools:
        filters = {"address-family": "ipv4", "description": f"{stack.organization.slug} {slug}"}
        id_ = _looked_up(slug)
        stack.parts[id_] = DataAwsVpcIpamPool(
            stack,
            id_,
            filter=[DataAwsVpcIpamPoolFilter(name=name, values=[value]) for name, value in filters.items()],
        )


def pool_id(stack: AccountScope, slug: str) -> str:
    """The id of a pool of this account, or of another one that shares it."""
    if IPAM.published(stack.organization)[slug].account == stack.account.slug:
        return part(stack, POOLS, IpamConstruct).pool_ids[slug]
    return part(stack, _looked_up(slug), DataAwsVpcIpamPool).id


def _looked_up(slug: str) -> str:
    return f"ipam-pool-{slug}"
