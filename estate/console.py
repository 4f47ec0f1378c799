"""What commands say to people: results on standard output, everything else on standard error."""

from typing import NoReturn

import typer


def say(message: str) -> None:
    """Print a result."""
    typer.echo(message)


def fail(message: str) -> NoReturn:
    """Print what went wrong and what helps, and end with 1."""
    typer.echo(message, err=True)
    raise typer.Exit(1)


def progress(message: str) -> None:
    """Print how far something is, beside results."""
    typer.echo(message, err=True)
