"""Terraform's plans (`terraform show -json`) as typed values, as far as the guard and the summary need them.

Source: https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_FORMAT = "1"


class PlanFormatError(ValueError):
    """The text is not a plan that this version can read; the message says why."""


class Action(StrEnum):
    """What a plan does to one resource; the value is the mark that people know from Terraform's output."""

    NONE = " "
    READ = "<="
    CREATE = "+"
    UPDATE = "~"
    DELETE = "-"
    REPLACE = "±"
    FORGET = "."

    @property
    def destroys(self) -> bool:
        """Whether the resource, as it is now, will be gone."""
        return self in (Action.DELETE, Action.REPLACE)


_ACTIONS: Mapping[tuple[str, ...], Action] = {
    ("no-op",): Action.NONE,
    ("read",): Action.READ,
    ("create",): Action.CREATE,
    ("update",): Action.UPDATE,
    ("delete",): Action.DELETE,
    ("delete", "create"): Action.REPLACE,
    ("create", "delete"): Action.REPLACE,
    ("forget",): Action.FORGET,
    ("create", "forget"): Action.REPLACE,
}


@dataclass(frozen=True)
class Change:
    """What happens to one resource.

    Args:
        address: Its Terraform address.
        type: Its type, such as ``aws_iam_role``.
        action: What happens to it.
        before: Its values now; empty if it does not exist.
        after: Its values afterwards, as far as they are known; empty if it will be gone.
        unknown: The names of top-level values that only the apply will know.
        replaced_for: The values whose change forces a replacement, as dotted paths.
    """

    address: str
    type: str
    action: Action
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    replaced_for: tuple[str, ...] = ()

    def changed(self, name: str) -> bool:
        """Whether a top-level value becomes another one, known or not."""
        return name in self.unknown or self.before.get(name) != self.after.get(name)


@dataclass(frozen=True)
class Plan:
    """The plan of one stack.

    Args:
        stack: The stack's name.
        changes: All managed resources, those without a change included, sorted by address.
    """

    stack: str
    changes: tuple[Change, ...]

    @classmethod
    def from_json(cls, stack: str, source: str | bytes | Mapping[str, Any]) -> Plan:
        """Read the output of `terraform show -json PLANFILE`.

        Raises:
            PlanFormatError: If it is something else, or the plan is incomplete.
        """
        if isinstance(source, (str, bytes)):
            try:
                source = json.loads(source)
            except ValueError as error:
                raise PlanFormatError(f"Stack {stack}: the plan is not JSON: {error}.") from error
        if not isinstance(source, Mapping) or "format_version" not in source:
            raise PlanFormatError(
                f"Stack {stack}: this is no plan. Write one with `terraform plan -out FILE` and `terraform show -json FILE`."
            )
        version = str(source["format_version"])
        if version.split(".", maxsplit=1)[0] != _FORMAT:
            raise PlanFormatError(f"Stack {stack}: the plan has format {version}; this version reads {_FORMAT}.x.")
        if "values" in source and "resource_changes" not in source:
            raise PlanFormatError(f"Stack {stack}: this is a state, not a plan. Hand over the saved plan file.")
        if source.get("errored"):
            raise PlanFormatError(
                f"Stack {stack}: planning failed half-way, so the plan shows only a part of what happens."
            )
        changes = (_change(entry) for entry in source.get("resource_changes", ()) if entry.get("mode") == "managed")
        return cls(stack, tuple(sorted(changes, key=lambda change: change.address)))

    @classmethod
    def read(cls, stack: str, path: Path) -> Plan:
        """Read a plan in JSON from a file.

        Raises:
            PlanFormatError: As `from_json`, and if the file cannot be read.
        """
        try:
            return cls.from_json(stack, path.read_bytes())
        except OSError as error:
            raise PlanFormatError(f"Stack {stack}: {path}: {error.strerror}.") from error

    def count(self, *actions: Action) -> int:
        """How many resources these actions happen to."""
        return sum(change.action in actions for change in self.changes)

    @property
    def empty(self) -> bool:
        """Whether nothing changes."""
        return all(change.action in (Action.NONE, Action.READ) for change in self.changes)


def _change(entry: Mapping[str, Any]) -> Change:
    change = entry["change"]
    actions = tuple(change["actions"])
    if actions not in _ACTIONS:
        raise PlanFormatError(f"{entry['address']}: the plan has an unknown action {actions!r}.")
    unknown = change.get("after_unknown")
    return Change(
        address=entry["address"],
        type=entry["type"],
        action=_ACTIONS[actions],
        before=change.get("before") or {},
        after=change.get("after") or {},
        unknown=frozenset(name for name, found in unknown.items() if found)
        if isinstance(unknown, dict)
        else frozenset(),
        replaced_for=tuple(".".join(map(str, path)) for path in change.get("replace_paths", ())),
    )
