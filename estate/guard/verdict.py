"""Dangers against approvals: may these plans be applied?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from estate.guard.rules import Danger, find_dangers

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from config.model.approvals import Approval, ApprovalsFile
    from estate.guard.plan import Plan


@dataclass(frozen=True)
class Verdict:
    """What the guard says about some plans.

    Args:
        stopped: Dangers that nobody approved.
        expired: Those of them that somebody had approved, with the approval that no longer holds.
        approved: Dangers that may happen, with the approval.
        idle: Approvals for these stacks that no plan needs, or that have expired: they can be removed.
    """

    stopped: tuple[Danger, ...]
    expired: dict[Danger, Approval]
    approved: dict[Danger, Approval]
    idle: tuple[Approval, ...]

    @property
    def passes(self) -> bool:
        """Whether the plans may be applied."""
        return not self.stopped


def judge(plans: Iterable[Plan], approvals: ApprovalsFile, today: dt.date) -> Verdict:
    """Decide whether plans may be applied.

    Args:
        plans: The plans.
        approvals: config/approvals.yaml.
        today: The day that approvals must not have expired before.
    """
    plans = list(plans)
    known = {(approval.stack, approval.address): approval for approval in approvals.approvals}
    stopped: list[Danger] = []
    expired: dict[Danger, Approval] = {}
    approved: dict[Danger, Approval] = {}
    for danger in (danger for plan in plans for danger in find_dangers(plan, approvals.protect)):
        approval = known.get((danger.stack, danger.address))
        if approval is not None and approval.until >= today:
            approved[danger] = approval
            continue
        stopped.append(danger)
        if approval is not None:
            expired[danger] = approval
    names = {plan.stack for plan in plans}
    used = set(approved.values())
    idle = tuple(found for found in approvals.approvals if found.stack in names and found not in used)
    return Verdict(tuple(stopped), expired, approved, idle)
