"""What accounts are set to have, value by value, with where each was written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from config.model.unknown import known
from config.registry import settings_model
from estate.report import model
from estate.report.interning import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.errors import KeyPath
    from config.loading.settings import Level
    from config.nodes import Account, Configuration

_LEFT_OUT: Final = ("external_id",)
"""Keys whose values are no secret to AWS, and nobody's business on a page."""


class SettingsOf:
    """Reads the settings of accounts; what many have alike is read once.

    Args:
        configuration: The organization.
        levels: What each level says of an account, by its slug.
    """

    def __init__(self, configuration: Configuration, levels: Mapping[str, tuple[Level, ...]]) -> None:
        self.capabilities: Table[model.Capability] = Table()
        self.origins: Table[str] = Table()
        self._configuration, self._levels = configuration, levels
        self._read: dict[object, list[int]] = {}
        self._lines: dict[tuple[str, KeyPath], str] = {}

    def of(self, account: Account) -> list[int]:
        """The places of what an account is set to have."""
        settings = self._configuration.settings[account.slug]
        levels = tuple(level for level in self._levels[account.slug] if level.data)
        key = id(settings), tuple((level.file.name, level.path) for level in levels)
        if key not in self._read:
            self._read[key] = [
                self.capabilities.add(
                    model.Capability(
                        key=name, on=getattr(value, "enabled", True), rows=list(self._rows(name, value, levels))
                    )
                )
                for name in sorted(settings_model().model_fields)
                if name != "region" and (value := known(getattr(settings, name))) is not None
            ]
        return self._read[key]

    def _rows(self, name: str, value: Any, levels: tuple[Level, ...]) -> Iterator[model.Setting]:
        for path, text in flat(value.model_dump(mode="json"), (name,)):
            origin = self._origin(path, levels)
            yield model.Setting(
                key=".".join(path[1:]), value=text, origin=None if origin is None else self.origins.add(origin)
            )

    def _origin(self, path: tuple[str, ...], levels: tuple[Level, ...]) -> str | None:
        for level in reversed(levels):
            if _says(level.data, path):
                key = level.file.name, (*level.path, *path)
                if key not in self._lines:
                    self._lines[key] = (
                        f"{level.file.name}, line {level.file.line(key[1])}, {'.'.join(map(str, level.path))}"
                    )
                return self._lines[key]
        return None


def _says(data: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    found: Any = data
    for part in path:
        if not isinstance(found, Mapping) or part not in found:
            return False
        found = found[part]
    return True


def flat(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every value of a mapping by its path, as text; values that are not set are left out.

    Example:
        >>> dict(flat({"a": {"b": 1, "c": None}, "d": ["x", "y"]}, ()))
        {('a', 'b'): '1', ('d',): 'x, y'}
    """
    if path and path[-1] in _LEFT_OUT:
        return
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from flat(each, (*path, str(key)))
    elif isinstance(value, (list, tuple)):
        yield path, ", ".join(each if isinstance(each, str) else json.dumps(each) for each in value)
    elif value is not None:
        yield path, value if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else json.dumps(value)
