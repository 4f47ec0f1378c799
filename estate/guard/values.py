"""Values of a plan by path: ``rule.expiration.days`` goes through every block of ``rule``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from estate.guard.plan import holds_true

if TYPE_CHECKING:
    from collections.abc import Iterator

_DURATION: Final = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_UNITS: Final = (86_400, 3_600, 60, 1)
_LONGEST: Final = 60


def leaves(value: Any, path: str) -> list[Any]:
    """The values at a path, those of all elements of lists on the way and at its end; nulls are left out.

    Example:
        >>> leaves({"rule": [{"days": 1}, {"days": None}, {"days": 3}]}, "rule.days")
        [1, 3]
    """
    return list(_leaves(value, path.split(".") if path else []))


def _leaves(value: Any, parts: list[str]) -> Iterator[Any]:
    if value is None:
        return
    if isinstance(value, (list, tuple)):
        for element in value:
            yield from _leaves(element, parts)
    elif not parts:
        yield value
    elif isinstance(value, Mapping):
        yield from _leaves(value.get(parts[0]), parts[1:])


def is_unknown(marks: Any, path: str) -> bool:
    """Whether a value at a path, or anything in it, is known only after the apply.

    Args:
        marks: ``after_unknown`` of the change.
        path: The path.
    """
    if marks is True:
        return True
    if isinstance(marks, list):
        return any(is_unknown(mark, path) for mark in marks)
    if not path:
        return holds_true(marks)
    first, _, rest = path.partition(".")
    return isinstance(marks, Mapping) and is_unknown(marks.get(first), rest)


def is_on(value: Any) -> bool:
    """Whether a switch is on: ``true``, or a word for it."""
    return value is True or (isinstance(value, str) and value.lower() in ("true", "active"))


def is_empty(value: Any) -> bool:
    """Whether a value says nothing: null, an empty text, list or block."""
    return value is None or value == "" or (isinstance(value, (list, tuple, Mapping)) and not value)


def canonical(value: Any) -> str:
    """A value as one text, whatever the order of its keys; JSON in a text counts by its meaning."""
    if isinstance(value, str):
        if value[:1] not in ("{", "["):
            return value
        try:
            value = json.loads(value)
        except ValueError:
            return str(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)


def members(value: Any, path: str) -> dict[str, str]:
    """The members of a set (of a map, ``key=value``), in one form for comparing and one for showing."""
    found: dict[str, str] = {}
    for leaf in leaves(value, path):
        texts = [f"{key}={canonical(each)}" for key, each in leaf.items()] if is_map(leaf) else [canonical(leaf)]
        found.update({text: shown(text) for text in texts})
    return found


def is_map(value: Any) -> bool:
    """Whether it is a map of texts, as tags are, and no block."""
    return isinstance(value, Mapping) and all(isinstance(each, str) for each in value.values())


def number(value: Any) -> float | None:
    """A number, a text that is one, or a duration such as ``PT8H`` in seconds; None for anything else."""
    if isinstance(value, bool):
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        pass
    found = _DURATION.fullmatch(str(value))
    if found is None or not any(found.groups()):
        return None
    return float(sum(int(count or 0) * unit for count, unit in zip(found.groups(), _UNITS, strict=True)))


def shown(value: Any) -> str:
    """A value as a short text of one line."""
    text = " ".join(canonical(value).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
