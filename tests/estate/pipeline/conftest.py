"""Organizations with pipelines."""

import pytest
import yaml

from config import load
from estate.pipeline.setting import Setting
from tests.organizations import SAMPLE, copy_sample

CI = {
    "github": {"owner": "acme", "repository": "zone", "owner_id": "1", "repository_id": "2"},
    "gitlab": {"project": "acme/zone", "project_id": "42", "environment_in_subject": True},
    "tiers": {"trial": {"accounts": ["ou:workloads/development"]}},
}
STATE = {"backend": "s3", "bucket": "acme-terraform-state", "region": "eu-central-1"}


@pytest.fixture(scope="session")
def write_organization():
    """Write an organization's configuration: the sample's, with pipelines and ids."""

    def write(directory, *, workloads=0, locked=True, **changed):
        copy_sample(directory)
        for number in range(workloads):
            account = {"name": f"Product {number}", "ou": "workloads/production", "email": f"p{number}@example.com"}
            (directory / f"accounts/product-{number}.yaml").write_text(yaml.safe_dump(account))
        organization = yaml.safe_load((SAMPLE / "organization.yaml").read_text())
        changed = {"ci": CI, "state": STATE, **changed}
        (directory / "organization.yaml").write_text(yaml.safe_dump({**organization, **changed}))
        if locked:
            slugs = sorted(path.stem for path in (directory / "accounts").iterdir() if path.stem != "management")
            lock = {
                "organization_id": "o-a1b2c3d4e5",
                "root_id": "r-ab12",
                "management_account_id": "111111111111",
                "accounts": {slug: f"{number:012}" for number, slug in enumerate(slugs, 222222222222)},
                "organizational_units": {},
            }
            (directory / "organization.lock.yaml").write_text(yaml.safe_dump(lock))
        return directory

    return write


@pytest.fixture
def setting_of(write_organization, tmp_path):
    return lambda **changed: Setting.of(load(write_organization(tmp_path / "config", **changed)))


@pytest.fixture(scope="session")
def setting(write_organization, tmp_path_factory):
    return Setting.of(load(write_organization(tmp_path_factory.mktemp("pipeline") / "config")))
