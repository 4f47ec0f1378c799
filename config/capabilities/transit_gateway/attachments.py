"""What is attached to a transit gateway: VPCs of its own account and of others, the gateways of other regions, VPNs, Direct Connect."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from config.capabilities.transit_gateway.model import Router, TransitGateway
from config.capabilities.transit_gateway.tables import BEYOND
from config.errors import KeyPath
from config.nodes import Account, Organization


@dataclass(frozen=True)
class Attached:
    """The VPCs at a transit gateway.

    AWS shows the account of a transit gateway whose an attachment is, but no tags of others: of an account with several attached
    VPCs, only ids tell which is which. Those that route tables name one by one need them; the rest goes by the account.

    Args:
        owner: The account that has the transit gateway.
        vpcs: Its own attached VPCs, by slug.
        others: The attached VPCs of other accounts, by account and slug, with the ids of their attachments as far as written.
        apart: Of other accounts with several, the VPCs that are named one by one: by account, their slugs.
        beyond: The attachments that are no VPCs: `region:<region>`, `vpn:<slug>`, `dx:<slug>`.

    Source: https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-share.html
    """

    owner: Account
    vpcs: tuple[str, ...]
    others: Mapping[str, Mapping[str, str | None]]
    apart: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    beyond: tuple[str, ...] = ()

    @property
    def accounts(self) -> tuple[str, ...]:
        """The other accounts with attached VPCs, by slug."""
        return tuple(self.others)

    @property
    def names(self) -> tuple[str, ...]:
        """What route tables can call single VPCs: `<slug>`, or `<account>/<slug>`."""
        return (*self.vpcs, *(f"{account}/{vpc}" for account, vpcs in self.others.items() for vpc in vpcs))

    @property
    def everybody(self) -> tuple[str, ...]:
        """All there are, as `Table` has them."""
        own = tuple(f"vpc:{slug}" for slug in self.vpcs)
        return (*own, *(each for account in self.others for each in self._of(account)), *self.beyond)

    @property
    def ids(self) -> dict[str, dict[str, str]]:
        """The ids of those that are told apart: by account, and as `Table` has them."""
        return {
            account: {f"vpc:{account}/{slug}": id_ for slug in slugs if (id_ := self.others[account][slug])}
            for account, slugs in sorted(self.apart.items())
        }

    @property
    def unknown(self) -> tuple[tuple[str, str], ...]:
        """Account and slug of those that are told apart, and whose ids are not written."""
        return tuple(
            (account, slug)
            for account, slugs in sorted(self.apart.items())
            for slug in slugs
            if not self.others[account][slug]
        )

    def is_known(self, attachment: str) -> bool:
        """Whether it can be told which attachments these are: of an account, once all ids are written that are needed."""
        kind, _, name = attachment.partition(":")
        account = name if kind == "account" else name.partition("/")[0] if "/" in name else ""
        return account not in {account for account, _ in self.unknown}

    def single(self, name: str) -> str:
        """One attachment, as `Table` has it."""
        if name.startswith(BEYOND):
            return name
        account = name.partition("/")[0]
        return f"account:{account}" if "/" in name and account not in self.apart else f"vpc:{name}"

    def choose(self, selectors: Sequence[str], organization: Organization) -> tuple[str, ...]:
        """The attachments that selectors stand for, each once. What there is not stands for none."""
        found: dict[str, None] = {}
        for selector in selectors:
            if selector.startswith(("vpc:", *BEYOND)):
                found[self.single(selector.removeprefix("vpc:"))] = None
                continue
            with suppress(LookupError):
                for account in organization.select_accounts([selector]):
                    found |= dict.fromkeys(self._of(account.slug))
        return tuple(found)

    def _of(self, account: str) -> tuple[str, ...]:
        if account == self.owner.slug:
            return tuple(f"vpc:{slug}" for slug in self.vpcs)
        named = self.apart.get(account, ())
        rest = len(self.others.get(account, ())) > len(named)
        return (*((f"account:{account}",) if rest else ()), *(f"vpc:{account}/{slug}" for slug in named))


def attached_to(
    gateway: TransitGateway,
    region: str,
    owner: Account,
    vpcs: Iterable[str],
    others: Mapping[str, Mapping[str, str | None]],
    accounts: Mapping[str, Account],
) -> Attached:
    """What is attached to the transit gateway of a region; VPCs of an account are told apart if its settings name single ones.

    Args:
        gateway: The settings of all regions.
        region: The region.
        owner: The account that has it.
        vpcs: The slugs of its own attached VPCs.
        others: The attached VPCs of all accounts, with the ids of their attachments as far as written.
        accounts: The organization's accounts.
    """
    router = gateway.every(owner.region)[region]
    found = {slug: each for slug, each in others.items() if slug != owner.slug and accounts[slug].region == region}
    named = {name for _, name in single_attachments(router) if "/" in name}
    apart = {
        account: slugs
        for account, vpcs in found.items()
        if len(vpcs) > 1 and (slugs := tuple(slug for slug in vpcs if f"{account}/{slug}" in named))
    }
    peers = tuple(
        f"region:{other}"
        for pair in peerings(gateway, owner.region)
        if region in pair
        for other in pair
        if other != region
    )
    here = region == owner.region
    ways = (
        *(f"vpn:{slug}" for slug in sorted(router.vpns)),
        *(f"dx:{slug}" for slug in sorted(gateway.direct_connect) if here),
    )
    return Attached(owner, tuple(vpcs) if here else (), found, apart, (*peers, *ways))


def peerings(gateway: TransitGateway, home: str) -> tuple[tuple[str, str], ...]:
    """The pairs of regions whose transit gateways are peered: who asks, and who accepts.

    Args:
        gateway: The settings of all regions.
        home: The region of the account that has them.
    """
    routers = gateway.every(home)
    order = list(routers)
    found = {
        tuple(sorted((region, name.removeprefix("region:")), key=order.index))
        for region, router in routers.items()
        for _, name in single_attachments(router)
        if name.startswith("region:") and name.removeprefix("region:") in {*routers} - {region}
    }
    return tuple((asks, accepts) for asks, accepts in sorted(found))


def selectors_of(router: Router) -> Iterator[tuple[KeyPath, Sequence[str]]]:
    """The selectors in a transit gateway's settings, and where they stand."""
    if router.preset:
        yield ("preset", "shared"), router.preset.shared
        for slug, found in sorted(router.preset.environments.items()):
            yield ("preset", "environments", slug), found
    for slug, table in sorted(router.route_tables.items()):
        for key in ("associations", "propagations"):
            yield ("route_tables", slug, key), getattr(table, key)


def single_attachments(router: Router) -> Iterator[tuple[KeyPath, str]]:
    """The attachments that a transit gateway's settings name one by one, VPCs without `vpc:`, and where."""
    for path, selectors in selectors_of(router):
        for index, selector in enumerate(selectors):
            if selector.startswith(("vpc:", *BEYOND)):
                yield (*path, index), selector.removeprefix("vpc:")
    for key in ("egress", "inspection"):
        if router.preset and (name := getattr(router.preset, key)):
            yield ("preset", key), name
    for table_slug, table in sorted(router.route_tables.items()):
        for slug, route in sorted(table.routes.items()):
            if route.attachment:
                yield ("route_tables", table_slug, "routes", slug, "attachment"), route.attachment
