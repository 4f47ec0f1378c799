"""What is wrong with a configuration, for people at a terminal."""

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from config import Problem
from config.errors import plural
from estate.paths import shown


def report(directory: Path, problems: Sequence[Problem]) -> None:
    """Print problems for people, on standard error; nothing if there are none."""
    if not problems:
        return
    console = Console(file=sys.stderr, highlight=False)
    for problem in problems:
        error = problem.severity == "error"
        head = Text()
        head.append("error  " if error else "warning  ", "bold red" if error else "bold yellow")
        head.append(f"{shown(directory, problem.place)}", "bold")
        head.append(f"  {problem.key}" if problem.path else "", "cyan")
        console.print(head, soft_wrap=True)
        body = Text.assemble(("found ", "dim"), problem.arrived, "\n", ("expected ", "dim"), problem.expected)
        if problem.cure:
            body.append(f"\n{problem.cure}", "green")
        console.print(Padding(body, (0, 0, 1, 7), expand=False))
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    counts = [plural(count, noun) for count, noun in ((errors, "error"), (warnings, "warning")) if count]
    console.print(f"{' and '.join(counts)} in {shown(directory)}", style="bold", soft_wrap=True)
