"""`organization_tests/` holds for any organization: three that have little in common, before and after `make record`."""

import os
import shutil
import subprocess
import sys

import pytest
import yaml

from estate.paths import CHECKOUT
from tests.organizations import copy_sample, write_organization

LOCK = {"organization_id": "o-a1b2c3d4e5", "root_id": "r-ab12", "management_account_id": "999988887777"}


def smallest(directory):
    """A management account, and one more."""
    (directory / "accounts").mkdir(parents=True)
    (directory / "organization.yaml").write_text(
        "name: Tiny\nslug: tiny\nemail: aws+{account}@example.org\nregions: {home: us-east-2}\norganizational_units: {apps: {}}\n"
    )
    (directory / "accounts/root.yaml").write_text('name: Root\npurpose: management\nid: "999988887777"\n')
    (directory / "accounts/app.yaml").write_text("name: app\nou: apps\n")
    return directory


def generated(directory):
    """Accounts by number, with a share, a role, a delegated administrator and a policy on a tag."""
    return write_organization(directory, accounts=7)


def made_ones_own(directory):
    """The sample as README's "Make it yours" leaves it: other names, other accounts, deployed and so with a lock."""
    copy_sample(directory)
    file = directory / "organization.yaml"
    data = yaml.safe_load(file.read_text())
    data |= {"name": "Heron", "slug": "heron", "email": "cloud+{account}@heron.example", "tags": {"team": "sky"}}
    file.write_text(yaml.safe_dump(data))
    (directory / "accounts/development.yaml").unlink()
    for old, new in (("staging", "preview"), ("production", "shop")):
        (directory / f"accounts/{old}.yaml").rename(directory / f"accounts/{new}.yaml")
    management = directory / "accounts/management.yaml"
    management.write_text(management.read_text().replace("111111111111", "999988887777"))
    slugs = [path.stem for path in sorted((directory / "accounts").iterdir()) if path.stem != "management"]
    accounts = {slug: f"{number:012}" for number, slug in enumerate(slugs, 222222222222)}
    units = {slug: f"ou-ab12-{number:08}" for number, slug in enumerate(unit_slugs(data["organizational_units"]))}
    lock = {**LOCK, "accounts": accounts, "organizational_units": units}
    (directory / "organization.lock.yaml").write_text(yaml.safe_dump(lock))
    return directory


def unit_slugs(units):
    for slug, unit in units.items():
        yield slug
        yield from unit_slugs((unit or {}).get("organizational_units") or {})


@pytest.fixture(params=[smallest, generated, made_ones_own], ids=lambda make: make.__name__)
def run(request, tmp_path):
    config = request.param(tmp_path / "config")
    tests = shutil.copytree(
        CHECKOUT / "organization_tests", tmp_path / "tests", ignore=shutil.ignore_patterns("recorded", "__pycache__")
    )

    def pytest_(*options):
        command = [sys.executable, "-m", "pytest", "-q", "-rfEs", "-c", CHECKOUT / "pyproject.toml", "--rootdir", tests]
        done = subprocess.run(
            [*command, "-p", "no:cacheprovider", *options, tests],
            env={**os.environ, "ESTATE_CONFIG": str(config), "PYTHONPATH": str(CHECKOUT)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return config, pytest_


@pytest.mark.row("C14")
def test_they_hold_before_and_after_make_record(run):
    config, pytest_ = run
    code, printed = pytest_()
    assert code == 0, printed
    assert "Nothing is recorded of this organization: run `make record`" in printed
    code, printed = pytest_("--snapshot-update")
    assert "warning" not in printed
    assert code == 0, printed

    # An account more, one guardrail more: both are noticed, and one command makes that the new state.
    ou = next(iter(yaml.safe_load((config / "organization.yaml").read_text())["organizational_units"]))
    (config / "accounts/another.yaml").write_text(f"name: Another\nou: {ou}\n")
    (config / "policies").mkdir(exist_ok=True)
    (config / "policies/no-users.yaml").write_text(
        "type: service_control_policy\ntargets: ['account:another']\n"
        "statements: [{effect: Deny, actions: 'iam:CreateAccessKey'}]\n"
    )
    code, printed = pytest_()
    assert code == 1
    for failed in ("test_decisions[iam:CreateAccessKey]", "test_addresses[another]", "test_json[another]"):
        assert f"::{failed} - " in printed
    assert "make record" in printed
    assert pytest_("--snapshot-update")[0] == 0
    code, printed = pytest_()
    assert code == 0, printed
    assert "skipped" not in printed


@pytest.mark.parametrize("run", [smallest], indirect=True)
def test_an_address_that_goes_is_noticed(run):
    config, pytest_ = run
    assert pytest_("--snapshot-update", "-k", "addresses")[0] == 0
    recorded = next(iter(config.parent.glob("tests/recorded/*/test_stacks/test_addresses*.json")))
    recorded.write_text(recorded.read_text().replace("[\n", '[\n  "aws_kms_key.gone",\n', 1))
    code, printed = pytest_("-k", "addresses")
    assert code == 1
    assert "aws_kms_key.gone" in printed
