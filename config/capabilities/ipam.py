"""The organization's addresses, managed by AWS."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import product
from typing import Final, Self

from pydantic import Field, model_validator

from config.capabilities.capability import (
    FREE,
    AccountCapability,
    AccountInput,
    Need,
    Part,
)
from config.capabilities.network import NETWORK, Network, vpc_path
from config.capabilities.problems import at, ungoverned
from config.capabilities.shares import shares_of
from config.errors import KeyPath, Problem, did_you_mean, one_of
from config.model.base import Model, Switchable, refuse
from config.model.cidr import AnyCidr, PartCidr, PoolCidr, refuse_misfits
from config.model.types import Region, Slug
from config.nodes import Account, Configuration, Organization
from config.sources.files import Files


class IpamPool(Model):
    """A part of a region's pool: for an environment, an OU, whatever gets its ranges from one place."""

    region: Region = Field(description="The region whose VPCs get their ranges from it.")
    cidr: PartCidr = Field(description="Its range, inside that of its region.")
    reserved: dict[Slug, AnyCidr] = Field(
        default_factory=dict,
        description="Parts of it by slug that no VPC gets: of a data center, say. AWS gives them to nobody. A VPC's own range needs none: it "
        "is written in its `cidr` or in `address_plan`, and AWS holds it once the VPC is there.",
    )

    @model_validator(mode="after")
    def _reserved_fit(self) -> Self:
        refuse_misfits("reserved addresses", (self.cidr,), self.reserved)
        return self


class Ipam(Switchable):
    """An IP address manager with a pool for each region, and pools below; `shares` says who can take a VPC's range from them."""

    cidr: PoolCidr = Field(description="All addresses that there are.")
    regions: dict[Region, PartCidr] = Field(min_length=1, description="Region to the part of `cidr` that its VPCs get.")
    pools: dict[Slug, IpamPool] = Field(
        default_factory=dict,
        description="Pools below those of the regions, by slug: `network.ipam_pool` names the one that a VPC's range is of.",
    )
    network_prefix: int = Field(default=16, ge=16, le=28, description="Prefix length of a VPC that asks for none.")
    advanced: bool = Field(
        default=True, description="AWS's paid tier, without which addresses of other accounts are not seen."
    )

    @model_validator(mode="after")
    def _regions_fit(self) -> Self:
        refuse_misfits("regions", (self.cidr,), self.regions)
        return self

    @model_validator(mode="after")
    def _pools_fit(self) -> Self:
        for region in sorted({pool.region for pool in self.pools.values()}):
            pools = {slug: pool.cidr for slug, pool in self.pools.items() if pool.region == region}
            if region not in self.regions:
                raise refuse(f"`pools` in regions of `regions`, but {min(pools)!r} is in {region}")
            refuse_misfits("pools", (self.regions[region],), pools)
        if both := sorted(set(self.pools) & set(self.regions)):
            raise refuse(f"slugs of `pools` that are no regions, but there is {both[0]!r}")
        return self

    @property
    def shared(self) -> tuple[str, ...]:
        """What a share can name: regions and slugs of pools."""
        return (*sorted(self.regions), *sorted(self.pools))


@dataclass(frozen=True)
class PoolPlace:
    """A pool, as the stacks of all accounts may know it.

    Args:
        account: The slug of the account that has it.
        region: The region whose VPCs get their ranges from it.
        cidr: Its range.
    """

    account: str
    region: str
    cidr: str


@dataclass(frozen=True)
class PoolUse:
    """The pools of another account that an account's VPCs get their ranges from, by slug."""

    pools: tuple[str, ...]


_SERVICE: Final = "ipam.amazonaws.com"


def _pools(organization: Configuration, files: Files) -> Iterator[Problem]:
    """IPAM belongs to its administrator, and only pools that there are can be shared."""
    for account in organization.accounts.values():
        ipam = IPAM.in_account(organization, account)
        if ipam is None:
            continue
        if ipam.advanced and organization.delegated_administrators.get(_SERVICE) is not account:
            expected = f"{account.slug!r} as the delegated administrator of {_SERVICE}, to see all accounts' addresses"
            cure = f"Add `{_SERVICE}: {account.slug}` to `delegated_administrators`, or say `advanced: false`."
            yield at(files, account, ("ipam",), "`ipam` without it", expected, cure)
        yield from ungoverned(account, organization, files, ("ipam", "regions"), ipam.regions)
    for share in shares_of(organization).values():
        ipam = IPAM.in_account(organization, share.account)
        if ipam and not set(ipam.regions) <= set(organization.governed_regions):
            continue  # one of them may be the region that the share means
        pools = ipam.shared if ipam else ()
        for pool in share.ipam_pools:
            if pool not in pools:
                path = ("shares", share.slug, "ipam_pools")
                expected = f"regions or slugs of the pools of {share.account.slug!r}: {one_of(pools)}"
                yield files.organization.file.problem(path, repr(pool), expected, did_you_mean(pool, pools))


def _slugs(organization: Configuration, files: Files) -> Iterator[Problem]:
    """A slug stands for one pool, whoever has it."""
    homes: dict[str, Account] = {}
    for account in organization.accounts.values():
        ipam = IPAM.in_account(organization, account)
        for slug in sorted(ipam.pools) if ipam else ():
            if homes.setdefault(slug, account) is not account:
                arrived = f"a second pool {slug!r} beside that of {homes[slug].slug!r}"
                yield at(files, account, ("ipam", "pools", slug), arrived, "another slug", "Call it otherwise.")


def _places(organization: Configuration) -> dict[str, PoolPlace]:
    """All pools below those of regions, by slug."""
    return {
        slug: PoolPlace(account.slug, pool.region, pool.cidr)
        for account in organization.accounts.values()
        if (ipam := IPAM.in_account(organization, account))
        for slug, pool in sorted(ipam.pools.items())
    }


def _ranges(organization: Configuration, files: Files) -> Iterator[Problem]:
    """A VPC's range is of the pool that it names, which is in its region and may be used by its account."""
    places = _places(organization)
    for account in organization.accounts.values():
        network = NETWORK.in_account(organization, account)
        for slug, vpc in network.every.items() if network else ():
            if not vpc.ipam_pool:
                continue
            path, place = (*vpc_path(slug), "ipam_pool"), places.get(vpc.ipam_pool)
            if place is None:
                expected = f"the slug of a pool of some account's `ipam`: {one_of(places)}"
                yield at(files, account, path, repr(vpc.ipam_pool), expected, did_you_mean(vpc.ipam_pool, places))
                continue
            if not IPv4Network(vpc.cidr).subnet_of(IPv4Network(place.cidr)):
                arrived, expected = f"{vpc.ipam_pool!r} for the range {vpc.cidr}", f"a `cidr` inside {place.cidr}"
                yield at(
                    files, account, path, arrived, expected, "Choose a range of the pool, or the pool of the range."
                )
            if account.region != place.region:
                arrived = f"{vpc.ipam_pool!r} in {account.region}"
                yield at(files, account, path, arrived, f"a pool of that region: it is of {place.region}")
            if not _may_use(organization, account, vpc.ipam_pool, place) and files.organization.clean:
                expected = f"{account.slug!r} among those that the pool of {place.account!r} is shared with"
                cure = (
                    f"Add `{account.selector}`, or its OU, to the `principals` of a share of {place.account!r} with "
                    f"`ipam_pools: [{vpc.ipam_pool}]`, in `shares` of organization.yaml."
                )
                yield at(files, account, path, repr(vpc.ipam_pool), expected, cure)


def _may_use(organization: Organization, account: Account, pool: str, place: PoolPlace) -> bool:
    if account.slug == place.account:
        return True
    return any(
        share.account.slug == place.account and pool in share.ipam_pools and share.reaches(account)
        for share in shares_of(organization).values()
    )


def _held(organization: Configuration, files: Files) -> Iterator[Problem]:
    """What a pool reserves is nobody's VPC."""
    reserved = [
        (IPv4Network(cidr), account, pool, slug)
        for account in organization.accounts.values()
        if (ipam := IPAM.in_account(organization, account))
        for pool, entry in sorted(ipam.pools.items())
        for slug, cidr in sorted(entry.reserved.items())
    ]
    for account in organization.accounts.values() if reserved else ():
        network = NETWORK.in_account(organization, account)
        for vpc_slug, vpc in network.every.items() if network else ():
            ranges: dict[KeyPath, str] = {("cidr",): vpc.cidr}
            ranges |= {("secondary_cidrs", key): one for key, one in vpc.secondary_cidrs.items()}
            for (path, own), (cidr, owner, pool, slug) in product(ranges.items(), reserved):
                if cidr.overlaps(IPv4Network(own)):
                    arrived = (
                        f"{own}, which overlaps {cidr}, reserved as {slug!r} in the pool {pool!r} of {owner.slug!r}"
                    )
                    yield at(files, account, (*vpc_path(vpc_slug), *path), arrived, "a range that is free")


def _needs(organization: Configuration) -> Iterator[Need]:
    """Whoever gets a range from the pool of another account looks it up, so it is there and shared before."""
    places = _places(organization)
    for account in organization.accounts.values():
        owners = {places[slug].account for slug in _named(NETWORK.in_account(organization, account)) if slug in places}
        for owner in sorted(owners - {account.slug}):
            yield Need(account, organization.accounts[owner], "the address pools")


def _named(network: Network | None) -> tuple[str, ...]:
    return tuple(sorted({vpc.ipam_pool for vpc in network.every.values() if vpc.ipam_pool})) if network else ()


def _use(inputs: AccountInput) -> PoolUse | None:
    """The pools of others that an account's VPCs name."""
    places: Mapping[str, PoolPlace] = IPAM.published(inputs.organization)
    named = _named(NETWORK.of(inputs))
    found = tuple(slug for slug in named if slug in places and places[slug].account != inputs.account.slug)
    return PoolUse(found) if found else None


IPAM: Final[AccountCapability[Ipam]] = AccountCapability(
    key="ipam",
    model=Ipam,
    description="The organization's addresses, in one account.",
    rules=(_pools, _slugs, _ranges, _held),
    publish=_places,
    needs=_needs,
    parts=(
        Part(
            name="ipam",
            build="stacks.capabilities.ipam:add",
            types=frozenset(
                {
                    "aws_vpc_ipam",
                    "aws_vpc_ipam_pool",
                    "aws_vpc_ipam_pool_cidr",
                    "aws_vpc_ipam_pool_cidr_allocation",
                }
            ),
            cost=("Each address in use by the hour, in all accounts, with `advanced: true`.",),
            when={"aws_vpc_ipam_pool_cidr_allocation": lambda ipam: any(pool.reserved for pool in ipam.pools.values())},
        ),
        Part[PoolUse](
            name="network.ipam_pool",
            build="stacks.capabilities.ipam:use",
            value=_use,
            types=frozenset({"data.aws_vpc_ipam_pool"}),
            cost=FREE,
            readers=lambda inputs: bool(IPAM.published(inputs.organization)),
        ),
    ),
)
