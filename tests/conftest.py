"""What all tests share: lazy provider bindings, switched on before anything imports CDKTF, and so one fast kernel."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

import constructs_lib  # noqa: F401

ROOT = Path(__file__).resolve().parents[1]

# No test asserts a time: a busy machine is no failure. All else stays as Hypothesis has it here or in CI.
settings.register_profile("untimed", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_addoption(parser):
    parser.addoption(
        "--demo",
        metavar="DIR",
        help="run the end-to-end tests on what `estate demo --keep --directory DIR` left, instead of deploying anew",
    )


@cache
def deploys(file):
    return "pytest.mark.e2e" in (ROOT / file).read_text(encoding="utf-8")


class OneDeploys(LoadFileScheduling):
    """With `-n`: the files that deploy go to one process, in order; of the others, each process takes one at a time."""

    def _split_scope(self, nodeid):
        file = super()._split_scope(nodeid)
        return "files that deploy" if deploys(file) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    config.option.loadscopereorder = False  # by the number of tests, which is not how long they take
    return OneDeploys(config, log)


def pytest_collection_modifyitems(config, items):
    """With `-n`, deploying starts first: it takes longest."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not deploys(item.location[0]))
