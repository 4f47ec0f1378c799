"""Dangers against approvals: may these plans be applied?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from estate.guard.context import Known
from estate.guard.dangers import find_dangers

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from config.model.approvals import Approval, ApprovalsFile
    from estate.guard.danger import Danger
    from estate.guard.plan import Plan


@dataclass(frozen=True)
class Verdict:
    """What the guard says about some plans.

    Args:
        stopped: Dangers that nobody approved, or that no approval can lift.
        expired: Those of them that somebody had approved, with the approval that no longer holds.
        approved: Dangers that may happen, with the approval.
        idle: Approvals for these stacks that no plan needs, or that have expired: they can be removed.
        said: Dangers that need no approval, and that readers should see.
    """

    stopped: tuple[Danger, ...]
    expired: dict[Danger, Approval]
    approved: dict[Danger, Approval]
    idle: tuple[Approval, ...]
    said: tuple[Danger, ...] = ()

    @property
    def passes(self) -> bool:
        """Whether the plans may be applied."""
        return not self.stopped

    @property
    def dangers(self) -> tuple[Danger, ...]:
        """Everything that the plans weaken."""
        return (*self.stopped, *self.approved, *self.said)


def judge(plans: Iterable[Plan], approvals: ApprovalsFile, today: dt.date, known: Known | None = None) -> Verdict:
    """Decide whether plans may be applied.

    Args:
        plans: The plans.
        approvals: config/approvals.yaml.
        today: The day that approvals must not have expired before.
        known: What the configuration says of the organization.
    """
    plans = list(plans)
    known = replace(known or Known(), protect=approvals.protect)
    by_place = {(approval.stack, approval.address, approval.rule): approval for approval in approvals.approvals}
    stopped: list[Danger] = []
    said: list[Danger] = []
    expired: dict[Danger, Approval] = {}
    approved: dict[Danger, Approval] = {}
    for danger in (danger for plan in plans for danger in find_dangers(plan, known)):
        if not danger.stops:
            said.append(danger)
            continue
        approval = by_place.get((danger.stack, danger.address, danger.rule)) if danger.approvable else None
        if approval is not None and approval.until >= today:
            approved[danger] = approval
            continue
        stopped.append(danger)
        if approval is not None:
            expired[danger] = approval
    names = {plan.stack for plan in plans}
    used = set(approved.values())
    idle = tuple(found for found in approvals.approvals if found.stack in names and found not in used)
    return Verdict(tuple(stopped), expired, approved, idle, tuple(said))
