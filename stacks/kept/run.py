"""Runs in which nothing is new: the same code, the same files, the same stacks asked for."""

from __future__ import annotations

import datetime as dt
import json
import sys
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from stacks import output
from stacks.kept import sources, texts
from stacks.kept.store import Store

if TYPE_CHECKING:
    from stacks.asked import Asked

_KIND: Final = "run"
_FILE: Final = "synthesized.sqlite"


@dataclass(frozen=True)
class Result:
    """What came of a run.

    Args:
        version: CDKTF's.
        stacks: What the manifest says of each stack.
        texts: The digest of each stack's JSON.
        said: The lines that it said, of what is allowed but hardly meant.
        modules: The directory of the Terraform module of each stack that is made from one.
    """

    version: str
    stacks: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    modules: dict[str, str] = field(default_factory=dict)


class Run:
    """A run of the app, as far as it can be known without the configuration being loaded.

    Args:
        asked: What is asked for.
    """

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.store = Store(asked.cache / _FILE if asked.cache else None)

    @cached_property
    def code(self) -> str:
        """The digest of what may change stacks, beside the configuration."""
        return sources.code(self.asked.repository)

    @cached_property
    def _sources(self) -> str:
        # What is accepted until a day is accepted no longer the day after: the one thing that is not in the files.
        today = dt.datetime.now(dt.UTC).date()
        return f"{self.code} {sources.configuration(self.asked.directory)} {today}"

    def _key(self, stacks: tuple[str, ...]) -> str:
        return " ".join((self._sources, *sorted(set(stacks))))

    def is_known(self) -> bool:
        """Whether all stacks have been synthesized from the same files, so that hardly any will have to be made."""
        return bool(self.asked.cache and self.store.get(_KIND, [self._key(())]))

    def repeat(self) -> bool:
        """Do what the same run did before, if everything that it wrote is kept.

        Returns:
            Whether it is done.
        """
        if self.asked.cache is None:
            return False
        key = self._key(self.asked.only)
        content = self.store.get(_KIND, [key]).get(key)
        if content is None:
            return False
        result = Result(**json.loads(content))
        if self.asked.digests is not None:
            self.asked.digests.write_text(json.dumps(result.texts), encoding="utf-8")
            self.store.use(_KIND, [key])
            return True
        out = self.asked.out
        if texts.place(self.store, out, result.texts) != result.texts.keys():
            return False
        self.store.use(_KIND, [key])
        output.copy_lock(self.asked.lock_file, out, result.stacks)
        output.copy_modules(result.modules, out)
        output.write_manifest(out, result.version, result.stacks)
        for line in result.said:
            sys.stderr.write(f"{line}\n")
        return True

    def keep(self, result: Result) -> None:
        """Keep what came of the run."""
        self.store.put(_KIND, {self._key(self.asked.only): json.dumps(asdict(result)).encode()})
