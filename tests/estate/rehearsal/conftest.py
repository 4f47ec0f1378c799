"""An organization two of whose accounts have ids."""

import pytest

from tests.estate.rehearsal.records import OTHER, WORK
from tests.organizations import write_organization


@pytest.fixture
def directory(tmp_path):
    found = write_organization(tmp_path / "before", 6)
    for slug, account_id in (("workload-0000", WORK), ("workload-0001", OTHER)):
        path = found / "accounts" / f"{slug}.yaml"
        path.write_text(f'id: "{account_id}"\n{path.read_text()}')
    return found
