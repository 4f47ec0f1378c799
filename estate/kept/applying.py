"""A kept plan applied: that file and no other, and only if everything is still as it was when it was approved."""

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.nodes import Organization
from estate.accounts.renaming import rename_accounts
from estate.guard.approvals import load_approvals
from estate.guard.context import Known
from estate.guard.plan import Change, Plan
from estate.guard.verdict import judge
from estate.kept.access import Access, writing
from estate.kept.keeping import terraform_version
from estate.kept.record import Record, commit_of_checkout, digest_of, digest_of_json, digest_of_tool, state_of_plan
from estate.kept.store import Store, store_of
from estate.terraform.ahead import ahead, come_before
from estate.terraform.deploying import grants
from estate.terraform.failures import is_denied
from estate.terraform.route import in_short, reserved, route
from estate.terraform.stack import Stack, TerraformError
from estate.terraform.state_profile import settings_through, through_profile
from estate.terraform.states import S3State, state_of
from estate.terraform.steps import require_approved
from estate.terraform.stopped import StoppedError

_ANEW = "Run the branch's pipeline again: it plans anew, and asks again."


class RefusedError(RuntimeError):
    """The plan is not applied; the message says why, and what to do."""


@dataclass(frozen=True)
class Applying:
    """Applies kept plans.

    Args:
        organization: The configuration.
        config: Its directory.
        access: Through which roles.
        head: The commit that the branch is at now; not compared if empty.
        route: The route that this run takes; None if it can take each.
        longest_hours: A plan that is older is not applied.
        patience: For how many seconds AWS may not yet know of permissions that the plan grants.
    """

    organization: Organization
    config: Path
    access: Access
    head: str = ""
    longest_hours: float = 24
    patience: float = 20
    route: str | None = None

    def run(self, stack: Stack, record: Record) -> str:
        """Apply a stack's kept plan.

        Returns:
            What was done, in a few words.

        Raises:
            RefusedError: Something is not as it was when the plan was made.
            TerraformError: Terraform failed.
            StoppedError: What was left to do after a denied call is not what was approved, or AWS refuses an account's new name.
        """
        for refusal in self._before(stack, record):
            raise RefusedError(f"Stack {stack.name}: {refusal}")
        store = store_of(stack, self.access.state_role)
        mark = store.marked() or {}
        if mark.get("plan") == record.plan and mark.get("ended"):
            return f"this plan was applied at {mark['ended']}, and is not applied twice"
        stack = through_profile(stack, self.access.state_role)
        if refusals := list(self._plan(stack, record, store)):
            raise RefusedError("\n".join(f"Stack {stack.name}: {refusal}" for refusal in refusals))
        stack.init("-reconfigure")
        plan = Plan.from_json(stack.name, stack.planned())
        if changes := self._out_of_reach(plan):
            raise RefusedError(
                f"Stack {stack.name}: this plan changes deployment rights or what is protected, which {self.access.role} cannot: "
                f"{in_short(changes)}. The foundation route can: with credentials of the management account, "
                f"`estate deploy {stack.name}` takes it by itself. Nothing was changed."
            )
        if record.route != (found := route(plan)):
            raise RefusedError(
                f"Stack {stack.name}: this plan takes the {found} route, and its record says {record.route}. {_ANEW}"
            )
        today, known = dt.datetime.now(dt.UTC).date(), Known.of(self.organization)
        verdict = judge([plan], load_approvals(self.config), today, known)
        if not verdict.passes:
            dangers = "; ".join(f"{danger.address}: {danger.what}" for danger in verdict.stopped)
            raise RefusedError(f"Stack {stack.name}: the guard stops this plan: {dangers} Nothing was changed.")
        if record.first:
            stack.plan(*record.targets)
            require_approved(Plan.from_json(stack.name, stack.planned()), plan)
        mark = {"commit": record.commit, "plan": record.plan, "began": _now()}
        store.mark(mark)
        self._apply(stack, plan, record)
        store.mark({**mark, "ended": _now()})
        renamed = rename_accounts(self.organization, plan)
        said = "; ".join(["applied", *map(str, renamed)])
        if any(one.failed for one in renamed):
            raise StoppedError(f"Stack {stack.name}: {said}")
        return said

    def _out_of_reach(self, plan: Plan) -> tuple[Change, ...]:
        """What the ordinary route would be denied in the middle of an apply (ADR 12)."""
        return reserved(plan) if self.access.role == writing(self.organization, plan.stack).role else ()

    def _before(self, stack: Stack, record: Record) -> Iterator[str]:
        """Why a plan is refused before anything is asked of AWS."""
        if record.stack != stack.name:
            yield f"this record is of stack {record.stack}. Hand over the stack's own."
        if not record.passes:
            yield "the guard stopped this plan. Approve what it names in config/approvals.yaml, merge that, and plan again."
        if self.route and record.route != self.route:
            yield (
                f"its plan takes the {record.route} route, and this job the {self.route} one. With credentials of the management "
                f"account, `estate deploy {stack.name}` takes the foundation route by itself."
            )
        here = commit_of_checkout()
        if record.commit != here:
            yield (
                f"the plan is of commit {record.commit[:12] or '(none)'}, and {here[:12] or '(none)'} is checked out. "
                f"{_ANEW}"
            )
        if self.head and record.commit != self.head:
            yield (
                f"the plan is of commit {record.commit[:12]}, and the branch is at {self.head[:12]} by now: applying it would "
                "take newer merges back. Approve the newer run instead: it plans everything that is not deployed yet."
            )
        if record.age_hours > self.longest_hours:
            yield (
                f"the plan is {record.age_hours:.0f} hours old, and may be {self.longest_hours:.0f} at most "
                f"(ci.plan_max_age_hours). {_ANEW}"
            )
        if record.tool != digest_of_tool():
            yield f"this program is not the one that made the plan. {_ANEW}"
        if (version := terraform_version()) != record.terraform:
            yield f"the plan is of Terraform {record.terraform}, and this is {version}. Use the same for both."
        if record.synthesized != digest_of_json(stack):
            yield f"its Terraform JSON is not what was planned. {_ANEW}"

    def _plan(self, stack: Stack, record: Record, store: Store) -> Iterator[str]:
        """Why a plan file is refused."""
        if not store.take(record.plan, stack.plan_file):
            yield f"its plan is not kept any more. {_ANEW}"
        elif (digest := digest_of(stack.plan_file)) != record.plan:
            yield (
                f"the file that is kept is not the plan that was approved (SHA-256 {digest[:16]}, not {record.plan[:16]}): "
                f"somebody swapped it. See in CloudTrail who wrote it. {_ANEW}"
            )
        elif state_of_plan(stack.plan_file) != (record.lineage, record.serial):
            yield f"the plan and its record name different states. {_ANEW}"
        else:
            settings = settings_through(stack, self.access.state_role)
            state = S3State(settings) if settings else state_of(stack)
            yield from _moved(record, state.content(), store)
            for holder in state.holders():
                yield (
                    f"its state is locked by {holder}. Wait for that run; if it is dead, run `estate unlock {stack.name}`. "
                    "Then run this job again."
                )

    def _apply(self, stack: Stack, plan: Plan, record: Record) -> None:
        """Apply the plan; what is left of it once more if AWS did not yet know of permissions that it grants.

        Where AWS lets one thing only have a name, or be the administrator, a part of the plan comes first, and the rest is planned
        again: Terraform applies a plan file whole, or not at all.
        """
        steps = ahead(plan)
        for step in steps:
            come_before(stack, plan, step, lambda _: stack.apply())
        try:
            if not steps:
                stack.apply()
                return
        except TerraformError as error:
            if not (grants(plan) and is_denied(error)):
                raise
            time.sleep(self.patience)
        if stack.plan(*record.targets):
            require_approved(Plan.from_json(stack.name, stack.planned()), plan)
            stack.apply()


def _moved(record: Record, state: dict[str, object] | None, store: Store) -> Iterator[str]:
    lineage, serial = (state["lineage"], state["serial"]) if state else ("", 0)
    if (lineage, serial) == (record.lineage, record.serial) or not (state or record.serial):
        return
    mark = store.marked() or {}
    if mark.get("plan") == record.plan:
        yield f"a part of this plan was applied at {mark['began']}, by a run that did not end. {_ANEW}"
        return
    yield f"its state has moved on since it was planned (serial {record.serial}, now {serial}). {_ANEW}"


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
