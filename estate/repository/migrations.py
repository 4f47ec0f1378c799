"""Keys of the configuration that newer versions name otherwise, and the files rewritten so, comments kept.

Every migration acts only where an old key is, so all of them may run on any configuration, as often as one likes. A name that was
given up is never used again for something else.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_FILES: Final = {
    "organization": "organization.yaml",
    "account": "accounts/*.yaml",
    "policy": "policies/*.yaml",
    "approvals": "approvals.yaml",
}


@dataclass(frozen=True)
class Migration:
    """What one version changes in the configuration's keys.

    Args:
        version: The first version that knows the new keys only.
        place: The files that hold the keys; `settings` is wherever settings are: `defaults` of the organization and of OUs,
            `defaults_by_purpose`, `defaults_by_tag`, `settings` of accounts.
        keys: New dotted keys by old ones, both from the top of the file, or of the settings.
        why: What the new name says better; one sentence.
        function: Further changes, where a new name is not enough. Gets the file (or the settings), changes it in place, and
            changes nothing where it was before.

    Example:
        >>> Migration("0.2.0", "settings", {"budget.limit": "budget.monthly_limit"}, "Limits of a day are to come.")
    """

    version: str
    place: Literal["organization", "account", "policy", "approvals", "settings"]
    keys: Mapping[str, str]
    why: str
    function: Callable[[CommentedMap], None] | None = None


MIGRATIONS: Final[tuple[Migration, ...]] = ()


@dataclass(frozen=True)
class Migrated:
    """A file with keys that have other names by now.

    Args:
        name: Its path below the configuration's directory.
        content: What belongs there.
        changes: What changes: one line each.
    """

    name: str
    content: bytes
    changes: tuple[str, ...]


class MigrationError(Exception):
    """A file cannot be migrated; the message says where, why and what to do."""


def migrated(directory: Path, migrations: Sequence[Migration] = MIGRATIONS) -> list[Migrated]:
    """The files of a configuration that migrations change. Nothing is written.

    Args:
        directory: The configuration's directory.
        migrations: In the order of their versions.

    Raises:
        MigrationError: A file that may hold such keys is no YAML, or has a key by its old and its new name.
    """
    wanted: dict[str, list[Migration]] = {}
    for migration in migrations:
        places = ("organization", "account") if migration.place == "settings" else (migration.place,)
        for path in (path for place in places for path in sorted(directory.glob(_FILES[place]))):
            wanted.setdefault(path.relative_to(directory).as_posix(), []).append(migration)
    found = (_file(directory, name, migrations) for name, migrations in sorted(wanted.items()))
    return [file for file in found if file.changes]


def _file(directory: Path, name: str, migrations: Iterable[Migration]) -> Migrated:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1 << 20  # lines stay as long as they are
    yaml.indent(mapping=2, sequence=4, offset=2)
    try:
        document = yaml.load((directory / name).read_bytes())
    except (OSError, YAMLError) as error:
        raise MigrationError(f"{name} cannot be read as YAML:\n{error}\nRun `estate check`.") from None
    changes: list[str] = []
    for migration in migrations:
        for mapping, where in _places(document, name, migration):
            for old, new in migration.keys.items():
                line = _moved(mapping, old.split("."), new.split("."), name)
                changes += [f"{name}:{line} {where}{old} → {where}{new}: {migration.why}"] if line else []
            if migration.function is not None:
                before = _text(yaml, document)
                migration.function(mapping)
                changes += [f"{name} {migration.why}"] if _text(yaml, document) != before else []
    return Migrated(name, _text(yaml, document), tuple(changes))


def _text(yaml: YAML, document: CommentedMap) -> bytes:
    text = io.BytesIO()
    yaml.dump(document, text)
    return text.getvalue()


def _places(document: object, name: str, migration: Migration) -> Iterator[tuple[CommentedMap, str]]:
    """The mappings of a file that a migration's keys begin in, and how to say where each is."""
    if not isinstance(document, CommentedMap):
        return
    if migration.place != "settings":
        yield document, ""
        return
    keys = ("defaults",) if name == _FILES["organization"] else ("settings",)
    yield from _settings(document, keys, "")
    for key in ("defaults_by_purpose", "defaults_by_tag"):
        for who in _mapping(document, key):
            yield from _settings(_mapping(document, key), (who,), f"{key}.")
    for slug in (rollouts := _mapping(document, "rollouts")):
        yield from _settings(_mapping(rollouts, slug), ("settings",), f"rollouts.{slug}.")
    yield from _settings_of_units(document, "")


def _settings(mapping: CommentedMap, keys: Iterable[str], where: str) -> Iterator[tuple[CommentedMap, str]]:
    for key in keys:
        if isinstance(mapping.get(key), CommentedMap):
            yield mapping[key], f"{where}{key}."


def _settings_of_units(mapping: CommentedMap, where: str) -> Iterator[tuple[CommentedMap, str]]:
    units = _mapping(mapping, "organizational_units")
    for slug in units:
        unit, below = _mapping(units, slug), f"{where}organizational_units.{slug}."
        yield from _settings(unit, ("defaults",), below)
        yield from _settings_of_units(unit, below)


def _mapping(mapping: CommentedMap, key: str) -> CommentedMap:
    found = mapping.get(key)
    return found if isinstance(found, CommentedMap) else CommentedMap()


def _moved(mapping: CommentedMap, old: Sequence[str], new: Sequence[str], name: str) -> int:
    """Give a value its new key; the line where the old one was, 0 if there was none."""
    before, after = _parent(mapping, old), _parent(mapping, new)
    if before is None or old[-1] not in before:
        return 0
    line = int(before.lc.key(old[-1])[0]) + 1
    if after is not None and new[-1] in after:
        raise MigrationError(
            f"{name}:{line} has {'.'.join(old)!r} and {'.'.join(new)!r}, which is its name by now. Remove one of them."
        )
    if before is after:
        position, comment = list(before).index(old[-1]), before.ca.items.pop(old[-1], None)
        value = before.pop(old[-1])
        before.insert(position, new[-1], value)
    else:
        comment, value = before.ca.items.pop(old[-1], None), before.pop(old[-1])
        after = mapping
        for key in new[:-1]:
            after = after.setdefault(key, CommentedMap())
        after[new[-1]] = value
    if comment is not None:
        after.ca.items[new[-1]] = comment
    return line


def _parent(mapping: CommentedMap, path: Sequence[str]) -> CommentedMap | None:
    """The mapping that holds the last key of a path; None if there is none."""
    found: object = mapping
    for key in path[:-1]:
        found = found.get(key) if isinstance(found, CommentedMap) else None
    return found if isinstance(found, CommentedMap) else None
