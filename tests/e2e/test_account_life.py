"""An account's whole life in a small organization, its deploys killed at random moments: the end is the same, and its id stays."""

import datetime as dt
import os
import random

import pytest
import yaml

from estate.local import running_local_aws
from tests.e2e.test_bootstrap import kill_after
from tests.small import Small

pytestmark = [pytest.mark.e2e, pytest.mark.row("E5")]

SEED = int(os.environ.get("ESTATE_SEED", "7"))
CALLS = 40
TODAY = dt.datetime.now(dt.UTC).date()
FILES = {
    "organization.yaml": {
        "name": "Life",
        "slug": "life",
        "email": "aws+{account}@example.com",
        "regions": {"home": "eu-central-1"},
        "trusted_services": ["account.amazonaws.com"],
        "execution_role": {"external_id": "life"},
        "organizational_units": {"workloads": {"organizational_units": {"live": {}, "trial": {}}}},
    },
    "accounts/management.yaml": {
        "name": "Management",
        "purpose": "management",
        "id": "111111111111",
        "email": "aws@example.com",
    },
    "accounts/shop.yaml": {"name": "Shop", "ou": "workloads/live"},
    "policies/stay.yaml": {
        "type": "service_control_policy",
        "targets": ["ou:workloads"],
        "statements": [{"effect": "Deny", "actions": "organizations:LeaveOrganization"}],
    },
    "policies/quarantine.yaml": {
        "type": "service_control_policy",
        "targets": ["state:quarantined"],
        "guardrail": "quarantine",
    },
}


class Life:
    """What the steps share."""

    def __init__(self, small):
        self.small = small
        self.random = random.Random(SEED)
        self.organizations = small.local.session().client("organizations")

    def account(self, *arguments):
        return self.small.estate("account", *map(str, arguments))

    def deploy(self, *arguments, kill=True):
        """Deploy, killed somewhere before and run again; the plan after it is empty."""
        if kill:
            kill_after(self.small, self.small.start("deploy", *arguments, "--yes"), self.random.randrange(5, CALLS))
        printed = self.small.estate("deploy", *arguments, "--yes")
        self.unchanged(*(name for name in arguments if name in ("management", "shop", "lab")))
        return printed

    def unchanged(self, *stacks):
        printed = self.small.estate("plan", *stacks)
        assert printed.count("no changes") == len(stacks), printed

    @property
    def lab(self):
        """The account as AWS has it."""
        found = [one for one in self.organizations.list_accounts()["Accounts"] if one["Email"] == "aws+lab@example.com"]
        assert len(found) == 1
        parent = self.organizations.list_parents(ChildId=found[0]["Id"])["Parents"][0]["Id"]
        unit = self.organizations.describe_organizational_unit(OrganizationalUnitId=parent)["OrganizationalUnit"]
        policies = self.organizations.list_policies_for_target(TargetId=found[0]["Id"], Filter="SERVICE_CONTROL_POLICY")
        return {
            "id": found[0]["Id"],
            "name": found[0]["Name"],
            "state": found[0]["State"] if "State" in found[0] else found[0]["Status"],
            "unit": unit["Name"],
            "policies": sorted(one["Name"] for one in policies["Policies"] if not one["AwsManaged"]),
        }

    def edit(self, **changes):
        path = self.small.config / "accounts/lab.yaml"
        path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **changes}, sort_keys=False))

    def approve(self):
        entry = {
            "stack": "management",
            "address": "aws_organizations_account.account-lab",
            "rule": "account-gone",
            "until": TODAY.isoformat(),
            "reason": "It is closed.",
        }
        (self.small.config / "approvals.yaml").write_text(yaml.safe_dump({"approvals": [entry]}))


@pytest.fixture(scope="module")
def life(tmp_path_factory):
    with running_local_aws() as local:
        directory = tmp_path_factory.mktemp("life")
        for name, content in FILES.items():
            path = directory / "config" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(yaml.safe_dump(content))
        found = Life(Small(directory, local))
        found.small.estate("bootstrap", "--yes")
        yield found


def test_from_new_to_closed(life):
    # New.
    life.account("new", "lab", "--ou", "workloads/live")
    life.deploy("management")
    life.small.estate("lock")
    life.deploy("lab", "--role", "OrganizationAccountAccessRole", kill=False)
    id_ = life.lab["id"]
    assert life.lab == {"id": id_, "name": "Lab", "state": "ACTIVE", "unit": "Live", "policies": []}
    # Another name, another OU.
    life.account("rename", "lab", "Laboratory")
    life.account("move", "lab", "workloads/trial")
    life.deploy("management")
    normal = {"id": id_, "name": "Laboratory", "state": "ACTIVE", "unit": "Trial", "policies": []}
    assert life.lab == normal
    # Lent, and the lease ends: the scheduled job quarantines it.
    life.account("lease", "lab", "--until", TODAY + dt.timedelta(days=30), "--email", "ada@example.com")
    assert "running" in life.account("leases", "--write")
    lease = yaml.safe_load((life.small.config / "accounts/lab.yaml").read_text())["lease"]
    life.edit(lease={**lease, "until": (TODAY - dt.timedelta(days=1)).isoformat()})
    assert "in use → quarantined" in life.account("leases", "--write")
    life.deploy("management")
    assert life.lab == {**normal, "policies": ["quarantine"]}
    assert "lab is quarantined" in life.small.estate("deploy", "lab", "--yes", code=1)
    assert "lab: quarantined, so not planned" in life.small.estate("plan")
    # Taken back, as it was.
    life.account("lease", "lab", "--until", TODAY + dt.timedelta(days=30))
    life.account("restore", "lab")
    life.deploy("management")
    life.unchanged("lab")
    assert life.lab == normal
    # Closed: forgotten by Terraform, neither destroyed nor expelled.
    life.account("close", "lab", "--leave", "--yes")
    life.approve()
    life.deploy("management")
    assert life.lab["state"] == "SUSPENDED"
    life.unchanged("shop")
    # Reopened by AWS Support: taken back by its id, with its state.
    life.small.local.reopen(id_)
    (life.small.config / "accounts/lab.yaml").write_text(
        yaml.safe_dump({"name": "Laboratory", "ou": "workloads/trial", "id": id_})
    )
    (life.small.config / "approvals.yaml").unlink()
    life.deploy("management")
    life.small.estate("lock")
    life.unchanged("management", "lab")
    assert life.lab == normal
    # Closed again.
    life.account("close", "lab", "--leave", "--yes")
    life.approve()
    life.deploy("management")
    assert life.lab == {**life.lab, "id": id_, "state": "SUSPENDED"}
    assert "a slug that no account had" not in life.small.estate("check")
