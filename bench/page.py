"""The page of `estate report` for many accounts: how long it takes to write, how large it is, and how soon a browser shows and finds."""

import os
import shutil
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench import setting
from bench.measure import Case, Samples, interleaved
from bench.report import Ratio

_EMPTY = '<!doctype html><html lang="en"><title>Empty</title><p>Nothing<p><input>'
_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
# From a letter to the picture after it: two frames, so that what the first one draws is on the screen.
_TYPE = """async (text) => {
    const [field] = document.querySelectorAll('input');
    field.focus();
    const begun = performance.now();
    field.value = text;
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    return performance.now() - begun;
}"""
_FOUND = "#found li"


@dataclass(frozen=True)
class Shown:
    """Medians of a browser, in seconds.

    Args:
        paint: From the address to the first content.
        search: From a letter to what is found, on the screen.
    """

    paint: float
    search: float


def measure(work: setting.Workload, rounds: int) -> tuple[Samples, list[Ratio]]:
    """Write the page of an organization whose stacks the app has made, and open it and an empty page in turn.

    Raises:
        RuntimeError: If there is no Chromium, or the page finds nothing.
    """
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise RuntimeError("Install Chromium (apt-get install chromium), or name one in CHROMIUM.")
    file, empty = (work.directory / name for name in ("report.html", "empty.html"))
    command = [
        sys.executable,
        "-m",
        "bench.write_page",
        work.variables["ESTATE_CONFIG"],
        str(work.directory / "app"),
        str(file),
    ]
    written = interleaved([Case("report, after the synth", command, setting.CHECKOUT)], rounds, print)
    empty.write_text(_EMPTY, encoding="utf-8")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page, nothing = _shown(browser, file, rounds, finds=True), _shown(browser, empty, rounds, finds=False)
        browser.close()
    return written, [
        Ratio("report: written after the synth, processor time", written["report, after the synth"].cpu, 5, "s"),
        Ratio("report: size", file.stat().st_size / 1e6, 6, "MB"),
        Ratio("report: first paint", page.paint, 1.5, "s"),
        Ratio("report: first paint / an empty page's", page.paint / nothing.paint, 30),
        Ratio("report: search", 1000 * page.search, 100, "ms"),
        Ratio("report: search / typing into an empty page", page.search / nothing.search, 3),
    ]


def _shown(browser: Browser, file: Path, rounds: int, *, finds: bool) -> Shown:
    paints, searches = [], []
    for _ in range(rounds):
        tab: Page = browser.new_page(bypass_csp=True)  # waiting evaluates a text, which the page forbids
        tab.goto(file.as_uri())
        tab.wait_for_function(f"{_PAINT.partition('[0]')[0]}.length > 0")
        paints.append(tab.evaluate(_PAINT))
        searches += [tab.evaluate(_TYPE, text) for text in ("w", "workload-00", "environment", "production 12")]
        if finds and tab.locator(_FOUND).count() == 0:
            raise RuntimeError(f"{file} finds nothing.")
        tab.close()
    return Shown(statistics.median(paints) / 1000, statistics.median(searches) / 1000)
