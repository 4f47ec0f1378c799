"""What the commands of `estate account` share: an account is opened, its file is changed, what follows is shown."""

from collections.abc import Mapping
from typing import Any, NoReturn

import typer
from ruamel.yaml import YAML

from config import Account, ConfigError, Configuration
from estate.accounts.editing import Edit, edited, tried, write
from estate.accounts.following import following
from estate.console import fail, say
from estate.opening import account_named, open_organization
from estate.paths import config_directory, shown
from estate.problems import report


def opened(name: str) -> tuple[Configuration, Account]:
    """The configuration, and the account with this slug or id in it; ends with 1 if there is none."""
    organization = open_organization(prove_access=False)  # the changed one is proven
    return organization, account_named(organization, name)


def own(account: Account) -> Mapping[str, Any]:
    """What an account's file says itself."""
    content: Mapping[str, Any] = YAML().load(config_directory() / name_of(account))
    return content


def name_of(account: Account) -> str:
    """An account's file, below the configuration's directory."""
    return f"accounts/{account.slug}.yaml"


def leave_if(same: bool, said: str) -> None:  # noqa: FBT001 - reads as a sentence
    """End well, with nothing written, if all is as it should be already."""
    if same:
        say(f"{said} Nothing was written.")
        raise typer.Exit


def no_management(account: Account, what: str) -> None:
    """End with 1 if an account is the management account, of which no stack looks after this."""
    if account.unit is None:
        fail(
            f"{account.slug} is the management account, whose {what} no stack looks after: change it in AWS, signed in to the "
            f"account, then write it into {name_of(account)}."
        )


def edit(organization: Configuration, account: Account, change: Edit, *, dry_run: bool) -> None:
    """Change an account's file."""
    name = name_of(account)
    text = edited((config_directory() / name).read_text(encoding="utf-8"), change)
    put(organization, {name: text}, dry_run=dry_run)


def put(organization: Configuration, files: Mapping[str, str | None], *, dry_run: bool) -> None:
    """Try changed files, show what follows, and write them; end with 1 if `check` would refuse them."""
    directory = config_directory()
    try:
        after = tried(directory, files)
    except ConfigError as error:
        refuse(error)
    say(following(organization, after))
    if dry_run:
        say("\nNothing was written.")
        return
    write(directory, files)
    for verb, named in (
        ("Written", [name for name, text in files.items() if text is not None]),
        ("Removed", [name for name, text in files.items() if text is None]),
    ):
        if named:
            say(f"\n{verb}: {', '.join(shown(directory, name) for name in named)}")


def refuse(error: ConfigError) -> NoReturn:
    """Show what is wrong, and end with 1."""
    report(config_directory(), [problem for problem in error.problems if problem.severity == "error"])
    fail("Nothing was written.")
