"""The questions about a configuration, its stacks synthesized as they stand."""

from functools import lru_cache
from pathlib import Path

from config import load
from config.controls import Chains
from estate.terraform.synth import stacks_of
from stacks.reach.questions import Questions
from stacks.reach.world import World


@lru_cache(maxsize=4)
def questions(config: Path) -> Questions:
    """What `synthesized` gives, once for all who ask: for a configuration that does not change meanwhile."""
    return synthesized(config)


def synthesized(config: Path) -> Questions:
    """Synthesize every stack of a configuration, and open it for questions.

    Args:
        config: The configuration's directory.

    Raises:
        ConfigError: The configuration has errors.
        SynthError: The app did not synthesize.
    """
    organization = load(config, prove_access=False)
    return Questions(World(Chains(organization), stacks_of(config)))
