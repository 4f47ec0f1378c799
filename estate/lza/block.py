"""What a Landing Zone Accelerator's configuration consists of, and what becomes of each part."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from config.errors import KeyPath
    from estate.lza.draft import Draft
    from estate.lza.reading import Node


class State(Enum):
    """What becomes of a block."""

    WORKS = "works"
    """What it stands for is in our configuration."""
    PARTLY = "partly"
    """Some of it is, or otherwise."""
    NONE = "none"
    """There is no counterpart."""
    OWN = "its own"
    """It is about the Accelerator's own stacks, which there are none of here."""


@dataclass(frozen=True)
class Block:
    """A part of the configuration: a key of a file with what is below it, as far as no longer key is a block, too.

    Args:
        file: The file.
        key: The keys that lead to it, without positions in lists: `vpcs.subnets`.
        about: What it is.
        state: What becomes of it.
        ours: What says the same in our configuration; empty if nothing does.
        why: What differs, or why there is no counterpart; empty if nothing differs.
        take: Takes it over; None where the block above does.
        universal: Whether AWS's universal configuration has it.
        turn: When it is taken: what others need comes first.
    """

    file: str
    key: str
    about: str
    state: State
    ours: str = ""
    why: str = ""
    take: Callable[[Node, Draft], None] | None = None
    universal: bool = True
    turn: int = 1

    @property
    def name(self) -> str:
        """File and key, as a report shows them."""
        return f"{self.file.removesuffix('-config.yaml')}: {self.key}"

    @property
    def parts(self) -> tuple[str, ...]:
        """The keys one by one."""
        return tuple(self.key.split("."))

    @property
    def counts(self) -> bool:
        """Whether it is among those by which the two are compared."""
        return self.universal and self.state is not State.OWN


class Finder:
    """Finds the block that a value is of.

    Args:
        blocks: All blocks.
    """

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._by_keys = {(block.file, block.parts): block for block in blocks}

    def of(self, file: str, path: KeyPath) -> Block | None:
        """The block with the longest key that leads to a value; None if none does."""
        keys: Sequence[str] = [part for part in path if isinstance(part, str)]
        found = (self._by_keys.get((file, tuple(keys[:length]))) for length in range(len(keys), 0, -1))
        return next((block for block in found if block), None)
