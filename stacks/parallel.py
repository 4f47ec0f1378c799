"""The synthesis of stacks, spread over processes if there are many; the output is the same as of one process."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from config.capabilities.workloads import modules_of
from config.nodes import Configuration
from config.watching import Read
from stacks import output
from stacks.asked import PART
from stacks.judging import Judged
from stacks.kept import sources

# Below this many stacks for each, starting another kernel costs more than it brings.
_WORTH_A_PROCESS = 40
_NAMES, _NOTES = "names.json", "notes.json"


@dataclass(frozen=True)
class Made:
    """A stack that was synthesized.

    Args:
        version: CDKTF's.
        entry: What the manifest says of it.
        reads: What it read of the organization.
        whole: Whether its JSON (and a Terraform module of the team's) is all there is of it, and what made it is known.
        judged: What is to be said of it.
    """

    version: str
    entry: dict[str, Any]
    reads: frozenset[Read]
    whole: bool
    judged: Judged


def synthesize(organization: Configuration, lock_file: Path, names: Sequence[str], out: Path) -> dict[str, Made]:
    """Synthesize stacks, in as many processes as there are processors to run them and stacks to keep them busy.

    ``ESTATE_PROCESSES`` sets their number. Each of them runs this program again and makes its part of the stacks.

    Args:
        organization: The configuration.
        lock_file: The `.terraform.lock.hcl` for all stacks.
        names: The stacks.
        out: Where to write them to. The manifest is for the caller to write.

    Returns:
        The stacks by name.

    Raises:
        SystemExit: Another process failed, and has said why.
    """
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".parts-", dir=out) as directory:
        count = _processes(len(names))
        parts = [Path(directory, str(number)) for number in range(count)]
        for number, part in enumerate(parts):
            part.mkdir()
            (part / _NAMES).write_text(json.dumps(names[number::count]), encoding="utf-8")
        others = [_start(part) for part in parts[1:]]
        try:
            make_part(organization, lock_file, parts[0])
        finally:
            codes = [other.wait() for other in others]
        if any(codes):
            sys.exit(1)
        made: dict[str, Made] = {}
        for part in parts:
            found = _made(part, {output.CONTENT, lock_file.name}, modules_of(organization, names))
            output.move(part, out, found)
            made |= found
    return made


def make_part(organization: Configuration, lock_file: Path, part: Path) -> None:
    """Make the part of the stacks that a directory is for, and judge each of them.

    Args:
        organization: The configuration.
        lock_file: As for `synthesize`.
        part: The directory, which names the stacks; they are written there.
    """
    # Imported here: they need the bindings, which have been loaded meanwhile.
    from stacks import app  # noqa: PLC0415
    from stacks.copies import Finishing  # noqa: PLC0415

    names = json.loads((part / _NAMES).read_text(encoding="utf-8"))
    finishing = Finishing(organization)
    notes = app.synthesize(organization, lock_file, names, part, finishing=finishing)
    covered = sources.covers(list(sys.modules.values()))
    found = {
        name: {"reads": sorted(reads), "judged": asdict(finishing.judged[name]), "covered": covered}
        for name, reads in notes.items()
    }
    (part / _NOTES).write_text(json.dumps(found), encoding="utf-8")


def _made(part: Path, usual: set[str], modules: Mapping[str, str]) -> dict[str, Made]:
    manifest = output.read_manifest(part)
    known = {name for name, module in modules.items() if sources.covers_directory(Path(module))}
    notes = json.loads((part / _NOTES).read_text(encoding="utf-8"))
    return {
        name: Made(
            manifest["version"],
            entry,
            frozenset(map(tuple, notes[name]["reads"])),
            notes[name]["covered"] and _files(part, name) <= (usual | {output.MODULE} if name in known else usual),
            Judged(**notes[name]["judged"]),
        )
        for name, entry in manifest["stacks"].items()
    }


def _files(part: Path, stack: str) -> set[str]:
    return {path.name for path in output.directory_of(part, stack).iterdir()}


def _start(part: Path) -> subprocess.Popen[bytes]:
    """Run this program again for a part of the stacks."""
    return subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, *sys.argv],
        env={**os.environ, "PYTHONOPTIMIZE": str(sys.flags.optimize or ""), PART: str(part)},
    )


def _processes(stacks: int) -> int:
    asked = os.environ.get("ESTATE_PROCESSES")
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(int(asked), stacks) if asked else min(usable, stacks // _WORTH_A_PROCESS))
