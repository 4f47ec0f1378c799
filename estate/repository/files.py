"""Which files of a repository a version of the app would write differently, and whether anybody has edited them."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from estate.repository.record import Record, digest
from estate.version import DISTRIBUTION

_PIPFILE: Final = "Pipfile"
_PIN = re.compile(rf'^({re.escape(DISTRIBUTION)}\s*=.*?==)([^"\']+)', re.MULTILINE)
_LONGEST = 60
# Nobody reads what is generated.
_NOT_SHOWN: Final = ("config/schema/", "package-lock.json")
# Follows from the version and from the repository's own capabilities.
_GENERATED: Final = "config/schema/"


@dataclass(frozen=True)
class File:
    """A file that would be written differently.

    Args:
        name: Its path in the repository.
        before: Its content now; None if it is not there.
        after: What the version writes; None if it no longer writes it.
        edited: Whether somebody has edited or deleted it since it was written: it is left as it is then.
    """

    name: str
    before: bytes | None
    after: bytes | None
    edited: bool = False

    def diff(self) -> list[str]:
        """The difference as lines of a unified diff; one line if there are many, none for what is generated."""
        if self.name.startswith(_NOT_SHOWN):
            return []
        old, new = ((text or b"").decode(errors="replace").splitlines() for text in (self.before, self.after))
        lines = list(difflib.unified_diff(old, new, self.name, self.name, lineterm="", n=1))
        return lines if len(lines) <= _LONGEST else [f"{len(lines):,} lines of differences"]


def different(repository: Path, record: Record, wanted: Mapping[str, bytes], version: str) -> list[File]:
    """The files that would be written differently.

    Args:
        repository: Its directory.
        record: What was written last.
        wanted: The content of each file as the version writes it, by path.
        version: The version, which an edited Pipfile gets too.
    """
    found = []
    for name in sorted(wanted.keys() | record.files.keys()):
        path = repository / name
        before, after, was = path.read_bytes() if path.is_file() else None, wanted.get(name), record.files.get(name)
        edited = (before is None) != (was is None) if before is None or was is None else digest(before) != was
        if name.startswith(_GENERATED) and after is not None:
            edited = False
        elif name == _PIPFILE and before is not None and edited:
            raised, count = _PIN.subn(rf"\g<1>{version}", before.decode())
            after, edited = (raised.encode(), False) if count else (after, True)
        elif after is not None and digest(after) == was:
            continue  # only the user has changed it, if anybody has
        if before != after:
            found.append(File(name, before, after, edited))
    return found


def write(repository: Path, files: list[File]) -> Iterator[str]:
    """Write the files that nobody has edited; gives their names."""
    for file in files:
        if file.edited:
            continue
        path = repository / file.name
        if file.after is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.after)
        yield file.name
