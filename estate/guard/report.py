"""Summaries and verdict as text for a terminal, Markdown for a pull request, and JSON for programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from estate.guard.rules import Danger
    from estate.guard.summary import Summary
    from estate.guard.verdict import Verdict

_SHOWN: Final = 20
"""Notes of a stack that are shown; the rest is counted."""


def as_text(summaries: Sequence[Summary], verdict: Verdict) -> RenderableType:
    """What `estate guard` prints."""
    from rich.console import Group  # noqa: PLC0415 - only where it is printed
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table("stack", box=None, pad_edge=False)
    for mark in "+~-":
        table.add_column(mark, justify="right")
    table.add_column("what matters")
    for summary in summaries:
        numbers = (str(count or "") for count in (summary.created, summary.updated, summary.destroyed))
        table.add_row(
            summary.stack, *numbers, Text("\n".join(_notes(summary)) or ("" if not summary.empty else "no changes"))
        )
    return Group(table, *(Text(line, style=style) for line, style in _lines(verdict)))


def as_markdown(summaries: Sequence[Summary], verdict: Verdict) -> str:
    """What a pipeline posts on a pull request."""
    changed = [summary for summary in summaries if not summary.empty]
    same = [summary.stack for summary in summaries if summary.empty]
    lines = ["### " + ("Plans" if verdict.passes else "Plans: stopped by the guard"), ""]
    if changed:
        lines += ["| stack | + | ~ | - | what matters |", "|---|---:|---:|---:|---|"]
        lines += [
            f"| {found.stack} | {found.created} | {found.updated} | {found.destroyed} | "
            f"{'<br>'.join(f'`{note}`' for note in _notes(found))} |"
            for found in changed
        ]
        lines.append("")
    if same:
        lines += [f"No changes: {', '.join(same)}.", ""]
    for line, style in _lines(verdict):
        lines.append(f"{'- ' if not line.startswith(' ') else '  '}{line.strip()}" if style else line)
    return "\n".join(lines).rstrip() + "\n"


def as_json(summaries: Sequence[Summary], verdict: Verdict) -> str:
    """The same for programs."""
    found: dict[str, Any] = {
        "passes": verdict.passes,
        "stacks": {found.stack: {**asdict(found), "notes": [str(note) for note in found.notes]} for found in summaries},
        "stopped": [asdict(danger) for danger in verdict.stopped],
        "approved": [
            {**asdict(danger), "until": str(approval.until), "reason": approval.reason}
            for danger, approval in verdict.approved.items()
        ],
    }
    return json.dumps(found, indent=2)


def _notes(summary: Summary) -> list[str]:
    shown = [str(note) for note in summary.notes[:_SHOWN]]
    if len(summary.notes) > _SHOWN:
        shown.append(f"… and {len(summary.notes) - _SHOWN} more")
    return shown


def _lines(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """Lines of the verdict with rich's style for each."""
    for danger in verdict.stopped:
        yield f"STOP {danger.stack} {danger.address}: {danger.what} {danger.why}", "bold red"
        approval = verdict.expired.get(danger)
        if approval:
            yield f"     The approval of config/approvals.yaml expired on {approval.until}.", "red"
    for danger, approval in verdict.approved.items():
        yield (
            f"approved until {approval.until} ({approval.reason}): {danger.stack} {danger.address}: {danger.what}",
            "yellow",
        )
    for approval in verdict.idle:
        yield f"not needed (any more): the approval of {approval.stack} {approval.address}; remove it", "dim"
    if verdict.stopped:
        yield "", ""
        yield "If this is meant, let somebody else review these lines in config/approvals.yaml:", ""
        yield "", ""
        yield _entry(verdict.stopped), ""


def _entry(dangers: Sequence[Danger]) -> str:
    lines = ["    approvals:"]
    for danger in dangers:
        lines += [
            f"      - stack: {danger.stack}",
            f"        address: {danger.address}",
            "        until: <the last day, such as 2026-12-31>",
            "        reason: <why>",
        ]
    return "\n".join(lines)
