"""Run a command and measure all of its processes."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / 2**20
_EVERY = 0.025
# What would make a run other than a user's: settings of the app, and Python forbidden to keep what it has compiled.
_LEFT_OUT = ("ESTATE_", "CONSTRUCTS_LIB_", "PYTHONDONTWRITEBYTECODE")


@dataclass(frozen=True)
class Sample:
    """One run.

    Args:
        wall: Seconds from start to end.
        cpu: Processor seconds, of all processes.
        mib: Most memory at a time, of all processes together (what two share counts twice).
        printed: What the command printed.
    """

    wall: float
    cpu: float
    mib: float
    printed: str = ""


Samples = dict[str, Sample]
"""Medians, by what was measured."""


@dataclass(frozen=True)
class Case:
    """Something to measure.

    Args:
        name: What it is called in the results.
        command: The command line.
        directory: Where it runs.
        variables: What is added to the environment.
        before: Called before every run, outside the measured time.
    """

    name: str
    command: Sequence[str | Path]
    directory: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[], None] = lambda: None


def run(case: Case) -> Sample:
    """Run a case once.

    Raises:
        RuntimeError: It failed; the message is what it printed.
    """
    case.before()
    environment = {key: value for key, value in os.environ.items() if not key.startswith(_LEFT_OUT)}
    output = case.directory / ".printed"
    with output.open("w+b") as printed:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in case.command],
            cwd=case.directory,
            env={**environment, **case.variables},
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
        peak = 0.0
        while True:
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            peak = max(peak, _memory(process.pid))
            time.sleep(_EVERY)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    text = output.read_text(encoding="utf-8", errors="replace")
    output.unlink()
    if process.returncode:
        raise RuntimeError(f"{case.name} failed:\n{text[-3000:]}")
    return Sample(wall, used.ru_utime + used.ru_stime, peak, text)


def interleaved(cases: Iterable[Case], rounds: int, say: Callable[[str], None]) -> Samples:
    """Run cases in turn, so that what disturbs one disturbs all; give the medians by name."""
    found: dict[str, list[Sample]] = {}
    for number in range(rounds):
        for case in cases:
            sample = run(case)
            found.setdefault(case.name, []).append(sample)
            say(
                f"  {number + 1}/{rounds}  {case.name:44} {sample.wall:7.2f} s  cpu {sample.cpu:7.2f} s  {sample.mib:5.0f} MiB"
            )
    return {name: median(samples) for name, samples in found.items()}


def median(samples: Sequence[Sample]) -> Sample:
    """The median of each figure."""
    return Sample(
        statistics.median(sample.wall for sample in samples),
        statistics.median(sample.cpu for sample in samples),
        statistics.median(sample.mib for sample in samples),
        samples[-1].printed,
    )


def _memory(pid: int) -> float:
    """MiB resident of a process and all below it."""
    try:
        own = int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * _PAGE_MIB
        children = [
            child for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
        ]
    except OSError:  # it has ended meanwhile
        return 0.0
    return own + sum(_memory(int(child)) for child in children)
