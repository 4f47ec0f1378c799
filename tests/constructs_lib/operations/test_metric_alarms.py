import pytest

from constructs_lib import InvalidValueError, MetricAlarm, MetricAlarmsConstruct
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.evaluator import Policies, PolicySet, Principal, Request, evaluate
from tests.template import synth

pytestmark = pytest.mark.row("C6")

OWNER, OTHER = "444444444444", "555555555555"
ALARMS = Principal.of("cloudwatch.amazonaws.com")


def alarm(**changes):
    said = {"namespace": "Shop", "metric": "FailedOrders", "statistic": "Sum", "threshold": 5.0, "severity": "HIGH"}
    return MetricAlarm(**{**said, **changes})


def made(**changes):
    arguments = {"account_id": OWNER, "alarms": {"orders-fail": alarm()}}
    return synth(lambda stack: MetricAlarmsConstruct(stack, "alarms", **{**arguments, **changes}))


def test_an_alarm_says_what_it_is_told_and_what_cloudwatch_wants():
    found = made().only("aws_cloudwatch_metric_alarm")
    (topic,) = made().resources("aws_sns_topic")
    assert {key: found[key] for key in found if key != "tags"} == {
        "alarm_actions": [f"${{aws_sns_topic.{topic}.arn}}"],
        "alarm_name": "metric-alarms-orders-fail",
        "comparison_operator": "GreaterThanOrEqualToThreshold",
        "evaluation_periods": 1,
        "metric_name": "FailedOrders",
        "namespace": "Shop",
        "period": 300,
        "statistic": "Sum",
        "threshold": 5,
        "treat_missing_data": "missing",
    }


def test_a_percentile_dimensions_and_recovery():
    one = alarm(
        statistic="p99.9",
        dimensions={"Queue": "a${b}"},
        tell_recovery=True,
        datapoints_to_alarm=2,
        evaluation_periods=3,
    )
    found = made(alarms={"slow": one}).only("aws_cloudwatch_metric_alarm")
    assert found["extended_statistic"] == "p99.9"
    assert "statistic" not in found
    assert found["dimensions"] == {"Queue": "a$${b}"}
    assert found["ok_actions"] == found["alarm_actions"]
    assert (found["datapoints_to_alarm"], found["evaluation_periods"]) == (2, 3)


def test_each_severity_that_alarms_have_has_an_encrypted_topic_and_whoever_is_told():
    emails = {"HIGH": ["b@example.com", "a@example.com", "a@example.com"], "LOW": ["c@example.com"]}
    found = made(alarms={"a": alarm(), "b": alarm(), "c": alarm(severity="CRITICAL")}, emails=emails)
    topics = found.resources("aws_sns_topic").values()
    assert {one["name"] for one in topics} == {"metric-alarms-critical", "metric-alarms-high"}
    assert all("aws_kms_key" in one["kms_master_key_id"] for one in topics)
    mails = [one["endpoint"] for one in found.resources("aws_sns_topic_subscription").values()]
    assert sorted(mails) == ["a@example.com", "b@example.com"]


@pytest.mark.parametrize(("account", "expected"), [(OWNER, True), (OTHER, False)])
@pytest.mark.parametrize(
    ("type_", "action"), [("aws_kms_key", "kms:GenerateDataKey"), ("aws_sns_topic_policy", "sns:Publish")]
)
def test_alarms_of_the_account_alone_publish_and_encrypt(account, expected, type_, action):
    found = made()
    (topic,) = found.resources("aws_sns_topic")
    arn = f"arn:aws:sns:eu-west-1:{OWNER}:metric-alarms-high"
    text = found.only(type_)["policy"].replace(f"${{aws_sns_topic.{topic}.arn}}", arn)
    context = {"aws:SourceAccount": account, "aws:SecureTransport": "true"}
    request = Request(ALARMS, action, arn if "sns" in action else "*", OWNER, "eu-west-1", context)
    policies = Policies(resource=PolicySet.of(PolicyDocument.from_json(text)))
    assert evaluate(request, policies).allowed is expected


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"alarms": {}}, "alarms"),
        ({"alarms": {"A": alarm()}}, "alarms"),
        ({"emails": {"HIGH": ["nobody"]}}, "emails"),
        ({"account_id": "1"}, "account_id"),
        *(
            ({"alarms": {"a": alarm(**wrong)}}, name)
            for wrong, name in (
                ({"statistic": "Median"}, "statistic"),
                ({"statistic": "p101"}, "statistic"),
                ({"period": 45}, "period"),
                ({"period": 0}, "period"),
                ({"evaluation_periods": 289}, "evaluation_periods"),
                ({"period": 3600, "evaluation_periods": 169}, "evaluation_periods"),
                ({"datapoints_to_alarm": 2}, "datapoints_to_alarm"),
                ({"namespace": ":x"}, "namespace"),
                ({"metric": ""}, "metric"),
                ({"dimensions": {f"a{number}": "b" for number in range(31)}}, "dimensions"),
                ({"description": "x" * 1025}, "description"),
            )
        ),
    ],
)
def test_what_cloudwatch_would_refuse_is_refused(changes, name):
    with pytest.raises(InvalidValueError, match=name):
        made(**changes)
