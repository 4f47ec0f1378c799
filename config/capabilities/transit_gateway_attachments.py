"""The VPCs at a transit gateway: those of its own account, and of others, which it tells apart as far as it must."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from config.capabilities.transit_gateway import TransitGateway
from config.errors import KeyPath
from config.nodes import Account, Organization


@dataclass(frozen=True)
class Attached:
    """The VPCs at a transit gateway.

    AWS shows the account of a transit gateway whose an attachment is, but no tags of others: of an account with several attached
    VPCs, only ids tell which is which. They are asked for where route tables do.

    Args:
        owner: The account that has the transit gateway.
        vpcs: Its own attached VPCs, by slug.
        others: The attached VPCs of other accounts, by account and slug, with the ids of their attachments as far as written.
        apart: The other accounts whose VPCs are told apart.

    Source: https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-share.html
    """

    owner: Account
    vpcs: tuple[str, ...]
    others: Mapping[str, Mapping[str, str | None]]
    apart: frozenset[str] = frozenset()

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
        return (*own, *(each for account in self.others for each in self._of(account)))

    @property
    def ids(self) -> dict[str, dict[str, str]]:
        """The ids of those that are told apart, as far as written: by account, and as `Table` has them."""
        return {
            account: {f"vpc:{account}/{slug}": id_ for slug, id_ in self.others[account].items() if id_}
            for account in sorted(self.apart)
        }

    def single(self, name: str) -> str:
        """One VPC, as `Table` has it."""
        account = name.partition("/")[0]
        return f"account:{account}" if "/" in name and account not in self.apart else f"vpc:{name}"

    def is_known(self, attachment: str) -> bool:
        """Whether an attachment can be told from others."""
        account, found, _ = attachment.removeprefix("vpc:").partition("/")
        return not found or attachment in self.ids.get(account, ())

    def choose(self, selectors: Sequence[str], organization: Organization) -> tuple[str, ...]:
        """The attachments that selectors stand for, each once. What there is not stands for none."""
        found: dict[str, None] = {}
        for selector in selectors:
            if selector.startswith("vpc:"):
                found[self.single(selector[4:])] = None
                continue
            with suppress(LookupError):
                for account in organization.select_accounts([selector]):
                    found |= dict.fromkeys(self._of(account.slug))
        return tuple(found)

    def _of(self, account: str) -> tuple[str, ...]:
        if account == self.owner.slug:
            return tuple(f"vpc:{slug}" for slug in self.vpcs)
        if account in self.apart:
            return tuple(f"vpc:{account}/{slug}" for slug in self.others[account])
        return (f"account:{account}",) if account in self.others else ()


def attached_to(
    gateway: TransitGateway, owner: Account, vpcs: Sequence[str], others: Mapping[str, Mapping[str, str | None]]
) -> Attached:
    """The VPCs at a transit gateway, those told apart that its settings name.

    Args:
        gateway: The transit gateway's settings.
        owner: The account that has it.
        vpcs: The slugs of its own attached VPCs.
        others: The attached VPCs of all accounts, with the ids of their attachments as far as written.
    """
    found = {slug: each for slug, each in others.items() if slug != owner.slug}
    named = {name.partition("/")[0] for _, name in single_vpcs(gateway) if "/" in name}
    apart = frozenset(slug for slug in named if len(found.get(slug, ())) > 1)
    return Attached(owner, tuple(vpcs), found, apart)


def selectors_of(gateway: TransitGateway) -> Iterator[tuple[KeyPath, Sequence[str]]]:
    """The selectors in a transit gateway's settings, and where they stand."""
    if gateway.preset:
        yield ("transit_gateway", "preset", "shared"), gateway.preset.shared
        for slug, found in sorted(gateway.preset.environments.items()):
            yield ("transit_gateway", "preset", "environments", slug), found
    for slug, table in sorted(gateway.route_tables.items()):
        for key in ("associations", "propagations"):
            yield ("transit_gateway", "route_tables", slug, key), getattr(table, key)


def single_vpcs(gateway: TransitGateway) -> Iterator[tuple[KeyPath, str]]:
    """The VPCs that a transit gateway's settings name one by one, and where."""
    for path, selectors in selectors_of(gateway):
        for index, selector in enumerate(selectors):
            if selector.startswith("vpc:"):
                yield (*path, index), selector[4:]
    for key in ("egress", "inspection"):
        if gateway.preset and (name := getattr(gateway.preset, key)):
            yield ("transit_gateway", "preset", key), name
    for table_slug, table in sorted(gateway.route_tables.items()):
        for slug, route in sorted(table.routes.items()):
            if route.attachment:
                yield ("transit_gateway", "route_tables", table_slug, "routes", slug, "attachment"), route.attachment
