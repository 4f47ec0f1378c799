import pytest

from constructs_lib.cost.anomaly_detection import AnomalyDetectionConstruct
from constructs_lib.cost.subscribers import Subscribers
from constructs_lib.errors import InvalidValueError
from tests.template import synth

FINANCE = Subscribers(("finance@example.com",))
TOPIC = Subscribers(topic_arn="arn:aws:sns:us-east-1:111111111111:costs")


def build(stack, **changes):
    return AnomalyDetectionConstruct(stack, "anomalies", **{"name": "services", "subscribers": FINANCE, **changes})


@pytest.mark.row("C8")
def test_every_service_is_watched_and_reported_daily():
    template = synth(build)
    monitor = template.only("aws_ce_anomaly_monitor")
    assert (monitor["monitor_type"], monitor["monitor_dimension"]) == ("DIMENSIONAL", "SERVICE")
    subscription = template.only("aws_ce_anomaly_subscription")
    assert subscription["frequency"] == "DAILY"
    assert subscription["subscriber"] == [{"type": "EMAIL", "address": "finance@example.com"}]
    assert subscription["threshold_expression"]["dimension"]["values"] == ["100"]


def test_both_impacts_an_existing_monitor_and_a_topic():
    monitor = "arn:aws:ce::111111111111:anomalymonitor/m"
    template = synth(
        lambda stack: build(
            stack, subscribers=TOPIC, frequency="IMMEDIATE", impact=2_500_000, impact_percent=12.5, monitor_arn=monitor
        )
    )
    assert not template.resources("aws_ce_anomaly_monitor")
    subscription = template.only("aws_ce_anomaly_subscription")
    assert subscription["monitor_arn_list"] == [monitor]
    assert subscription["subscriber"][0]["type"] == "SNS"
    dimensions = [found["dimension"] for found in subscription["threshold_expression"]["and"]]
    assert [(found["key"], found["values"]) for found in dimensions] == [
        ("ANOMALY_TOTAL_IMPACT_ABSOLUTE", ["2500000"]),
        ("ANOMALY_TOTAL_IMPACT_PERCENTAGE", ["12.5"]),
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"frequency": "HOURLY"}, "frequency is 'HOURLY'"),
        ({"frequency": "IMMEDIATE"}, "DAILY or WEEKLY for e-mail"),
        ({"subscribers": TOPIC}, "IMMEDIATE for a topic"),
        ({"impact": -1}, "0 or more"),
        ({"impact_percent": -5}, "0 or more"),
    ],
)
def test_what_cost_explorer_would_refuse_is_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, **changes))
