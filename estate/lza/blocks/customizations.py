"""What a team has added to the Accelerator."""

from __future__ import annotations

from typing import Final

from estate.lza.block import Block, State
from estate.lza.reading import CUSTOMIZATIONS

_EXTENSIONS: Final = "Write it as a stack or a capability of your own (`extensions/`)."


def _block(key: str, about: str, why: str = _EXTENSIONS) -> Block:
    return Block(CUSTOMIZATIONS, key, about, State.NONE, why=why, universal=False)


BLOCKS: Final = (
    _block("customizations.cloudFormationStacks", "Stacks of CloudFormation."),
    _block(
        "customizations.cloudFormationStackSets",
        "Stack sets of CloudFormation.",
        "Write `stack_sets`: they are not taken over.",
    ),
    _block(
        "customizations.serviceCatalogPortfolios",
        "Portfolios of Service Catalog.",
        "Write `service_catalog`: they are not taken over.",
    ),
    _block("applications", "Applications with load balancers and machines."),
    _block("firewalls", "Firewalls of others, as machines."),
    _block("createCfnStackSetExecutionRole", "A role for stack sets."),
)
