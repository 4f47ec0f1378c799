"""Tables that stay readable: where a terminal is too narrow for a table's longest words, each row becomes a paragraph."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.box import Box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

_ROOMY: Final = 10_000


class Listing:
    """Rows under headings, as a table where no word has to be torn for it, and as paragraphs elsewhere.

    Args:
        headings: The headings of the columns.
        rows: A cell for each heading; texts are shown as they are, without markup.
        title: What stands above.
        numbers: The headings whose cells are numbers.
        box: The lines of the table; none unless told otherwise.

    Example:
        >>> console.print(Listing(("control", "about"), [("1.1", "Contact details are current")]))
    """

    def __init__(
        self,
        headings: Sequence[str],
        rows: Sequence[Sequence[str | Text]],
        *,
        title: str | None = None,
        numbers: Sequence[str] = (),
        box: Box | None = None,
    ) -> None:
        self._headings, self._title, self._numbers, self._box = headings, title, numbers, box
        self._rows = [[Text(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render as rich asks for it."""
        table = self._table()
        # Measured where there is room: a measure never exceeds the width that it is for.
        roomy = options.update(max_width=_ROOMY)
        if Measurement.get(console, roomy, table).minimum <= options.max_width:
            yield table
        else:
            yield from self._paragraphs()

    def _table(self) -> Table:
        style = "table.header" if self._box else "dim"
        framed = self._box is not None
        table = Table(title=self._title, title_justify="left", box=self._box, pad_edge=framed, header_style=style)
        for heading, *cells in zip(self._headings, *self._rows, strict=True):
            # Rich makes the widest columns narrower without looking at their words.
            longest = max(cell_len(word) for text in (heading, *map(str, cells)) for word in (text.split() or [""]))
            table.add_column(heading, justify="right" if heading in self._numbers else "left", min_width=longest)
        for row in self._rows:
            table.add_row(*row)
        return table

    def _paragraphs(self) -> Iterator[Text]:
        if self._title:
            yield Text(self._title, "italic")
        for row in self._rows:
            first, *rest = row
            if first.plain:
                yield first
            for heading, cell in zip(self._headings[1:], rest, strict=True):
                if cell.plain:
                    yield Text.assemble((f"  {heading}  ", "dim"), cell)
