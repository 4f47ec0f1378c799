"""Summaries and verdict as text for a terminal, Markdown for a pull request, and JSON for programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from estate.guard.danger import Danger
    from estate.guard.summary import Summary
    from estate.guard.verdict import Verdict

_SHOWN: Final = 20
"""Notes of a stack that are shown beside what the guard has found, which is shown whole; the rest is counted."""


def show(console: Console, summaries: Sequence[Summary], verdict: Verdict) -> None:
    """What `estate guard` prints."""
    from rich.text import Text  # noqa: PLC0415 - only where it is printed

    from estate.listing import Listing  # noqa: PLC0415

    rows = []
    for summary in summaries:
        numbers = (str(count or "") for count in (summary.created, summary.updated, summary.destroyed))
        rows.append(
            (summary.stack, *numbers, "\n".join(_notes(summary)) or ("" if not summary.empty else "no changes"))
        )
    table = Listing(("stack", "+", "~", "-", "what matters"), rows, numbers="+~-")
    console.print(table)
    for line, style in _lines(verdict):
        console.print(Text(line, style=style), soft_wrap=not style)  # what is to be copied is not folded


def as_markdown(summaries: Sequence[Summary], verdict: Verdict) -> str:
    """What a pipeline posts on a pull request."""
    changed = [summary for summary in summaries if not summary.empty]
    same = [summary.stack for summary in summaries if summary.empty]
    lines = ["### " + ("Plans" if verdict.passes else "Plans: stopped by the guard"), ""]
    if changed:
        lines += ["| stack | + | ~ | - | what matters |", "|---|---:|---:|---:|---|"]
        lines += [
            f"| {found.stack} | {found.created} | {found.updated} | {found.destroyed} | "
            f"{'<br>'.join(f'`{_in_a_cell(note)}`' for note in _notes(found))} |"
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
        "said": [asdict(danger) for danger in verdict.said],
        "approved": [
            {**asdict(danger), "until": str(approval.until), "reason": approval.reason}
            for danger, approval in verdict.approved.items()
        ],
    }
    return json.dumps(found, indent=2)


def _in_a_cell(note: str) -> str:
    """A note as a table's cell takes it: a name in it may have signs that would end the cell."""
    return note.replace("`", "'").replace("|", "\\|")


def _notes(summary: Summary) -> list[str]:
    dangers = [str(note) for note in summary.notes if note.danger]
    others = [str(note) for note in summary.notes if not note.danger]
    if len(others) > _SHOWN:
        others = [*others[:_SHOWN], f"… and {len(others) - _SHOWN} more"]
    return [*dangers, *others]


def _lines(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """Lines of the verdict with rich's style for each."""
    for danger in verdict.stopped:
        yield f"STOP {danger.stack} {danger.address}: {danger.what} {danger.why} ({danger.rule})", "bold red"
        approval = verdict.expired.get(danger)
        if approval:
            yield f"     The approval of config/approvals.yaml expired on {approval.until}.", "red"
        if not danger.approvable:
            yield "     No approval lifts this.", "red"
    for danger, approval in verdict.approved.items():
        reason = f"approved until {approval.until} ({approval.reason})"
        yield f"{reason}: {danger.stack} {danger.address}: {danger.what} ({danger.rule})", "yellow"
    for approval in verdict.idle:
        yield (
            f"not needed (any more): the approval of {approval.stack} {approval.address} ({approval.rule}); remove it",
            "dim",
        )
    open_ = [danger for danger in verdict.stopped if danger.approvable]
    if open_:
        yield "", ""
        yield "If this is meant, let somebody else review these lines in config/approvals.yaml:", ""
        yield "", ""
        yield _entry(open_), ""


def _entry(dangers: Sequence[Danger]) -> str:
    lines = ["    approvals:"]
    for danger in dangers:
        lines += [
            f"      - stack: {danger.stack}",
            f"        address: {_scalar(danger.address)}",
            f"        rule: {danger.rule}",
            "        until: <the last day, such as 2026-12-31>",
            "        reason: <why>",
        ]
    return "\n".join(lines)


def _scalar(text: str) -> str:
    """An address as YAML takes it: in quotes if it has any, or brackets."""
    return f"'{text}'" if set(text) & set('"[]{}#:') else text
