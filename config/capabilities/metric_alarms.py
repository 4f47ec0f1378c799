"""Alarms of an account's metrics, and who is told."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from config.capabilities.capability import AccountCapability, AccountInput, Part
from config.capabilities.problems import ungoverned
from config.capabilities.security.automation_rules import Severity
from config.errors import Problem
from config.model.base import Matches, Model, Switchable, refuse
from config.model.types import Email, Region, Slug
from config.nodes import Configuration, Organization
from config.sources.files import Files

_DAY: Final = 86_400
_HOUR: Final = 3_600
_SHORT: Final = (10, 30)
Namespace = Annotated[
    str, Matches(r"(?!:)[A-Za-z0-9._/#: -]{1,255}", "a namespace of CloudWatch's such as 'AWS/EC2' or 'Shop'")
]
Metric = Annotated[str, Matches(r"[\x20-\x7e]{1,255}", "a metric's name such as 'CPUUtilization'")]
Statistic = Annotated[
    str,
    Matches(
        r"SampleCount|Average|Sum|Minimum|Maximum|p(?:100|[0-9]{1,2}(?:\.[0-9]{1,10})?)",
        "SampleCount, Average, Sum, Minimum, Maximum, or a percentile such as 'p99.9'",
    ),
]
Dimension = Annotated[str, Matches(r"(?!:)[\x20-\x7e]{1,255}", "a dimension's name such as 'InstanceId'")]
DimensionValue = Annotated[str, Matches(r"[\x20-\x7e]{1,1024}", "a dimension's value")]
_Text = Annotated[str, Matches(r"[^\x00-\x1f]*\S[^\x00-\x1f]*", "a text on one line", longest=1024)]


class MetricAlarm(Model):
    """When somebody is told of a metric. Its key is the alarm's name, after `metric-alarms-`."""

    namespace: Namespace = Field(description="Where the metric is, such as AWS/EC2.")
    metric: Metric = Field(description="Its name.")
    dimensions: dict[Dimension, DimensionValue] = Field(
        default_factory=dict,
        max_length=30,
        description="Its dimensions, all of them: a metric with others is another one.",
    )
    statistic: Statistic = Field(description="What is made of the values of a period.")
    threshold: float = Field(allow_inf_nan=False, description="With which value it is compared.")
    comparison: Literal[
        "GreaterThanOrEqualToThreshold",
        "GreaterThanThreshold",
        "LessThanOrEqualToThreshold",
        "LessThanThreshold",
    ] = Field(default="GreaterThanOrEqualToThreshold", description="What raises the alarm.")
    period: int = Field(default=300, description="How many seconds a period has: 10, 30, or a multiple of 60.")
    evaluation_periods: int = Field(default=1, ge=1, description="How many periods are looked at.")
    datapoints_to_alarm: int | None = Field(
        default=None, ge=1, description="In how many of them it must be so; in all if not said."
    )
    missing_data: Literal["missing", "ignore", "breaching", "notBreaching"] = Field(
        default="missing", description="What a period without values counts as."
    )
    severity: Severity = Field(description="How bad it is, and so who is told.")
    tell_recovery: bool = Field(default=False, description="Whether the same people are told when it is over.")
    description: _Text | None = Field(default=None, description="What it means, and what to do about it.")
    regions: tuple[Region, ...] = Field(default=(), description="Where; in all governed regions if not said.")

    @model_validator(mode="after")
    def _as_cloudwatch_looks(self) -> Self:
        if self.period not in _SHORT and (self.period < 60 or self.period % 60):  # noqa: PLR2004 - a minute
            raise refuse("a `period` of 10, 30, or a multiple of 60 seconds")
        if self.datapoints_to_alarm is not None and self.datapoints_to_alarm > self.evaluation_periods:
            raise refuse("`datapoints_to_alarm` of at most `evaluation_periods`")
        most = 7 * _DAY if self.period >= _HOUR else _DAY
        if self.period * self.evaluation_periods > most:
            raise refuse(
                f"`period` times `evaluation_periods` of at most {most:,} seconds",
                "CloudWatch looks back one day, and seven with periods of an hour or more.",
            )
        return self


class MetricAlarms(Switchable):
    """Alarms of the account's metrics. Each severity has a topic in each region, encrypted with a key of the account."""

    alarms: dict[Slug, MetricAlarm] = Field(default_factory=dict, description="Alarms by slug.")
    emails: dict[Severity, tuple[Email, ...]] = Field(
        default_factory=dict,
        description="Who is told of alarms, by how bad they are; each address confirms once, for each account and region, that mails are wanted.",
    )


def alarm_regions(organization: Organization, alarm: MetricAlarm) -> list[str]:
    """Where an alarm is."""
    return sorted(set(alarm.regions or organization.governed_regions))


def _regions(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Alarms are in governed regions."""
    for account in organization.accounts.values():
        found = METRIC_ALARMS.in_account(organization, account)
        for slug, alarm in found.alarms.items() if found else ():
            path = ("metric_alarms", "alarms", slug, "regions")
            yield from ungoverned(account, organization, files, path, alarm.regions)


def _alarming(inputs: AccountInput) -> MetricAlarms | None:
    found = METRIC_ALARMS.of(inputs)
    return found if found and found.alarms else None


METRIC_ALARMS: Final[AccountCapability[MetricAlarms]] = AccountCapability(
    key="metric_alarms",
    model=MetricAlarms,
    description="Alarms of the account's metrics.",
    rules=(_regions,),
    parts=(
        Part(
            name="metric_alarms",
            build="stacks.capabilities.metric_alarms:add",
            value=_alarming,
            types=frozenset(
                {
                    "aws_cloudwatch_metric_alarm",
                    "aws_kms_alias",
                    "aws_kms_key",
                    "aws_sns_topic",
                    "aws_sns_topic_policy",
                    "aws_sns_topic_subscription",
                }
            ),
            cost=(
                "Each alarm by the month, more with periods below a minute; a KMS key by the month in each region; mails after the first thousand of a month.",
            ),
            whose="all",
            when={
                "aws_sns_topic_subscription": lambda found: any(
                    found.emails.get(alarm.severity) for alarm in found.alarms.values()
                )
            },
        ),
    ),
)
