"""Stacks deployed in order, each plan judged before it is applied: the way of every day, of people and of pipelines."""

import datetime as dt
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from config.capabilities.workloads import held, stacks_of
from config.errors import did_you_mean
from config.loading.order import once_more, purposes, stages
from config.model.account import Purpose
from config.nodes import Configuration, Organization
from estate.accounts.renaming import rename_accounts
from estate.guard.approvals import load_approvals
from estate.guard.context import Known
from estate.guard.plan import Action, Plan
from estate.guard.verdict import judge
from estate.parallel import in_parallel
from estate.terraform.ahead import Step, ahead, come_before
from estate.terraform.failures import explain, is_denied
from estate.terraform.planning import Planned, plan_all
from estate.terraform.ready import Ready
from estate.terraform.route import Route, by_foundation, chosen, in_short, ordinary, reserved, route
from estate.terraform.screen import Screen
from estate.terraform.stack import Stack, TerraformError
from estate.terraform.steps import all_but, following, require_approved
from estate.terraform.stopped import StoppedError

TakeOver = Callable[[Stack, TerraformError, Sequence[str]], Ready | None]
_RESTORE: Final = "`estate account restore` puts an account back."


@dataclass(frozen=True)
class Deploying:
    """One deploy.

    Args:
        organization: The configuration.
        config: Its directory.
        out: Where the stacks are synthesized.
        screen: Shows and asks.
        variables: Terraform's environment.
        jobs: How many stacks are planned at once.
        applies: How many are applied at once.
        patience: For how many seconds AWS may not yet know of new permissions. IAM says no more than that it takes
            seconds; Terraform's provider does not wait for those of its own role.
        take_over: Plans a stack whose apply failed once more, or a part of it, if it met what a killed run had made.

    Example:
        >>> Deploying(organization, Path("config"), OUT, Screen(yes=True), environment(), jobs=2).run(["network"])
    """

    organization: Configuration
    config: Path
    out: Path
    screen: Screen
    variables: Mapping[str, str]
    jobs: int = 1
    applies: int = 1
    patience: float = 20
    take_over: TakeOver = lambda _stack, _error, _part: None

    def run(self, names: Collection[str] = ()) -> None:
        """Deploy stacks, each after those that it needs.

        Args:
            names: The stacks, synthesized; all if empty.

        Raises:
            StoppedError: A plan or an apply failed, the guard stops a plan, the answer is no, or the account of a named stack is
                out of use.
        """
        out_of_use = held(self.organization)
        if asked := [name for name in names if name in out_of_use]:
            raise StoppedError(f"{asked[0]} is {out_of_use[asked[0]]}: its stack is not deployed. {_RESTORE}")
        for name, state in out_of_use.items():
            self.screen.say(f"  {name}: {state}, so not deployed", "dim")
        run = [
            [name for name in stage if (not names or name in names) and name not in out_of_use]
            for stage in stages(self.organization)
        ]
        unfinished: list[Ready] = []
        for number, wanted in enumerate(run):
            if wanted:
                self.screen.step(
                    f"Deploy {', '.join(wanted)}", "Planned first, applied when the guard has seen the plans."
                )
                later = purposes(self.organization, run[number + 1 :])
                unfinished += self._deploy([self._stack(name) for name in wanted], later)
        if again := once_more(self.organization, [name for wanted in run for name in wanted]):
            self.screen.step(f"Deploy {', '.join(again)} once more", "It looks up what the others made.")
            self._deploy([self._stack(name) for name in again], frozenset())
        if unfinished:
            left = ", ".join(ready.stack.name for ready in unfinished)
            self.screen.step(f"Finish {left}", "What had to wait, and was approved before.")
            self._stop_at(list(in_parallel(self._finish, unfinished, self.applies)))

    def _deploy(self, stacks: list[Stack], later: Collection[Purpose]) -> list[Ready]:
        """Deploy stacks; give those of which something follows."""
        enter = None if chosen(self.variables) else partial(by_foundation, organization=self.organization)
        planned = list(plan_all(stacks, self.jobs, enter))
        if entered := ", ".join(one.stack.name for one in planned if one.entered):
            self.screen.say(f"  {entered}: new, so entered as the foundation route enters accounts", "yellow")
        self._show([one.error for one in planned])
        todo = [self._routed(_ready(one, later)) for one in planned if one.pending]
        pending = {ready.stack.name for ready in todo}
        for stack in stacks:
            if stack.name not in pending:
                self.screen.done(stack.name, "as it should be", "dim")
        if not todo:
            self._stop([one.error for one in planned])
            return []
        plans = [ready.plan for ready in todo]
        self._approve(todo)
        errors = self._taken_over(todo, list(in_parallel(self._apply, todo, self.applies)))
        # What could be planned is applied, whatever else could not: it may be what the other is waiting for.
        self._stop([*(one.error for one in planned), *errors])
        self._rename(plans)
        return [ready for ready in todo if ready.follows]

    def _approve(self, todo: Sequence[Ready]) -> None:
        """Show plans, let the guard judge them, ask."""
        today, begun = dt.datetime.now(dt.UTC).date(), frozenset(one.id for ready in todo for one in ready.adopted)
        known = Known.of(self.organization, begun=begun)
        self.screen.approve(todo, judge([ready.plan for ready in todo], load_approvals(self.config), today, known))

    def _taken_over(self, todo: Sequence[Ready], errors: Sequence[TerraformError | None]) -> list[TerraformError]:
        """Go on where an apply met what a killed run had made; show and give the errors that are left."""
        left, met = [], []
        for ready, error in zip(todo, errors, strict=True):
            if error is None:
                continue
            try:
                found = self.take_over(ready.stack, error, all_but(ready.plan, ready.follows))
                if found:
                    met.append(replace(found, follows=ready.follows))
                else:
                    left.append(error)
            except TerraformError as late:
                left.append(late)
        self._show(left)
        if met:
            self._approve(met)
            again = list(in_parallel(self._apply_taken_over, met, self.applies))
            self._show(again)
            left += [error for error in again if error]
        return left

    def _apply_taken_over(self, ready: Ready) -> TerraformError | None:
        return self._step(ready, all_but(ready.plan, ready.follows), planned=True)

    def _rename(self, plans: Sequence[Plan]) -> None:
        """Do what Terraform leaves to the account API."""
        self.screen.renamed([one for plan in plans for one in rename_accounts(self.organization, plan)])

    def _stack(self, name: str) -> Stack:
        return Stack(name, self.out, ordinary(name, self.variables, self.organization))

    def _routed(self, ready: Ready) -> Ready:
        """Have a plan applied by the route that it takes; which role planned does not matter to a saved plan."""
        if chosen(self.variables) or route(ready.plan) is Route.ORDINARY:
            return ready
        changes = reserved(ready.plan)
        if ready.stack.name == self.organization.management.slug:
            how = "an administrator's credentials are needed, which no pipeline has"
        else:
            how = "by the foundation route"
        self.screen.say(f"  {ready.stack.name}: {how}, for {in_short(changes)}", "yellow")
        return replace(ready, stack=by_foundation(ready.stack, self.organization))

    def _apply(self, ready: Ready) -> TerraformError | None:
        part = all_but(ready.plan, ready.follows)
        steps = ahead(ready.plan)
        for step in steps:
            if error := self._come_before(ready, step):
                return error
        return self._step(ready, part, planned=not part and not steps)

    def _come_before(self, ready: Ready, step: Step) -> TerraformError | None:
        """Do what has to come before the rest."""
        self.screen.say(f"  {ready.stack.name}: {step.why}", "dim")
        try:
            come_before(ready.stack, ready.plan, step, partial(self._apply_patiently, ready))
        except TerraformError as error:
            return error
        return None

    def _finish(self, ready: Ready) -> TerraformError | None:
        return self._step(ready, [], planned=False)

    def _step(self, ready: Ready, part: Sequence[str], *, planned: bool) -> TerraformError | None:
        """Apply what was approved, or a part of it."""
        try:
            if not planned and not self._plan_again(ready, part):
                return None
            self._apply_patiently(ready, part)
        except TerraformError as error:
            return error
        self.screen.done(ready.stack.name, "deployed, but for what follows" if part else "deployed")
        return None

    def _apply_patiently(self, ready: Ready, part: Sequence[str]) -> None:
        """Apply the kept plan; once more if AWS did not yet know of permissions that it grants."""
        try:
            ready.stack.apply()
        except TerraformError as error:
            if not (grants(ready.plan) and is_denied(error)):
                raise
            self.screen.say(
                f"  {ready.stack.name}: AWS does not know of the new permissions yet; again in {self.patience:.0f} seconds",
                "yellow",
            )
            time.sleep(self.patience)
            if self._plan_again(ready, part):
                ready.stack.apply()

    @staticmethod
    def _plan_again(ready: Ready, part: Sequence[str]) -> bool:
        """Plan all or a part of what was approved; tell whether something is left to do."""
        pending = ready.stack.plan(*part)
        if pending:
            require_approved(Plan.from_json(ready.stack.name, ready.stack.planned()), ready.plan)
        return pending

    def _stop_at(self, errors: Sequence[TerraformError | None]) -> None:
        """Show all that failed, then stop."""
        self._show(errors)
        self._stop(errors)

    def _show(self, errors: Sequence[TerraformError | None]) -> None:
        for error in errors:
            if error:
                self.screen.failure(error.stack, explain(error), error.log)

    @staticmethod
    def _stop(errors: Sequence[TerraformError | None]) -> None:
        failed = [error for error in errors if error]
        if failed:
            names = ", ".join(error.stack for error in failed)
            raise StoppedError(f"{names}: failed. What was done is done; run the command again to go on.")


def unlocked(organization: Organization, names: Collection[str]) -> str:
    """A sentence about the accounts that a deploy may have made, and whose ids are not locked yet; empty if there are none.

    Args:
        organization: As it was before the deploy.
        names: The stacks that were deployed; none stand for all.
    """
    if names and organization.management.slug not in names:
        return ""
    new = [account.slug for account in organization.accounts.values() if account.id is None]
    if not new:
        return ""
    return f"No id is locked of {', '.join(new)}. Run `estate lock`, and commit organization.lock.yaml."


def unknown(organization: Organization, names: Collection[str]) -> str:
    """A sentence about the first name that is no stack; empty if all are."""
    for name in names:
        if name not in (known := stacks_of(organization)):
            return f"There is no stack {name!r}. {did_you_mean(name, known)}".rstrip()
    return ""


def _ready(planned: Planned, later: Collection[Purpose]) -> Ready:
    stack = planned.stack
    plan = planned.plan or Plan.from_json(stack.name, stack.planned())
    return Ready(stack, plan, pending=True, adopted=(), follows=following(plan, later))


def grants(plan: Plan) -> bool:
    """Whether a plan grants permissions, of which AWS needs seconds to know."""
    return any(
        change.type == "aws_iam_policy" and change.action in (Action.CREATE, Action.UPDATE) for change in plan.changes
    )
