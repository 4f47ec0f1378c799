"""The comparison with the Landing Zone Accelerator as a Markdown page, written from the blocks that `estate import-lza` follows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from config.errors import plural
from estate.lza.block import State
from estate.lza.blocks import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from estate.lza.block import Block

_HEAD: Final = """\
# Compared with the Landing Zone Accelerator

<!-- Written by `python -m estate.lza`; a test fails when it is stale. Change the code instead. -->

What AWS's [universal configuration](https://github.com/aws/lza-universal-configuration) for the Landing Zone Accelerator says, block by
block, and what says the same here. `estate import-lza` follows this table
([how to come from there](adopting.md#control-tower-and-the-landing-zone-accelerator)). A test converts a configuration that has every
block, and looks in the result, and in what it synthesizes, for what each block stands for that works.

**How it is counted.** A block is a key of one of the Accelerator's files that stands for something of its own in AWS, with the keys below it
that are no blocks themselves. What is in both of the universal configuration's variants, hub and spoke and shared VPCs, counts once, and so does
what VPCs and templates of VPCs have in common. Keys about the Accelerator's own stacks do not count.
"""


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()).rstrip() + "\n"


def _lines() -> Iterator[str]:
    yield _HEAD
    counted = [block for block in BLOCKS if block.counts]
    counts = Counter(block.state for block in counted)
    yield (
        f"Of {plural(len(counted), 'block')}, **{counts[State.WORKS]} work**, {counts[State.PARTLY]} partly, "
        f"{counts[State.NONE]} not at all.\n"
    )
    for name, blocks in _by_file(counted).items():
        yield f"## {name}\n"
        yield from _table(blocks)
    yield "## About its own stacks\n"
    yield from _table([block for block in BLOCKS if block.universal and block.state is State.OWN])
    yield "## What other configurations of the Accelerator have\n"
    others = [block for block in BLOCKS if not block.universal and not block.key.startswith("vpcTemplates.")]
    yield from _table(others, with_file=True)


def _by_file(blocks: Iterable[Block]) -> dict[str, list[Block]]:
    found: dict[str, list[Block]] = {}
    for block in blocks:
        found.setdefault(block.file, []).append(block)
    return found


def _table(blocks: Iterable[Block], *, with_file: bool = False) -> Iterator[str]:
    yield "| block | what it is | | here | what differs |\n|---|---|---|---|---|"
    for block in blocks:
        key = f"{block.file.removesuffix('-config.yaml')}: `{block.key}`" if with_file else f"`{block.key}`"
        ours = ", ".join(f"`{each}`" for each in block.ours.split(", ")) if block.ours else ""
        yield f"| {key} | {block.about} | {block.state.value} | {ours} | {block.why} |"
    yield ""
