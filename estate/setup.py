"""Set up a checkout: `python3 estate/setup.py` (`make setup`); `python3 estate/setup.py python` installs Python packages only.

`python3 estate/setup.py deploy` installs what planning and deploying need, for pipelines: the locked packages, each checked
by its hash, and no development packages, npm packages or checkov.

Uses nothing but the standard library, since it is what installs everything else. It writes only inside the
checkout (.tools/, .venv/, node_modules/ beside each package.json) and does nothing that is already done.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKOUT = Path(__file__).resolve().parent.parent
PIPENV = "pipenv==2026.10.3"
TOOLS = CHECKOUT / ".tools"
PRIVATE = {
    "checkov": CHECKOUT / "tests" / "checkov" / "requirements.txt",
    "zensical": CHECKOUT / "docs" / "site" / "requirements.txt",
}
BASES = CHECKOUT / "tests" / "bases"
NPM = {
    CHECKOUT: "the CDKTF command line",
    CHECKOUT / "estate" / "report" / "page": "what builds the page of estate report",
}


# From the first to before the second: with what lies between it has been tried (`make machines`).
PYTHONS, NODES, TERRAFORMS = ((3, 11), (3, 15)), ((20, 0), (27, 0)), ((1, 11), (2, 0))


def version_of(*command: str) -> "tuple[int, ...] | None":
    """Return the first version number that a command prints; None where there is no such command."""
    if shutil.which(command[0]) is None:
        return None
    printed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)\.(\d+)", printed)
    return tuple(int(part) for part in found.groups()) if found else None


def unfit(
    name: str,
    versions: "tuple[tuple[int, ...], tuple[int, ...] | None]",
    found: "tuple[int, ...] | tuple[str, ...]",
    where: str,
) -> str:
    """Return what is wrong with a tool's version, in one line, or nothing; `found` may be the command that tells it."""
    first, end = versions
    version = version_of(*map(str, found)) if isinstance(found[0], str) else found
    if version is not None and first <= version and (end is None or version < end):
        return ""
    have = "none was found" if version is None else f"this is {'.'.join(map(str, version))}"
    before = f" and before {'.'.join(map(str, end))}" if end else ""
    return f"{name} {'.'.join(map(str, first))} or newer{before} is needed, {have}: {where}"


def _engine() -> "tuple[str, tuple[tuple[int, ...], tuple[int, ...]], tuple[str, ...], str]":
    """Return what is wanted of Terraform, or of the program in its place."""
    program = os.environ.get("TERRAFORM_BINARY_NAME") or "terraform"
    if Path(program).name.startswith("tofu"):
        return "OpenTofu", TERRAFORMS, (program, "version"), "https://opentofu.org/docs/intro/install"
    return "Terraform", TERRAFORMS, (program, "version"), "https://developer.hashicorp.com/terraform/install"


def check_machine(*, only_python: bool) -> None:
    """Stop with one line for each tool that is missing, too old, or newer than what has been tried."""
    wanted = (
        ("Python", PYTHONS, sys.version_info[:2], "https://www.python.org/downloads; make setup PYTHON=<program>"),
        ("Node", NODES, ("node", "--version"), "https://nodejs.org/en/download"),
        ("npm", ((9, 0), None), ("npm", "--version"), "it comes with Node"),
        _engine(),
    )
    problems = [unfit(*each) for each in (wanted[:1] if only_python else wanted)]
    problems = [problem for problem in problems if problem]
    if problems:
        sys.exit("\n".join(problems))


def run(step: str, command: "list[str | Path]", **variables: str) -> None:
    """Run one step; what it prints is shown only when it fails."""
    print(f"setup: {step}\n", end="", flush=True)  # at once: others write lines too
    finished = subprocess.run(
        command,
        cwd=CHECKOUT,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if finished.returncode:
        sys.exit(f"{finished.stdout}\nsetup: this failed: {' '.join(map(str, command))}")


def once(stamp: Path, *inputs: Path) -> "tuple[bool, Callable[[], int]]":
    """Tell whether `stamp` is missing or of other contents of `inputs`, and give the function that leaves it."""
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()
    done = stamp.is_file() and stamp.read_text() == digest
    return not done, lambda: stamp.write_text(digest)


def requirements() -> str:
    """Pipfile.lock's packages as pip takes them, each with its hashes."""
    locked = json.loads((CHECKOUT / "Pipfile.lock").read_text(encoding="utf-8"))["default"]
    lines = []
    for name, package in sorted(locked.items()):
        extras = f"[{','.join(package['extras'])}]" if package.get("extras") else ""
        markers = f" ; {package['markers']}" if package.get("markers") else ""
        hashes = "".join(f" --hash={found}" for found in package["hashes"])
        lines.append(f"{name}{extras}{package['version']}{markers}{hashes}\n")
    return "".join(lines)


def deploy() -> None:
    """Install what pipelines need."""
    needed, leave = once(CHECKOUT / ".venv" / "deploy.done", CHECKOUT / "Pipfile.lock", Path(__file__))
    if not needed:
        return
    run("Python packages for deploying: environment", [sys.executable, "-m", "venv", "--clear", CHECKOUT / ".venv"])
    TOOLS.mkdir(exist_ok=True)
    listed = TOOLS / "deploy.txt"
    listed.write_text(requirements(), encoding="utf-8")
    python = CHECKOUT / ".venv" / "bin" / "python"
    run(
        "Python packages for deploying: install by hash",
        [python, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", listed],
    )
    leave()


def private(name: str, listed: Path) -> None:
    """Install a program in an environment of its own, since what it needs is not what the project needs."""
    needed, leave = once(TOOLS / f"{name}.done", listed)
    if not needed:
        return
    place = TOOLS / name
    run(f"a private {name}", [sys.executable, "-m", "venv", "--clear", place])
    run(
        f"a private {name}: install by hash",
        [place / "bin" / "python", "-m", "pip", "install", "--quiet", "--require-hashes", "-r", listed],
    )
    leave()


def bases() -> None:
    """Install the bindings of other bases (docs/versions.md), each over what is in .venv: for the tests that synthesize with them."""
    for listed in sorted(BASES.glob("*.txt")):
        place = TOOLS / "bases" / listed.stem
        place.parent.mkdir(parents=True, exist_ok=True)
        needed, leave = once(place.with_suffix(".done"), listed, CHECKOUT / ".venv" / "pyvenv.cfg")
        if not needed:
            continue
        run(
            f"bindings of another base: {listed.stem}",
            [sys.executable, "-m", "venv", "--clear", "--without-pip", place],
        )
        (packages,) = place.glob("lib/python*/site-packages")
        (below,) = (CHECKOUT / ".venv").glob("lib/python*/site-packages")
        (packages / "others.pth").write_text(f"{below}\n", encoding="utf-8")
        pip: list[str | Path] = [
            CHECKOUT / ".venv" / "bin" / "python",
            "-m",
            "pip",
            "--python",
            place / "bin" / "python",
            "install",
        ]
        # Not compiled: of 2,400 modules a test loads a few dozen, and compiling takes a minute.
        run(
            f"bindings of another base: {listed.stem}: install by hash",
            [*pip, "--quiet", "--no-compile", "--no-deps", "--ignore-installed", "--require-hashes", "-r", listed],
        )
        leave()


def python_packages() -> None:
    """Install a pipenv, and what is locked by it."""
    # Its program is run as a module: a script's first line does not stand every path.
    pipenv = TOOLS / "pipenv" / "bin" / "python"
    needed, leave = once(TOOLS / "pipenv.done", Path(__file__))
    if needed:
        run("a private pipenv", [sys.executable, "-m", "venv", "--clear", TOOLS / "pipenv"])
        run("a private pipenv: install", [pipenv, "-m", "pip", "install", "--quiet", PIPENV])
        leave()
    needed, leave = once(CHECKOUT / ".venv" / "setup.done", CHECKOUT / "Pipfile.lock")
    if needed:
        run(
            "Python packages from Pipfile.lock into .venv",
            [pipenv, "-m", "pipenv", "sync", "--dev"],
            PIPENV_VENV_IN_PROJECT="1",
            PIPENV_IGNORE_VIRTUALENVS="1",
            PIPENV_PYTHON=sys.executable,
        )
        leave()


def npm_packages() -> None:
    """Install what runs on Node."""
    for directory, what in NPM.items():
        needed, leave = once(directory / "node_modules" / "setup.done", directory / "package-lock.json")
        if needed:
            # None of the packages needs a script to be installed.
            run(f"{what} from package-lock.json", ["npm", "ci", "--ignore-scripts", "--prefix", str(directory)])
            leave()


def at_once(*steps: "Callable[[], object]") -> None:
    """Take steps of which none needs another; the first that failed ends the program when all are done."""
    with ThreadPoolExecutor(len(steps)) as pool:
        for begun in [pool.submit(step) for step in steps]:
            begun.result()


def main() -> None:
    """Check the machine, then install pipenv, the Python packages, the CDKTF command line, checkov, Zensical and other bases."""
    if sys.argv[1:] == ["deploy"]:
        check_machine(only_python=True)
        deploy()
        return
    only_python = sys.argv[1:] == ["python"]
    check_machine(only_python=only_python)
    if only_python:
        python_packages()
        return

    def python() -> None:
        python_packages()
        bases()

    # Each waits for a registry, or has one processor to do.
    at_once(python, npm_packages, *(partial(private, name, listed) for name, listed in PRIVATE.items()))


if __name__ == "__main__":
    main()
