"""A release, `make release`: its numbers agree, its wheels can be built again to the same bytes, and say what they were built from.

What is built and written goes to dist/: the wheels, SHA256SUMS, and provenance.intoto.json, a statement in the form of SLSA that is not signed. Whoever
publishes signs it with an identity of theirs, since nobody can do that offline.

Source: https://slsa.dev/spec/v1.0/provenance
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from estate.paths import CHECKOUT
from estate.supply.licences import NPM_LOCKS

SOURCES: Final = (".", "wheels/app", "wheels/cdktn/library", "wheels/cdktn/app")
_LOCKS: Final = (
    "Pipfile.lock",
    *NPM_LOCKS,
    "wheels/cdktn/app/template/package-lock.json",
    ".terraform.lock.hcl",
)
_NUMBER: Final = re.compile(r"\d+\.\d+\.\d+")
_RELEASED: Final = re.compile(r"^## \[(\d[^\]]*)\] - \d{4}-\d\d-\d\d$", re.MULTILINE)
_UNRELEASED: Final = re.compile(r"^## \[Unreleased\]\n(.*?)(?=^## \[|\Z)", re.MULTILINE | re.DOTALL)
# What documentation says of versions of this project: `constructs-lib==1.2.0`, `aws-organization-cdktf = {version = "==1.2.0"`.
_SAID: Final = re.compile(
    r"(?:constructs-lib|aws-organization-cdkt[fn])(?:-cdktn)?\s*(?:=\s*\{version = \"|=\s*\")?==\s*(\d+(?:\.\w+)*)"
)


def problems(checkout: Path = CHECKOUT) -> Iterator[str]:
    """What keeps a checkout from being released: each in a sentence that says what to do."""
    number = version(checkout)
    if not _NUMBER.fullmatch(number):
        yield f"pyproject.toml has version {number!r}; a release has three numbers, as 1.2.0."
    changelog = (checkout / "CHANGELOG.md").read_text(encoding="utf-8")
    released = _RELEASED.findall(changelog)
    if released[:1] != [number]:
        newest = released[0] if released else "none"
        yield f"CHANGELOG.md's newest version is {newest}, pyproject.toml's {number}: write `## [{number}] - YYYY-MM-DD` above its changes."
    unreleased = _UNRELEASED.search(changelog)
    if unreleased and re.search(r"^- ", unreleased[1], re.MULTILINE):
        yield f"CHANGELOG.md has changes under [Unreleased]: move them under [{number}], or leave them out of this commit."
    for path in sorted(
        [checkout / "README.md", *(checkout / "docs").rglob("*.md"), *(checkout / "examples").rglob("*.*")]
    ):
        for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for said in _SAID.findall(text):
                if said != number:
                    yield f"{path.relative_to(checkout)}:{line} names version {said}; this is {number}."
    if _git(checkout, "status", "--porcelain"):
        yield "There are changes that are not committed: what is released is a commit."
    tag = _git(checkout, "tag", "--list", f"v{number}")
    if tag and _git(checkout, "rev-list", "-n1", tag) != _git(checkout, "rev-parse", "HEAD"):
        yield f"The tag v{number} is of another commit: a version is released once. Raise the number."


def version(checkout: Path = CHECKOUT) -> str:
    """The version that pyproject.toml says."""
    return str(tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def build(out: Path, checkout: Path = CHECKOUT, sources: Sequence[str] = SOURCES) -> list[Path]:
    """Build the wheels into an empty directory; times in them are the commit's, so that the same commit gives the same bytes."""
    shutil.rmtree(out, ignore_errors=True)
    epoch = _git(checkout, "show", "--no-patch", "--format=%ct", "HEAD")
    for source in sources:
        command = [
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--outdir",
            str(out),
            str(checkout / source),
        ]
        done = subprocess.run(  # noqa: S603 - our own build
            command, env={**os.environ, "SOURCE_DATE_EPOCH": epoch}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{source} cannot be built:\n{done.stdout}{done.stderr}")
    return sorted(out.glob("*.whl"))


def provenance(wheels: Sequence[Path], checkout: Path = CHECKOUT) -> dict[str, Any]:
    """What the wheels were built from and with, as an in-toto statement with SLSA's predicate."""
    commit = _git(checkout, "rev-parse", "HEAD")
    locks = [{"uri": f"file:{name}", "digest": {"sha256": digest(checkout / name)}} for name in _LOCKS]
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": wheel.name, "digest": {"sha256": digest(wheel)}} for wheel in wheels],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "https://packaging.python.org/en/latest/specifications/pyproject-toml/",
                "externalParameters": {"command": "make release", "version": version(checkout)},
                "internalParameters": {"python": sys.version.split()[0]},
                "resolvedDependencies": [{"uri": "git+file:.", "digest": {"gitCommit": commit}}, *locks],
            },
            "runDetails": {"builder": {"id": "file:Makefile#release"}},
        },
    }


def digest(path: Path) -> str:
    """A file's SHA-256, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _git(checkout: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=checkout, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603, S607


def main() -> None:
    """Check, build twice, compare, and write what there is to publish."""
    if found := list(problems()):
        sys.exit("\n".join([*found, "Nothing was built."]))
    out = CHECKOUT / "dist"
    wheels = build(out)
    again = build(CHECKOUT / ".estate" / "release")
    differing = [one.name for one, other in zip(wheels, again, strict=True) if digest(one) != digest(other)]
    if differing:
        sys.exit(f"Built twice, these differ: {', '.join(differing)}. A release can be built again to the same bytes.")
    (out / "SHA256SUMS").write_text("".join(f"{digest(wheel)}  {wheel.name}\n" for wheel in wheels), encoding="utf-8")
    (out / "provenance.intoto.json").write_text(json.dumps(provenance(wheels), indent=2) + "\n", encoding="utf-8")
    print(*(path.relative_to(CHECKOUT) for path in sorted(out.iterdir())), sep="\n")  # noqa: T201
    print(f"Built twice, to the same bytes. Sign provenance.intoto.json where you publish, and tag v{version()}.")  # noqa: T201


if __name__ == "__main__":
    main()
