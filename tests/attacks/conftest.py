"""A small organization with everything that is worth attacking, deployed once for all attacks."""

import pytest

from estate.local import running_local_aws
from tests.attacks.attack import Target
from tests.small import Small

MORE = {
    "trusted_services": ["cloudtrail.amazonaws.com", "ram.amazonaws.com"],
    "delegated_administrators": {"cloudtrail.amazonaws.com": "security"},
    "logging": {
        "alerts": {"emails": ["security@example.com"]},
    },
}


@pytest.fixture(scope="session")
def target(tmp_path_factory):
    with running_local_aws() as local:
        directory = tmp_path_factory.mktemp("attacked")
        small = Small.write(
            directory,
            local,
            more=MORE,
            security={"name": "Security", "purpose": "security", "ou": "infrastructure"},
        )
        small.estate("bootstrap", "--yes")
        yield Target(small)
