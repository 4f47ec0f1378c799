"""What differs between a stack's Terraform JSON before and after, as a plan would see it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """One stack's difference; every list holds addresses, sorted.

    Args:
        stack: Its name.
        added: Resources that are new.
        removed: Resources that are there no more and go nowhere: a plan destroys them.
        moved: Old and new addresses of resources that a `moved` block takes along.
        changed: Resources with other arguments.
        other: What else differs: data sources, by address, and keys such as `provider` and `output`.
    """

    stack: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    changed: tuple[str, ...] = ()
    other: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any((self.added, self.removed, self.moved, self.changed, self.other))


def differences(before: Path, after: Path) -> list[Difference]:
    """Compare two output directories of CDKTF, stack by stack.

    Args:
        before: The output directory before.
        after: The output directory after.

    Returns:
        The stacks that differ, sorted by name.
    """
    old, new = _stacks(before), _stacks(after)
    found = (difference(name, old.get(name, {}), new.get(name, {})) for name in sorted(old.keys() | new.keys()))
    return [one for one in found if one]


def difference(stack: str, old: Json, new: Json) -> Difference:
    """Compare a stack's JSON before and after."""
    before, after = _blocks(old, "resource"), _blocks(new, "resource")
    blocks = {block["from"]: block["to"] for block in new.get("moved", ())}
    moved = {address: _target(address, blocks) for address in before if address not in after}
    moved = {address: target for address, target in moved.items() if target in after and target not in before}
    same = {address: address for address in before if address in after} | moved
    return Difference(
        stack,
        added=tuple(sorted(after.keys() - set(same.values()))),
        removed=tuple(sorted(before.keys() - same.keys())),
        moved=tuple(sorted(moved.items())),
        changed=tuple(sorted(target for address, target in same.items() if before[address] != after[target])),
        other=tuple(sorted(_others(old, new))),
    )


def _stacks(out: Path) -> dict[str, Json]:
    """The JSON of all stacks without CDKTF's metadata, which changes no plan."""

    def without_metadata(found: dict[str, Any]) -> dict[str, Any]:
        found.pop("//", None)
        return found

    return {
        path.parent.name: json.loads(path.read_text(encoding="utf-8"), object_hook=without_metadata)
        for path in out.glob("stacks/*/cdk.tf.json")
    }


def _blocks(stack: Json, kind: str) -> dict[str, Any]:
    return {f"{type_}.{name}": body for type_, found in stack.get(kind, {}).items() for name, body in found.items()}


def _target(address: str, moved: Mapping[str, str]) -> str:
    """Where an address goes, however many `moved` blocks it passes."""
    seen: set[str] = set()
    while address in moved and address not in seen:
        seen.add(address)
        address = moved[address]
    return address


def _others(old: Json, new: Json) -> Iterator[str]:
    before, after = _blocks(old, "data"), _blocks(new, "data")
    for address in before.keys() | after.keys():
        if before.get(address) != after.get(address):
            yield f"data.{address}"
    for key in (old.keys() | new.keys()) - {"resource", "data", "moved"}:
        if old.get(key) != new.get(key):
            yield key
