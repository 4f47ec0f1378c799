"""What a bootstrap shows, and asks."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.prompt import Confirm

from estate.guard import report
from estate.guard.summary import Summary, summarize
from estate.terraform.ahead import ahead
from estate.terraform.stopped import StoppedError

if TYPE_CHECKING:
    from pathlib import Path

    from estate.accounts.renaming import Renamed
    from estate.guard.verdict import Verdict
    from estate.terraform.failures import Explanation
    from estate.terraform.ready import Ready


class Screen:
    """The terminal.

    Args:
        yes: Whether every question is answered already.
        console: Where to write; standard output by default.
    """

    def __init__(self, *, yes: bool, console: Console | None = None) -> None:
        self._yes = yes
        self._console = console or Console(highlight=False)
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def step(self, title: str, why: str) -> None:
        """Announce a step."""
        self._console.print(f"\n[bold]{escape(title)}[/]\n[dim]{escape(why)}[/]", soft_wrap=True)

    def say(self, message: str, style: str = "") -> None:
        """Say something."""
        self._console.print(message, style=style, markup=False, soft_wrap=True)

    def ask(self, question: str) -> None:
        """Ask, and go on only with a yes.

        Raises:
            StoppedError: The answer is no, or nobody is there to answer.
        """
        if self._yes:
            return
        if not sys.stdin.isatty():
            raise StoppedError("Nobody is there to answer. In a pipeline, say --yes.")
        if not Confirm.ask(question, console=self._console, default=False):
            raise StoppedError("Nothing was changed by this step. Run the command again to go on from here.")

    @contextmanager
    def working(self, stacks: Sequence[str]) -> Iterator[None]:
        """Show what goes on with stacks, as long as it does."""
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TextColumn("{task.fields[doing]}"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self._console, transient=True) as self._progress:
            self._tasks = {name: self._progress.add_task(name, total=None, doing="waiting") for name in stacks}
            yield
        self._progress = None

    def doing(self, stack: str, what: str) -> None:
        """Show what is done with a stack now."""
        if self._progress and stack in self._tasks:
            self._progress.update(self._tasks[stack], doing=what)

    def done(self, stack: str, what: str, style: str = "green") -> None:
        """Say what was done with a stack."""
        self._console.print(f"  [bold]{escape(stack)}[/]  [{style}]{escape(what)}[/]")
        if self._progress and stack in self._tasks:
            self._progress.update(self._tasks[stack], visible=False)

    def plans(self, ready: "Sequence[Ready]", verdict: "Verdict") -> None:
        """Show plans and what the guard says."""
        summaries: list[Summary] = [summarize(one.plan, verdict.dangers) for one in ready]
        report.show(self._console, summaries, verdict)
        for one in ready:
            for step in ahead(one.plan):
                self.say(f"  {one.stack.name}: before the rest: {step.why}", "cyan")
            for line in one.follows_in_words:
                self.say(f"  {one.stack.name}: {line}", "cyan")
            for adopted in one.adopted:
                self.say(
                    f"  {one.stack.name}: exists already and is taken over: {adopted.address} ({adopted.id})", "cyan"
                )

    def approve(self, ready: "Sequence[Ready]", verdict: "Verdict") -> None:
        """Show plans, and ask whether to apply them.

        Raises:
            StoppedError: The guard stops them, or the answer is no.
        """
        self.plans(ready, verdict)
        if not verdict.passes:
            raise StoppedError("The guard stopped these plans; nothing was changed by them.")
        self.ask("Apply?")

    def renamed(self, found: "Sequence[Renamed]") -> None:
        """Say what became of names and addresses of accounts.

        Raises:
            StoppedError: AWS refused one.
        """
        for one in found:
            self.say(f"  {one}", "green" if one.done else "red" if one.failed else "yellow")
        if any(one.failed for one in found):
            raise StoppedError(
                "Not all names are what the configuration says. The rest was done; run the command again."
            )

    def failure(self, stack: str, explanation: "Explanation", log: "Path | None") -> None:
        """Show why a stack failed."""
        self._console.print(f"\n[bold red]{escape(stack)} failed[/]")
        for address in explanation.resources:
            self.say(f"  resource: {address}")
        self.say(explanation.message, "red")
        if explanation.cure:
            self.say(f"  What helps: {explanation.cure}", "bold")
        if log:
            self.say(f"  All that Terraform printed: {log}", "dim")
