"""A rehearsal for the comment on a request."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

UNREAD: Final = "### Rehearsal\n\nThe recorded calls could not be read: the job's log says why."
_MOST: Final = 20
_HEAD: Final = "| Calls | Action | By | Decided by | First | Last |\n|--:|---|---|---|---|---|"


def as_markdown(rehearsal: Mapping[str, Any]) -> str:
    """What `estate rehearse --json` says, in words; nothing if no guardrail differs.

    Args:
        rehearsal: That JSON, read.
    """
    return "\n".join(_lines(rehearsal)) if rehearsal["guardrails_differ"] else ""


def _lines(rehearsal: Mapping[str, Any]) -> Iterator[str]:
    denied, allowed = rehearsal["newly_denied"], rehearsal["newly_allowed"]
    recorded = rehearsal["counts"].get("recorded", 0)
    yield "### Rehearsal"
    yield ""
    yield f"{_calls(denied):,} of {recorded:,} recorded calls would be newly denied."
    if denied:
        yield from ("", _HEAD)
        yield from map(_row, denied[:_MOST])
    if len(denied) > _MOST:
        yield ""
        yield f"… and {_calls(denied[_MOST:]):,} more: see `estate rehearse`."
    if allowed:
        yield ""
        yield f"{_calls(allowed):,} that were refused would be allowed."
    if unknown := sum(rehearsal["undecided"].values()) + sum(rehearsal["unmapped"].values()):
        yield ""
        yield f"Of {unknown:,} it cannot be told."


def _calls(changes: list[Mapping[str, Any]]) -> int:
    return sum(each["calls"] for each in changes)


def _row(each: Mapping[str, Any]) -> str:
    by = f"{each['principal'].rpartition(':')[2]} of {each['account']}"
    policy = f"{each['policy']} at {each['node']}" + (f", {each['statement']}" if each["statement"] else "")
    cells = (f"{each['calls']:,}", each["action"], by, policy, each["first"][:10], each["last"][:10])
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
