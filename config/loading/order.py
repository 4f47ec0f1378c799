"""What the stacks of an organization need of each other, and the order that follows."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from config.capabilities.capability import Need
from config.capabilities.logging import archive_account
from config.capabilities.shares import shares_of
from config.capabilities.workloads import stacks_of
from config.errors import Problem
from config.model.account import Purpose
from config.nodes import Configuration, Organization
from config.registry import capabilities
from config.sources.files import Files

# The organization makes the accounts; the terraform account holds states and pipelines; the log archive and the
# security account receive what all others send; workloads use what the network has.
_RANK: Final[Mapping[Purpose, int]] = {"management": 0, "terraform": 1, "log-archive": 2, "security": 3, "network": 4}
_LAST: Final = len(_RANK)


def needs(organization: Configuration) -> tuple[Need, ...]:
    """What must be there, in another account, before a stack can be deployed; by the capabilities that say so."""
    found = (need for each in capabilities() if each.needs for need in each.needs(organization))
    return tuple(need for need in found if need.account is not need.of)


def stages(organization: Configuration) -> tuple[tuple[str, ...], ...]:
    """The stacks, in stages: those of one stage do not need each other, and need only those of the stages before.

    Whoever is shared something comes after the account that shares it, as far as that does not need it itself.

    Raises:
        ValueError: There is a circle; `check` refuses it.

    Example:
        >>> stages(organization)
        (('management',), ('terraform',), ('security',), ('network',), ('development', 'production', 'staging'))
    """
    accounts = organization.accounts
    after: dict[str, set[str]] = {slug: set() for slug in accounts}
    rank = {slug: _RANK.get(account.purpose, _LAST) for slug, account in accounts.items()}
    for need in needs(organization):
        after[need.account.slug].add(need.of.slug)
    for slug in reversed(list(_in_order(after))):  # what somebody needs comes as early as that one
        for other in after[slug]:
            rank[other] = min(rank[other], rank[slug])
    for share in shares_of(organization).values():
        owner = share.account.slug
        above = _all_that(owner, after)
        for account in organization.select_accounts(node.selector for node in share.principals):
            if rank[account.slug] == rank[owner] and account.slug not in above:
                after[account.slug].add(owner)
    depth: dict[str, int] = {}
    for slug in _in_order(after):
        depth[slug] = max([0, *(depth[other] + 1 for other in after[slug] if rank[other] == rank[slug])])
    places = {slug: (rank[slug], depth[slug]) for slug in accounts}
    base = tuple(
        tuple(sorted(slug for slug, its in places.items() if its == place)) for place in sorted(set(places.values()))
    )
    # A team's workloads have roles that their account's stack makes.
    own = tuple(sorted(name for name, (_, workload) in stacks_of(organization).items() if workload))
    return (*base, own) if own else base


def once_more(organization: Configuration, deployed: Collection[str]) -> tuple[str, ...]:
    """The stacks that look up what others make, and are deployed once more after them.

    Args:
        organization: The configuration.
        deployed: The stacks that have been deployed.
    """
    found = (need for each in capabilities() if each.looks_up for need in each.looks_up(organization))
    return tuple(sorted({need.account.slug for need in found if {need.account.slug, need.of.slug} <= {*deployed}}))


def purposes(organization: Organization, stages: Iterable[Iterable[str]]) -> frozenset[Purpose]:
    """What the accounts of some stages are there for; the security account for logs as well, unless another one is."""
    names = {name for stage in stages for name in stage}
    found = {organization.accounts[name].purpose for name in names if name in organization.accounts}
    keeper = archive_account(organization)
    return frozenset(found | {"log-archive"} if keeper and keeper.slug in names else found)


def circles(organization: Configuration, files: Files) -> Iterator[Problem]:
    """No two stacks need each other, be it over others."""
    found = needs(organization)
    after: dict[str, set[str]] = {slug: set() for slug in organization.accounts}
    for need in found:
        after[need.account.slug].add(need.of.slug)
    said: set[frozenset[str]] = set()
    for need in found:
        around = frozenset(slug for slug in _all_that(need.of.slug, after) if need.of.slug in _all_that(slug, after))
        if need.account.slug not in around or around in said:
            continue
        said.add(around)
        links = [one for one in found if one.account.slug in around and one.of.slug in around]
        arrived = "stacks that wait for each other: " + "; ".join(one.sentence for one in links)
        expected = "one of them that can be deployed first"
        yield files.organization.file.problem(need.path, arrived, expected, "Move one of these to another account.")


def _all_that(slug: str, after: Mapping[str, set[str]]) -> set[str]:
    """An account and all that it comes after, over any number of others."""
    found, todo = {slug}, [slug]
    while todo:
        new = after[todo.pop()] - found
        found |= new
        todo += new
    return found


def _in_order(after: Mapping[str, set[str]]) -> Iterator[str]:
    """The accounts, each after those that it comes after."""
    left = {slug: set(others) for slug, others in sorted(after.items())}
    while left:
        ready = [slug for slug, others in left.items() if not others & left.keys()]
        if not ready:
            raise ValueError(f"The stacks {', '.join(left)} wait for each other.")
        for slug in ready:
            yield slug
            del left[slug]
