"""How names are found in VPCs: Route 53 Resolver, central endpoints, DHCP options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from config.errors import did_you_mean, one_of
from config.model.cidr import AnyCidr
from estate.lza.reading import NETWORK
from estate.lza.taken import MAIN

if TYPE_CHECKING:
    from estate.lza.draft import Draft
    from estate.lza.reading import Node

_RAM: Final = "ram.amazonaws.com"
_OF_AWS: Final = "AmazonProvidedDNS"
_OF_VPCS: Final = ("resolverRules", "dnsFirewallRuleGroups", "queryLogs")


def dhcp_options(entry: Node, into: Draft) -> dict[str, Any] | None:
    """What machines of a VPC are told; None if that is as AWS has it."""
    wanted = entry.text("dhcpOptions")
    if not wanted:
        return None
    there = {each.text("name"): each for each in into.lza.file(NETWORK).each("dhcpOptions")}
    if wanted not in there:
        known = one_of(there)
        entry.child("dhcpOptions").problem(
            repr(wanted), f"an entry of `dhcpOptions`: {known}", did_you_mean(wanted, there)
        )
        return None
    found = there[wanted]
    found.texts("accounts"), found.texts("regions")
    into.tags(found)
    if found.texts("netbiosNameServers") or found.number("netbiosNodeType"):
        into.note(found, "Left out: NetBIOS.")
    made: dict[str, Any] = {}
    if domain := found.text("domainName"):
        made["domain_name"] = domain
    if servers := [each for each in found.texts("domainNameServers") if each != _OF_AWS]:
        made["domain_name_servers"] = servers
    if clocks := found.texts("ntpServers"):
        made["ntp_servers"] = clocks
    return made or None


def uses_resolver(entry: Node, into: Draft) -> bool:
    """Whether a VPC finds names by the organization's Resolver."""
    found = [entry.flag("useCentralEndpoints")]
    for key in _OF_VPCS:
        node = entry.child(key)
        if not node:
            continue
        node.seen()
        found.append(True)
        into.note(node, "The VPC uses all of `resolver`: its rules, DNS Firewall and query log.")
    return any(found)


def resolver(into: Draft) -> None:
    """Have the Resolver, if any of it is said, and share it with whoever uses it."""
    root = into.lza.file(NETWORK)
    said = root.child("centralNetworkServices", "route53Resolver")
    owner = into.networks.central or into.account_at(root.child("centralNetworkServices"), "delegatedAdminAccount")
    users = [home for home, _ in into.networks.resolving]
    if not said and not into.networks.central:
        if users:
            _unused(into)
        return
    if owner is None:
        said.problem("no `delegatedAdminAccount`", "the account that has the Resolver")
        return
    found: dict[str, Any] = {"account": owner}
    _endpoints(said, found, owner, into)
    _firewall(said, found, into)
    if log := said.child("queryLogs"):
        found["query_log"] = True
        into.note(log.seen(), "Queries of all VPCs that use `resolver` are written to the log archive.")
    into.organization["resolver"] = found
    others = [home if ":" in home else f"account:{home}" for home in dict.fromkeys(users) if home != owner]
    if others:
        into.trust(_RAM)
        into.at("shares")["resolver"] = {"account": owner, "resolver": True, "principals": others}


def _unused(into: Draft) -> None:
    """VPCs say that they use what there is not."""
    for network in into.every_network():
        network.pop("resolver", None)


def _endpoints(said: Node, found: dict[str, Any], owner: str, into: Draft) -> None:
    rules: dict[str, Any] = {}
    for entry in said.each("endpoints"):
        kind, vpc = entry.needed("type"), entry.needed("vpc")
        entry.text("name"), entry.texts("protocols")
        into.tags(entry)
        home, slug = into.networks.homes.get(vpc, ("", ""))
        if home != owner:
            into.note(entry.seen(), f"Left out: it is in {vpc}, and not in a VPC of {owner}.")
            continue
        made: dict[str, Any] = {} if slug == MAIN else {"vpc": slug}
        by_name = {each["name"]: key for key, each in into.vpc(home, slug).get("subnets", {}).items()}
        if where := [by_name[name] for name in entry.texts("subnets") if name in by_name]:
            made["subnets"] = where
        allowed = [each for each in entry.texts("allowedCidrs") if entry.child("allowedCidrs").fits(each, AnyCidr)]
        if kind == "INBOUND":
            found["inbound"] = {**made, **({"allowed": allowed} if allowed else {})}
            continue
        found["outbound"] = made
        for rule in entry.each("rules"):
            rules |= _rule(rule, into)
    for rule in said.each("rules"):
        into.note(rule.seen(), "Left out: a rule that is asked of no endpoint.")
    if rules:
        found["rules"] = rules


def _rule(entry: Node, into: Draft) -> dict[str, Any]:
    slug = into.short(entry.needed("name"))
    domain, targets = entry.needed("domainName"), []
    for each in entry.each("targetIps"):
        port = each.number("port", 53)
        targets.append(each.needed("ip") + ("" if port == 53 else f":{port}"))  # noqa: PLR2004 - DNS
    into.targets(entry.child("shareTargets"))
    entry.texts("excludedRegions"), entry.text("ruleType")
    into.tags(entry)
    if entry.text("inboundEndpointTarget") or not targets:
        into.note(entry, "Left out: it asks an endpoint of our own.")
        return {}
    return {slug: {"domain": domain.rstrip(".") or ".", "targets": targets}}


def _firewall(said: Node, found: dict[str, Any], into: Draft) -> None:
    rules: dict[str, Any] = {}
    for group in said.each("firewallRuleGroups"):
        group.needed("name"), group.texts("regions")
        into.targets(group.child("shareTargets"))
        into.tags(group)
        for entry in sorted(group.each("rules"), key=lambda each: each.number("priority") or 0):
            slug, file = into.short(entry.needed("name")), entry.text("customDomainList")
            action, answer = entry.text("action", "BLOCK"), entry.text("blockResponse", "NODATA")
            if not file:
                into.note(
                    entry.seen(),
                    f"Left out: {entry.text('managedDomainList')}. Write its id in each region as `list_id`.",
                )
                continue
            if answer == "OVERRIDE":
                into.note(entry.seen(), "It answers NXDOMAIN, and no other name.")
                answer = "NXDOMAIN"
            if (text := into.lza.text_of(file, entry.child("customDomainList"))) is None:
                continue
            path = f"documents/{slug}.txt"
            into.documents[path] = text
            rule: dict[str, Any] = {"priority": len(rules) + 1, "domains": path}
            if action != "BLOCK":
                rule["action"] = action
            if answer == "NXDOMAIN":
                rule["response"] = answer
            rules[slug] = rule
    if rules:
        found["firewall"] = rules
