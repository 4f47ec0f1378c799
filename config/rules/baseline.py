"""The baseline of accounts: their aliases and regions."""

import re
from collections.abc import Collection, Iterator

from config.errors import KeyPath, Problem
from config.files import Files
from config.model.base import enabled
from config.model.capabilities.baseline import ALIAS
from config.nodes import Organization
from config.regions import OPT_IN_REGIONS
from config.rules.governed import ungoverned

_PATH: KeyPath = ("settings", "baseline")
_ACCOUNT_MANAGEMENT = "account.amazonaws.com"


def aliases(organization: Organization, files: Files) -> Iterator[Problem]:
    """Every alias is one that AWS takes, and no two accounts share one."""
    taken: dict[str, str] = {}
    for account in organization.accounts.values():
        baseline = enabled(account.settings.baseline)
        alias = baseline.alias_of(account.slug) if baseline else None
        if alias is None:
            continue
        file, path = files.accounts[account.slug].file, (*_PATH, "alias")
        if not re.fullmatch(ALIAS, alias):
            expected = "3 to 63 lower-case letters, digits and single hyphens, and no account id"
            yield file.problem(path, f"the alias {alias!r}", expected, "Choose another for this account.")
        elif alias in taken:
            arrived = f"the alias {alias!r}, which {taken[alias]!r} has too"
            cure = "Put {account} into it, or give each account its own."
            yield file.problem(path, arrived, "an alias that no other account has", cure)
        taken.setdefault(alias, account.slug)


def regions(organization: Organization, files: Files) -> Iterator[Problem]:
    """A baseline is about governed regions, the account's own among them."""
    for account in organization.accounts.values():
        baseline = enabled(account.settings.baseline)
        if baseline is None:
            continue
        named: dict[KeyPath, Collection[str]] = {("regions",): baseline.regions, ("volume_keys",): baseline.volume_keys}
        named |= {("quotas", slug, "regions"): quota.regions for slug, quota in baseline.quotas.items()}
        for path, those in named.items():
            yield from ungoverned(account, organization, files, ("baseline", *path), those)
        if baseline.regions and account.region not in baseline.regions:
            arrived = f"regions without {account.region}, where the account {account.slug!r} works"
            file, expected = files.accounts[account.slug].file, "the account's own region among them"
            yield file.problem((*_PATH, "regions"), arrived, expected, "Add it.")


def closed_regions(organization: Organization, files: Files) -> Iterator[Problem]:
    """Regions that AWS keeps closed can be opened from the management account."""
    used: set[str] = set()
    for account in organization.accounts.values():
        if baseline := enabled(account.settings.baseline):
            used.update(baseline.regions or organization.governed_regions)
    closed = sorted(used & OPT_IN_REGIONS)
    if closed and _ACCOUNT_MANAGEMENT not in organization.trusted_services and files.organization.clean:
        arrived = f"no {_ACCOUNT_MANAGEMENT}, but {', '.join(closed)}, which AWS keeps closed until somebody opens it"
        expected = "the service that lets the management account open regions for its accounts"
        yield files.organization.file.problem(
            ("trusted_services",), arrived, expected, f"Add {_ACCOUNT_MANAGEMENT} to `trusted_services`."
        )
