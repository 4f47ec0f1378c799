"""The blocks of a Landing Zone Accelerator's configuration, file by file.

A row says what a block is and what becomes of it; its function takes it over. Whoever adds a capability that a block stands for
changes the row, and writes the function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from estate.lza.block import Finder
from estate.lza.blocks import (
    accounts,
    costs,
    customizations,
    global_,
    iam,
    logs,
    machinery,
    network,
    organization,
    security,
)

if TYPE_CHECKING:
    from estate.lza.block import Block

BLOCKS: Final[tuple[Block, ...]] = tuple(
    block
    for module in (accounts, organization, global_, logs, costs, machinery, iam, security, network, customizations)
    for block in module.BLOCKS
)
"""All blocks, file by file."""
FINDER: Final = Finder(BLOCKS)
