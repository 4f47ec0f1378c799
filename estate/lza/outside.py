"""Ways to networks outside of AWS and of other regions, and names for ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from config.capabilities.transit_gateway.beyond import PublicAddress
from config.model.cidr import AnyCidr
from config.model.types import Region
from estate.lza.gateways import router
from estate.lza.reading import NETWORK

if TYPE_CHECKING:
    from estate.lza.draft import Draft
    from estate.lza.reading import Node

_TUNNEL_KEYS: Final = ("phase1", "phase2", "ikeVersions", "logging", "tunnelLifecycleControl")
_FEWEST_ENTRIES: Final = 1


def prefix_lists(_node: Node, into: Draft) -> None:
    """Have prefix lists: one for each account, in its own region."""
    for entry in into.lza.file(NETWORK).each("prefixLists"):
        name, most = entry.needed("name"), entry.number("maxEntries", _FEWEST_ENTRIES)
        into.tags(entry)
        entry.texts("regions")
        ranges = [each for each in entry.texts("entries") if entry.child("entries").fits(each, AnyCidr)]
        homes = [slug for each in entry.texts("accounts") if (slug := into.slug(entry.child("accounts"), each))]
        for selector in into.targets(entry.child("deploymentTargets")):
            homes += [slug for slug in into.selected(selector) if slug not in homes]
        if entry.text("addressFamily", "IPv4") != "IPv4" or not ranges:
            into.note(entry.seen(), "Left out: a list has IPv4 ranges.")
            continue
        into.note(entry, "Each account has its list in its own region, and the list is called as here.")
        for home in homes:
            slug = into.short(name) if len(homes) == 1 else into.short(f"{name}-{home}")
            entries = {f"range-{number}": cidr for number, cidr in enumerate(dict.fromkeys(ranges), 1)}
            said = {"account": home, "entries": entries, "max_entries": most}
            into.at("prefix_lists")[slug] = said
            into.networks.lists[home, name] = slug


def vpns(_node: Node, into: Draft) -> None:
    """Have the VPNs of customer gateways to transit gateways."""
    for entry in into.lza.file(NETWORK).each("customerGateways"):
        name, owner = entry.needed("name"), into.account_at(entry, "account")
        asn, address = entry.number("asn"), entry.text("ipAddress")
        entry.typed("region", Region)
        into.tags(entry)
        connections = entry.each("vpnConnections")
        if owner is None or "${" in address or not entry.child("ipAddress").fits(address, PublicAddress):
            into.note(entry.seen(), f"Left out: {name}, whose address is none of a device outside.")
            continue
        for connection in connections:
            gateway = connection.text("transitGateway")
            found = router(gateway, owner, into)
            if found is None:
                into.note(connection.seen(), "Left out: a VPN that ends at no transit gateway of its account.")
                continue
            called = connection.needed("name")
            slug = into.short(called)
            static = connection.flag("staticRoutesOnly")
            said: dict[str, Any] = {"address": address, **({} if static else {"asn": asn})}
            if connection.flag("enableVpnAcceleration"):
                said["accelerated"] = True
            _read_tunnels(connection, into)
            into.tags(connection)
            found.setdefault("vpns", {})[slug] = said
            tables = (
                tuple(connection.texts("routeTableAssociations")),
                tuple(connection.texts("routeTablePropagations")),
            )
            told = (tables[0], () if static else tables[1])
            into.networks.beyond[gateway, f"vpn:{slug}"] = told
            into.networks.ways["vpnConnectionName", called] = f"vpn:{slug}"


def _read_tunnels(connection: Node, into: Draft) -> None:
    for key in ("amazonIpv4NetworkCidr", "customerIpv4NetworkCidr"):
        into.only(connection, key, "0.0.0.0/0", "A tunnel is for all ranges.")
    for tunnel in connection.each("tunnelSpecifications"):
        if tunnel.text("preSharedKey"):
            into.note(tunnel.child("preSharedKey"), "AWS makes the tunnel's key, and keeps it in Secrets Manager.")
        if tunnel.text("tunnelInsideCidr"):
            into.note(tunnel.child("tunnelInsideCidr"), "AWS chooses the addresses inside the tunnel.")
        if any(tunnel.child(key) for key in _TUNNEL_KEYS):
            into.note(tunnel, "Tunnels are strong, and log. Write `tunnels` where the device cannot do that.")
        tunnel.seen()


def direct_connect(_node: Node, into: Draft) -> None:
    """Have Direct Connect gateways that are associated with the first transit gateway, and their transit interfaces."""
    gateways = into.lza.file(NETWORK).each("transitGateways")
    first = gateways[0].text("name") if gateways else ""
    for entry in into.lza.file(NETWORK).each("directConnectGateways"):
        name, owner, asn = entry.needed("name"), into.account_at(entry, "account"), entry.number("asn")
        entry.text("gatewayName")
        associations = [each for each in entry.each("transitGatewayAssociations") if each.text("name") == first]
        found = router(first, owner, into) if owner else None
        if found is None or not associations:
            into.note(entry.seen(), f"Left out: {name}, which is not associated with the first transit gateway.")
            continue
        slug = into.short(name)
        said: dict[str, Any] = {"asn": asn}
        for each in entry.each("transitGatewayAssociations"):
            if each.text("name") != first:
                into.note(each.seen(), "Left out: a further transit gateway.")
                continue
            into.account_at(each, "account")
            prefixes = [
                one for one in each.texts("allowedPrefixes") if each.child("allowedPrefixes").fits(one, AnyCidr)
            ]
            said["allowed_prefixes"] = prefixes
            tables = tuple(each.texts("routeTableAssociations")), tuple(each.texts("routeTablePropagations"))
            into.networks.beyond[first, f"dx:{slug}"] = tables
        if interfaces := _interfaces(entry, str(owner), into):
            said["interfaces"] = interfaces
        found.setdefault("direct_connect", {})[slug] = said
        into.networks.ways["directConnectGatewayName", name] = f"dx:{slug}"


def _interfaces(entry: Node, owner: str, into: Draft) -> dict[str, Any]:
    found: dict[str, Any] = {}
    home = into.accounts[owner].get("settings", {}).get("region") or into.at("regions").get("home")
    for each in entry.each("virtualInterfaces"):
        name, region = each.needed("name"), each.typed("region", Region)
        if each.text("type") != "transit" or into.account_at(each, "ownerAccount") != owner:
            into.note(each.seen(), "Left out: a private interface, or one of another account.")
            continue
        each.text("interfaceName")
        into.tags(each)
        into.only(each, "addressFamily", "ipv4", "Interfaces are of IPv4.")
        into.only(each, "enableSiteLink", False, "Sites do not meet by SiteLink.")
        for key in ("amazonAddress", "customerAddress"):
            if each.text(key):
                into.note(each.child(key), "AWS chooses the addresses of both sides.")
        said: dict[str, Any] = {
            "connection": each.needed("connectionId"),
            "vlan": each.number("vlan"),
            "asn": each.number("customerAsn"),
        }
        if each.flag("jumboFrames"):
            said["jumbo_frames"] = True
        if region and region != home:
            said["region"] = region
        found[into.short(name)] = said
    return found


def peerings(_node: Node, into: Draft) -> None:
    """Have the transit gateways of two regions peered, by the route tables that name the other region."""
    regions = {
        each.text("name"): each.typed("region", Region) for each in into.lza.file(NETWORK).each("transitGateways")
    }
    for entry in into.lza.file(NETWORK).each("transitGatewayPeering"):
        name, sides = entry.needed("name"), [entry.child("requester"), entry.child("accepter")]
        gateways = [side.text("transitGatewayName") for side in sides]
        owners = [into.account_at(side, "account") for side in sides]
        for side in sides:
            side.typed("region", Region), side.flag("autoAccept"), side.flag("applyTags")
            into.tags(side)
        known = [
            bool(owner and router(gateway, owner, into) is not None)
            for gateway, owner in zip(gateways, owners, strict=True)
        ]
        if not all(known) or len({*owners}) > 1:
            into.note(entry.seen(), "Left out: the transit gateways of an account in several regions are peered.")
            continue
        for side, gateway, other in zip(sides, gateways, reversed(gateways), strict=True):
            way = f"region:{regions[other]}"
            table = side.text("routeTableAssociations")
            into.networks.beyond[gateway, way] = ((table,) if table else (), ())
            into.networks.ways[gateway, name] = way
