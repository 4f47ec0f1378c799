"""Machines that go home when people do."""

from datetime import date
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from config.errors import did_you_mean
from config.model.base import Capability, Matches, Model, refuse
from config.model.types import Arn, Region, Slug

_ASG_NAME, _ECS_NAME, _RDS_NAME = r"[^:\s]+", r"[A-Za-z0-9_-]+", r"[A-Za-z][A-Za-z0-9-]*"
Name = Annotated[str, Matches(_ASG_NAME, "an Auto Scaling group's name", longest=255)]
EcsName = Annotated[str, Matches(_ECS_NAME, "an ECS name of letters, digits, _ and -", longest=255)]
Identifier = Annotated[str, Matches(_RDS_NAME, "a database's identifier", longest=63)]
Time = Annotated[str, Matches(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", "a time such as '07:00'")]
Tag = Annotated[
    str,
    Matches(r"(?!aws:)[^=\s][^=]{0,127}=[^=]{0,256}", "a tag such as 'schedule=office-hours'"),
]
Weekday = Literal["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]


def _check_time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        known = available_timezones()
        if known:  # a system without the tz database knows no zone at all: then AWS decides
            raise refuse("a time zone such as 'Europe/Berlin'", did_you_mean(value, known)) from None
    return value


def _check_date(value: str) -> str:
    try:
        date.fromisoformat(value)
    except ValueError:
        raise refuse("a date such as '2026-12-25'") from None
    return value


TimeZone = Annotated[str, AfterValidator(_check_time_zone)]
Date = Annotated[str, AfterValidator(_check_date), WithJsonSchema({"type": "string", "format": "date"})]


class TaggedInstances(Model):
    """All EC2 instances with a tag, those to come included."""

    kind: Literal["ec2-instances"] = Field(description="What it is.")
    tag: Tag = Field(description="The tag of those that stop and start, as `key=value`.")


class AutoScalingGroup(Model):
    """An Auto Scaling group, which goes down to no instances."""

    kind: Literal["auto-scaling-group"]
    name: Name = Field(description="The group's name.")
    desired: int = Field(ge=0, description="How many run during business hours.")
    minimum: int | None = Field(default=None, ge=0, description="The least of them; as many as desired if not said.")

    @model_validator(mode="after")
    def _minimum_fits(self) -> Self:
        if self.minimum is not None and self.minimum > self.desired:
            raise refuse(f"a `minimum` of at most {self.desired}, the desired number")
        return self


class EcsService(Model):
    """An ECS service, which goes down to no tasks."""

    kind: Literal["ecs-service"]
    cluster: EcsName = Field(description="The name of the service's cluster.")
    service: EcsName = Field(description="The service's name.")
    desired: int = Field(ge=0, description="How many run during business hours.")


class RdsInstance(Model):
    """A database instance, which stops."""

    kind: Literal["rds-instance"]
    identifier: Identifier = Field(description="The identifier of the instance or cluster.")


class RdsCluster(Model):
    """An Aurora cluster, which stops with all its instances."""

    kind: Literal["rds-cluster"]
    identifier: Identifier = Field(description="The identifier of the instance or cluster.")


Target = Annotated[
    TaggedInstances | AutoScalingGroup | EcsService | RdsInstance | RdsCluster, Field(discriminator="kind")
]


class ScheduledScaling(Capability):
    """What stops outside business hours. Refused for production, unless that is said in so many words."""

    time_zone: TimeZone = Field(
        description="Name of the time zone, such as Europe/Berlin; summer time follows from it."
    )
    start: Time = "07:00"
    stop: Time = "19:00"
    weekdays: tuple[Weekday, ...] = Field(
        default=("MON", "TUE", "WED", "THU", "FRI"), min_length=1, description="The days on which it starts."
    )
    holidays: tuple[Date, ...] = Field(
        default=(), description="Days on which it does not start, YYYY-MM-DD; past ones may stay."
    )
    regions: tuple[Region, ...] = Field(default=(), description="Where; in the account's own region if not said.")
    targets: dict[Slug, Target] = Field(min_length=1, description="What stops and starts, by slug.")
    even_in_production: bool = Field(default=False, description="Whether it is meant for production too.")
    keys: dict[Region, Arn] = Field(
        default_factory=dict, description="KMS keys that encrypt the schedules, by region; a key of AWS if not said."
    )

    @model_validator(mode="after")
    def _starts_before_it_stops(self) -> Self:
        if self.stop <= self.start:
            raise refuse(f"`stop` later than `start` ({self.start}), on the same day")
        return self
