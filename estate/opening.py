"""The configuration, opened for a command: a mistake in it, or a name that it lacks, ends the command."""

from collections.abc import Collection

import typer

from config import Account, ConfigError, Configuration, Organization, load
from config.errors import did_you_mean, one_of
from estate.console import fail
from estate.paths import config_directory
from estate.problems import report


def open_organization(*, prove_access: bool = True) -> Configuration:
    """Load the configuration, or print its problems and end with 1.

    Args:
        prove_access: Whether a guardrail that locks somebody out is such a problem.
    """
    directory = config_directory()
    try:
        return load(directory, prove_access=prove_access)
    except ConfigError as error:
        report(directory, error.problems)
        raise typer.Exit(1) from None


def meant(name: str, known: Collection[str]) -> str:
    """What somebody may have meant who gave a name that is none: the nearest, the one that it begins, or one of all."""
    begun = [each for each in known if each.startswith(name)]
    if len(begun) == 1:
        return f"Did you mean {begun[0]!r}?"
    return did_you_mean(name, known) or f"Name {one_of(known)}."


def account_named(organization: Organization, name: str) -> Account:
    """The account with this slug or id, or end with 1."""
    found = [account for account in organization.accounts.values() if name in (account.slug, account.id)]
    if not found:
        fail(f"There is no account {name!r}. {meant(name, organization.accounts)}")
    return found[0]
