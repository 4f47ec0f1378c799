import pytest

from constructs_lib import AutomationRule, AutomationRulesConstruct, FindingMatch, InvalidValueError
from tests.template import synth

pytestmark = pytest.mark.row("C6")

MATCH = FindingMatch(
    account_ids=["222222222222"],
    controls=["S3.8", "S3.1"],
    severities=["LOW"],
    products=["Security Hub"],
    resource_types=["AwsS3Bucket"],
    resource_prefixes=["arn:aws:s3:::website"],
    resource_tags={"public": "yes"},
    title_prefixes=["S3"],
)


def made(**rules):
    return synth(lambda stack: AutomationRulesConstruct(stack, "rules", rules=rules))


def rule(match=MATCH, **changes):
    return AutomationRule("Public on purpose", **{"order": 1, "match": match, "workflow": "SUPPRESSED", **changes})


def test_a_rule_is_about_active_findings_for_which_all_of_what_is_said_holds():
    (criteria,) = made(website=rule()).only("aws_securityhub_automation_rule")["criteria"]
    found = {
        name: [(one["comparison"], one.get("key"), one["value"]) for one in values] for name, values in criteria.items()
    }
    assert found == {
        "aws_account_id": [("EQUALS", None, "222222222222")],
        "compliance_security_control_id": [("EQUALS", None, "S3.1"), ("EQUALS", None, "S3.8")],
        "product_name": [("EQUALS", None, "Security Hub")],
        "record_state": [("EQUALS", None, "ACTIVE")],
        "resource_id": [("PREFIX", None, "arn:aws:s3:::website")],
        "resource_tags": [("EQUALS", "public", "yes")],
        "resource_type": [("EQUALS", None, "AwsS3Bucket")],
        "severity_label": [("EQUALS", None, "LOW")],
        "title": [("PREFIX", None, "S3")],
    }


def test_it_changes_what_it_is_told_to_change_alone():
    found = made(website=rule(severity="LOW", workflow=None, note="As meant.", terminal=True))
    written = found.only("aws_securityhub_automation_rule")
    (action,) = written["actions"]
    assert action == {
        "finding_fields_update": [
            {"note": [{"text": "As meant.", "updated_by": "automation rule"}], "severity": [{"label": "LOW"}]}
        ],
        "type": "FINDING_FIELDS_UPDATE",
    }
    assert (written["rule_status"], written["is_terminal"], written["rule_order"]) == ("ENABLED", True, 1)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"a": rule(FindingMatch())}, "something by which findings are told apart"),
        ({"a": rule(workflow=None)}, "a `severity`, a `workflow` or a `note`"),
        ({"a": rule(), "b": rule()}, "another than that of 'a'"),
        ({"a": rule(order=1001)}, "order"),
        ({"a": rule(FindingMatch(account_ids=["1"]))}, "account_ids"),
        ({"a": rule(FindingMatch(controls=[f"S3.{number}" for number in range(21)]))}, "20 values"),
        ({"A b": rule()}, "rules"),
    ],
)
def test_what_security_hub_does_not_take_is_refused(rules, message):
    with pytest.raises(InvalidValueError, match=message):
        made(**rules)


@pytest.mark.parametrize(
    "empty", [{"account_ids": []}, {"controls": []}, {"severities": []}, {"resource_tags": {}}, {"title_prefixes": []}]
)
def test_a_list_of_nothing_is_refused_since_aws_would_take_it_for_all(empty):
    match = FindingMatch(**{"products": ["GuardDuty"], **empty})
    with pytest.raises(InvalidValueError, match="values"):
        made(website=rule(match=match))
