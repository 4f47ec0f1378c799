"""Terraform runs of this checkout: which are alive, and which were killed. Each leaves a mark until it ends by itself."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from estate.private import private_directory, write_private


@dataclass(frozen=True)
class Run:
    """A run of Terraform that has not ended by itself, or not yet.

    Args:
        mark: The file that says so.
        stack: What it works on.
        command: What it does: ``plan``, ``apply`` …
        pid: Its process.
        process_began: When that process began, in the system's own words: a later process may get the same number.
        began: When the run began.
    """

    mark: Path
    stack: str
    command: str
    pid: int
    process_began: str
    began: datetime

    @property
    def alive(self) -> bool:
        """Whether its process is still there."""
        return bool(self.process_began) and _process_began(self.pid) == self.process_began

    def forget(self) -> None:
        """Remove the mark."""
        self.mark.unlink(missing_ok=True)


class Mark:
    """The mark of a run that goes on.

    Args:
        path: Where.
        stack: The stack.
        command: The command.
    """

    def __init__(self, path: Path, stack: str, command: str) -> None:
        self._path = path
        self._content = {"stack": stack, "command": command, "began": datetime.now(UTC).isoformat()}
        self.of(os.getpid())

    def of(self, pid: int) -> None:
        """Say which process it is: this one, until Terraform's is known."""
        draft = self._path.with_suffix(".new")
        write_private(draft, json.dumps({**self._content, "pid": pid, "process_began": _process_began(pid)}))
        draft.replace(self._path)


@contextmanager
def marked(directory: Path, stack: str, command: str) -> Iterator[Mark]:
    """Leave a mark in a directory for as long as a run goes on."""
    private_directory(directory)
    path = directory / f"{uuid4().hex}.json"
    try:
        yield Mark(path, stack, command)
    finally:
        path.unlink(missing_ok=True)


def runs(directory: Path, stack: str) -> list[Run]:
    """The runs on a stack that go on, or were killed; oldest first."""
    return [run for run in all_runs(directory) if run.stack == stack]


def all_runs(directory: Path) -> list[Run]:
    """The runs on all stacks."""
    found = []
    for mark in directory.glob("*.json"):
        try:
            content = json.loads(mark.read_text())
        except FileNotFoundError:
            continue  # it ended just now
        content["began"] = datetime.fromisoformat(content["began"])
        found.append(Run(mark=mark, **content))
    return sorted(found, key=lambda run: run.began)


def _process_began(pid: int) -> str:
    """When a process began; empty if there is none."""
    stat = Path(f"/proc/{pid}/stat")
    if stat.parent.parent.joinpath("self").exists():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return ""
        return "" if fields[0] in "ZX" else fields[19]
    shown = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607
    return shown.stdout.strip()
