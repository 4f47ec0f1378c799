"""Take the README's picture of the report anew: `python -m tests.estate.report.picture`, with Chromium installed."""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from config.loader import load_with_levels
from estate.controls.revisions import organization_at
from estate.paths import CHECKOUT
from estate.report.gathering import Sources, report
from estate.report.page import page
from estate.terraform.synth import stacks_of
from tests.estate.report.conftest import changed
from tests.organizations import SAMPLE

PICTURE = CHECKOUT / "docs" / "images" / "report.png"


def main() -> None:
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
            tab.screenshot(path=PICTURE)
            browser.close()


if __name__ == "__main__":
    main()
