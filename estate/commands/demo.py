"""`estate demo`: the sample organization on a local AWS."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from estate.demo import Found


def demo(
    directory: Annotated[
        Path | None, typer.Option(help="Where everything is written.", show_default=".estate/demo")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the local AWS running, to look around.")] = False,  # noqa: FBT002
) -> None:
    """Deploy the sample organization from nothing to a local AWS, and show that it is there."""
    from subprocess import CalledProcessError

    from rich.console import Console
    from rich.markup import escape

    from estate.console import fail
    from estate.demo import Demo
    from estate.paths import WORK, shown
    from estate.terraform.stack import TerraformError

    console = Console()
    demonstration = Demo((directory or WORK / "demo").resolve())
    begun = time.monotonic()
    try:
        for step in demonstration.run():
            console.print(f"[dim]{time.monotonic() - begun:5.0f} s[/]  {escape(step)}")
        console.print(f"[dim]{time.monotonic() - begun:5.0f} s[/]  Plan every stack again: nothing must change")
        found = demonstration.found()
        page = demonstration.report()
    except TerraformError as error:
        fail(str(error))
    except CalledProcessError as error:
        fail(f"`{error.cmd}` failed; what it said is above.")
    finally:
        if not keep:
            demonstration.end()
    _show(console, found, time.monotonic() - begun)
    console.print(f"The organization on one page, for a browser: {shown(page)}", soft_wrap=True)
    if keep:
        console.print(
            f"The local AWS answers at {demonstration.local.endpoint}; the states are in {demonstration.directory}."
        )
    if any(one.changes or not one.confirmed for one in found):
        fail("Something is not as it should be: see the table.")


def _show(console: "Console", found: "list[Found]", seconds: float) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.text import Text

    from estate.listing import Listing

    rows = []
    for one in found:
        plan = Text("changes", "red") if one.changes else Text("empty", "green")
        rows.append((one.account, one.account_id, one.path or "(root)", str(one.resources), plan))
    console.print()
    headings = ("Account, stack", "Id", "OU", "Resources", "2nd plan")
    title = "The organization that now exists"
    console.print(Listing(headings, rows, title=title, numbers=("Resources",), box=SIMPLE_HEAD))
    total = sum(one.resources for one in found)
    console.print(f"{len(found)} accounts, {total} resources, {seconds:.0f} seconds; AWS confirmed each account's id.")
