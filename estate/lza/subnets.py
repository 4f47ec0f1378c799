"""Subnets of the Accelerator's VPCs, what they are for, and their routes."""

from __future__ import annotations

import re
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any, Final

from config.model.cidr import Cidr
from estate.adoption.slugs import slugs
from estate.lza.addresses import packed

if TYPE_CHECKING:
    from estate.lza.draft import Draft
    from estate.lza.reading import Node

EVERYWHERE: Final = "0.0.0.0/0"
_FIREWALL: Final = re.compile(r"(?:^|-)(?:fw|firewall)(?:-|$)", re.IGNORECASE)
_ZONES: Final = "abcdef"


def is_public(table: Node) -> bool:
    """Whether a route table leads to the internet directly."""
    return any(route.text("type") == "internetGateway" for route in table.each("routes"))


def attached_subnets(entry: Node) -> set[str]:
    """The names of the subnets by which the transit gateway enters a VPC."""
    return {name for each in entry.each("transitGatewayAttachments") for name in each.texts("subnets")}


def subnet_slugs(entry: Node, into: Draft) -> dict[str, str]:
    """Names of subnets by slug: without what the VPC's name and theirs have in common."""
    names = {str(index): subnet.needed("name") for index, subnet in enumerate(entry.each("subnets"))}
    short = {key: into.short(name, entry.text("name")) for key, name in names.items()}
    return {slug: names[key] for key, slug in slugs(short, {}, (), "subnet").items()}


def tier_of(subnet: Node, entry: Node) -> str:
    """What a subnet is for, by its routes and by who is in it."""
    name, table = subnet.text("name"), _table(subnet, entry)
    if table is not None and is_public(table):
        return "public"
    if name in attached_subnets(entry):
        return "attachment"
    if _FIREWALL.search(name):
        return "firewall"
    routes = table.each("routes") if table else []
    out = any(route.text("destination") == EVERYWHERE for route in routes)
    return "private" if out else "data"


def _table(subnet: Node, entry: Node) -> Node | None:
    wanted = subnet.text("routeTable")
    tables = {table.text("name"): table for table in entry.each("routeTables")}
    if wanted and wanted not in tables:
        subnet.child("routeTable").problem(
            repr(wanted), f"a route table of the VPC: {', '.join(tables) or 'there is none'}"
        )
    return tables.get(wanted)


def zone_of(subnet: Node, into: Draft) -> str:
    """The letter of a subnet's zone."""
    zone = subnet.text("availabilityZone", "a").lower()
    if zone.isdigit():
        into.note(subnet.child("availabilityZone"), "Zones are letters: those of a number differ between accounts.")
        return _ZONES[min(int(zone), len(_ZONES)) - 1]
    return zone[-1:]


def subnets_of(entry: Node, into: Draft, cidr: str) -> dict[str, Any]:
    """The subnets of a VPC with one range."""
    by_name = {subnet.text("name"): subnet for subnet in entry.each("subnets")}
    sizes, fixed = {}, {}
    for slug, name in subnet_slugs(entry, into).items():
        subnet, allocation = by_name[name], by_name[name].child("ipamAllocation")
        allocation.text("ipamPoolName")
        if written := subnet.typed("ipv4CidrBlock", Cidr):
            fixed[slug] = written
        elif (prefix := allocation.number("netmaskLength")) is not None:
            sizes[slug] = prefix
        elif subnet.text("ipv6CidrBlock"):
            into.note(subnet, "Left out: subnets have IPv4 ranges.")
        else:
            subnet.problem("a subnet without a range", "`ipv4CidrBlock` or `ipamAllocation`")
    ranges = {**fixed, **packed(cidr, sizes, [*fixed.values()])}
    found: dict[str, Any] = {}
    for slug, name in subnet_slugs(entry, into).items():
        subnet, tier = by_name[name], tier_of(by_name[name], entry)
        if slug not in ranges and slug not in sizes:
            continue
        if slug not in ranges or not IPv4Network(ranges[slug]).subnet_of(IPv4Network(cidr)):
            into.note(subnet, f"Left out: it does not fit into {cidr}.")
            continue
        what = {"public": True} if tier == "public" else {} if tier == "private" else {"tier": tier}
        tags = {each.needed("key"): each.text("value") for each in subnet.each("tags")}
        found[slug] = {
            "cidr": ranges[slug],
            "zone": zone_of(subnet, into),
            **what,
            "name": name,
            **({"tags": tags} if tags else {}),
        }
        into.only(subnet, "mapPublicIpOnLaunch", False, "Machines get a public address only if they ask for one.")
    read_routes(entry, into)
    return found


def read_routes(entry: Node, into: Draft) -> None:
    """Read the routes: they follow from tiers, `nat`, `endpoints` and `attachment`."""
    for table in entry.each("routeTables"):
        table.text("name")
        for route in table.each("routes"):
            kind = route.text("type")
            for key in ("name", "destination", "target"):
                route.text(key)
            if kind == "networkFirewall":
                route.text("targetAvailabilityZone")  # a `firewall` has its routes
            elif kind not in ("transitGateway", "internetGateway", "natGateway", "gatewayEndpoint", "local"):
                route.text("targetAvailabilityZone"), route.text("destinationPrefixList")
                into.note(route, f"Left out: a route to {kind or 'nothing'}.")
