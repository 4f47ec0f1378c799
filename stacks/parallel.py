"""The synthesis of a large organization, spread over processes; the output is the same as of one process."""

import json
import os
import re
import shutil
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from config.nodes import Organization

# Below this many stacks for each, starting another kernel costs more than it brings.
_WORTH_A_PROCESS = 40
_MANIFEST = "manifest.json"


def synthesize(organization: Organization, lock_file: Path, only: Collection[str] = ()) -> Path:
    """Do as `stacks.app.synthesize`, in as many processes as there are processors to run them and stacks to keep them busy.

    ``ESTATE_PROCESSES`` sets their number. Where a process cannot be forked, there is one.

    Args:
        organization: The configuration.
        lock_file: The `.terraform.lock.hcl` for all stacks.
        only: The stacks to synthesize; all by default.

    Returns:
        Where they were written to.

    Raises:
        LookupError: `only` names a stack that there is not.
        SystemExit: A process failed; it has said why.
    """
    names = list(only or organization.accounts)
    count = _processes(len(names))
    out = Path(os.environ.get("CDKTF_OUTDIR") or "cdktf.out")
    if count == 1:
        _in_this_process(organization, lock_file, only)
        return out
    parts = [out / f".part-{number}" for number in range(count)]
    children = []
    for number, part in enumerate(parts):
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            _in_this_process(organization, lock_file, names[number::count], part)
            sys.exit()
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    if not any(codes):
        _merge(parts, out)
    for part in parts:
        shutil.rmtree(part)
    if any(codes):
        sys.exit(1)
    return out


def _in_this_process(
    organization: Organization, lock_file: Path, only: Collection[str], outdir: Path | None = None
) -> None:
    # Imported here, since it starts the JavaScript kernel, which a process cannot share with those forked from it.
    from stacks import app  # noqa: PLC0415

    app.synthesize(organization, lock_file, only, outdir)


def _processes(stacks: int) -> int:
    if not hasattr(os, "fork"):
        return 1
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
