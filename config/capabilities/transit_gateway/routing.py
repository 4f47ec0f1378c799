"""The route tables of the organization's transit gateway, with the accounts that they are for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from config.capabilities.capability import AccountInput, Capability, Need, Part
from config.capabilities.network import NETWORK, attached_accounts, attached_vpcs, vpc_path
from config.capabilities.prefix_lists import PREFIX_LISTS
from config.capabilities.problems import at, written
from config.capabilities.transit_gateway import TRANSIT_GATEWAY
from config.capabilities.transit_gateway.attachments import (
    Attached,
    attached_to,
    peerings,
    selectors_of,
    single_attachments,
)
from config.capabilities.transit_gateway.model import Router
from config.capabilities.transit_gateway.tables import BEYOND, StaticRoute, Table, routing_tables
from config.errors import KeyPath, Problem, did_you_mean, one_of
from config.nodes import Account, Configuration, Organization
from config.sources.files import Files

_MOST_TABLES: Final = 20
"""Route tables of a transit gateway, as long as AWS has not been asked for more.

Source: https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-quotas.html
"""


@dataclass(frozen=True)
class Routing:
    """Which attachments the transit gateway of a region connects.

    Args:
        tables: Its route tables by slug.
        attached: What is attached.
        accept: Whether other accounts' attachments wait until they are let in.
    """

    tables: Mapping[str, Table]
    attached: Attached
    accept: bool


@dataclass(frozen=True)
class Routings:
    """Which attachments the transit gateways connect.

    Args:
        regions: By region.
        peerings: The regions whose transit gateways are peered: who asks, and who accepts.
    """

    regions: Mapping[str, Routing]
    peerings: tuple[tuple[str, str], ...]

    def any(self, holds: Callable[[Routing], object]) -> bool:
        """Whether something holds in one of the regions."""
        return any(map(holds, self.regions.values()))


def _routing(inputs: AccountInput) -> Routings | None:
    gateway, network = TRANSIT_GATEWAY.of(inputs), NETWORK.of(inputs)
    if not gateway:
        return None
    home, accounts = inputs.account.region, inputs.organization.accounts
    vpcs = tuple(network.attached) if network else ()
    found = {}
    for region, router in gateway.every(home).items():
        if router.routes:
            attached = attached_to(
                gateway, region, inputs.account, vpcs, NETWORK.published(inputs.organization), accounts
            )
            tables = {
                slug: _of_known(table, attached)
                for slug, table in _tables(router, attached, inputs.organization).items()
            }
            found[region] = Routing(tables, attached, not router.accept_attachments)
    return Routings(found, peerings(gateway, home)) if found else None


def _of_known(table: Table, attached: Attached) -> Table:
    """A route table without the attachments that cannot be told from others yet."""
    return Table(
        tuple(filter(attached.is_known, table.associations)),
        tuple(filter(attached.is_known, table.propagations)),
        {
            key: route
            for key, route in table.routes.items()
            if not route.attachment or attached.is_known(attached.single(route.attachment))
        },
    )


def _tables(router: Router, attached: Attached, organization: Organization) -> dict[str, Table]:
    def choose(selectors: Sequence[str]) -> tuple[str, ...]:
        return attached.choose(selectors, organization)

    return routing_tables(router.preset, router.route_tables, choose)


@dataclass(frozen=True)
class _Place:
    """Where the settings of a region's transit gateway are written."""

    files: Files
    owner: Account
    path: KeyPath

    def problem(self, path: KeyPath, arrived: str, expected: str, cure: str = "") -> Problem:
        return at(self.files, self.owner, (*self.path, *path), arrived, expected, cure)

    def warning(self, arrived: str, expected: str, cure: str = "") -> Problem:
        file, place = written(self.files, self.owner, self.path)
        return file.warning(place, arrived, expected, cure)


def _known(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Route tables are about accounts and VPCs that there are, and each attachment is in one of them."""
    for owner in organization.accounts.values():
        gateway, network = TRANSIT_GATEWAY.in_account(organization, owner), NETWORK.in_account(organization, owner)
        if not gateway:
            continue
        vpcs = tuple(network.attached) if network else ()
        for region, router in gateway.every(owner.region).items():
            attached = attached_to(gateway, region, owner, vpcs, attached_vpcs(organization), organization.accounts)
            path: KeyPath = ("transit_gateway", *(() if router is gateway else ("regions", region)))
            yield from _of_region(organization, _Place(files, owner, path), router, attached)


def _of_region(organization: Configuration, place: _Place, router: Router, attached: Attached) -> Iterator[Problem]:
    if not router.routes:
        yield from _without_tables(place, router, attached)
        return
    wrong = [
        *_unknown_selectors(organization, place, router),
        *_unknown_attachments(place, router, attached),
        *_unknown_lists(organization, place, router),
    ]
    yield from wrong
    if wrong:
        return
    tables = _tables(router, attached, organization)
    yield from _in_one_table(place, router, tables, attached)
    yield from _by_one_zone(organization, place, router)
    yield from _told_apart(organization, place.files, attached)
    yield from _ways_back(place, router, tables, attached)
    if len(tables) > _MOST_TABLES:
        arrived = f"{len(tables)} route tables"
        expected = f"at most {_MOST_TABLES}, unless AWS allowed the account more"
        yield place.warning(arrived, expected, "Ask AWS by `baseline.quotas`.")


def _without_tables(place: _Place, router: Router, attached: Attached) -> Iterator[Problem]:
    if peers := [each for each in attached.beyond if each.startswith("region:")]:
        arrived = f"a transit gateway without route tables, which {peers[0]} is peered with"
        yield place.problem((), arrived, "`route_tables`: static routes lead to other regions")
    elif router.connect_all:
        for slug, vpn in sorted(router.vpns.items()):
            if vpn.asn is None:
                expected = "an `asn`, or `route_tables` with a route to it: nothing leads there else"
                yield place.problem(("vpns", slug), "a VPN that tells no ranges, beside `connect_all: true`", expected)
    elif attached.beyond:
        arrived = f"a transit gateway without route tables, and {', '.join(attached.beyond)}"
        yield place.warning(arrived, "route tables: without any, it forwards nothing")


def _unknown_selectors(organization: Configuration, place: _Place, router: Router) -> Iterator[Problem]:
    for path, selectors in selectors_of(router):
        for index, selector in enumerate(selectors):
            if selector.startswith(("vpc:", *BEYOND)):
                continue
            try:
                organization.select(selector)
            except LookupError:
                known = [unit.selector for unit in organization.units.values()]
                known += [account.selector for account in organization.accounts.values()]
                cure = did_you_mean(selector, known)
                expected = "the selector of an OU, an account or a tag that there is"
                yield place.problem((*path, index), repr(selector), expected, cure)


def _unknown_attachments(place: _Place, router: Router, attached: Attached) -> Iterator[Problem]:
    for path, name in single_attachments(router):
        if name in attached.names or name in attached.beyond:
            continue
        if name.startswith(BEYOND):
            known: Sequence[str] = attached.beyond
            kind = name.partition(":")[0]
            expected = {
                "region": f"the region of another transit gateway of {place.owner.slug!r}, with `regions`",
                "vpn": "one of this transit gateway's `vpns`",
                "dx": "one of the first transit gateway's `direct_connect`",
            }[kind]
        else:
            of_others = [each for each in attached.names if "/" in each]
            known, whose = (of_others, "another account") if "/" in name else (attached.vpcs, repr(place.owner.slug))
            expected = f"a VPC of {whose} with an `attachment`: {one_of(known) if known else 'there is none'}"
        yield place.problem(path, repr(name), expected, did_you_mean(name, known))


def _unknown_lists(organization: Configuration, place: _Place, router: Router) -> Iterator[Problem]:
    """Prefix lists are there, in the account and its own region."""
    lists = PREFIX_LISTS.of(organization) or {}
    own = [slug for slug, each in lists.items() if each.account is place.owner and "regions" not in place.path]
    for table_slug, table in sorted(router.route_tables.items()):
        for slug, route in sorted(table.routes.items()):
            if route.prefix_list and route.prefix_list not in own:
                path = ("route_tables", table_slug, "routes", slug, "prefix_list")
                expected = f"one of `prefix_lists` of {place.owner.slug!r}, for routes in {place.owner.region}"
                yield place.problem(path, repr(route.prefix_list), expected, did_you_mean(route.prefix_list, own))


def _in_one_table(place: _Place, router: Router, tables: Mapping[str, Table], attached: Attached) -> Iterator[Problem]:
    homes: dict[str, str] = {}
    for slug, table in tables.items():
        for each in table.associations:
            if each in homes:
                path: KeyPath = ("route_tables", slug, "associations")
                if router.preset:
                    path = ("preset", "environments", slug)
                arrived = f"{each}, which {homes[each]!r} has already"
                yield place.problem(path, arrived, "one route table for each attachment", "Name it in one of them.")
            homes.setdefault(each, slug)
    if left := [each for each in attached.everybody if each not in homes]:
        arrived = f"no route table for {', '.join(left)}"
        cure = _outside_cure(router) if set(left) & set(attached.beyond) else ""
        yield place.warning(arrived, "one for each attachment: without, it reaches nothing", cure)


def _by_one_zone(organization: Configuration, place: _Place, router: Router) -> Iterator[Problem]:
    """A firewall that sees one direction of a connection only drops it."""
    name = router.preset.inspection if router.preset else None
    account, _, slug = name.rpartition("/") if name else ("", "", "")
    home = organization.accounts[account] if account else place.owner
    network = NETWORK.in_account(organization, home)
    if network and slug and not network.attached[slug].appliance_mode:
        path = (*vpc_path(slug), "attachment")
        expected = "`appliance_mode: true` in the VPC that inspects: both directions have to enter by the same zone"
        yield at(place.files, home, path, "an attachment without it", expected)


def _outside_cure(router: Router) -> str:
    if router.preset:
        return "Name it in `shared`, if it tells its ranges by BGP; else write `route_tables` in place of the preset."
    return "Write one in `route_tables`."


def _ways_back(place: _Place, router: Router, tables: Mapping[str, Table], attached: Attached) -> Iterator[Problem]:
    """What comes from another region, or from outside of AWS, is answered, too."""
    led = {route.attachment for table in tables.values() for route in table.routes.values()}
    told = {each for table in tables.values() for each in table.propagations}
    for way in attached.beyond:
        if way not in led | told:
            expected = "one: else nothing from there is answered"
            yield place.warning(f"no route to {way}", expected, _outside_cure(router))


def _told_apart(organization: Configuration, files: Files, attached: Attached) -> Iterator[Problem]:
    """Of an account with several attached VPCs, the ids of those that route tables name are known.

    AWS gives them, so a first deploy is without. The guard stops a plan that takes a way down for it.
    """
    for account, slug in attached.unknown:
        file, place = written(files, organization.accounts[account], (*vpc_path(slug), "attachment"))
        arrived = f"an attachment without `id`, which {attached.owner.slug!r} routes apart from others of {account!r}"
        expected = f"its id: until it is written, no VPC of {account!r} is in a route table, and ways that are there are taken down"
        cure = "Write the ids (tgw-attach-…) of what is attached before another VPC is added; of new ones, once AWS has given them."
        yield file.warning(place, arrived, expected, cure)


def _looks_up(organization: Configuration) -> Iterator[Need]:
    """Attachments of other accounts are looked up, since their stacks make them and need the transit gateway for it."""
    for owner in organization.accounts.values():
        gateway = TRANSIT_GATEWAY.in_account(organization, owner)
        routers = gateway.every(owner.region) if gateway else {}
        for slug in attached_accounts(organization) if routers else ():
            router = routers.get(organization.accounts[slug].region)
            if slug != owner.slug and router and router.routes:
                yield Need(owner, organization.accounts[slug], "the attachment")


def _any_table(holds: Callable[[Table], object]) -> Callable[[Routings], bool]:
    """Whether something holds for a route table of one of the regions."""
    return lambda routings: routings.any(lambda routing: any(map(holds, routing.tables.values())))


def _any_route(holds: Callable[[StaticRoute], object]) -> Callable[[Routings], bool]:
    """As `_any_table`, for a static route."""
    return _any_table(lambda table: any(map(holds, table.routes.values())))


TRANSIT_GATEWAY_ROUTING: Final = Capability(
    key="transit_gateway.route_tables",
    rules=(_known,),
    looks_up=_looks_up,
    parts=(
        Part[Routings](
            name="transit_gateway.route_tables",
            build="stacks.capabilities.transit_gateway:add_routes",
            value=_routing,
            types=frozenset(
                {
                    "aws_ec2_transit_gateway_peering_attachment",
                    "aws_ec2_transit_gateway_peering_attachment_accepter",
                    "aws_ec2_transit_gateway_prefix_list_reference",
                    "aws_ec2_transit_gateway_route",
                    "aws_ec2_transit_gateway_route_table",
                    "aws_ec2_transit_gateway_route_table_association",
                    "aws_ec2_transit_gateway_route_table_propagation",
                    "aws_ec2_transit_gateway_vpc_attachment_accepter",
                    "data.aws_ec2_transit_gateway_attachments",
                }
            ),
            readers=lambda inputs: TRANSIT_GATEWAY.of(inputs) is not None,
            cost=(
                "Each attachment between the transit gateways of two regions by the hour, and each gigabyte through it.",
            ),
            when={
                "aws_ec2_transit_gateway_peering_attachment": lambda routings: bool(routings.peerings),
                "aws_ec2_transit_gateway_peering_attachment_accepter": lambda routings: bool(routings.peerings),
                "aws_ec2_transit_gateway_prefix_list_reference": _any_route(lambda route: route.prefix_list),
                "aws_ec2_transit_gateway_route": _any_route(lambda route: route.destination),
                "aws_ec2_transit_gateway_route_table_association": _any_table(lambda table: table.associations),
                "aws_ec2_transit_gateway_route_table_propagation": _any_table(lambda table: table.propagations),
                "aws_ec2_transit_gateway_vpc_attachment_accepter": lambda routings: routings.any(
                    lambda routing: routing.accept and routing.attached.accounts
                ),
                "data.aws_ec2_transit_gateway_attachments": lambda routings: routings.any(
                    lambda routing: routing.attached.accounts
                ),
            },
        ),
    ),
)
