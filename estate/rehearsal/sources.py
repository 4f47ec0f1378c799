"""Where CloudTrail's files are, and which of them matter."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple, Protocol, Self

_PLACE: Final = re.compile(r"(?:^|/)(\d{12})/CloudTrail/[^/]+/(\d{4})/(\d\d)/(\d\d)/")
SUFFIXES: Final = (".json.gz", ".json")


class TrailError(ValueError):
    """The records cannot be read; the message says which and why."""


class File(NamedTuple):
    """A file of CloudTrail's.

    Args:
        name: Its path, or its key.
        size: Its bytes.
    """

    name: str
    size: int


@dataclass(frozen=True)
class Wanted:
    """Which records count, and what tells them apart.

    Args:
        accounts: The ids of the organization's accounts.
        unneeded: Those of them whose calls are decided alike in both versions.
        since: The first day, ``2026-11-01``; from the beginning if empty.
        address: Whether calls from different addresses are different shapes.
    """

    accounts: frozenset[str]
    unneeded: frozenset[str] = frozenset()
    since: str = ""
    address: bool = False

    @classmethod
    def of(cls, accounts: frozenset[str], unneeded: frozenset[str], *, since: str, address: bool) -> Self:
        """The same, if the day is one.

        Raises:
            TrailError: It is not.
        """
        try:
            first = date.fromisoformat(since).isoformat() if since else ""
        except ValueError as error:
            raise TrailError(f"--since is {since!r}; expected a day, such as 2026-11-01.") from error
        return cls(accounts, unneeded, first, address)

    def leaves_out(self, account: str | None, time: str) -> bool:
        """Whether a record is not to be counted.

        Args:
            account: The account whose log has it.
            time: When it was, or the day of it.
        """
        return account in self.unneeded or time < self.since

    def takes(self, name: str) -> bool:
        """Whether a file can hold records that count: by its place in CloudTrail's layout, else by its name.

        A call lies under the day on which CloudTrail delivered it: its own, or the next.
        """
        place = _PLACE.search(name)
        return name.endswith(SUFFIXES) and not (place and self.leaves_out(place[1], "-".join(place.groups()[1:])))


class Source(Protocol):
    """Something that holds CloudTrail's files; it is sent to other processes."""

    def files(self, wanted: Wanted) -> Iterator[File]:
        """Those that can hold records that count."""

    def read(self, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """The contents of some, each with its name."""


@dataclass(frozen=True)
class Directory:
    """A directory, with files at any depth.

    Args:
        path: The directory.
    """

    path: Path

    def __str__(self) -> str:
        """As people call it."""
        return str(self.path)

    def files(self, wanted: Wanted) -> Iterator[File]:
        """Those that can hold records that count."""
        for path in self.path.rglob("*.json*"):
            if wanted.takes(path.as_posix()) and path.is_file():
                yield File(str(path), path.stat().st_size)

    def read(self, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """The contents of some, each with its name."""
        for name in names:
            try:
                yield name, Path(name).read_bytes()
            except OSError as error:
                raise TrailError(f"{name} cannot be read: {error}.") from error
