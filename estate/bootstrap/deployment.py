"""One stack, from whatever a killed run left behind to a plan, and from the plan to what it says."""

import os
import pwd
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from botocore.exceptions import ClientError

from config.capabilities.workloads import stacks_of
from config.nodes import Organization
from estate.bootstrap.adopt import Adoption, write_imports
from estate.bootstrap.finders import NotAdoptableError
from estate.bootstrap.journal import Journal
from estate.caller import ROLE
from estate.guard.plan import Plan
from estate.terraform.planning import makes_accounts
from estate.terraform.ready import Adopted, Ready
from estate.terraform.screen import Screen
from estate.terraform.stack import Stack, TerraformError
from estate.terraform.states import Holder, state_of
from estate.terraform.stopped import StoppedError

_POLL_SECONDS = 0.5
# Adopting one thing makes known what others are found by: an OU's parent, a route's table.
_ROUNDS = 12
_CLOCKS = timedelta(seconds=5)
_UNWRITTEN = "errored.tfstate"
_EXISTS = ("already exist", "AlreadyExist", "Duplicate", "AlreadyInOrganization", "EMAIL_ALREADY", "AlreadyOwned")


class Deployment:
    """Plans and applies one stack.

    Args:
        stack: The stack, with its environment.
        adoption: Finds what a killed run made.
        journal: What is done is written there.
        screen: What is done is shown there.
    """

    def __init__(self, stack: Stack, adoption: Adoption, journal: Journal, screen: Screen) -> None:
        self._stack, self._adoption, self._journal, self._screen = stack, adoption, journal, screen

    def prepare(self) -> Ready:
        """Clear away what a killed run left, and plan.

        Raises:
            StoppedError: Somebody else holds the state's lock.
            TerraformError: Terraform failed.
            NotAdoptableError: Something exists that another made, or that is shut.
        """
        stack = self._stack
        self.clear()
        self._doing("init")
        stack.init("-reconfigure")
        self._push_unwritten()
        self._doing("plan")
        write_imports(stack, [])
        pending = stack.plan()
        if not pending and not makes_accounts(stack):
            return Ready(stack, Plan(stack.name, ()), pending=False, adopted=())
        adopted: list[Adopted] = []
        try:
            for _ in range(_ROUNDS):
                planned = stack.planned()
                found = self._adoption.find(planned) if pending else []
                if not found:
                    break
                adopted += found
                self._doing(f"taking over {len(adopted)} resources that exist")
                write_imports(stack, adopted)
                pending = stack.plan()
        finally:
            write_imports(stack, [])
        if adopted:
            self._journal.write("taken over", stack=stack.name, addresses=[one.address for one in adopted])
        plan = Plan.from_json(stack.name, planned)
        return Ready(stack, plan, pending or bool(plan.renames), tuple(adopted))

    def part(self, ready: Ready, part: Sequence[str]) -> Ready:
        """Plan a part of what was planned just now.

        Args:
            ready: The whole.
            part: Terraform's arguments that say which part.
        """
        self._doing("plan the first step")
        write_imports(self._stack, list(ready.adopted))
        try:
            pending = self._stack.plan(*part)
        finally:
            write_imports(self._stack, [])
        return replace(ready, plan=Plan.from_json(self._stack.name, self._stack.planned()), pending=pending)

    def clear(self) -> None:
        """Wait for what an earlier run began, and remove the lock that it left if it was killed.

        Raises:
            StoppedError: Somebody else holds the state's lock.
        """
        self._wait()
        self._unlock()

    def apply(self) -> None:
        """Apply the kept plan."""
        self._doing("apply")
        self._journal.write("apply", stack=self._stack.name)
        self._stack.apply()
        self._journal.write("applied", stack=self._stack.name)

    def retry(self, error: TerraformError, part: Sequence[str] = ()) -> Ready | None:
        """A new plan for a stack whose apply met something that exists, if that can be taken over."""
        if not any(sign in error.output for sign in _EXISTS):
            return None
        ready = self.prepare()
        if not ready.adopted:
            return None
        return self.part(ready, part) if part else ready

    def _wait(self) -> None:
        """A killed bootstrap leaves Terraform alone, which ends what it has begun: nothing better could happen."""
        while alive := [run for run in self._stack.runs if run.alive]:
            self._doing(f"waiting for the {alive[0].command} of an earlier run, process {alive[0].pid}")
            time.sleep(_POLL_SECONDS)

    def _unlock(self) -> None:
        state = state_of(self._stack)
        for holder in state.holders():
            if not self._left_by_us(holder):
                raise StoppedError(
                    f"The state of stack {self._stack.name} is locked by {holder}. Wait for that run. "
                    f"If it is dead, run: estate unlock {self._stack.name}"
                )
            self._journal.write("unlock", stack=self._stack.name, holder=str(holder))
            self._screen.say(f"  {self._stack.name}: removing the lock that a killed run left: {holder}", "yellow")
            state.release(holder)
        for run in self._stack.runs:
            run.forget()

    def _left_by_us(self, holder: Holder) -> bool:
        """Whether a run of this checkout that was killed took the lock: same user and machine, and it began before."""
        me = f"{pwd.getpwuid(os.getuid()).pw_name}@{socket.gethostname()}"
        return holder.who == me and any(holder.created > run.began - _CLOCKS for run in self._stack.runs)

    def _push_unwritten(self) -> None:
        """Terraform that cannot write the state at its end leaves it in a file."""
        unwritten = self._stack.directory / _UNWRITTEN
        if unwritten.is_file():
            self._screen.say(f"  {self._stack.name}: writing the state that an earlier run could not write", "yellow")
            self._stack.push(unwritten)
            unwritten.unlink()  # the backend holds it now, and it can hold secrets
            self._journal.write("pushed", stack=self._stack.name, file=_UNWRITTEN)

    def _doing(self, what: str) -> None:
        self._screen.doing(self._stack.name, what)


@dataclass(frozen=True)
class TakingOver:
    """What a deploy of every day does when an apply meets something that a killed run had made.

    Args:
        organization: The configuration.
        screen: Shows what is done.
    """

    organization: Organization
    screen: Screen

    def __call__(self, stack: Stack, error: TerraformError, part: Sequence[str]) -> Ready | None:
        """A new plan, which takes that over; None if it is something else, or may not be looked for.

        Raises:
            StoppedError: Somebody else holds the state's lock.
            TerraformError: Terraform failed.
        """
        account = stacks_of(self.organization)[stack.name][0]
        adoption = Adoption(self.organization, account, stack.variables[ROLE], stack.name)
        journal = Journal(stack.work / "bootstrap" / "journal.jsonl")
        try:
            return Deployment(stack, adoption, journal, self.screen).retry(error, part)
        except NotAdoptableError as found:
            self.screen.say(f"  {stack.name}: {found}", "yellow")
        except ClientError:
            pass  # whoever deploys need not be able to look; what the apply says stands
        return None
