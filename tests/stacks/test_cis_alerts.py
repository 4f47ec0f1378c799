"""One key reports what section 4 of the CIS benchmark asks for, from every account and region."""

import json

import pytest

from constructs_lib.logging.cis_patterns import cis_patterns

FIFTEEN = {"root-use", *cis_patterns()}


@pytest.mark.row("B6", "E3")
def test_one_key_reports_all_fifteen_from_everywhere(synthesize_changed):
    def change(data):
        data["logging"]["alerts"] |= {"cis": True, "report": ["break-glass-use"]}

    for name, stack in synthesize_changed(change, ["production", "security"]).items():
        by_place = {}
        for rule in stack["resource"]["aws_cloudwatch_event_rule"].values():
            place = (rule.get("event_bus_name"), rule.get("provider"))
            by_place.setdefault(place, set()).add(rule["name"].removeprefix("activity-alerts-"))
        assert len(by_place) == (3 if name == "security" else 2)
        assert all(found == {*FIFTEEN, "break-glass-use"} for found in by_place.values())


def test_policies_that_somebody_changes_by_hand_are_reported_if_asked_for(synthesized, synthesize_changed):
    """Both routes' roles of the management account are left out, and those of no other account."""

    def change(data):
        data["logging"]["alerts"]["report"] = ["policies-by-hand"]

    rules = synthesize_changed(change, ["management"])["management"]["resource"]["aws_cloudwatch_event_rule"].values()
    found = {rule["event_pattern"] for rule in rules if rule["name"] == "activity-alerts-policies-by-hand"}
    (pattern,) = map(json.loads, found)
    (others, _) = pattern["detail"]["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"]
    assert [arn.rpartition("/")[2] for arn in others["anything-but"]] == [
        "TerraformExecutionRole",
        "TerraformFoundationRole",
    ]
    before = synthesized["management"]["resource"]["aws_cloudwatch_event_rule"].values()
    assert not any("by-hand" in rule["name"] for rule in before)


def test_the_pipelines_account_is_referred_to_once_before_its_id_is_known(synthesized):
    """Each reference would be another element of the pattern, which then changed as soon as ids are locked."""
    rules = synthesized["management"]["resource"]["aws_cloudwatch_event_rule"].values()
    found = [json.loads(rule["event_pattern"]) for rule in rules if rule["name"].endswith("execution-outside-ci")]
    accounts = [
        each["userIdentity"]["accountId"][0]["anything-but"]
        for pattern in found
        for each in pattern["detail"]["$or"]
        if "accountId" in each["userIdentity"]
    ]
    assert accounts == [["${aws_organizations_account.account-terraform.id}"]] * len(found) != []
