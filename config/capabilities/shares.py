"""What accounts share with others (AWS RAM)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Self

from pydantic import Field, model_validator

from config.capabilities.capability import FREE, AccountInput, OrganizationCapability, Part
from config.capabilities.network import MAIN, NETWORK
from config.capabilities.prefix_lists import PREFIX_LISTS, PrefixList
from config.capabilities.service_networks import SERVICE_NETWORKS, ServiceNetwork
from config.errors import KeyPath, Problem, did_you_mean, one_of
from config.model.base import Model, refuse
from config.model.types import AccountId, Arn, Selector, Slug, UnitName
from config.nodes import Account, Configuration, Node, Organization
from config.sources.files import Files
from config.sources.resolving import Resolving

_RAM: Final = "ram.amazonaws.com"
_SHARED: Final = ("subnets", "transit_gateway", "ipam_pools", "resolver", "prefix_lists", "service_networks", "arns")
"""What can be shared, by key."""


class ShareEntry(Model):
    """Something of one account that others may use (AWS RAM)."""

    name: UnitName | None = Field(default=None, description="Shown in the AWS console; the slug if not said.")
    account: Slug = Field(description="The account that owns what is shared.")
    subnets: tuple[Slug, ...] = Field(default=(), description="Subnets of that account's `network`, by slug.")
    vpc: Slug = Field(default=MAIN, description="The VPC that they are of, if it is one of `network.vpcs`.")
    subnet_tags: bool = Field(
        default=False,
        description="Whether the accounts see names and tags of the subnets and their VPC, too: AWS shows each account its own tags only.",
    )
    transit_gateway: bool = Field(default=False, description="That account's `transit_gateway`.")
    ipam_pools: tuple[Slug, ...] = Field(
        default=(), description="Pools of that account's `ipam`: a region's by its name, one of `pools` by slug."
    )
    resolver: bool = Field(default=False, description="The organization's `resolver`, if it is that account's.")
    prefix_lists: tuple[Slug, ...] = Field(default=(), description="Those of `prefix_lists` that are that account's.")
    service_networks: tuple[Slug, ...] = Field(
        default=(), description="Those of `service_networks` that are that account's."
    )
    arns: tuple[Arn, ...] = Field(default=(), description="Anything else, by ARN.")
    principals: tuple[Selector, ...] = Field(
        min_length=1, description="Who may use it; `root` is the whole organization."
    )
    allow_external_principals: bool = Field(default=False, description="Whether accounts outside may be invited.")
    external_principals: tuple[AccountId, ...] = Field(default=(), description="Accounts outside the organization.")

    @model_validator(mode="after")
    def _shares_something(self) -> Self:
        if not any(getattr(self, key) for key in _SHARED):
            raise refuse(f"{', '.join(f'`{key}`' for key in _SHARED[:-1])} or `{_SHARED[-1]}` to share")
        if self.subnet_tags and not self.subnets:
            raise refuse("`subnets` with `subnet_tags: true`", "Name them, or remove this.")
        if self.external_principals and not self.allow_external_principals:
            raise refuse("`allow_external_principals: true` with `external_principals`", "Say so, or remove them.")
        return self


@dataclass(frozen=True, eq=False)
class SharedSubnet:
    """A subnet, as the accounts that it is shared with may know it."""

    cidr: str
    name: str | None
    tags: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Share:
    """What one account shares, and with whom."""

    slug: str
    name: str
    account: Account
    subnets: tuple[str, ...]
    """Slugs of subnets of the account's network."""
    vpc: str
    """The slug of their VPC."""
    subnet_tags: Mapping[str, SharedSubnet]
    """The subnets whose names and tags the accounts see, by slug."""
    transit_gateway: bool
    ipam_pools: tuple[str, ...]
    """Regions and slugs of pools of the account's IPAM."""
    resolver: bool
    prefix_lists: tuple[str, ...]
    service_networks: tuple[str, ...]
    arns: tuple[str, ...]
    principals: tuple[Node, ...]
    allow_external_principals: bool
    external_principals: tuple[str, ...]

    def reaches(self, account: Account) -> bool:
        """Whether it is with an account of another's."""
        return account is not self.account and any(
            node is account or node.selector == "root" or node in account.chain for node in self.principals
        )


def _resolve(entries: Mapping[str, ShareEntry], resolving: Resolving) -> dict[str, Share]:
    found = {slug: _share(slug, entry, resolving) for slug, entry in sorted(entries.items())}
    return {slug: share for slug, share in found.items() if share}


def _share(slug: str, entry: ShareEntry, resolving: Resolving) -> Share | None:
    path: KeyPath = ("shares", slug)
    principals = resolving.nodes((*path, "principals"), entry.principals)
    account = resolving.account((*path, "account"), entry.account)
    if account is None:
        return None
    network = NETWORK.written(resolving.configuration.settings[account.slug])
    vpcs = network.every if network else {}
    if entry.vpc not in vpcs and entry.vpc != MAIN:
        expected = f"the slug of a VPC of {entry.account}: {one_of(vpcs)}"
        resolving.problem((*path, "vpc"), repr(entry.vpc), expected, did_you_mean(entry.vpc, vpcs))
        return None
    subnets = vpcs[entry.vpc].subnets if vpcs else {}
    for index, subnet in enumerate(entry.subnets):
        if subnet not in subnets:
            expected = f"the slug of a subnet of {entry.account}: {one_of(sorted(subnets))}"
            resolving.problem((*path, "subnets", index), repr(subnet), expected, did_you_mean(subnet, subnets))
    return Share(
        slug=slug,
        name=entry.name or slug,
        account=account,
        subnets=tuple(sorted(set(entry.subnets))),
        vpc=entry.vpc,
        subnet_tags={
            slug: SharedSubnet(subnets[slug].cidr, subnets[slug].name, subnets[slug].tags)
            for slug in sorted(set(entry.subnets))
            if entry.subnet_tags and slug in subnets
        },
        transit_gateway=entry.transit_gateway,
        ipam_pools=tuple(sorted(set(entry.ipam_pools))),
        resolver=entry.resolver,
        prefix_lists=tuple(sorted(set(entry.prefix_lists))),
        service_networks=tuple(sorted(set(entry.service_networks))),
        arns=tuple(sorted(set(entry.arns))),
        principals=principals,
        allow_external_principals=entry.allow_external_principals,
        external_principals=tuple(sorted(set(entry.external_principals))),
    )


def _own(inputs: AccountInput) -> tuple[Share, ...] | None:
    """What the account shares."""
    found = SHARES.of(inputs.organization) or {}
    return tuple(share for share in found.values() if share.account is inputs.account) or None


def shares_of(organization: Organization) -> Mapping[str, Share]:
    """All shares, by slug."""
    return SHARES.of(organization) or {}


def _trusted(organization: Configuration, files: Files) -> Iterator[Problem]:
    """RAM shares with accounts and OUs of the organization once it may work in all of them."""
    if _RAM in organization.trusted_services or not files.organization.clean:
        return
    for slug in shares_of(organization):
        expected = "it to be trusted: else AWS knows no accounts and OUs to share with"
        cure = f"Add {_RAM} to `trusted_services`."
        yield files.organization.file.problem(("shares", slug), f"a share without {_RAM}", expected, cure)


def _named(organization: Configuration, files: Files) -> Iterator[Problem]:
    """What is shared by its slug is there, and the account's that shares it."""
    whole: dict[str, Mapping[str, PrefixList | ServiceNetwork]] = {
        "prefix_lists": PREFIX_LISTS.of(organization) or {},
        "service_networks": SERVICE_NETWORKS.of(organization) or {},
    }
    for slug, share in shares_of(organization).items() if files.organization.clean else ():
        for key, found in whole.items():
            own = [name for name, each in found.items() if each.account is share.account]
            for index, name in enumerate(getattr(share, key)):
                if name not in own:
                    expected = f"the slug of one of `{key}` of {share.account.slug!r}: {one_of(own)}"
                    path = ("shares", slug, key, index)
                    yield files.organization.file.problem(path, repr(name), expected, did_you_mean(name, own))


SHARES: Final[OrganizationCapability[Mapping[str, Share]]] = OrganizationCapability(
    key="shares",
    annotation=dict[Slug, ShareEntry],
    default_factory=dict,
    description="What accounts share with others.",
    resolve=_resolve,
    rules=(_trusted, _named),
    parts=(
        Part(
            name="shares",
            build="stacks.capabilities.shares:add",
            value=_own,
            types=frozenset(
                {"aws_ram_principal_association", "aws_ram_resource_association", "aws_ram_resource_share"}
            ),
            cost=FREE,
        ),
    ),
)
