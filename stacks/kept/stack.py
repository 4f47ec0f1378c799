"""Stacks by what they were made from."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from config.capabilities.workloads import stacks_of
from config.registry import inputs_of, parts, shared
from config.watching import Read, read
from stacks.kept.digest import Digests, UnknownTypeError, digest
from stacks.literal import literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from config.capabilities.workload import WorkloadStack
    from config.nodes import Account, Configuration
    from stacks.kept.store import Store

_KIND: Final = "stack"
_MOST: Final = 8
"""So many ways in which the organization differed around the same account are kept: branches, revisions."""


@dataclass(frozen=True)
class Entry:
    """What is kept of a stack.

    Args:
        reads: What it read of the organization, and the digest of what it found.
        text: The digest of its Terraform JSON.
        version: CDKTF's.
        manifest: What the manifest says of it.
    """

    reads: list[list[Any]]
    text: str
    version: str
    manifest: dict[str, Any]


class Stacks:
    """The stacks of one configuration.

    A stack's key is its account, the account's settings, and what each of its capabilities is given and lets go. Under it are kept the
    stacks that were made from these, each with what it has read of the organization: the one whose reads would find the same
    today, is today's.

    Args:
        configuration: The configuration.
        code: The digest of everything else that may change a stack.
        store: Where they are kept.
    """

    def __init__(self, configuration: Configuration, code: str, store: Store) -> None:
        self._configuration = literal(configuration)  # as stacks get it
        self._code = code
        self._store = store
        self._digests = Digests()
        self._read: dict[Read, str | None] = {}
        self._kept: dict[str, list[Entry]] = {}

    def find(self, names: Iterable[str]) -> dict[str, Entry]:
        """The stacks that are kept, of those that are asked for."""
        keys = {name: key for name in names if (key := self._keys.get(name))}
        contents = self._store.get(_KIND, keys.values())
        found: dict[str, Entry] = {}
        for name, key in keys.items():
            if key in contents:
                self._kept[name] = [Entry(**each) for each in json.loads(contents[key])]
                entry = next(filter(self._is_of_today, self._kept[name]), None)
                if entry:
                    found[name] = entry
        self._store.use(_KIND, (keys[name] for name in found))
        return found

    def reads_of(self, reads: Collection[Read]) -> list[list[Any]] | None:
        """What a stack has read, and digests of what it found; None if that cannot be told."""
        least = sorted(what for what in reads if len(what) == 1 or what[:1] not in reads)
        found = [[list(what), self._found(what)] for what in least]
        return None if any(each is None for _, each in found) else found

    def keep(self, entries: Mapping[str, Entry]) -> None:
        """Keep stacks that were made just now."""
        contents = {}
        for name, entry in entries.items():
            if key := self._keys.get(name):
                others = [each for each in self._kept.get(name, ()) if each.reads != entry.reads]
                contents[key] = json.dumps([asdict(each) for each in (entry, *others[: _MOST - 1])]).encode()
        self._store.put(_KIND, contents)

    @cached_property
    def _keys(self) -> dict[str, str | None]:
        return {name: self._key(*whose) for name, whose in stacks_of(self._configuration).items()}

    def _key(self, account: Account, workload: WorkloadStack | None) -> str | None:
        """The key of a stack; None if it is given something that is no data. A workload's definition is code."""
        inputs = inputs_of(self._configuration, account, workload)
        try:
            values = [self._digests.of(workload.key if workload else part.of(inputs)) for part in parts()]
            values += [self._digests.of(part.let_go(inputs)) for part in parts() if part.let_go and not workload]
            return digest(self._code.encode(), self._digests.of(account), self._digests.of(inputs.settings), *values)
        except UnknownTypeError:
            return None

    def _is_of_today(self, entry: Entry) -> bool:
        return all(self._found(tuple(what)) == found for what, found in entry.reads)

    def _found(self, what: Read) -> str | None:
        """The digest of what is found today; None if it is no data."""
        if what not in self._read:
            try:
                self._read[what] = self._digests.of(read(shared(self._configuration), what)).hex()
            except UnknownTypeError:
                self._read[what] = None
        return self._read[what]
