"""Which stacks' Terraform JSON differs from what another revision of this repository synthesizes."""

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

from estate.paths import CHECKOUT, WORK
from estate.terraform.synth import SynthError, synthesize
from estate.version import DISTRIBUTION, VersionError, python_with

_BASES = WORK / "bases"


class RevisionError(RuntimeError):
    """There is no such revision."""


def changed(names: Collection[str], base: str, out: Path) -> list[str]:
    """Find the stacks that a revision does not have, or has with other content.

    Args:
        names: Stacks, synthesized to `out`.
        base: A revision of this repository: a branch, a tag, a commit. Its app is synthesized with its configuration, once, and with
            the version of the app that its Pipfile.lock has.
        out: The output directory.

    Raises:
        RevisionError: Git knows no such revision.
        SynthError: The revision's app fails.
    """
    try:
        before = _synthesized(base)
    except VersionError:
        return list(names)  # the base's version of the app is not to be had any more: look at every stack
    return [name for name in names if _differ(_text(out, name), _text(before, name))]


def _text(out: Path, name: str) -> bytes | None:
    """A stack's JSON; None if there is no such stack."""
    path = out / "stacks" / name / "cdk.tf.json"
    return path.read_bytes() if path.is_file() else None


def _differ(one: bytes | None, other: bytes | None) -> bool:
    """Whether two texts say different things, beside CDKTF's metadata, which changes no plan."""
    if one is None or other is None or one == other:
        return one != other
    found, before = (json.loads(text, object_hook=_without_metadata) for text in (one, other))
    return bool(found != before)


def _without_metadata(found: dict[str, Any]) -> dict[str, Any]:
    found.pop("//", None)
    return found


def _synthesized(base: str) -> Path:
    """The output directory of a revision; kept until another one is asked for."""
    commit = _git("rev-parse", "--verify", "--quiet", f"{base}^{{commit}}").decode().strip()
    if not commit:
        raise RevisionError(f"Git knows no revision {base!r} here. In CI, fetch the base branch before.")
    directory = _BASES / commit
    out = directory / "cdktf.out"
    if not (out / "manifest.json").is_file():
        shutil.rmtree(_BASES, ignore_errors=True)
        with tarfile.open(fileobj=io.BytesIO(_git("archive", commit))) as archive:
            archive.extractall(directory, filter="data")
        _run_app(directory, out)
    return out


def _run_app(directory: Path, out: Path) -> None:
    # Of a revision that was synthesized here before, or that differs little from this one, hardly anything is made.
    variables = {"ESTATE_CACHE": str(WORK / "cache"), **os.environ}
    for variable, default in (("ESTATE_CONFIG", "config"), ("ESTATE_EXTENSIONS", "extensions")):
        own = Path(os.environ.get(variable) or CHECKOUT / default).resolve()
        if own.is_relative_to(CHECKOUT):
            variables[variable] = str(directory / own.relative_to(CHECKOUT))
    try:
        synthesize(out=out, variables=variables, checkout=directory, python=_python(directory))
    except SynthError as error:
        raise SynthError(f"The app at {directory.name[:12]} fails:\n{error}") from None


def _python(directory: Path) -> str:
    """What the app of a revision runs in: its own version, where a repository depends on the app by version."""
    locked = _locked(directory)
    return sys.executable if locked in {"", _locked(CHECKOUT)} else str(python_with(locked))


def _locked(directory: Path) -> str:
    """The version of the app in a Pipfile.lock; empty if it has none."""
    path = directory / "Pipfile.lock"
    packages = json.loads(path.read_text(encoding="utf-8"))["default"] if path.is_file() else {}
    return str(packages.get(DISTRIBUTION, {}).get("version", "")).removeprefix("==")


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=CHECKOUT, capture_output=True, check=False).stdout  # noqa: S603, S607
