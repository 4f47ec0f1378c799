"""What is in AWS otherwise than in the configuration, as one issue: opened, brought up to date, closed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from estate.kept.keeping import COUNTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

TITLE: Final = "AWS differs from the configuration"
"""The issue's. There is one of it."""
_SHOWN: Final = 100
_CHANGES: Final = (("create", "add"), ("update", "change"), ("delete", "destroy"))


def issue(plans: Path, drifts: Sequence[dict[str, Any]]) -> str:
    """Write the issue.

    Args:
        plans: Holds what `estate plan --to` wrote of all stacks.
        drifts: What `estate drift --json` printed.

    Returns:
        Markdown; empty if nothing differs.
    """
    return "\n".join([*_stacks(plans), *_drifts(drifts)])


def _stacks(plans: Path) -> Iterator[str]:
    found = {path.name.removesuffix(COUNTS): json.loads(path.read_text("utf-8")) for path in plans.glob(f"*{COUNTS}")}
    changed = {stack: counts for stack, counts in sorted(found.items()) if any(counts.values())}
    if changed:
        yield "### Stacks whose plan changes something"
        yield ""
        for stack, counts in list(changed.items())[:_SHOWN]:
            yield f"- `{stack}`: " + ", ".join(f"{counts[key]} to {word}" for key, word in _CHANGES)
        yield from _more(len(changed))
        yield ""


def _drifts(drifts: Sequence[dict[str, Any]]) -> Iterator[str]:
    if drifts:
        yield "### Beside the configuration"
        yield ""
        yield from (f"- {each['kind']} `{each['id']}`: {each['message']} {each['cure']}" for each in drifts[:_SHOWN])
        yield from _more(len(drifts))
        yield ""


def _more(count: int) -> Iterator[str]:
    if count > _SHOWN:
        yield f"- … {count - _SHOWN} more"
