"""The lock of the log archive in the configuration."""

import pytest
import yaml

from config import load
from config.capabilities.logging import LOGGING
from config.errors import ConfigError
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


@pytest.mark.row("C5")
def test_copies_are_made_when_asked_for_and_nothing_locks_them_without_a_lock(with_logging):
    assert not LOGGING.of(with_logging()).locked_copies
    assert LOGGING.of(with_logging(locked_copies=True)).locked_copies
    with pytest.raises(ConfigError, match="expected `object_lock`, by which `locked_copies` are locked"):
        with_logging(object_lock=None, locked_copies=True)
