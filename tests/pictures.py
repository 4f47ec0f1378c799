"""Take the pictures of the README anew: `make pictures`, with Chromium installed. The demonstration takes about ten minutes.

`python -m tests.pictures report` takes that of the report alone.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from config.loading.loader import load_with_levels
from estate.controls.revisions import organization_at
from estate.paths import CHECKOUT
from estate.report.gathering import Sources, report
from estate.report.page import page
from estate.terraform.synth import stacks_of
from tests.estate.report.conftest import changed
from tests.organizations import SAMPLE

IMAGES = CHECKOUT / "docs" / "images"
COLUMNS = 92
LAST_STEP = "Plan every stack again"


def demo() -> None:
    """Run the demonstration, and draw what it ends with."""
    with tempfile.TemporaryDirectory() as name:
        variables = {**os.environ, "ESTATE_CONFIG": str(SAMPLE), "FORCE_COLOR": "1", "COLUMNS": str(COLUMNS)}
        command = [sys.executable, "-m", "estate", "demo", "--directory", f"{name}/demo"]
        done = subprocess.run(command, cwd=CHECKOUT, env=variables, stdout=subprocess.PIPE, text=True, check=True)
        shown = done.stdout.partition(LAST_STEP)[2].partition("\n")[2].replace(f"{name}/demo", ".estate/demo")
    (IMAGES / "demo.svg").write_text(drawn(shown), encoding="utf-8")


def drawn(shown: str) -> str:
    """What a terminal shows, as a picture that takes no font from elsewhere."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text.from_ansi(shown.strip("\n")))
    form = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    return console.export_svg(title="make demo", code_format=form)


def report_picture() -> None:
    """Change the sample, write its report, and take a picture of the matrix."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name) / "organization"
        directory.mkdir()
        changed(directory)
        configuration, levels = load_with_levels(directory, prove_access=False)
        before = "main", organization_at(str(SAMPLE), directory)
        found = report(Sources(directory, configuration, levels, stacks_of(directory), before))
        file = Path(name) / "report.html"
        file.write_text(page(found), encoding="utf-8")
        with sync_playwright() as started:
            browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            tab = browser.new_page(viewport={"width": 1180, "height": 740})
            tab.goto(f"{file.as_uri()}#/guardrails")
            tab.click("tr:has(a:text-is('staging')) td >> nth=4")
            tab.mouse.move(0, 0)
            tab.screenshot(path=IMAGES / "report.png")
            browser.close()


if __name__ == "__main__":
    report_picture()
    if sys.argv[1:] != ["report"]:
        demo()
