"""Raise versions, `make upgrade`: locks written anew within the bounds of Pipfile and each package.json, and what that changes told to a reviewer.

Nothing is committed. dist/upgrade.md says which packages have other versions now, and whether the synthesized sample, its addresses, the
permissions table, the other bases and a deployed sample are as before; it is the text of a pull request.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from estate.paths import CHECKOUT
from estate.supply.licences import NPM_LOCKS, npm_packages

REPORT: Final = "dist/upgrade.md"
# What shows a difference, each with a word for it; quick ones first.
CHECKS: Final = (
    ("permissions table", "tests/constructs_lib/ci/test_permissions.py"),
    ("Terraform JSON and addresses of the sample", "tests/stacks/test_sample.py"),
    ("other bases", "tests/bases"),
    ("licences", "tests/estate/supply"),
    ("the sample, deployed to the local AWS and planned again", "tests/e2e/test_organization.py"),
)
_TAIL: Final = 12

Versions = Mapping[str, str]


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Args:
        name: What.
        same: Whether it is as before.
        said: The end of what its tests printed, if not.
    """

    name: str
    same: bool
    said: str = ""


def clean(lock: Mapping[str, Any]) -> dict[str, Any]:
    """A Pipfile.lock without the addresses of whichever index it was written with."""
    found = {group: {name: dict(entry) for name, entry in lock[group].items()} for group in ("default", "develop")}
    for group in found.values():
        for entry in group.values():
            entry.pop("index", None)
    return {**lock, **found, "_meta": {**lock["_meta"], "sources": []}}


def versions(checkout: Path = CHECKOUT) -> Versions:
    """The version of every locked package, by `pip NAME` or `npm NAME`."""
    python = json.loads((checkout / "Pipfile.lock").read_text(encoding="utf-8"))
    found = {
        f"pip {name}": str(entry["version"])
        for group in ("default", "develop")
        for name, entry in python[group].items()
    }
    found |= {
        f"npm {path.replace('node_modules/', '', 1)}": str(node["version"]) for path, node in npm_packages(checkout)
    }
    return {name: number.removeprefix("==") for name, number in found.items()}


def report(before: Versions, after: Versions, checks: Sequence[Check]) -> str:
    """What changed, as Markdown."""
    rows = [
        f"| {name} | {before.get(name, 'none')} | {after.get(name, 'none')} |"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]
    table = ["| package | before | after |", "|---|---|---|", *rows] if rows else ["No package has another version."]
    lines = ["# Versions raised", "", *table, "", "# What they change", ""]
    for check in checks:
        lines.append(f"- {check.name}: {'as before' if check.same else '**differs**'}")
        lines += [f"      {line}" for line in check.said.splitlines()]
    return "\n".join(lines) + "\n"


def look(checks: Sequence[tuple[str, str]] = CHECKS) -> Iterator[Check]:
    """Run what shows a difference, one after the other."""
    for name, tests in checks:
        print(f"upgrade: {name}", flush=True)  # noqa: T201
        done = _run(str(CHECKOUT / ".venv" / "bin" / "python"), "-m", "pytest", "-q", "-p", "no:xdist", *tests.split())
        said = "" if done.returncode == 0 else "\n".join(done.stdout.strip().splitlines()[-_TAIL:])
        yield Check(name, done.returncode == 0, said)


def raise_versions() -> None:
    """Write the locks anew, and install what they say."""
    pipenv = str(CHECKOUT / ".tools" / "pipenv" / "bin" / "python")
    lock = CHECKOUT / "Pipfile.lock"
    before = {path: path.read_bytes() for path in (lock, *(CHECKOUT / name for name in NPM_LOCKS))}
    for command in (
        (pipenv, "-m", "pipenv", "lock"),
        *(
            ("npm", "update", "--package-lock-only", "--ignore-scripts", "--prefix", str((CHECKOUT / name).parent))
            for name in NPM_LOCKS
        ),
        (sys.executable, str(CHECKOUT / "estate" / "setup.py")),
    ):
        print(f"upgrade: {' '.join(command[-3:])}", flush=True)  # noqa: T201
        done = _run(*command)
        if done.returncode:
            for path, content in before.items():
                path.write_bytes(content)
            sys.exit(
                f"{done.stdout}{done.stderr}\nupgrade: this failed: {' '.join(command)}. The locks are as they were."
            )
        if "pipenv" in command:
            text = json.dumps(clean(json.loads(lock.read_text(encoding="utf-8"))), indent=4, sort_keys=True)
            lock.write_text(text + "\n", encoding="utf-8")


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    # Of a virtual environment that happens to be active, pipenv would write the lock for that one.
    variables = {"PIPENV_VENV_IN_PROJECT": "1", "PIPENV_IGNORE_VIRTUALENVS": "1", "PIPENV_PYTHON": sys.executable}
    return subprocess.run(  # noqa: S603 - our own commands
        command,
        cwd=CHECKOUT,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def main() -> None:
    """Raise, look, and write the report; end with 1 if something differs."""
    before = versions()
    raise_versions()
    checks = list(look())
    path = CHECKOUT / REPORT
    path.parent.mkdir(exist_ok=True)
    path.write_text(report(before, versions(), checks), encoding="utf-8")
    print(f"upgrade: {REPORT} says what changed.")  # noqa: T201
    sys.exit(0 if all(check.same for check in checks) else 1)


if __name__ == "__main__":
    main()
