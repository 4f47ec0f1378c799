"""The configuration, opened for a command: a mistake in it, or a name that it lacks, ends the command."""

import typer

from config import Account, ConfigError, Organization, load
from config.errors import did_you_mean
from estate.commands.check import report
from estate.console import fail
from estate.paths import config_directory


def open_organization() -> Organization:
    """Load the configuration, or print its problems and end with 1."""
    directory = config_directory()
    try:
        return load(directory)
    except ConfigError as error:
        report(directory, error.problems)
        raise typer.Exit(1) from None


def account_named(organization: Organization, name: str) -> Account:
    """The account with this slug or id, or end with 1."""
    found = [account for account in organization.accounts.values() if name in (account.slug, account.id)]
    if not found:
        fail(f"There is no account {name!r}. {did_you_mean(name, organization.accounts)}".rstrip())
    return found[0]
