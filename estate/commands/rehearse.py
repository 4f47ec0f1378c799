"""`estate rehearse`: what the guardrails would have denied of what was recorded."""

from typing import Annotated

import typer


def rehearse(
    base: Annotated[
        str, typer.Argument(help="What is in force: a git revision, or a configuration's directory.")
    ] = "HEAD",
    *,
    trail: Annotated[
        str,
        typer.Option(
            help="A directory with CloudTrail's files, s3://BUCKET/PREFIX, or athena:WORKGROUP/DATABASE.TABLE.",
            metavar="SOURCE",
        ),
    ],
    since: Annotated[
        str, typer.Option(help="The first day, 2026-11-01; from the beginning unless told otherwise.")
    ] = "",
    role: Annotated[
        str,
        typer.Option(
            help="The role of the account that keeps the logs, if another one than the credentials' own reads them."
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Decide recorded calls under the guardrails of BASE and of the working copy. Ends with 3 if some would be newly denied."""
    from config import ConfigError
    from config.controls import Chains
    from estate.console import fail
    from estate.controls.revisions import BaseError, organization_at
    from estate.opening import open_organization
    from estate.paths import config_directory
    from estate.rehearsal import locked, report
    from estate.rehearsal.changed import unneeded
    from estate.rehearsal.opening import condensed
    from estate.rehearsal.rehearse import reads_address
    from estate.rehearsal.rehearse import rehearse as decide
    from estate.rehearsal.sources import TrailError, Wanted

    after = open_organization(prove_access=False)
    try:
        before = organization_at(base, config_directory())
    except BaseError as error:
        fail(str(error))
    except ConfigError as error:
        fail(
            f"The configuration of {base} has errors, so what its guardrails are is not known:\n{error}\n"
            "Compare with a revision that was deployed."
        )
    for version, organization in ((base, before), ("The working copy", after)):
        for sentence in locked.sentences(version, organization):
            typer.echo(sentence, err=True)
    accounts = frozenset(account.id for account in after.accounts.values() if account.id)
    if not accounts:
        fail("No account has an id yet, so no recorded call can be told to be an account's. Run `estate lock` first.")
    alike = unneeded(Chains(before), Chains(after))
    if alike == accounts:
        typer.echo(f"No guardrail of the working copy differs from those of {base}: nothing is read.", err=True)
    try:
        wanted = Wanted.of(accounts, alike, since=since, address=reads_address(before, after))
        shapes = condensed(trail, wanted, after, role) if alike != accounts else {}
    except TrailError as error:
        fail(str(error))
    found = decide(before, after, shapes)
    if as_json:
        typer.echo(report.as_json(found, differs=alike != accounts))
    else:
        from rich.console import Console

        report.write(found, base, Console(highlight=False))
    if found.denied:
        raise typer.Exit(3)
