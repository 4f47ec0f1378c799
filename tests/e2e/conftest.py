"""The sample organization on a local AWS, deployed once for all end-to-end tests, by the demonstration itself."""

from pathlib import Path

import pytest

from estate.demo import Demo


@pytest.fixture(scope="session")
def demo(request, tmp_path_factory):
    """A deployed sample organization. Tests that change it put it back."""
    kept = request.config.getoption("--demo")
    demonstration = Demo(Path(kept).resolve() if kept else tmp_path_factory.mktemp("demo") / "demo")
    if kept:
        yield demonstration
        return
    try:
        for _ in demonstration.run():
            pass
        yield demonstration
    finally:
        demonstration.end()
