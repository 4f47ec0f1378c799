"""A stack planned for an approval: its plan is kept, its record and its text are written."""

import datetime as dt
import json
import subprocess
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.capabilities.workloads import stacks_of
from config.model.account import Purpose
from config.nodes import Configuration
from config.order import purposes, stages
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
from estate.terraform.ahead import ahead
from estate.terraform.engine import engine
from estate.terraform.stack import Stack, TerraformError
from estate.terraform.state_profile import through_profile
from estate.terraform.steps import all_but, following, in_words

RECORD = ".record.json"
COUNTS = ".counts.json"
REST = ".rest"


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
            `<stack>.record.json` are written, and an empty `<stack>.rest` if it has to be planned again after others.
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
        for suffix in (".md", COUNTS, RECORD, REST):
            (self.directory / f"{stack.name}{suffix}").unlink(missing_ok=True)
        try:
            return self._plan(through_profile(stack, self.access.state_role))
        except TerraformError as error:
            if self.later is None or stacks_of(self.organization)[stack.name][0].id is not None:
                return Kept(stack.name, error=error)
            text = f"### Plan of {stack.name}\n\nIts account is not made yet: planned and approved after that.\n"
            (self.directory / f"{stack.name}.md").write_text(text, encoding="utf-8")
            (self.directory / f"{stack.name}{REST}").touch()
            return Kept(stack.name)

    def _plan(self, stack: Stack) -> Kept:
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
        record = (
            self._keep(stack, shown, targets, later, passes=verdict.passes)
            if self.keep and (pending or plan.renames)
            else None
        )
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
        self, stack: Stack, shown: dict[str, Any], targets: list[str], later: tuple[str, ...], *, passes: bool
    ) -> Record:
        digest = digest_of(stack.plan_file)
        lineage, serial = state_of_plan(stack.plan_file)
        record = Record(
            stack=stack.name,
            commit=commit_of_checkout(),
            plan=digest,
            lineage=lineage,
            serial=serial,
            synthesized=digest_of_json(stack),
            tool=digest_of_tool(),
            terraform=shown["terraform_version"],
            planned=dt.datetime.now(dt.UTC),
            passes=passes,
            targets=tuple(targets),
            later=later,
        )
        store_of(stack, self.access.state_role).keep(digest, stack.plan_file)
        record.write(self.directory / f"{stack.name}{RECORD}")
        return record

    def _write(self, stack: Stack, plan: Plan, verdict: Verdict, record: Record | None) -> None:
        summary = summarize(plan, verdict.dangers)
        text = section(summary, verdict, stack.shown())
        if record:
            text += _of_record(record, plan)
            if left := store_of(stack, self.access.state_role).marked():
                text += _of_mark(left)
        (self.directory / f"{stack.name}.md").write_text(text, encoding="utf-8")
        counts = {"create": summary.created, "update": summary.updated, "delete": summary.destroyed}
        (self.directory / f"{stack.name}{COUNTS}").write_text(json.dumps(counts), encoding="utf-8")


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
