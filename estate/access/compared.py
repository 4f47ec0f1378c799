"""The working copy compared with another version of the configuration, the ways to jewels in both among it."""

from dataclasses import replace
from pathlib import Path

from config.nodes import Configuration
from estate.access.opening import synthesized
from estate.controls.impact import Impact, impact
from estate.controls.revisions import configuration_at, organization_at
from estate.controls.ways import ways_between


def compared(base: str, directory: Path, after: Configuration, *, ways: bool = True) -> Impact:
    """Say what a change does.

    Args:
        base: A directory with a configuration, or a revision of the repository that `directory` is in.
        directory: The configuration's directory.
        after: What is in it.
        ways: Whether to synthesize both versions where they differ, for ways to jewels.

    Raises:
        BaseError: There is no such version.
        ConfigError: The other version has errors.
        SynthError: One of them does not synthesize.
    """
    found = impact(organization_at(base, directory), after)
    if not (ways and found):
        return found
    with configuration_at(base, directory) as before:
        return replace(found, ways=ways_between(synthesized(before.resolve()), synthesized(directory.resolve())))
