"""The short version of a plan: how much changes, and which of it matters.

All that the guard's rules find is named, whether it stops or not; what is destroyed, moves, or permits something else is, too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from estate.guard.dangers import find_dangers
from estate.guard.plan import Action, Change, Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from estate.guard.danger import Danger

_POLICIES: Final = {
    "aws_iam_role": ("assume_role_policy", "who may assume it changes"),
    "aws_iam_role_policy": ("policy", "what it permits changes"),
    "aws_iam_policy": ("policy", "what it permits changes"),
    "aws_iam_user_policy": ("policy", "what it permits changes"),
    "aws_organizations_policy": ("content", "the guardrail changes"),
    "aws_s3_bucket_policy": ("policy", "who may use the bucket changes"),
    "aws_kms_key": ("policy", "who may use the key changes"),
}
_PLACES: Final = {"aws_organizations_account": "parent_id", "aws_organizations_organizational_unit": "parent_id"}
_ORDER: Final = (
    Action.REPLACE,
    Action.DELETE,
    Action.FORGET,
    Action.UPDATE,
    Action.CREATE,
    Action.NONE,
    Action.READ,
)


@dataclass(frozen=True)
class Note:
    """A change that a reader should see.

    Args:
        mark: What happens.
        address: The resource's address.
        text: What about it matters; empty if the mark says it all.
        danger: Whether a rule of the guard says so.
    """

    mark: Action
    address: str
    text: str = ""
    danger: bool = False

    def __str__(self) -> str:
        return f"{self.mark} {self.address}{f': {self.text}' if self.text else ''}"


@dataclass(frozen=True)
class Summary:
    """A plan in a few lines.

    Args:
        stack: The stack's name.
        created: How many resources are made (replaced ones included).
        updated: How many change in place.
        destroyed: How many are deleted (replaced ones included).
        notes: What matters, the most dangerous first.
    """

    stack: str
    created: int
    updated: int
    destroyed: int
    notes: tuple[Note, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing changes."""
        return not (self.created or self.updated or self.destroyed or self.notes)

    def __str__(self) -> str:
        return f"{self.stack}: +{self.created} ~{self.updated} -{self.destroyed}"


def summarize(plan: Plan, dangers: Iterable[Danger] | None = None) -> Summary:
    """Summarize a plan.

    Args:
        plan: The plan.
        dangers: What the guard has found in it, and perhaps in others; looked for if not given.
    """
    found: dict[str, list[str]] = {}
    for danger in find_dangers(plan) if dangers is None else dangers:
        if danger.stack == plan.stack:
            found.setdefault(danger.address, []).append(danger.what)
    marks = {change.address: change.action for change in plan.changes}
    notes = [
        Note(marks.get(address, Action.NONE), address, text, danger=True)
        for address, texts in found.items()
        for text in texts
    ]
    notes += (note for change in plan.changes if change.address not in found for note in _notes(change))
    notes += (Note(Action.UPDATE, rename.address, f"{rename}, by AWS's account API") for rename in plan.renames)
    return Summary(
        stack=plan.stack,
        created=plan.count(Action.CREATE, Action.REPLACE),
        updated=plan.count(Action.UPDATE),
        destroyed=plan.count(Action.DELETE, Action.REPLACE),
        notes=tuple(sorted(notes, key=lambda note: (not note.danger, _ORDER.index(note.mark), note.address))),
    )


def _notes(change: Change) -> Iterator[Note]:
    if change.action is Action.REPLACE:
        because = f"because of {', '.join(change.replaced_for)}" if change.replaced_for else ""
        yield Note(change.action, change.address, because)
    elif change.action is Action.DELETE:
        yield Note(change.action, change.address)
    elif change.action is Action.FORGET:
        yield Note(change.action, change.address, "stays in AWS, and Terraform no longer looks after it")
    elif change.action is Action.UPDATE:
        yield from (Note(change.action, change.address, text) for text in _updates(change))
    elif change.action is Action.NONE and change.imported:
        yield Note(change.action, change.address, f"{change.imported} is taken over as it is")


def _updates(change: Change) -> Iterator[str]:
    if change.type in _POLICIES:
        attribute, text = _POLICIES[change.type]
        if attribute in change.unknown or _parsed(change.before.get(attribute)) != _parsed(change.after.get(attribute)):
            yield text
    place = _PLACES.get(change.type)
    if place and change.changed(place):
        yield f"moves from {change.before.get(place)} to {change.after.get(place, 'a place that is made')}"


def _parsed(value: Any) -> Any:
    """A policy's meaning, not its layout."""
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        return value
