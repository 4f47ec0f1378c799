"""Firewalls, their policies, and the rules of these."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from config.capabilities.network.firewall import TIERS
from config.model.cidr import AnyCidr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from estate.lza.draft import Draft
    from estate.lza.reading import Node

_HOME: Final = "HOME_NET"
_FORWARD: Final = ("aws:forward_to_sfe",)
_BY_ACTION: Final = ("pass", "drop", "reject", "rejectsrc", "rejectdst", "rejectboth", "alert")
"""In which order rules are looked at where none is said: that of what they do."""
_MANAGED: Final = re.compile(r"arn:[^:]+:network-firewall:[^:]+:aws-managed:stateful-rulegroup/(\w+)")


@dataclass
class _Group:
    """A rule group."""

    entry: Node
    capacity: int
    text: str = ""
    domains: list[str] = field(default_factory=list)
    type: str = "ALLOWLIST"
    home: list[str] = field(default_factory=list)


def firewalls(node: Node, into: Draft) -> None:
    """Have the firewalls, each in its VPC, and the policies that they have."""
    groups = {entry.needed("name"): _group(entry, into) for entry in node.each("rules")}
    policies = {entry.needed("name"): entry for entry in node.each("policies")}
    for entry in node.each("firewalls"):
        name, vpc = entry.needed("firewallPolicy"), entry.needed("vpc")
        entry.text("name"), entry.text("description")
        into.tags(entry)
        home = into.networks.homes.get(vpc)
        if home is None:
            entry.child("vpc").problem(
                repr(vpc), f"a VPC of `vpcs`: {', '.join(into.networks.homes) or 'there is none'}"
            )
            continue
        if name not in policies:
            entry.child("firewallPolicy").problem(
                repr(name), f"one of `policies`: {', '.join(policies) or 'there is none'}"
            )
            continue
        network = into.vpc(*home)
        if other := sorted(key for key, each in network.get("subnets", {}).items() if _tier(each) not in TIERS):
            into.note(
                entry.seen(),
                f"Left out: beside a firewall are attachments and public subnets only, and there is {other[0]}.",
            )
            continue
        slug = into.short(name)
        into.at("firewall_policies").setdefault(slug, _policy(policies[name], slug, groups, into))
        if "attachment" not in network:
            into.note(
                entry.seen(),
                "Left out: a firewall inspects what comes by the transit gateway, and its VPC is not attached.",
            )
            continue
        if not network["attachment"].get("appliance_mode"):
            network["attachment"]["appliance_mode"] = True
            into.note(
                entry,
                "Both directions of a connection enter by one zone (`appliance_mode`): else half of it is inspected.",
            )
        by_name = {each["name"]: key for key, each in network.get("subnets", {}).items()}
        made: dict[str, Any] = {"policy": slug}
        where = [by_name[each] for each in entry.texts("subnets") if each in by_name]
        tier = [key for key, each in network.get("subnets", {}).items() if each.get("tier") == "firewall"]
        if sorted(where) != sorted(tier):
            made["subnets"] = where
        if (logs := _logs(entry, into)) is not None:
            made["logs"] = logs
        if entry.child("deleteProtection").value is False:
            made["delete_protection"] = entry.flag("deleteProtection")
        network["firewall"] = made


def _tier(subnet: dict[str, Any]) -> str:
    return "public" if subnet.get("public") else str(subnet.get("tier", "private"))


def _logs(entry: Node, into: Draft) -> list[str] | None:
    """What a firewall logs; None if that is as usual."""
    logs = entry.each("loggingConfiguration")
    for each in logs:
        if each.text("destination") != "s3":
            into.note(each, "It goes to the log archive at once.")
    found = sorted({each.text("type") for each in logs})
    return None if found == ["ALERT", "FLOW"] else found


def _policy(entry: Node, slug: str, groups: dict[str, _Group], into: Draft) -> dict[str, Any]:
    inner = entry.child("firewallPolicy")
    entry.texts("regions"), entry.text("description")
    into.tags(entry)
    if into.targets(entry.child("shareTargets")):
        into.note(entry.child("shareTargets"), "Policies are made where they are used, and shared with nobody.")
    for key in ("statelessDefaultActions", "statelessFragmentDefaultActions"):
        if tuple(inner.texts(key)) != _FORWARD:
            into.note(inner.child(key), "All packets go to the stateful rules.")
    strict = (
        inner.child("statefulEngineOptions").text("ruleOrder") == "STRICT_ORDER"
        or inner.text("statefulEngineOptions") == "STRICT_ORDER"
    )
    actions = [each.removeprefix("aws:") for each in inner.texts("statefulDefaultActions")]
    named = sorted(inner.each("statefulRuleGroups"), key=lambda each: each.number("priority") or 0)
    used = []
    for each in named:
        name = each.needed("name")
        managed = _MANAGED.fullmatch(name)
        if managed is None and name not in groups:
            each.child("name").problem(repr(name), f"one of `rules`: {', '.join(groups) or 'there is none'}")
        used.append(managed[1] if managed else name)
    made = _strict(used, groups, slug, into) if strict else _by_action(used, groups, slug, into)
    if not strict:
        into.note(
            inner,
            "Rules without an order were looked at by what they do: they are written in that order, as there is one here.",
        )
    home = [each for name in used if name in groups for each in groups[name].home]
    found: dict[str, Any] = {"rule_groups": made, "default_actions": actions if strict else []}
    return {**found, **({"home_net": list(dict.fromkeys(home))} if home else {})}


def _strict(used: Iterable[str], groups: dict[str, _Group], slug: str, into: Draft) -> dict[str, Any]:
    """Rule groups one after the other."""
    found: dict[str, Any] = {}
    for number, name in enumerate(used, 1):
        if name not in groups:
            found[into.short(name)] = {"priority": number, "managed": name}
        elif made := _made(groups[name], f"{slug}-{into.short(name)}", into):
            found[into.short(name)] = {"priority": number, **made}
    return found


def _by_action(used: list[str], groups: dict[str, _Group], slug: str, into: Draft) -> dict[str, Any]:
    """Rules of all groups together, in the order of what they do."""
    lines = [line for name in used if name in groups for line in groups[name].text.splitlines()]
    rules = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    rules.sort(key=lambda line: _BY_ACTION.index(action) if (action := line.split()[0]) in _BY_ACTION else 0)
    whole = (
        _Group(groups[used[0]].entry, sum(groups[name].capacity for name in used if name in groups))
        if used and used[0] in groups
        else None
    )
    found: dict[str, Any] = {}
    if whole is not None and rules:
        whole.text = "\n".join(rules) + "\n"
        found["rules"] = {"priority": 1, **_made(whole, slug, into)}
    for number, name in enumerate(used, 2):
        if (
            name in groups
            and groups[name].domains
            and (made := _made(groups[name], f"{slug}-{into.short(name)}", into))
        ):
            found[into.short(name)] = {"priority": number, **made}
        elif name not in groups:
            found[into.short(name)] = {"priority": number, "managed": name}
    return found


def _made(group: _Group, slug: str, into: Draft) -> dict[str, Any]:
    """A rule group, with its file; nothing if there are no rules in it that could be taken."""
    if group.domains:
        into.documents[f"documents/{slug}.txt"] = "\n".join(group.domains) + "\n"
        return {"domains": f"documents/{slug}.txt", "type": group.type, "capacity": group.capacity}
    if group.text:
        into.documents[f"documents/{slug}.txt"] = group.text
        return {"rules": f"documents/{slug}.txt", "capacity": group.capacity}
    return {}


def _group(entry: Node, into: Draft) -> _Group:
    found = _Group(entry, entry.number("capacity") or 1)
    inner = entry.child("ruleGroup")
    source = inner.child("rulesSource")
    entry.texts("regions"), entry.text("description")
    into.tags(entry)
    if into.targets(entry.child("shareTargets")):
        into.note(entry.child("shareTargets"), "Rule groups are made where they are used, and shared with nobody.")
    if entry.text("type") == "STATELESS":
        into.note(entry.seen(), "Left out: stateless rules. All packets go to the stateful ones.")
        return found
    inner.child("statefulRuleOptions").seen()
    domains = source.child("rulesSourceList")
    found.domains, kind = domains.texts("targets"), domains.text("generatedRulesType")
    found.type = kind or found.type
    domains.texts("targetTypes")
    file = source.text("rulesFile")
    found.text = (into.lza.text_of(file, source.child("rulesFile")) or "") if file else source.text("rulesString")
    if source.child("statefulRules") or source.child("statelessRulesAndCustomActions"):
        into.note(source.seen(), "Left out: rules that are no text. Write them as Suricata does.")
    _variables(inner.child("ruleVariables"), found)
    return found


def _variables(node: Node, group: _Group) -> None:
    """Write the values of variables out, but for those of `$HOME_NET`, which there is here, too."""
    for key in ("ipSets", "portSets"):
        sets = node.each(key) if isinstance(node.child(key).value, tuple) else [node.child(key)]
        for each in sets:
            name, values = each.text("name"), each.texts("definition")
            if not name:
                continue
            if name == _HOME and key == "ipSets":
                group.home = [value for value in values if each.child("definition").fits(value, AnyCidr)]
                continue
            group.text = re.sub(rf"\${re.escape(name)}\b", f"[{','.join(values)}]" if values else "any", group.text)
