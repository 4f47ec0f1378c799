"""What a change does, and what plans and the guard say of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from estate.controls.impact import impact
from estate.controls.impact_report import sentences
from estate.guard.approvals import load_approvals
from estate.guard.context import Known
from estate.guard.summary import Summary, summarize
from estate.guard.verdict import judge
from estate.report import model

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from config.nodes import Configuration
    from estate.controls.quotas import Near
    from estate.guard.danger import Danger
    from estate.guard.plan import Plan
    from estate.report.sets import AccountSets


def change(before: Configuration, after: Configuration, base: str, sets: AccountSets) -> model.Change:
    """What differs between two versions of an organization.

    Args:
        before: The version that is compared with.
        after: The version at hand.
        base: What the first is called.
        sets: Keeps sets of accounts.
    """
    found = impact(before, after)
    return model.Change(
        base=base,
        added=list(found.added),
        removed=list(found.removed),
        moved=[model.Moved(account=slug, source=old, target=new) for slug, old, new in found.moved],
        effects=[
            model.Effect(accounts=sets.of(each.accounts), policies=list(each.policies), sentences=sentences(each))
            for each in found.access
        ],
        near=near(found.near),
        stacks=list(found.stacks),
    )


def near(found: Sequence[Near]) -> list[model.Near]:
    """What is near a quota."""
    return [model.Near(what=each.what, measured=each.measured, limit=each.limit, unit=each.unit) for each in found]


def plans(found: Sequence[Plan], config: Path) -> model.Plans:
    """What the guard says about plans, today.

    Args:
        found: The plans.
        config: The configuration's directory, with the approvals.
    """
    verdict = judge(found, load_approvals(config), dt.datetime.now(dt.UTC).date(), Known.read(config))
    return model.Plans(
        passes=verdict.passes,
        stacks=[_stack(summarize(plan, verdict.dangers)) for plan in found],
        dangers=[
            *(_danger(each, "stopped") for each in verdict.stopped),
            *(_danger(each, "approved", approval.reason) for each, approval in verdict.approved.items()),
            *(_danger(each, "said") for each in verdict.said),
        ],
    )


def _stack(summary: Summary) -> model.StackPlan:
    return model.StackPlan(
        stack=summary.stack,
        created=summary.created,
        updated=summary.updated,
        destroyed=summary.destroyed,
        notes=[
            model.Note(mark=note.mark, address=note.address, text=note.text, danger=note.danger)
            for note in summary.notes
        ],
    )


def _danger(danger: Danger, state: str, reason: str = "") -> model.Danger:
    return model.Danger.model_validate(
        {
            "stack": danger.stack,
            "address": danger.address,
            "rule": danger.rule,
            "what": danger.what,
            "why": danger.why,
            "state": state,
            "reason": reason,
        }
    )
