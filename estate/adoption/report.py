"""What was taken over, as a page for people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from config.errors import plural
from estate.adoption.slugs import slug_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from estate.adoption.writing import Written

_EVERYWHERE: Final = frozenset(
    {
        "aws_config_configuration_recorder_status",
    }
)
"""Types that every account has, or with another one."""


def page(written: Written) -> str:
    """The page as Markdown: names and slugs, what was left out, what could not be read, what is in the accounts."""
    return "\n".join(_lines(written)).rstrip() + "\n"


def summary(written: Written) -> str:
    """What there is, in one line."""
    view = written.view
    counts = ((len(view.accounts), "account"), (len(view.units), "OU"), (len(view.policies), "policy"))
    return ", ".join(plural(count, noun) for count, noun in counts)


def renamed(written: Written) -> list[tuple[str, str, str, str]]:
    """Kind, name, id and slug of what has another slug than its name suggests, since several have that name."""
    view, snapshot = written.view, written.view.snapshot
    found = []
    for kind, slugs, entries in (
        ("OU", view.units, snapshot.units),
        ("account", view.accounts, snapshot.accounts),
        ("policy", view.policies, snapshot.policies),
    ):
        found += [
            (kind, entries[id_]["Name"], id_, slug)
            for id_, slug in slugs.items()
            if slug != slug_of(entries[id_]["Name"]) and id_ != snapshot.management
        ]
    return found


def _lines(written: Written) -> Iterator[str]:
    view, snapshot = written.view, written.view.snapshot
    yield f"# Organization {snapshot.organization['Id']}, as it was taken over"
    yield ""
    yield f"{summary(written)}. New in this run: {plural(len(written.added), 'entry') if written.added else 'nothing'}."
    yield ""
    yield from _table(
        "## Names and slugs",
        ("kind", "name", "id", "slug", "managed by"),
        [
            (kind, entries[id_]["Name"], id_, slug, view.managed.get(id_, "Terraform"))
            for kind, slugs, entries in (
                ("OU", view.units, snapshot.units),
                ("account", view.accounts, snapshot.accounts),
                ("policy", view.policies, snapshot.policies),
            )
            for id_, slug in slugs.items()
        ],
    )
    yield from _table(
        "## Names that several have, or that give no slug", ("kind", "name", "id", "slug"), renamed(written)
    )
    yield from _listed("## Left out, and left as it is", view.left_out())
    yield from _listed("## Could not be read", (f"{what}: {why}" for what, why in sorted(snapshot.unread.items())))
    yield from _table(
        "## In the accounts",
        ("account", "entered by", "what is there"),
        [
            (slug, _entered(snapshot.inside.get(id_, {})), _inside(snapshot.inside.get(id_, {})))
            for id_, slug in view.accounts.items()
        ],
    )


def _entered(inside: dict[str, object]) -> str:
    if "Refused" in inside:
        return f"nobody: {inside['Refused']}"
    return str(inside.get("Role") or "own credentials") if inside else "not entered"


def _inside(inside: dict[str, object]) -> str:
    found = inside.get("Found")
    if not isinstance(found, dict):
        return ""
    counts: Counter[str] = Counter()
    for types in found.get("imports", {}).values():
        for type_, each in types.items():
            if type_ not in _EVERYWHERE:
                counts[type_.removeprefix("aws_").replace("_", " ")] += len(each)
    shown = [f"{what}: {count}" for what, count in sorted(counts.items())]
    return ", ".join([*shown, *(f"{what} unknown ({why})" for what, why in sorted(found.get("unread", {}).items()))])


def _listed(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield from (title, "", *(f"- {line}" for line in found), "")


def _table(title: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    found = list(rows)
    if found:
        yield from (title, "", f"| {' | '.join(head)} |", f"|{'---|' * len(head)}")
        yield from (f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in found)
        yield ""
