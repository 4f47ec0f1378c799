"""The stacks that there are: of every account, and of a team's own workloads beside it, whose roles the account's stack has."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from config.capabilities.capability import FREE, AccountInput, Capability, Part, selects, unknown_selectors
from config.capabilities.extensions import load_extensions
from config.capabilities.workload import WorkloadStack
from config.errors import Problem
from config.nodes import Account, Configuration, Organization
from config.sources.files import Files


@cache
def workloads() -> tuple[WorkloadStack, ...]:
    """The stacks of a team's own beside those of accounts."""
    return tuple(own for own, _ in load_extensions() if isinstance(own, WorkloadStack))


def stacks_of(organization: Organization) -> Mapping[str, tuple[Account, WorkloadStack | None]]:
    """All stacks by name: of every account, and of the workloads beside it."""
    found: dict[str, tuple[Account, WorkloadStack | None]] = {}
    for slug, account in organization.accounts.items():
        found[slug] = account, None
        for workload in workloads_in(account):
            found[workload.name_in(account)] = account, workload
    return found


def held(organization: Organization) -> Mapping[str, str]:
    """The stacks that are not deployed, and why: their account is closing, or in a state."""
    return {name: account.held for name, (account, _) in stacks_of(organization).items() if account.held}


def modules_of(organization: Organization, names: Iterable[str]) -> dict[str, str]:
    """The directories of Terraform modules that some stacks are made from, by the stacks' names."""
    known = stacks_of(organization)
    found = {name: known[name][1] for name in names}
    return {name: workload.module for name, workload in found.items() if workload and workload.module}


def workloads_in(account: Account) -> tuple[WorkloadStack, ...]:
    """The workloads of an account, by key."""
    if account.purpose == "management":
        return ()
    return tuple(each for each in workloads() if any(selects(selector, account) for selector in each.on))


def misplaced_workloads(configuration: Configuration, _files: Files) -> Iterator[Problem]:
    """Workloads are in accounts that there are, and their stacks have names that no account has."""
    for own, file in load_extensions():
        if isinstance(own, WorkloadStack):
            yield from unknown_selectors(own.on, configuration, str(file))
            for account in configuration.accounts.values():
                name = own.name_in(account)
                if own in workloads_in(account) and name in configuration.accounts:
                    arrived, expected = f"a stack {name!r}, as an account is called", "a name that no account has"
                    yield Problem(str(file), 0, (own.key,), arrived, expected, "Choose another key.")


def _beside(inputs: AccountInput) -> tuple[WorkloadStack, ...] | None:
    return workloads_in(inputs.account) or None


WORKLOADS: Final = Capability(
    key="workloads",
    about=("`extensions/`", "Roles for stacks of your own beside the account's: `WorkloadStack` in `extensions/`."),
    rules=(misplaced_workloads,),
    parts=(
        Part(
            name="workloads",
            build="stacks.capabilities.workloads:add",
            value=_beside,
            types=frozenset({"aws_iam_policy", "aws_iam_role", "aws_iam_role_policy_attachment"}),
            cost=FREE,
        ),
    ),
)
