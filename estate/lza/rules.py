"""Rules of AWS Config, and the documents that mend what breaks them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from config.errors import one_of
from constructs_lib.policies.managed_rules import unknown_rule
from constructs_lib.policies.quotas import quota
from estate.lza.control_tower import RULES
from estate.lza.documents import document
from estate.lza.reading import GLOBAL, SECURITY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from estate.lza.draft import Draft
    from estate.lza.reading import Node

_LONGEST_NAME: Final = int(quota("config-rule.name").limit or 0)
_LONGEST_ROLE: Final = 64
_AUTOMATION: Final = "ssm.amazonaws.com"
_LOOKUP: Final = re.compile(r"\$\{ACCEL_LOOKUP::(\w+)(?::([^}]*))?\}")
_OF_AWS: Final = re.compile(r"(?i)aws|amazon|amzn")
_ROOT: Final = ["root"]
_OF_ACCOUNTS: Final = {"remediation", "tags"}
"""What rules of the organization cannot have."""


def runbooks(_node: Node, into: Draft) -> None:
    """Have the documents of Systems Manager."""
    root = into.lza.file(SECURITY).child("centralSecurityServices", "ssmAutomation")
    if root.texts("excludeRegions"):
        into.note(root.child("excludeRegions"), "They are in all governed regions.")
    for entries in root.each("documentSets"):
        accounts = into.targets(entries.child("shareTargets"))
        for entry in entries.each("documents"):
            name, file = entry.needed("name"), entry.needed("template")
            entry.text("targetType")
            text = into.lza.text_of(file, entry.child("template")) if file else None
            if text is None:
                continue
            slug = into.short(name)
            path = f"documents/{slug}.{file.rpartition('.')[2]}"
            into.documents[path] = text
            made: dict[str, Any] = {"name": _document_name(name, entry, into)}
            into.runbooks[name] = made["name"]
            if re.search(r"""schemaVersion["']?\s*:\s*["']?2""", text):
                made["type"] = "Command"
            into.at("ssm_documents")[slug] = {**made, "document": path, "accounts": accounts}


def _document_name(name: str, entry: Node, into: Draft) -> str:
    """A name that AWS takes for a document that is not its own."""
    if not _OF_AWS.match(name):
        return name
    short = name.removeprefix(f"{into.lza.prefix}-")
    into.note(entry.child("name"), f"AWS takes no name that begins as its own: {short}.")
    return short


def controls(_node: Node, into: Draft) -> None:
    """Have Control Tower's controls as rules."""
    for entry in into.lza.file(GLOBAL).each("controlTower", "controls"):
        identifier = entry.needed("identifier")
        targets = into.targets(entry.child("deploymentTargets"))
        entry.texts("regions")
        if not entry.flag("enable"):
            continue
        rule = RULES.get(identifier.rpartition("/")[2])
        if rule is None:
            into.note(entry, f"No rule is known for the control {identifier}.")
            continue
        _place(rule.lower().replace("_", "-"), {"identifier": rule}, targets, into)


def rules(_node: Node, into: Draft) -> None:
    """Have the rules, each where it is."""
    for each in into.lza.file(SECURITY).each("awsConfig", "ruleSets"):
        targets = into.targets(each.child("deploymentTargets"))
        for entry in each.each("rules"):
            _rule(entry, targets, into)


def _place(name: str, rule: dict[str, Any], targets: Sequence[str], into: Draft) -> None:
    """Have a rule in all accounts, or in some."""
    if [*targets] == _ROOT and not _OF_ACCOUNTS & rule.keys():
        into.config_rules()[name] = rule
        return
    management = into.with_purpose("management")
    for selector in targets:
        mends = selector != f"account:{management}"  # it has no role that mends
        there = rule if mends else {key: value for key, value in rule.items() if key != "remediation"}
        into.settings_of(selector, "config_recorder", "rules")[name] = there
    if "root" in targets and management and "remediation" in rule:
        into.settings("config_recorder", "rules", name, account=management)["remediation"] = None


def gather(into: Draft) -> None:
    """Have rules that all accounts have, by whichever name and from wherever, once for the organization."""
    management = into.with_purpose("management")
    places: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for selector in (*into.selectors(), f"account:{management}"):
        rules_there = into.said(selector).get("config_recorder", {}).get("rules", {})
        for name, rule in rules_there.items():
            if "identifier" in rule and not _OF_ACCOUNTS & rule.keys():
                key = f"{rule['identifier']} {sorted(rule.get('parameters', {}).items())}"
                places.setdefault(key, []).append((selector, {"name": name, **rule}))
    for found in places.values():
        if {*into.accounts} - {slug for selector, _ in found for slug in into.selected(selector)}:
            continue
        first = min((rule for _, rule in found), key=len)
        into.config_rules()[first["name"]] = {key: value for key, value in first.items() if key != "name"}
        for selector, rule in found:
            recorder = into.said(selector)["config_recorder"]
            del recorder["rules"][rule["name"]]
            if not recorder["rules"]:
                del into.said(selector)["config_recorder"]


def _rule(entry: Node, targets: Sequence[str], into: Draft) -> None:
    name, identifier = entry.needed("name"), entry.text("identifier")
    if entry.text("type", "Managed") == "Custom" or not identifier:
        into.note(entry.seen(), f"Left out: {name} runs code of its own. Write an extension.")
        return
    rule: dict[str, Any] = {"identifier": identifier}
    if unknown_rule(identifier):
        rule["listed"] = False
    inputs = entry.child("inputParameters")
    texts = {key: _looked_up(inputs.text(key), into) for key in inputs.mapping()}
    if known := {key: text for key, text in texts.items() if text is not None}:
        rule["parameters"] = known
    for key in sorted(texts.keys() - known.keys()):
        into.note(inputs.child(key), f"Left out: nothing is known of {inputs.text(key)}.")
    if types := entry.texts("complianceResourceTypes"):
        rule["resource_types"] = types
    if about := entry.text("description"):
        rule["description"] = about
    if short := _remediation(entry.child("remediation"), name, targets, into):
        rule["remediation"] = short
    if tags := into.own_tags(entry):
        rule["tags"] = tags
    _place(_rule_name(name, entry, into), rule, targets, into)


def _rule_name(name: str, entry: Node, into: Draft) -> str:
    if len(name) <= _LONGEST_NAME:
        return name
    short = name.removeprefix(f"{into.lza.prefix}-")[:_LONGEST_NAME]
    into.note(entry.child("name"), f"A rule of the organization has a shorter name: {short}.")
    return short


def _remediation(node: Node, rule: str, targets: Sequence[str], into: Draft) -> dict[str, Any] | None:
    """What mends what breaks a rule; None if nothing does, or what it needs is not known."""
    if not node:
        return None
    parameters: dict[str, str] = {}
    for each in node.each("parameters"):
        key, value = each.needed("name"), each.text("value")
        each.text("type")
        if (found := _looked_up(value, into)) is None:
            into.note(node.seen(), f"Left out: nothing is known of {value}{_HINT if 'Bucket' in value else ''}.")
            return None
        parameters[key] = found
    for key in ("targetAccountName", "targetVersion", "targetDocumentLambda"):
        if node.child(key):
            into.note(node.child(key).seen(), "A runbook is in the account itself, in its newest version.")
    into.only(node, "excludeRegions", (), "It is so in all governed regions.")
    role = _role(node.child("rolePolicyFile"), rule, targets, into) if node.text("rolePolicyFile") else None
    return {
        **_runs(node, into),
        **({"parameters": parameters} if parameters else {}),
        **({"role": role} if role else {}),
    }


def _runs(node: Node, into: Draft) -> dict[str, Any]:
    """Which document mends, and how often it tries."""
    named = node.needed("targetId")
    known = into.runbooks
    if named and named not in known and not _OF_AWS.match(named):
        node.child("targetId").problem(repr(named), f"a document of `ssmAutomation`, or one of AWS: {one_of(known)}")
    made: dict[str, Any] = {"document": known.get(named, named)}
    if not node.flag("automatic"):
        made["automatic"] = False
    for key, ours, usual in (("maximumAutomaticAttempts", "attempts", 5), ("retryAttemptSeconds", "retry_seconds", 60)):
        value = node.number(key)
        if value is not None and value != usual:
            made[ours] = value
    return made


_HINT: Final = " (say --account-id for the account of the logs)"


def _role(node: Node, rule: str, targets: Sequence[str], into: Draft) -> str:
    """The role that a runbook works with."""
    slug, name = f"{into.short(rule)}-mends"[-40:].lstrip("-"), f"{rule[: _LONGEST_ROLE - 6]}-mends"
    accounts = into.but_management(targets) if [*targets] != _ROOT else _ROOT
    if path := document(node, into, slug):
        into.at("customer_policies")[slug] = {"name": name, "accounts": accounts, "document": path}
        trusted = [{"service": _AUTOMATION}]
        into.at("roles")[slug] = {
            "name": name,
            "accounts": accounts,
            "trusted_by": trusted,
            "customer_policies": [slug],
        }
    return name


def _looked_up(text: str, into: Draft) -> str | None:
    """A text with what the Accelerator's lookups stand for; None if that is not known."""
    found = _LOOKUP.fullmatch(text)
    if found is None:
        return None if _LOOKUP.search(text) else text
    kind, name = found[1], found[2] or ""
    if kind == "InstanceProfile":
        return name
    archive = into.with_purpose("log-archive") or ""
    if kind == "Bucket" and name == "elbLogs" and into.accounts.get(archive, {}).get("id"):
        return f"{into.organization['slug']}-log-archive-$(account_ids.{archive})-lb-$(region)"
    return None
