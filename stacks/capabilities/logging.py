"""The log archive and the organization's trail in the security account, and alerts about activity everywhere."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from config.model.base import enabled
from config.model.capabilities.logging import Logging
from config.nodes import Account, Organization
from constructs_lib.logging.activity_alerts import ActivityAlertsConstruct
from constructs_lib.logging.activity_forwarder import ActivityForwarderConstruct
from constructs_lib.logging.activity_patterns import activity_patterns
from constructs_lib.logging.log_archive import LogArchiveConstruct
from constructs_lib.logging.organization_trail import OrganizationTrailConstruct
from constructs_lib.logging.secure_bucket import ObjectLock
from stacks.access import Ids, role_arn
from stacks.capabilities.capability import AnyStack, Capability

if TYPE_CHECKING:
    from stacks.account import AccountStack

_ALERTS: Final = "activity-alerts"


def log_bucket(ids: Ids) -> str:
    """The name of the organization's log bucket, by convention: whoever delivers to it need not ask for it."""
    return f"{ids.organization.slug}-log-archive-{ids.account_id(_security(ids.organization))}"


def _on(organization: Organization) -> Logging | None:
    return enabled(organization.logging)


def _alerting(organization: Organization) -> bool:
    logging = _on(organization)
    return logging is not None and logging.alerts.enabled


def _security(organization: Organization) -> Account:
    return organization.with_purpose("security")[0]


def _has_archive(organization: Organization, account: Account) -> bool:
    return _on(organization) is not None and account.purpose == "security"


def _add_archive(stack: "AccountStack") -> None:
    """Add the archive, the trail that fills it, and the alerts."""
    organization, references, logging = stack.organization, stack.references, _on(stack.organization)
    if logging is None:
        return
    region = organization.home_region
    lock = logging.object_lock
    archive = LogArchiveConstruct(
        stack,
        "log-archive",
        bucket_name=log_bucket(references),
        account_id=stack.account_id,
        organization_id=references.organization_id,
        management_account_id=references.account_id(organization.management),
        trail_name=logging.trail,
        trail_region=region,
        retention_days=logging.retention_days,
        archive_after_days=logging.archive_after_days,
        object_lock=ObjectLock(lock.mode, lock.days) if lock else None,
        reader_arns=sorted(set(logging.readers)),
        partition=organization.partition,
        provider=stack.provider(region),
    )
    OrganizationTrailConstruct(
        stack,
        "trail",
        name=logging.trail,
        bucket_name=archive.bucket_name,
        key_arn=archive.key_arn,
        data_events=logging.data_events,
        quiet_bucket_arns=[archive.bucket_arn],
        insights=logging.insights,
        provider=stack.provider(region),
    )
    if logging.alerts.enabled:
        ActivityAlertsConstruct(
            stack,
            "alerts",
            name=_ALERTS,
            account_id=stack.account_id,
            organization_id=references.organization_id,
            patterns=_patterns(references, logging),
            emails=logging.alerts.emails,
            partition=organization.partition,
            provider=stack.provider(region),
        )


def _add_forwarders(stack: AnyStack) -> None:
    """Add rules in every governed region that send what is to be reported to the security account."""
    organization, references, logging = stack.organization, stack.references, _on(stack.organization)
    if logging is None:
        return
    patterns = _patterns(references, logging)
    owner = references.account_id(_security(organization))
    bus_arn = f"arn:{organization.partition}:events:{organization.home_region}:{owner}:event-bus/{_ALERTS}"
    role: str | None = None
    # The home region comes first and makes the role; IAM is global.
    for region in sorted(organization.governed_regions, key=lambda one: one != organization.home_region):
        forwarder = ActivityForwarderConstruct(
            stack,
            f"alerts-{region}",
            name=_ALERTS,
            account_id=references.account_id(stack.account),
            bus_arn=bus_arn,
            patterns=patterns,
            role_arn=role,
            provider=stack.provider(region),
        )
        role = forwarder.role_arn


def _patterns(references: Ids, logging: Logging) -> Mapping[str, Mapping[str, Any]]:
    organization = references.organization
    ci, terraform = organization.ci, organization.with_purpose("terraform")
    found = activity_patterns(
        break_glass_role_names=[organization.break_glass_role],
        execution_role_names=[organization.execution_role.name],
        ci_role_arns=[role_arn(references, terraform[0], ci.deploy_role)] if ci else [],
    )
    return {name: pattern for name, pattern in found.items() if name in logging.alerts.report}


LOGGING = Capability(
    "logging",
    _has_archive,
    _add_archive,
    frozenset(
        {
            "aws_cloudtrail",
            "aws_cloudwatch_event_bus",
            "aws_cloudwatch_event_bus_policy",
            "aws_cloudwatch_event_rule",
            "aws_cloudwatch_event_target",
            "aws_kms_alias",
            "aws_kms_key",
            "aws_s3_bucket",
            "aws_s3_bucket_lifecycle_configuration",
            "aws_s3_bucket_logging",
            "aws_s3_bucket_object_lock_configuration",
            "aws_s3_bucket_ownership_controls",
            "aws_s3_bucket_policy",
            "aws_s3_bucket_public_access_block",
            "aws_s3_bucket_server_side_encryption_configuration",
            "aws_s3_bucket_versioning",
            "aws_sns_topic",
            "aws_sns_topic_policy",
            "aws_sns_topic_subscription",
        }
    ),
)
ACTIVITY: Capability[AnyStack] = Capability(
    "logging.alerts",
    lambda organization, _account: _alerting(organization),
    _add_forwarders,
    frozenset({"aws_cloudwatch_event_rule", "aws_cloudwatch_event_target", "aws_iam_role", "aws_iam_role_policy"}),
)
