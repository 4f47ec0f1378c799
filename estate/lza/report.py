"""What became of each block: at a terminal, for programs, and as a page beside the configuration."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from config.errors import plural
from estate.listing import Listing
from estate.lza.block import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rich.console import Console

    from estate.lza.draft import Draft
    from estate.lza.importing import Result

_WORDS: Final = {
    State.WORKS: "taken",
    State.PARTLY: "differs",
    State.NONE: "left out",
    State.OWN: "not needed",
}
_COLORS: Final = {State.WORKS: "green", State.PARTLY: "yellow", State.NONE: "red", State.OWN: "dim"}
_NEXT: Final = """\
What comes next (docs/adopting.md, "From the Accelerator's configuration"):
  1. Read {directory}/lza.md, and mend what differs and matters to you.
  2. ESTATE_CONFIG={directory} estate check
  3. Do not deploy yet: nothing is known of what AWS has. `estate adopt --into OTHER` reads it and keeps it in
     .estate/adoption/; run this command again with `--snapshot FILE`, so that what exists is imported and not made again."""
_NEXT_ADOPTED: Final = """\
What comes next (docs/adopting.md, "From the Accelerator's configuration"):
  1. Read {directory}/lza.md, and mend what differs and matters to you.
  2. ESTATE_CONFIG={directory} estate check
  3. ESTATE_CONFIG={directory} estate plan management: it imports OUs, accounts and policies, and shows what changes in them.
  4. Leave the Accelerator account by account before you deploy its stack here: both would write what is in it."""


def next_steps(directory: str, *, adopted: bool) -> str:
    """What comes next.

    Args:
        directory: Where the configuration is.
        adopted: Whether it knows what AWS has.
    """
    return (_NEXT_ADOPTED if adopted else _NEXT).format(directory=directory)


def summary(results: Sequence[Result]) -> str:
    """What became of the blocks, in one line.

    Example:
        >>> summary([])
        'no block'
    """
    counts = Counter(result.state for result in results)
    words = (f"{counts[state]} {_WORDS[state]}" for state in State if counts[state])
    return f"{plural(len(results), 'block')}: {', '.join(words)}" if results else "no block"


def print_results(results: Sequence[Result], console: Console) -> None:
    """Print a table; paragraphs where the terminal is narrow."""
    rows = [
        (
            f"{result.place.partition(':')[0].removesuffix('-config.yaml')}: {result.key}",
            Text(_WORDS[result.state], _COLORS[result.state]),
            result.block.ours if result.block and result.state is not State.NONE else "",
            "\n".join(result.differs),
        )
        for result in results
    ]
    console.print(Listing(("block", "is", "here", "what differs"), rows))


def as_json(results: Sequence[Result], into: Draft) -> str:
    """Everything, for programs."""
    found: dict[str, Any] = {
        "accounts": sorted(into.accounts),
        "policies": sorted(into.policies),
        "blocks": [
            {
                "file": result.file,
                "key": result.key,
                "place": result.place,
                "state": _WORDS[result.state],
                "about": result.block.about if result.block else "",
                "ours": result.block.ours if result.block else "",
                "differs": result.differs,
            }
            for result in results
        ],
    }
    return json.dumps(found, indent=2)


def page(results: Sequence[Result], source: Path, directory: Path, *, adopted: bool) -> str:
    """What became of each block, as Markdown."""
    return "\n".join(_lines(results, source, directory, adopted=adopted)).rstrip() + "\n"


def _lines(results: Sequence[Result], source: Path, directory: Path, *, adopted: bool) -> Iterator[str]:
    yield f"# {source.name or source}, as it was taken over"
    yield ""
    yield f"{summary(results)}."
    yield ""
    for state in (State.NONE, State.PARTLY, State.WORKS, State.OWN):
        those = [result for result in results if result.state is state]
        if not those:
            continue
        yield f"## {_WORDS[state].capitalize()}"
        yield ""
        for result in those:
            about = f" {result.block.about}" if result.block else ""
            ours = (
                f" Here: {', '.join(f'`{each}`' for each in result.block.ours.split(', '))}."
                if result.block and result.block.ours and state is not State.NONE
                else ""
            )
            yield f"- **{result.file}, `{result.key}`** (line {result.place.rpartition(':')[2]}).{about}{ours}"
            yield from (f"  - {text}" for text in result.differs)
        yield ""
    yield "## Next"
    yield ""
    yield "```"
    yield next_steps(str(directory), adopted=adopted)
    yield "```"
