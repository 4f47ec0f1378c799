"""What is measured: each function gives the medians of its cases, by name."""

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from bench import setting
from bench.measure import Case, Samples, interleaved, run

Say = Callable[[str], None]
# What takes longest is measured where it tells something: the app written the usual way at both ends of its line, and of
# the largest organizations fewer rounds, so that all of it takes less than half an hour.
_USUAL_AT = (1, 50)
_LARGE = 1000
_ROUNDS_OF_LARGE = 3
_ACCOUNT = "workload-0000"
_OUT = {"CDKTF_OUTDIR": str(setting.WORK / "pipeline")}


def start(rounds: int, say: Say) -> Samples:
    """One stack with one role, everything warm; and a foreign app with three resources."""
    role = setting.one_role()
    return _warm(
        [
            role.python("usual", "usual"),
            role.python("lazy", "lazy"),
            setting.empty("empty"),
            role.typescript("typescript"),
            role.python("plain", "plain"),
            setting.foreign().python("foreign", "lazy"),
        ],
        rounds,
        say,
    )


def cold(rounds: int, say: Say) -> Samples:
    """One stack with one role on a machine that never ran CDKTF, and the run after that."""
    role = setting.one_role()
    cases = []
    for peer in ("lazy", "usual"):
        cache = setting.WORK / f"cache-{peer}"
        variables = {"JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(cache)}
        first = role.python(f"{peer} cold", peer, **variables)
        cases.append(replace(first, before=partial(shutil.rmtree, cache, ignore_errors=True)))
    again = {"JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(setting.WORK / "cache-lazy")}
    cases.insert(1, role.python("lazy second", "lazy", **again))
    return interleaved(cases, rounds, say)


def sample(rounds: int, say: Say) -> tuple[int, Samples]:
    """The sample organization; the number of its resources and the medians."""
    work = setting.sample()
    cases = [
        work.app("app"),
        work.app("app -O", "-O"),
        work.app("app, unchanged", **work.cache),
        work.python("usual", "usual"),
        setting.empty("empty"),
        work.typescript("typescript"),
        work.python("plain", "plain"),
    ]
    found = _warm(cases, rounds, say)
    work.verify("lazy", work.python("lazy", "lazy"))
    work.verify("ts", work.typescript("typescript"))
    return work.resources, found


def growth(sizes: list[int], rounds: int, say: Say) -> dict[int, tuple[int, Samples]]:
    """Generated organizations: the number of resources and the medians, by the number of accounts."""
    found = {}
    for size in sizes:
        say(f"{size} accounts")
        work = setting.accounts(size)
        cases = [
            work.app("app", ESTATE_PROCESSES="1"),
            work.app("app, best", "-O"),
            work.typescript("typescript"),
            work.python("plain", "plain"),
        ]
        if size in _USUAL_AT:
            cases += [
                work.python("resources", "lazy"),
                work.python("resources -O", "lazy", "-O"),
                work.python("usual", "usual"),
            ]
        if size == max(sizes):
            cases.append(work.app("one stack", ESTATE_STACKS="workload-0000"))
        # The smallest organization has warmed everything.
        measure = _warm if size == min(sizes) else interleaved
        found[size] = work.resources, measure(cases, min(rounds, _ROUNDS_OF_LARGE) if size >= _LARGE else rounds, say)
    return found


def realistic(number: int, rounds: int, say: Say) -> tuple[setting.Workload, Samples]:
    """So many more accounts with the sample's settings; the workload and the medians.

    The first run, one account's budget changed, nothing changed, one stack alone, what a pipeline asks first: which stacks
    differ from another revision, and `estate check`.
    """
    work = setting.realistic(number)
    kept = work.cache
    stacks = [sys.executable, "-m", "estate", "pipeline", "stacks", "--base", "HEAD"]
    pipeline = Case("pipeline stacks --base", stacks, setting.CHECKOUT, {**work.variables, **kept, **_OUT})
    cases = [
        work.app("app, first run, best", "-O"),
        work.typescript("typescript"),
        work.python("plain", "plain"),
        work.app("one stack", ESTATE_STACKS=_ACCOUNT),
        replace(work.app("one budget changed", **kept), before=partial(setting.set_budget, work, _ACCOUNT)),
        work.app("unchanged", **kept),
        replace(pipeline, before=setting.forget_bases),
        Case("estate check", [sys.executable, "-m", "estate", "check"], setting.CHECKOUT, work.variables),
    ]
    for case in (work.app("", "-O", **kept), pipeline):  # fills the cache
        run(case)
    return work, interleaved(cases, min(rounds, _ROUNDS_OF_LARGE), say)


def _warm(cases: Sequence[Case], rounds: int, say: Say) -> Samples:
    """Run every case once before it is measured: bytecode, caches, the disk."""
    for case in cases:
        run(case)
    return interleaved(cases, rounds, say)
