"""Write a new repository: all of it, or nothing."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from estate.repository.record import NAME, Record
from estate.repository.template import kept, sample

if TYPE_CHECKING:
    from collections.abc import Mapping

# A repository that was just made, or cloned empty, has it.
_MAY_BE_THERE = frozenset({".git"})


class NotEmptyError(Exception):
    """The directory holds something already."""


def new_repository(version: str) -> dict[str, bytes]:
    """The files of a new repository that depends on a version of the app, by path."""
    project = str(uuid.uuid4())
    files = kept(version, project)
    return {**files, **sample(), NAME: Record.of(version, project, files).text()}


def write(directory: Path, files: Mapping[str, bytes]) -> None:
    """Write files to a new or empty directory. Other programs see none of them, or each of them whole.

    Args:
        directory: Is made if it is not there, and the directories around it. It may hold `.git`.
        files: The content of each by its path.

    Raises:
        NotEmptyError: It is no directory, or holds something.
        OSError: It cannot be written to.
    """
    directory = directory.absolute()
    _must_be_empty(directory)
    directory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{directory.name}-", dir=directory.parent) as temporary:
        whole = Path(temporary, "new")
        for name, content in files.items():
            path = whole / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if directory.exists():
            _move_into(directory, whole)
        else:
            whole.rename(directory)


def _must_be_empty(directory: Path) -> None:
    nearest = next(path for path in (directory, *directory.parents) if path.exists())
    if not nearest.is_dir():
        raise NotEmptyError(f"{nearest} is a file. Name a new or an empty directory.")
    if nearest != directory:
        return
    found = sorted(path.name for path in directory.iterdir() if path.name not in _MAY_BE_THERE)
    if found:
        shown = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")  # noqa: PLR2004
        raise NotEmptyError(f"{directory} is not empty: it holds {shown}. Name a new or an empty directory.")


def _move_into(directory: Path, whole: Path) -> None:
    """Move everything into a directory that is there, which may be the working directory of somebody; or nothing."""
    moved: list[Path] = []
    try:
        for path in sorted(whole.iterdir()):
            moved.append(directory / path.name)
            path.rename(moved[-1])
    except OSError:
        for path in moved:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        raise
