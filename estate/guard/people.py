"""Who administers through Identity Center: who begins to, and that somebody still does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from estate.guard.plan import Action, Change, Plan
from estate.guard.policies import documents
from estate.guard.probes import FULL, widening

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ADMINISTRATOR: Final = ":iam::aws:policy/AdministratorAccess"
_POLICIES: Final = "aws_ssoadmin_managed_policy_attachment"
_INLINE: Final = "aws_ssoadmin_permission_set_inline_policy"
_ASSIGNMENT: Final = "aws_ssoadmin_account_assignment"
_MEMBERSHIP: Final = "aws_identitystore_group_membership"
_WHO: Final = ("permission_set_arn", "principal_id", "target_id", "group_id", "member_id")
_SET, _GROUP = "aws_ssoadmin_permission_set", "aws_identitystore_group"


class People:
    """Permission sets, assignments and members of a stack.

    Args:
        plan: The plan.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._addresses: dict[str, str] = {}
        for change in plan.changes:
            name = {_SET: "arn", _GROUP: "group_id"}.get(change.type)
            for values in (change.before, change.after):
                if name and values.get(name):
                    self._addresses[str(values[name])] = change.address

    def _of(self, type_: str) -> list[Change]:
        return [change for change in self._plan.changes if change.type == type_]

    def _key(self, change: Change, values: Mapping[str, Any], name: str) -> str:
        """What an argument names: the address of a set or group of this stack, or an id."""
        value = values.get(name)
        if isinstance(value, str) and value:
            return self._addresses.get(value, value)
        found = (reference.split(".") for reference in change.references.get(name, ()))
        return next((".".join(parts[:2]) for parts in found if parts[0] in (_SET, _GROUP)), "")

    def _sets(self, *, after: bool) -> set[str]:
        """Permission sets of administrators."""
        found = set()
        for change in self._of(_POLICIES):
            values = change.after if after else change.before
            if str(values.get("managed_policy_arn")).endswith(_ADMINISTRATOR):
                found.add(self._key(change, values, "permission_set_arn"))
        for change in self._of(_INLINE):
            values = change.after if after else change.before
            read = documents(values, "inline_policy") or []
            if any(widening("identity", document, FULL) is None for document in read):
                found.add(self._key(change, values, "permission_set_arn"))
        return found

    def new(self) -> Iterator[tuple[Change, str]]:
        """Assignments of administrators and memberships that are new; those of whom the stack does not say it, too."""
        sets = self._sets(after=True)
        groups = {
            self._key(change, change.after, "principal_id")
            for change in self._of(_ASSIGNMENT)
            if self._key(change, change.after, "permission_set_arn") in sets
        }
        elsewhere = not self._of(_SET)
        for change in self._of(_ASSIGNMENT):
            key = self._key(change, change.after, "permission_set_arn")
            if _begins(change) and (key in sets or elsewhere):
                perhaps = "" if key in sets else ", or of others: this stack does not have the permission set"
                yield change, f"{_said(change.after, 'principal_id')} gets an assignment of administrators{perhaps}"
        for change in self._of(_MEMBERSHIP):
            key = self._key(change, change.after, "group_id")
            if _begins(change) and (key in groups or not self._of(_ASSIGNMENT)):
                perhaps = "" if key in groups else ", or of others: this stack does not have the group's assignments"
                yield change, f"{_said(change.after, 'member_id')} becomes a member of the administrators{perhaps}"

    def last(self) -> Iterator[tuple[Change, str]]:
        """Assignments and memberships that go, if none stays."""
        sets = self._sets(after=False)
        assignments = [
            change for change in self._of(_ASSIGNMENT) if self._key(change, change.before, "permission_set_arn") in sets
        ]
        yield from _all_gone(assignments, "the last assignment of administrators")
        groups = {
            self._key(change, change.before, "principal_id")
            for change in assignments
            if change.before.get("principal_type") == "GROUP"
        }
        for group in sorted(groups):
            members = [
                change
                for change in self._of(_MEMBERSHIP)
                if group in (self._key(change, change.before, "group_id"), self._key(change, change.after, "group_id"))
            ]
            yield from _all_gone(members, "the last member of the administrators")


def _begins(change: Change) -> bool:
    """Whether somebody gets what they did not have: made anew for the same, nobody does."""
    same = all(change.before.get(name) == change.after.get(name) and name not in change.unknown for name in _WHO)
    return change.action is Action.CREATE or (change.action is Action.REPLACE and not same)


def _said(values: Mapping[str, Any], name: str) -> str:
    return str(values.get(name) or "Somebody")


def _all_gone(changes: list[Change], noun: str) -> Iterator[tuple[Change, str]]:
    if all(change.action.destroys for change in changes):
        for change in changes:
            yield change, f"The plan {'deletes' if change.action is Action.DELETE else 'replaces'} {noun}"
