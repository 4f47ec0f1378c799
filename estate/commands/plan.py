"""`estate plan`: what deploying would change."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.text import Text

    from estate.terraform.planning import Planned


def plan(
    stacks: Annotated[list[str] | None, typer.Argument(help="Stacks; all if none is named.")] = None,
    *,
    changed: Annotated[
        str | None,
        typer.Option(metavar="BASE", help="Only stacks whose Terraform JSON differs from that git revision's."),
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="How many at once; as many as there is room for.")] = None,
) -> None:
    """Synthesize stacks and plan them, several at once, with Terraform directly.

    The plans are kept in .estate/plans/, what Terraform printed in .estate/logs/. `estate guard` judges the plans.
    Ends with 1 if a stack could not be planned.
    """
    import json

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from estate.terraform import planning, synth
    from estate.terraform.changed import RevisionError
    from estate.terraform.changed import changed as those_changed
    from estate.terraform.providers import environment
    from estate.terraform.stack import Stack

    console, errors = Console(), Console(stderr=True)
    try:
        synth.synthesize(stacks or [])
        names = sorted(json.loads((synth.OUT / "manifest.json").read_text(encoding="utf-8"))["stacks"])
        wanted = those_changed(names, changed, synth.OUT) if changed else names
        variables = environment()
    except (synth.SynthError, RevisionError, FileNotFoundError) as error:
        errors.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from None
    if changed:
        console.print(f"{len(wanted)} of {len(names)} stacks differ from {changed}.", highlight=False, markup=False)
    width = max(map(len, wanted), default=0)
    failed = []
    columns = TextColumn("planning"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    with progress:
        task = progress.add_task("", total=len(wanted))
        todo = [Stack(name, synth.OUT, variables) for name in wanted]
        for planned in planning.plan_all(todo, jobs or planning.room()):
            console.print(_line(planned, width))
            progress.advance(task)
            if planned.error:
                failed.append(planned)
    for planned in failed:
        errors.print(f"\n{planned.error}", style="red", markup=False, highlight=False)
    if failed:
        raise typer.Exit(1)


def _line(planned: "Planned", width: int) -> "Text":
    """One stack: its name, what would change, how long that took to find out."""
    from rich.text import Text

    line = Text(f"{planned.stack.name:{width}}  ")
    changes = planned.changes
    if changes is None:
        line.append("failed", "bold red")
    elif not changes.pending:
        line.append("no changes", "dim")
    else:
        counts = [("+", changes.add, "green"), ("~", changes.change, "yellow"), ("-", changes.destroy, "bold red")]
        if changes.imports:
            counts.append((">", changes.imports, "cyan"))
        shown = [(f"{sign}{count} ", style) for sign, count, style in counts if count]
        for text, style in shown or [("outputs only", "yellow")]:
            line.append(text, style)
    return line.append(f"  {planned.seconds:.1f} s", "dim")
