"""Regions that AWS keeps closed, and regions, capabilities and administrators that go: one deploy each, and nothing is left."""

import os

import pytest
import yaml

from config import load
from estate.guard.plan import Plan
from estate.local import running_local_aws
from estate.terraform.deploying import Deploying
from estate.terraform.providers import environment
from estate.terraform.screen import Screen
from estate.terraform.stack import Stack
from estate.terraform.synth import synthesize
from tests.ring import Applied

pytestmark = [pytest.mark.e2e, pytest.mark.row("C3", "E5", "E12")]

CLOSED = "eu-south-1"
ORGANIZATION = {
    "name": "Case",
    "slug": "case",
    "email": "aws+{account}@example.com",
    "regions": {"home": "eu-central-1", "governed": ["eu-central-1", "us-east-1", CLOSED]},
    "trusted_services": ["account.amazonaws.com", "guardduty.amazonaws.com", "ram.amazonaws.com"],
    "delegated_administrators": {"guardduty.amazonaws.com": "security"},
    "security": {"guardduty": {}},
    "defaults": {"baseline": {"default_vpc": "untouched"}},
    "organizational_units": {"security": {}},
}
ACCOUNTS = {
    "management": {"name": "Management", "purpose": "management", "id": "111111111111", "email": "aws@example.com"},
    "security": {"name": "Security", "purpose": "security", "ou": "security"},
}


class Case:
    """An organization of two accounts in a directory, on a local AWS of its own."""

    def __init__(self, directory, local):
        self.config, self.out = directory / "config", directory / "cdktf.out"
        (self.config / "accounts").mkdir(parents=True)
        for slug, account in ACCOUNTS.items():
            (self.config / "accounts" / f"{slug}.yaml").write_text(yaml.safe_dump(account))
        base = {**os.environ, "ESTATE_CONFIG": str(self.config), "TF_VAR_deploy_role": "OrganizationAccountAccessRole"}
        self.variables = environment(local.environment(base))
        self.local = local

    def deploy(self, name, **changes):
        """Deploy a stack of the organization with changes; give what a second plan would do."""
        (self.config / "organization.yaml").write_text(yaml.safe_dump({**ORGANIZATION, **changes}))
        synthesize(out=self.out, variables=self.variables)
        stack = Applied(name, self.out, self.variables)
        stack.init()
        stack.deploy()
        return stack.preview()


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    with running_local_aws() as local:
        yield Case(tmp_path_factory.mktemp("case"), local)


@pytest.mark.parametrize("name", ACCOUNTS)
def test_a_closed_region_is_opened_before_anything_is_made_in_it(case, name):
    assert not case.deploy(name).pending
    accounts = case.local.session().client("organizations").list_accounts()["Accounts"]
    ids = {one["Name"]: one["Id"] for one in accounts} | {"Management": ACCOUNTS["management"]["id"]}
    ec2 = case.local.session(ids[ACCOUNTS[name]["name"]]).client("ec2", region_name=CLOSED)
    assert ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"] is True


GONE = {
    "a region": {"regions": {"home": "eu-central-1", "governed": ["eu-central-1", "us-east-1"]}},
    "the baseline": {"defaults": {}},
    "all but one region, services and administrators": {
        "regions": {"home": "eu-central-1", "governed": ["eu-central-1"]},
        "defaults": {},
        "security": {"enabled": False},
        "delegated_administrators": {},
    },
}


@pytest.mark.parametrize("name", ["security", "management"])
@pytest.mark.parametrize("gone", GONE)
def test_what_goes_is_gone_after_one_deploy(case, gone, name):
    assert not case.deploy(name, **GONE[gone]).pending


def test_names_that_are_swapped_and_an_account_that_is_renamed_take_one_deploy(case, monkeypatch):
    """Two OUs, and two policies: AWS lets one only have a name, so one of each has another for a while."""
    units = {"security": {}, "east": {"name": "East"}, "west": {"name": "West"}}
    policy = {
        "type": "service_control_policy",
        "statements": [{"effect": "Deny", "actions": "organizations:LeaveOrganization"}],
    }
    (case.config / "policies").mkdir()

    def names(east, west):
        for slug, name in (("east", east), ("west", west)):
            units[slug] = {"name": name}
            (case.config / f"policies/{slug}.yaml").write_text(yaml.safe_dump({**policy, "name": name}))
        gone = GONE["all but one region, services and administrators"]
        return (
            case.deploy("management", **gone, organizational_units=units) if (east, west) == ("East", "West") else gone
        )

    assert not names("East", "West").pending
    client = case.local.session().client("organizations")
    root = client.list_roots()["Roots"][0]["Id"]
    before = {
        unit["Name"]: unit["Id"]
        for unit in client.list_organizational_units_for_parent(ParentId=root)["OrganizationalUnits"]
    }
    changes = names("West", "East")
    (case.config / "organization.yaml").write_text(
        yaml.safe_dump({**ORGANIZATION, **changes, "organizational_units": units})
    )
    # A name that Terraform leaves alone is given by the account API, in the same deploy.
    (case.config / "accounts/security.yaml").write_text(yaml.safe_dump({**ACCOUNTS["security"], "name": "Safety ${x}"}))
    synthesize(out=case.out, variables=case.variables)
    for name, value in case.local.variables().items():
        monkeypatch.setenv(name, value)
    Deploying(load(case.config), case.config, case.out, Screen(yes=True), case.variables).run(["management"])
    after = {
        unit["Name"]: unit["Id"]
        for unit in client.list_organizational_units_for_parent(ParentId=root)["OrganizationalUnits"]
    }
    assert after == {**before, "East": before["West"], "West": before["East"]}
    stack = Stack("management", case.out, case.variables)
    assert "Account security: AWS has another name than 'Safety ${x}'." in stack.log.read_text()
    assert "Safety ${x}" in {one["Name"] for one in client.list_accounts()["Accounts"]}
    assert not stack.preview().pending
    assert Plan.from_json("management", stack.planned()).renames == ()
