"""The route tables of the organization's transit gateway, with the accounts that they are for."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from config.capabilities.capability import FREE, AccountInput, Capability, Need, Part
from config.capabilities.network import NETWORK, attached_accounts, vpc_path
from config.capabilities.problems import at, written
from config.capabilities.transit_gateway import TRANSIT_GATEWAY, TransitGateway
from config.capabilities.transit_gateway_tables import Table, routing_tables
from config.errors import KeyPath, Problem, did_you_mean, one_of
from config.nodes import Account, Configuration, Organization
from config.sources.files import Files

_MOST_TABLES: Final = 20
"""Route tables of a transit gateway, as long as AWS has not been asked for more.

Source: https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-quotas.html
"""


@dataclass(frozen=True)
class Routing:
    """Which attachments a transit gateway connects.

    Args:
        tables: Its route tables by slug.
        vpcs: The VPCs of its own account that are attached, by slug.
        accounts: The other accounts with attached VPCs, by slug.
        accept: Whether these wait until they are let in.
    """

    tables: Mapping[str, Table]
    vpcs: tuple[str, ...]
    accounts: tuple[str, ...]
    accept: bool


def _routing(inputs: AccountInput) -> Routing | None:
    gateway, network = TRANSIT_GATEWAY.of(inputs), NETWORK.of(inputs)
    if not gateway or not gateway.routes:
        return None
    vpcs = tuple(network.attached) if network else ()
    attached = [inputs.organization.accounts[slug] for slug in NETWORK.published(inputs.organization)]
    return _of(gateway, inputs.account, vpcs, attached, inputs.organization)


def _of(
    gateway: TransitGateway,
    owner: Account,
    vpcs: Sequence[str],
    attached: Sequence[Account],
    organization: Organization,
) -> Routing:
    others = tuple(account.slug for account in attached if account is not owner)

    def choose(selectors: Sequence[str]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for selector in selectors:
            if selector.startswith("vpc:"):
                found[selector] = None
                continue
            with suppress(LookupError):  # `_known` says what there is not
                for account in organization.select_accounts([selector]):
                    if account is owner:
                        found |= dict.fromkeys(f"vpc:{slug}" for slug in vpcs)
                    elif account.slug in others:
                        found[account.selector] = None
        return tuple(found)

    tables = routing_tables(gateway.preset, gateway.route_tables, choose)
    return Routing(tables, tuple(vpcs), others, not gateway.accept_attachments)


def _known(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Route tables are about accounts and VPCs that there are, and each attachment is in one of them."""
    for owner in organization.accounts.values():
        gateway, network = TRANSIT_GATEWAY.in_account(organization, owner), NETWORK.in_account(organization, owner)
        if not gateway or not gateway.routes:
            continue
        vpcs = tuple(network.attached) if network else ()
        wrong = [
            *_unknown_selectors(organization, files, owner, gateway, vpcs),
            *_unknown_attachments(files, owner, gateway, vpcs),
        ]
        yield from wrong
        if wrong:
            continue
        attached = [organization.accounts[slug] for slug in attached_accounts(organization)]
        routing = _of(gateway, owner, vpcs, attached, organization)
        yield from _in_one_table(files, owner, gateway, routing)
        yield from _by_one_zone(organization, files, owner, gateway)
        if len(routing.tables) > _MOST_TABLES:
            arrived = f"{len(routing.tables)} route tables"
            expected = f"at most {_MOST_TABLES}, unless AWS allowed the account more"
            file, path = written(files, owner, ("transit_gateway",))
            yield file.warning(path, arrived, expected, "Ask AWS by `baseline.quotas`.")


def _selectors(gateway: TransitGateway) -> Iterator[tuple[KeyPath, Sequence[str]]]:
    if gateway.preset:
        yield ("transit_gateway", "preset", "shared"), gateway.preset.shared
        for slug, found in sorted(gateway.preset.environments.items()):
            yield ("transit_gateway", "preset", "environments", slug), found
    for slug, table in sorted(gateway.route_tables.items()):
        for key in ("associations", "propagations"):
            yield ("transit_gateway", "route_tables", slug, key), getattr(table, key)


def _unknown_selectors(
    organization: Configuration, files: Files, owner: Account, gateway: TransitGateway, vpcs: Sequence[str]
) -> Iterator[Problem]:
    for path, selectors in _selectors(gateway):
        for index, selector in enumerate(selectors):
            if selector.startswith("vpc:"):
                if selector[4:] not in vpcs:
                    yield _no_vpc(files, owner, (*path, index), selector[4:], vpcs)
                continue
            try:
                organization.select(selector)
            except LookupError:
                known = [unit.selector for unit in organization.units.values()]
                known += [account.selector for account in organization.accounts.values()]
                cure = did_you_mean(selector, known)
                expected = "the selector of an OU, an account or a tag that there is"
                yield at(files, owner, (*path, index), repr(selector), expected, cure)


def _unknown_attachments(
    files: Files, owner: Account, gateway: TransitGateway, vpcs: Sequence[str]
) -> Iterator[Problem]:
    named: dict[KeyPath, str] = {}
    for key in ("egress", "inspection"):
        if gateway.preset and (slug := getattr(gateway.preset, key)):
            named["transit_gateway", "preset", key] = slug
    for table_slug, table in sorted(gateway.route_tables.items()):
        for slug, route in sorted(table.routes.items()):
            if route.attachment:
                named["transit_gateway", "route_tables", table_slug, "routes", slug, "attachment"] = route.attachment
    for path, vpc in named.items():
        if vpc not in vpcs:
            yield _no_vpc(files, owner, path, vpc, vpcs)


def _no_vpc(files: Files, owner: Account, path: KeyPath, vpc: str, vpcs: Sequence[str]) -> Problem:
    expected = f"a VPC of {owner.slug!r} with an `attachment`: {one_of(vpcs) if vpcs else 'it has none'}"
    return at(files, owner, path, repr(vpc), expected, did_you_mean(vpc, vpcs))


def _in_one_table(files: Files, owner: Account, gateway: TransitGateway, routing: Routing) -> Iterator[Problem]:
    homes: dict[str, str] = {}
    for slug, table in routing.tables.items():
        for each in table.associations:
            if each in homes:
                path: KeyPath = ("transit_gateway", "route_tables", slug, "associations")
                if gateway.preset:
                    path = ("transit_gateway", "preset", "environments", slug)
                arrived = f"{each}, which {homes[each]!r} has already"
                yield at(files, owner, path, arrived, "one route table for each attachment", "Name it in one of them.")
            homes.setdefault(each, slug)
    everybody = (*(f"vpc:{slug}" for slug in routing.vpcs), *(f"account:{slug}" for slug in routing.accounts))
    if left := [each for each in everybody if each not in homes]:
        file, path = written(files, owner, ("transit_gateway",))
        yield file.warning(
            path, f"no route table for {', '.join(left)}", "one for each attachment: without, it reaches nothing"
        )


def _by_one_zone(
    organization: Configuration, files: Files, owner: Account, gateway: TransitGateway
) -> Iterator[Problem]:
    """A firewall that sees one direction of a connection only drops it."""
    network, slug = NETWORK.in_account(organization, owner), gateway.preset and gateway.preset.inspection
    if network and slug and not network.attached[slug].appliance_mode:
        path = (*vpc_path(slug), "attachment")
        expected = "`appliance_mode: true` in the VPC that inspects: both directions have to enter by the same zone"
        yield at(files, owner, path, "an attachment without it", expected)


def _looks_up(organization: Configuration) -> Iterator[Need]:
    """Attachments of other accounts are looked up, since their stacks make them and need the transit gateway for it."""
    for owner in organization.accounts.values():
        gateway = TRANSIT_GATEWAY.in_account(organization, owner)
        for slug in attached_accounts(organization) if gateway and gateway.routes else ():
            if slug != owner.slug:
                yield Need(owner, organization.accounts[slug], "the attachment")


TRANSIT_GATEWAY_ROUTING: Final = Capability(
    key="transit_gateway.route_tables",
    rules=(_known,),
    looks_up=_looks_up,
    parts=(
        Part[Routing](
            name="transit_gateway.route_tables",
            build="stacks.capabilities.transit_gateway:add_routes",
            value=_routing,
            types=frozenset(
                {
                    "aws_ec2_transit_gateway_route",
                    "aws_ec2_transit_gateway_route_table",
                    "aws_ec2_transit_gateway_route_table_association",
                    "aws_ec2_transit_gateway_route_table_propagation",
                    "aws_ec2_transit_gateway_vpc_attachment_accepter",
                    "data.aws_ec2_transit_gateway_attachments",
                }
            ),
            readers=lambda inputs: TRANSIT_GATEWAY.of(inputs) is not None,
            cost=FREE,
            when={
                "aws_ec2_transit_gateway_route": lambda routing: any(table.routes for table in routing.tables.values()),
                "aws_ec2_transit_gateway_route_table_association": lambda routing: any(
                    table.associations for table in routing.tables.values()
                ),
                "aws_ec2_transit_gateway_route_table_propagation": lambda routing: any(
                    table.propagations for table in routing.tables.values()
                ),
                "aws_ec2_transit_gateway_vpc_attachment_accepter": lambda routing: bool(
                    routing.accept and routing.accounts
                ),
                "data.aws_ec2_transit_gateway_attachments": lambda routing: bool(routing.accounts),
            },
        ),
    ),
)
