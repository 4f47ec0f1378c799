"""The organization's addresses, managed by AWS."""

from collections.abc import Iterator
from typing import Final, Self

from pydantic import Field, model_validator

from config.capabilities.capability import (
    AccountCapability,
    Part,
)
from config.capabilities.problems import at, ungoverned
from config.capabilities.shares import shares_of
from config.errors import Problem, did_you_mean, one_of
from config.model.base import Switchable
from config.model.cidr import PartCidr, PoolCidr, refuse_misfits
from config.model.types import Region
from config.nodes import Configuration
from config.sources.files import Files


class Ipam(Switchable):
    """An IP address manager with a pool for each region; `shares` says who can take a VPC's range from them."""

    cidr: PoolCidr = Field(description="All addresses that there are.")
    regions: dict[Region, PartCidr] = Field(min_length=1, description="Region to the part of `cidr` that its VPCs get.")
    network_prefix: int = Field(default=16, ge=16, le=28, description="Prefix length of a VPC that asks for none.")
    advanced: bool = Field(
        default=True, description="AWS's paid tier, without which addresses of other accounts are not seen."
    )

    @model_validator(mode="after")
    def _regions_fit(self) -> Self:
        refuse_misfits("regions", (self.cidr,), self.regions)
        return self


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
        regions = sorted(ipam.regions) if ipam else []
        if not set(regions) <= set(organization.governed_regions):
            continue  # one of them may be the region that the share means
        for region in share.ipam_pools:
            if region not in regions:
                path = ("shares", share.slug, "ipam_pools")
                expected = f"regions of the pools of {share.account.slug!r}: {one_of(regions)}"
                yield files.organization.file.problem(path, repr(region), expected, did_you_mean(region, regions))


IPAM: Final[AccountCapability[Ipam]] = AccountCapability(
    key="ipam",
    model=Ipam,
    description="The organization's addresses, in one account.",
    rules=(_pools,),
    parts=(
        Part(
            name="ipam",
            build="stacks.capabilities.ipam:add",
            types=frozenset({"aws_vpc_ipam", "aws_vpc_ipam_pool", "aws_vpc_ipam_pool_cidr"}),
            cost=("Each address in use by the hour, in all accounts, with `advanced: true`.",),
        ),
    ),
)
