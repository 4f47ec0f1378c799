import json

import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.logging.activity_alerts import ActivityAlertsConstruct
from constructs_lib.logging.activity_patterns import activity_patterns
from tests.template import synth

PATTERNS = activity_patterns(break_glass_role_names=["BreakGlass"])


def build(stack, **changes):
    arguments = {
        "name": "activity-alerts",
        "account_id": "222222222222",
        "organization_id": "o-a1b2c3d4e5",
        "patterns": PATTERNS,
        "emails": ["security@example.com"],
    }
    return ActivityAlertsConstruct(stack, "alerts", **{**arguments, **changes})


@pytest.mark.row("B6")
def test_each_pattern_is_a_rule_on_the_bus_that_reports_to_the_topic():
    template = synth(build)
    rules = template.resources("aws_cloudwatch_event_rule")
    assert {rule["name"] for rule in rules.values()} == {"activity-alerts-root-use", "activity-alerts-break-glass-use"}
    assert all(rule["event_bus_name"].startswith("${aws_cloudwatch_event_bus.") for rule in rules.values())
    assert [json.loads(rule["event_pattern"]) for _, rule in sorted(rules.items())] == [
        PATTERNS["break-glass-use"],
        PATTERNS["root-use"],
    ]
    for target in template.resources("aws_cloudwatch_event_target").values():
        assert "aws_sns_topic" in target["arn"]
        assert json.loads(target["input_transformer"]["input_template"]).endswith("from <source>.")
    mail = template.only("aws_sns_topic_subscription")
    assert (mail["protocol"], mail["endpoint"]) == ("email", "security@example.com")


def test_only_the_organization_sends_and_rules_publish_as_a_role_that_they_alone_take_on():
    template = synth(build)
    (send,) = template.policy("aws_cloudwatch_event_bus_policy", "policy")["Statement"]
    assert send["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    # AWS takes no condition on whose rule it is: neither topic nor key lets EventBridge in by itself, since anybody's rules would be.
    (plain,) = template.policy("aws_sns_topic_policy", "policy")["Statement"]
    assert plain["Effect"] == "Deny"
    assert "aws_kms_key" in template.only("aws_sns_topic")["kms_master_key_id"]
    assert "events.amazonaws.com" not in template.only("aws_kms_key")["policy"]
    (trust,) = template.policy("aws_iam_role", "assume_role_policy")["Statement"]
    assert trust["Principal"] == {"Service": "events.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": "222222222222"}}
    publishes, encrypts = template.policy("aws_iam_role_policy", "policy")["Statement"]
    assert (publishes["Action"], encrypts["Action"]) == ("sns:Publish", ["kms:Decrypt", "kms:GenerateDataKey*"])
    assert "aws_sns_topic" in publishes["Resource"]
    assert "aws_kms_key" in encrypts["Resource"]
    targets = template.resources("aws_cloudwatch_event_target").values()
    (role,) = template.resources("aws_iam_role")
    assert {target["role_arn"] for target in targets} == {f"${{aws_iam_role.{role}.arn}}"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "Activity Alerts"}, "name is 'Activity Alerts'"),
        ({"organization_id": "acme"}, "organization_id is 'acme'"),
        ({"patterns": {"Root Use": {}}}, "patterns is 'Root Use'"),
    ],
)
def test_bad_names_and_ids_are_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, **changes))
