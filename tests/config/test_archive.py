"""The lock of the log archive in the configuration."""

import pytest
import yaml

from config import load
from config.capabilities.logging import LOGGING
from tests.organizations import copy_sample


@pytest.fixture
def with_logging(tmp_path):
    file = copy_sample(tmp_path) / "organization.yaml"

    def changed(**keys):
        data = yaml.safe_load(file.read_text())
        file.write_text(yaml.safe_dump({**data, "logging": {**data["logging"], **keys}}))
        return load(tmp_path)

    return changed


@pytest.mark.row("C5")
def test_logs_are_locked_unless_somebody_says_no_and_is_warned(with_logging):
    assert with_logging().warnings == ()
    (warning,) = with_logging(object_lock=None).warnings
    assert "logging.object_lock: found `object_lock: null`, so logs that can be deleted" in str(warning)


@pytest.mark.row("C5")
def test_the_lock_is_in_governance_and_as_long_as_logs_are_retained(with_logging):
    lock = LOGGING.of(with_logging(object_lock={})).object_lock
    assert (lock.mode, lock.days) == ("GOVERNANCE", None)
