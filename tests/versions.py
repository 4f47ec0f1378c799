"""docs/versions.md: on what the project has run, as the tests that ran it say.

A test calls `ran(Row(…))`. With `pytest --versions-update` that writes the row into the page; without, the page has to have a row
of that base, engine and those words already, for whichever Python, Node and version of the engine: other machines have others.
"""

import platform
import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FIXED = "CDKTF 0.21.0, AWS provider 5.100.0"
"""The base that the tests run on."""
PROVIDER_6 = "CDKTF 0.21.0, AWS provider 6.25.0"
CDK_TERRAIN = "CDK Terrain 0.24.0, AWS provider 6.69.1"
PAGE = Path(__file__).resolve().parents[1] / "docs" / "versions.md"
_TABLE = re.compile(r"(<!-- written by the tests -->\n).*?(<!-- end -->)", re.DOTALL)
_HEAD = "| base | Python | Node | engine | what ran |\n|---|---|---|---|---|\n"


@cache
def node():
    """The major version of Node that is found by PATH."""
    return subprocess.run(
        ["node", "-p", "process.versions.node"], capture_output=True, text=True, check=True
    ).stdout.split(".")[0]


@dataclass(frozen=True, order=True)
class Row:
    """A row of the table.

    Args:
        base: CDKTF or CDK Terrain, and AWS's provider, with their versions.
        ran: What ran.
        python: Its version; that of this process by default.
        node: Its major version; that in PATH by default.
        engine: Terraform or OpenTofu with its version, or `none` for what only synthesizes.
    """

    base: str
    ran: str
    python: str = ""
    node: str = ""
    engine: str = "none"

    def cells(self):
        python = self.python or ".".join(platform.python_version_tuple()[:2])
        return (self.base, python, self.node or node(), self.engine, self.ran)


def terraform():
    """Terraform with its version, as a cell names it."""
    said = subprocess.run(["terraform", "version"], capture_output=True, text=True, check=True).stdout
    return f"Terraform {re.match(r'Terraform v([0-9.]+)', said)[1]}"


def rows():
    """The rows of the page, as tuples of cells."""
    table = _TABLE.search(PAGE.read_text(encoding="utf-8"))[0]
    lines = [line for line in table.splitlines() if line.startswith("|")][2:]
    return {tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines}


def write(found):
    """Write the rows into the page, in order."""
    text = _HEAD + "".join(f"| {' | '.join(row)} |\n" for row in sorted(found))
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_TABLE.sub(lambda match: match[1] + text + match[2], page), encoding="utf-8")


def ran(row, *, update):
    """Say that something ran: write it, or see that the page says so."""
    base, python, version, engine, what = row.cells()
    if update:
        others = {known for known in rows() if known[:4] != (base, python, version, engine)}
        write(others | {(base, python, version, engine, what)})
        return
    known = {(each[0], each[3].split()[0], each[4]) for each in rows()}
    assert (base, engine.split()[0], what) in known, (
        f"docs/versions.md does not say so: {row}. Run pytest --versions-update."
    )
