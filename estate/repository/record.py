"""What `estate init` wrote, kept in the repository: so that `estate upgrade` knows which files nobody has edited."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME: Final = ".estate-init.json"


class NoRepositoryError(Exception):
    """The directory is no repository that `estate init` wrote."""


@dataclass(frozen=True)
class Record:
    """One repository's record.

    Args:
        version: The version of the app that its files were last written by.
        project: The id that CDKTF knows the project by.
        files: The SHA-256 digest, in hex, of each file as it was written, by path.
    """

    version: str
    project: str
    files: Mapping[str, str]

    @classmethod
    def of(cls, version: str, project: str, files: Mapping[str, bytes]) -> Record:
        """The record of files as they are written."""
        return cls(version, project, {name: digest(content) for name, content in sorted(files.items())})

    @classmethod
    def read(cls, repository: Path) -> Record:
        """Read a repository's record.

        Raises:
            NoRepositoryError: There is none, or it cannot be read.
        """
        path = repository / NAME
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            return cls(str(found["version"]), str(found["project"]), dict(found["files"]))
        except FileNotFoundError:
            raise NoRepositoryError(
                f"{repository} has no {NAME}: it was not written by `estate init`. Go to a repository that was."
            ) from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NoRepositoryError(
                f"{path} cannot be read ({error or type(error).__name__}). Take it from git again: "
                f"git checkout -- {NAME}"
            ) from None

    def text(self) -> bytes:
        """The file's content."""
        return (json.dumps(asdict(self), indent=2, sort_keys=True) + "\n").encode()


def digest(content: bytes) -> str:
    """The SHA-256 digest of a file's content, in hex."""
    return hashlib.sha256(content).hexdigest()
