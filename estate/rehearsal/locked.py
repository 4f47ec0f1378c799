"""Guardrails that lock somebody out: they are rehearsed as any others, and said."""

from collections.abc import Iterator

from config.controls.verdicts import verdicts
from config.nodes import Configuration
from config.registry import resource_types


def sentences(version: str, organization: Configuration) -> Iterator[str]:
    """What the guardrails of a version lock out, a sentence for each policy.

    Args:
        version: What people call it.
        organization: Its configuration.
    """
    found: dict[str, str] = {}
    for verdict in verdicts(organization, lambda account: resource_types(organization, account)):
        if verdict.refused:
            found.setdefault(verdict.policy, verdict.sentence)
    for sentence in found.values():
        yield f"{version} has {sentence}. Synthesis refuses that; it is rehearsed all the same."
