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
    permissions: Annotated[  # noqa: FBT002 - typer makes a pair of switches of it
        bool, typer.Option(help="Whether callers need permissions. To assume a role they always do.")
    ] = True,
) -> None:
    """Start the local AWS in the background, unless it runs already."""
    from estate.local import LocalAwsError, start

    if not (management_account.isdecimal() and len(management_account) == 12):  # noqa: PLR2004 - AWS's ids
        _fail(f"{management_account!r} is no account id: expected 12 digits.")
    try:
        local = start(management_account_id=management_account, port=port, permissions=permissions)
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
def fault(
    service: Annotated[str, typer.Argument(help="botocore's name of the service, or a pattern.")] = "*",
    operation: Annotated[str, typer.Argument(help="Name of the operation, or a pattern such as 'Put*'.")] = "*",
    code: Annotated[str, typer.Option(help="Error code; an empty one only delays.")] = "ThrottlingException",
    status_code: Annotated[int, typer.Option("--status", help="HTTP status.")] = 400,
    times: Annotated[int | None, typer.Option(help="How many calls fail.")] = None,
    seconds: Annotated[float | None, typer.Option(help="For how long calls fail.")] = None,
    delay: Annotated[float, typer.Option(help="Seconds that each of the calls waits first.")] = 0,
    clear: Annotated[bool, typer.Option("--clear", help="End all faults instead.")] = False,  # noqa: FBT002
    writes: Annotated[bool, typer.Option("--writes", help="Only calls that change something fail.")] = False,  # noqa: FBT002
    spared: Annotated[str, typer.Option(metavar="BUCKET", help="With --writes: what is written there does not.")] = "",
) -> None:
    """Let calls fail for a while, to see what happens then."""
    from estate.local import LocalAwsError, running

    settings = {"code": code, "status": status_code, "times": times, "seconds": seconds, "delay": delay}
    settings |= {"writes": writes, "spared": spared}
    try:
        if clear:
            running().clear_faults()
        else:
            running().fault(service, operation, **settings)
    except LocalAwsError as error:
        _fail(str(error))
    typer.echo("All faults are over." if clear else f"{service} {operation} will fail.")


@app.command()
def down() -> None:
    """Stop the local AWS. Everything in it is gone."""
    from estate.local import stop

    typer.echo("The local AWS is stopped." if stop() else "The local AWS was not running.")


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)
