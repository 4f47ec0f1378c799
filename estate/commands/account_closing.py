"""`estate account close` and `restore`: accounts that go, and those that come back."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from estate.commands.account_arguments import Dry, Slug

if TYPE_CHECKING:
    from config.model.lock import Closed
    from config.nodes import Account, Configuration
    from estate.terraform.screen import Screen


def close(
    account: Slug,
    *,
    leave: Annotated[
        bool, typer.Option("--leave", help="Close it with all that its stack made; AWS deletes that after 90 days.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before it is closed.")] = False,
    dry_run: Dry = False,
) -> None:
    """Close an account, in two steps: what others have for it goes, then it is closed; its slug is never used again.

    The first run writes `closing: true` into its file: deploy that. The next one closes it, when nothing is left.

    With credentials of the management account for the latter. Interrupted, it goes on when it is run again.
    """
    import datetime as dt

    from botocore.exceptions import BotoCoreError, ClientError

    from config import ConfigError
    from config.sources.files import LOCK
    from estate.accounts.closing import CloseError, without
    from estate.accounts.editing import tried
    from estate.accounts.editor import edit, leave_if, name_of, no_management, opened, put, refuse
    from estate.console import fail, say
    from estate.opening import open_organization
    from estate.paths import config_directory
    from estate.terraform.failures import cure_of
    from estate.terraform.screen import Screen
    from estate.terraform.stack import TerraformError
    from estate.terraform.stopped import StoppedError
    from estate.terraform.synth import SynthError

    _finish(account)
    gone = _closed(open_organization(prove_access=False), account)
    leave_if(gone is not None, f"{account} is closed. Until {gone and gone.until} AWS Support can reopen it.")
    organization, found = opened(account)
    no_management(found, "closing")
    if found.id is None or organization.lock is None:
        fail(f"{found.slug} is not made yet: remove {name_of(found)}. Nothing was changed.")
    today = dt.datetime.now(dt.UTC).date()
    files = {LOCK: without(organization, organization.lock, found.slug, today), name_of(found): None}
    try:
        tried(config_directory(), files)
        if not found.closing:
            edit(organization, found, lambda file: file.update(closing=True), dry_run=dry_run)
            return
        if not dry_run:
            _close(organization, found, Screen(yes=yes), today, leave=leave)
    except ConfigError as error:
        say(f"Something still refers to {found.slug}. Take this out first, and deploy that:")
        refuse(error)
    except (CloseError, StoppedError, SynthError, TerraformError) as error:
        fail(str(error))
    except (BotoCoreError, ClientError) as error:
        fail(f"{error}\n{cure_of(str(error))}".rstrip())
    put(organization, files, dry_run=dry_run)


def _finish(slug: str) -> None:
    """Remove the file of an account that the lock has as closed: a run that was killed came as far as the lock."""
    from ruamel.yaml import YAML

    from config import ConfigError
    from config.loading.lock import read_lock
    from estate.paths import config_directory

    directory = config_directory()
    path = directory / "accounts" / f"{slug}.yaml"
    try:
        lock = read_lock(directory)
    except ConfigError:
        return  # told of when all is read
    if lock and slug in lock.closed and path.is_file():
        content = YAML().load(path)
        if content.get("closing") and "id" not in content:  # one with its id was reopened, and is closed again
            path.unlink()


def _close(organization: "Configuration", account: "Account", screen: "Screen", today: Any, *, leave: bool) -> None:
    """Close an account that is closing, when nothing is left."""
    import boto3

    from config import load
    from config.capabilities.workloads import stacks_of
    from estate.accounts.closing import GRACE, close, elsewhere, left
    from estate.accounts.editing import edited
    from estate.accounts.editor import name_of
    from estate.caller import introduce
    from estate.console import fail
    from estate.paths import config_directory
    from estate.terraform import living

    if introduce(organization, screen, {}).account != organization.management.id:
        fail(f"Sign in to the management account ({organization.management.id}): only that closes accounts.")
    name = name_of(account)
    text = edited((config_directory() / name).read_text(encoding="utf-8"), lambda file: file.pop("closing"))
    in_use = load(config_directory(), prove_access=False, changed={name: text})
    own = [stack for stack, (owner, _) in stacks_of(organization).items() if owner is account]
    others = elsewhere(in_use, organization, account)
    states = living.living([*others, *(() if leave else own)])
    if late := left(others, states, account):
        shown = "\n".join(f"  {stack}:\n{_listed(found, 4)}" for stack, found in late.items())
        fail(
            f"Others still have what is for {account.slug}:\n{shown}\nDeploy that, then run this again:\n  estate deploy "
            f"{' '.join(late)}\nNothing was changed."
        )
    if resources := [address for stack in own for address in states.get(stack, ())]:
        fail(
            f"{account.slug} still has {len(resources)} resources:\n{_listed(resources)}\nTake them apart:\n"
            f"  TF_VAR_deploy_role={account.entry_role} cdktf destroy {' '.join(reversed(own))}\n"
            "or say --leave: AWS then deletes them when the account is gone. Nothing was changed."
        )
    screen.say(
        f"{account.slug} ({account.id}, {account.email}) is closed. Until {today + GRACE} AWS Support can reopen it, then it is "
        "gone for good."
    )
    screen.ask("Close it?")
    close(boto3.client("organizations", region_name=organization.home_region), str(account.id))


def _listed(addresses: "list[str]", indent: int = 2) -> str:
    """Addresses, one a line; of very many, the first."""
    most = 20
    lines = addresses[:most] + ([f"and {len(addresses) - most} more"] if len(addresses) > most else [])
    return "\n".join(f"{' ' * indent}{line}" for line in lines)


def restore(account: Slug, *, dry_run: Dry = False) -> None:
    """Take an account back: into use, exactly as it was; or one that was closed, and that AWS Support has reopened.

    For the latter with credentials of the management account.
    """
    from estate.accounts.editor import edit, leave_if, opened
    from estate.opening import open_organization

    organization = open_organization(prove_access=False)
    if (gone := _closed(organization, account)) is not None:
        _take_back(organization, account, gone, dry_run=dry_run)
        return
    organization, found = opened(account)
    leave_if(not found.held, f"{found.slug} is in use.")
    edit(organization, found, lambda file: file.pop("closing" if found.closing else "state"), dry_run=dry_run)


def _closed(organization: "Configuration", slug: str) -> "Closed | None":
    """An account that was closed, and has no file."""
    if slug in organization.accounts or organization.lock is None:
        return None
    return organization.lock.closed.get(slug)


def _take_back(organization: "Configuration", slug: str, account: "Closed", *, dry_run: bool) -> None:
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    from estate.accounts.closing import CloseError, as_reopened
    from estate.accounts.editor import put
    from estate.accounts.new import file_text
    from estate.caller import introduce
    from estate.console import fail, say
    from estate.terraform.failures import cure_of
    from estate.terraform.screen import Screen
    from estate.terraform.stopped import StoppedError

    name = f"accounts/{slug}.yaml"
    try:
        introduce(organization, Screen(yes=True), {})
        client = boto3.client("organizations", region_name=organization.home_region)
        text = file_text(as_reopened(client, organization, account))
    except (CloseError, StoppedError) as error:
        fail(f"{error}\nNothing was written.")
    except (BotoCoreError, ClientError) as error:
        fail(f"{error}\n{cure_of(str(error))}".rstrip())
    put(organization, {name: text}, dry_run=dry_run)
    say(f"Its tags, settings and state are in the file that was removed: git log -- '*/{name}'")
