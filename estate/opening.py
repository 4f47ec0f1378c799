"""The configuration, opened for a command: a mistake in it, or a name that it lacks, ends the command."""

import typer

from config import Account, ConfigError, Configuration, Organization, load
from config.errors import did_you_mean
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


def account_named(organization: Organization, name: str) -> Account:
    """The account with this slug or id, or end with 1."""
    found = [account for account in organization.accounts.values() if name in (account.slug, account.id)]
    if not found:
        fail(f"There is no account {name!r}. {did_you_mean(name, organization.accounts)}".rstrip())
    return found[0]
