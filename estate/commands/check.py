"""`estate check`: is the configuration right?"""

from typing import TYPE_CHECKING

import typer

from estate.paths import config_directory, shown

if TYPE_CHECKING:
    from config import Organization


def check() -> None:
    """Validate the organization's configuration; report every error at once.

    `ESTATE_CONFIG` selects the directory; without it, config/ of this checkout is checked. Ends with 1 if there is an error.
    """
    from config import examine
    from estate.controls.level_names import unprotected

    directory = config_directory()
    organization, problems = examine(directory)
    if organization is not None:
        problems = (*problems, *unprotected(organization, directory))
    if problems:
        from estate.problems import report  # what draws it costs time, and mostly nothing is wrong

        report(directory, problems)
    if organization is None:
        raise typer.Exit(1)
    typer.echo(f"{shown(directory)}: {summary(organization)}. No errors.")


def summary(organization: "Organization") -> str:
    """What there is, in one line."""
    from config.capabilities.roles import ROLES
    from config.capabilities.shares import SHARES
    from config.errors import plural

    counts = (
        (len(organization.accounts), "account"),
        (len(organization.units), "OU"),
        (len(organization.policies), "policy"),
        (len(SHARES.of(organization) or ()), "share"),
        (len(ROLES.of(organization) or ()), "role"),
    )
    return ", ".join(plural(count, noun) for count, noun in counts if count)
