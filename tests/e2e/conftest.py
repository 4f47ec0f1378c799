"""Organizations on a local AWS, deployed once for all end-to-end tests: the sample, and a small one."""

import os
import signal
from pathlib import Path

import pytest

from estate.demo import Demo
from estate.local import running_local_aws
from tests.organizations import SAMPLE
from tests.small import Small


@pytest.fixture(scope="session")
def demo(request, tmp_path_factory):
    """A sample organization, deployed by the demonstration itself. Tests that change it put it back."""
    kept = request.config.getoption("--demo")
    demonstration = Demo(Path(kept).resolve() if kept else tmp_path_factory.mktemp("demo") / "demo", SAMPLE)
    if kept:
        yield demonstration
        return
    try:
        for _ in demonstration.run():
            pass
        yield demonstration
    finally:
        demonstration.end()


@pytest.fixture(scope="session")
def bootstrapping(tmp_path_factory):
    """A small organization, and its bootstrap, which goes on beside the first test: both mostly wait for AWS."""
    with running_local_aws() as local:
        found = Small.write(tmp_path_factory.mktemp("small"), local)
        process = found.start("bootstrap", "--yes")
        yield found, process
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="session")
def small(bootstrapping):
    """The small organization, as it is after a bootstrap that nobody disturbed. Tests leave it as configured."""
    found, process = bootstrapping
    printed, _ = process.communicate()
    assert process.returncode == 0, printed
    return found
