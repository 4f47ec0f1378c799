"""VPCs of accounts, and those that every account of an OU gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from config.capabilities.network.tiers import SMALLEST
from config.model.cidr import Cidr
from config.model.types import Region
from estate.lza.endpoints import among, endpoints
from estate.lza.names import dhcp_options, uses_resolver
from estate.lza.reading import NETWORK
from estate.lza.subnets import (
    EVERYWHERE,
    attached_subnets,
    is_public,
    read_routes,
    subnet_slugs,
    subnets_of,
    tier_of,
    zone_of,
)
from estate.lza.taken import MAIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from estate.lza.addresses import Pool
    from estate.lza.draft import Draft
    from estate.lza.reading import Node

_WIDEST: Final = 16
_NARROWEST: Final = 28
_NOT_MADE: Final = {
    "networkAcls": "Network ACLs are AWS's.",
    "securityGroups": "Security groups are those of the stacks that need them.",
    "loadBalancers": "Load balancers are those of the stacks that need them.",
    "targetGroups": "Target groups are those of the stacks that need them.",
}


def vpcs(_node: Node, into: Draft) -> None:
    """Have the VPCs of accounts."""
    for entry in into.lza.file(NETWORK).each("vpcs"):
        name, account = entry.needed("name"), into.account_at(entry, "account")
        _region(entry, into, account)
        cidr, pool = _range(entry, into)
        if account is None or not cidr:
            continue
        vpc = _vpc(entry, into, cidr)
        if pool and _is_of(pool, [account], into):
            vpc["ipam_pool"] = pool.slug
        settings = into.settings(account=account)
        if "network" not in settings:
            settings["network"] = vpc
            into.networks.homes[name] = account, MAIN
        else:
            slug = into.short(name)
            settings["network"].setdefault("vpcs", {})[slug] = vpc
            into.networks.homes[name] = account, slug
        _names(vpc, into.networks.homes[name], into)
        _shares(entry, account, name, into)


def templates(_node: Node, into: Draft) -> None:
    """Have the VPCs that every account of some OUs gets: each range is reserved for an account."""
    for entry in into.lza.file(NETWORK).each("vpcTemplates"):
        name = entry.needed("name")
        targets = into.targets(entry.child("deploymentTargets"))
        _region(entry, into, None)
        vpc, pool = _template(entry, into), _reserve(entry, targets, name, into)
        if pool is None:
            continue
        if _is_of(pool, [slug for each in targets for slug in into.selected(each)], into):
            vpc["ipam_pool"] = pool.slug
        for selector in targets:
            settings = into.settings_of(selector)
            if "network" in settings:
                into.note(entry, f"Left out for {selector}, which has a VPC already.")
                continue
            settings["network"] = vpc
            into.networks.homes.setdefault(name, (selector, MAIN))
            _names(vpc, (selector, MAIN), into)


def _names(vpc: dict[str, Any], home: tuple[str, str], into: Draft) -> None:
    """Note who finds names by the organization's Resolver, and whose endpoints serve all."""
    if vpc.get("resolver"):
        into.networks.resolving.append(home)
    if vpc.get("endpoints", {}).get("central"):
        into.networks.central = home[0]


def _region(entry: Node, into: Draft, account: str | None) -> None:
    region = entry.typed("region", Region)
    if region and region != into.at("regions").get("home"):
        if account is None:
            into.note(entry.child("region"), f"In {region} only if the accounts are: `settings.region`.")
        else:
            settings = into.settings(account=account)
            if settings.setdefault("region", region) != region:
                into.note(entry.child("region"), "An account's VPCs are in its own region.")


def _range(entry: Node, into: Draft) -> tuple[str, Pool | None]:
    """A VPC's first range, and the pool that it is of; further ones are noted."""
    ranges = [each for each in entry.texts("cidrs") if entry.child("cidrs").fits(each, Cidr)]
    pool: Pool | None = None
    for allocation in entry.each("ipamAllocations"):
        if found := _allocated(allocation, into):
            pool = pool if ranges else into.networks.pools[allocation.text("ipamPoolName")]
            ranges.append(found)
    if ranges[1:]:
        into.note(entry, f"Left out: further ranges ({', '.join(ranges[1:])}). Write them as `secondary_cidrs`.")
    if not ranges:
        into.note(entry, "Left out: it has no range.")
        entry.seen()
    return (ranges[0] if ranges else ""), pool


def _is_of(pool: Pool, accounts: list[str], into: Draft) -> bool:
    """Whether VPCs of some accounts can name a pool: it is shared with them, and in their region."""
    home = into.at("regions").get("home")
    return bool(pool.slug) and all(
        account in pool.users and into.said(f"account:{account}").get("region", home) == pool.locale
        for account in accounts
    )


def _allocated(allocation: Node, into: Draft) -> str | None:
    name, prefix = allocation.needed("ipamPoolName"), allocation.number("netmaskLength")
    pool = into.networks.pools.get(name)
    if pool is None or prefix is None:
        known = sorted(into.networks.pools)
        allocation.problem(f"the pool {name!r}", f"one of the pools of `ipams`: {', '.join(known) or 'there are none'}")
        return None
    found = pool.next(prefix)
    if found is None:
        into.note(allocation, f"Left out: no /{prefix} is left in {name}.")
        return None
    into.note(allocation, f"The range {found} is computed: where IPAM gave another one, write that.")
    return found


def _ipv6(entry: Node, vpc: dict[str, Any], into: Draft) -> None:
    """Have AWS's IPv6 range, and the way out by it."""
    found = entry.each("ipv6Cidrs")
    given = [each for each in found if each.flag("amazonProvidedIpv6CidrBlock")]
    out = entry.flag("egressOnlyIgw")
    if len(found) != len(given):
        entry.child("ipv6Cidrs").seen()
        into.note(entry.child("ipv6Cidrs"), "Left out: IPv6 ranges of one's own. AWS gives a VPC one.")
    if not given:
        return
    into.note(entry.child("ipv6Cidrs"), "Subnets have parts of it by their places.")
    reaches = any(not each.get("public") and each.get("tier") != "data" for each in vpc.get("subnets", {}).values())
    vpc["ipv6"] = {"egress": True} if out and (reaches or "private" in vpc.get("tiers", {})) else {}


def _vpc(entry: Node, into: Draft, cidr: str) -> dict[str, Any]:
    vpc: dict[str, Any] = {"cidr": cidr}
    subnets = subnets_of(entry, into, cidr)
    if subnets:
        vpc["subnets"] = subnets
    _common(entry, into, vpc, {each: slug for slug, each in subnet_slugs(entry, into).items()})
    return vpc


def _common(entry: Node, into: Draft, vpc: dict[str, Any], slugs: Mapping[str, str]) -> None:
    """What VPCs and templates have in common, beside ranges and subnets."""
    into.tags(entry)
    into.only(entry, "enableDnsHostnames", True, "Machines have names always.")
    into.only(entry, "enableDnsSupport", True, "VPCs resolve names always.")
    into.only(entry, "instanceTenancy", "default", "Machines share hardware.")
    into.only(entry, "defaultSecurityGroupRulesDeletion", True, "The default security group lets nothing in or out.")
    for key, text in _NOT_MADE.items():
        if entry.child(key):
            entry.child(key).seen()
            into.note(entry.child(key), f"Left out: {text}")
    nat = entry.each("natGateways")
    for each in nat:
        each.text("name"), each.text("subnet")
        into.only(each, "private", False, "NAT gateways have a public address.")
    if nat:
        vpc["nat"] = "single" if len(nat) == 1 else "per-zone"
    if (
        entry.flag("internetGateway")
        and not any(each.get("public") for each in vpc.get("subnets", {}).values())
        and "public" not in vpc.get("tiers", {})
    ):
        into.note(entry.child("internetGateway"), "A VPC without public subnets has no internet gateway.")
    if said := endpoints(entry, vpc, slugs, into):
        vpc["endpoints"] = said
    if uses_resolver(entry, into):
        vpc["resolver"] = True
    _ipv6(entry, vpc, into)
    if (options := dhcp_options(entry, into)) is not None:
        vpc["dhcp_options"] = options
    if (found := _attachment(entry, into, slugs)) is not None:
        vpc["attachment"] = found


def _attachment(entry: Node, into: Draft, slugs: Mapping[str, str]) -> dict[str, Any] | None:
    attachments = entry.each("transitGatewayAttachments")
    for each in attachments[1:]:
        each.seen()
        into.note(each, "Left out: a VPC is attached to the organization's one transit gateway.")
    if not attachments:
        return None
    first = attachments[0]
    gateway = first.child("transitGateway")
    first.text("name"), gateway.text("account")
    gateways = [each.text("name") for each in into.lza.file(NETWORK).each("transitGateways")]
    among(gateway.child("name"), [gateway.text("name")], gateways, "a transit gateway of `transitGateways`")
    among(first.child("subnets"), first.texts("subnets"), slugs, "a subnet of the VPC")
    found: dict[str, Any] = {}
    if destinations := _destinations(entry):
        found["destinations"] = destinations
    own = [slugs[name] for name in first.texts("subnets") if name in slugs]
    if own and not all(slug.startswith("attachment-") for slug in own) and not _are_of_tier(entry, own, slugs):
        found["subnets"] = own
    if first.child("options").text("applianceModeSupport") == "enable":
        found["appliance_mode"] = True
    tables = tuple(first.texts("routeTableAssociations")), tuple(first.texts("routeTablePropagations"))
    into.networks.attached[entry.text("name")] = tables
    into.networks.gateways[entry.text("name")] = gateway.text("name")
    return found


def _are_of_tier(entry: Node, slugs: list[str], by_name: Mapping[str, str]) -> bool:
    """Whether these are the subnets of the tier `attachment`, which the gateway enters anyway."""
    names = {name for name, slug in by_name.items() if slug in slugs}
    return names == attached_subnets(entry)


def _destinations(entry: Node) -> list[str]:
    """The ranges that some route table of a VPC sends to the transit gateway."""
    found = []
    for table in entry.each("routeTables"):
        for route in table.each("routes"):
            if route.text("type") == "transitGateway" and (destination := route.text("destination")):
                route.text("target"), route.text("name")
                found.append(destination)
    public = any(is_public(table) for table in entry.each("routeTables"))
    ranges = sorted(set(found) - ({EVERYWHERE} if public or entry.each("natGateways") else set()))
    return [EVERYWHERE] if EVERYWHERE in ranges else ranges


def _shares(entry: Node, account: str, vpc: str, into: Draft) -> None:
    """Subnets that others may use."""
    by_name = {subnet.text("name"): subnet for subnet in entry.each("subnets")}
    for slug, name in subnet_slugs(entry, into).items():
        targets = into.targets(by_name[name].child("shareTargets"))
        if not targets:
            continue
        into.trust("ram.amazonaws.com")
        key = into.networks.homes[vpc][1]
        shares = into.at("shares")
        same = next(
            (
                each
                for each in shares.values()
                if (each["account"], each.get("vpc", MAIN), each["principals"]) == (account, key, targets)
                and "subnets" in each
            ),
            None,
        )
        if same is None:
            number = sum("subnets" in each for each in shares.values()) + 1
            same = shares[f"{account}-{key}-{number}"] = {
                "account": account,
                **({"vpc": key} if key != MAIN else {}),
                "subnets": [],
                "principals": targets,
            }
        same["subnets"].append(slug)


# ── Templates ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _template(entry: Node, into: Draft) -> dict[str, Any]:
    """The VPC of an OU's accounts: subnets follow from its range."""
    tiers: dict[str, Any] = {}
    zones: list[str] = []
    places: dict[tuple[str, str], str] = {}
    slugs: dict[str, str] = {}
    for subnet in entry.each("subnets"):
        name, tier, zone = subnet.needed("name"), tier_of(subnet, entry), zone_of(subnet, into)
        subnet.child("ipamAllocation").seen(), subnet.text("ipv4CidrBlock")
        if (tier, zone) in places:
            into.note(subnet, f"Left out: {places[tier, zone]} is the subnet `{tier}` of the zone {zone}.")
            continue
        places[tier, zone] = name
        slugs[name] = f"{tier}-{zone}"
        tags = {each.needed("key"): each.text("value") for each in subnet.each("tags")}
        tiers.setdefault(tier, {"tags": tags} if tags else {})
        zones += [] if zone in zones else [zone]
    if tiers:
        into.note(
            entry,
            "The sizes of subnets follow from the VPC's range: a half for `private`, a quarter for `data`, and so on.",
        )
    read_routes(entry, into)
    vpc: dict[str, Any] = {"tiers": tiers, "zones": sorted(zones)} if tiers else {}
    _common(entry, into, vpc, slugs)
    return vpc


def _reserve(entry: Node, targets: list[str], name: str, into: Draft) -> Pool | None:
    """Reserve a range for each account that gets the VPC; the pool that they are of, None if it has none."""
    if entry.texts("cidrs"):
        into.note(entry.child("cidrs"), "Left out: each account has a range of its own here.")
        return None
    for allocation in entry.each("ipamAllocations")[:1]:
        pool, prefix = into.networks.pools.get(allocation.needed("ipamPoolName")), allocation.number("netmaskLength")
        if pool is None or prefix is None or not _WIDEST <= prefix <= min(_NARROWEST, SMALLEST):
            into.note(allocation, f"Left out: ranges from /{_WIDEST} to /{SMALLEST} can be reserved.")
            return None
        reserved = {}
        accounts = [slug for each in targets for slug in into.selected(each)]
        for slug in dict.fromkeys(accounts):
            if cidr := pool.next(prefix):
                reserved[slug] = cidr
        plan: dict[str, Any] = {"cidr": str(pool.cidrs[0]), "prefix": prefix}
        into.at("address_plan")[into.short(name)] = {**plan, **({"reserved": reserved} if reserved else {})}
        into.note(
            allocation, "Each account's range is reserved in `address_plan`; where IPAM gave another one, write that."
        )
        return pool
    into.note(entry, "Left out: it has no range.")
    return None
