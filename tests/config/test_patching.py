"""The operating systems that settings take are those of the construct: `config` imports no CDKTF, so both have a list."""

from typing import get_args

from config.capabilities import patching as settings
from constructs_lib.operations import patching as constructs


def test_settings_know_the_systems_of_the_construct():
    assert get_args(settings.OperatingSystem) == constructs.OPERATING_SYSTEMS
    assert settings._OF_DEBIAN == constructs.OF_DEBIAN
