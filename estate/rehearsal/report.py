"""A rehearsal for people and for machines."""

import json
from typing import Any

from rich.console import Console
from rich.text import Text

from estate.listing import Listing
from estate.rehearsal.rehearse import Change, Rehearsal

_ALWAYS = (
    "Not recorded by CloudTrail, and so not rehearsed: iam:PassRole, tags of requests and sessions, and data events"
    " that no trail selects."
)


def as_json(rehearsal: Rehearsal, *, differs: bool) -> str:
    """The rehearsal as JSON.

    Args:
        rehearsal: What was found.
        differs: Whether some guardrail differs; else nothing was read.
    """
    return json.dumps(
        {
            "guardrails_differ": differs,
            "newly_denied": [_data(each) for each in rehearsal.denied],
            "newly_allowed": [_data(each) for each in rehearsal.allowed],
            "undecided": dict(rehearsal.undecided),
            "unmapped": dict(rehearsal.unmapped),
            "counts": dict(rehearsal.counts),
        },
        indent=2,
    )


def _data(change: Change) -> dict[str, Any]:
    return {
        "account": change.account,
        "principal": change.principal,
        "action": change.action,
        "policy": change.policy,
        "node": change.node,
        "statement": change.statement,
        "calls": change.calls.count,
        "first": change.calls.first,
        "last": change.calls.last,
        "events": list(change.calls.examples),
        "exemption": change.exemption,
    }


def write(rehearsal: Rehearsal, base: str, console: Console) -> None:
    """Print the rehearsal."""
    recorded = rehearsal.counts.get("recorded", 0)
    denied = sum(each.calls.count for each in rehearsal.denied)
    color = "bold red" if denied else "bold green"
    console.print(
        Text.assemble(
            (f"{denied:,} of {recorded:,} recorded calls", color), f" would be newly denied, compared with {base}"
        )
    )
    for title, changes in (("Newly denied", rehearsal.denied), ("Refused then, and allowed now", rehearsal.allowed)):
        if changes:
            console.print()
            console.print(Text(title, "bold"))
            console.print(_table(changes))
    for title, counts in (
        ("Cannot be told without", rehearsal.undecided),
        ("No IAM action is known for", rehearsal.unmapped),
    ):
        if counts:
            console.print()
            console.print(Text(title, "bold"))
            for name, count in counts.items():
                console.print(f"  {count:>9,}  {name}", soft_wrap=True)
    console.print()
    for name, count in rehearsal.counts.items():
        console.print(Text(f"  {count:>9,}  calls {name}", "dim"))
    console.print(Text(_ALWAYS, "dim"))


def _table(changes: tuple[Change, ...]) -> Listing:
    rows = []
    for each in changes:
        by = f"{each.principal.rpartition(':')[2]} of {each.account}"
        policy = (
            f"{each.policy} at {each.node}, {each.statement}" if each.statement else f"{each.policy} at {each.node}"
        )
        when = f"{each.calls.first[:10]}, {each.calls.last[:10]}, {each.calls.examples[0]}"
        rows.append((f"{each.calls.count:,}", each.action, by, policy, when))
    return Listing(("Calls", "Action", "By", "Decided by", "From, to, example"), rows, numbers=("Calls",))
