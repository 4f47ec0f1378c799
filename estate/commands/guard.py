"""`estate guard`: what plans change, and whether they may be applied."""

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How the report is written."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


def guard(
    stacks: Annotated[
        list[str] | None, typer.Argument(help="Stacks; all whose plans were kept, if none is named.")
    ] = None,
    *,
    plans: Annotated[
        Path | None, typer.Option(help="Directory of plans as JSON (`terraform show -json`), one <stack>.json a stack.")
    ] = None,
    change: Annotated[
        Path | None,
        typer.Option(
            help="A checkout of a change, read as data: what it takes from the guard's own rules is said first."
        ),
    ] = None,
    form: Annotated[
        Format, typer.Option("--format", help="text, markdown (for a pull request) or json.")
    ] = Format.TEXT,
) -> None:
    """Summarize kept plans, name all that they weaken, and stop what needs an approval."""
    from rich.console import Console

    from config.errors import ConfigError
    from estate.guard import proposed, report
    from estate.guard.approvals import load_approvals
    from estate.guard.context import Known
    from estate.guard.plan import PlanFormatError
    from estate.guard.rule import RulesError
    from estate.guard.summary import summarize
    from estate.guard.verdict import judge
    from estate.paths import config_directory
    from estate.terraform.kept_plans import kept_plans
    from estate.terraform.stack import TerraformError

    errors = Console(stderr=True)
    try:
        found = kept_plans(stacks or [], plans)
        today = dt.datetime.now(dt.UTC).date()
        verdict = judge(found, load_approvals(config_directory()), today, Known.read(config_directory()))
    except (ConfigError, LookupError, PlanFormatError, RulesError, TerraformError) as error:
        errors.print(str(error.args[0] if isinstance(error, LookupError) else error), style="red", markup=False)
        raise typer.Exit(1) from None
    summaries = [summarize(plan, verdict.dangers) for plan in found]
    weaker = proposed.as_markdown(change) if change and form is not Format.JSON else ""
    if weaker:
        typer.echo(weaker)
    if form is Format.TEXT:
        report.show(Console(), summaries, verdict)
    else:
        typer.echo((report.as_markdown if form is Format.MARKDOWN else report.as_json)(summaries, verdict))
    if not verdict.passes:
        raise typer.Exit(1)
