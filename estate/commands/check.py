"""`estate check`: is the configuration right?"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from estate.paths import config_directory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config import Organization, Problem


def check() -> None:
    """Validate the organization's configuration; report every error at once.

    `ESTATE_CONFIG` selects the directory; without it, config/ of this checkout is checked. Ends with 1 if there is an error.
    """
    from config import examine

    directory = config_directory()
    organization, problems = examine(directory)
    report(directory, problems)
    if organization is None:
        raise typer.Exit(1)
    typer.echo(f"{_shown(directory)}: {summary(organization)}. No errors.")


def report(directory: Path, problems: "Sequence[Problem]") -> None:
    """Print problems for people, on standard error; nothing if there are none."""
    if not problems:
        return
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    from config.errors import plural

    console = Console(file=sys.stderr, highlight=False)
    for problem in problems:
        error = problem.severity == "error"
        head = Text()
        head.append("error  " if error else "warning  ", "bold red" if error else "bold yellow")
        head.append(f"{_shown(directory, problem.place)}", "bold")
        head.append(f"  {problem.key}" if problem.path else "", "cyan")
        console.print(head, soft_wrap=True)
        body = Text.assemble(("found ", "dim"), problem.arrived, "\n", ("expected ", "dim"), problem.expected)
        if problem.cure:
            body.append(f"\n{problem.cure}", "green")
        console.print(Padding(body, (0, 0, 1, 7), expand=False))
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    counts = [plural(count, noun) for count, noun in ((errors, "error"), (warnings, "warning")) if count]
    console.print(f"{' and '.join(counts)} in {_shown(directory)}", style="bold", soft_wrap=True)


def summary(organization: "Organization") -> str:
    """What there is, in one line."""
    from config.capabilities.roles import ROLES
    from config.capabilities.shares import SHARES
    from config.errors import plural

    counts = (
        (len(organization.accounts), "account"),
        (len(organization.units), "OU"),
        (len(organization.policies), "policy"),
        (len(SHARES.of(organization) or ()), "share"),
        (len(ROLES.of(organization) or ()), "role"),
    )
    return ", ".join(plural(count, noun) for count, noun in counts if count)


def _shown(directory: Path, place: str = "") -> str:
    """A path as a terminal can open it: relative to where the user is, if it is below."""
    path = directory / place
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
