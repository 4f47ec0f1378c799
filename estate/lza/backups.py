"""Backup vaults, and what backup policies say of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from config.capabilities.backup import Backup
from config.sources.variables import put_in
from estate.lza.reading import GLOBAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from estate.lza.draft import Draft
    from estate.lza.reading import Node

_VAULT: Final = "target_backup_vault_name"
_ROLE: Final = "iam_role_arn"
_USUAL_ROLE: Final = Backup().role
_ROLE_OF_AWS: Final = "service-role/AWSBackupDefaultServiceRole"
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


def reaching(into: Draft) -> None:
    """Have backup policies reach only those accounts that have what they name: elsewhere, each of their jobs would fail."""
    for policy in into.policies.values():
        if policy["type"] != "backup_policy":
            continue
        content = json.loads(into.documents[policy["document"]])
        roles = {arn.rpartition(":role/")[2] for each in _settings(content, _ROLE) for arn in each.values()}
        vaults = {str(name) for each in _settings(content, _VAULT) for name in each.values()} - {_OF_AWS}
        reached = {slug for each in policy.get("targets", ()) for slug in into.selected(each)}
        _let_management_in(roles, reached, into)
        lacking = {slug for slug in reached if not _has(slug, vaults, roles, into)}
        if lacking:
            policy["targets"] = into.but(policy["targets"], lacking)
            name = policy.get("name", policy["document"])
            names = ", ".join(sorted(lacking))
            into.tell(
                f"The backup policy {name} does not reach {names}: its jobs would fail there, without its vault or role."
            )


def _let_management_in(roles: set[str], reached: set[str], into: Draft) -> None:
    """The management account gets no role of `roles`, but one with its vaults."""
    management = str(into.with_purpose("management"))
    if management in reached and len(roles) == 1 and _backup(management, into):
        into.settings("backup", account=management)["role"] = next(iter(roles))


def _has(slug: str, vaults: set[str], roles: set[str], into: Draft) -> bool:
    """Whether an account has the vaults and roles that a policy names."""
    backup = _backup(slug, into)
    given = {backup.get("role", _USUAL_ROLE)} if backup else set()
    if slug != into.with_purpose("management"):
        made = into.at("roles").values()
        given |= {role["name"] for role in made if any(slug in into.selected(each) for each in role["accounts"])}
    return vaults <= {*backup.get("vaults", ())} and roles <= given | {_ROLE_OF_AWS}


def _backup(slug: str, into: Draft) -> dict[str, Any]:
    """What is said of an account's vaults, at whatever level."""
    found: dict[str, Any] = {}
    for level in into.levels(slug):
        said = level.get("backup", {})
        found = {**found, **said, "vaults": {**found.get("vaults", {}), **said.get("vaults", {})}}
    return found if found.get("vaults") else {}


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
