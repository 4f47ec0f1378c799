"""What a team has added to the Accelerator."""

from __future__ import annotations

from typing import Final

from estate.lza.block import Block, State
from estate.lza.catalogues import portfolios, stack_sets
from estate.lza.reading import CUSTOMIZATIONS

_EXTENSIONS: Final = "Write it as a stack or a capability of your own (`extensions/`)."


def _block(key: str, about: str) -> Block:
    return Block(CUSTOMIZATIONS, key, about, State.NONE, why=_EXTENSIONS, universal=False)


BLOCKS: Final = (
    _block("customizations.cloudFormationStacks", "Stacks of CloudFormation."),
    Block(
        CUSTOMIZATIONS,
        "customizations.cloudFormationStackSets",
        "Stack sets of CloudFormation.",
        State.WORKS,
        "stack_sets",
        "Those of OUs.",
        take=stack_sets,
        turn=3,
        universal=False,
    ),
    Block(
        CUSTOMIZATIONS,
        "customizations.serviceCatalogPortfolios",
        "Portfolios of Service Catalog.",
        State.WORKS,
        "service_catalog",
        "In one account. Versions are called v1, v2, and so on.",
        take=portfolios,
        turn=3,
        universal=False,
    ),
    _block("applications", "Applications with load balancers and machines."),
    _block("firewalls", "Firewalls of others, as machines."),
    _block("createCfnStackSetExecutionRole", "A role for stack sets."),
)
