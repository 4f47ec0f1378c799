"""The synthesis of a large organization, spread over processes; the output is the same as of one process."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from config.nodes import Configuration

# Below this many stacks for each, starting another kernel costs more than it brings.
_WORTH_A_PROCESS = 40
_MANIFEST = "manifest.json"
# "1/4": this process makes the second of four parts.
_PART = "ESTATE_PART"


def synthesize(organization: Configuration, lock_file: Path, only: Collection[str] = ()) -> Path:
    """Do as `stacks.app.synthesize`, in as many processes as there are processors to run them and stacks to keep them busy.

    ``ESTATE_PROCESSES`` sets their number. Each of them runs this program again and makes its part of the stacks.

    Args:
        organization: The configuration.
        lock_file: The `.terraform.lock.hcl` for all stacks.
        only: The stacks to synthesize; all by default.

    Returns:
        Where they were written to.

    Raises:
        LookupError: `only` names a stack that there is not.
        SystemExit: This process had to make a part only, and has; or another one failed, and has said why.
    """
    # Imported here: it needs the bindings, which main.py has loaded meanwhile.
    from stacks import app  # noqa: PLC0415

    names = list(only or organization.accounts)
    out = Path(os.environ.get("CDKTF_OUTDIR") or "cdktf.out")
    if _PART in os.environ:
        number, count = map(int, os.environ[_PART].split("/"))
        app.synthesize(organization, lock_file, names[number::count])
        sys.exit()
    count = _processes(len(names))
    if count == 1:
        app.synthesize(organization, lock_file, only)
        return out
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".parts-", dir=out) as directory:
        parts = [Path(directory, str(number)) for number in range(count)]
        others = [_start(part, number, count) for number, part in enumerate(parts) if number]
        try:
            app.synthesize(organization, lock_file, names[::count], parts[0])
        finally:
            codes = [other.wait() for other in others]
        if any(codes):
            sys.exit(1)
        _merge(parts, out)
    return out


def _start(part: Path, number: int, count: int) -> subprocess.Popen[bytes]:
    """Run this program again for a part of the stacks."""
    return subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, *sys.argv],
        env={
            **os.environ,
            "CDKTF_OUTDIR": str(part),
            "PYTHONOPTIMIZE": str(sys.flags.optimize or ""),
            _PART: f"{number}/{count}",
        },
    )


def _processes(stacks: int) -> int:
    asked = os.environ.get("ESTATE_PROCESSES")
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(int(asked), stacks) if asked else min(usable, stacks // _WORTH_A_PROCESS))


def _merge(parts: Sequence[Path], out: Path) -> None:
    """Bring the parts' files together as CDKTF would have written them."""
    merged: dict[str, Any] = {"stacks": {}}
    for part in parts:
        found = json.loads((part / _MANIFEST).read_text(encoding="utf-8"))
        merged = {**found, "stacks": {**merged["stacks"], **found["stacks"]}}
        for source in (part / "stacks").rglob("*"):
            target = out / source.relative_to(part)
            if source.is_dir():
                target.mkdir(parents=True, exist_ok=True)
            else:
                source.replace(target)
    text = json.dumps(merged, indent=2, sort_keys=True, ensure_ascii=False)
    # CDKTF's own writer breaks the line in an empty list.
    text = re.sub(r"^( *)(.*)\[\](,?)$", r"\1\2[\n\1]\3", text, flags=re.MULTILINE)
    (out / _MANIFEST).write_text(text, encoding="utf-8")
