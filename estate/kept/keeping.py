"""A stack planned for an approval: its plan is kept, its record and its text are written."""

import datetime as dt
import json
import subprocess
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from config.capabilities.workloads import stacks_of
from config.loading.order import purposes, stages
from config.model.account import Purpose
from config.nodes import Configuration
from estate.guard.approvals import load_approvals
from estate.guard.context import Known
from estate.guard.plan import Plan
from estate.guard.summary import Summary, summarize
from estate.guard.verdict import Verdict, judge
from estate.kept.access import Access
from estate.kept.record import (
    Record,
    commit_of_checkout,
    digest_of,
    digest_of_json,
    digest_of_tool,
    state_of_plan,
)
from estate.kept.store import store_of
from estate.pipeline.sections import section
from estate.report.change import JUDGED, judged
from estate.terraform.ahead import ahead
from estate.terraform.engine import engine
from estate.terraform.failures import is_closed
from estate.terraform.outside import mentions, outside
from estate.terraform.route import Route, in_short, reserved, route
from estate.terraform.stack import Stack, TerraformError
from estate.terraform.state_profile import through_profile
from estate.terraform.steps import all_but, following, in_words

RECORD = ".record.json"
COUNTS = ".counts.json"
REST = ".rest"
_OF_FIRST: Final = (
    "\nThe account has nothing of it yet. It is planned again inside, and applied if that does this and nothing else.\n"
)


@dataclass(frozen=True)
class Kept:
    """A stack that was planned.

    Args:
        stack: Its name.
        summary: The plan in short; None if there is no plan.
        verdict: What the guard says; None if there is no plan.
        error: Why there is none; None if that has to wait for the account.
    """

    stack: str
    summary: Summary | None = None
    verdict: Verdict | None = None
    error: TerraformError | None = None


@dataclass(frozen=True)
class Keeping:
    """Plans stacks and writes down what an approver has to see.

    Args:
        organization: The configuration.
        config: Its directory.
        directory: Where `<stack>.md` (the plan as text), `<stack>.counts.json` (as GitLab's Terraform report has it) and
            `<stack>.judged.json` (what `estate report --planned` shows) and `<stack>.record.json` are written, and an empty `<stack>.rest` if it has to be planned again after others.
        access: Through which roles.
        keep: Whether the plan is kept, to be applied.
        later: The purposes of the accounts that the same run deploys, some after these stacks. None if nothing can wait.
    """

    organization: Configuration
    config: Path
    directory: Path
    access: Access
    keep: bool = False
    later: Collection[str] | None = None

    def run(self, stack: Stack) -> Kept:
        """Plan a stack; everything about an earlier plan of it goes first."""
        for suffix in (".md", COUNTS, JUDGED, RECORD, REST):
            (self.directory / f"{stack.name}{suffix}").unlink(missing_ok=True)
        try:
            return self._plan(through_profile(stack, self.access.state_role), stack)
        except TerraformError as error:
            if self._waits(stack):
                text = f"### Plan of {stack.name}\n\nIt needs an account that is not made yet: planned and approved after that.\n"
                (self.directory / f"{stack.name}.md").write_text(text, encoding="utf-8")
                (self.directory / f"{stack.name}{REST}").touch()
                return Kept(stack.name)
            return self._from_outside(stack, error) if is_closed(error) else Kept(stack.name, error=error)

    def _waits(self, stack: Stack) -> bool:
        """Whether a stack has to wait for accounts that the same run makes, or that a request would."""
        new = [slug for slug, account in self.organization.accounts.items() if account.id is None]
        makes = not self.keep or self.organization.management.purpose in (self.later or ())
        return makes and mentions(stack, new)

    def _from_outside(self, stack: Stack, error: TerraformError) -> Kept:
        """Plan a stack whose account lets nobody in: if there is nothing of it, it is new."""
        if stacks_of(self.organization)[stack.name][0] is self.organization.management:
            return Kept(stack.name, error=error)
        copy = through_profile(outside(stack), self.access.state_role)
        try:
            copy.init("-reconfigure")
            return Kept(stack.name, error=error) if copy.has_state else self._plan(copy, stack, first=True)
        except TerraformError as failed:
            return Kept(stack.name, error=failed)

    def _plan(self, stack: Stack, own: Stack, *, first: bool = False) -> Kept:
        """Plan a stack.

        Args:
            stack: The stack, as it is planned.
            own: The stack as it is synthesized, and will be applied.
            first: Whether it is planned from outside.
        """
        stack.init("-reconfigure")
        arguments = () if self.access.lock else ("-lock=false",)
        pending = stack.plan(*arguments)
        shown = stack.planned()
        plan = Plan.from_json(stack.name, shown)
        follows = following(plan, self._later(stack.name)) if self.keep else ()
        targets = all_but(plan, follows)
        if targets:
            pending = stack.plan(*arguments, *targets)
            shown = stack.planned()
            plan = Plan.from_json(stack.name, shown)
        today, known = dt.datetime.now(dt.UTC).date(), Known.of(self.organization)
        verdict = judge([plan], load_approvals(self.config), today, known)
        summary = summarize(plan, verdict.dangers)
        later = tuple(in_words(follows))
        record = None
        if self.keep and (pending or plan.renames):
            record = self._keep(stack, own, shown, targets, later, passes=verdict.passes, first=first)
        self._write(stack, plan, verdict, record)
        if later:
            (self.directory / f"{stack.name}{REST}").touch()
        return Kept(stack.name, summary, verdict)

    def _later(self, name: str) -> frozenset[Purpose]:
        """What the accounts are for that the same run deploys after a stack."""
        found = stages(self.organization)
        own = next(number for number, stage in enumerate(found) if name in stage)
        return frozenset(
            found for found in purposes(self.organization, found[own + 1 :]) if found in (self.later or ())
        )

    def _keep(
        self,
        stack: Stack,
        own: Stack,
        shown: dict[str, Any],
        targets: list[str],
        later: tuple[str, ...],
        *,
        passes: bool,
        first: bool,
    ) -> Record:
        digest = digest_of(stack.plan_file)
        lineage, serial = state_of_plan(stack.plan_file)
        record = Record(
            stack=stack.name,
            commit=commit_of_checkout(),
            plan=digest,
            lineage=lineage,
            serial=serial,
            synthesized=digest_of_json(own),
            tool=digest_of_tool(),
            terraform=shown["terraform_version"],
            planned=dt.datetime.now(dt.UTC),
            passes=passes,
            first=first,
            route=route(Plan.from_json(stack.name, shown)).value,
            targets=tuple(targets),
            later=later,
        )
        store_of(stack, self.access.state_role).keep(digest, stack.plan_file)
        record.write(self.directory / f"{stack.name}{RECORD}")
        return record

    def _write(self, stack: Stack, plan: Plan, verdict: Verdict, record: Record | None) -> None:
        summary = summarize(plan, verdict.dangers)
        shown = "" if summary.empty else stack.shown()  # which takes Terraform a second
        text = section(summary, verdict, shown)
        if record:
            text += _of_record(record, plan)
            if record.first:
                text += _OF_FIRST
            if record.route == Route.FOUNDATION:
                text += self._of_route(plan)
            if left := store_of(stack, self.access.state_role).marked():
                text += _of_mark(left)
        (self.directory / f"{stack.name}.md").write_text(text, encoding="utf-8")
        counts = {"create": summary.created, "update": summary.updated, "delete": summary.destroyed}
        (self.directory / f"{stack.name}{COUNTS}").write_text(json.dumps(counts), encoding="utf-8")
        said = judged([summary], verdict).model_dump_json()
        (self.directory / f"{stack.name}{JUDGED}").write_text(said, encoding="utf-8")

    def _of_route(self, plan: Plan) -> str:
        """Why a plan needs other approvers, or a person."""
        why = f"for {in_short(reserved(plan))}"
        if plan.stack == self.organization.management.slug:
            return f"\nNo pipeline can apply it, {why}: `estate deploy {plan.stack}` with an administrator's credentials can.\n"
        return f"\nIt takes the foundation route, whose approvers are others, {why}.\n"


def terraform_version() -> str:
    """The version of the Terraform, or OpenTofu, that would run; both call it so."""
    finished = subprocess.run([engine().program, "version", "-json"], capture_output=True, text=True, check=True)  # noqa: S603
    return str(json.loads(finished.stdout)["terraform_version"])


def _of_record(record: Record, plan: Plan) -> str:
    """What an approval is given for."""
    lines = [f"\nApproving applies plan `{record.plan[:16]}` of commit `{record.commit[:12]}`, and no other."]
    lines += [f"- Before the rest: {step.why} What is left is planned again then." for step in ahead(plan)]
    lines += [f"- {line}, and is planned and approved then." for line in record.later]
    return "\n".join(lines) + "\n"


def _of_mark(left: dict[str, Any]) -> str:
    """What became of the last apply, if it did not end."""
    if left.get("ended"):
        return ""
    return f"\nAn apply of commit `{left['commit'][:12]}` began at {left['began']} and did not end: this plan is what is left.\n"
