"""`estate import-lza`: a Landing Zone Accelerator's configuration as ours."""

from pathlib import Path
from typing import Annotated

import typer


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

    from config import examine
    from estate.console import fail, say
    from estate.lza.importing import convert
    from estate.lza.reading import LzaError, read
    from estate.lza.report import NEXT, page, print_results, summary
    from estate.lza.report import as_json as in_json
    from estate.lza.writing import files
    from estate.paths import shown
    from estate.problems import report
    from estate.repository.writing import NotEmptyError, write

    try:
        lza = read(directory, _values(value or []))
        draft, results = convert(lza, name=name, slug=slug, ids=_values(account_id or []))
    except LzaError as error:
        report(directory, error.problems)
        raise typer.Exit(1) from None
    say(in_json(results, draft)) if as_json else print_results(results, Console(highlight=False))
    if into is None:
        if not as_json:
            say(f"{shown(directory)}: {summary(results)}. Nothing was written: say --into DIR.")
        return
    management = draft.accounts[str(draft.with_purpose("management"))]
    if "id" not in management:
        fail(
            "Nothing was written: no file says the management account's id. Sign in to it, run\n"
            f"  aws sts get-caller-identity --query Account --output text\nand say --account-id {management['name']}=ID."
        )
    target = into.resolve()
    try:
        write(target, files(draft, page(results, directory.resolve(), into)))
    except NotEmptyError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or into} cannot be written: {error.strerror or error}.")
    _, problems = examine(target)
    report(target, problems)
    if not as_json:
        say(f"{shown(target)}: {summary(results)}. Nothing in AWS was read or changed.")
        say(NEXT.format(directory=shown(target)))
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
