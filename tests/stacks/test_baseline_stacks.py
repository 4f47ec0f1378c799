"""The baseline where the sample does not go: regions that AWS keeps closed, switches that an account turns otherwise."""

import json
from dataclasses import replace

import pytest

from config import load
from config.model.lock import Lock
from estate.testing import addresses, without_metadata
from stacks.app import synthesize
from tests.organizations import SAMPLE, copy_sample
from tests.stacks.conftest import CHECKOUT

DECLARED = (
    "aws_ebs_snapshot_block_public_access",
    "aws_ec2_image_block_public_access",
    "aws_ec2_instance_metadata_defaults",
    "aws_ec2_serial_console_access",
)


def of_type(stack, kind):
    return stack["resource"].get(kind, {})


def test_closed_regions_are_opened_from_the_management_account(synthesize_changed):
    found = synthesize_changed(
        lambda data: data["regions"]["governed"].append("eu-south-1"), ["management", "production"]
    )
    opened = of_type(found["management"], "aws_account_region")
    assert {one["region_name"] for one in opened.values()} == {"eu-south-1"}
    own = next(one for name, one in opened.items() if name.startswith("regions-management_"))
    production = next(one for name, one in opened.items() if name.startswith("regions-production_"))
    assert "account_id" not in own
    assert production["account_id"] == "${aws_organizations_account.account-production.id}"
    assert len(opened) == 8
    assert not of_type(found["production"], "aws_account_region")
    used = without_metadata(found["production"])["provider"]["aws"]
    providers = {one.get("alias", ""): one["region"] for one in used}
    assert providers == {"": "eu-central-1", "eu-south-1": "eu-south-1", "us-east-1": "us-east-1"}


def test_an_ou_may_say_otherwise(synthesize_changed):
    def change(data):
        workloads = data["organizational_units"]["workloads"]["organizational_units"]
        workloads["development"]["defaults"] = {
            "baseline": {
                "regions": ["eu-central-1"],
                "default_vpc": "removed",
                "block_public_buckets": False,
                "password_policy": {"enabled": False},
                "volume_keys": {"eu-central-1": "arn:aws:kms:eu-central-1:222222222222:key/a"},
            }
        }

    found = synthesize_changed(change, ["development", "staging"])
    development, staging = found["development"], found["staging"]
    assert not of_type(development, "aws_default_vpc")
    assert not of_type(development, "aws_default_security_group")
    (key,) = of_type(development, "aws_ebs_default_kms_key").values()
    assert key["key_arn"] == "arn:aws:kms:eu-central-1:222222222222:key/a"
    assert not of_type(development, "aws_s3_account_public_access_block")
    assert not of_type(development, "aws_iam_account_password_policy")
    assert len(of_type(development, "aws_ebs_encryption_by_default")) == 1
    assert len(of_type(staging, "aws_ebs_encryption_by_default")) == 2
    assert not of_type(staging, "aws_ebs_default_kms_key")


def switches(stack):
    return [one for one in addresses(stack) if one.startswith(DECLARED)]


def stacks(config, out, names, **more):
    synthesize(replace(load(config), **more), CHECKOUT / ".terraform.lock.hcl", names, outdir=out)
    return {name: json.loads((out / f"stacks/{name}/cdk.tf.json").read_text()) for name in names}


@pytest.mark.row("E3")
def test_what_a_declarative_policy_sets_no_stack_sets(synthesized):
    """AWS would refuse the stack's calls, the management account's among them."""
    assert [one for stack in synthesized.values() for one in switches(stack)] == []
    assert all("removed" not in stack for stack in synthesized.values())
    assert len(of_type(synthesized["staging"], "aws_ebs_encryption_by_default")) == 2


@pytest.mark.row("E3")
def test_stacks_let_go_of_what_a_policy_begins_to_set(tmp_path):
    """To destroy the switch would be to turn it off, which AWS refuses as well."""
    lock = Lock(organization_id="o-a1b2c3d4e5", root_id="r-ab12", management_account_id="1" * 12)
    names = ("management", "staging")
    without = copy_sample(tmp_path / "without")
    (without / "policies/baseline-machines.yaml").unlink()
    before = stacks(without, tmp_path / "before", names, lock=lock)
    after = stacks(SAMPLE, tmp_path / "after", names, lock=lock)
    for name in names:
        assert len(switches(before[name])) == 8
        assert "removed" not in before[name]
        assert after[name]["removed"] == [
            {"from": one, "lifecycle": {"destroy": False}} for one in sorted(switches(before[name]))
        ]
        assert switches(after[name]) == []


@pytest.mark.row("E3")
def test_a_policy_that_sets_less_leaves_the_rest_to_the_account(tmp_path):
    config = copy_sample(tmp_path / "config")
    policy = config / "policies/baseline-machines.yaml"
    document = {"ec2_attributes": {"serial_console_access": {"status": {"@@assign": "disabled"}}}}
    (config / "policies/documents/console.json").write_text(json.dumps(document))
    text = policy.read_text().replace("guardrail: harden-ec2", "document: documents/console.json")
    policy.write_text(text.replace("[root]", '["ou:workloads/staging"]'))
    found = stacks(config, tmp_path / "out", ("staging", "production"))
    assert {one.partition(".")[0] for one in switches(found["staging"])} == set(DECLARED[:3])
    assert {one.partition(".")[0] for one in switches(found["production"])} == set(DECLARED)
