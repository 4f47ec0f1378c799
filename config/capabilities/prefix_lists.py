"""Ranges under one name (managed prefix lists)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from pydantic import Field, model_validator

from config.capabilities.capability import FREE, AccountInput, OrganizationCapability, Part
from config.model.base import Model, refuse
from config.model.cidr import AnyCidr
from config.model.types import Slug
from config.nodes import Account
from config.sources.resolving import Resolving

KEY: Final = "prefix_lists"


class PrefixListEntry(Model):
    """Ranges under one name, which routes and security groups can take in place of a range."""

    account: Slug = Field(description="The account that has it; others use it by `shares`.")
    entries: dict[Slug, AnyCidr] = Field(min_length=1, description="Ranges by slug, which describes them in AWS.")
    max_entries: int = Field(
        default=20,
        ge=1,
        le=1000,
        description="For how many there is room: whatever names the list counts as so many routes or rules.",
    )

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if len(self.entries) > self.max_entries:
            raise refuse(f"at most {self.max_entries} `entries`", "Raise `max_entries`.")
        ranges: dict[str, str] = {}
        for slug, cidr in sorted(self.entries.items()):
            if cidr in ranges:
                raise refuse(f"each range once, but {ranges[cidr]!r} and {slug!r} are {cidr}")
            ranges[cidr] = slug
        return self


@dataclass(frozen=True, eq=False)
class PrefixList:
    """A list, and whose it is."""

    slug: str
    account: Account
    entries: Mapping[str, str]
    max_entries: int


def _resolve(entries: Mapping[str, PrefixListEntry], resolving: Resolving) -> dict[str, PrefixList]:
    found = {}
    for slug, entry in sorted(entries.items()):
        account = resolving.account((KEY, slug, "account"), entry.account)
        if account:
            found[slug] = PrefixList(slug, account, entry.entries, entry.max_entries)
    return found


def _own(inputs: AccountInput) -> tuple[PrefixList, ...] | None:
    found = PREFIX_LISTS.of(inputs.organization) or {}
    return tuple(each for each in found.values() if each.account is inputs.account) or None


PREFIX_LISTS: Final[OrganizationCapability[Mapping[str, PrefixList]]] = OrganizationCapability(
    key=KEY,
    annotation=dict[Slug, PrefixListEntry],
    default_factory=dict,
    description="Ranges under one name, which routes and security groups can take.",
    resolve=_resolve,
    parts=(
        Part(
            name=KEY,
            build="stacks.capabilities.prefix_lists:add",
            value=_own,
            types=frozenset({"aws_ec2_managed_prefix_list"}),
            cost=FREE,
        ),
    ),
)
