"""`estate account invite` and `transfer`: accounts of others that come, with the management account's credentials."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from config.nodes import Configuration
    from estate.terraform.screen import Screen


def transfer(
    slug: Annotated[str, typer.Argument(help="What the account will be, for good: its file is named by it.")],
    *,
    id_: Annotated[str, typer.Option("--id", help="The account's id, 12 digits.")],
    ou: Annotated[str, typer.Option(help="The OU that it will be in.")],
    source: Annotated[
        str,
        typer.Option(
            "--from", metavar="PROFILE", help="Credentials of the organization that it is in: its management account."
        ),
    ],
    accept: Annotated[
        bool,
        typer.Option("--accept", help="Accept for the account, by the role through which its organization enters it."),
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Send another invitation, though one was declined.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before an invitation is sent.")] = False,
) -> None:
    """Take an account over from another organization: what ends there is shown, then it is invited as by `invite`.

    With credentials of this organization's management account, and of the other's. Run it again until it says that the account is in.
    """
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    from estate.accounts.transferring import TransferError, finish_entry, prerequisites, take_entry
    from estate.console import fail
    from estate.opening import open_organization
    from estate.terraform.failures import cure_of
    from estate.terraform.screen import Screen

    organization, screen = open_organization(prove_access=False), Screen(yes=yes)
    region = organization.home_region
    try:
        other = boto3.Session(profile_name=source)
        there = prerequisites(other.client("organizations", region_name=region), id_)
        for line in there.lines:
            screen.say(f"  {line}")
        if there.obstacles:
            fail(
                "Do this first, in the other organization:\n  "
                + "\n  ".join(there.obstacles)
                + "\nNothing was changed."
            )
        invite(slug, id_=id_, ou=ou, again=again, yes=yes)
        if accept and there.member:
            screen.ask(f"Accept for {id_}, and let {organization.management.id} alone enter it from then on?")
            take_entry(organization, other, id_)
            invite(slug, id_=id_, ou=ou, again=False, yes=yes)
        elif accept:
            finish_entry(organization, other, id_)
    except TransferError as error:
        fail(str(error))
    except (BotoCoreError, ClientError) as error:
        fail(f"{error}\n{cure_of(str(error))}".rstrip())


def invite(
    slug: Annotated[str, typer.Argument(help="What the account will be, for good: its file is named by it.")],
    *,
    id_: Annotated[str, typer.Option("--id", help="The account's id, 12 digits.")],
    ou: Annotated[str, typer.Option(help="The OU that it will be in.")],
    again: Annotated[bool, typer.Option("--again", help="Send another invitation, though one was declined.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before an invitation is sent.")] = False,
) -> None:
    """Invite an account that exists, and take it over when it has accepted: run it again until it says so.

    With credentials of the management account. Nothing is written before the account is a member.
    """
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    from config import ConfigError
    from estate.accounts.editing import tried
    from estate.accounts.editor import put, refuse
    from estate.accounts.inviting import InviteError, Member, standing
    from estate.accounts.new import NewAccountError, account_file
    from estate.caller import introduce
    from estate.console import fail, say
    from estate.opening import open_organization
    from estate.paths import config_directory
    from estate.terraform.failures import cure_of
    from estate.terraform.screen import Screen
    from estate.terraform.stopped import StoppedError

    organization, screen = open_organization(prove_access=False), Screen(yes=yes)
    name = f"accounts/{slug}.yaml"
    try:
        # Whatever the configuration refuses, it refuses before anybody is invited.
        tried(config_directory(), {name: account_file(organization, slug, ou=ou, id_=id_)})
        if introduce(organization, screen, {}).account != organization.management.id:
            fail(f"Sign in to the management account ({organization.management.id}): only that invites.")
        client: Any = boto3.client("organizations", region_name=organization.home_region)
        found = standing(client, id_)
        if not isinstance(found, Member):
            say(_sent(organization, screen, client, id_, slug, again=again))
            return
        text = account_file(organization, slug, name=found.name, ou=ou, email=found.email, id_=id_)
    except ConfigError as error:
        refuse(error)
    except (InviteError, NewAccountError, StoppedError) as error:
        fail(f"{error}\nNothing was written.")
    except (BotoCoreError, ClientError) as error:
        fail(f"{error}\n{cure_of(str(error))}".rstrip())
    put(organization, {name: text}, dry_run=False)


def _sent(
    organization: "Configuration", screen: "Screen", client: Any, account_id: str, slug: str, *, again: bool
) -> str:
    """See that an invitation is open; what is awaited."""
    from estate.accounts.inviting import Invitation, InviteError, invite, standing

    found = standing(client, account_id)
    if isinstance(found, Invitation) and found.state == "DECLINED" and not again:
        raise InviteError(f"{account_id} has declined the invitation {found.id}. To send another one: --again")
    if not isinstance(found, Invitation) or found.state != "OPEN":
        screen.say(
            f"{account_id} gets an invitation into {organization.name}. It is bound by the guardrails of its OU as a member."
        )
        screen.ask("Send it?")
        found = invite(client, account_id, f"{organization.name} invites this account.")
    return (
        f"Waiting for {account_id}. Until {found.expires} its administrator can accept:\n"
        f"  aws organizations accept-handshake --handshake-id {found.id}\n"
        f"Then run this command again: it writes accounts/{slug}.yaml."
    )
