"""The addresses of all networks: what is taken, by whom, and what is free."""

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network, summarize_address_range

from config.capabilities.ipam import IPAM
from config.capabilities.network import NETWORK
from config.capabilities.network.vpc import Vpc
from config.capabilities.shares import Share, shares_of
from config.capabilities.transit_gateway import TRANSIT_GATEWAY
from config.model.base import enabled
from config.nodes import Account, Configuration
from estate.report import model


def networks(configuration: Configuration, account: Account) -> list[model.Network]:
    """An account's VPCs."""
    found = NETWORK.in_account(configuration, account)
    shares = [share for share in shares_of(configuration).values() if share.account is account]
    return [
        _network(account, slug, vpc, [share for share in shares if share.vpc == slug])
        for slug, vpc in (found.every.items() if found else ())
    ]


def _network(account: Account, slug: str, vpc: Vpc, shares: list[Share]) -> model.Network:
    attachment = enabled(vpc.attachment)
    return model.Network(
        slug=slug,
        cidr=vpc.cidr,
        subnets=[
            model.Subnet(
                slug=key,
                cidr=subnet.cidr,
                zone=f"{account.region}{subnet.zone}",
                public=subnet.public,
                shared_with=sorted({name for share in shares if key in share.subnets for name in _with(share)}),
            )
            for key, subnet in sorted(vpc.subnets.items(), key=lambda each: IPv4Network(each[1].cidr))
        ],
        free=free(vpc.cidr, (subnet.cidr for subnet in vpc.subnets.values())),
        nat=vpc.nat,
        attached=attachment is not None,
        beyond=list(attachment.destinations) if attachment else [],
    )


def plan(configuration: Configuration, places: Mapping[str, int]) -> model.Plan:
    """The addresses of the organization.

    Args:
        configuration: The organization.
        places: The place of each account, by slug.
    """
    accounts = configuration.accounts.values()
    return model.Plan(
        pools=list(_pools(configuration, places)),
        gateways=[places[each.slug] for each in accounts if TRANSIT_GATEWAY.in_account(configuration, each)],
        shares=[
            model.Share(
                slug=share.slug,
                name=share.name,
                account=places[share.account.slug],
                what=_what(share),
                principals=_with(share),
            )
            for share in shares_of(configuration).values()
        ],
    )


def _pools(configuration: Configuration, places: Mapping[str, int]) -> Iterator[model.Pool]:
    taken = [
        vpc.cidr
        for each in configuration.accounts.values()
        if (found := NETWORK.in_account(configuration, each))
        for vpc in found.every.values()
    ]
    for account in configuration.accounts.values():
        ipam = IPAM.in_account(configuration, account)
        if ipam is not None:
            yield model.Pool(
                name=f"IPAM of {account.slug}",
                account=places[account.slug],
                cidr=ipam.cidr,
                parts=[model.PoolPart(region=region, cidr=cidr) for region, cidr in sorted(ipam.regions.items())],
                free=free(ipam.cidr, [*ipam.regions.values(), *taken]),
            )


def free(whole: str, taken: Iterable[str]) -> list[str]:
    """The ranges of a range that nothing has.

    Example:
        >>> free("10.0.0.0/22", ["10.0.1.0/24", "10.0.1.128/25"])
        ['10.0.0.0/24', '10.0.2.0/23']
    """
    outer = IPv4Network(whole)
    found: list[str] = []
    first = int(outer.network_address)
    for each in sorted(IPv4Network(one) for one in taken):
        if not each.overlaps(outer) or int(each.broadcast_address) < first:
            continue
        found += _ranges(outer, first, int(each.network_address) - 1)
        first = int(each.broadcast_address) + 1
    return [*found, *_ranges(outer, first, int(outer.broadcast_address))]


def _ranges(outer: IPv4Network, first: int, last: int) -> list[str]:
    if last < first:
        return []
    address = type(outer.network_address)
    return [str(each) for each in summarize_address_range(address(first), address(last))]


def _what(share: Share) -> list[str]:
    return [
        *(f"subnet {slug}" for slug in share.subnets),
        *(["transit gateway"] if share.transit_gateway else []),
        *(["Resolver"] if share.resolver else []),
        *(f"address pool {pool}" for pool in share.ipam_pools),
        *share.arns,
    ]


def _with(share: Share) -> list[str]:
    return [*(node.selector for node in share.principals), *share.external_principals]
