"""`estate account lease`, `leases`, `clean` and `release`: sandboxes with an end date and a budget."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from estate.commands.account_arguments import Dry, Slug

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.nodes import Configuration
    from estate.accounts.editing import Edit
    from estate.accounts.leasing import Standing


def lease(
    account: Slug,
    *,
    until: Annotated[str, typer.Option(metavar="DAY", help="The last day, such as 2026-12-31.")],
    email: Annotated[
        list[str] | None, typer.Option(help="Who has it, and is told what is spent; repeatable. As before if not said.")
    ] = None,
    budget: Annotated[
        float | None, typer.Option(help="US dollars a month; when they are spent, the lease ends.")
    ] = None,
    then: Annotated[
        str | None, typer.Option(help="close, or pool: cleaned and given to the next. As before, else close.")
    ] = None,
    dry_run: Dry = False,
) -> None:
    """Give somebody a sandbox until a day, or extend that; the pipelines' scheduled job sees to its end."""
    import datetime as dt

    from estate.accounts.editor import edit, opened
    from estate.accounts.leasing import leased
    from estate.console import fail

    organization, found = opened(account)
    before = organization.leases.get(found.slug)
    try:
        last = dt.date.fromisoformat(until)
    except ValueError:
        fail(f"{until!r} is no day. Write it as 2026-12-31.")
    if last < dt.datetime.now(dt.UTC).date():
        fail(f"{last} has passed. Nothing was written.")
    emails = tuple(email or (before.emails if before else ()))
    if not emails:
        fail("Say who has it: --email.")
    edit(
        organization, found, leased(last, emails, then or (before.then if before else "close"), budget), dry_run=dry_run
    )


def leases(
    *,
    write: Annotated[
        bool, typer.Option("--write", help="Quarantine what has ended, in the accounts' files; for the scheduled job.")
    ] = False,
    spending: Annotated[
        bool, typer.Option("--spending", help="Ask AWS what was spent, through the role that plans in each account.")
    ] = False,
    warnings: Annotated[Path | None, typer.Option(help="Write what people have to be told there, one a line.")] = None,
) -> None:
    """Show where each lease stands, and what comes next."""
    import datetime as dt

    from rich.console import Console

    from estate.accounts.leasing import Stage, quarantined, standing
    from estate.listing import Listing
    from estate.opening import open_organization

    organization, today = open_organization(prove_access=False), dt.datetime.now(dt.UTC).date()
    spent = _spent(organization) if spending else {}
    found = [standing(organization, slug, today, spent.get(slug)) for slug in sorted(organization.leases)]
    rows = [
        (each.account.slug, ", ".join(each.lease.emails), each.stage.value, each.reason, each.next) for each in found
    ]
    Console(highlight=False).print(Listing(("account", "who", "stands", "why", "next"), rows))
    if warnings:
        told = [each for each in found if each.stage in (Stage.ENDING, Stage.DUE)]
        lines = [f"Lease of {each.account.slug}: {each.reason}\t{each.next}" for each in told]
        warnings.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    ended = [each for each in found if each.stage is Stage.ENDED]
    if write and ended:
        _quarantine(organization, [(each, quarantined(each, today)) for each in ended])


def _quarantine(organization: "Configuration", ended: "Sequence[tuple[Standing, Edit]]") -> None:
    from estate.accounts.editing import edited
    from estate.accounts.editor import name_of, put
    from estate.paths import config_directory

    files = {
        (name := name_of(each.account)): edited((config_directory() / name).read_text(encoding="utf-8"), change)
        for each, change in ended
    }
    put(organization, files, dry_run=False)


def _spent(organization: "Configuration") -> dict[str, float]:
    """What accounts in use have spent; a quarantined one may let nobody ask."""
    from botocore.exceptions import BotoCoreError, ClientError

    from estate.accounts.leasing import spending
    from estate.console import fail

    found = {}
    for slug, lease in organization.leases.items():
        account = organization.accounts[slug]
        if lease.until is None or account.state is not None:
            continue
        try:
            amount = spending(organization, account)
        except (BotoCoreError, ClientError) as error:
            fail(f"What {slug} has spent is not known: {error}")
        if amount is not None:
            found[slug] = amount
    return found


def clean(
    account: Slug,
    *,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to; .estate/clean-<slug>.yaml if not said.")
    ] = None,
) -> None:
    """Write what aws-nuke cleans a sandbox by, which is out of use, and say how it is called; delete nothing."""
    from estate.accounts.cleaning import CleanError, command, nuke
    from estate.accounts.editor import opened
    from estate.console import fail, say
    from estate.paths import CHECKOUT

    organization, found = opened(account)
    path = to or CHECKOUT / ".estate" / f"clean-{found.slug}.yaml"
    try:
        text = nuke(organization, found)
    except CleanError as error:
        fail(str(error))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    call = command(organization, found, str(path))
    say(
        f"{path}: what stays is named there; aws-nuke deletes everything else in {found.id}. With the management account's credentials:\n"
        f"  {call}\nshows what it would delete. When that is right:\n  {call} --no-dry-run"
    )


def release(account: Slug, *, dry_run: Dry = False) -> None:
    """Give a cleaned sandbox back to the pool: in use again, and nobody has it."""
    from estate.accounts.editor import edit, leave_if, opened
    from estate.accounts.leasing import released
    from estate.console import fail

    organization, found = opened(account)
    lease = organization.leases.get(found.slug)
    if lease is None or lease.then != "pool":
        fail(f"{found.slug} is not of the pool: its file says no `lease` with `then: pool`.")
    leave_if(lease.until is None and found.state is None, f"{found.slug} is in the pool already.")
    edit(organization, found, released, dry_run=dry_run)
