"""The sample with a change in it, as a report."""

import json
import os
import shutil

import pytest

from config.loader import load_with_levels
from estate.controls.revisions import organization_at
from estate.report.gathering import Sources, report
from estate.terraform.synth import stacks_of
from tests.organizations import SAMPLE, copy_sample

NAME = "Dev <script>document.title='run'</script> & \"co\""
"""An account's name that must stay text."""


def changed(directory):
    """Write the sample with a change: a name, an account more, one that moves, a guardrail less, another policy elsewhere."""
    copy_sample(directory)
    accounts, policies = directory / "accounts", directory / "policies"
    path = accounts / "development.yaml"
    path.write_text(path.read_text().replace("name: Development", f"name: {json.dumps(NAME)}"))
    (accounts / "sandbox.yaml").write_text("name: Sandbox\nou: workloads/development\n")
    path = accounts / "staging.yaml"
    path.write_text(path.read_text().replace("ou: workloads/staging", "ou: quarantine\nstate: quarantined"))
    path = policies / "baseline-data.yaml"
    path.write_text(path.read_text().replace("  deny-public-function-urls:\n", ""))
    (policies / "no-long-lived-keys.yaml").unlink()


@pytest.fixture(scope="session")
def sources(tmp_path_factory):
    """What the report is made from."""
    directory = tmp_path_factory.mktemp("report") / "organization"
    directory.mkdir()
    changed(directory)
    configuration, levels = load_with_levels(directory, prove_access=False)
    return Sources(
        directory, configuration, levels, stacks_of(directory), ("the sample", organization_at(str(SAMPLE), directory))
    )


@pytest.fixture(scope="session")
def document(sources):
    """The report of it."""
    return report(sources)


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium; without one, the tests say how to get it."""
    playwright = pytest.importorskip("playwright.sync_api", reason="run `make setup`: Playwright is not installed")
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("no Chromium: apt-get install chromium, or name one in CHROMIUM")
    with playwright.sync_playwright() as started:
        # The sandbox is Chromium's against pages; this page is ours, and root in a container has none.
        running = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield running
        running.close()
