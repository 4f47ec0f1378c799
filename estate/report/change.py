"""What a change does, and what plans and the guard say of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from estate.controls.impact import impact
from estate.controls.impact_report import sentences
from estate.guard.approvals import load_approvals
from estate.guard.context import Known
from estate.guard.summary import Summary, summarize
from estate.guard.verdict import judge
from estate.report import changes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from config.nodes import Configuration
    from estate.controls.quotas import Near
    from estate.controls.ways import Ways
    from estate.guard.danger import Danger
    from estate.guard.plan import Plan
    from estate.guard.verdict import Verdict
    from estate.report.sets import AccountSets

JUDGED: Final = ".judged.json"
"""How the file ends in which `estate plan --to` keeps what the guard said of a plan."""


def change(
    before: Configuration, after: Configuration, base: str, sets: AccountSets, ways: Ways | None = None
) -> changes.Change:
    """What differs between two versions of an organization.

    Args:
        before: The version that is compared with.
        after: The version at hand.
        base: What the first is called.
        sets: Keeps sets of accounts.
        ways: Ways to jewels that are gained and lost, if somebody has looked.
    """
    found = impact(before, after)
    return changes.Change(
        base=base,
        added=list(found.added),
        removed=list(found.removed),
        moved=[changes.Moved(account=slug, source=old, target=new) for slug, old, new in found.moved],
        effects=[
            changes.Effect(accounts=sets.of(each.accounts), policies=list(each.policies), sentences=sentences(each))
            for each in found.access
        ],
        ways=None if ways is None else list(_ways(ways, sets)),
        near=near(found.near),
        stacks=list(found.stacks),
    )


def _ways(found: Ways, sets: AccountSets) -> Iterator[changes.WayBetween]:
    """What synthesis refuses comes first."""
    for gained, ways in ((True, found.gained), (False, found.lost)):
        for each in sorted(ways, key=lambda each: each.rightful):
            yield changes.WayBetween(
                gained=gained,
                jewel=each.jewel,
                accounts=sets.of(slug for slug in each.accounts if slug in sets),
                who=each.who,
                rightful=each.rightful,
                sentence=each.sentence,
            )


def near(found: Sequence[Near]) -> list[changes.Near]:
    """What is near a quota."""
    return [changes.Near(what=each.what, measured=each.measured, limit=each.limit, unit=each.unit) for each in found]


def plans(found: Sequence[Plan], config: Path) -> changes.Plans:
    """What the guard says about plans, today.

    Args:
        found: The plans.
        config: The configuration's directory, with the approvals.
    """
    verdict = judge(found, load_approvals(config), dt.datetime.now(dt.UTC).date(), Known.read(config))
    return judged([summarize(plan, verdict.dangers) for plan in found], verdict)


def judged(found: Sequence[Summary], verdict: Verdict) -> changes.Plans:
    """Plans in short, with what the guard said of them."""
    return changes.Plans(
        passes=verdict.passes,
        stacks=[_stack(each) for each in found],
        dangers=[
            *(_danger(each, "stopped") for each in verdict.stopped),
            *(_danger(each, "approved", approval.reason) for each, approval in verdict.approved.items()),
            *(_danger(each, "said") for each in verdict.said),
        ],
    )


def read_judged(directory: Path) -> changes.Plans:
    """What `estate plan --to` wrote of each plan; no stack, if none was planned.

    Args:
        directory: Where ``<stack>.judged.json`` lie.

    Raises:
        LookupError: If there is no such directory.
        ValueError: If one of the files is something else; the message names it.
    """
    if not directory.is_dir():
        raise LookupError(f"{directory} is no directory; expected what `estate plan --to` wrote.")
    found = []
    for path in sorted(directory.glob(f"*{JUDGED}")):
        try:
            found.append(changes.Plans.model_validate_json(path.read_bytes()))
        except ValidationError as error:
            message = f"{path} is no plan that `estate plan --to` judged ({error.error_count()} errors); plan it again."
            raise ValueError(message) from error
    return changes.Plans(
        passes=all(each.passes for each in found),
        stacks=[stack for each in found for stack in each.stacks],
        dangers=[danger for each in found for danger in each.dangers],
    )


def _stack(summary: Summary) -> changes.StackPlan:
    return changes.StackPlan(
        stack=summary.stack,
        created=summary.created,
        updated=summary.updated,
        destroyed=summary.destroyed,
        notes=[
            changes.Note(mark=note.mark, address=note.address, text=note.text, danger=note.danger)
            for note in summary.notes
        ],
    )


def _danger(danger: Danger, state: str, reason: str = "") -> changes.Danger:
    return changes.Danger.model_validate(
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
