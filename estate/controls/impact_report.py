"""An impact in words: for the terminal, for a pull request, for machines."""

import dataclasses
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from estate.controls.impact import Access, Conditional, Impact, Line
from estate.controls.words import actions_in_words, one_of

if TYPE_CHECKING:
    from estate.controls.ways import Reached, Ways


def as_json(impact: Impact, base: str) -> str:
    """The impact for machines."""
    data = {"base": base, **dataclasses.asdict(dataclasses.replace(impact, access=()))}
    data["moved"] = [{"account": slug, "from": old, "to": new} for slug, old, new in impact.moved]
    data["ways"] = dataclasses.asdict(impact.ways) if impact.ways is not None else None
    data["access"] = [_access_data(each) for each in impact.access]
    return json.dumps(data, indent=2)


def _access_data(access: Access) -> dict[str, object]:
    data: dict[str, object] = {"accounts": access.accounts, "policies": access.policies}
    for name in ("loses", "gains"):
        data[name] = [dataclasses.asdict(line) for line in getattr(access, name)]
    for name in ("adds", "removes", "adds_for_resources", "removes_for_resources", "allows", "allows_no_more"):
        data[name] = [
            {"policy": each.policy, "sentence": each.sentence, "statement": each.statement.to_dict()}
            for each in getattr(access, name)
        ]
    return data


def as_text(impact: Impact, base: str) -> str:
    """The impact for a terminal."""
    lines = []
    for heading, entries in _sections(impact, base):
        lines.append(heading)
        lines += [f"{'    ' * depth}  {entry}" for depth, entry in entries]
        lines.append("")
    return "\n".join(lines).rstrip()


def as_markdown(impact: Impact, base: str) -> str:
    """The impact for a comment on a pull request."""
    lines = []
    for heading, entries in _sections(impact, base):
        lines += [f"### {heading}", ""]
        lines += [f"{'  ' * depth}- {entry}" for depth, entry in entries]
        lines.append("")
    return "\n".join(lines).rstrip()


def _sections(impact: Impact, base: str) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Headings, each with its entries and how deep they are indented."""
    if not impact:
        yield f"Nothing changes compared with {base}", [(0, "The configuration means the same.")]
        return
    accounts = [(0, f"{slug} is new") for slug in impact.added]
    accounts += [(0, f"{slug} is gone") for slug in impact.removed]
    accounts += [
        (0, f"{old} has another slug, {new}: a slug is what its state and addresses are named by, and never changes")
        for old, new in impact.reslugged
    ]
    accounts += [(0, f"{slug} moves from {old} to {new}") for slug, old, new in impact.moved]
    if accounts:
        yield "Accounts", accounts
    if impact.access:
        yield "Who may do what", [entry for access in impact.access for entry in _access_entries(access)]
    if impact.ways:
        yield "Ways to what is worth protecting", list(_way_entries(impact.ways))
    if impact.near:
        near = [
            (0, f"{each.what}: {each.measured:,} of {each.limit:,} {each.unit} (before: {each.before:,})")
            for each in impact.near
        ]
        yield "Near a quota", near
    if impact.stacks:
        yield f"Stacks that may change ({len(impact.stacks)})", [(0, ", ".join(impact.stacks))]


def _access_entries(access: Access) -> Iterator[tuple[int, str]]:
    yield 0, f"{_accounts(access.accounts)} (by {one_of(access.policies, 'and')})"
    for verb, lines in (("loses", access.loses), ("gains", access.gains)):
        for line in lines:
            yield 1, f"{line.callers} {verb} {actions_in_words(line.actions)} {_where(line)}"
    for verb, found in (("is denied", access.adds), ("is no longer denied", access.removes)):
        for each in found:
            yield 1, f"everybody {verb} {_sentence(each)}"
    for verb, found in (("is allowed", access.allows), ("is no longer allowed", access.allows_no_more)):
        for each in found:
            yield 1, f"where FullAWSAccess is not attached, everybody {verb} {_sentence(each)}"
    for verb, found in (("deny", access.adds_for_resources), ("no longer deny", access.removes_for_resources)):
        for each in found:
            yield 1, f"its resources {verb} {_sentence(each)}"


def _way_entries(ways: "Ways") -> Iterator[tuple[int, str]]:
    for verb, found in (("Gained", ways.gained), ("Lost", ways.lost)):
        if found:
            yield 0, verb
        for each in sorted(found, key=lambda each: each.rightful):  # what is refused comes first
            yield 1, _way(each, refused=verb == "Gained" and not each.rightful)


def _way(reached: "Reached", *, refused: bool) -> str:
    more = f", and the same in {one_of(reached.accounts[1:], 'and')}" if len(reached.accounts) > 1 else ""
    not_theirs = "not theirs, synthesis refuses it: " if refused else ""
    return f"{reached.jewel}: {not_theirs}{reached.sentence}{more}"


def sentences(access: Access) -> list[str]:
    """What changes for accounts, a sentence each, without saying which accounts."""
    return [sentence for depth, sentence in _access_entries(access) if depth]


def _accounts(slugs: Sequence[str]) -> str:
    return one_of(slugs, "and")


def _where(line: Line) -> str:
    return line.where if line.where == "everywhere" else f"in {line.where}"


def _sentence(each: Conditional) -> str:
    return f"{each.sentence} ({each.policy})"
