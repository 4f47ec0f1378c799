"""What all tests share: the sample organization, and lazy provider bindings, switched on before anything imports CDKTF."""

import os
import re
import shutil
import sys
import tempfile
from functools import cache, partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

import constructs_lib  # noqa: F401
from tests import provider, versions
from tests.organizations import EXTENSIONS, SAMPLE

ROOT = Path(__file__).resolve().parents[1]

# No test asserts a time: a busy machine is no failure. All else stays as Hypothesis has it here or in CI.
settings.register_profile("untimed", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# The product's tests and the programs that they run take the sample, whatever a user's `config/` holds.
os.environ["ESTATE_CONFIG"] = str(SAMPLE)
os.environ["ESTATE_EXTENSIONS"] = str(EXTENSIONS)
# Programs that tests start share what Python compiled: where it may not keep that, each compiles the project anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Options of this run are none of the runs of tests that tests start.
os.environ.pop("PYTEST_ADDOPTS", None)
# Terraform and its provider collect their garbage less often: a fifth less work where all deploy at once, for no more memory.
os.environ.setdefault("GOGC", "400")
os.environ.setdefault("GOMEMLIMIT", "600MiB")
# What they say to each other stays in this machine: a plan with two providers spares 6 % of its processor time without certificates.
os.environ.setdefault("TF_DISABLE_PLUGIN_TLS", "1")
provider.say_where()


def temporary_files_in_memory():
    """Have temporary files in memory, where there is room: a disk has tests wait for what is written anew or for good."""
    memory = Path("/dev/shm")
    if "TMPDIR" in os.environ or not hasattr(os, "statvfs") or not memory.is_dir():
        return
    found = os.statvfs(memory)
    if found.f_flag & os.ST_NOEXEC or not os.access(memory, os.W_OK) or found.f_bavail * found.f_frsize < 4 * 1024**3:
        return
    os.environ["TMPDIR"] = tempfile.tempdir = str(memory)


temporary_files_in_memory()
OF_A_USER = tuple(f"{ROOT}/config/{name}" for name in ("organization", "approvals", "accounts/", "policies/"))


def leave_alone(event, arguments):
    """Let no test read a user's configuration, by whatever way it comes to it."""
    if event == "open" and str(arguments[0]).endswith((".yaml", ".json")):
        path = os.path.abspath(str(arguments[0]))  # noqa: PTH100 - this runs for each file that is opened
        if path.startswith(OF_A_USER):
            raise AssertionError(f"{path} is a user's: take SAMPLE or copy_sample of tests.organizations.")


sys.addaudithook(leave_alone)


def pytest_addoption(parser):
    parser.addoption("--versions-update", action="store_true", help="write into docs/versions.md what runs")
    parser.addoption(
        "--demo",
        metavar="DIR",
        help="run the end-to-end tests on what `estate demo --keep --directory DIR` left, instead of deploying anew; with ESTATE_CONFIG=tests/sample",
    )


@pytest.fixture(scope="session")
def ran(pytestconfig):
    """Say that something ran: `ran(Row(…))` of tests/versions.py."""
    return partial(versions.ran, update=pytestconfig.getoption("--versions-update"))


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium; without one, the tests say how to get it."""
    playwright = pytest.importorskip("playwright.sync_api", reason="run `make setup`: Playwright is not installed")
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("no Chromium: apt-get install chromium, or name one in CHROMIUM")
    with playwright.sync_playwright() as started:
        # The sandbox is Chromium's against pages; these pages are ours, and root in a container has none.
        running = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield running
        running.close()


ASKED_FOR = {
    shared: re.compile(rf"^(?:@pytest\.fixture.*\ndef \w+|def test_\w+)\([^)]*\b{shared}\b", re.MULTILINE)
    for shared in ("demo", "small")
}
"""What a test or a fixture has among its arguments that uses a shared organization; a helper's argument may be called the same."""


@cache
def deployment(file):
    """What a file deploys: an organization that it shares with others, something of its own, or nothing."""
    text = (ROOT / file).read_text(encoding="utf-8")
    if "pytest.mark.e2e" not in text:
        return None
    return next((shared for shared, asked in ASKED_FOR.items() if asked.search(text)), file)


class OneDeployment(LoadFileScheduling):
    """With `-n`: the files that share a deployed organization go to one process, in order; each other file to any.

    One process begins with the tests that deploy nothing: they take the processor while those that deploy wait for AWS.
    """

    def _split_scope(self, nodeid):
        file = super()._split_scope(nodeid)
        return deployment(file) or file

    def _assign_work_unit(self, node):
        if node is self.nodes[-1]:
            files = {scope: next(iter(tests)).partition("::")[0] for scope, tests in self.workqueue.items()}
            alone = (scope for scope, file in files.items() if deployment(file) is None)
            if first := next(alone, None):
                self.workqueue.move_to_end(first, last=False)
        super()._assign_work_unit(node)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    config.option.loadscopereorder = False  # by the number of tests, which is not how long they take
    return OneDeployment(config, log)


LONGEST = (
    "demo",
    "small",
    "tests/e2e/test_adoption.py",
    "tests/e2e/test_inspection.py",
    "tests/attacks/test_attacks.py",
)

LONGEST_ALONE = {
    "tests/bases/test_bases.py",
    "tests/machines/test_machines.py",
    "tests/wheels/test_migrate.py",
    "tests/wheels/test_upgrade.py",
}
"""Of those that deploy nothing."""


def pytest_collection_modifyitems(config, items):
    """With `-n`, deploying starts first, and what takes longest before all: else it would go on alone at the end."""
    if hasattr(config, "workerinput"):
        for item in items:
            if any(shared in item.fixturenames and deployment(item.location[0]) != shared for shared in ASKED_FOR):
                raise pytest.UsageError(f"{item.nodeid} would deploy a shared organization again: see ASKED_FOR.")
        if config.workerinput["workerid"] == f"gw{config.workerinput['workercount'] - 1}" and hasattr(os, "nice"):
            os.nice(5)  # the one that begins with the others: what deploys goes on first, since it takes longest
        order = {found: place for place, found in enumerate(LONGEST)} | {None: len(LONGEST) + 1}

        def place(item):
            file = item.location[0]
            return order.get(deployment(file), len(LONGEST)), file not in LONGEST_ALONE

        items.sort(key=place)
