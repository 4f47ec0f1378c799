"""Rules about a plan as a whole."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from estate.guard.danger import Danger, danger, lost
from estate.guard.guardrails import weakened_guardrails
from estate.guard.people import People
from estate.guard.plan import Action, Change
from estate.guard.rule import Rule, Severity, Weakens
from estate.guard.values import is_empty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from estate.guard.context import Context
    from estate.guard.of_resources import OfResources

    _Find = Callable[[Rule], Iterator[Danger]]

_PROVIDERS = ("/hashicorp/aws", "terraform.io/builtin/terraform")


class OfPlans:
    """Rules about a plan as a whole.

    Args:
        context: The plan, and what is known beside it.
        resources: Rules about single resources.
        by_type: Those rules, by resource type.
    """

    def __init__(self, context: Context, resources: OfResources, by_type: Mapping[str, Sequence[Rule]]) -> None:
        self._context, self._plan = context, context.plan
        self._resources, self._by_type = resources, by_type
        self._by_direction: Mapping[Weakens, _Find] = {
            Weakens.GUARDRAILS: self._guardrails,
            Weakens.NEW_ADMINISTRATORS: self._new_administrators,
            Weakens.LAST_ADMINISTRATORS: self._last_administrators,
            Weakens.EXISTING_ACCOUNT: self._existing_accounts,
            Weakens.OTHER_ACCOUNT: self._other_accounts,
            Weakens.CHANGING_IMPORT: self._changing_imports,
            Weakens.PROTECTED: self._protected,
            Weakens.UNPROTECTED: self._unprotected,
            Weakens.DEFERRED: self._deferred,
            Weakens.DRIFTED: self._drifted,
            Weakens.RIVAL: self._rivals,
            Weakens.PROGRAM: self._programs,
            Weakens.OTHER_PROVIDER: self._other_providers,
        }

    def find(self, rule: Rule) -> Iterator[Danger]:
        """What the plan does that a rule is about."""
        find = self._by_direction.get(rule.weakens)
        if find is not None:
            yield from find(rule)

    def _guardrails(self, rule: Rule) -> Iterator[Danger]:
        for address, what in weakened_guardrails(self._plan, rule):
            yield Danger(self._plan.stack, address, rule.name, what, rule.why, rule.severity, rule.approvable)

    def _new_administrators(self, rule: Rule) -> Iterator[Danger]:
        for change, what in People(self._plan).new():
            yield danger(self._context, rule, change, f"{what}.", created=True)

    def _last_administrators(self, rule: Rule) -> Iterator[Danger]:
        for change, what in People(self._plan).last():
            yield danger(self._context, rule, change, f"{what}.")

    def _existing_accounts(self, rule: Rule) -> Iterator[Danger]:
        for change in self._plan.changes:
            id_ = self._context.known.ids.get(str(change.after.get("email")).lower())
            if change.type in rule.types and change.action is Action.CREATE and not change.imported and id_:
                yield danger(
                    self._context, rule, change, f"The plan makes an account that the configuration knows as {id_}."
                )

    def _other_accounts(self, rule: Rule) -> Iterator[Danger]:
        changes = {change.address: change for change in self._plan.changes}
        for rename in self._plan.renames:
            if rename.imported and changes[rename.address].type in rule.types:
                what = (
                    f"The plan imports {rename.account}, whose {rename.argument} is {rename.deployed!r} in AWS and "
                    f"{rename.wanted!r} in the configuration."
                )
                yield danger(self._context, rule, changes[rename.address], what)

    def _changing_imports(self, rule: Rule) -> Iterator[Danger]:
        for change in self._plan.changes:
            if change.imported and change.action in (Action.UPDATE, Action.REPLACE):
                names = sorted(name for name in {*change.before, *change.after} if _says_other(change, name))
                if names:
                    what = f"The plan imports {change.imported} and changes {', '.join(names)} at once."
                    found = danger(self._context, rule, change, what, created=True)
                    begun = change.imported in self._context.known.begun
                    yield replace(found, severity=Severity.SAY) if begun else found

    def _protected(self, rule: Rule) -> Iterator[Danger]:
        for change in self._plan.changes:
            marks = self._marks(change.address) or (self._marks(change.moved_from) if change.moved_from else [])
            if change.action.loses and marks:
                what = f"{lost('a resource', change)} approvals.yaml protects {marks[0]}."
                yield danger(self._context, rule, change, what)

    def _unprotected(self, rule: Rule) -> Iterator[Danger]:
        for change in self._plan.changes:
            if change.moved_from and (marks := self._marks(change.moved_from)) and not self._marks(change.address):
                what = f"It was {change.moved_from}, which approvals.yaml protects as {marks[0]}."
                yield danger(self._context, rule, change, what)

    def _marks(self, address: str) -> list[str]:
        return [
            mark.address
            for mark in self._context.known.protect
            if mark.stack in (None, self._plan.stack) and _like(mark.address, address)
        ]

    def _deferred(self, rule: Rule) -> Iterator[Danger]:
        for change in self._plan.changes:
            if change.deferred and change.type in self._by_type:
                yield danger(self._context, rule, change, f"The change is put off to a later plan ({change.deferred}).")

    def _drifted(self, rule: Rule) -> Iterator[Danger]:
        """What somebody weakened by hand, if this plan leaves it so."""
        planned = {change.address: change for change in self._plan.changes}
        for drift in self._plan.drift:
            left = planned.get(drift.address)
            if left is None or left.action in (Action.CREATE, Action.REPLACE) or left.action.loses:
                continue  # made anew, or gone from the stack
            # What the configuration does not set follows from other resources: a bucket shows what its policy is.
            kept = {
                name: value
                for name, value in drift.before.items()
                if left.configured is None or name in left.configured
            }
            seen = replace(left, action=Action.UPDATE, before={**left.after, **kept}, unknown_values={})
            done = {
                danger.rule for each in self._by_type.get(left.type, ()) for danger in self._resources.find(each, left)
            }
            for each in self._by_type.get(drift.type, ()):
                if each.name not in done:
                    for danger in self._resources.find(each, seen):
                        what = f"Somebody has changed it outside Terraform, and the plan leaves it so: {danger.what}"
                        yield replace(danger, rule=rule.name, what=what, severity=rule.severity)

    def _programs(self, rule: Rule) -> Iterator[Danger]:
        for change in self._plan.changes:
            if change.runs and change.action in (Action.CREATE, Action.REPLACE, Action.DELETE):
                yield danger(self._context, rule, change, "Terraform runs a program for it (a provisioner).")

    def _other_providers(self, rule: Rule) -> Iterator[Danger]:
        for change in self._plan.changes:
            known = not change.provider or change.provider.endswith(_PROVIDERS)
            if not known and change.action in (Action.CREATE, Action.UPDATE, Action.REPLACE):
                yield danger(self._context, rule, change, f"The provider {change.provider} makes it.")

    def _rivals(self, rule: Rule) -> Iterator[Danger]:
        """A second resource for the same setting of the same thing: the one that is applied last wins."""
        for attribute in rule.attributes:
            there: dict[tuple[str, str], str] = {}
            for change in self._plan.changes:
                value = change.before.get(attribute)
                if change.type in rule.types and change.action not in (Action.CREATE, Action.DELETE) and value:
                    there[change.type, str(value)] = change.address
            for change in self._plan.changes:
                other = there.get((change.type, str(change.after.get(attribute))))
                if change.action is Action.CREATE and change.type in rule.types and other:
                    yield danger(
                        self._context, rule, change, f"{other} sets the same for {change.after[attribute]} already."
                    )


def _says_other(change: Change, name: str) -> bool:
    """Whether a value changes, other than that a default is written where nothing was, or tags."""
    old, new = change.before.get(name), change.after.get(name)
    if name in ("tags", "tags_all") or name in change.unknown or old == new:
        return False
    return not (is_empty(old) and (is_empty(new) or new is False))


def _like(pattern: str, address: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), address) is not None
