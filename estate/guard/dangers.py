"""What a plan weakens: every rule against every change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from estate.guard.context import Context, Known
from estate.guard.of_plans import OfPlans
from estate.guard.of_resources import OfResources
from estate.guard.plan import Action, Plan
from estate.guard.rule import Rule, rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from estate.guard.danger import Danger

_QUIET: Final = (Action.NONE, Action.READ)


def find_dangers(plan: Plan, known: Known | None = None, *, by: Sequence[Rule] | None = None) -> tuple[Danger, ...]:
    """Everything that a plan weakens, each address once for each rule.

    Args:
        plan: The plan of one stack.
        known: What the configuration says.
        by: The rules; the guard's own unless told otherwise.
    """
    found: dict[tuple[str, str], Danger] = {}
    for danger in _find(Context(plan, known or Known()), rules() if by is None else by):
        key = danger.address, danger.rule
        first = found.get(key)
        if first is None:
            found[key] = danger
        elif danger.what not in first.what:
            worst = first.severity if first.stops else danger.severity
            found[key] = replace(first, what=f"{first.what} {danger.what}", severity=worst)
    return tuple(sorted(found.values()))


def _find(context: Context, by: Sequence[Rule]) -> Iterator[Danger]:
    by_type: dict[str, list[Rule]] = {}
    for rule in by:
        for type_ in rule.types:
            by_type.setdefault(type_, []).append(rule)
    resources = OfResources(context)
    for change in context.plan.changes:
        if change.action not in _QUIET:
            for rule in by_type.get(change.type, ()):
                yield from resources.find(rule, change)
    plans = OfPlans(context, resources, by_type)
    for rule in by:
        yield from plans.find(rule)
