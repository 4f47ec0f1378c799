"""Which stacks' Terraform JSON differs from what another revision of this repository synthesizes."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from estate.paths import CHECKOUT, WORK
from estate.terraform.synth import SynthError, synthesize
from estate.version import DISTRIBUTION, VersionError, python_with
from stacks.asked import DIGESTS, Asked
from stacks.kept import texts
from stacks.kept.run import Run
from stacks.kept.store import Store
from stacks.output import MANIFEST

_BASES = WORK / "bases"


class RevisionError(RuntimeError):
    """There is no such revision."""


class Base:
    """A revision of this repository, which is synthesized while this process goes on.

    Args:
        revision: A branch, a tag, a commit. Its app is synthesized with its configuration, once, and with the version of the app
            that its Pipfile.lock has.
    """

    def __init__(self, revision: str) -> None:
        thread = ThreadPoolExecutor(1)
        self._before = thread.submit(_synthesized, revision)
        thread.shutdown(wait=False)

    def changed(self, names: Collection[str], out: Path) -> list[str]:
        """Find the stacks that the revision does not have, or has with other content.

        Args:
            names: Stacks, synthesized to `out`.
            out: The output directory.

        Raises:
            RevisionError: Git knows no such revision.
            SynthError: The revision's app fails.
        """
        try:
            before = self._before.result()
        except VersionError:
            return list(names)  # the base's version of the app is not to be had any more: look at every stack
        return [name for name in names if before.differs(name, _text(out, name))]


class _Output:
    """What a revision synthesizes.

    Args:
        directory: Its directory below `_BASES`.
    """

    def __init__(self, directory: Path) -> None:
        self.out, self.digests = directory / "cdktf.out", directory / "digests.json"

    @property
    def is_there(self) -> bool:
        """Whether it was synthesized."""
        return self.digests.is_file() or (self.out / MANIFEST).is_file()

    def differs(self, name: str, text: bytes | None) -> bool:
        """Whether a stack says something else than a text, beside metadata; also if it is not kept any more what it says."""
        if not self._digests:
            return _differ(text, _text(self.out, name))
        digest = self._digests.get(name)
        if digest is None or text is None:
            return digest is not None or text is not None
        return digest != texts.digest_of(text) and _differ(text, texts.read(self._store, digest))

    @cached_property
    def _store(self) -> Store:
        return Run(Asked.by_environment(CHECKOUT)).store

    @cached_property
    def _digests(self) -> Mapping[str, str]:
        """The digests of the stacks' JSON, if they are known without it; empty if the app writes none."""
        found: Mapping[str, str] = {}
        if self.digests.is_file():
            found = json.loads(self.digests.read_text(encoding="utf-8"))
        return found


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


def _synthesized(base: str) -> _Output:
    """A revision's output, kept until another one is asked for."""
    commit = _git("rev-parse", "--verify", "--quiet", f"{base}^{{commit}}").decode().strip()
    if not commit:
        raise RevisionError(f"Git knows no revision {base!r} here. In CI, fetch the base branch before.")
    directory = _BASES / commit
    output = _Output(directory)
    if not output.is_there:
        shutil.rmtree(_BASES, ignore_errors=True)
        _check_out(commit, directory)
        _run_app(directory, output)
    return output


def _check_out(commit: str, directory: Path) -> None:
    """Write a commit's files to a directory, by an index of its own: nothing here is as if it were checked out."""
    directory.mkdir(parents=True)
    with TemporaryDirectory() as place:
        index = {**os.environ, "GIT_INDEX_FILE": str(Path(place) / "index")}
        _git("read-tree", commit, variables=index)
        _git("checkout-index", "--all", f"--prefix={directory}/", variables=index)


def _run_app(directory: Path, output: _Output) -> None:
    # Of a revision that was synthesized here before, or that differs little from this one, hardly anything is made.
    variables = {"ESTATE_CACHE": str(WORK / "cache"), **os.environ, DIGESTS: str(output.digests)}
    for variable, default in (("ESTATE_CONFIG", "config"), ("ESTATE_EXTENSIONS", "extensions")):
        own = Path(os.environ.get(variable) or CHECKOUT / default).resolve()
        if own.is_relative_to(CHECKOUT):
            variables[variable] = str(directory / own.relative_to(CHECKOUT))
    try:
        synthesize(out=output.out, variables=variables, checkout=directory, python=_python(directory))
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


def _git(*arguments: str, variables: Mapping[str, str] | None = None) -> bytes:
    return subprocess.run(  # noqa: S603
        ["git", *arguments],  # noqa: S607
        cwd=CHECKOUT,
        env=variables,
        capture_output=True,
        check=False,
    ).stdout
