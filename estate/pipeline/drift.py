"""What is in AWS otherwise than in the configuration, as one issue: opened, brought up to date, closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

TITLE: Final = "AWS differs from the configuration"
"""The issue's. There is one of it."""
_SHOWN: Final = 100
_CHANGES: Final = (("create", "add"), ("update", "change"), ("delete", "destroy"))


def issue(plans: Mapping[str, Mapping[str, int]], drifts: Sequence[dict[str, Any]]) -> str:
    """Write the issue.

    Args:
        plans: What the plan of each stack changes, as `estate plan --to` counts it.
        drifts: What `estate drift --json` printed.

    Returns:
        Markdown; empty if nothing differs.
    """
    return "\n".join([*_stacks(plans), *_drifts(drifts)])


def _stacks(plans: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    changed = {stack: counts for stack, counts in sorted(plans.items()) if any(counts.values())}
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
