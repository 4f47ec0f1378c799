"""Alarms of metrics of a Landing Zone Accelerator's configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from config.capabilities.metric_alarms import Metric, MetricAlarm, Namespace, Statistic
from config.model.types import Region

if TYPE_CHECKING:
    from estate.lza.draft import Draft
    from estate.lza.reading import Node

_LEVELS: Final = ("critical", "high", "medium", "low")
_STATISTICS: Final = {"min": "Minimum", "max": "Maximum", "avg": "Average", "n": "SampleCount"}
_COMPARISON: Final[Any] = MetricAlarm.model_fields["comparison"].annotation
_MISSING: Final[Any] = MetricAlarm.model_fields["missing_data"].annotation
_Level = Literal["critical", "high", "medium", "low"]


def alarms(node: Node, into: Draft) -> None:
    """Have the alarms, but for those of metrics that the Accelerator makes of what a log group says."""
    made = {
        (metric.text("metricNamespace"), metric.text("metricName"))
        for entry in node.lza.file(node.file.name).each("cloudWatch", "metricSets")
        for metric in entry.each("metrics")
    }
    for entry in node.each():
        targets = into.targets(entry.child("deploymentTargets"))
        regions = [region for region in entry.texts("regions") if entry.child("regions").fits(region, Region)]
        for alarm in entry.each("alarms"):
            name, found, severity, emails = _alarm(alarm, into)
            if not found:
                continue
            if (found["namespace"], found["metric"]) in made:
                into.note(
                    alarm, f"Left out: {name}, whose metric is one of `metricSets`; `logging.alerts.cis` tells of most."
                )
                continue
            if regions:
                found["regions"] = regions
            for selector in targets:
                settings = into.settings_of(selector, "metric_alarms")
                settings.setdefault("alarms", {})[into.short(name)] = found
                told = settings.setdefault("emails", {}).setdefault(severity, []) if emails else []
                told += [each for each in emails if each not in told]


def _alarm(node: Node, into: Draft) -> tuple[str, dict[str, Any], str, list[str]]:
    """An alarm: its name, what it is, how bad it is, and who hears of it."""
    name = node.needed("alarmName")
    statistic = node.text("statistic")
    topic, level = node.text("snsTopicName"), node.text("snsAlertLevel").lower()
    if topic and topic not in into.topics:
        node.child("snsTopicName").problem(repr(topic), f"a topic of `snsTopics`: one of {', '.join(into.topics)}")
    severity = level or next((each for each in _LEVELS if topic.lower().endswith(each)), "medium")
    found: dict[str, Any] = {
        "namespace": node.typed("namespace", Namespace),
        "metric": node.typed("metricName", Metric),
        "statistic": _STATISTICS.get(statistic) or node.typed("statistic", Statistic),
        "threshold": node.number("threshold", 1),
        "comparison": node.typed("comparisonOperator", _COMPARISON),
        "period": node.number("period", 300),
        "evaluation_periods": node.number("evaluationPeriods", 1),
        "severity": severity.upper(),
    }
    if node.text("treatMissingData"):
        found["missing_data"] = node.typed("treatMissingData", _MISSING)
    if node.text("alarmDescription"):
        found["description"] = node.text("alarmDescription")
    if level and not node.fits(level, _Level):
        return name, {}, "", []
    complete = all(found[key] for key in ("namespace", "metric", "statistic", "comparison"))
    return name, found if complete else {}, severity.upper(), into.topics.get(topic, [])
