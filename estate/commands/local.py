"""`estate local`: a local AWS to try and to test against."""

from __future__ import annotations

import shlex
from typing import Annotated, NoReturn

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

_Account = Annotated[str, typer.Option("--management-account", help="Id of the management account (12 digits).")]


@app.command()
def up(
    management_account: _Account = "111111111111",
    port: Annotated[int, typer.Option(help="Port on the loopback address; 0 takes a free one.")] = 0,
) -> None:
    """Start the local AWS in the background, unless it runs already."""
    from estate.local import LocalAwsError, start

    if not (management_account.isdecimal() and len(management_account) == 12):  # noqa: PLR2004 - AWS's ids
        _fail(f"{management_account!r} is no account id: expected 12 digits.")
    try:
        local = start(management_account_id=management_account, port=port)
    except LocalAwsError as error:
        _fail(str(error))
    typer.echo(f"The local AWS answers at {local.endpoint} (management account {local.management_account_id}).")
    typer.echo(f"Log, one line per call: {local.log}")
    typer.echo('For this shell: eval "$(pipenv run estate local env)"')


@app.command()
def status() -> None:
    """Say whether the local AWS is running, and where. Exit code 1 if it is not."""
    from estate.local import find

    local = find()
    if local is None:
        _fail("The local AWS is not running.")
    typer.echo(f"The local AWS answers at {local.endpoint} (management account {local.management_account_id}).")
    typer.echo(f"Process {local.pid}, log {local.log}")


@app.command()
def env() -> None:
    """Print the shell commands that lead Terraform, cdktf, boto3 and the AWS CLI to the local AWS."""
    from estate.local import LocalAwsError, running
    from estate.local.environment import without_aws

    try:
        local = running()
    except LocalAwsError as error:
        _fail(str(error))
    import os

    mine = local.variables()
    for name in sorted(set(os.environ) - set(without_aws()) - set(mine)):
        typer.echo(f"unset {name}")
    for name, value in mine.items():
        typer.echo(f"export {name}={shlex.quote(value)}")


@app.command()
def reset() -> None:
    """Empty the local AWS: no organization, no accounts, no resources."""
    from estate.local import LocalAwsError, running

    try:
        running().reset()
    except LocalAwsError as error:
        _fail(str(error))
    typer.echo("The local AWS is empty.")


@app.command()
def down() -> None:
    """Stop the local AWS. Everything in it is gone."""
    from estate.local import stop

    typer.echo("The local AWS is stopped." if stop() else "The local AWS was not running.")


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)
