"""The files of a configuration directory: what was read of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel

from config.model.account import AccountFile
from config.model.lock import Lock
from config.model.organization import OrganizationFile
from config.model.policy import PolicyFile
from config.yaml_file import YamlFile

ORGANIZATION = "organization.yaml"
LOCK = "organization.lock.yaml"
ACCOUNTS = "accounts"
POLICIES = "policies"

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Entry(Generic[M]):
    """One file and its model.

    Args:
        file: Where its values are.
        model: Its content. Of a file with mistakes, what is right in it, or None if too little is, so that references
            can be checked all the same.
        clean: Whether the file has no mistakes of its own.
    """

    file: YamlFile
    model: M | None
    clean: bool


@dataclass(frozen=True)
class Files:
    """All files; accounts and policies by slug, sorted."""

    directory: Path
    organization: Entry[OrganizationFile]
    accounts: dict[str, Entry[AccountFile]]
    policies: dict[str, Entry[PolicyFile]]
    lock: Entry[Lock] | None
