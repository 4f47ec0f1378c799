"""KMS keys of accounts' own, in the stacks of those who have them."""

import inspect
import json

import pytest

from config.capabilities.kms_keys import OWN_ALIASES
from constructs_lib import BackupVaultsConstruct, SessionManagerConstruct, VolumeKeyConstruct, ZoneQueryLogsConstruct

pytestmark = pytest.mark.row("E2")


def test_the_region_in_a_keys_policy_is_the_keys_own(synthesize_changed, tmp_path):
    statement = {
        "Effect": "Allow",
        "Action": "kms:Decrypt",
        "Resource": "*",
        "Principal": {"AWS": "arn:aws:iam::999999999999:root"},
        "Condition": {"StringEquals": {"kms:ViaService": "s3.$(region).amazonaws.com"}},
    }

    def change(data):
        directory = tmp_path / "config/policies/documents"
        directory.mkdir(exist_ok=True)
        (directory / "key.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
        key = {"description": "Orders", "accounts": ["account:production"], "document": "documents/key.json"}
        data["kms_keys"] = {"orders": key}

    keys = synthesize_changed(change, ["production"])["production"]["resource"]["aws_kms_key"]
    policies = {name.split("_")[0]: key["policy"] for name, key in keys.items() if name.startswith("kms-key-orders-")}
    assert len(policies) == 2
    assert all(f"s3.{name.removeprefix('kms-key-orders-')}.amazonaws.com" in text for name, text in policies.items())


def test_aliases_of_capabilities_keys_are_known(synthesized):
    found = {
        alias["name"].removeprefix("alias/")
        for stack in synthesized.values()
        for alias in stack["resource"].get("aws_kms_alias", {}).values()
    }
    found -= {"inbox"}  # a workload's, which names it itself
    assert {one for one in found if not one.startswith(("example-", "dnssec-"))} <= OWN_ALIASES
    constructs = (BackupVaultsConstruct, SessionManagerConstruct, VolumeKeyConstruct, ZoneQueryLogsConstruct)
    assert {inspect.signature(one.__init__).parameters["name"].default for one in constructs} <= OWN_ALIASES
