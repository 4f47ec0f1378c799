"""Backup vaults, and what backup policies say of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from config.sources.variables import put_in
from estate.lza.reading import GLOBAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from estate.lza.draft import Draft
    from estate.lza.reading import Node

_VAULT: Final = "target_backup_vault_name"
_DAYS: Final = "delete_after_days"
_USUAL_LOCK: Final = 7
_OF_AWS: Final = "Default"


def vaults(_node: Node, into: Draft) -> None:
    """Have the vaults, each in its accounts."""
    names, shortest = _names(into), _shortest(into)
    for entry in into.lza.file(GLOBAL).each("backup", "vaults"):
        name = entry.needed("name")
        if entry.text("policy"):
            into.note(
                entry.child("policy"), "Left out: what a policy of the vault says. `copies_from_organization` is one."
            )
        vault: dict[str, Any] = {"lock": {"min_days": shortest}} if shortest < _USUAL_LOCK else {}
        for selector in into.targets(entry.child("deploymentTargets")):
            into.settings_of(selector, "backup", "vaults")[names.get(name, name)] = vault
        if names.get(name, name) != name:
            into.note(entry.child("name"), f"It is called {names[name]}, in backup policies, too.")
        into.note(entry, f"It is locked: nobody deletes a backup within {min(shortest, _USUAL_LOCK)} days.")


def with_vaults(text: str, into: Draft) -> str:
    """A backup policy with our names of vaults."""
    names, content = _names(into), json.loads(text)
    values = {key: str(value) for key, value in into.at("variables").items() if isinstance(value, str | int)}
    for setting in _settings(content, _VAULT):
        for key, value in setting.items():
            if isinstance(value, str) and (ours := names.get(put_in(value, values))):
                setting[key] = ours
    return json.dumps(content, indent=2) + "\n"


def _names(into: Draft) -> dict[str, str]:
    """Our names of the Accelerator's vaults."""
    entries = into.lza.file(GLOBAL).each("backup", "vaults")
    return {name: into.short(name) for entry in entries if (name := entry.text("name")) and name != _OF_AWS}


def _shortest(into: Draft) -> int:
    """For how many days the shortest-lived backups of all policies are kept."""
    policies = (each for each in into.policies.values() if each["type"] == "backup_policy")
    found = [_USUAL_LOCK]
    for policy in policies:
        for setting in _settings(json.loads(into.documents[policy["document"]]), _DAYS):
            found += [int(value) for value in setting.values() if str(value).isdigit()]
    return min(found)


def _settings(data: Any, name: str) -> Iterator[dict[str, Any]]:
    """All settings of a name in a policy."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key == name and isinstance(value, dict):
                yield value
            else:
                yield from _settings(value, name)
    elif isinstance(data, list):
        for each in data:
            yield from _settings(each, name)
