"""JSON documents of a Landing Zone Accelerator's configuration: its lookups become variables."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from config.controls.needs import SETUP_ROLE
from config.errors import Problem
from config.model.organization import ExecutionRole
from estate.lza.reading import USUAL_PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from estate.lza.draft import Draft
    from estate.lza.reading import Node

_EXECUTION: Final = ExecutionRole().name
_LOOKUP: Final = re.compile(r"\$\{([A-Z][A-Z_]*(?:::?[^{}$]*)?)\}")
_BARE: Final = re.compile(r"(?<=[:\[,])(\s*)(\$\([^()]*\))(?=\s*[,\]}])")
_CUSTOM: Final = "ACCEL_LOOKUP::CUSTOM:"
_ACCOUNT: Final = "ACCEL_LOOKUP::ACCOUNT_ID:ACCOUNT:"
_OF_AWS: Final = {
    "PARTITION": "$(partition)",
    "REGION": "$(region)",
    "HOME_REGION": "$(home_region)",
    "ACCOUNT_ID": "$(account_id)",
    "ORG_ID": "$(organization_id)",
}
_PREFIXES: Final[Mapping[str, Callable[[str], str]]] = {
    "ACCELERATOR_PREFIX": lambda _: "$(accelerator_prefix)",
    "ACCELERATOR_PREFIX_ND": lambda _: "$(accelerator_prefix)",
    "ACCELERATOR_PREFIX_LND": str.lower,
    "ACCELERATOR_DEFAULT_PREFIX_SHORTHAND": lambda prefix: prefix[:4].upper(),
    "ACCELERATOR_SSM_PREFIX": lambda prefix: "/accelerator" if prefix == USUAL_PREFIX else f"/{prefix}",
    "ACCELERATOR_NAME": lambda _: "lza",
}
"""What the Accelerator makes of the prefix that its names have."""
_PURPOSES: Final = {
    "AUDIT_ACCOUNT_ID": "security",
    "LOGARCHIVE_ACCOUNT_ID": "log-archive",
    "MANAGEMENT_ACCOUNT_ID": "management",
}
_ENTRY: Final = "MANAGEMENT_ACCOUNT_ACCESS_ROLE"
_NEGATED: Final = ("ArnNotLike", "ArnNotEquals", "StringNotLike", "StringNotEquals")
_CALLER: Final = "aws:principalarn"


def variable(key: str) -> str:
    """What a replacement is called here.

    Example:
        >>> variable("EnabledRegions")
        'enabled_regions'
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key)
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")


def document(node: Node, into: Draft, slug: str, *, guards: bool = False) -> str | None:
    """Have the document that a value names.

    Args:
        node: Names a JSON file.
        into: Gets it.
        slug: What it is called there.
        guards: Whether it keeps others from what the Accelerator's roles may do.

    Returns:
        Its path below policies/; None if it cannot be had.
    """
    name = str(node.seen().value)
    text = into.lza.text_of(name, node)
    if text is None:
        return None
    unknown: list[str] = []
    filled = _LOOKUP.sub(lambda found: _known(found[1], into, unknown), text.replace("$(", "$(dollar)("))
    if "$(dollar)(" in filled:
        into.at("variables")["dollar"] = "$"
    if unknown:
        into.note(node, f"Left out: nothing is known of {', '.join(sorted(set(unknown)))}. Write it by hand.")
        return None
    try:
        content = json.loads(_BARE.sub(r'\1"\2"', filled))
    except json.JSONDecodeError as error:
        arrived = f"no JSON ({error.msg[:1].lower()}{error.msg[1:]})"
        into.lza.problems.append(Problem(name, error.lineno, (), arrived, "valid JSON", f"{node.place} names it."))
        return None
    if guards and _exempt(content):
        into.note(node, "Our roles are exempt where the Accelerator's are. Take those out when they are gone.")
    path = f"documents/{slug}.json"
    into.documents[path] = json.dumps(content, indent=2) + "\n"
    return path


def _known(name: str, into: Draft, unknown: list[str]) -> str:
    """What stands for a lookup."""
    key = name.removeprefix(_CUSTOM)
    found: str | None = _OF_AWS.get(name)
    if name in _PREFIXES:
        found = _PREFIXES[name](into.lza.prefix)
        if found.startswith("$("):
            into.at("variables")["accelerator_prefix"] = into.lza.prefix
    elif name == _ENTRY:
        found = str(into.organization.get("break_glass_role", ""))
    elif name.startswith(_CUSTOM) and key in into.lza.replacements:
        value = into.lza.replacements[key]
        into.at("variables")[variable(key)] = list(value) if isinstance(value, tuple) else value
        found = f"$({variable(key)})"
    elif account := into.lza_accounts.get(name.removeprefix(_ACCOUNT)) or into.with_purpose(_PURPOSES.get(name, "")):
        found = f"$(account_ids.{account})" if into.accounts[account].get("id") else None
        if found is None:
            unknown.append(f"the id of {account} (say --account-id)")
            return ""
    if found is None:
        unknown.append(f"${{{name}}}")
    return found or ""


def _exempt(content: Any) -> bool:
    """Add our roles to those of the Accelerator that statements are not about."""
    statements = content.get("Statement", []) if isinstance(content, dict) else []
    changed = False
    for statement in [statements] if isinstance(statements, dict) else statements:
        for operator, test in statement.get("Condition", {}).items():
            if operator.removesuffix("IfExists") not in _NEGATED:
                continue
            for key, values in test.items():
                roles = [values] if isinstance(values, str) else values
                if key.lower() == _CALLER and any(":role/$(accelerator_prefix)" in role for role in roles):
                    ours = (f"arn:$(partition):iam::*:role/{name}" for name in (_EXECUTION, SETUP_ROLE))
                    test[key] = [*roles, *(role for role in ours if role not in roles)]
                    changed = True
    return changed
