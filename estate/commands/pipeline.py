"""`estate pipeline`: write the CI system's pipeline, and what its jobs need."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from estate.console import fail

if TYPE_CHECKING:
    from collections.abc import Callable

    from estate.pipeline.setting import Setting

_T = TypeVar("_T")

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

_Base = Annotated[str, typer.Option(help="A git revision: only stacks whose Terraform JSON differs from its.")]
_Check = Annotated[bool, typer.Option("--check", help="Write nothing; end with 1 if the file is not up to date.")]


@app.command()
def github(*, check: _Check = False) -> None:
    """Write .github/workflows/estate.yml for the organization."""
    from estate.pipeline.github import PATH, workflow

    _write(PATH, _made(workflow), check=check)


@app.command()
def gitlab(
    *,
    check: _Check = False,
    deploys: Annotated[bool, typer.Option("--deploys", hidden=True, help="Print the pipeline that deploys.")] = False,
    base: _Base = "",
) -> None:
    """Write .gitlab-ci.yml for the organization."""
    from estate.pipeline.gitlab import PATH, pipeline
    from estate.pipeline.gitlab import deploys as pipeline_of

    if deploys:
        wanted = _stacks(base)
        typer.echo(_made(lambda setting: pipeline_of(setting, wanted)), nl=False)
    else:
        _write(PATH, _made(pipeline), check=check)


@app.command(hidden=True)
def stacks(
    *,
    base: _Base = "",
    part: Annotated[str, typer.Option("--slice", help="N/TOTAL: print that part of the stacks, one a line.")] = "",
) -> None:
    """Print the stacks to work on: all of them, or those that differ from a revision. For jobs."""
    import json

    from estate.pipeline.github import MATRIX

    wanted = _stacks(base)
    if part:
        number, total = map(int, part.split("/"))
        for name in wanted[number - 1 :: total]:
            typer.echo(name)
        return
    for name, found in _made(lambda setting: setting.parts(wanted, MATRIX)).items():
        typer.echo(f"{name}={json.dumps(found)}")


@app.command(hidden=True)
def section(
    stack: Annotated[str, typer.Argument(help="A stack that was planned.")],
    *,
    no_changes: Annotated[bool, typer.Option("--no-changes", help="End with 2 if the plan changes anything.")] = False,
    counts: Annotated[Path | None, typer.Option(help="Also write GitLab's Terraform report to this file.")] = None,
) -> None:
    """Print a stack's plan as a section of a comment. For jobs. Ends with 1 if the guard stops the plan."""
    import datetime as dt
    import json

    from config.errors import ConfigError
    from estate.guard.approvals import load_approvals
    from estate.guard.context import Known
    from estate.guard.kept import kept_plans
    from estate.guard.plan import PlanFormatError
    from estate.guard.summary import summarize
    from estate.guard.verdict import judge
    from estate.paths import config_directory
    from estate.pipeline.sections import section as section_of
    from estate.terraform.stack import Stack, TerraformError
    from estate.terraform.synth import OUT

    try:
        (plan,) = kept_plans([stack])
        known = Known.read(config_directory())
        verdict = judge([plan], load_approvals(config_directory()), dt.datetime.now(dt.UTC).date(), known)
        text = Stack(stack, OUT).shown()
    except (ConfigError, LookupError, PlanFormatError, TerraformError) as error:
        fail(str(error.args[0]))
    summary = summarize(plan, verdict.dangers)
    typer.echo(section_of(summary, verdict, text), nl=False)
    if counts:
        found = {"create": summary.created, "update": summary.updated, "delete": summary.destroyed}
        counts.write_text(json.dumps(found), encoding="utf-8")
    if not verdict.passes:
        raise typer.Exit(1)
    if no_changes and not summary.empty:
        raise typer.Exit(2)


@app.command(hidden=True)
def comment(
    directory: Annotated[Path, typer.Argument(help="Holds the sections, <stack>.md.")],
    *,
    base: Annotated[str, typer.Option(help="A git revision: also say what the change since then does.")] = "",
) -> None:
    """Print all sections as one comment. For jobs."""
    from estate.pipeline.sections import comment as comment_of

    sections = {path.stem: path.read_text(encoding="utf-8") for path in directory.glob("*.md")}
    typer.echo(comment_of(sections, _impact(base) if base else ""), nl=False)


@app.command(hidden=True)
def impact(base: Annotated[str, typer.Argument(help="A git revision.")]) -> None:
    """Print what the change since a revision does, as Markdown. For jobs."""
    typer.echo(_impact(base))


def _impact(base: str) -> str:
    """What a change does. That the base has no (good) configuration is said there, and keeps nobody from seeing the plans."""
    from config import ConfigError
    from estate.controls.impact import impact as compare
    from estate.controls.impact_report import as_markdown
    from estate.controls.revisions import BaseError, organization_at
    from estate.opening import open_organization
    from estate.paths import config_directory

    after = open_organization()
    try:
        return as_markdown(compare(organization_at(base, config_directory()), after), base)
    except (BaseError, ConfigError) as error:
        return f"### What the change does cannot be told\n\n```\n{error}\n```"


def _stacks(base: str) -> list[str]:
    """The stacks that differ from a revision; all, if there is none or git does not know it (any more)."""
    import json

    from estate.terraform import synth
    from estate.terraform.changed import RevisionError, changed

    try:
        synth.synthesize()
        names = sorted(json.loads((synth.OUT / "manifest.json").read_text(encoding="utf-8"))["stacks"])
        try:
            return changed(names, base, synth.OUT) if base.strip("0") else names
        except RevisionError:
            return names
    except synth.SynthError as error:
        fail(str(error))


def _made(make: "Callable[[Setting], _T]") -> "_T":
    from config import ConfigError, load
    from estate.paths import config_directory
    from estate.pipeline.setting import NoPipelineError, Setting

    try:
        return make(Setting.of(load(config_directory())))
    except (ConfigError, NoPipelineError) as error:
        fail(str(error))


def _write(name: str, text: str, *, check: bool) -> None:
    from estate.paths import CHECKOUT

    path = CHECKOUT / name
    same = path.is_file() and path.read_text(encoding="utf-8") == text
    if check:
        if not same:
            fail(f"{name} is not up to date. Write it again with `estate pipeline`.")
        return
    if not same:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    typer.echo(f"{name} {'is up to date' if same else 'written'}. Commit it.")
