"""What is wrong with a configuration, said so that it can be mended."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

KeyPath = tuple[str | int, ...]
"""Where a value is in its file: keys of mappings, positions in lists."""

_SHOWN = 12


@dataclass(frozen=True)
class Problem:
    """One mistake.

    Args:
        file: The file, relative to the configuration's directory.
        line: Counted from 1; 0 if the problem is the file as a whole.
        path: The keys that lead to the value.
        arrived: What was found.
        expected: What belongs there.
        cure: What to do about it; empty if `expected` says it all.
        severity: ``error`` keeps the configuration from being used, ``warning`` does not.
    """

    file: str
    line: int
    path: KeyPath
    arrived: str
    expected: str
    cure: str = ""
    severity: Literal["error", "warning"] = "error"

    @property
    def key(self) -> str:
        """The key path as text: ``organizational_units.workloads.tags``, ``targets[2]``."""
        return key_text(self.path)

    @property
    def place(self) -> str:
        """File and line, in the form that editors and terminals can open."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def __str__(self) -> str:
        key = f" {self.key}:" if self.path else ""
        cure = f" {self.cure}" if self.cure else ""
        return f"{self.place}:{key} found {self.arrived}; expected {self.expected}.{cure}"


class ConfigError(Exception):
    """The configuration cannot be used; `problems` holds everything that is wrong with it.

    Args:
        directory: The configuration's directory, to which the problems' files are relative.
        problems: At least one error, warnings included.
    """

    def __init__(self, directory: Path, problems: Sequence[Problem]) -> None:
        self.directory = directory
        self.problems = tuple(problems)
        count = sum(problem.severity == "error" for problem in problems)
        super().__init__(f"{directory}: {plural(count, 'error')}\n" + "\n".join(f"  {problem}" for problem in problems))


def key_text(path: KeyPath) -> str:
    """Write a key path as people do: ``roles.auditor.accounts[0]``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def plural(count: int, noun: str) -> str:
    """A count with its noun: ``1 error``, ``2 errors``."""
    return (
        f"{count:,} {noun}"
        if count == 1
        else f"{count:,} {noun[:-1] + 'ies' if noun.endswith('y') and noun[-2] not in 'aeiou' else noun + 's'}"
    )


_ALIKE: Final = 0.6
_NEARLY: Final = 0.8
"""Shares of letters in the order of another word: that may be meant, and that surely is."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was most likely meant."""
    by_folded = {candidate.lower().replace("_", "-"): candidate for candidate in known}
    folded = word.lower().replace("_", "-")
    found = difflib.get_close_matches(folded, by_folded, n=1, cutoff=_ALIKE)
    if not found or difflib.SequenceMatcher(None, found[0], folded).ratio() < _NEARLY:
        # `permissions_boundary` has more letters of `session_hours` in their order than of `boundary`.
        words = set(folded.split("-"))
        found = [candidate for candidate in by_folded if words > set(candidate.split("-"))] or found
    return by_folded[max(found, key=len)] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A cure that names the nearest known word; empty if none is near."""
    found = nearest(word, known)
    return f"Did you mean {found!r}?" if found else ""


def one_of(known: Iterable[str]) -> str:
    """Known words as an expectation, cut where a list would no longer be read."""
    words = list(known)
    if not words:
        return "nothing: there is none yet"
    listed = ", ".join(words[:_SHOWN])
    return f"one of {listed}" + (f" … ({len(words)} in all)" if len(words) > _SHOWN else "")


def describe(value: object) -> str:
    """A value as the reader of an error knows it from the file."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, dict):
        keys = [str(key) for key in value]
        return (
            "a mapping of " + ", ".join(keys[:_SHOWN]) + (" …" if len(keys) > _SHOWN else "")
            if keys
            else "an empty mapping"
        )
    if isinstance(value, list | tuple):
        return f"a list of {plural(len(value), 'entry')}" if value else "an empty list"
    text = str(value)
    limit = 80
    return repr(text if len(text) <= limit else text[: limit - 1] + "…")
