"""`estate account`: the life of an account, command by command."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from config.nodes import Account, Configuration
    from estate.accounts.editing import Edit

app = typer.Typer(no_args_is_help=True, add_completion=False)

Slug = Annotated[str, typer.Argument(help="The account: its slug, or its id.")]
Dry = Annotated[bool, typer.Option("--dry-run", help="Show what would follow; write nothing.")]


@app.command()
def rename(
    account: Slug,
    name: Annotated[str, typer.Argument(help="The new name, as AWS shows it.")],
    *,
    dry_run: Dry = False,
) -> None:
    """Give an account another name: written into its file, done by the deploy of the management account's stack.

    Its slug, and so its Terraform addresses, stay.
    """
    organization, found = _open(account)
    _no_management(found, "name")
    _no_change(found.name == name, f"{found.slug} is called {name!r} already.")
    _edit(organization, found, lambda file: file.update(name=name), dry_run=dry_run)


@app.command()
def move(
    account: Slug,
    ou: Annotated[str, typer.Argument(help="The OU's path, such as workloads/production.")],
    *,
    dry_run: Dry = False,
) -> None:
    """Move an account to another OU, and show who gains and loses which actions."""
    from config.errors import did_you_mean
    from estate.console import fail

    organization, found = _open(account)
    if found.unit is None:
        fail(f"{found.slug} is the management account, which stays in the root.")
    if ou not in (paths := [unit.path for unit in organization.units.values()]):
        fail(f"There is no OU {ou!r}. {did_you_mean(ou, paths)}".rstrip())
    _no_change(found.unit.path == ou, f"{found.slug} is in {ou} already.")
    _edit(organization, found, lambda file: file.update(ou=ou), dry_run=dry_run)


@app.command()
def retag(
    account: Slug,
    tags: Annotated[list[str], typer.Argument(help="KEY=VALUE sets a tag, KEY= removes it from the account's file.")],
    *,
    dry_run: Dry = False,
) -> None:
    """Set and remove tags of an account; its stack gives them to all that it makes.

    An inherited tag is overridden here; it is removed where it comes from.
    """
    from ruamel.yaml.comments import CommentedMap

    from estate.console import fail

    organization, found = _open(account)
    wanted = {}
    for tag in tags:
        key, sign, value = tag.partition("=")
        if not sign or not key:
            fail(f"{tag!r} is no tag. Write KEY=VALUE, or KEY= to remove one.")
        wanted[key] = value
    own = _file(found).get("tags") or {}
    if missing := [key for key, value in wanted.items() if not value and key not in own]:
        where = "; it is inherited, so remove it from organization.yaml" if missing[0] in found.tags else ""
        fail(f"accounts/{found.slug}.yaml has no tag {missing[0]!r}{where}.")
    _no_change(all(own.get(key) == value for key, value in wanted.items()), f"{found.slug} has these tags already.")

    def change(file: CommentedMap) -> None:
        there = file.get("tags")
        if there is None:
            there = file["tags"] = CommentedMap()
        for key, value in wanted.items():
            if value:
                there[key] = value
            else:
                del there[key]
        if not there:
            del file["tags"]

    _edit(organization, found, change, dry_run=dry_run)


@app.command()
def email(
    account: Slug,
    address: Annotated[str | None, typer.Argument(help="The new address of its root user.")] = None,
    *,
    code: Annotated[str | None, typer.Option(help="What AWS has sent to the new address: the change is made.")] = None,
    dry_run: Dry = False,
) -> None:
    """Give an account's root user another address, in two steps: the new address has to be proven.

    With ADDRESS it is written into the account's file; the deploy of the management account's stack lets AWS send a code
    there. With --code, and the management account's credentials, the change is made.
    """
    from estate.console import fail

    organization, found = _open(account)
    if (address is None) is (code is None):
        fail("Say the new address, to begin; or --code, to end what a deploy has begun.")
    if code is not None:
        _accept(organization, found, code)
        return
    _no_management(found, "address")
    _no_change(found.email == address, f"{found.slug} has the address {address} already.")
    _edit(organization, found, lambda file: file.update(email=address), dry_run=dry_run)


def _accept(organization: "Configuration", account: "Account", code: str) -> None:
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    from estate.caller import introduce
    from estate.console import fail, say
    from estate.terraform.failures import cure_of
    from estate.terraform.screen import Screen
    from estate.terraform.stopped import StoppedError

    if account.id is None:
        fail(f"{account.slug} has no id yet. Deploy {organization.management.slug}, then run `estate lock`.")
    try:
        introduce(organization, Screen(yes=True), {})
        client: Any = boto3.client("account", region_name=organization.home_region)
        client.accept_primary_email_update(AccountId=account.id, PrimaryEmail=account.email, Otp=code)
    except StoppedError as error:
        fail(str(error))
    except (BotoCoreError, ClientError) as error:
        fail(f"{error}\n{cure_of(str(error))}".rstrip())
    say(f"{account.slug}: its address is {account.email} now.")


def _open(name: str) -> "tuple[Configuration, Account]":
    from estate.opening import account_named, open_organization

    organization = open_organization()
    return organization, account_named(organization, name)


def _file(account: "Account") -> Mapping[str, Any]:
    from ruamel.yaml import YAML

    from estate.paths import config_directory

    content: Mapping[str, Any] = YAML().load(config_directory() / "accounts" / f"{account.slug}.yaml")
    return content


def _no_management(account: "Account", what: str) -> None:
    from estate.console import fail

    if account.unit is None:
        fail(
            f"{account.slug} is the management account, whose {what} no stack looks after: change it in AWS, signed in to the "
            f"account, then write it into accounts/{account.slug}.yaml."
        )


def _no_change(same: bool, said: str) -> None:  # noqa: FBT001 - reads as a sentence
    from estate.console import say

    if same:
        say(f"{said} Nothing was written.")
        raise typer.Exit


def _edit(organization: "Configuration", account: "Account", change: "Edit", *, dry_run: bool) -> None:
    """Change an account's file."""
    from estate.accounts.editing import edited
    from estate.paths import config_directory

    name = f"accounts/{account.slug}.yaml"
    text = edited((config_directory() / name).read_text(encoding="utf-8"), change)
    _write(organization, {name: text}, dry_run=dry_run)


def _write(organization: "Configuration", files: Mapping[str, str], *, dry_run: bool) -> None:
    """Try the changed files, show what follows, and write them."""
    from config import ConfigError
    from estate.accounts.editing import tried, write
    from estate.accounts.following import following
    from estate.console import say
    from estate.paths import config_directory, shown

    directory = config_directory()
    try:
        after = tried(directory, files)
    except ConfigError as error:
        _refuse(error)
    say(following(organization, after))
    if dry_run:
        say("\nNothing was written.")
        return
    write(directory, files)
    say(f"\nWritten: {', '.join(shown(directory, name) for name in files)}")


def _refuse(error: Any) -> NoReturn:
    from estate.console import fail
    from estate.paths import config_directory
    from estate.problems import report

    report(config_directory(), [problem for problem in error.problems if problem.severity == "error"])
    fail("Nothing was written.")
