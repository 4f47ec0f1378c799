"""`estate migrate`: this repository on another CDK."""

import subprocess
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from estate.console import fail, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from estate.repository.migrate import Migration

_SHOWN = 10


class Target(StrEnum):
    """What a repository can be moved to."""

    CDKTN = "cdktn"


def migrate(
    target: Annotated[Target, typer.Argument(help="What to move to: CDK Terrain, the successor of CDKTF.")],
    *,
    write: Annotated[bool, typer.Option("--write", help="Write what is shown, if the stacks stay the same.")] = False,
    before: Annotated[str, typer.Option(hidden=True, help="The Python with the app for CDKTF.")] = "",
) -> None:
    """Move this repository to CDK Terrain: imports, Pipfile, package.json and its lock.

    Both synthesize the configuration, and their stacks are compared: they may differ in the version of the CDK, and in version
    and source of the AWS provider. Nothing is deployed, and nothing written without `--write`. The app for CDK Terrain is put
    into an environment of its own below .estate/.
    """
    from config import ConfigError
    from estate.paths import CHECKOUT
    from estate.problems import report
    from estate.repository.migrate import MigrateError, find
    from estate.repository.record import NoRepositoryError, Record
    from estate.repository.rename import RenameError
    from estate.terraform.synth import SynthError
    from estate.version import CDK, VersionError, python_with, version

    try:
        record = Record.read(CHECKOUT)
        if target != CDK:
            python = python_with(version(), f"aws-organization-{target}")
            command = [str(python), "-m", "estate", "migrate", target, "--before", sys.executable]
            done = subprocess.run([*command, *(["--write"] if write else [])], check=False)  # noqa: S603 - our own command
            raise typer.Exit(done.returncode)
        if not before:
            fail(
                "This is the app for CDK Terrain already. `estate migrate` is for repositories of CDKTF, and run from their app."
            )
        found = find(record, before)
    except ConfigError as error:
        say("The configuration, or an extension, is not accepted. Nothing was written.\n")
        report(error.directory, error.problems)
        raise typer.Exit(1) from None
    except (MigrateError, NoRepositoryError, RenameError, SyntaxError, SynthError, VersionError) as error:
        fail(f"{error}\nNothing was written.")
    for line in _told(found):
        say(line)
    if found.different:
        fail("The stacks do not stay the same. Nothing was written.")
    if not write:
        say(f"Nothing was written. `estate migrate {target} --write` writes it.")
        return
    say("Written")
    for name in found.write():
        say(f"  {name}")
    say(
        "\nNow `make setup`, write .terraform.lock.hcl as docs/moving-to-cdktn.md says, and `make test`; commit Pipfile.lock, too."
    )


def _told(found: "Migration") -> "Iterator[str]":
    from config.errors import plural

    yield f"Stacks: {len(found.same)} of {plural(len(found.same) + len(found.different), 'stack')} stay the same"
    yield "  but for the version of the CDK, and version and source of the AWS provider"
    for stack, paths in found.different.items():
        yield f"  {stack} differs"
        yield from (f"    {path}" for path in paths[:_SHOWN])
        if len(paths) > _SHOWN:
            yield f"    … and {len(paths) - _SHOWN:,} more"
    yield ""
    yield f"Files: {plural(len(found.files), 'file')} written differently"
    for file in found.files:
        yield f"  {file.name}{' (edited by you: left as it is)' if file.edited else ''}"
        yield from (f"    {line}" for line in file.diff())
    yield ""
