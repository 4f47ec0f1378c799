"""The questions about a configuration, its stacks synthesized as they stand."""

import os
import tempfile
from functools import lru_cache
from pathlib import Path

from config import load
from config.controls import Chains
from estate.access.questions import Questions
from estate.access.world import World
from estate.terraform.synth import read_stacks, synthesize


@lru_cache(maxsize=4)
def questions(config: Path) -> Questions:
    """Synthesize every stack of a configuration, and open it for questions.

    Args:
        config: The configuration's directory.

    Raises:
        ConfigError: The configuration has errors.
        SynthError: The app did not synthesize.
    """
    organization = load(config, prove_access=False)
    with tempfile.TemporaryDirectory() as directory:
        out = Path(directory) / "cdktf.out"
        synthesize(out=out, variables={**os.environ, "ESTATE_CONFIG": str(config)})
        stacks = read_stacks(out)
    return Questions(World(Chains(organization), stacks))
