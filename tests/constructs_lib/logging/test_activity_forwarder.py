import json

import pytest
from cdktf_cdktf_provider_aws.provider import AwsProvider

from constructs_lib.errors import InvalidValueError
from constructs_lib.logging.activity_forwarder import ActivityForwarderConstruct
from constructs_lib.logging.activity_patterns import activity_patterns
from tests.template import synth

BUS = "arn:aws:events:eu-central-1:222222222222:event-bus/activity-alerts"
PATTERNS = activity_patterns(break_glass_role_names=["BreakGlass"])


def build(stack, id_="home", **changes):
    arguments = {"name": "activity-alerts", "account_id": "333333333333", "bus_arn": BUS, "patterns": PATTERNS}
    return ActivityForwarderConstruct(stack, id_, **{**arguments, **changes})


@pytest.mark.row("B6")
def test_matching_events_go_to_the_bus_with_a_role_that_can_do_nothing_else():
    template = synth(build)
    targets = template.resources("aws_cloudwatch_event_target").values()
    assert {target["arn"] for target in targets} == {BUS}
    assert all("aws_iam_role" in target["role_arn"] for target in targets)
    (send,) = template.policy("aws_iam_role_policy", "policy")["Statement"]
    assert (send["Action"], send["Resource"]) == ("events:PutEvents", BUS)
    (trust,) = template.policy("aws_iam_role", "assume_role_policy")["Statement"]
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": "333333333333"}}


def test_further_regions_share_the_role():
    def both(stack):
        home = build(stack)
        build(stack, "ireland", role_arn=home.role_arn, provider=AwsProvider(stack, "aws-ireland", alias="eu-west-1"))

    template = synth(both)
    assert len(template.resources("aws_iam_role")) == 1
    rules = template.resources("aws_cloudwatch_event_rule").values()
    assert sorted(rule.get("provider", "") for rule in rules) == ["", "", "aws.eu-west-1", "aws.eu-west-1"]
    assert {rule["event_pattern"] for rule in rules} == {
        json.dumps(found, sort_keys=True) for found in PATTERNS.values()
    }


def test_a_name_that_is_no_slug_is_refused():
    with pytest.raises(InvalidValueError, match="name is 'Activity'"):
        synth(lambda stack: build(stack, name="Activity"))
