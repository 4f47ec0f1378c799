"""The management account's stack makes all parts of a policy that is too large for AWS, and attaches each."""

import json

import pytest

from config import load
from stacks.app import synthesize
from tests.config.conftest import Directory
from tests.config.test_large_policies import scp
from tests.stacks.conftest import CHECKOUT


@pytest.mark.row("A7", "C7")
def test_every_part_is_made_and_attached(tmp_path):
    directory = Directory(tmp_path / "config")
    directory.write("policies/buckets.yaml", scp(300))
    out = tmp_path / "cdktf.out"
    synthesize(load(directory.path), CHECKOUT / ".terraform.lock.hcl", ["management"], outdir=out)
    made = json.loads((out / "stacks/management/cdk.tf.json").read_text())["resource"]
    policies = {block["name"]: block for block in made["aws_organizations_policy"].values()}
    assert set(policies) == {"buckets", "buckets-2", "stay"}
    assert max(len(block["content"]) for block in policies.values()) <= 10_240
    attached = {
        block["policy_id"].split(".")[1].rsplit("_", 1)[0]: block["target_id"]
        for block in made["aws_organizations_policy_attachment"].values()
    }
    assert attached["policy-buckets"] == attached["policy-buckets-2"]
    assert "unit-workloads" in attached["policy-buckets-2"]
