"""The proof for what was synthesized that nobody reaches a jewel but those whose it is."""

from collections.abc import Mapping
from typing import Any

from config.controls import Chains
from config.nodes import Configuration
from config.sources.files import ORGANIZATION
from stacks.reach.paths import Paths
from stacks.reach.questions import Questions
from stacks.reach.world import World


def trespasses(
    configuration: Configuration, stacks: Mapping[str, Mapping[str, Any]], *, whole: bool
) -> list[list[str]]:
    """Find ways to jewels that are not their rightful principals'.

    Args:
        configuration: The configuration.
        stacks: The Terraform JSON of stacks, by name: the jewels are those that they make.
        whole: Whether these are all stacks: only then can it be told that there is no way that is accepted.

    Returns:
        A line for each way that is refused, and one for each that is accepted and is not there.
    """
    paths = Paths(Questions(World(Chains(configuration), stacks)))
    refused = [
        f"{ORGANIZATION}: a path to a jewel ({path.kind}): {path.sentence}. Take a right or a trust on it away, keep them from it by a "
        f"guardrail, or, if it is meant, name {path.who.name!r} in `jewels.{path.kind}.principals`, or for a time in "
        f"`jewels.{path.kind}.accepted` with `until` and `reason`."
        for path in paths.found()
    ]
    said = [
        f"{ORGANIZATION}: `jewels.{kind}.accepted` has {principal!r}, who does not reach it. Remove the entry."
        for kind, principal in (paths.superfluous() if whole else ())
    ]
    return [refused, said]
