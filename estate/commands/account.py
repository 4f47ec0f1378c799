"""`estate account`: the life of an account, command by command."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from estate.commands.account_arguments import Dry, Slug
from estate.commands.account_closing import close, restore
from estate.commands.account_leases import clean, lease, leases, release
from estate.commands.account_members import invite, transfer

if TYPE_CHECKING:
    from config.nodes import Account, Configuration

app = typer.Typer(no_args_is_help=True, add_completion=False)


def rename(
    account: Slug,
    name: Annotated[str, typer.Argument(help="The new name, as AWS shows it.")],
    *,
    dry_run: Dry = False,
) -> None:
    """Give an account another name: written into its file, done by the deploy of the management account's stack.

    Its slug, and so its Terraform addresses, stay.
    """
    from estate.accounts.editor import edit, leave_if, no_management, opened

    organization, found = opened(account)
    no_management(found, "name")
    leave_if(found.name == name, f"{found.slug} is called {name!r} already.")
    edit(organization, found, lambda file: file.update(name=name), dry_run=dry_run)


def move(
    account: Slug,
    ou: Annotated[str, typer.Argument(help="The OU's path, such as workloads/production.")],
    *,
    dry_run: Dry = False,
) -> None:
    """Move an account to another OU, and show who gains and loses which actions."""
    from config.errors import did_you_mean
    from estate.accounts.editor import edit, leave_if, opened
    from estate.console import fail

    organization, found = opened(account)
    if found.unit is None:
        fail(f"{found.slug} is the management account, which stays in the root.")
    if ou not in (paths := [unit.path for unit in organization.units.values()]):
        fail(f"There is no OU {ou!r}. {did_you_mean(ou, paths)}".rstrip())
    leave_if(found.unit.path == ou, f"{found.slug} is in {ou} already.")
    edit(organization, found, lambda file: file.update(ou=ou), dry_run=dry_run)


def quarantine(account: Slug, *, dry_run: Dry = False) -> None:
    """Take an account out of use for an incident: the policies that name `state:quarantined` hold for it, too.

    It stays in its OU, and its stack stays as it is and is not deployed. `estate account restore` takes it back.
    """
    _put_into(account, "quarantined", dry_run=dry_run)


def suspend(account: Slug, *, dry_run: Dry = False) -> None:
    """Take an account out of use for good, as before it is closed: the policies that name `state:suspended` hold for it, too.

    It stays in its OU, and its stack stays as it is and is not deployed. `estate account restore` takes it back.
    """
    _put_into(account, "suspended", dry_run=dry_run)


def _put_into(name: str, state: str, *, dry_run: bool) -> None:
    from estate.accounts.editor import edit, leave_if, opened

    organization, found = opened(name)
    leave_if(found.state == state, f"{found.slug} is {state} already.")
    edit(organization, found, lambda file: file.update(state=state), dry_run=dry_run)


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

    from estate.accounts.editor import edit, leave_if, opened, own
    from estate.console import fail

    organization, found = opened(account)
    wanted = {}
    for tag in tags:
        key, sign, value = tag.partition("=")
        if not sign or not key:
            fail(f"{tag!r} is no tag. Write KEY=VALUE, or KEY= to remove one.")
        wanted[key] = value
    tagged = own(found).get("tags") or {}
    if missing := [key for key, value in wanted.items() if not value and key not in tagged]:
        where = "; it is inherited, so remove it from organization.yaml" if missing[0] in found.tags else ""
        fail(f"accounts/{found.slug}.yaml has no tag {missing[0]!r}{where}.")
    leave_if(all(tagged.get(key) == value for key, value in wanted.items()), f"{found.slug} has these tags already.")

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

    edit(organization, found, change, dry_run=dry_run)


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
    from estate.accounts.editor import edit, leave_if, no_management, opened
    from estate.console import fail

    organization, found = opened(account)
    if (address is None) is (code is None):
        fail("Say the new address, to begin; or --code, to end what a deploy has begun.")
    if code is not None:
        _accept(organization, found, code)
        return
    no_management(found, "address")
    leave_if(found.email == address, f"{found.slug} has the address {address} already.")
    edit(organization, found, lambda file: file.update(email=address), dry_run=dry_run)


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


def new(
    slug: Annotated[
        str | None,
        typer.Argument(
            help="What it is, for good: its file, its stack and its state are named by it. Asked for at a terminal, if not said."
        ),
    ] = None,
    *,
    name: Annotated[str | None, typer.Option(help="As AWS shows it; made from the slug if not said.")] = None,
    ou: Annotated[
        str | None,
        typer.Option(help="The OU's path. Where all accounts of that purpose are, if not said; else asked for."),
    ] = None,
    purpose: Annotated[str, typer.Option(help="What the account is there for.")] = "workload",
    email: Annotated[
        str | None, typer.Option(help="Address of its root user; made from the organization's pattern if not said.")
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="A tag, such as its owner; repeatable.")
    ] = None,
    budget: Annotated[float | None, typer.Option(help="US dollars a month.")] = None,
    network: Annotated[
        int | None,
        typer.Option(
            metavar="PREFIX", help="A VPC of this prefix length in the next free range, with two private subnets."
        ),
    ] = None,
    dry_run: Dry = False,
) -> None:
    """Write the file of a new account, and show what follows; the deploy of the management account's stack makes it."""
    from estate.accounts.editor import put
    from estate.accounts.new import NewAccountError, account_file, usual_unit
    from estate.console import fail
    from estate.opening import open_organization

    organization = open_organization(prove_access=False)  # the changed one is proven
    if _somebody_is_there():
        slug = slug or typer.prompt("What is it, for good, such as web-shop")
        if ou is None and usual_unit(organization, purpose) is None:
            ou = typer.prompt(f"In which OU: {', '.join(sorted(unit.path for unit in organization.units.values()))}")
    if slug is None:
        fail("Say what it is, for good: estate account new SLUG, such as web-shop. Nothing was written.")
    try:
        text = account_file(
            organization,
            slug,
            name=name,
            ou=ou,
            purpose=purpose,
            email=email,
            tags=tag or [],
            budget=budget,
            prefix=network,
        )
    except NewAccountError as error:
        fail(f"{error}\nNothing was written.")
    put(organization, {f"accounts/{slug}.yaml": text}, dry_run=dry_run)


def _somebody_is_there() -> bool:
    """Whether questions are answered."""
    return sys.stdin.isatty()


def contacts(
    account: Slug,
    about: Annotated[str, typer.Argument(help="billing, operations or security.")],
    *,
    name: Annotated[str | None, typer.Option(help="Who it is.")] = None,
    title: Annotated[str | None, typer.Option(help="Their title.")] = None,
    email: Annotated[str | None, typer.Option(help="Their address.")] = None,
    phone: Annotated[str | None, typer.Option(help="Their telephone number, such as '+49 30 1234567'.")] = None,
    dry_run: Dry = False,
) -> None:
    """Say whom AWS writes to about an account, beside its root user. What is not said stays as it is."""
    from ruamel.yaml.comments import CommentedMap

    from config.capabilities.baseline import BASELINE
    from estate.accounts.editor import edit, leave_if, opened
    from estate.console import fail

    organization, found = opened(account)
    kinds = ("billing", "operations", "security")
    if about not in kinds:
        fail(f"AWS has no contact for {about!r}. Say {', '.join(kinds[:-1])} or {kinds[-1]}.")
    given = {"name": name, "title": title, "email": email, "phone": phone}
    wanted = {key: value for key, value in given.items() if value is not None}
    if not wanted:
        fail("Say what is to be written: --name, --title, --email, --phone.")
    baseline = BASELINE.in_account(organization, found)
    if baseline is None:
        fail(
            f"{found.slug} has no baseline, which sets the contacts. Switch `baseline` on for it in its settings, or above."
        )
    now = getattr(baseline.contacts, about)
    leave_if(
        now is not None and all(getattr(now, key) == value for key, value in wanted.items()),
        f"{found.slug} has this contact already.",
    )

    def change(file: CommentedMap) -> None:
        place: Any = file
        for key in ("settings", "baseline", "contacts", about):
            if place.get(key) is None:
                place[key] = CommentedMap()
            place = place[key]
        place.update(wanted)

    edit(organization, found, change, dry_run=dry_run)


for _command in (
    *(new, invite, transfer),
    *(rename, move, retag, email, contacts),
    *(quarantine, suspend, restore),
    *(lease, leases, clean, release),
    close,
):
    app.command()(_command)
