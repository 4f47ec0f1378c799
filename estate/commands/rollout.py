"""`estate rollout`: guardrails and settings in waves."""

from typing import TYPE_CHECKING, Annotated

import typer

from estate.commands.account_arguments import Dry

if TYPE_CHECKING:
    import datetime as dt

    from estate.accounts.waves import Wave

app = typer.Typer(no_args_is_help=True, add_completion=False)

Name = Annotated[str, typer.Argument(help="The policy's slug, or the key below `rollouts`.")]


@app.command()
def show() -> None:
    """Show every wave of each rollout, and where it stands."""
    from rich.console import Console

    from estate.listing import Listing

    found, today = _found()
    rows = [
        (wave.name if not number else "", each, _state(wave, number, today))
        for wave in found
        for number, each in enumerate(wave.rollout.waves)
    ]
    Console(highlight=False).print(Listing(("rollout", "wave", "stands"), rows))


@app.command()
def next(  # noqa: A001 - what it is called
    name: Name,
    *,
    now: Annotated[bool, typer.Option("--now", help="Though the pause is not over.")] = False,
    dry_run: Dry = False,
) -> None:
    """Let it reach the next wave, and show what follows."""
    from estate.console import fail

    wave, today = _named(name)
    if wave.next is None:
        fail(f"{name} has reached all waves. Nothing was written.")
    if today < wave.may and not now:
        fail(f"{name} pauses until {wave.may}. Say --now to go on before. Nothing was written.")
    _step(wave, 1, today, dry_run=dry_run)


@app.command()
def back(name: Name, *, dry_run: Dry = False) -> None:
    """Take back the last wave, as a revert of its commit does."""
    from estate.console import fail

    wave, today = _named(name)
    if wave.rollout.reached == 0:
        fail(f"{name} has not begun. Nothing was written.")
    _step(wave, -1, today, dry_run=dry_run)


@app.command()
def due(
    *,
    write: Annotated[bool, typer.Option("--write", help="Let it reach the next wave; for the scheduled job.")] = False,
) -> None:
    """Say which rollout may reach its next wave: one, so that each wave is one change."""
    from estate.console import say

    found, today = _found()
    wave = min((each for each in found if each.is_due(today)), key=lambda each: (each.may, each.name), default=None)
    if wave is None:
        say("No wave is due.")
        return
    say(f"{wave.name}: {wave.next} may follow.")
    if write:
        _step(wave, 1, today, dry_run=False)


def _found() -> "tuple[list[Wave], dt.date]":
    import datetime as dt

    from config.loading.reading import read_files
    from estate.accounts.waves import waves
    from estate.opening import open_organization
    from estate.paths import config_directory

    open_organization(prove_access=False)  # with all that is wrong
    files, _ = read_files(config_directory())
    return (list(waves(files)) if files else []), dt.datetime.now(dt.UTC).date()


def _named(name: str) -> "tuple[Wave, dt.date]":
    from config.errors import did_you_mean
    from estate.console import fail

    found, today = _found()
    named = [wave for wave in found if wave.name == name]
    if not named:
        fail(f"There is no rollout {name!r}. {did_you_mean(name, [wave.name for wave in found])}".rstrip())
    if named[1:]:
        fail(f"A policy and settings are both called {name!r}. Give the settings another key below `rollouts`.")
    return named[0], today


def _step(wave: "Wave", by: int, today: "dt.date", *, dry_run: bool) -> None:
    from estate.accounts.editing import edited
    from estate.accounts.editor import put
    from estate.accounts.waves import stepped
    from estate.opening import open_organization
    from estate.paths import config_directory

    text = (config_directory() / wave.file).read_text(encoding="utf-8")
    put(open_organization(prove_access=False), {wave.file: edited(text, stepped(wave, by, today))}, dry_run=dry_run)


def _state(wave: "Wave", number: int, today: "dt.date") -> str:
    if number < wave.rollout.reached - 1:
        return "reached"
    if number == max(wave.rollout.reached - 1, 0):
        return wave.stands(today)
    return "to come"
