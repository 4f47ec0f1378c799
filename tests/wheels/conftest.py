"""The wheels, built once."""

import pytest

from tests.packages import build_wheels


@pytest.fixture(scope="session")
def wheels(tmp_path_factory):
    return build_wheels(tmp_path_factory.mktemp("dist"))
