"""Address pools and the transit gateway."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any, Final

from config.model.cidr import AnyCidr
from config.model.types import Region
from estate.adoption.slugs import slug_of
from estate.lza.addresses import Pool
from estate.lza.reading import NETWORK

if TYPE_CHECKING:
    from estate.lza.draft import Draft
    from estate.lza.reading import Node

_IPAM: Final = "ipam.amazonaws.com"
_RAM: Final = "ram.amazonaws.com"


def pools(_node: Node, into: Draft) -> None:
    """Have IPAM: its whole range, and each region's part."""
    root = into.lza.file(NETWORK).child("centralNetworkServices")
    owner = into.account_at(root, "delegatedAdminAccount")
    for ipam in root.each("ipams"):
        ipam.text("name"), ipam.text("description")
        region = ipam.typed("region", Region)
        ipam.texts("operatingRegions")
        for entry in ipam.each("pools"):
            _pool(entry, into)
        if owner and not into.settings(account=owner).get("ipam"):
            _ipam(ipam, owner, region, into)


def _pool(entry: Node, into: Draft) -> None:
    """Have a pool, and who may get ranges from it."""
    name = entry.needed("name")
    entry.text("description")
    into.tags(entry)
    cidrs = tuple(
        IPv4Network(each)
        for each in entry.texts("provisionedCidrs")
        if entry.child("provisionedCidrs").fits(each, AnyCidr)
    )
    locale, source = entry.typed("locale", Region), entry.text("sourceIpamPool")
    into.only(entry, "addressFamily", "ipv4", "Pools are of IPv4 addresses.")
    into.networks.pools[name] = Pool(name, cidrs, locale, source)
    into.networks.shared[name] = into.targets(entry.child("shareTargets"))
    if source and source not in into.networks.pools:
        entry.child("sourceIpamPool").problem(repr(source), f"a pool above it: {', '.join(into.networks.pools)}")


def _ipam(ipam: Node, owner: str, region: str, into: Draft) -> None:
    found = into.networks.pools
    tops = [pool for pool in found.values() if not pool.source and pool.cidrs]
    if not tops:
        return
    top, parts = tops[0], [pool for pool in found.values() if pool.source == tops[0].name and pool.cidrs]
    regions: dict[str, str] = {}
    for part in parts:
        below = {pool.locale for pool in found.values() if pool.source == part.name and pool.locale}
        for locale in sorted({part.locale} - {""} or below or {region}):
            regions.setdefault(locale, str(part.cidrs[0]))
    if not regions and region:
        regions[region] = str(top.cidrs[0])
    into.administer(_IPAM, owner)
    settings = into.settings(account=owner)["ipam"] = {"cidr": str(top.cidrs[0]), "regions": regions}
    if lower := _lower(ipam, top, regions, into):
        settings["pools"] = lower
    _share_pools(
        owner, {part.name: part.locale for part in parts if regions.get(part.locale) == str(part.cidrs[0])}, into
    )


def _lower(ipam: Node, top: Pool, regions: dict[str, str], into: Draft) -> dict[str, Any]:
    """The pools below those of regions that VPCs get their ranges from."""
    pools = into.networks.pools
    above = {pool.source for pool in pools.values() if pool.source}
    found: dict[str, Any] = {}
    taken: list[IPv4Network] = []
    for name, pool in pools.items():
        if not pool.source or pool.source == top.name or not pool.cidrs:
            continue
        cidr, part = pool.cidrs[0], regions.get(pool.locale)
        if name in above:
            into.note(ipam.child("pools"), f"Left out: {name}, whose addresses are in the pools below it.")
        elif part is None or not cidr.subnet_of(IPv4Network(part)) or any(cidr.overlaps(each) for each in taken):
            into.note(ipam.child("pools"), f"Left out: {name}. VPCs have ranges of it that are written out.")
        else:
            taken.append(cidr)
            pool.slug = into.short(name)
            found[pool.slug] = {"region": pool.locale, "cidr": str(cidr)}
            if pool.cidrs[1:]:
                into.note(ipam.child("pools"), f"A pool has one range: of {name}, {cidr}.")
    return found


def _share_pools(owner: str, of_regions: dict[str, str], into: Draft) -> None:
    """Share pools with whoever may get ranges from them."""
    shares: dict[tuple[str, ...], list[str]] = {}
    for name, targets in into.networks.shared.items():
        pool = into.networks.pools[name]
        pool.users = (owner, *(slug for each in targets for slug in into.selected(each)))
        principals = tuple(each for each in targets if each != f"account:{owner}")
        if principals and (called := pool.slug or of_regions.get(name)):
            shares.setdefault(principals, []).append(called)
    for number, (principals, slugs) in enumerate(shares.items(), 1):
        into.trust(_RAM)
        share = {"account": owner, "ipam_pools": slugs, "principals": list(principals)}
        into.at("shares")["addresses" if number == 1 else f"addresses-{number}"] = share


def router(name: str, owner: str, into: Draft) -> dict[str, Any] | None:
    """The settings of an account's transit gateway; None if it has none of that name, or it is not taken over.

    An organization has one transit gateway in a region, all of one account: that of the first.
    """
    entries = into.lza.file(NETWORK).each("transitGateways")
    if not into.networks.routers and entries:
        first, home = entries[0], into.account_at(entries[0], "account")
        regions = [first.typed("region", Region)]
        if home is None:
            first.problem("nothing for `account`", "the account that has it")
            return None
        gateway = into.settings("transit_gateway", account=home)
        into.networks.routers[home, first.needed("name")] = gateway
        for entry in entries[1:]:
            region = entry.typed("region", Region)
            if into.account_at(entry, "account") != home or not region or region in regions:
                into.note(
                    entry.seen(), "Left out: an organization has one transit gateway in a region, all of one account."
                )
                continue
            regions.append(region)
            into.networks.routers[home, entry.needed("name")] = gateway.setdefault("regions", {}).setdefault(region, {})
    return into.networks.routers.get((owner, name))


def transit_gateways(_node: Node, into: Draft) -> None:
    """Have the transit gateways, their route tables, and who may attach to them."""
    shared: dict[str, list[str]] = {}
    for entry in into.lza.file(NETWORK).each("transitGateways"):
        name, owner = entry.text("name"), into.account_at(entry, "account")
        into.tags(entry)
        if router(name, owner or "", into) is None or owner is None:
            continue
        gateway = into.networks.routers[owner, name]
        gateway.update(_options(entry, into))
        if tables := _tables(entry, owner, into):
            gateway["route_tables"] = tables
        targets = into.targets(entry.child("shareTargets"))
        shared.setdefault(owner, []).extend(each for each in targets if each != f"account:{owner}")
    for owner, principals in shared.items():
        if principals:
            into.trust(_RAM)
            share = {"account": owner, "transit_gateway": True, "principals": list(dict.fromkeys(principals))}
            into.at("shares")["transit-gateway"] = share


def _options(entry: Node, into: Draft) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if (asn := entry.number("asn")) is not None:
        found["asn"] = asn
    if entry.text("autoAcceptSharingAttachments") != "enable":
        found["accept_attachments"] = False
    for key, value in (("dnsSupport", "enable"), ("vpnEcmpSupport", "enable"), ("multicastSupport", "disable")):
        into.only(entry, key, value, f"`{key}` is as AWS has it: {value}.")
    by_default = {entry.text(f"defaultRouteTable{each}", "enable") for each in ("Association", "Propagation")}
    if by_default == {"enable"} and not entry.each("routeTables"):
        found["connect_all"] = True
    elif "enable" in by_default:
        into.note(entry, "There is no default route table beside `route_tables`.")
    return found


def _tables(entry: Node, owner: str, into: Draft) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for table in entry.each("routeTables"):
        name = table.needed("name")
        made: dict[str, Any] = {}
        associations, propagations = (_members(entry.text("name"), name, index, owner, into) for index in (0, 1))
        if associations:
            made["associations"] = associations
        if propagations:
            made["propagations"] = propagations
        if routes := _static(table, entry, owner, into):
            made["routes"] = routes
        found[into.short(name, f"{entry.text('name')}-rt", entry.text("name"))] = made
    if apart := [home for home in sorted(_attached_at_home(into)) if home != owner and not _alike(home, into)]:
        into.note(
            entry.child("routeTables"),
            f"VPCs of {', '.join(apart)} are told apart by `attachment.id`, which AWS gives when they are deployed.",
        )
    return found


def _members(gateway: str, table: str, index: int, owner: str, into: Draft) -> list[str]:
    """What is associated with a table of a transit gateway (0), or propagates into it (1)."""
    networks = into.networks
    found = []
    for vpc, tables in networks.attached.items():
        if table not in tables[index] or vpc not in networks.homes or networks.gateways.get(vpc) != gateway:
            continue
        home, slug = networks.homes[vpc]
        if home == owner:
            found.append(f"vpc:{slug}")
        elif ":" in home:
            found.append(home)
        else:
            found.append(f"account:{home}" if _alike(home, into) else f"vpc:{home}/{slug}")
    found += [way for (other, way), tables in networks.beyond.items() if other == gateway and table in tables[index]]
    return list(dict.fromkeys(found))


def _attached_at_home(into: Draft) -> dict[str, list[str]]:
    """The attached VPCs by account."""
    found: dict[str, list[str]] = {}
    for vpc in into.networks.attached:
        home, _ = into.networks.homes.get(vpc, ("", ""))
        if home and ":" not in home:
            found.setdefault(home, []).append(vpc)
    return found


def _alike(home: str, into: Draft) -> bool:
    """Whether all attached VPCs of an account are in the same route tables."""
    return len({into.networks.attached[vpc] for vpc in _attached_at_home(into)[home]}) == 1


def _static(table: Node, gateway: Node, owner: str, into: Draft) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for route in table.each("routes"):
        destination, listed = route.typed("destinationCidrBlock", AnyCidr), route.text("destinationPrefixList")
        said: dict[str, Any] = {"destination": destination}
        slug = "everywhere" if destination == "0.0.0.0/0" else slug_of(f"to-{destination or listed}")
        if not destination:
            ours = into.networks.lists.get((owner, listed))
            if ours is None or "regions" in gateway.path:
                route.seen()
                into.note(
                    route, f"Left out: a route to the prefix list {listed or 'of no name'}, which {owner} has not."
                )
                continue
            said = {"prefix_list": ours}
        if route.flag("blackhole"):
            found[slug] = {**said, "blackhole": True}
            continue
        if way := _way(route, gateway.text("name"), owner, into):
            found[slug] = {**said, "attachment": way}
    return found


def _way(route: Node, gateway: str, owner: str, into: Draft) -> str | None:
    """What our route tables call where a route leads; None if that is not taken over."""
    attachment = route.child("attachment")
    said = attachment.mapping()
    attachment.seen()
    vpc = str(said.get("vpcName", ""))
    home, name = into.networks.homes.get(vpc, ("", ""))
    if vpc in into.networks.attached and home and ":" not in home:
        return name if home == owner else f"{home}/{name}"
    for key in ("directConnectGatewayName", "vpnConnectionName"):
        if way := into.networks.ways.get((key, str(said.get(key, "")))):
            return way
    if way := into.networks.ways.get((gateway, str(said.get("transitGatewayPeeringName", "")))):
        return way
    called = next((str(each) for key, each in said.items() if key != "account"), "this one")
    into.note(route, f"Left out: a static route leads to what is attached and taken over; {called} is not.")
    return None
