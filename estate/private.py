"""Files that nobody but their owner reads: plans, states, logs and journals can hold secrets."""

import os
from pathlib import Path
from typing import IO, Any, Final

UMASK: Final = 0o077
"""What a process that writes such files, Terraform above all, takes away from everybody else."""
_DIRECTORY: Final = 0o700
_FILE: Final = 0o600
_MODE: Final = 0o777


def private_directory(path: Path) -> Path:
    """Make a directory, with those above it that are missing, and shut it; also one that was open.

    Raises:
        PermissionError: If it is somebody else's.
    """
    missing = [each for each in (path, *path.parents) if not each.is_dir()]
    path.mkdir(mode=_DIRECTORY, parents=True, exist_ok=True)
    for each in {path, *missing}:
        if each.stat().st_mode & _MODE != _DIRECTORY:
            each.chmod(_DIRECTORY)
    return path


def open_private(path: Path, mode: str) -> IO[Any]:
    """Open a text file for writing; it is shut for everybody else before anything is in it.

    Args:
        path: The file.
        mode: As for `open`.
    """
    file = open(path, mode, encoding="utf-8", opener=_shut)  # noqa: SIM115 - Path.open takes no opener
    if os.fstat(file.fileno()).st_mode & _MODE != _FILE:
        os.fchmod(file.fileno(), _FILE)
    return file


def _shut(name: str, flags: int) -> int:
    return os.open(name, flags, _FILE)


def write_private(path: Path, text: str) -> None:
    """Write a file."""
    with open_private(path, "w") as file:
        file.write(text)
