import json

import pytest

from constructs_lib import (
    ConformancePack,
    FindingAlertsConstruct,
    InvalidValueError,
    OrganizationConformancePacksConstruct,
)
from tests.template import synth

pytestmark = pytest.mark.row("C6")

ACCOUNT = "222222222222"


def alerts(**emails):
    return synth(
        lambda stack: FindingAlertsConstruct(stack, "findings", name="findings", account_id=ACCOUNT, emails=emails)
    )


def test_each_severity_has_a_topic_and_its_own_readers():
    template = alerts(CRITICAL=["a@example.com", "b@example.com", "a@example.com"], HIGH=[])
    assert {one["name"] for one in template.resources("aws_sns_topic").values()} == {
        "findings-critical",
        "findings-high",
    }
    mails = template.resources("aws_sns_topic_subscription").values()
    assert {one["endpoint"] for one in mails} == {"a@example.com", "b@example.com"}
    assert len({one["topic_arn"] for one in mails}) == 1
    for name, rule in template.resources("aws_cloudwatch_event_rule").items():
        found = json.loads(rule["event_pattern"])["detail"]["findings"]
        assert found["Severity"]["Label"] == ["CRITICAL" if "critical" in name else "HIGH"]
        assert (found["Workflow"], found["RecordState"]) == ({"Status": ["NEW"]}, ["ACTIVE"])


def test_rules_publish_as_one_role_and_topics_and_key_know_eventbridge_not():
    template = alerts(CRITICAL=[], HIGH=[])
    publishes, encrypts = template.policy("aws_iam_role_policy", "policy")["Statement"]
    assert (publishes["Action"], len(publishes["Resource"])) == ("sns:Publish", 2)
    assert "aws_kms_key" in encrypts["Resource"]
    (role,) = template.resources("aws_iam_role")
    targets = template.resources("aws_cloudwatch_event_target").values()
    assert {target["role_arn"] for target in targets} == {f"${{aws_iam_role.{role}.arn}}"}
    policies = [one["policy"] for one in template.resources("aws_sns_topic_policy").values()]
    assert not [text for text in [*policies, template.only("aws_kms_key")["policy"]] if "events.amazonaws.com" in text]


@pytest.mark.parametrize("emails", [{"SEVERE": []}, {"HIGH": ["nobody"]}])
def test_other_severities_and_what_is_no_address_are_refused(emails):
    with pytest.raises(InvalidValueError, match="emails"):
        alerts(**emails)


def packs(**found):
    return synth(lambda stack: OrganizationConformancePacksConstruct(stack, "packs", packs=found))


def test_a_pack_is_written_as_it_is_with_its_parameters():
    template = "Resources:\n  A: {Name: '${x}'}\n"
    pack = ConformancePack(template, {"b": "2", "a": "1"}, ["444444444444", "333333333333"])
    found = packs(Encryption=pack).only("aws_config_organization_conformance_pack")
    assert found["template_body"] == template.replace("${", "$${")
    assert found["input_parameter"] == [
        {"parameter_name": "a", "parameter_value": "1"},
        {"parameter_name": "b", "parameter_value": "2"},
    ]
    assert found["excluded_accounts"] == ["333333333333", "444444444444"]


@pytest.mark.parametrize(
    ("name", "pack"),
    [("9", ConformancePack("x")), ("A", ConformancePack("x" * 51201)), ("A", ConformancePack("x", {}, ["1"]))],
)
def test_what_aws_refuses_is_refused(name, pack):
    with pytest.raises(InvalidValueError):
        packs(**{name: pack})
