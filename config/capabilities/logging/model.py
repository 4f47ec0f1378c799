"""The organization's audit trail, its archive, and who hears of remarkable activity: what organization.yaml says of them."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from config.model.base import Matches, Model, Switchable, refuse
from config.model.types import Arn, Email

Report = Literal["break-glass-use", "execution-outside-ci", "policies-by-hand", "root-use"]
_SEVEN_YEARS = 2557
_GLACIER_DAYS = 90
_LONGEST_LOCK: Final = 36500  # S3 takes no longer one


class LogLock(Model):
    """For how long nobody can delete a log."""

    mode: Literal["GOVERNANCE", "COMPLIANCE"] = Field(
        default="GOVERNANCE",
        description="GOVERNANCE is lifted by who may change the bucket's policy first: the foundation route. COMPLIANCE by no user, the root user included, before its days are over.",
    )
    days: int | None = Field(
        default=None,
        ge=1,
        le=_LONGEST_LOCK,
        description="Days from the moment a log is written; `retention_days` if null.",
    )


class Alerts(Switchable):
    """Mails about activity that should be rare, in any account and governed region."""

    emails: tuple[Email, ...] = Field(default=(), description="Who is told; each confirms once that mails are wanted.")
    report: tuple[Report, ...] = Field(
        default=("break-glass-use", "execution-outside-ci", "root-use"),
        min_length=1,
        description="What is reported. Without `ci`, every use of the execution role is outside of it. "
        "`policies-by-hand`: somebody else than the management account's deploying roles changes policies of the organization or their "
        "attachments, or moves an account.",
    )
    cis: bool = Field(
        default=False,
        description="Whether what section 4 of CIS AWS Foundations asks for is reported, too: refused calls, sign-ins without a second "
        "factor and failed ones, changes of policies, trails, keys, recorders, networks and the organization. Every deploy is then reported, "
        "and one event is one mail.",
    )


class TrailQueries(Switchable):
    """Athena over the trail's archive: database, table, workgroup, a bucket of results, and the policy `TrailQueries` of who may query."""

    scan_limit_gib: int = Field(
        default=100,
        ge=1,
        le=1_000_000,
        description="Athena ends a query that has read so many GiB; AWS charges for each.",
    )
    results_days: int = Field(default=7, ge=1, le=365, description="Results are deleted after so many days.")
    rehearsal_days: int | None = Field(
        default=None,
        ge=1,
        le=365,
        description="Reviews of requests show what changed guardrails would have denied in so many days; not if null. Whoever may open a "
        "request can then learn what was called, and by whom.",
    )


class LoadBalancerLogs(Switchable):
    """A bucket in each governed region of the archive's account, into which load balancers of all accounts write their access logs."""


LogGroupName = Annotated[str, Matches(r"[\w./#-]{1,512}", "the name of a log group such as '/aws/lambda/shop'")]


class CloudWatchLogs(Switchable):
    """What CloudWatch's log groups of all accounts take in, in governed regions, is written into the archive, too, by Firehose."""

    excluded_log_groups: tuple[LogGroupName, ...] = Field(
        default=(), max_length=50, description="Log groups of these names are not."
    )
    filter_pattern: Annotated[str, Matches(None, "a pattern of CloudWatch", longest=1024)] | None = Field(
        default=None, description="What is written, as CloudWatch writes patterns; everything if not said."
    )


class Logging(Switchable):
    """One trail over all accounts and regions, kept in a locked bucket of the account `log-archive`, or of the security account."""

    trail: str = Field(
        default="organization",
        pattern=r"^[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*$",
        min_length=3,
        max_length=128,
        description="Its name.",
    )
    data_events: tuple[Literal["dynamodb", "lambda", "s3"], ...] = Field(
        default=(), description="Services whose writing data events are logged too; AWS charges for each event."
    )
    insights: tuple[Literal["ApiCallRateInsight", "ApiErrorRateInsight"], ...] = Field(
        default=(), description="Unusual activity that CloudTrail looks for; AWS charges for the events analyzed."
    )
    retention_days: int = Field(
        default=_SEVEN_YEARS, ge=1, le=_LONGEST_LOCK, description="Logs are deleted after so many days."
    )
    archive_after_days: int | None = Field(
        default=90, ge=1, description="Logs move to a cheaper storage class after so many days; never if null."
    )
    object_lock: LogLock | None = Field(
        default_factory=LogLock,
        description="Keeps logs from deletion as long as they are retained. Not locked if null, which is warned of.",
    )
    locked_copies: bool = Field(
        default=False,
        description="Whether what AWS takes no locked bucket for, deliveries of AWS Config, access logs and logs of CloudWatch, is copied into one, locked as `object_lock` says.",
    )
    noncurrent_days: int = Field(
        default=90, ge=1, le=_LONGEST_LOCK, description="Old versions of logs are deleted after so many days."
    )
    load_balancers: LoadBalancerLogs | None = Field(
        default=None, description="Buckets for load balancers' access logs; none unless said."
    )
    cloudwatch: CloudWatchLogs | None = Field(
        default=None, description="Logs of CloudWatch in the archive; none unless said."
    )
    readers: tuple[Arn, ...] = Field(default=(), description="Principals of any account that may read the logs.")
    queries: TrailQueries | None = Field(default=None, description="Queries of the trail by Athena; none unless said.")
    alerts: Alerts = Field(default_factory=Alerts, description="Activity that is reported.")

    @model_validator(mode="after")
    def _copies_are_locked(self) -> Self:
        if self.locked_copies and self.object_lock is None:
            raise refuse("`object_lock`, by which `locked_copies` are locked", "Leave one of the two out.")
        return self

    @model_validator(mode="after")
    def _times_fit(self) -> Self:
        if self.object_lock and self.object_lock.days and self.retention_days < self.object_lock.days:
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
