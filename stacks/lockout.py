"""The lockout proof for what was synthesized: the execution role can deploy all that the stacks hold."""

import sys
from collections.abc import Collection, Iterable, Mapping

from config.capabilities.workloads import workloads_in
from config.controls.verdicts import verdicts
from config.nodes import Account, Configuration, Organization
from config.registry import resource_types


def lockouts(
    organization: Organization, types: Mapping[str, Collection[str]], accounts: Collection[Account] | None = None
) -> list[str]:
    """Find guardrails that would keep the execution role from deploying some resource of its stack.

    Args:
        organization: The configuration, whose guardrails leave the way in open as far as it tells by itself.
        types: The resource types and data sources of every stack.
        accounts: Those to look at; all by default.

    Returns:
        A line for each.
    """
    return [
        f"policies/{verdict.policy}.yaml: {verdict.sentence}. {verdict.cure}"
        for verdict in verdicts(organization, lambda account: _types_in(account, types), accounts)
        if verdict.refused
    ]


def beyond(configuration: Configuration, types: Mapping[str, Collection[str]]) -> list[Account]:
    """The accounts whose stacks hold more than the configuration tells by itself: what it tells was proved when it was loaded.

    Args:
        configuration: The configuration.
        types: The resource types and data sources of every stack.
    """
    return [
        account
        for account in configuration.accounts.values()
        if account is not configuration.management  # no guardrail restricts it
        and (found := _types_in(account, types))
        and not found <= resource_types(configuration, account)
    ]


def _types_in(account: Account, types: Mapping[str, Collection[str]]) -> frozenset[str]:
    names = (account.slug, *(workload.name_in(account) for workload in workloads_in(account)))
    return frozenset[str]().union(*(types.get(name, ()) for name in names))


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
