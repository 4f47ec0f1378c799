"""Findings of the organization: whose detectors write them, and which rules change them."""

from dataclasses import replace

import pytest

from config import load
from config.capabilities.security.automation_rules import AutomationRule
from stacks.app import synthesize
from tests.organizations import SAMPLE
from tests.stacks.conftest import CHECKOUT

pytestmark = pytest.mark.row("C6")


def test_a_region_that_aws_keeps_closed_writes_findings_as_a_principal_of_its_own(synthesize_changed):
    def change(data):
        data["regions"]["governed"].append("eu-south-1")
        data["security"]["guardduty"]["export"] = {}

    stack = synthesize_changed(change, ["security"])["security"]["resource"]
    own = "guardduty.eu-south-1.amazonaws.com"
    (key,) = [key for name, key in stack["aws_kms_key"].items() if "Findings" in name]
    (policy,) = [each for name, each in stack["aws_s3_bucket_policy"].items() if "Findings" in name]
    assert (key["policy"].count(own), policy["policy"].count(own)) == (1, 3)
    assert "guardduty.eu-central-1.amazonaws.com" not in key["policy"]


def test_a_rule_about_accounts_that_there_are_not_is_none_even_where_nobody_has_checked(tmp_path):
    organization = load(SAMPLE)
    match = {"accounts": ("tag:left=yes",), "severities": ("HIGH",)}
    said = {"description": "Left", "order": 1, "match": match, "workflow": "SUPPRESSED"}
    security = organization.sections["security"]
    hub = security.security_hub.model_copy(update={"automation_rules": {"left": AutomationRule.model_validate(said)}})
    sections = {**organization.sections, "security": security.model_copy(update={"security_hub": hub})}
    changed = replace(organization, sections=sections)
    synthesize(changed, CHECKOUT / ".terraform.lock.hcl", ["security"], outdir=tmp_path)
    assert "aws_securityhub_automation_rule" not in (tmp_path / "stacks/security/cdk.tf.json").read_text()
