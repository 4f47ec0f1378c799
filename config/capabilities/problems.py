"""Problems of accounts' settings, which may be inherited."""

from collections.abc import Collection, Iterator, Mapping

from config.errors import KeyPath, Problem, one_of
from config.nodes import Account, Organization
from config.sources.files import Files
from config.sources.yaml_file import YamlFile
from constructs_lib.policies.data import load


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
    governed = organization.governed_regions
    for key, region in zip(regions if isinstance(regions, Mapping) else range(len(regions)), regions, strict=True):
        if region not in governed:
            cure = "Add it to `regions.governed` in organization.yaml."
            file, place = written(files, account, (*path, key))
            yield file.problem(place, repr(region), f"a governed region: {one_of(governed)}", cure)


def at(files: Files, account: Account, path: KeyPath, arrived: str, expected: str, cure: str = "") -> Problem:
    """A problem of an account's settings, which may be inherited."""
    file, place = written(files, account, path)
    if file is not files.accounts[account.slug].file or not place:
        arrived = f"{arrived} for the account {account.slug!r}"
    return file.problem(place, arrived, expected, cure)


def written(files: Files, account: Account, path: KeyPath) -> tuple[YamlFile, KeyPath]:
    """Where a setting of an account is written: in its file, or in one of the levels that it inherits from."""
    own = files.accounts[account.slug].file
    if own.holds(("settings", *path)):
        return own, ("settings", *path)
    file, model = files.organization.file, files.organization.model
    keys: KeyPath = ()
    places: list[KeyPath] = [("defaults", *path)]
    for unit in account.chain:
        keys = (*keys, "organizational_units", unit.slug)
        places.append((*keys, "defaults", *path))
    places.append(("defaults_by_purpose", account.purpose, *path))
    places += [("defaults_by_tag", selector, *path) for selector in (model.defaults_by_tag if model else ())]
    found = [place for place in places if file.holds(place)]
    return (file, found[-1]) if found else (own, ())


def absent(file: YamlFile, path: KeyPath, endpoint: str, regions: Collection[str], cure: str = "") -> Iterator[Problem]:
    """A problem if AWS has not a service in all regions where it is wanted.

    Args:
        file: Where it is switched on.
        path: By which key.
        endpoint: The name of the service's endpoint, as botocore has it.
        regions: The regions.
        cure: What to do about it.
    """
    lacking = [region for region in regions if region in load("endpoints")["missing"].get(endpoint, ())]
    if lacking:
        arrived = f"`{path[-1]}` in {', '.join(lacking)}, where AWS does not have it"
        yield file.problem(path, arrived, "a service that AWS has in these regions", cure)


def key_elsewhere(file: YamlFile, path: KeyPath, arn: str, region: str) -> Iterator[Problem]:
    """A problem if a KMS key is not in the region of what it is to encrypt."""
    own = arn.split(":")[3]
    if own != region:
        yield file.problem(path, f"a key in {own or 'no region'} ({arn})", f"a KMS key in {region}")
