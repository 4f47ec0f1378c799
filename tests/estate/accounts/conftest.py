"""An organization on a local AWS, as for the tests of the local AWS itself; and the sample, for commands to change."""

import pytest

from tests.local.conftest import local, make_account, organizations, server
from tests.organizations import copy_sample

__all__ = ["config", "local", "make_account", "organizations", "server"]


@pytest.fixture
def config(tmp_path, monkeypatch):
    directory = copy_sample(tmp_path / "config")
    monkeypatch.setenv("ESTATE_CONFIG", str(directory))
    monkeypatch.setenv("COLUMNS", "250")
    return directory
