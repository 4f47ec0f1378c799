"""Ranges of VPCs, reserved by account: whoever comes later moves nobody."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any, Final, Self

from pydantic import Field, model_validator

from config.capabilities.capability import OrganizationCapability
from config.capabilities.network import NETWORK, own_ranges, vpc_path
from config.capabilities.problems import at
from config.errors import KeyPath, Problem, did_you_mean
from config.model.base import Model, refuse
from config.model.cidr import Cidr, PoolCidr, refuse_misfits
from config.model.types import Slug
from config.nodes import Configuration
from config.sources.files import Files

_KEY: Final = "address_plan"


class AddressPool(Model):
    """Addresses for the VPCs of several accounts."""

    cidr: PoolCidr = Field(description="All addresses of the pool.")
    prefix: int = Field(ge=16, le=28, description="The prefix length of each reserved range.")
    reserved: dict[Slug, Cidr] = Field(
        default_factory=dict,
        description="Account to the range of its `network`, wherever the rest of `network` is said: for an OU or a tag, for instance.",
    )

    @model_validator(mode="after")
    def _ranges_fit(self) -> Self:
        for slug, cidr in sorted(self.reserved.items()):
            if IPv4Network(cidr).prefixlen != self.prefix:
                raise refuse(f"ranges of `prefix: {self.prefix}` in `reserved`, but that of {slug} is {cidr}")
        refuse_misfits("reserved addresses", (self.cidr,), self.reserved)
        return self


@dataclass(frozen=True)
class Reservation:
    """An account's range.

    Args:
        path: The keys of organization.yaml that lead to it.
        cidr: The range.
    """

    path: KeyPath
    cidr: str

    @property
    def settings(self) -> dict[str, Any]:
        """What it says of the account's settings."""
        return {"network": {"cidr": self.cidr}}


def reservation(organization: Any, account: str) -> Reservation | None:
    """What organization.yaml reserves for an account.

    Args:
        organization: The file's model.
        account: The account's slug.
    """
    pools: Mapping[str, AddressPool] = getattr(organization, _KEY)
    found = (
        Reservation((_KEY, slug, "reserved", account), pool.reserved[account])
        for slug, pool in sorted(pools.items())
        if account in pool.reserved
    )
    return next(found, None)


def _known(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Ranges are reserved for accounts that there are, once, and no two pools share addresses."""
    homes: dict[str, str] = {}
    ranges: dict[str, IPv4Network] = {}
    for slug, pool in (ADDRESS_PLAN.of(organization) or {}).items():
        path: KeyPath = (_KEY, slug)
        for other, taken in ranges.items():
            if taken.overlaps(IPv4Network(pool.cidr)):
                arrived = f"{pool.cidr}, which overlaps {taken} of {other!r}"
                yield files.organization.file.problem((*path, "cidr"), arrived, "addresses of one pool only")
        ranges[slug] = IPv4Network(pool.cidr)
        for account in sorted(pool.reserved):
            where: KeyPath = (*path, "reserved", account)
            if account not in organization.accounts:
                cure = did_you_mean(account, organization.accounts)
                yield files.organization.file.problem(where, repr(account), "the slug of an account", cure)
            elif account in homes:
                arrived = f"a second range of {account!r}, beside that of {homes[account]!r}"
                yield files.organization.file.problem(where, arrived, "one for each account", "Remove one of them.")
            homes.setdefault(account, slug)


def _held(organization: Configuration, files: Files) -> Iterator[Problem]:
    """What is reserved for an account is no other one's VPC, whether that account has one yet or not."""
    reserved = [
        (IPv4Network(cidr), account, slug)
        for slug, pool in (ADDRESS_PLAN.of(organization) or {}).items()
        for account, cidr in sorted(pool.reserved.items())
    ]
    for account in organization.accounts.values() if reserved else ():
        network = NETWORK.in_account(organization, account)
        for vpc_slug, vpc in network.every.items() if network else ():
            for key, own in own_ranges(vpc).items():
                for cidr, home, slug in reserved:
                    if home == account.slug or home not in organization.accounts or not cidr.overlaps(IPv4Network(own)):
                        continue
                    other = NETWORK.in_account(organization, organization.accounts[home])
                    if other and any(IPv4Network(each.cidr) == cidr for each in other.every.values()):
                        continue  # two VPCs that overlap, which is said of them
                    path = (*vpc_path(vpc_slug), *(() if key == "cidr" else ("secondary_cidrs",)), key)
                    arrived = f"{own}, which overlaps {cidr}, reserved for {home!r} in {slug!r} of `{_KEY}`"
                    yield at(files, account, path, arrived, "a range that is free")


ADDRESS_PLAN: Final[OrganizationCapability[Mapping[str, AddressPool]]] = OrganizationCapability(
    key=_KEY,
    annotation=dict[Slug, AddressPool],
    default_factory=dict,
    description="Ranges of VPCs, reserved by account, so that a VPC can be said for an OU or a tag.",
    resolve=lambda pools, _resolving: dict(sorted(pools.items())),
    rules=(_known, _held),
)
