"""Rules about one resource, against its change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from estate.guard.danger import Danger, danger, lost
from estate.guard.directions import DIRECTIONS, could_weaken, weakened
from estate.guard.plan import Action, Change
from estate.guard.policies import administrates, opened, widened
from estate.guard.rule import Rule, Weakens
from estate.guard.values import is_on, is_unknown, leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from estate.guard.context import Context

    _Find = Callable[[Rule, Change], Iterator[Danger]]

_LATER: Final = "is known only after the apply, and so whether it is weaker"


class OfResources:
    """Rules about single resources.

    Args:
        context: The plan, and what is known beside it.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._by_direction: Mapping[Weakens, _Find] = {
            Weakens.GONE: self._gone,
            Weakens.FORGOTTEN: self._forgotten,
            Weakens.PROTECTED_GONE: self._protected,
            Weakens.NEW: self._new,
            Weakens.WIDENS: self._widens,
            Weakens.ADMINISTRATOR: self._administrator,
            Weakens.OPENS: self._opens,
            **dict.fromkeys(DIRECTIONS, self._of_values),
        }

    def find(self, rule: Rule, change: Change) -> Iterator[Danger]:
        """What a change does that a rule is about."""
        find = self._by_direction.get(rule.weakens)
        if find is not None:
            yield from find(rule, change)

    def _gone(self, rule: Rule, change: Change) -> Iterator[Danger]:
        if change.action.loses and not _worthless(rule, change):
            yield danger(self._context, rule, change, lost(rule.noun or "a resource", change))

    def _forgotten(self, rule: Rule, change: Change) -> Iterator[Danger]:
        if change.action is Action.FORGET:
            yield danger(self._context, rule, change, lost(rule.noun, change))

    def _protected(self, rule: Rule, change: Change) -> Iterator[Danger]:
        on = [path for path in rule.attributes if any(map(is_on, leaves(change.before, path)))]
        if change.action.loses and on:
            yield danger(self._context, rule, change, f"{lost(rule.noun, change)} Its {on[0]} is on.")

    def _new(self, rule: Rule, change: Change) -> Iterator[Danger]:
        if change.action is Action.CREATE and not change.imported and not self._of_something_new(rule, change):
            what = f"The plan makes {rule.noun or 'a resource'}."
            yield danger(self._context, rule, change, what, created=True)

    def _of_values(self, rule: Rule, change: Change) -> Iterator[Danger]:
        if change.action in (Action.DELETE, Action.FORGET):
            return
        created = change.action is Action.CREATE
        if created and (rule.created is None or self._of_something_new(rule, change)):
            return
        for path in rule.attributes:
            if is_unknown(change.unknown_values, path):
                # What is made anew is named as such, and AWS's own defaults are not known before.
                if not created and change.action is not Action.REPLACE and could_weaken(rule, path, change.before):
                    yield danger(self._context, rule, change, f"{_subject(rule, path)} {_LATER}.")
                continue
            before = {} if created else change.before
            if what := weakened(rule, path, before, change.after):
                shown = "changes (its value is sensitive)" if path.partition(".")[0] in change.sensitive else what
                yield danger(self._context, rule, change, f"{_subject(rule, path)} {shown}.", created=created)

    def _of_something_new(self, rule: Rule, change: Change) -> bool:
        """Whether it belongs to something that the same plan makes, or to nothing yet."""
        named = [name for name in rule.of if change.after.get(name) or name in change.unknown]
        if rule.of and not named:
            return True
        return any(
            name in change.unknown
            or change.after.get(name) in self._context.new_buckets
            or any(reference in self._context.created for reference in change.references.get(name, ()))
            for name in named
        )

    def _widens(self, rule: Rule, change: Change) -> Iterator[Danger]:
        created = change.action is Action.CREATE
        gone = change.action in (Action.DELETE, Action.FORGET)
        if (created or gone) and not _is_policy(change):
            return  # what the policy is about is new, or goes, too
        if created and (not rule.created or self._of_something_new(rule, change)):
            return
        if rule.policy == "boundary" and not self._context.bounds(change):
            return
        for path in rule.attributes:
            if is_unknown(change.unknown_values, path):
                what = "is known only after the apply, and so whether it allows more"
            else:
                what = widened(rule, path, change)
            if what:
                yield danger(self._context, rule, change, f"{_subject(rule, path)} {what}.", created=created)

    def _administrator(self, rule: Rule, change: Change) -> Iterator[Danger]:
        if self._context.bounds(change) and not self._context.attached(change):
            return  # a boundary gives nothing; what it does not deny, others must allow
        for path in rule.attributes:
            if what := administrates(path, change):
                created = change.action is Action.CREATE
                yield danger(self._context, rule, change, f"{_subject(rule, path)} {what}.", created=created)

    def _opens(self, rule: Rule, change: Change) -> Iterator[Danger]:
        for path in rule.attributes:
            for what in opened(rule, path, change, self._context):
                created = change.action is Action.CREATE
                yield danger(self._context, rule, change, f"{_subject(rule, path)} {what}.", created=created)


def _is_policy(change: Change) -> bool:
    """Whether the resource is nothing but a policy of something that stays."""
    return change.type.endswith("_policy") and change.action is not Action.FORGET


def _worthless(rule: Rule, change: Change) -> bool:
    return any(
        str(value).lower() in {str(each).lower() for each in harmless}
        for path, harmless in rule.unless.items()
        for value in leaves(change.before, path)
    )


def _subject(rule: Rule, path: str) -> str:
    return rule.noun or path
