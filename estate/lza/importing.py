"""A Landing Zone Accelerator's configuration as ours: every block taken over by its function, and what becomes of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from config.errors import key_text
from estate.adoption.slugs import slug_of
from estate.lza.backups import reaching
from estate.lza.block import State
from estate.lza.blocks import BLOCKS, FINDER
from estate.lza.draft import Draft
from estate.lza.in_aws import account_ids, with_ids
from estate.lza.names import resolver
from estate.lza.reading import ACCOUNTS, leaves
from estate.lza.rules import gather

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.errors import KeyPath
    from estate.adoption.snapshot import Snapshot
    from estate.lza.block import Block
    from estate.lza.reading import Lza

_LONGEST: Final = 20
"""Of an organization's slug."""
_ORDER: Final = (
    "name",
    "slug",
    "id",
    "partition",
    "email",
    "regions",
    "variables",
    "state",
    "break_glass_role",
    "trusted_services",
    "policy_types",
    "delegated_administrators",
    "tags",
    "logging",
    "security",
    "cost",
    "defaults",
    "organizational_units",
    "address_plan",
    "endpoint_policies",
    "firewall_policies",
    "prefix_lists",
    "resolver",
    "shares",
    "customer_policies",
    "identity_providers",
    "roles",
    "kms_keys",
    "ssm_documents",
    "stack_sets",
    "service_catalog",
    "identity_center",
)


@dataclass
class Result:
    """What becomes of a block.

    Args:
        block: The block; None for keys that are of no known one.
        key: Its key, of none too.
        state: Works as a whole, partly, or not at all, as it is written in this configuration.
        place: Where it begins: file and line.
        differs: What differs, with the places.
    """

    block: Block | None
    key: str
    file: str
    state: State
    place: str
    differs: list[str] = field(default_factory=list)


def convert(
    lza: Lza, *, name: str | None, slug: str | None, ids: Mapping[str, str], snapshot: Snapshot | None = None
) -> tuple[Draft, list[Result]]:
    """Take everything over.

    Args:
        lza: What was read.
        name: The organization's name, for people; made from the management account's address if not said.
        slug: Its slug; made from the name if not said.
        ids: Ids of accounts, by the Accelerator's names of them, where no file says them.
        snapshot: What AWS has, if that was read.

    Returns:
        What is to be written, and what becomes of each block that the configuration has.

    Raises:
        LzaError: Something is wrong with what was read.
    """
    called = _called(lza, name, slug)
    known = account_ids(lza, snapshot) if snapshot else {}
    into = Draft(lza, ids={**known, **ids}, organization=called)
    for block in sorted(BLOCKS, key=lambda block: block.turn):
        node = lza.file(block.file).child(*block.parts)
        if block.take is not None and node.value is not None:
            block.take(node, into)
    lza.refuse()
    _finish(into)
    lza.refuse()
    if snapshot:
        with_ids(into, snapshot)
    results = _results(into)
    into.organization = {
        key: into.organization[key] for key in _ORDER if into.organization.get(key) not in ({}, [], None, "")
    }
    return into, results


def _called(lza: Lza, name: str | None, slug: str | None) -> dict[str, Any]:
    """What the organization is called: as said, else as the domain of the management account's address."""
    first = next(iter(lza.file(ACCOUNTS).each("mandatoryAccounts")), None)
    domain = first.text("email").partition("@")[2] if first else ""
    title = name or domain.partition(".")[0].replace("-", " ").title() or "Organization"
    return {"name": title, "slug": slug or slug_of(title)[:_LONGEST].strip("-") or "organization"}


def _finish(into: Draft) -> None:
    """What our configuration wants beside what a block says."""
    management = into.accounts[str(into.with_purpose("management"))]
    resolver(into)
    reaching(into)
    gather(into)
    for entry in (*into.accounts.values(), *into.every_unit()):
        for key in ("settings", "defaults"):
            if entry.get(key) == {}:
                del entry[key]
    user, _, domain = str(management["email"]).partition("@")
    into.organization["email"] = f"{user.partition('+')[0]}+{{account}}@{domain}"
    into.organization["state"] = {"backend": "local"}
    into.documents = {path: into.ids_in(text) for path, text in into.documents.items()}
    used = "".join(into.documents.values())
    into.organization["variables"] = {
        name: value for name, value in into.at("variables").items() if f"$({name})" in used
    }


def _results(into: Draft) -> list[Result]:
    found: dict[str, Result] = {}
    for name, file in into.lza.files.items():
        unread: dict[str, dict[str, list[int]]] = {}
        for path, _ in leaves((), file.data):
            block = FINDER.of(name, path)
            key = block.key if block else key_text(path[:1])
            id_ = f"{name} {key}"
            if id_ not in found:
                state = block.state if block else State.NONE
                why = [] if block is None or not block.why else [block.why]
                found[id_] = Result(block, key, name, state, f"{name}:{file.line(_within(path, block))}", why)
            if block is None or block.state in (State.NONE, State.OWN) or (name, path) in into.lza.read:
                continue
            lines = unread.setdefault(id_, {}).setdefault(_keys(path, block), [])
            lines += [line for line in [file.line(path)] if line not in lines]
        for id_, keys in unread.items():
            places = (f"{key} (line {', '.join(map(str, lines))})" for key, lines in keys.items())
            _differs(found[id_], f"Not taken over: {', '.join(places)}.")
    for note in into.notes:
        block = FINDER.of(note.file, note.path)
        id_ = f"{note.file} {block.key if block else key_text(note.path[:1])}"
        if id_ in found:
            _differs(found[id_], f"{note.place.rpartition(':')[2]}: {note.text}")
    order = {(block.file, block.key): index for index, block in enumerate(BLOCKS)}
    return sorted(found.values(), key=lambda each: order.get((each.file, each.key), len(order)))


def _within(path: KeyPath, block: Block | None) -> KeyPath:
    """As much of a path as leads to its block."""
    ends = [position for position, part in enumerate(path, start=1) if isinstance(part, str)]
    return path[: ends[len(block.parts) - 1 if block else 0]]


def _keys(path: KeyPath, block: Block) -> str:
    """The keys of a value below its block."""
    rest = [part for part in path if isinstance(part, str)][len(block.parts) :]
    return ".".join(rest) or block.parts[-1]


def _differs(result: Result, text: str) -> None:
    result.differs.append(text)
    if result.state is State.WORKS:
        result.state = State.PARTLY
