"""The route tables of the organization's transit gateway, with the accounts that they are for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from config.capabilities.capability import FREE, AccountInput, Capability, Need, Part
from config.capabilities.network import NETWORK, attached_accounts, attached_vpcs, vpc_path
from config.capabilities.problems import at, written
from config.capabilities.transit_gateway import TRANSIT_GATEWAY, TransitGateway
from config.capabilities.transit_gateway_attachments import Attached, attached_to, selectors_of, single_vpcs
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
        tables: Its route tables by slug, with the attachments that are known.
        attached: What is attached.
        accept: Whether other accounts' attachments wait until they are let in.
    """

    tables: Mapping[str, Table]
    attached: Attached
    accept: bool


def _routing(inputs: AccountInput) -> Routing | None:
    gateway, network = TRANSIT_GATEWAY.of(inputs), NETWORK.of(inputs)
    if not gateway or not gateway.routes:
        return None
    vpcs = tuple(network.attached) if network else ()
    attached = attached_to(gateway, inputs.account, vpcs, NETWORK.published(inputs.organization))
    tables = _tables(gateway, attached, inputs.organization)
    known = {
        slug: Table(
            tuple(filter(attached.is_known, table.associations)),
            tuple(filter(attached.is_known, table.propagations)),
            {
                key: route
                for key, route in table.routes.items()
                if not route.attachment or attached.is_known(attached.single(route.attachment))
            },
        )
        for slug, table in tables.items()
    }
    return Routing(known, attached, not gateway.accept_attachments)


def _tables(gateway: TransitGateway, attached: Attached, organization: Organization) -> dict[str, Table]:
    def choose(selectors: Sequence[str]) -> tuple[str, ...]:
        return attached.choose(selectors, organization)

    return routing_tables(gateway.preset, gateway.route_tables, choose)


def _known(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Route tables are about accounts and VPCs that there are, and each attachment is in one of them."""
    for owner in organization.accounts.values():
        gateway, network = TRANSIT_GATEWAY.in_account(organization, owner), NETWORK.in_account(organization, owner)
        if not gateway or not gateway.routes:
            continue
        vpcs = tuple(network.attached) if network else ()
        attached = attached_to(gateway, owner, vpcs, attached_vpcs(organization))
        wrong = [
            *_unknown_selectors(organization, files, owner, gateway),
            *_unknown_vpcs(files, owner, gateway, attached),
        ]
        yield from wrong
        if wrong:
            continue
        tables = _tables(gateway, attached, organization)
        yield from _in_one_table(files, owner, gateway, tables, attached)
        yield from _by_one_zone(organization, files, owner, gateway)
        yield from _told_apart(organization, files, attached)
        if len(tables) > _MOST_TABLES:
            arrived = f"{len(tables)} route tables"
            expected = f"at most {_MOST_TABLES}, unless AWS allowed the account more"
            file, path = written(files, owner, ("transit_gateway",))
            yield file.warning(path, arrived, expected, "Ask AWS by `baseline.quotas`.")


def _unknown_selectors(
    organization: Configuration, files: Files, owner: Account, gateway: TransitGateway
) -> Iterator[Problem]:
    for path, selectors in selectors_of(gateway):
        for index, selector in enumerate(selectors):
            if selector.startswith("vpc:"):
                continue
            try:
                organization.select(selector)
            except LookupError:
                known = [unit.selector for unit in organization.units.values()]
                known += [account.selector for account in organization.accounts.values()]
                cure = did_you_mean(selector, known)
                expected = "the selector of an OU, an account or a tag that there is"
                yield at(files, owner, (*path, index), repr(selector), expected, cure)


def _unknown_vpcs(files: Files, owner: Account, gateway: TransitGateway, attached: Attached) -> Iterator[Problem]:
    for path, name in single_vpcs(gateway):
        if name not in attached.names:
            of_others = [each for each in attached.names if "/" in each]
            known, whose = (of_others, "another account") if "/" in name else (attached.vpcs, repr(owner.slug))
            expected = f"a VPC of {whose} with an `attachment`: {one_of(known) if known else 'there is none'}"
            yield at(files, owner, path, repr(name), expected, did_you_mean(name, known))


def _in_one_table(
    files: Files, owner: Account, gateway: TransitGateway, tables: Mapping[str, Table], attached: Attached
) -> Iterator[Problem]:
    homes: dict[str, str] = {}
    for slug, table in tables.items():
        for each in table.associations:
            if each in homes:
                path: KeyPath = ("transit_gateway", "route_tables", slug, "associations")
                if gateway.preset:
                    path = ("transit_gateway", "preset", "environments", slug)
                arrived = f"{each}, which {homes[each]!r} has already"
                yield at(files, owner, path, arrived, "one route table for each attachment", "Name it in one of them.")
            homes.setdefault(each, slug)
    if left := [each for each in attached.everybody if each not in homes]:
        file, path = written(files, owner, ("transit_gateway",))
        yield file.warning(
            path, f"no route table for {', '.join(left)}", "one for each attachment: without, it reaches nothing"
        )


def _by_one_zone(
    organization: Configuration, files: Files, owner: Account, gateway: TransitGateway
) -> Iterator[Problem]:
    """A firewall that sees one direction of a connection only drops it."""
    name = gateway.preset.inspection if gateway.preset else None
    account, _, slug = name.rpartition("/") if name else ("", "", "")
    home = organization.accounts[account] if account else owner
    network = NETWORK.in_account(organization, home)
    if network and slug and not network.attached[slug].appliance_mode:
        path = (*vpc_path(slug), "attachment")
        expected = "`appliance_mode: true` in the VPC that inspects: both directions have to enter by the same zone"
        yield at(files, home, path, "an attachment without it", expected)


def _told_apart(organization: Configuration, files: Files, attached: Attached) -> Iterator[Problem]:
    """Of an account whose VPCs are told apart, the ids are known; AWS gives them, so the first deploy is without."""
    for account in sorted(attached.apart):
        for slug, id_ in attached.others[account].items():
            if id_ is None:
                file, path = written(files, organization.accounts[account], (*vpc_path(slug), "attachment"))
                arrived = f"an attachment without `id`, and route tables of {attached.owner.slug!r} that tell VPCs of {account!r} apart"
                expected = "its id: until then no route table knows it, and it reaches nothing"
                cure = f"Deploy {account!r}, and write the id (tgw-attach-…) that AWS gave it."
                yield file.warning(path, arrived, expected, cure)


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
                    routing.accept and routing.attached.accounts
                ),
                "data.aws_ec2_transit_gateway_attachments": lambda routing: bool(routing.attached.accounts),
            },
        ),
    ),
)
