"""The lockout proof for what was synthesized: the execution role can deploy all that the stacks hold."""

import sys
from collections.abc import Collection, Iterable, Mapping

from config.capabilities.workloads import workloads_in
from config.controls.verdicts import verdicts
from config.nodes import Account, Organization


def lockouts(organization: Organization, types: Mapping[str, Collection[str]]) -> list[str]:
    """Find guardrails that would keep the execution role from deploying some resource of its stack.

    Args:
        organization: The configuration, whose guardrails leave the way in open as far as it tells by itself.
        types: The resource types and data sources of every stack.

    Returns:
        A line for each.
    """

    def types_in(account: Account) -> frozenset[str]:
        names = (account.slug, *(workload.name_in(account) for workload in workloads_in(account)))
        return frozenset[str]().union(*(types.get(name, ()) for name in names))

    return [
        f"policies/{verdict.policy}.yaml: {verdict.sentence}. {verdict.cure}"
        for verdict in verdicts(organization, types_in)
        if verdict.refused
    ]


def refuse(lines: Iterable[str]) -> None:
    """Say all lockouts, and end if there are any.

    Raises:
        SystemExit: There is a lockout.
    """
    found = list(lines)
    for line in found:
        sys.stderr.write(f"{line}\n")
    if found:
        sys.exit(1)
