"""Stack sets: in the stack of whoever administers them, and nowhere else; without one, nothing is there."""

import pytest
import yaml

from config import load
from tests.organizations import copy_sample
from tests.stacks.conftest import _synthesize
from tests.stacks.test_switches import resources

pytestmark = pytest.mark.row("C5", "C6")
SERVICE = "member.org.stacksets.cloudformation.amazonaws.com"
TEMPLATE = """\
Parameters: {Days: {Type: String}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: {RoleName: !Sub "audit-${AWS::Region}", AssumeRolePolicyDocument: {}}
"""
ENTRY = {
    "template": "documents/audit.yaml",
    "targets": ["ou:workloads", "ou:infrastructure"],
    "parameters": {"Days": "30"},
    "capabilities": ["CAPABILITY_NAMED_IAM"],
}


def stacks_of(directory, entries, **delegated):
    config = copy_sample(directory / "config")
    (config / "policies" / "documents").mkdir(exist_ok=True)
    (config / "policies" / "documents" / "audit.yaml").write_text(TEMPLATE)
    path = config / "organization.yaml"
    data = yaml.safe_load(path.read_text())
    data["trusted_services"].append(SERVICE)
    data["delegated_administrators"].update(delegated)
    if entries is not None:
        data["stack_sets"] = entries
    path.write_text(yaml.safe_dump(data))
    return _synthesize(load(config), directory / "out", ("management", "security", "production"))


def test_the_management_account_has_them_and_each_ou_and_region_its_stacks(tmp_path):
    without = stacks_of(tmp_path / "without", {})
    assert without == stacks_of(tmp_path / "never", None)
    found = stacks_of(tmp_path / "with", {"audit": ENTRY})
    added = resources(found["management"]).keys() - resources(without["management"]).keys()
    assert sorted(address.partition(".")[0] for address in added) == [
        "aws_cloudformation_stack_set",
        *["aws_cloudformation_stack_set_instance"] * 4,
    ]
    assert found["security"] == without["security"]
    assert found["production"] == without["production"]
    made = found["management"]["resource"]["aws_cloudformation_stack_set"]
    (body,) = made.values()
    assert body["parameters"] == {"Days": "30"}
    assert "audit-$${AWS::Region}" in body["template_body"]
    assert "cloudformation:CreateStackSet" in str(found["management"])
    assert "cloudformation:CreateStackSet" not in str(without["management"])


def test_who_administers_them_has_them(tmp_path):
    found = stacks_of(tmp_path, {"audit": ENTRY}, **{SERVICE: "security"})
    assert "aws_cloudformation_stack_set" not in found["management"]["resource"]
    (body,) = found["security"]["resource"]["aws_cloudformation_stack_set"].values()
    assert body["call_as"] == "DELEGATED_ADMIN"
