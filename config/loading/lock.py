"""organization.lock.yaml: the ids of what is deployed."""

from collections.abc import Mapping
from pathlib import Path

from config.errors import ConfigError
from config.loading.reading import read_entry
from config.model.lock import Closed, Lock
from config.sources.files import LOCK

_ALWAYS = ("accounts", "organizational_units")
_HEAD = """\
# yaml-language-server: $schema=schema/lock.schema.json
#
# Written by `estate lock` from the deployed organization. Commit it; do not edit it.
"""


def read_lock(directory: Path) -> Lock | None:
    """Read the lock of a configuration directory.

    Returns:
        The lock, or None if there is none yet.

    Raises:
        ConfigError: If it cannot be read.
    """
    if not (directory / LOCK).exists():
        return None
    entry, problems = read_entry(directory, LOCK, Lock)
    if entry.model is None or problems:
        raise ConfigError(directory, problems)
    return entry.model


def write_lock(directory: Path, lock: Lock) -> Path:
    """Write the lock: the same ids make the same bytes, and a reader never sees half a file.

    Returns:
        The file.
    """
    path = directory / LOCK
    draft = path.with_suffix(".yaml.new")
    draft.write_text(to_yaml(lock), encoding="utf-8")
    draft.replace(path)
    return path


def to_yaml(lock: Lock) -> str:
    """The text of the lock file; ids are quoted, since some look like numbers."""
    lines = [f'{key}: "{value}"' for key, value in lock if isinstance(value, str)]
    for key, ids in lock:
        if key == "closed":
            lines += _closed(lock.closed)
        elif isinstance(ids, dict) and (ids or key in _ALWAYS):
            lines += [f"{key}:" if ids else f"{key}: {{}}", *(f'  {slug}: "{ids[slug]}"' for slug in sorted(ids))]
        elif isinstance(ids, tuple):
            lines += _listed(key, ids)
    if not lock.ram_sharing:
        lines.append("ram_sharing: false")
    if lock.existing:
        lines.append(f"existing:\n  ram_sharing: {str(lock.existing.ram_sharing).lower()}")
        for key, ids in lock.existing:
            if isinstance(ids, tuple):
                lines += [f"  {line}" for line in _listed(key, ids)]
    return _HEAD + "\n".join(lines) + "\n"


def _closed(accounts: Mapping[str, Closed]) -> list[str]:
    lines = ["closed:"] if accounts else []
    for slug, account in sorted(accounts.items()):
        lines += [f"  {slug}:", *(f'    {key}: "{value}"' for key, value in account)]
    return lines


def _listed(key: str, ids: tuple[str, ...]) -> list[str]:
    return [f"{key}:", *(f'  - "{each}"' for each in sorted(ids))] if ids else []


def differences(locked: Lock, deployed: Lock) -> tuple[str, ...]:
    """What contradicts between the lock and the deployed organization, one sentence each.

    What was added since the lock was written contradicts nothing; what is gone or has another id does.
    """
    found = [
        f"{key}: the lock has {ours}, deployed is {theirs}."
        for (key, ours), (_, theirs) in zip(locked, deployed, strict=True)
        if isinstance(ours, str) and ours != theirs
    ]
    for what, ours, theirs in (
        ("account", locked.accounts, deployed.accounts),
        ("OU", locked.organizational_units, deployed.organizational_units),
    ):
        for slug, own_id in sorted(ours.items()):
            if slug not in theirs:
                found.append(f"{what} {slug}: the lock has {own_id}, the deployed organization has no such {what}.")
            elif theirs[slug] != own_id:
                found.append(f"{what} {slug}: the lock has {own_id}, deployed is {theirs[slug]}.")
    return tuple(found)
