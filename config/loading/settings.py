"""Settings of each account: what every level says, merged and validated."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from config.errors import KeyPath, Problem, nearest
from config.loading.validation import problems_of, refused_paths, without_refused
from config.model.settings import Settings
from config.model.unknown import UNKNOWN, unknown_at
from config.registry import settings_model
from config.sources.variables import SIGN, STAND_INS, put_in_all
from config.sources.yaml_file import YamlFile


@dataclass(frozen=True)
class Level:
    """What one place says about settings.

    Args:
        file: The file that says it.
        path: The keys of that file that lead to it.
        data: What it says.
    """

    file: YamlFile
    path: KeyPath
    data: dict[str, Any]


def merge(weak: dict[str, Any], strong: dict[str, Any]) -> dict[str, Any]:
    """Merge mappings key by key; everything else is replaced by what the stronger says.

    Example:
        >>> merge({"a": {"x": 1, "y": 2}, "b": (1, 2)}, {"a": {"y": 3}, "b": (4,)})
        {'a': {'x': 1, 'y': 3}, 'b': (4,)}
    """
    if not weak or not strong:
        return strong or weak
    found = dict(weak)
    for key, value in strong.items():
        old = found.get(key)
        found[key] = merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return found


def conflicts(one: dict[str, Any], other: dict[str, Any], path: KeyPath = ()) -> Iterable[KeyPath]:
    """Where two levels of the same strength say different things."""
    for key in one.keys() & other.keys():
        mine, theirs = one[key], other[key]
        if isinstance(mine, dict) and isinstance(theirs, dict):
            yield from conflicts(mine, theirs, (*path, key))
        elif mine != theirs:
            yield (*path, key)


@dataclass
class SettingsReader:
    """Merges and validates levels, each different result once."""

    problems: list[Problem] = field(default_factory=list)
    doubtful: Collection[tuple[str, KeyPath]] = ()
    """Where in files something is refused already."""
    _known: dict[str, Settings] = field(default_factory=dict)

    def settings(self, levels: Iterable[Level], *, complete: bool, values: Mapping[str, str] = STAND_INS) -> Settings:
        """Merge levels, the weakest first.

        Args:
            levels: What to merge.
            complete: Whether anything required may not be missing any more, since no level follows.
            values: The account's variables; unless told otherwise, those of some account, to judge levels by themselves.

        Returns:
            The settings. What is wrong in them is in `problems`, and a key with something wrong in it is `UNKNOWN`.
        """
        model = settings_model()
        used = [level for level in levels if level.data]
        data: dict[str, Any] = {}
        for level in used:
            data = merge(data, level.data)
        key = f"{complete}{data!r}"
        if SIGN in key:
            region = data.get("region")
            own = {**STAND_INS, **values, **({"region": region} if isinstance(region, str) else {})}
            data = put_in_all(data, own)
            key = f"{complete}{data!r}"
        if key not in self._known:
            try:
                self._known[key] = model.model_validate(data)
            except ValidationError as error:
                found = problems_of(error, model, data, lambda path: _origin(used, path), complete=complete)
                wrong = {place: key for level in used for place, key in _wrong_keys(level)}
                doubtful = set(wrong.values())
                self.problems += [
                    problem
                    for problem in found
                    if (problem.file, problem.path) not in self.doubtful
                    and (doubtful.isdisjoint(problem.path) or (problem.file, problem.path) in wrong)
                ]
                self._known[key] = _right(error, data, doubtful)
        return self._known[key]


def _right(error: ValidationError, data: dict[str, Any], doubtful: Collection[str]) -> Settings:
    """What is right in settings, with `UNKNOWN` where something was refused."""
    model = settings_model()
    paths = refused_paths(error, model, data)
    without = {name: value for name, value in without_refused(error, data).items() if name in model.model_fields}
    whole: set[str] = {*doubtful}
    while True:
        try:
            found = model.model_validate({name: value for name, value in without.items() if name not in whole})
            break
        except ValidationError as rest:  # what is right in it makes no sense by itself
            whole |= {str(path[0]) for path in refused_paths(rest, model, without)}
    for path in (*paths, *((name,) for name in whole)):
        if path and path[0] in model.model_fields:
            found = unknown_at(found, path)
    return found


def _wrong_keys(level: Level) -> Iterable[tuple[tuple[str, KeyPath], str]]:
    """Where a level is wrong about a key as a whole, so that stronger levels are merged with nothing; and the key."""
    fields = settings_model().model_fields
    for key, value in level.data.items():
        place = level.file.name, (*level.path, key)
        if key in fields and key != "region" and not isinstance(value, dict):
            yield place, key
        elif key not in fields and (meant := nearest(str(key), fields)):
            yield place, meant


def unknown_settings() -> Settings:
    """Settings of which nothing is known."""
    return settings_model()().model_copy(update=dict.fromkeys(settings_model().model_fields, UNKNOWN))


def _origin(levels: list[Level], path: KeyPath) -> tuple[YamlFile, KeyPath]:
    """The strongest level that says the value, or as much of its path as any level says."""
    for length in range(len(path), -1, -1):
        for level in reversed(levels):
            if level.file.holds((*level.path, *path[:length])):
                return level.file, (*level.path, *path)
    raise AssertionError(path)  # every level holds its own empty path
