"""Tables in terminals of any width: no word is torn."""

import io

import pytest
from rich.box import HEAVY_HEAD
from rich.console import Console

from estate.listing import Listing

HEADINGS = ("Who", "What", "Calls")
ROWS = (
    ("arn:aws:iam::111122223333:role/OrganizationAccountAccessRole", "organizations:LeaveOrganization and more", "7"),
    ("", "sts:AssumeRole", "12,345"),
)


def shown(width, **changes):
    console = Console(file=io.StringIO(), width=width)
    console.print(Listing(HEADINGS, ROWS, **{"title": "Calls", "numbers": ("Calls",), **changes}))
    return console.file.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
@pytest.mark.parametrize("box", [None, HEAVY_HEAD])
def test_no_word_is_torn_at_any_width(width, box):
    text = shown(width, box=box)
    for row in ROWS:
        for word in " ".join(row).split():
            # What is longer than the terminal is wide goes on in the next line, and nothing of it is lost.
            assert word in (text if len(word) <= width else text.replace("\n", ""))


def test_it_is_a_table_where_there_is_room_and_paragraphs_elsewhere():
    wide = shown(200).splitlines()
    assert wide[1].split() == ["Who", "What", "Calls"]
    assert len(wide) == 4
    assert shown(60).splitlines() == [
        "Calls",
        ROWS[0][0],
        "  What  organizations:LeaveOrganization and more",
        "  Calls  7",
        "  What  sts:AssumeRole",
        "  Calls  12,345",
    ]


def test_cells_are_no_markup():
    console = Console(file=io.StringIO(), width=80)
    console.print(Listing(("a",), [("[bold]x[/]",)]))
    assert "[bold]x[/]" in console.file.getvalue()
