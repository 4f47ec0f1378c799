"""The table in the README: what a user waits for, beside what they would wait for elsewhere."""

import re
from pathlib import Path

from bench.measure import Sample, Samples

_BEGIN, _END = "<!-- written by make bench -->\n", "<!-- end -->\n"
_NOT_MEASURED = "not measured"


def table(
    start: Samples,
    sample: tuple[int, Samples],
    growth: dict[int, tuple[int, Samples]],
    commands: Samples,
) -> str:
    """Seconds of this app and of its peers."""
    resources, found = sample
    rows = [
        ("synth of one IAM role", start["lazy"], start.get("usual"), start["typescript"]),
        (
            f"synth of the sample organization, {resources:,} resources",
            found["app"],
            found["usual"],
            found["typescript"],
        ),
        *(
            (
                f"synth of {size:,} accounts, {count:,} resources",
                samples["app, best"],
                samples.get("usual"),
                samples["typescript"],
            )
            for size, (count, samples) in growth.items()
            if size > min(growth)
        ),
    ]
    head = "| | this project | usual CDKTF app, Python | the same in TypeScript |\n|---|---:|---:|---:|\n"
    body = "".join(f"| {what} | {' | '.join(map(_seconds, cells))} |\n" for what, *cells in rows)
    plan, diff = (_seconds(commands[name]) for name in ("estate plan", "cdktf diff"))
    return f"{head}{body}\n`estate plan` of one stack takes {plan}, synth included, `cdktf diff` {diff}.\n"


def _seconds(sample: Sample | None) -> str:
    return f"{sample.wall:.1f} s" if sample else _NOT_MEASURED


def write(readme: Path, content: str) -> None:
    """Put the table in its place."""
    text = readme.read_text(encoding="utf-8")
    pattern = f"{re.escape(_BEGIN)}.*?{re.escape(_END)}"
    readme.write_text(re.sub(pattern, lambda _: _BEGIN + content + _END, text, flags=re.DOTALL), encoding="utf-8")


def written(readme: Path) -> str:
    """The table that is there."""
    return readme.read_text(encoding="utf-8").partition(_BEGIN)[2].partition(_END)[0]
