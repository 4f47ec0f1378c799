"""`estate plan`: what deploying would change."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rich.text import Text

    from config.loading.settings import Level
    from config.nodes import Configuration
    from estate.terraform.planning import Planned
    from estate.terraform.stack import Stack

Opened: TypeAlias = "tuple[Configuration, Mapping[str, tuple[Level, ...]]]"
"""The configuration, and what each level says of an account by its slug: read once, and only if a plan asks for it."""
_ENTERED = "  (new: entered by its `entry_role`)"


def plan(
    stacks: Annotated[list[str] | None, typer.Argument(help="Stacks; all if none is named.")] = None,
    *,
    changed: Annotated[
        str | None,
        typer.Option(metavar="BASE", help="Only stacks whose Terraform JSON differs from that git revision's."),
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="How many at once; as many as there is room for.")] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Write each plan as <stack>.md, and the guard's verdict as <stack>.judged.json."
        ),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the plans beside the states, for `estate apply`; needs --to.")
    ] = False,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Through the roles that only read, and without locks, as pipelines do.")
    ] = False,
    role: Annotated[str | None, typer.Option(help="Another role in the accounts than the execution role.")] = None,
    later: Annotated[
        str,
        typer.Option(
            metavar="PURPOSES", help="Of the accounts that the same run deploys, for what has to wait for them."
        ),
    ] = "",
    no_changes: Annotated[
        bool, typer.Option("--no-changes", help="With --to: end with 2 if a plan changes anything.")
    ] = False,
) -> None:
    """Synthesize stacks and plan them, several at once, with Terraform directly.

    The stack of an account that has no execution role yet is planned through the account's `entry_role`.

    The plans are kept in .estate/plans/, what Terraform printed in .estate/logs/. `estate guard` judges the plans.
    Ends with 1 if a stack could not be planned, or, with --to, if the guard stops a plan.
    """
    import json
    from functools import cache, partial

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from config.loading.loader import load_with_levels
    from estate.paths import config_directory
    from estate.terraform import planning, synth
    from estate.terraform.changed import Base, RevisionError
    from estate.terraform.failures import explain
    from estate.terraform.providers import environment
    from estate.terraform.route import by_foundation
    from estate.terraform.stack import Stack

    console, errors = Console(), Console(stderr=True)
    try:
        synth.synthesize(stacks or [])
        names = sorted(json.loads((synth.OUT / "manifest.json").read_text(encoding="utf-8"))["stacks"])
        wanted = Base(changed).changed(names, synth.OUT) if changed else names
        variables = environment()
    except (synth.SynthError, RevisionError, FileNotFoundError) as error:
        errors.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from None
    if changed:
        console.print(f"{len(wanted)} of {len(names)} stacks differ from {changed}.", highlight=False, markup=False)
    wanted = _in_use(wanted, stacks or [])
    if to is not None:
        found = [Stack(name, synth.OUT, variables) for name in wanted]
        _written(
            found, to, jobs or planning.room(), later, keep=keep, read_only=read_only, role=role, strict=no_changes
        )
        return
    if keep or read_only or no_changes:
        errors.print("--keep, --read-only and --no-changes need --to DIR.", style="red", markup=False)
        raise typer.Exit(1)
    variables |= {"TF_VAR_deploy_role": role} if role else {}
    width = max(map(len, wanted), default=0)
    failed = []
    opened = cache(partial(load_with_levels, config_directory(), prove_access=False))
    columns = TextColumn("planning"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    with progress:
        task = progress.add_task("", total=len(wanted))
        todo = [Stack(name, synth.OUT, variables) for name in wanted]
        for planned in planning.plan_all(
            todo, jobs or planning.room(), None if role else lambda stack: by_foundation(stack, opened()[0])
        ):
            console.print(
                *[_line(planned, width), *_renamings(planned, width), *_beside(planned, width, opened)], sep="\n"
            )
            progress.advance(task)
            if planned.error or any(rename.imported for rename in planned.renames):
                failed.append(planned)
    for planned in (one for one in failed if one.error):
        errors.print(f"\n{planned.error}", style="red", markup=False, highlight=False)
        if planned.error and (cure := explain(planned.error).cure):
            errors.print(f"What helps: {cure}", style="bold", markup=False, highlight=False)
    if failed:
        raise typer.Exit(1)


def _in_use(names: list[str], asked: list[str]) -> list[str]:
    """The stacks of accounts that are in use, and those that were asked for; the others are said."""
    from config.capabilities.workloads import held
    from estate.console import say
    from estate.opening import open_organization

    out_of_use = {} if asked else held(open_organization(prove_access=False))
    for name in names:
        if name in out_of_use:
            say(f"{name}: {out_of_use[name]}, so not planned; name it to plan it.")
    return [name for name in names if name not in out_of_use]


def _written(
    stacks: "Sequence[Stack]",
    to: Path,
    jobs: int,
    later: str | None,
    *,
    keep: bool,
    read_only: bool,
    role: str | None,
    strict: bool,
) -> None:
    """Plan stacks, and write what an approver has to see."""
    from dataclasses import replace

    from config.errors import ConfigError
    from estate.console import fail, say
    from estate.guard.plan import PlanFormatError
    from estate.guard.rule import RulesError
    from estate.kept.access import NoAccessError, reading, writing
    from estate.kept.keeping import Keeping, Kept
    from estate.kept.record import RecordError
    from estate.opening import open_organization
    from estate.parallel import in_parallel
    from estate.paths import config_directory
    from estate.terraform.failures import explain

    organization = open_organization(prove_access=False)
    purposes = None if later is None else [found for found in later.split(",") if found]
    to.mkdir(parents=True, exist_ok=True)

    def work(stack: "Stack") -> Kept:
        access = reading(organization, stack.name) if read_only else writing(organization, stack.name, role)
        todo = replace(stack, variables={**stack.variables, **access.variables})
        return Keeping(organization, config_directory(), to, access, keep, purposes).run(todo)

    failed = stopped = changes = False
    try:
        for kept in in_parallel(work, stacks, jobs):
            if kept.error:
                failed = True
                explanation = explain(kept.error)
                say(f"{kept.stack}: failed\n{explanation.message}\n{explanation.cure}".rstrip())
            elif kept.summary is None or kept.verdict is None:
                say(f"{kept.stack}: it needs an account that is not made yet; planned after that")
            else:
                stopped = stopped or not kept.verdict.passes
                changes = changes or not kept.summary.empty
                say(f"{kept.summary}{'' if kept.verdict.passes else ' stopped by the guard'}")
    except (ConfigError, NoAccessError, PlanFormatError, RecordError, RulesError) as error:
        fail(str(error))
    if failed or stopped:
        raise typer.Exit(1)
    if strict and changes:
        raise typer.Exit(2)


def _line(planned: "Planned", width: int) -> "Text":
    """One stack: its name, what would change, how long that took to find out."""
    from rich.text import Text

    line = Text(f"{planned.stack.name:{width}}  ")
    changes = planned.changes
    if changes is None:
        line.append("failed", "bold red")
    elif not planned.pending:
        line.append("no changes", "dim")
    elif not changes.pending:
        line.append("names only", "yellow")
    else:
        if changes.imports:
            line.append(
                f"{changes.imports} to import, {changes.add} to add, {changes.change} to change, {changes.destroy} to destroy",
                "cyan" if changes.add == changes.change == changes.destroy == 0 else "yellow",
            )
            return line.append(f"  {planned.seconds:.1f} s{_ENTERED if planned.entered else ''}", "dim")
        counts = [("+", changes.add, "green"), ("~", changes.change, "yellow"), ("-", changes.destroy, "bold red")]
        shown = [(f"{sign}{count} ", style) for sign, count, style in counts if count]
        for text, style in shown or [("outputs only", "yellow")]:
            line.append(text, style)
    return line.append(f"  {planned.seconds:.1f} s{_ENTERED if planned.entered else ''}", "dim")


def _renamings(planned: "Planned", width: int) -> "Iterator[Text]":
    """The names that Terraform leaves as they are."""
    from rich.text import Text

    for rename in planned.renames:
        said = f"{rename}, when `estate deploy` or `estate apply` does it"
        if rename.imported:
            said = f"{rename.account} is to be taken over, and its {rename.argument} is {rename.deployed!r} in AWS and "
            said += f"{rename.wanted!r} in the configuration: correct the `id`, or the {rename.argument}"
        yield Text(f"{'':{width}}  {rename.slug}: {said}", "bold red" if rename.imported else "yellow")


def _beside(planned: "Planned", width: int, opened: "Callable[[], Opened]") -> "Iterator[Text]":
    """What a plan does beside taking over, with the keys of the configuration that say so."""
    from rich.text import Text

    from estate.adoption.causes import causes
    from estate.guard.plan import Plan

    changes = planned.changes
    if changes is None or not changes.imports or not changes.add + changes.change + changes.destroy:
        return
    for line in causes(*opened(), Plan.from_json(planned.stack.name, planned.stack.planned())):
        yield Text(f"{'':{width}}  {line}", "yellow")
