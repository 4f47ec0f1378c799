"""Firewall Manager: its administrator in the management account's stack, its policies in the security account's; without, nothing is there."""

import json

import pytest
import yaml

from config import load
from tests.organizations import copy_sample
from tests.stacks.conftest import _synthesize
from tests.stacks.test_switches import resources

pytestmark = pytest.mark.row("C6")
DATA = {"type": "SECURITY_GROUPS_USAGE_AUDIT", "deleteUnusedSecurityGroups": False}
POLICY = {
    "data": "documents/groups.json",
    "resource_types": ["AWS::EC2::SecurityGroup"],
    "targets": ["ou:workloads", "account:network"],
    "regions": ["eu-central-1"],
}


def stacks_of(directory, policies, *, enabled=True):
    config = copy_sample(directory / "config")
    (config / "policies" / "documents").mkdir(exist_ok=True)
    (config / "policies" / "documents" / "groups.json").write_text(json.dumps(DATA, indent=2))
    path = config / "organization.yaml"
    data = yaml.safe_load(path.read_text())
    data["security"]["firewall_manager"] = {"policies": policies, "enabled": enabled}
    if enabled:
        data["trusted_services"].append("fms.amazonaws.com")
    path.write_text(yaml.safe_dump(data))
    return _synthesize(load(config), directory / "out", ("management", "security"))


def added(found, synthesized, name):
    return resources(found[name]).keys() - resources(synthesized[name]).keys()


def test_on_the_administrator_and_the_policies_are_all_that_is_added(tmp_path, synthesized):
    found = stacks_of(tmp_path, {"groups": POLICY})
    (administrator,) = added(found, synthesized, "management")
    (body,) = found["management"]["resource"]["aws_fms_admin_account"].values()
    assert administrator.partition(".")[0] == "aws_fms_admin_account"
    assert body["account_id"] == "${aws_organizations_account.account-security.id}"
    assert body["provider"].endswith("us-east-1")
    (policy,) = added(found, synthesized, "security")
    (body,) = found["security"]["resource"]["aws_fms_policy"].values()
    assert policy.partition(".")[0] == "aws_fms_policy"
    assert json.loads(body["security_service_policy_data"]["managed_service_data"]) == DATA
    assert [len(body["include_map"][kind]) for kind in ("orgunit", "account")] == [1, 1]
    assert "fms:PutPolicy" in str(found["security"])
    assert "fms:PutPolicy" not in str(synthesized["security"])


def test_the_root_is_all_accounts(tmp_path):
    found = stacks_of(tmp_path, {"groups": {**POLICY, "targets": ["root"], "regions": []}})
    bodies = found["security"]["resource"]["aws_fms_policy"].values()
    assert [body for body in bodies if "include_map" in body] == []
    assert len(bodies) > 1


def test_off_nothing_of_it_is_there(tmp_path, synthesized):
    found = stacks_of(tmp_path, {"groups": POLICY}, enabled=False)
    assert found == {name: synthesized[name] for name in found}
