"""Roles that accounts offer to each other, in the stacks of both sides."""

import json

import pytest

from config import load
from stacks.app import synthesize
from tests.config.conftest import Directory
from tests.stacks.conftest import CHECKOUT

ROLES = """\
roles:
  auditor: {name: Auditor, accounts: ["account:security"], trusted_by: [{account: management}], managed_policies: [ARN]}
  look:
    name: Look
    accounts: ["ou:workloads"]
    external_id: acme-look
    trusted_by: [{account: security, roles: [Auditor]}]
    managed_policies: [ARN]
""".replace("ARN", '"arn:aws:iam::aws:policy/SecurityAudit"')


@pytest.mark.row("D4")
def test_a_role_that_is_made_in_the_same_stack_is_made_before_its_permission(tmp_path):
    directory = Directory(tmp_path / "config")
    directory.append("organization.yaml", ROLES)
    synthesize(load(directory.path), CHECKOUT / ".terraform.lock.hcl", ["security"], outdir=tmp_path / "out")
    made = json.loads((tmp_path / "out/stacks/security/cdk.tf.json").read_text())["resource"]
    (role,) = (name for name, block in made["aws_iam_role"].items() if block["name"] == "Auditor")
    (permission,) = (block for block in made["aws_iam_role_policy"].values() if block["name"] == "assume-look")
    assert permission["role"] == f"${{aws_iam_role.{role}.name}}"


def test_a_role_that_no_account_has_is_nobodys_to_take_on(tmp_path):
    """As when the last account of an OU is closing."""
    directory = Directory(tmp_path / "config")
    directory.append("organization.yaml", ROLES)
    for slug in ("shop", "test"):
        directory.append(f"accounts/{slug}.yaml", "closing: true\n")
    synthesize(load(directory.path), CHECKOUT / ".terraform.lock.hcl", ["security"], outdir=tmp_path / "out")
    made = json.loads((tmp_path / "out/stacks/security/cdk.tf.json").read_text())["resource"]
    assert "Auditor" in {role["name"] for role in made["aws_iam_role"].values()}
    assert "aws_iam_role_policy" not in made
