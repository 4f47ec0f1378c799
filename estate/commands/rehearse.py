"""`estate rehearse`: what the guardrails would have denied of what was recorded."""

from pathlib import Path
from typing import Annotated

import typer


def rehearse(
    base: Annotated[
        str, typer.Argument(help="What is in force: a git revision, or a configuration's directory.")
    ] = "HEAD",
    *,
    trail: Annotated[
        Path, typer.Option(help="Directory with CloudTrail's files, such as AWSLogs/ copied from the log archive.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Decide recorded calls under the guardrails of BASE and of the working copy. Ends with 3 if some would be newly denied."""
    from config import ConfigError
    from estate.console import fail
    from estate.controls.revisions import BaseError, organization_at
    from estate.opening import open_organization
    from estate.paths import config_directory
    from estate.rehearsal import report
    from estate.rehearsal.condense import TrailError, condense
    from estate.rehearsal.rehearse import reads_address
    from estate.rehearsal.rehearse import rehearse as decide

    after = open_organization(prove_access=False)
    try:
        before = organization_at(base, config_directory())
    except BaseError as error:
        fail(str(error))
    except ConfigError as error:
        fail(f"The configuration of {base} has errors:\n{error}")
    accounts = frozenset(account.id for account in after.accounts.values() if account.id)
    if not accounts:
        fail("No account has an id yet, so no recorded call can be told to be an account's. Run `estate lock` first.")
    if not trail.is_dir():
        fail(
            f"--trail is {str(trail)!r}; expected a directory. Copy the archive's prefix first: aws s3 sync s3://BUCKET/PREFIX {trail}"
        )
    try:
        shapes = condense(trail, accounts=accounts, address=reads_address(before, after))
    except TrailError as error:
        fail(str(error))
    found = decide(before, after, shapes)
    if as_json:
        typer.echo(report.as_json(found))
    else:
        from rich.console import Console

        report.write(found, base, Console(highlight=False))
    if found.denied:
        raise typer.Exit(3)
