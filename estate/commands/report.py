"""`estate report`: the organization on one page."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from estate.guard.plan import Plan
    from estate.report.changes import Plans


def report(
    base: Annotated[
        str | None,
        typer.Argument(
            help="What to compare with: a git revision, or a configuration's directory. Nothing by default."
        ),
    ] = None,
    *,
    output: Annotated[Path | None, typer.Option(help="The file.", show_default=".estate/report.html")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what the page shows as JSON (docs/report.md) instead of writing it.")
    ] = False,
    plans: Annotated[
        Path | None,
        typer.Option(help="Directory of plans as JSON, one <stack>.json a stack: the guard's verdict on them."),
    ] = None,
    kept: Annotated[
        bool, typer.Option("--kept-plans", help="The same of the plans that `estate plan` kept last.")
    ] = False,
    planned: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The same, as the guard said it when `estate plan --to DIR` planned them."),
    ] = None,
    drift: Annotated[Path | None, typer.Option(metavar="FILE", help="What `estate drift --json` wrote.")] = None,
    rehearsal: Annotated[Path | None, typer.Option(metavar="FILE", help="What `estate rehearse --json` wrote.")] = None,
) -> None:
    """Write the organization as one HTML file: map, accounts, guardrails, access, compliance, networks, and what a change does.

    The file asks for nothing when it is opened, and is never published by itself: who reads it learns how the organization is built.
    """
    from config import ConfigError
    from config.loading.loader import load_with_levels
    from estate.access.opening import synthesized
    from estate.console import fail, say
    from estate.controls.impact import impact
    from estate.controls.revisions import BaseError, configuration_at, organization_at
    from estate.paths import WORK, config_directory, shown
    from estate.problems import report as show
    from estate.report.gathering import Sources
    from estate.report.gathering import report as gather
    from estate.report.page import page
    from estate.terraform.synth import SynthError, stacks_of

    directory = config_directory()
    try:
        configuration, levels = load_with_levels(directory, prove_access=False)
    except ConfigError as error:
        show(directory, error.problems)
        raise typer.Exit(1) from None
    try:
        before = organization_at(base, directory) if base else None
    except BaseError as error:
        fail(str(error))
    except ConfigError as error:
        fail(f"The configuration of {base} has errors:\n{error}")
    if sum((plans is not None, kept, planned is not None)) > 1:
        fail("Give one of --plans, --kept-plans and --planned.")
    given = {
        "judged": _judged(planned) if planned else None,
        "plans": _plans(plans) if plans or kept else (),
        "drift": _read(drift, list, "estate drift --json"),
        "rehearsal": _read(rehearsal, dict, "estate rehearse --json"),
    }
    try:
        stacks = stacks_of(directory)
        if base and before and impact(before, configuration):
            with configuration_at(base, directory) as other:
                given["base_questions"] = synthesized(other.resolve())
    except SynthError as error:
        fail(str(error))
    found = gather(
        Sources(directory, configuration, levels, stacks, (base, before) if base and before else None, **given)
    )
    if as_json:
        typer.echo(found.model_dump_json())
        return
    path = output or WORK / "report.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(found), encoding="utf-8")
    say(f"{shown(path.resolve())}: open it in a browser.")


def _judged(directory: Path) -> "Plans":
    """What the guard said of the plans in a directory."""
    from estate.console import fail
    from estate.report.change import read_judged

    try:
        return read_judged(directory)
    except (LookupError, ValueError) as error:
        fail(str(error.args[0]))


def _plans(directory: Path | None) -> "Sequence[Plan]":
    """The plans of a directory, or those that were kept."""
    from estate.console import fail
    from estate.guard.plan import PlanFormatError
    from estate.terraform.kept_plans import kept_plans
    from estate.terraform.stack import TerraformError

    try:
        return kept_plans([], directory)
    except LookupError as error:
        fail(str(error.args[0]))
    except (PlanFormatError, TerraformError) as error:
        fail(str(error))


def _read(path: Path | None, kind: type, command: str) -> Any:
    """What another command wrote."""
    import json

    from estate.console import fail

    if path is None:
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        fail(f"{path}: {error.strerror}.")
    except ValueError as error:
        fail(f"{path} is not JSON ({error}); expected what `{command}` printed.")
    if not isinstance(found, kind):
        fail(f"{path} holds something else than what `{command}` prints.")
    return found
