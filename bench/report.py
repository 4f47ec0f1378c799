"""The results as Markdown, ratios first, and as a picture."""

import datetime as dt
import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Samples

# The sizes that targets speak of, in accounts.
_MEDIUM, _LARGE, _LARGEST = 50, 200, 1000


@dataclass(frozen=True)
class Ratio:
    """A figure that has a target.

    Args:
        what: What is compared.
        value: The figure.
        unit: What it is in, if it is no ratio.
        target: The least or the most that it should be.
        least: Whether the target is a least.
    """

    what: str
    value: float
    target: float
    unit: str = "x"
    least: bool = False

    @property
    def met(self) -> bool:
        """Whether the target is met."""
        return self.value >= self.target if self.least else self.value <= self.target

    @property
    def row(self) -> str:
        """A row of the table."""
        sign = "≥" if self.least else "≤"
        return f"| {self.what} | **{self.value:.2f} {self.unit}** | {sign} {self.target:g} {self.unit} | {'✓' if self.met else '✗'} |"


def start_ratios(start: Samples, cold: Samples) -> list[Ratio]:
    """One stack with one role."""
    return [
        Ratio("one role: the usual app / lazy bindings", start["usual"].wall / start["lazy"].wall, 15, least=True),
        Ratio("one role: lazy bindings / an empty CDKTF app", start["lazy"].wall / start["empty"].wall, 1.4),
        Ratio(
            "three types that the library does not use, from its wheel / one role",
            start["foreign"].wall / start["lazy"].wall,
            1.2,
        ),
        Ratio(
            "first run ever: the usual app / lazy bindings",
            cold["usual cold"].wall / cold["lazy cold"].wall,
            3,
            least=True,
        ),
        Ratio("second run / warm run, lazy bindings", cold["lazy second"].wall / start["lazy"].wall, 1.1),
    ]


def sample_ratios(sample: Samples) -> list[Ratio]:
    """The sample organization."""
    empty = sample["empty"].wall
    return [
        Ratio("sample organization: this app, first run / an empty CDKTF app", sample["app"].wall / empty, 3),
        Ratio(
            "sample organization: this app, unchanged / an empty CDKTF app", sample["app, unchanged"].wall / empty, 1.6
        ),
    ]


def realistic_ratios(samples: Samples, accounts: int) -> list[Ratio]:
    """Many accounts with the sample's settings."""
    first, one, typescript = (samples[name] for name in ("app, first run, best", "one stack", "typescript"))
    what = f"{accounts:,} accounts with the sample's settings"
    return [
        Ratio(f"{what}: first run, best settings / TypeScript", first.wall / typescript.wall, 1.5),
        Ratio(f"{what}: memory of all processes", first.mib, 1024, "MiB"),
        Ratio(
            f"{what}: one budget changed, all stacks / one stack", samples["one budget changed"].wall / one.wall, 1.5
        ),
        Ratio(
            f"{what}: one budget changed, all stacks / TypeScript",
            samples["one budget changed"].wall / typescript.wall,
            1,
        ),
        Ratio(f"{what}: `pipeline stacks --base` / one stack", samples["pipeline stacks --base"].wall / one.wall, 1.5),
        Ratio(f"{what}: `estate check`, processor time", samples["estate check"].cpu, 1, "s"),
    ]


def growth_ratios(growth: dict[int, tuple[int, Samples]]) -> list[Ratio]:
    """Generated organizations, as far as they were measured."""
    ratios = []
    if _MEDIUM in growth:
        _, samples = growth[_MEDIUM]
        bare = json.loads(samples["resources"].printed), json.loads(samples["resources -O"].printed)
        milliseconds = [1000 * found["construct"] / found["resources"] for found in bare]
        ratios += [
            Ratio(
                "50 accounts, processor time: the resources alone / TypeScript",
                samples["resources"].cpu / samples["typescript"].cpu,
                2.8,
            ),
            Ratio(
                "50 accounts, processor time: this app / TypeScript",
                samples["app"].cpu / samples["typescript"].cpu,
                2.8,
            ),
            Ratio("to construct a resource", milliseconds[0], 1.2, "ms"),
            Ratio("to construct a resource, `python -O`", milliseconds[1], 0.9, "ms"),
        ]
    if _LARGEST in growth:
        _, samples = growth[_LARGEST]
        first = growth[min(growth)][1]["app"].wall
        ratios += [
            Ratio(
                "1,000 accounts: this app, best settings / TypeScript",
                samples["app, best"].wall / samples["typescript"].wall,
                2,
            ),
            Ratio("1,000 accounts: memory of all processes", samples["app, best"].mib, 1024, "MiB"),
            Ratio("one stack of 1,000 / one stack of one", samples["one stack"].wall / first, 1.2),
        ]
        if _LARGE in growth:
            ratios.append(
                Ratio(
                    "200 → 1,000 accounts, start-up removed",
                    (samples["app"].wall - first) / (growth[_LARGE][1]["app"].wall - first),
                    5.5,
                )
            )
    return ratios


def guardrail_ratios(samples: Samples) -> list[Ratio]:
    """Guardrails of a thousand accounts."""
    found = json.loads(samples["in process"].printed)
    return [
        Ratio("one evaluation, denied", found["denied us"], 50, "µs"),
        Ratio("one evaluation, allowed", found["allowed us"], 50, "µs"),
        Ratio("lockout proof of 1,000 accounts", found["proof s"], 3, "s"),
        Ratio("`estate explain` in 1,000 accounts", samples["estate explain"].wall, 1, "s"),
    ]


def rehearsal_ratios(found: Mapping[str, float]) -> list[Ratio]:
    """A million recorded calls."""
    return [
        Ratio("rehearsal, shapes decided a second", found["shapes decided a second"], 50_000, least=True),
        Ratio("rehearsal of a million records", found["seconds in all"] * 1e6 / found["records"], 60, "s"),
        Ratio("rehearsal, largest process", found["MiB of the largest process"], 1024, "MiB"),
    ]


def terraform_ratios(commands: Samples, shared: float) -> list[Ratio]:
    """The command line and Terraform."""
    return [
        Ratio(
            "plan of one stack: `estate plan` / `cdktf diff`",
            commands["estate plan"].wall / commands["cdktf diff"].wall,
            0.6,
        ),
        Ratio(
            "init of one stack: a packed mirror / shared provider",
            commands["init, packed mirror"].wall / commands["init"].wall,
            8,
            least=True,
        ),
        Ratio("init of one stack: on disk", shared, 1, "MiB"),
    ]


def table(title: str, samples: Samples) -> str:
    """The medians of one scenario."""
    rows = "\n".join(f"| {name} | {s.wall:.2f} | {s.cpu:.2f} | {s.mib:.0f} |" for name, s in samples.items())
    return f"### {title}\n\n| | s | processor s | MiB |\n|---|---:|---:|---:|\n{rows}\n"


def figures(title: str, found: Mapping[str, float]) -> str:
    """Figures of one run."""
    rows = "\n".join(f"| {name} | {value:,.0f} |" for name, value in found.items())
    return f"### {title}\n\n| | |\n|---|---:|\n{rows}\n"


def head(rounds: int, *, quick: bool) -> str:
    """What machine, when, how."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    kind = "quick run: one round, no large organizations; " if quick else ""
    return (
        "# How fast it is\n\n"
        f"Written by `make bench` on {dt.datetime.now(tz=dt.UTC):%Y-%m-%d}: {kind}medians of {rounds} interleaved rounds (at most 3 at 1,000 accounts), "
        f"{processors} processors, Python {platform.python_version()}, {platform.system()}. Memory is that of all processes of a "
        "run together. Seconds depend on the machine; the ratios are of one run and hold elsewhere too.\n"
    )


def ratio_table(ratios: list[Ratio]) -> str:
    """All ratios with their targets."""
    return "| | measured | target | |\n|---|---:|---:|---|\n" + "\n".join(ratio.row for ratio in ratios) + "\n"


def plot(path: Path, start: Samples, growth: dict[int, tuple[int, Samples]]) -> None:
    """Draw start-up and growth."""
    import matplotlib as mpl  # noqa: PLC0415 - slow to import

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    names = {
        "usual": "usual CDKTF app, Python",
        "lazy": "with constructs_lib",
        "empty": "empty CDKTF app, Python",
        "typescript": "TypeScript CDKTF",
        "plain": "plain Python, no CDKTF",
    }
    colours = dict(zip(names, ("#c0392b", "#1f6feb", "#8b949e", "#2da44e", "#bf8700"), strict=True))
    figure, (left, right) = plt.subplots(1, 2, figsize=(13, 4), layout="constrained")
    for row, name in enumerate(reversed(names)):
        seconds = start[name].wall
        left.barh(row, seconds, color=colours[name])
        left.annotate(f" {seconds:.2f} s", (seconds, row), va="center")
    left.set_yticks(range(len(names)), [names[name] for name in reversed(names)])
    left.margins(x=0.15)
    left.set_title("synth of one IAM role")
    left.set_xlabel("seconds")
    lines = {
        "usual": ("usual CDKTF app, Python", "usual"),
        "app": ("this app, one process", "lazy"),
        "app, best": ("this app, best settings", "lazy"),
        "typescript": ("TypeScript CDKTF", "typescript"),
        "plain": ("plain Python, no CDKTF", "plain"),
    }
    for name, (label, colour) in lines.items():
        points = [(size, samples[name].wall) for size, (_, samples) in growth.items() if name in samples]
        style = "--" if name == "app, best" else "-"
        right.plot(*zip(*points, strict=True), style, marker="o", color=colours[colour], label=label)
    right.set(
        xscale="log",
        yscale="log",
        title="synth of 30 resources an account",
        xlabel="accounts",
        ylabel="seconds",
    )
    right.grid(which="major", alpha=0.3)
    right.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=150)
