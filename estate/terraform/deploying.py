"""Stacks deployed in order, each plan judged before it is applied: the way of every day, of people and of pipelines."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.errors import did_you_mean
from config.nodes import Organization
from estate.bootstrap.deployment import Ready
from estate.bootstrap.screen import Screen, StoppedError
from estate.guard.approvals import load_approvals
from estate.guard.plan import Plan
from estate.guard.verdict import judge
from estate.parallel import in_parallel
from estate.terraform.failures import explain
from estate.terraform.order import stages
from estate.terraform.planning import plan_all
from estate.terraform.stack import Stack, TerraformError


@dataclass(frozen=True)
class Deploying:
    """One deploy.

    Args:
        organization: The configuration.
        config: Its directory.
        out: Where the stacks are synthesized.
        screen: Shows and asks.
        variables: Terraform's environment.
        jobs: How many stacks at once.

    Example:
        >>> Deploying(organization, Path("config"), OUT, Screen(yes=True), environment(), jobs=2).run(["network"])
    """

    organization: Organization
    config: Path
    out: Path
    screen: Screen
    variables: Mapping[str, str]
    jobs: int = 1

    def run(self, names: Collection[str] = ()) -> None:
        """Deploy stacks, each after those that it needs.

        Args:
            names: The stacks, synthesized; all if empty.

        Raises:
            StoppedError: A plan or an apply failed, the guard stops a plan, or the answer is no.
        """
        for stage in stages(self.organization):
            wanted = [name for name in stage if not names or name in names]
            if wanted:
                self.screen.step(
                    f"Deploy {', '.join(wanted)}", "Planned first, applied when the guard has seen the plans."
                )
                self._deploy([Stack(name, self.out, self.variables) for name in wanted])

    def _deploy(self, stacks: list[Stack]) -> None:
        planned = list(plan_all(stacks, self.jobs))
        self._stop_at([one.error for one in planned])
        todo = [_ready(one.stack) for one in planned if one.changes and one.changes.pending]
        pending = {ready.stack.name for ready in todo}
        for stack in stacks:
            if stack.name not in pending:
                self.screen.done(stack.name, "as it should be", "dim")
        if not todo:
            return
        verdict = judge([ready.plan for ready in todo], load_approvals(self.config), dt.datetime.now(dt.UTC).date())
        self.screen.plans(todo, verdict)
        if not verdict.passes:
            raise StoppedError("The guard stopped these plans; nothing was changed by them.")
        self.screen.ask("Apply?")
        self._stop_at(list(in_parallel(self._apply, [ready.stack for ready in todo], self.jobs)))

    def _apply(self, stack: Stack) -> TerraformError | None:
        try:
            stack.apply()
        except TerraformError as error:
            return error
        self.screen.done(stack.name, "deployed")
        return None

    def _stop_at(self, errors: Sequence[TerraformError | None]) -> None:
        """Show all that failed, then stop."""
        failed = [error for error in errors if error]
        for error in failed:
            self.screen.failure(error.stack, explain(error), error.log)
        if failed:
            names = ", ".join(error.stack for error in failed)
            raise StoppedError(f"{names}: failed. What was done is done; run the command again to go on.")


def unknown(organization: Organization, names: Collection[str]) -> str:
    """A sentence about the first name that is no stack; empty if all are."""
    for name in names:
        if name not in organization.accounts:
            return f"There is no stack {name!r}. {did_you_mean(name, organization.accounts)}".rstrip()
    return ""


def _ready(stack: Stack) -> Ready:
    return Ready(stack, Plan.from_json(stack.name, stack.planned()), pending=True, adopted=())
