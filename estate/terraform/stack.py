"""Terraform run directly in a synthesized stack's directory: what `cdktf` does, without its start-up."""

import json
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import IO, Any

from estate.paths import CHECKOUT
from estate.private import UMASK, open_private, private_directory
from estate.terraform.engine import engine
from estate.terraform.providers import environment
from estate.terraform.running import Run, marked, runs

# Terraform does not promise that two processes may fill a plugin cache at once.
_INIT = Lock()
_NO_CHANGE, _CHANGES = 0, 2  # `terraform plan -detailed-exitcode`
_COUNTS = re.compile(r"^Plan: (?:(\d+) to import, )?(\d+) to add, (\d+) to change, (\d+) to destroy", re.MULTILINE)


class TerraformError(RuntimeError):
    """A Terraform command failed.

    Attributes:
        stack: The stack's name.
        log: The file that holds all that Terraform printed.
        output: What it printed, for the screen.
    """

    def __init__(self, stack: str, command: str, output: str, log: Path, program: str = "terraform") -> None:
        super().__init__(f"{program} {command} of stack {stack} failed; its output is in {log}\n{output}")
        self.stack = stack
        self.output = output
        self.log = log


@dataclass(frozen=True)
class Changes:
    """What a plan would do.

    Args:
        pending: Whether it would do anything; changed outputs count too.
        imports: How many resources it would take over.
        add: How many it would make; those to replace are counted here and in `destroy`.
        change: How many it would update in place.
        destroy: How many it would destroy.
    """

    pending: bool
    imports: int = 0
    add: int = 0
    change: int = 0
    destroy: int = 0


@dataclass(frozen=True)
class Stack:
    """A synthesized stack that Terraform can work on.

    Args:
        name: The stack's name, its folder below `out/stacks/`.
        out: The app's output directory.
        variables: The environment of Terraform; found by `estate.terraform.providers.environment` by default.

    Example:
        >>> stack = Stack("network")
        >>> stack.init()
        >>> stack.plan()
        False
    """

    name: str
    out: Path = CHECKOUT / "cdktf.out"
    variables: Mapping[str, str] = field(default_factory=environment)

    @property
    def directory(self) -> Path:
        """Where Terraform runs; it holds `cdk.tf.json`."""
        return self.out / "stacks" / self.name

    @property
    def work(self) -> Path:
        """Where logs, plans and marks of runs are: `.estate/` beside the app's output."""
        return self.out.parent / ".estate"

    @property
    def log(self) -> Path:
        """Everything that Terraform printed for this stack, newest last."""
        return self.work / "logs" / f"{self.name}.log"

    @property
    def plan_file(self) -> Path:
        """The saved plan, for review and for `apply`."""
        return self.work / "plans" / f"{self.name}.tfplan"

    @property
    def runs(self) -> list[Run]:
        """Runs on this stack that go on, or that were killed."""
        return runs(self.work / "runs", self.name)

    def init(self, *arguments: str) -> None:
        """Prepare the directory: backend and provider."""
        with _INIT:
            self._run("init", "-input=false", *arguments)

    def plan(self, *arguments: str) -> bool:
        """Plan and keep the plan in `plan_file`; tell whether it changes anything."""
        return self.preview(*arguments).pending

    def preview(self, *arguments: str) -> Changes:
        """Do as `plan`, and count the changes."""
        private_directory(self.work)
        private_directory(self.plan_file.parent)
        keep = f"-out={self.plan_file}"
        finished = self._run(
            "plan", "-input=false", "-detailed-exitcode", keep, *arguments, good=(_NO_CHANGE, _CHANGES)
        )
        counts = _COUNTS.search(finished.stdout)
        return Changes(
            finished.returncode == _CHANGES, *(int(found or 0) for found in (counts.groups() if counts else ()))
        )

    def apply(self) -> None:
        """Apply the plan that `plan` kept."""
        self._run("apply", "-input=false", str(self.plan_file))

    def destroy(self) -> None:
        """Destroy what the stack made, without asking."""
        self._run("destroy", "-input=false", "-auto-approve")

    def planned(self) -> dict[str, Any]:
        """The kept plan as Terraform's JSON (`resource_changes`, …)."""
        shown: dict[str, Any] = json.loads(self._run("show", "-json", str(self.plan_file), quiet=True).stdout)
        return shown

    def shown(self) -> str:
        """The kept plan as Terraform writes it for people, without sensitive values."""
        return self._run("show", str(self.plan_file), quiet=True).stdout

    def outputs(self) -> dict[str, Any]:
        """The deployed stack's outputs, by name."""
        shown = json.loads(self._run("output", "-json", quiet=True).stdout)
        return {name: output["value"] for name, output in shown.items()}

    def addresses(self) -> list[str]:
        """The Terraform addresses in the stack's state."""
        return self._run("state", "list", quiet=True).stdout.split()

    def resources(self) -> dict[str, str]:
        """What the stack's state has of each resource, as JSON, by its Terraform address; nothing if it was never deployed."""
        pulled = self._run("state", "pull", quiet=True).stdout
        return {
            ".".join(filter(None, (each.get("module"), each["type"], each["name"]))): json.dumps(each["instances"])
            for each in (json.loads(pulled)["resources"] if pulled.strip() else ())
            if each["mode"] == "managed"
        }

    @property
    def has_state(self) -> bool:
        """Whether anything of it is deployed."""
        try:
            return bool(self.addresses())
        except TerraformError as error:
            if "No state file was found" in error.output:
                return False
            raise

    def push(self, state: Path) -> None:
        """Make a file the stack's state; Terraform refuses another stack's, and an older one."""
        self._run("state", "push", str(state))

    def _run(
        self, command: str, *arguments: str, good: Sequence[int] = (0,), quiet: bool = False
    ) -> subprocess.CompletedProcess[str]:
        line = [engine(self.variables).program, command, *arguments]
        arguments_of_all = f"{self.variables.get('TF_CLI_ARGS', '')} -no-color".strip()
        # Into files, not through pipes: Terraform ends well even if this process is killed.
        with (
            self._printing(quiet=quiet) as printed,
            tempfile.TemporaryFile("w+", encoding="utf-8") as errors,
            marked(self.work / "runs", self.name, command) as mark,
        ):
            if not quiet:
                print("$", *line, file=printed, flush=True)
            start = printed.tell()
            process = subprocess.Popen(  # noqa: S603 - Terraform, with our own arguments
                line,
                cwd=self.directory,
                env={**self.variables, "TF_IN_AUTOMATION": "1", "TF_CLI_ARGS": arguments_of_all},
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=errors,
                umask=UMASK,
            )
            mark.of(process.pid)
            code = process.wait()
            printed.seek(start)
            errors.seek(0)
            finished = subprocess.CompletedProcess(line, code, printed.read(), errors.read())
            if not quiet:
                print(finished.stderr, file=printed)
        if code not in good:
            raise TerraformError(self.name, command, finished.stderr or finished.stdout, self.log, line[0])
        return finished

    def _printing(self, *, quiet: bool) -> IO[str]:
        """Where Terraform prints to: the log, or a file that is gone when it is closed."""
        if quiet:
            return tempfile.TemporaryFile("w+", encoding="utf-8")
        private_directory(self.work)
        private_directory(self.log.parent)
        return open_private(self.log, "a+")
