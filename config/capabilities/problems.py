"""Problems of accounts' settings, which may be inherited."""

from collections.abc import Collection, Iterator, Mapping

from config.errors import KeyPath, Problem, one_of
from config.files import Files
from config.nodes import Account, Organization


def ungoverned(
    account: Account, organization: Organization, files: Files, path: KeyPath, regions: Collection[str]
) -> Iterator[Problem]:
    """A problem for each region in a setting that the organization does not govern.

    Args:
        account: Whose setting it is.
        organization: The configuration.
        files: Where the account is written down.
        path: The setting's key, below `settings`.
        regions: Its value: a list, or a mapping whose keys they are.
    """
    governed, file = organization.governed_regions, files.accounts[account.slug].file
    for key, region in zip(regions if isinstance(regions, Mapping) else range(len(regions)), regions, strict=True):
        if region not in governed:
            cure = "Add it to `regions.governed` in organization.yaml."
            yield file.problem(("settings", *path, key), repr(region), f"a governed region: {one_of(governed)}", cure)


def at(files: Files, account: Account, path: KeyPath, arrived: str, expected: str, cure: str = "") -> Problem:
    """A problem of an account's settings, which may be inherited."""
    file = files.accounts[account.slug].file
    whole: KeyPath = ("settings", *path)
    if not file.holds(whole):
        arrived, whole = f"{arrived} for the account {account.slug!r}", ()
    return file.problem(whole, arrived, expected, cure)
