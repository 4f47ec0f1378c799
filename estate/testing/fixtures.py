"""Fixtures of an organization's own tests, for their `conftest.py` to import.

- `organization`: the configuration, checked.
- `account`: the slug of each account in turn.
- `stacks`: the Terraform JSON of each account's stack, by slug, synthesized once by the app itself.
- `recorded`: compares equal to what `make record` recorded of a test; the test is skipped as long as nothing was.
"""

from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension
from syrupy.location import PyTestLocation

from config import ConfigError, Organization, load
from estate.paths import config_directory
from estate.terraform.synth import SynthError, read_stacks, synthesize


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes `account` for each account of the organization."""
    if "account" in metafunc.fixturenames:
        try:
            accounts = load(config_directory()).accounts
        except ConfigError as error:
            raise pytest.Collector.CollectError(str(error)) from error
        metafunc.parametrize("account", sorted(accounts))


@pytest.fixture(scope="session")
def organization() -> Organization:
    """The organization."""
    try:
        return load(config_directory())
    except ConfigError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Each stack's Terraform JSON."""
    out = tmp_path_factory.mktemp("organization") / "cdktf.out"
    try:
        synthesize(out=out)
    except SynthError as error:
        pytest.fail(str(error), pytrace=False)
    return read_stacks(out)


@pytest.fixture
def recorded(request: pytest.FixtureRequest, snapshot: SnapshotAssertion, organization: Organization) -> Any:
    """What was recorded, in `recorded/<organization>/` beside the test, one file for each."""
    place = request.path.parent / "recorded" / organization.slug

    class Recorded(JSONSnapshotExtension):
        @classmethod
        def dirname(cls, *, test_location: PyTestLocation) -> str:
            return str(place / Path(test_location.filepath).stem)

        @classmethod
        def matches_test_location(cls, *, test_location: PyTestLocation, snapshot_location: str) -> bool:
            # By the file's own name, which lacks what file systems do not take: the colon of an action.
            own = Path(cls.get_location(test_location=test_location, index=0))
            found = Path(snapshot_location)
            return found.parent == own.parent and (found.stem == own.stem or found.stem.startswith(f"{own.stem}."))

    if not place.is_dir() and not request.config.option.update_snapshots:
        pytest.skip("Nothing is recorded of this organization: run `make record`, and commit what it writes.")
    return snapshot.use_extension(Recorded)
