"""Many stacks planned at once, as many as the machine has room for."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from estate.guard.plan import Plan, Rename
from estate.parallel import in_parallel
from estate.terraform.failures import is_closed
from estate.terraform.stack import Changes, Stack, TerraformError

# Terraform and the AWS provider, for one stack.
_MEMORY_KIB = 600 * 1024
_APPLIES = 4
"""Applies a processor."""
_MEMINFO = Path("/proc/meminfo")


@dataclass(frozen=True)
class Planned:
    """A stack that was planned.

    Args:
        stack: The stack; its plan is in `stack.plan_file`.
        seconds: How long it took.
        changes: What the plan would do; None if there is no plan.
        error: Why there is none.
        plan: The plan as it was read already, of a stack that makes accounts.
        entered: Whether the account has no execution role yet, and was entered as the foundation route does.
    """

    stack: Stack
    seconds: float
    changes: Changes | None = None
    error: TerraformError | None = None
    plan: Plan | None = None
    entered: bool = False

    @property
    def renames(self) -> tuple[Rename, ...]:
        """What the plan leaves to the account API."""
        return self.plan.renames if self.plan else ()

    @property
    def pending(self) -> bool:
        """Whether there is a plan, and something to do."""
        return self.changes is not None and (self.changes.pending or bool(self.renames))


def room(*, applying: bool = False) -> int:
    """How many stacks to work on at once, as far as memory is free.

    Args:
        applying: Whether to apply them: that mostly waits for AWS, so several a processor. A plan takes a whole one.
    """
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    usable *= _APPLIES if applying else 1
    if _MEMINFO.is_file():
        free = next(line for line in _MEMINFO.read_text().splitlines() if line.startswith("MemAvailable:"))
        usable = min(usable, int(free.split()[1]) // _MEMORY_KIB)
    return max(1, usable)


def plan_all(stacks: Sequence[Stack], jobs: int, enter: Callable[[Stack], Stack] | None = None) -> Iterator[Planned]:
    """Plan stacks and give each one when it is done.

    Args:
        stacks: Synthesized stacks.
        jobs: How many at once.
        enter: A stack as the foundation route deploys it: so it is planned if its account has no execution role yet, and it
            was never deployed. Default: such a plan fails.
    """

    def work(stack: Stack) -> Planned:
        planned = _plan(stack)
        if enter is None or planned.error is None or not is_closed(planned.error) or stack.has_state:
            return planned
        return replace(_plan(enter(stack)), entered=True)

    return in_parallel(work, stacks, jobs)


def _plan(stack: Stack) -> Planned:
    start = time.monotonic()
    stack.plan_file.unlink(missing_ok=True)
    try:
        changes = _preview(stack)
        return Planned(stack, time.monotonic() - start, changes, plan=_of_accounts(stack))
    except TerraformError as error:
        return Planned(stack, time.monotonic() - start, error=error)


def makes_accounts(stack: Stack) -> bool:
    """Whether a stack makes accounts, whose names a plan without changes may leave as they are.

    Args:
        stack: A synthesized stack.
    """
    return '"aws_organizations_account"' in (stack.directory / "cdk.tf.json").read_text(encoding="utf-8")


def _of_accounts(stack: Stack) -> Plan | None:
    """The plan of a stack that makes accounts; of another none."""
    return Plan.from_json(stack.name, stack.planned()) if makes_accounts(stack) else None


def _preview(stack: Stack) -> Changes:
    """Plan; initialize before if that was never done, or if Terraform says that it has to be done again."""
    if (stack.directory / ".terraform").is_dir():
        try:
            return stack.preview()
        except TerraformError as error:
            if "terraform init" not in error.output:
                raise
    stack.init()
    return stack.preview()
