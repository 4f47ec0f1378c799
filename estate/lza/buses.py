"""Policies of default event buses."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from config.errors import Problem

if TYPE_CHECKING:
    from estate.lza.draft import Draft
    from estate.lza.reading import Node

_SENDS: Final = {"events:putevents", "events:*"}
_OWN: Final = {"aws:principalorgid": ["${ORG_ID}"]}
_ACCOUNT: Final = re.compile(r"(?:arn:[\w${}-]+:iam::)?(\d{12})(?::root)?")


def event_bus(node: Node, into: Draft) -> None:
    """Let those put events whom the policy lets: the organization, and accounts outside of it."""
    targets = into.targets(node.child("deploymentTargets")) or ["root"]
    if node.texts("excludeRegions"):
        into.note(node.child("excludeRegions"), "It is so in all governed regions.")
    policy = node.child("policy")
    name = node.needed("policy")
    text = into.lza.text_of(name, policy) if name else None
    if text is None:
        return
    try:
        statements = json.loads(text).get("Statement", [])
    except (json.JSONDecodeError, AttributeError):
        into.lza.problems.append(Problem(name, 1, (), "no policy", "a policy in JSON", f"{policy.place} names it."))
        return
    everybody, others = False, set[str]()
    for number, statement in enumerate(statements if isinstance(statements, list) else [statements], start=1):
        accounts = _accounts(statement)
        if _sends(statement) and _by_organization(statement):
            everybody = True
        elif _sends(statement) and accounts and not statement.get("Condition"):
            others |= accounts
        else:
            into.note(
                policy,
                f"Left out: statement {number} of {name} lets in neither the organization nor accounts by their ids.",
            )
    for selector in targets if everybody or others else ():
        bus = into.settings_of(selector, "event_bus")
        if not everybody:
            bus["organization"] = False
        if others:
            bus["other_accounts"] = sorted(others)


def _sends(statement: dict[str, Any]) -> bool:
    return statement.get("Effect") == "Allow" and bool(
        _SENDS & {each.lower() for each in _listed(statement.get("Action"))}
    )


def _by_organization(statement: dict[str, Any]) -> bool:
    """Whether it lets in the organization, and is about nothing else."""
    condition = statement.get("Condition", {})
    tested = {key.lower(): _listed(value) for key, value in condition.get("StringEquals", {}).items()}
    anybody = statement.get("Principal") in ("*", {"AWS": "*"}, {"AWS": ["*"]})
    return anybody and len(condition) == 1 and tested == _OWN


def _accounts(statement: dict[str, Any]) -> set[str]:
    """The ids that it lets in; none if it lets in somebody besides."""
    principal = statement.get("Principal")
    listed = _listed(principal.get("AWS")) if isinstance(principal, dict) and set(principal) == {"AWS"} else []
    found = [_ACCOUNT.fullmatch(each) for each in listed]
    return {each[1] for each in found if each} if all(found) else set()


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [each for each in value or () if isinstance(each, str)]
