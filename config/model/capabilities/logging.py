"""The organization's audit trail, its archive, and who hears of remarkable activity."""

from typing import Literal, Self

from pydantic import Field, model_validator

from config.model.base import Capability, Model, refuse
from config.model.types import Arn, Email

Report = Literal["break-glass-use", "execution-outside-ci", "root-use"]
_SEVEN_YEARS = 2557
_GLACIER_DAYS = 90


class LogLock(Model):
    """For how long nobody can delete a log."""

    mode: Literal["GOVERNANCE", "COMPLIANCE"] = Field(
        description="GOVERNANCE can be lifted by a permission that nobody has here; COMPLIANCE by nobody, not even AWS."
    )
    days: int = Field(ge=1, le=36500, description="Days from the moment a log is written.")


class Alerts(Capability):
    """Mails about activity that should be rare, in any account and governed region."""

    emails: tuple[Email, ...] = Field(default=(), description="Who is told; each confirms once that mails are wanted.")
    report: tuple[Report, ...] = Field(
        default=("break-glass-use", "execution-outside-ci", "root-use"),
        min_length=1,
        description="What is reported. Without `ci`, every use of the execution role is outside of it.",
    )


class Logging(Capability):
    """One trail over all accounts and regions, kept in a bucket of the security account that nobody can tamper with."""

    trail: str = Field(
        default="organization", pattern=r"^[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*$", min_length=3, description="Its name."
    )
    data_events: tuple[Literal["dynamodb", "lambda", "s3"], ...] = Field(
        default=(), description="Services whose writing data events are logged too; AWS charges for each event."
    )
    insights: tuple[Literal["ApiCallRateInsight", "ApiErrorRateInsight"], ...] = Field(
        default=(), description="Unusual activity that CloudTrail looks for; AWS charges for the events analyzed."
    )
    retention_days: int = Field(default=_SEVEN_YEARS, ge=1, description="Logs are deleted after so many days.")
    archive_after_days: int | None = Field(
        default=90, ge=1, description="Logs move to a cheaper storage class after so many days; never if null."
    )
    object_lock: LogLock | None = Field(
        default=None, description="Keeps logs from deletion; it can only be chosen before the bucket is made."
    )
    readers: tuple[Arn, ...] = Field(default=(), description="Principals of any account that may read the logs.")
    alerts: Alerts = Field(default_factory=Alerts, description="Activity that is reported.")

    @model_validator(mode="after")
    def _times_fit(self) -> Self:
        if self.object_lock and self.retention_days < self.object_lock.days:
            raise refuse(
                f"`retention_days` of at least {self.object_lock.days}, for so many days `object_lock` keeps the logs",
                "Nobody can delete them earlier.",
            )
        if self.archive_after_days and self.retention_days < self.archive_after_days + _GLACIER_DAYS:
            raise refuse(
                f"`retention_days` of at least {self.archive_after_days + _GLACIER_DAYS}, {_GLACIER_DAYS} more than "
                "`archive_after_days`",
                f"AWS charges an archived log for {_GLACIER_DAYS} days; write `archive_after_days: null`, or keep it longer.",
            )
        return self
