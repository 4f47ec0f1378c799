"""`estate upgrade`: what another version of the app changes in this repository."""

import subprocess
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from estate.console import fail, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from estate.repository.comparison import Difference
    from estate.repository.files import File
    from estate.repository.upgrade import Upgrade

_SHOWN = 20


def upgrade(
    *,
    to: Annotated[str, typer.Option(help="The version to go to; by default the one that is installed.")] = "",
    write: Annotated[bool, typer.Option("--write", help="Write what is shown, except where you have edited.")] = False,
    before: Annotated[str, typer.Option(hidden=True, help="The Python with the version before.")] = "",
) -> None:
    """Tell what a newer version changes: configuration keys, addresses, plans, files of this repository.

    Both versions synthesize the configuration, and their stacks are compared. Nothing is deployed, and nothing written without
    `--write`. A version that is not installed is put into an environment of its own below .estate/.
    """
    from config import ConfigError
    from estate.paths import CHECKOUT
    from estate.problems import report
    from estate.repository.migrations import MigrationError
    from estate.repository.record import NoRepositoryError, Record
    from estate.repository.upgrade import UpgradeError, find, must_be_newer
    from estate.terraform.synth import SynthError
    from estate.version import VersionError, python_with, version

    try:
        record = Record.read(CHECKOUT)
        if to and to != version():
            must_be_newer(to, record)
            old = sys.executable if record.version == version() else str(python_with(record.version))
            command = [
                str(python_with(to)),
                "-m",
                "estate",
                "upgrade",
                "--before",
                old,
                *(["--write"] if write else []),
            ]
            raise typer.Exit(subprocess.run(command, check=False).returncode)  # noqa: S603 - our own command
        found = find(record, before or None)
    except ConfigError as error:
        say("This version does not accept the configuration. Nothing was written.\n")
        report(error.directory, error.problems)
        raise typer.Exit(1) from None
    except (MigrationError, NoRepositoryError, SynthError, UpgradeError, VersionError) as error:
        fail(f"{error}\nNothing was written.")
    for line in _told(found):
        say(line)
    if write:
        say("Written")
        for name in found.write():
            say(f"  {name}")
        say("\nNow `make test`; then `make record`, and read the differences like code.")
    elif found.migrated or found.files or found.before != found.after:
        say(f"Nothing was written. `estate upgrade{f' --to {found.after}' if before else ''} --write` writes it.")


def _told(found: "Upgrade") -> "Iterator[str]":
    from config.errors import plural
    from estate.repository.changelog import between

    same = found.before == found.after
    if same and not found.migrated and not found.files:
        yield f"Version {found.after}: nothing changes."
        return
    yield f"Version {found.after}, as before" if same else f"Version {found.before} → {found.after}"
    yield from between(found.before, found.after)
    yield ""
    changes = [change for file in found.migrated for change in file.changes]
    yield f"Configuration: {plural(len(changes), 'key')} to migrate"
    yield from (f"  {change}" for change in changes)
    yield ""
    if not same:
        yield from _of_stacks(found)
        yield ""
    mine = [file for file in found.files if file.edited]
    yield f"Files: {plural(len(found.files), 'file')} written differently by now"
    for file in found.files:
        yield from _of_file(file)
    if mine:
        yield "  What you have edited is left as it is: take over by hand what you want of it."
    yield ""


def _of_stacks(found: "Upgrade") -> "Iterator[str]":
    from config.errors import plural

    if found.untold:
        yield "Plans: what will differ cannot be told, since the version before does not synthesize this configuration"
        yield from (f"  {line}" for line in found.untold.splitlines())
        return
    moved = [f"  {one.stack}: {old} → {new}" for one in found.differences for old, new in one.moved]
    lost = [f"  {one.stack}: {address}" for one in found.differences for address in one.removed]
    yield f"Addresses: {len(moved)} moved, with all that is there"
    yield from moved
    if lost:
        yield f"Destroyed: {len(lost)} gone, and no `moved` block takes what is there along"
        yield from lost
    yield ""
    yield f"Plans: {len(found.differences)} of {plural(found.stacks, 'stack')} will differ"
    for one in found.differences:
        yield from _of_stack(one)


def _of_stack(one: "Difference") -> "Iterator[str]":
    yield (
        f"  {one.stack}: {len(one.added)} to add, {len(one.changed)} to change, {len(one.removed)} to destroy, "
        f"{len(one.moved)} moved"
    )
    lines = [f"    + {address}" for address in one.added]
    lines += [f"    ~ {address}" for address in one.changed]
    lines += [f"    - {address}" for address in one.removed]
    lines += [f"      {name}" for name in one.other]
    yield from lines[:_SHOWN]
    if len(lines) > _SHOWN:
        yield f"    … and {len(lines) - _SHOWN:,} more"


def _of_file(file: "File") -> "Iterator[str]":
    how = "removed" if file.after is None else "new" if file.before is None else "changed"
    yield f"  {file.name} ({'edited by you; ' if file.edited else ''}{how})"
    yield from (f"    {line}" for line in file.diff())
