"""The way from an empty management account to the running organization.

It takes the steps that somebody would take by hand, in the same order. Interrupted anywhere and begun again, it looks at what
is there (AWS, states, the lock of ids) and does what is left.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from config import Organization, load
from config.capabilities.workloads import held, stacks_of
from config.loading.lock import differences, read_lock, write_lock
from config.loading.order import once_more, purposes, stages
from config.model.account import Purpose
from config.model.lock import Lock
from config.nodes import Account
from estate.accounts.renaming import rename_accounts
from estate.bootstrap.adopt import Adoption
from estate.bootstrap.backends import Backends
from estate.bootstrap.deployment import Deployment
from estate.bootstrap.finders import NotAdoptableError
from estate.bootstrap.journal import Journal
from estate.caller import ROLE, introduce
from estate.deployed import deployed_lock
from estate.guard.approvals import load_approvals
from estate.guard.context import Known
from estate.guard.verdict import Verdict, judge
from estate.parallel import in_parallel
from estate.terraform.ahead import ahead, come_before
from estate.terraform.failures import Explanation, cure_of, explain
from estate.terraform.ready import Ready
from estate.terraform.screen import Screen
from estate.terraform.stack import Stack, TerraformError
from estate.terraform.steps import all_but, following, require_approved
from estate.terraform.stopped import StoppedError
from estate.terraform.synth import synthesize

_WHY: Mapping[str, str] = {
    "management": "The organization itself: OUs, accounts, policies. Everything else lives in accounts that this makes.",
    "terraform": "The account for states and pipelines: from here on states are in its bucket, safe and shared.",
    "log-archive": "What all other accounts send their logs to comes before them.",
    "security": "What all other accounts send their trails and findings to comes before them.",
    "network": "What workloads share comes before them.",
}
_Failure = TerraformError | NotAdoptableError | StoppedError | ClientError | BotoCoreError
_FAILURES = (TerraformError, NotAdoptableError, StoppedError, ClientError, BotoCoreError)


@dataclass(frozen=True)
class _Outcome:
    stack: str
    ready: Ready | None = None
    error: "_Failure | None" = None


@dataclass
class Bootstrap:
    """One run.

    Args:
        config: The configuration's directory.
        out: The app's output directory; logs, plans and the journal go to `.estate/` beside it.
        screen: Shows and asks.
        variables: Terraform's environment.
        role: The role in member accounts that deploys, for the first time and whenever this runs again. Default: the
            account's `entry_role`, by default the one that AWS makes in every account that it creates.
        jobs: How many stacks are planned at once.
        applies: How many are applied at once.

    Example:
        >>> Bootstrap(Path("config"), Path("cdktf.out"), Screen(yes=True), environment(), jobs=2).run()
    """

    config: Path
    out: Path
    screen: Screen
    variables: Mapping[str, str]
    role: str | None = None
    jobs: int = 1
    applies: int = 1
    journal: Journal = field(init=False)
    organization: Organization = field(init=False)

    def __post_init__(self) -> None:
        """Open the journal."""
        self.journal = Journal(self.out.parent / ".estate" / "bootstrap" / "journal.jsonl")

    def run(self) -> None:
        """Do all that is left to do.

        Raises:
            StoppedError: Something stands in the way; all that could be done without it is done.
        """
        self.organization = load(self.config)
        self.journal.write("begin", organization=self.organization.slug)
        self._check_credentials()
        self._synthesize()
        run = stages(self.organization)
        unfinished: list[Ready] = []
        for number, stage in enumerate(run):
            if number:
                self._move_states()
            out_of_use = held(self.organization)
            deployed = tuple(name for name in stage if name not in out_of_use)
            if deployed:
                unfinished += self._deploy(deployed, purposes(self.organization, run[number + 1 :]))
            if not number:
                self._lock()
        self._move_states()
        out_of_use = held(self.organization)
        if again := once_more(
            self.organization, [slug for slug in self.organization.accounts if slug not in out_of_use]
        ):
            self._deploy(again, frozenset())
        self._finish(unfinished)
        self.journal.write("end")

    def _check_credentials(self) -> None:
        self.screen.step("Who am I?", "All this is done with the management account's credentials.")
        management = self.organization.management
        caller = introduce(
            self.organization, self.screen, {**self.variables, ROLE: self.role or self.organization.break_glass_role}
        )
        if caller.account != management.id:
            raise StoppedError(
                f"These credentials are of account {caller.account}, and the organization's management account is "
                f"{management.id} (config/accounts/{management.slug}.yaml). Sign in there."
            )

    def _synthesize(self) -> None:
        self.organization = load(self.config)
        synthesize(out=self.out, variables={**self.variables, "ESTATE_CONFIG": str(self.config)})

    def _lock(self) -> None:
        """Write the new ids into the configuration, as `estate lock` does, and build the stacks with them."""
        management = self.organization.management.slug
        deployed = deployed_lock(self.organization, self._stack(management))
        locked = read_lock(self.config)
        if locked == deployed:
            return
        self.screen.step(
            "Lock the new ids", "With literal ids every stack is planned alone. Commit the file afterwards."
        )
        if locked and (found := differences(_relevant(locked, self.organization), deployed)):
            raise StoppedError(
                "organization.lock.yaml contradicts the deployed organization:\n  " + "\n  ".join(found) + "\n"
                "If the deployed ids are right, run: estate lock --accept"
            )
        path = write_lock(self.config, deployed)
        self.journal.write("locked", file=str(path))
        self.screen.say(f"  {path}: {len(deployed.accounts) + 1} accounts")
        self._synthesize()

    def _move_states(self) -> None:
        """Move local states into the bucket, as soon as the stack that makes it is complete."""
        backends = Backends(self.organization)
        waiting = [stack for stack in map(self._stack, self.organization.accounts) if backends.waiting(stack)]
        makers = {account.slug for account in self.organization.with_purpose("terraform")}
        if not {stack.name for stack in waiting} & makers:
            return
        # The maker's own comes last: as long as it is a local one, the bucket counts as unfinished.
        waiting.sort(key=lambda stack: stack.name in makers)
        names = ", ".join(stack.name for stack in waiting)
        self.screen.step(
            f"Move states into the bucket: {names}", "They are encrypted, versioned, locked and shared there."
        )
        self.screen.ask("Move them?")
        for stack in waiting:
            backends.turn(stack)
            self._deployment(stack.name).clear()
            backends.move(stack)
            self.journal.write("moved", stack=stack.name)
            self.screen.say(f"  {stack.name}: moved; the bucket holds it, and the local file is removed")

    def _deploy(self, names: Sequence[str], later: Collection[Purpose]) -> list[Ready]:
        """Plan stacks, ask once for all of them, and apply them; give those of which something follows."""
        found = purposes(self.organization, [names])
        why = _WHY.get(
            next(iter(found)) if len(found) == 1 else "", "They need what is there by now, and not each other."
        )
        self.screen.step(f"Deploy {', '.join(names)}", why)
        backends = Backends(self.organization)
        for name in names:
            if backends.settle(self._stack(name)):
                self.screen.say(f"  {name}: a local state until there is a bucket", "dim")
        with self.screen.working(names):
            ready = self._each(names, lambda name: self._deployment(name).prepare(), self.jobs)
        todo = [replace(one, follows=following(one.plan, later)) for one in ready if one and one.pending]
        if todo:
            self._approve(todo)
            self._work(todo, self._apply)
            self.screen.renamed([one for ready in todo for one in rename_accounts(self.organization, ready.plan)])
        return [one for one in todo if one.follows]

    def _finish(self, unfinished: Sequence[Ready]) -> None:
        """Do what had to wait, and was approved before."""
        if unfinished:
            names = ", ".join(one.stack.name for one in unfinished)
            self.screen.step(f"Finish {names}", "What had to wait, and was approved before.")
            self._work(unfinished, self._apply_rest)

    def _work(self, todo: Sequence[Ready], apply: Callable[[Ready], None]) -> None:
        ready = {one.stack.name: one for one in todo}
        with self.screen.working(list(ready)):
            self._each(list(ready), lambda name: apply(ready[name]), self.applies)

    def _approve(self, todo: Sequence[Ready]) -> None:
        """Show plans, let the guard judge them, ask."""
        self.screen.approve(todo, self._judge(todo))

    def _judge(self, todo: Sequence[Ready]) -> Verdict:
        """What the guard says: of what is new, only that it is, since an organization is being made."""
        today = dt.datetime.now(dt.UTC).date()
        known = Known.of(self.organization, founding=True)
        return judge([one.plan for one in todo], load_approvals(self.config), today, known)

    def _apply(self, ready: Ready) -> None:
        part, steps, deployment = (
            all_but(ready.plan, ready.follows),
            ahead(ready.plan),
            self._deployment(ready.stack.name),
        )
        for step in steps:
            self.screen.say(f"  {ready.stack.name}: {step.why}", "dim")
            come_before(ready.stack, ready.plan, step, lambda _: deployment.apply())
        planned = deployment.part(ready, part) if part else deployment.prepare() if steps else ready
        self._apply_approved(ready, planned, part)

    def _apply_rest(self, approved: Ready) -> None:
        self._apply_approved(approved, self._deployment(approved.stack.name).prepare())

    def _apply_approved(self, approved: Ready, ready: Ready, part: Sequence[str] = ()) -> None:
        """Apply what was approved, or a part of it."""
        require_approved(ready.plan, approved.plan)
        if not ready.pending:
            return
        deployment = self._deployment(ready.stack.name)
        try:
            deployment.apply()
        except TerraformError as error:
            again = deployment.retry(error, part)
            if again is None:
                raise
            self._approve_again(again)
            deployment.apply()
        self.screen.done(ready.stack.name, "deployed, but for what follows" if part else "deployed")

    def _approve_again(self, ready: Ready) -> None:
        """What is taken over was asked for already; whether the new plan may be applied was not."""
        verdict = self._judge([ready])
        if not verdict.passes:
            self.screen.plans([ready], verdict)
            raise StoppedError("The guard stopped this plan; run the command again.")

    def _each(self, names: Sequence[str], work: Callable[[str], Ready | None], jobs: int) -> list[Ready | None]:
        """Work on stacks, several at once; report all that fail, then stop."""
        outcomes = list(in_parallel(partial(self._try, work), names, jobs))
        failed = [one for one in outcomes if one.error]
        for one in failed:
            self._report(one)
        if failed:
            raise StoppedError(
                f"{', '.join(one.stack for one in failed)}: failed. What was done is done; run the command again to go on."
            )
        for one in outcomes:
            if one.ready and not one.ready.pending:
                self.screen.done(one.stack, "as it should be", "dim")
        return [one.ready for one in outcomes]

    @staticmethod
    def _try(work: Callable[[str], Ready | None], name: str) -> _Outcome:
        try:
            return _Outcome(name, work(name))
        except _FAILURES as error:
            return _Outcome(name, error=error)

    def _report(self, outcome: _Outcome) -> None:
        error = outcome.error
        self.journal.write("failed", stack=outcome.stack, error=str(error)[:2000])
        if isinstance(error, TerraformError):
            self.screen.failure(outcome.stack, explain(error), error.log)
        else:
            self.screen.failure(outcome.stack, Explanation((), str(error), cure_of(str(error), outcome.stack)), None)

    def _deployment(self, name: str) -> Deployment:
        adoption = Adoption(self.organization, self._account(name), self._role(name), name)
        return Deployment(self._stack(name), adoption, self.journal, self.screen)

    def _role(self, name: str) -> str:
        return self.role or self._account(name).entry_role

    def _account(self, name: str) -> Account:
        return stacks_of(self.organization)[name][0]

    def _stack(self, name: str) -> Stack:
        return Stack(name, self.out, {**self.variables, "TF_VAR_deploy_role": self._role(name)})


def _relevant(locked: Lock, organization: Organization) -> Lock:
    """The lock without what the configuration has not any more."""
    units = {unit.slug for unit in organization.units.values()}
    return locked.model_copy(
        update={
            "accounts": {slug: id_ for slug, id_ in locked.accounts.items() if slug in organization.accounts},
            "organizational_units": {slug: id_ for slug, id_ in locked.organizational_units.items() if slug in units},
        }
    )
