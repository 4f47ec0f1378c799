"""What stacks have made, by their states."""

from collections.abc import Collection

from estate.terraform.providers import environment
from estate.terraform.stack import Stack
from estate.terraform.synth import OUT, synthesize


def living(names: Collection[str]) -> dict[str, dict[str, str]]:
    """What the states of some stacks have, as `Stack.resources`, by the stacks' names.

    Args:
        names: The stacks.

    Raises:
        SynthError: The app does not synthesize.
        TerraformError: A state cannot be read.
    """
    synthesize(names)
    found = {}
    for name in names:
        stack = Stack(name, OUT, environment())
        stack.init()
        found[name] = stack.resources()
    return found
