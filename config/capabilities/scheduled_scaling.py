"""Machines that go home when people do."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Final, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from config.capabilities.capability import AccountCapability, Part
from config.capabilities.problems import key_elsewhere, ungoverned, written
from config.errors import KeyPath, Problem, did_you_mean
from config.model.base import Matches, Model, Switchable, refuse
from config.model.types import KmsKeyArn, Region, Slug
from config.nodes import Account, Configuration
from config.sources.files import Files

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


class ScheduledScaling(Switchable):
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
    keys: dict[Region, KmsKeyArn] = Field(
        default_factory=dict, description="KMS keys that encrypt the schedules, by region; a key of AWS if not said."
    )

    @model_validator(mode="after")
    def _starts_before_it_stops(self) -> Self:
        if self.stop <= self.start:
            raise refuse(f"`stop` later than `start` ({self.start}), on the same day")
        return self


ENVIRONMENT: Final = "environment"
"""The tag that says what an account is for."""
_PRODUCTION: Final = frozenset({"live", "prd", "prod", "production"})
_PATH: Final[KeyPath] = ("settings", "scheduled_scaling")


def _production_stays_up(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Nothing in production stops at night by accident: not by inheritance, and not for want of a tag."""
    for account in organization.accounts.values():
        scaling = SCHEDULED_SCALING.in_account(organization, account)
        if scaling is None or scaling.even_in_production:
            continue
        file = files.accounts[account.slug].file
        said = "say `enabled: false` here, or `even_in_production: true` if it is meant"
        if ENVIRONMENT not in account.tags:
            arrived = f"an account without the tag {ENVIRONMENT!r}, whose machines would stop at night"
            expected = "to know that it is not production"
            yield file.problem(_PATH, arrived, expected, f"Give it that tag; {said}.")
        elif is_production(account):
            arrived = f"{account.slug!r}, which is production, and whose machines would stop at night"
            expected = "production to stay up"
            yield file.problem(_PATH, arrived, expected, f"{said[0].upper()}{said[1:]}.")


def is_production(account: Account) -> bool:
    """Whether an account is for production, by its tag or by the OU that it is in."""
    return account.tags.get(ENVIRONMENT, "").lower() in _PRODUCTION or any(
        unit.slug in _PRODUCTION for unit in account.chain
    )


def _regions(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Schedules are in governed regions."""
    for account in organization.accounts.values():
        if scaling := SCHEDULED_SCALING.in_account(organization, account):
            for key, regions in (("regions", scaling.regions), ("keys", scaling.keys)):
                yield from ungoverned(account, organization, files, ("scheduled_scaling", key), regions)


def _keys(organization: Configuration, files: Files) -> Iterator[Problem]:
    """A key encrypts the schedules of its own region."""
    for account in organization.accounts.values():
        scaling = SCHEDULED_SCALING.in_account(organization, account)
        for region, arn in scaling.keys.items() if scaling else ():
            yield from key_elsewhere(*written(files, account, ("scheduled_scaling", "keys", region)), arn, region)


SCHEDULED_SCALING: Final[AccountCapability[ScheduledScaling]] = AccountCapability(
    key="scheduled_scaling",
    model=ScheduledScaling,
    description="What stops outside business hours, and starts again.",
    rules=(_production_stays_up, _regions, _keys),
    parts=(
        Part(
            name="scheduled_scaling",
            build="stacks.capabilities.scheduled_scaling:add",
            types=frozenset(
                {"aws_iam_role", "aws_iam_role_policy", "aws_scheduler_schedule", "aws_scheduler_schedule_group"}
            ),
            cost=("Calls of the scheduler, after the first millions of a month; a KMS key of your own (`keys`).",),
        ),
    ),
)
