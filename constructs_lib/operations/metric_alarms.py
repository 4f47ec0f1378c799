"""Alarms of metrics, and who is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from cdktf_cdktf_provider_aws.sns_topic_policy import SnsTopicPolicy
from cdktf_cdktf_provider_aws.sns_topic_subscription import SnsTopicSubscription
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.logging.topic_statements import publish
from constructs_lib.policies.document import PolicyDocument, Statement, allow
from constructs_lib.security.encryption_key import EncryptionKeyConstruct
from constructs_lib.tokens import as_text
from constructs_lib.typed import typed
from constructs_lib.validation import (
    require_account_id,
    require_between,
    require_email,
    require_length,
    require_match,
    require_one_of,
    require_slug,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider

Severity = Literal["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"]
_SEVERITIES: Final = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL")
Comparison = Literal[
    "GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanOrEqualToThreshold", "LessThanThreshold"
]
_STATISTICS: Final = ("Average", "Maximum", "Minimum", "SampleCount", "Sum")
_SHORT: Final = (10, 30)
_MINUTE: Final = 60
_HOUR: Final = 3_600
_DAY: Final = 86_400
_MOST_DIMENSIONS: Final = 30
_LONGEST_DESCRIPTION: Final = 1024


@typed
@dataclass(frozen=True)
class MetricAlarm:
    """When somebody is told of a metric.

    Args:
        namespace: Where the metric is, such as ``AWS/EC2``, 1 to 255 characters.
        metric: Its name, 1 to 255 characters.
        statistic: ``Average``, ``Maximum``, ``Minimum``, ``SampleCount``, ``Sum``, or a percentile such as ``p99.9``.
        threshold: With which value it is compared, in the metric's unit.
        severity: How bad it is.
        comparison: What raises the alarm. Default: as much as the threshold, or more.
        dimensions: The metric's dimensions, at most 30. Default: none.
        period: Seconds: 10, 30, or a multiple of 60. Default: five minutes.
        evaluation_periods: How many periods are looked at: a day at most, and seven with periods of an hour or more. Default: one.
        datapoints_to_alarm: In how many of them it must be so. Default: in all.
        missing_data: What a period without values counts as: ``missing``, ``ignore``, ``breaching``, ``notBreaching``. Default: missing.
        tell_recovery: Whether the same people are told when it is over. Default: no.
        description: What it means, at most 1,024 characters. Default: nothing.
    """

    namespace: str
    metric: str
    statistic: str
    threshold: float
    severity: Severity
    comparison: Comparison = "GreaterThanOrEqualToThreshold"
    dimensions: Mapping[str, str] | None = None
    period: int = 300
    evaluation_periods: int = 1
    datapoints_to_alarm: int | None = None
    missing_data: Literal["missing", "ignore", "breaching", "notBreaching"] = "missing"
    tell_recovery: bool = False
    description: str | None = None


@typed
class MetricAlarmsConstruct(Construct):
    """Alarms of an account's metrics in one region, and an encrypted topic for each severity that they have.

    Children: ``Key``; ``topic-<severity>``, ``policy-<severity>`` and ``mail-<severity>-<n>`` per severity, in lower case; ``alarm-<name>``
    per alarm.

    Args:
        scope: Where the alarms live.
        id_: The construct's id.
        account_id: The account that owns them.
        alarms: Alarm by name, a slug. In AWS it is called so after `name` and a hyphen.
        emails: Who is told, by severity. Each address gets a mail that asks for confirmation. Default: nobody; the topics are there.
        name: What topics and alarms are called, and the key's alias. Default: ``metric-alarms``.
        partition: ``aws`` or ``aws-us-gov``.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If there is no alarm, or a name, an address or a value is none that CloudWatch takes.

    Example:
        >>> MetricAlarmsConstruct(
        ...     stack, "Alarms", account_id="444444444444", emails={"HIGH": ["shop@example.com"]},
        ...     alarms={"orders-fail": MetricAlarm("Shop", "FailedOrders", "Sum", 5, "HIGH")},
        ... )

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        account_id: str,
        alarms: Mapping[str, MetricAlarm],
        emails: Mapping[Severity, Sequence[str]] | None = None,
        name: str = "metric-alarms",
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_account_id("account_id", account_id)
        self._name, self._provider = require_slug("name", name), provider
        if not alarms:
            raise InvalidValueError("alarms", {}, expected="at least one alarm")
        for severity in emails or {}:
            require_one_of("emails", severity, _SEVERITIES)
        self._key = EncryptionKeyConstruct(
            self,
            "Key",
            alias=name,
            description=f"Messages of {name}",
            account_id=account_id,
            statements=[_alarms_encrypt(account_id)],
            partition=partition,
            provider=provider,
        )
        topics = {
            severity: self._topic(severity.lower(), account_id, (emails or {}).get(severity, ()))
            for severity in sorted({alarm.severity for alarm in alarms.values()})
        }
        for slug, alarm in sorted(alarms.items()):
            self._alarm(require_slug("alarms", slug), alarm, topics[alarm.severity])

    def _topic(self, low: str, account_id: str, emails: Sequence[str]) -> SnsTopic:
        topic = SnsTopic(
            self,
            f"topic-{low}",
            name=f"{self._name}-{low}",
            kms_master_key_id=self._key.key_id,
            provider=self._provider,
        )
        SnsTopicPolicy(
            self,
            f"policy-{low}",
            arn=topic.arn,
            policy=PolicyDocument.of(
                *publish(topic.arn, account_id, "cloudwatch.amazonaws.com", sid="AlarmsPublish")
            ).to_terraform(),
            provider=self._provider,
        )
        for number, address in enumerate(sorted(set(emails)), start=1):
            SnsTopicSubscription(
                self,
                f"mail-{low}-{number}",
                topic_arn=topic.arn,
                protocol="email",
                endpoint=require_email("emails", address),
                provider=self._provider,
            )
        return topic

    def _alarm(self, slug: str, alarm: MetricAlarm, topic: SnsTopic) -> None:
        _check(f"alarms[{slug!r}]", alarm)
        percentile = alarm.statistic not in _STATISTICS
        CloudwatchMetricAlarm(
            self,
            f"alarm-{slug}",
            alarm_name=f"{self._name}-{slug}",
            alarm_description=as_text(alarm.description) if alarm.description else None,
            namespace=as_text(alarm.namespace),
            metric_name=as_text(alarm.metric),
            dimensions={as_text(key): as_text(value) for key, value in sorted((alarm.dimensions or {}).items())}
            or None,
            statistic=None if percentile else alarm.statistic,
            extended_statistic=alarm.statistic if percentile else None,
            comparison_operator=alarm.comparison,
            threshold=alarm.threshold,
            period=alarm.period,
            evaluation_periods=alarm.evaluation_periods,
            datapoints_to_alarm=alarm.datapoints_to_alarm,
            treat_missing_data=alarm.missing_data,
            alarm_actions=[topic.arn],
            ok_actions=[topic.arn] if alarm.tell_recovery else None,
            provider=self._provider,
        )


def _check(where: str, alarm: MetricAlarm) -> None:
    require_one_of(f"{where}.severity", alarm.severity, _SEVERITIES)
    require_match(
        f"{where}.namespace", alarm.namespace, r"(?!:)[A-Za-z0-9._/#: -]{1,255}", expected="a namespace of CloudWatch's"
    )
    require_length(f"{where}.metric", alarm.metric, 1, 255)
    if alarm.statistic not in _STATISTICS:
        require_match(
            f"{where}.statistic",
            alarm.statistic,
            r"p(?:100|[0-9]{1,2}(?:\.[0-9]{1,10})?)",
            expected=f"one of {', '.join(_STATISTICS)}, or a percentile such as 'p99.9'",
        )
    if alarm.period not in _SHORT and (alarm.period < _MINUTE or alarm.period % _MINUTE):
        raise InvalidValueError(f"{where}.period", alarm.period, expected="10, 30, or a multiple of 60 seconds")
    longest = (7 * _DAY if alarm.period >= _HOUR else _DAY) // alarm.period
    require_between(f"{where}.evaluation_periods", alarm.evaluation_periods, 1, longest)
    if alarm.datapoints_to_alarm is not None:
        require_between(f"{where}.datapoints_to_alarm", alarm.datapoints_to_alarm, 1, alarm.evaluation_periods)
    require_between(f"{where}.dimensions", len(alarm.dimensions or {}), 0, _MOST_DIMENSIONS)
    if alarm.description is not None:
        require_length(f"{where}.description", alarm.description, 1, _LONGEST_DESCRIPTION)


def _alarms_encrypt(account_id: str) -> Statement:
    """The key encrypts what alarms of the account say."""
    return allow(
        ["kms:Decrypt", "kms:GenerateDataKey*"],
        "*",
        principals={"Service": "cloudwatch.amazonaws.com"},
        conditions={"StringEquals": {"aws:SourceAccount": account_id}},
        sid="AlarmsEncrypt",
    )
