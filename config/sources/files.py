"""The files of a configuration directory: what was read of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel

from config.errors import KeyPath
from config.model.account import AccountFile
from config.model.found import Found
from config.model.lock import Lock
from config.model.organization import OrganizationFile
from config.model.policy import PolicyFile
from config.model.unknown import UNKNOWN, unknown_at
from config.places import ACCOUNTS, LOCK, ORGANIZATION, POLICIES
from config.sources.variables import Variables
from config.sources.yaml_file import YamlFile

__all__ = ["ACCOUNTS", "LOCK", "ORGANIZATION", "POLICIES", "Entry", "Files"]

M = TypeVar("M", bound=BaseModel)
V = TypeVar("V")


@dataclass(frozen=True)
class Entry(Generic[M]):
    """One file and its model.

    Args:
        file: Where its values are.
        model: Its content. Of a file with mistakes, what is right in it, or None if too little is, so that references
            can be checked all the same.
        clean: Whether the file has no mistakes of its own.
        refused: Where it has mistakes. What is said there is not known; nor is it where a key that there is not is likely
            to belong, by its spelling.
        doubtful: Where a variable is wrong, among these: what stands there says nothing.
    """

    file: YamlFile
    model: M | None
    clean: bool
    refused: frozenset[KeyPath] = frozenset()
    doubtful: frozenset[KeyPath] = frozenset()

    def known(self, value: V, *path: str) -> V:
        """A value that comes from a path, unless something that the file says there, or around it, was refused."""
        doubtful = self.model is None or any(
            all(one == other for one, other in zip(path, refused, strict=False)) for refused in self.refused
        )
        found: V = UNKNOWN if doubtful else value
        return found

    def marked(self, key: str, value: V) -> V:
        """The value of a key, with `UNKNOWN` where something was refused in it."""
        found = value
        for path in self.refused:
            if path[:1] == (key,):
                found = unknown_at(found, path[1:])
        return found


@dataclass(frozen=True)
class Files:
    """All files; accounts and policies by slug, what was found in accounts by their ids, sorted."""

    directory: Path
    organization: Entry[OrganizationFile]
    accounts: dict[str, Entry[AccountFile]]
    policies: dict[str, Entry[PolicyFile]]
    lock: Entry[Lock] | None
    found: dict[str, Found]
    variables: Variables
