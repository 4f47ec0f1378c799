"""What a newer version of the app changes in a repository: keys, addresses, resources, files. Found before anything is written."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packaging.version import InvalidVersion, Version

from config import ConfigError, load
from estate.paths import CHECKOUT, WORK, config_directory
from estate.pipeline.github import workflow as github
from estate.pipeline.gitlab import pipeline as gitlab
from estate.pipeline.setting import NoPipelineError, Setting
from estate.repository.comparison import Difference, differences
from estate.repository.files import File, different, write
from estate.repository.migrations import Migrated, migrated
from estate.repository.record import NAME, Record
from estate.repository.template import kept
from estate.terraform.synth import SynthError, synthesize
from estate.version import VersionError, python_with, version

_SCRATCH: Final = WORK / "upgrade"
NOT_COPIED: Final = (".git", ".venv", ".tools", ".estate", "node_modules", "cdktf.out", "state", "__pycache__")
"""What of a repository is not copied where it is tried how it would be: none of it is its own."""


class UpgradeError(Exception):
    """A repository cannot be upgraded to a version; the message says why and what helps."""


@dataclass(frozen=True)
class Upgrade:
    """What upgrading a repository changes. Nothing has been changed yet.

    Args:
        before: The version that the repository's files were written by.
        after: The version that this is.
        config: The configuration's directory.
        migrated: Files of the configuration with keys that have other names by now.
        differences: The stacks whose JSON differs.
        stacks: How many stacks there are.
        untold: Why nobody knows which stacks differ; empty if that is known.
        files: Files of the repository that are written differently by now.
        record: What to record when the files are written.
    """

    before: str
    after: str
    config: Path
    migrated: tuple[Migrated, ...]
    differences: tuple[Difference, ...]
    stacks: int
    untold: str
    files: tuple[File, ...]
    record: Record

    def write(self) -> Iterator[str]:
        """Write the configuration's files and those that nobody has edited; gives the path of each."""
        for file in self.migrated:
            (self.config / file.name).write_bytes(file.content)
            yield os.path.relpath(self.config / file.name, CHECKOUT)
        yield from write(CHECKOUT, list(self.files))
        (CHECKOUT / NAME).write_bytes(self.record.text())
        yield NAME


def must_be_newer(wanted: str, record: Record) -> None:
    """Refuse what is no version, or older than what the repository's files were written by.

    Raises:
        UpgradeError: It is one of these.
    """
    try:
        older = Version(wanted) < Version(record.version)
    except InvalidVersion:
        raise UpgradeError(f"{wanted!r} is no version. Give one as 1.2.0.") from None
    if older:
        raise UpgradeError(
            f"Version {wanted} is older than {record.version}, by which this repository was written. To go back, take the "
            "repository's files from git as they were."
        )


def find(record: Record, before: str | None) -> Upgrade:
    """Find out what this version changes in the repository around the working directory.

    Both versions synthesize the configuration, this one with its keys migrated, each in a process of its own.

    Args:
        record: The repository's.
        before: The Python with the version before; by default it is made, with the version in the record.

    Raises:
        UpgradeError: This version is older.
        ConfigError: This version does not accept the configuration, its keys migrated.
        MigrationError: A file of the configuration cannot be migrated.
        SynthError: This version does not synthesize the configuration.
    """
    after = version()
    must_be_newer(after, record)
    config = config_directory()
    files = kept(after, record.project)
    changed = different(CHECKOUT, record, files, after)
    keys = migrated(config)
    scratch = _as_it_will_be(config, keys, changed)
    changed += _pipelines(scratch / "config", config)
    found: tuple[Difference, ...] = ()
    stacks, untold = 0, ""
    if after != record.version:
        new = synthesized(_SCRATCH / "after", scratch / "config", checkout=scratch)
        stacks = len(list(new.glob("stacks/*/cdk.tf.json")))
        try:
            old = synthesized(
                _SCRATCH / "before", config, checkout=CHECKOUT, python=before or str(python_with(record.version))
            )
            found = tuple(differences(old, new))
        except (SynthError, VersionError) as error:
            untold = str(error)
    written = Record.of(after, record.project, files)
    return Upgrade(record.version, after, config, tuple(keys), found, stacks, untold, tuple(changed), written)


def _as_it_will_be(config: Path, keys: list[Migrated], files: list[File]) -> Path:
    """A copy of the repository with everything written that would be written."""
    shutil.rmtree(_SCRATCH, ignore_errors=True)
    scratch = _SCRATCH / "repository"
    shutil.copytree(CHECKOUT, scratch, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
    list(write(scratch, files))
    shutil.rmtree(scratch / "config", ignore_errors=True)
    shutil.copytree(config, scratch / "config")
    for file in keys:
        (scratch / "config" / file.name).write_bytes(file.content)
    return scratch


def synthesized(out: Path, config: Path, *, checkout: Path, python: str | None = None) -> Path:
    """Synthesize a configuration with a repository's app, in a Python that may be another version's; gives `out`."""
    variables = {**os.environ, "ESTATE_CONFIG": str(config)}
    if python is None:
        synthesize(out=out, variables=variables, checkout=checkout)
    else:
        synthesize(out=out, variables=variables, checkout=checkout, python=python)
    return out


def _pipelines(scratch: Path, config: Path) -> list[File]:
    """The pipelines that `estate pipeline` has written here and would write differently by now."""
    try:
        setting = Setting.of(load(scratch))
    except ConfigError as error:
        raise ConfigError(config, error.problems) from None
    except NoPipelineError:
        return []
    found = []
    for path, make in ((github.PATH, github.workflow), (gitlab.PATH, gitlab.pipeline)):
        if (CHECKOUT / path).is_file():
            try:
                found.append(File(path, (CHECKOUT / path).read_bytes(), make(setting).encode()))
            except NoPipelineError:
                continue  # of a CI system that the organization has given up
    return [file for file in found if file.before != file.after]
