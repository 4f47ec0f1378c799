"""Costs that are not as they use to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cdktf_cdktf_provider_aws.ce_anomaly_monitor import CeAnomalyMonitor
from cdktf_cdktf_provider_aws.ce_anomaly_subscription import (
    CeAnomalySubscription,
    CeAnomalySubscriptionSubscriber,
    CeAnomalySubscriptionThresholdExpression,
    CeAnomalySubscriptionThresholdExpressionAnd,
    CeAnomalySubscriptionThresholdExpressionAndDimension,
    CeAnomalySubscriptionThresholdExpressionDimension,
)
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_one_of

if TYPE_CHECKING:
    from cdktf import TerraformProvider

    from constructs_lib.cost.subscribers import Subscribers

Frequency = Literal["DAILY", "IMMEDIATE", "WEEKLY"]


@typed
class AnomalyDetectionConstruct(Construct):
    """Watches every service's costs and reports what stands out. In the management account: of all accounts.

    Children: ``Monitor`` (unless one is handed in), ``Resource`` (the subscription).

    Args:
        scope: Where the monitor lives.
        id_: The construct's id.
        name: Name of monitor and subscription.
        subscribers: Who is told.
        impact: Reported are anomalies of at least so many US dollars. Default: 100.
        impact_percent: And of at least so many per cent of what was expected. Default: any.
        frequency: ``DAILY`` or ``WEEKLY`` by e-mail, ``IMMEDIATE`` to a topic. Default: daily.
        monitor_arn: A monitor of services that exists. AWS allows one in an account, and makes one by itself in accounts
            that open Cost Explorer. Default: the monitor is made here.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If the frequency does not fit the subscribers, or an impact is negative.

    Example:
        >>> AnomalyDetectionConstruct(
        ...     stack, "Anomalies", name="services", subscribers=Subscribers(("finance@example.com",)), impact=250,
        ... )

    Source: https://docs.aws.amazon.com/cost-management/latest/userguide/getting-started-ad.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        subscribers: Subscribers,
        impact: float = 100,
        impact_percent: float | None = None,
        frequency: Frequency = "DAILY",
        monitor_arn: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        _check(frequency, subscribers, impact, impact_percent)
        self._monitor_arn = monitor_arn or self._make_monitor(name, provider)
        self._subscription = CeAnomalySubscription(
            self,
            "Resource",
            name=name,
            frequency=frequency,
            monitor_arn_list=[self._monitor_arn],
            subscriber=[
                *(CeAnomalySubscriptionSubscriber(type="EMAIL", address=address) for address in subscribers.emails),
                *(CeAnomalySubscriptionSubscriber(type="SNS", address=arn) for arn in subscribers.topic_list or ()),
            ],
            threshold_expression=_threshold(impact, impact_percent),
            provider=provider,
        )

    @property
    def monitor_arn(self) -> str:
        """The monitor's ARN."""
        return self._monitor_arn

    @property
    def subscription_arn(self) -> str:
        """The subscription's ARN."""
        return self._subscription.arn

    def _make_monitor(self, name: str, provider: TerraformProvider | None) -> str:
        return CeAnomalyMonitor(
            self, "Monitor", name=name, monitor_type="DIMENSIONAL", monitor_dimension="SERVICE", provider=provider
        ).arn


def _check(frequency: str, subscribers: Subscribers, impact: float, impact_percent: float | None) -> None:
    require_one_of("frequency", frequency, ("DAILY", "IMMEDIATE", "WEEKLY"))
    if frequency == "IMMEDIATE" and subscribers.emails:
        raise InvalidValueError("frequency", frequency, expected="DAILY or WEEKLY for e-mail addresses")
    if frequency != "IMMEDIATE" and subscribers.topic_arn:
        raise InvalidValueError("frequency", frequency, expected="IMMEDIATE for a topic")
    if impact < 0 or (impact_percent or 0) < 0:
        raise InvalidValueError("impact", min(impact, impact_percent or 0), expected="0 or more")


def _threshold(impact: float, impact_percent: float | None) -> CeAnomalySubscriptionThresholdExpression:
    options = ["GREATER_THAN_OR_EQUAL"]
    absolute = ("ANOMALY_TOTAL_IMPACT_ABSOLUTE", _plain(impact))
    if impact_percent is None:
        key, value = absolute
        return CeAnomalySubscriptionThresholdExpression(
            dimension=CeAnomalySubscriptionThresholdExpressionDimension(key=key, match_options=options, values=[value])
        )
    return CeAnomalySubscriptionThresholdExpression(
        and_=[
            CeAnomalySubscriptionThresholdExpressionAnd(
                dimension=CeAnomalySubscriptionThresholdExpressionAndDimension(
                    key=key, match_options=options, values=[value]
                )
            )
            for key, value in (absolute, ("ANOMALY_TOTAL_IMPACT_PERCENTAGE", _plain(impact_percent)))
        ]
    )


def _plain(amount: float) -> str:
    return f"{amount:.2f}".rstrip("0").rstrip(".")
