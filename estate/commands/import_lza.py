"""`estate import-lza`: a Landing Zone Accelerator's configuration as ours."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from estate.adoption.snapshot import Snapshot
    from estate.lza.draft import Draft
    from estate.lza.importing import Result


def import_lza(
    directory: Annotated[Path, typer.Argument(help="It has accounts-config.yaml, global-config.yaml and the others.")],
    *,
    into: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A new or an empty directory. Without it, nothing is written.")
    ] = None,
    account_id: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=ID", help="An account's id, where no file says it: Management=111122223333."),
    ] = None,
    snapshot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What `estate adopt` has read of AWS: ids, and what is there beside."),
    ] = None,
    value: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="The value of a replacement that only AWS knows.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="The organization's name, for people.")] = None,
    slug: Annotated[str | None, typer.Option(help="Starts the names of resources; it can never change.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what becomes of each block as JSON.")] = False,
) -> None:
    """Read a Landing Zone Accelerator's configuration and write ours, telling block by block what is taken, differs, or is left out.

    Nothing in AWS is read or changed. Ends with 1 if what is written has errors, which are told as `estate check` tells them.
    """
    from rich.console import Console

    from estate.adoption.snapshot import SnapshotError, read_snapshot
    from estate.console import fail, say
    from estate.lza.importing import convert
    from estate.lza.reading import LzaError, read
    from estate.lza.report import as_json as in_json
    from estate.lza.report import print_results, summary
    from estate.paths import shown
    from estate.problems import report

    try:
        there = read_snapshot(snapshot) if snapshot else None
        lza = read(directory, _values(value or []))
        draft, results = convert(lza, name=name, slug=slug, ids=_values(account_id or []), snapshot=there)
    except SnapshotError as error:
        fail(str(error))
    except LzaError as error:
        report(directory, error.problems)
        raise typer.Exit(1) from None
    say(in_json(results, draft)) if as_json else print_results(results, Console(highlight=False))
    if into is not None:
        _write(draft, results, directory, into, there, quiet=as_json)
    elif not as_json:
        say(f"{shown(directory)}: {summary(results)}. Nothing was written: say --into DIR.")


def _write(
    draft: "Draft", results: "list[Result]", source: Path, into: Path, there: "Snapshot | None", *, quiet: bool
) -> None:
    """Write the configuration as a whole, and say what comes next."""
    from config import examine
    from estate.adoption.writing import WritingError
    from estate.console import fail, say
    from estate.lza.in_aws import with_the_rest
    from estate.lza.report import next_steps, page, summary
    from estate.lza.writing import files
    from estate.paths import shown
    from estate.problems import report
    from estate.repository.writing import NotEmptyError, write

    management = draft.accounts[str(draft.with_purpose("management"))]
    if "id" not in management:
        fail(
            "Nothing was written: no file says the management account's id. Sign in to it, run\n"
            f"  aws sts get-caller-identity --query Account --output text\nand say --account-id {management['name']}=ID."
        )
    target = into.resolve()
    try:
        made = files(draft, page(results, source.resolve(), into, adopted=there is not None))
        write(target, with_the_rest(made, draft, there) if there else made)
    except (NotEmptyError, WritingError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or into} cannot be written: {error.strerror or error}.")
    _, problems = examine(target)
    report(target, problems)
    if not quiet:
        say(f"{shown(target)}: {summary(results)}. Nothing in AWS was read or changed.")
        for line in draft.told:
            say(f"  {line}")
        say(next_steps(shown(target), adopted=there is not None))
    if any(problem.severity == "error" for problem in problems):
        raise typer.Exit(1)


def _values(given: list[str]) -> dict[str, str]:
    """Values of replacements, by key."""
    found = {}
    for each in given:
        key, equals, text = each.partition("=")
        if not key or not equals:
            raise typer.BadParameter(f"{each!r} has no `=` with something before and behind it.")
        found[key] = text
    return found
