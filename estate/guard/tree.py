"""The organization as a plan has it, before and after: nodes, policies, and where they are attached."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from estate.guard.plan import Action, Change, Plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT: Final = "root"
NODES: Final = ("aws_organizations_account", "aws_organizations_organizational_unit")
_IDS: Final = (*NODES, "aws_organizations_policy")
_DEPTH: Final = 10


@dataclass(frozen=True)
class Attached:
    """A policy where it is attached.

    Args:
        policy: The policy's key: its address, or its id if the plan does not have it.
        attachment: The address of the attachment.
    """

    policy: str
    attachment: str


class Side:
    """The organization at one time.

    Args:
        plan: The plan.
        after: Whether afterwards, or now.
    """

    def __init__(self, plan: Plan, *, after: bool) -> None:
        self._plan, self._after = plan, after
        self._addresses = {
            str(change.before.get("id") or change.after.get("id")): change.address
            for change in plan.changes
            if change.type in _IDS and (change.before.get("id") or change.after.get("id"))
        }

    def _there(self, *types: str) -> Iterator[Change]:
        """Resources that are there. One that is forgotten stays in AWS; one that is made anew is gone for a while."""
        gone = (Action.DELETE, Action.REPLACE) if self._after else (Action.CREATE,)
        return (change for change in self._plan.changes if change.type in types and change.action not in gone)

    def _values(self, change: Change) -> Mapping[str, Any]:
        return change.after if self._after and change.action is not Action.FORGET else change.before

    def _key(self, change: Change, name: str) -> str:
        """What an argument names: an address of the plan, ``root``, or an id that the plan does not have."""
        value = self._values(change).get(name)
        if isinstance(value, str) and value:
            return ROOT if value.startswith("r-") else self._addresses.get(value, value)
        for reference in change.references.get(name, ()):
            if ".roots" in reference:
                return ROOT
            parts = reference.split(".")
            address = next((".".join(parts[: index + 2]) for index, part in enumerate(parts) if part in _IDS), None)
            if address:
                return address
        return ""

    @cached_property
    def parents(self) -> Mapping[str, str]:
        """Accounts and OUs to what they are in."""
        return {change.address: self._key(change, "parent_id") for change in self._there(*NODES)}

    @cached_property
    def policies(self) -> Mapping[str, Change]:
        """The policies."""
        return {change.address: change for change in self._there("aws_organizations_policy")}

    @cached_property
    def attached(self) -> Mapping[str, tuple[Attached, ...]]:
        """Node to the policies attached to it."""
        found: dict[str, list[Attached]] = {}
        for change in self._there("aws_organizations_policy_attachment"):
            policy, target = self._key(change, "policy_id"), self._key(change, "target_id")
            if not self._after or self._stays(policy):
                found.setdefault(target, []).append(Attached(policy, change.address))
        return {target: tuple(attached) for target, attached in found.items()}

    def _stays(self, policy: str) -> bool:
        """Whether an attachment still has its policy; one that is made anew takes its attachments with it."""
        return bool(policy) and (policy in self.policies or policy not in self._addresses.values())

    def content(self, policy: str) -> str | None:
        """A policy's text; None if the plan does not have it, or does not know it."""
        change = self.policies.get(policy)
        if change is None:
            return None
        text = self._values(change).get("content")
        return text if isinstance(text, str) else None

    def type(self, policy: str) -> str | None:
        """A policy's type; None if the plan does not have it."""
        change = self.policies.get(policy)
        return None if change is None else str(self._values(change).get("type") or "SERVICE_CONTROL_POLICY")

    def chain(self, node: str) -> tuple[str, ...]:
        """From the root, or what the plan knows of the way to it, down to a node."""
        found = [node]
        while (parent := self.parents.get(found[-1])) and parent not in found and len(found) < _DEPTH:
            found.append(parent)
        return tuple(reversed(found))
