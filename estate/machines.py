"""Synthesize the sample organization with every supported Python and Node, and compare byte by byte (`make machines`).

Each Python that is found gets an environment of the locked packages, each Node comes as a package of npm; both are kept below
`.tools/machines/`. Terraform and `cdktf`'s terminal binding are no part of it.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from estate.paths import CHECKOUT
from estate.setup import PYTHONS, requirements

_NODES = (22, 24, 26)
_HOME = CHECKOUT / ".tools" / "machines"
_SAMPLE = CHECKOUT / "tests" / "sample"


def pythons() -> list[str]:
    """The supported Pythons that are found and start, this one aside."""
    (major, first), (_, end) = PYTHONS
    names = [f"python{major}.{minor}" for minor in range(first, end) if (major, minor) != sys.version_info[:2]]
    return [name for name in names if shutil.which(name) and _run(name, "--version").returncode == 0]


def python_environment(name: str) -> Path:
    """An environment of a Python with the locked packages."""
    home = _HOME / name
    python = home / "bin" / "python"
    if not (home / "done").exists():
        listed = _HOME / "packages.txt"
        _HOME.mkdir(parents=True, exist_ok=True)
        listed.write_text(requirements(), encoding="utf-8")
        _run(name, "-m", "venv", "--clear", home).check_returncode()
        install = ("-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", listed)
        _run(python, *install).check_returncode()
        (home / "done").touch()
    return python


def node_directory(version: int) -> Path:
    """Where a Node of this version is."""
    home = _HOME / f"node{version}"
    found = home / "node_modules" / "node" / "bin"
    if not (found / "node").exists():
        _run("npm", "install", "--silent", "--no-save", "--prefix", home, f"node@{version}").check_returncode()
    return found


def synthesized(python: Path | str, node: Path | None = None) -> str:
    """The digest of all that is synthesized, by the names and bytes of the files."""
    path = os.environ.get("PATH", "")
    with tempfile.TemporaryDirectory() as out:
        variables = {
            "CDKTF_OUTDIR": out,
            "ESTATE_CACHE": "0",
            "ESTATE_CONFIG": str(_SAMPLE),
            "PATH": f"{node}{os.pathsep}{path}" if node else path,
        }
        done = _run(python, "main.py", **variables)
        if done.returncode:
            sys.exit(done.stdout)
        files = sorted(path for path in Path(out).rglob("*") if path.is_file())
        text = b"".join(str(path.relative_to(out)).encode() + b"\0" + path.read_bytes() for path in files)
        return hashlib.sha256(text).hexdigest()


def main() -> None:
    """Compare all of them with this Python and the Node of the path."""
    expected = synthesized(sys.executable)
    found = {f"Node {version}": synthesized(sys.executable, node_directory(version)) for version in _NODES}
    found |= {name: synthesized(python_environment(name)) for name in pythons()}
    for name, digest in found.items():
        print(f"{name}: {'the same' if digest == expected else 'NOT the same'}")  # noqa: T201
    if set(found.values()) != {expected}:
        sys.exit(1)


def _run(*command: Path | str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - what is found on the path, or was installed above
        list(map(str, command)),
        cwd=CHECKOUT,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


if __name__ == "__main__":
    main()
