"""In which order an organization's stacks are deployed."""

from collections.abc import Iterable, Mapping

from config.model.account import Purpose
from config.nodes import Organization
from config.workloads import stacks_of

# The organization makes the accounts; the terraform account holds states and pipelines; the security account receives what
# all others send; workloads use the network's subnets, and have roles that their account's stack makes.
_STAGE: Mapping[Purpose, int] = {"management": 0, "terraform": 1, "security": 2, "network": 3}
_LAST = 4
_WORKLOADS = 5


def stages(organization: Organization) -> tuple[tuple[str, ...], ...]:
    """The stacks, in stages: those of one stage do not need each other, and need only those of the stages before.

    Example:
        >>> stages(organization)
        (('management',), ('terraform',), ('security',), ('network',), ('development', 'production', 'staging'))
    """
    found: dict[int, list[str]] = {}
    for name, (account, workload) in sorted(stacks_of(organization).items()):
        stage = _WORKLOADS if workload else _STAGE.get(account.purpose, _LAST)
        found.setdefault(stage, []).append(name)
    return tuple(tuple(found[stage]) for stage in sorted(found))


def purposes(organization: Organization, stages: Iterable[Iterable[str]]) -> frozenset[Purpose]:
    """What the accounts of some stages are there for."""
    return frozenset(
        organization.accounts[name].purpose for stage in stages for name in stage if name in organization.accounts
    )
