"""Alarms of the Accelerator's configuration: those of metrics that there are, with who is told."""

import pytest

from config.capabilities.metric_alarms import METRIC_ALARMS
from estate.lza.reading import LzaError
from tests.estate.lza.conftest import take

BEFORE = "cloudWatch: {metricSets: [], alarmSets: []}"
METRICS = """cloudWatch:
  metricSets:
    - deploymentTargets: {organizationalUnits: [Root]}
      metrics:
        - {filterName: roots, logGroupName: trail, filterPattern: "{$.x}", metricNamespace: LogMetrics, metricName: Roots, metricValue: "1"}
  alarmSets:
    - regions: [us-east-1]
      deploymentTargets: {organizationalUnits: [Work/Live]}
      alarms:
        - {alarmName: Roots, snsAlertLevel: Low, namespace: LogMetrics, metricName: Roots, comparisonOperator: GreaterThanThreshold, evaluationPeriods: 1, period: 300, statistic: Sum, threshold: 1, treatMissingData: notBreaching}
        - {alarmName: Busy Machines, alarmDescription: Too busy, snsTopicName: TOPIC, namespace: AWS/EC2, metricName: CPUUtilization, comparisonOperator: GreaterThanThreshold, evaluationPeriods: 3, period: 60, statistic: avg, threshold: 90, treatMissingData: notBreaching}"""


def taken(changed, tmp_path, text):
    return take(changed("security-config.yaml", (BEFORE, text)), tmp_path / "config")


def test_alarms_are_in_the_accounts_that_had_them_but_for_those_of_logs(changed, tmp_path):
    topic, emails = next(
        (name, emails) for name, emails in taken(changed, tmp_path / "0", BEFORE).draft.topics.items() if emails
    )
    found = taken(changed, tmp_path, METRICS.replace("TOPIC", topic))
    assert [str(problem) for problem in found.problems] == []
    accounts = found.organization.accounts
    alarms = METRIC_ALARMS.in_account(found.organization, accounts["shop-live"])
    ((slug, alarm),) = alarms.alarms.items()
    assert (slug, alarm.namespace, alarm.metric) == ("busy-machines", "AWS/EC2", "CPUUtilization")
    assert (alarm.statistic, alarm.comparison, alarm.threshold) == ("Average", "GreaterThanThreshold", 90)
    assert (alarm.period, alarm.evaluation_periods, alarm.missing_data) == (60, 3, "notBreaching")
    assert (alarm.description, alarm.regions) == ("Too busy", ("us-east-1",))
    assert alarms.emails == {alarm.severity: tuple(emails)}
    assert METRIC_ALARMS.in_account(found.organization, accounts["management"]) is None
    (note,) = [note.text for note in found.draft.notes if "Roots" in note.text]
    assert note.startswith("Left out: Roots")


def test_a_topic_that_there_is_not_is_said(changed, tmp_path):
    with pytest.raises(LzaError, match="found 'nowhere'; expected a topic of `snsTopics`"):
        taken(changed, tmp_path, METRICS.replace("TOPIC", "nowhere"))
