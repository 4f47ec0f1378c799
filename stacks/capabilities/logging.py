"""The log archive and the organization's trail in the security account, and alerts about activity everywhere."""

from collections.abc import Mapping
from typing import Any, Final

from config.capabilities.logging import Logging
from config.capabilities.tiers import tiers
from config.nodes import Account, Organization
from constructs_lib.logging.activity_alerts import ActivityAlertsConstruct
from constructs_lib.logging.activity_forwarder import ActivityForwarderConstruct
from constructs_lib.logging.activity_patterns import activity_patterns
from constructs_lib.logging.cis_patterns import cis_patterns
from constructs_lib.logging.log_archive import LogArchiveConstruct
from constructs_lib.logging.organization_trail import OrganizationTrailConstruct
from constructs_lib.logging.secure_bucket import ObjectLock
from stacks.access import Ids, role_arn, role_arns
from stacks.scope import AccountScope

_ALERTS: Final = "activity-alerts"


def log_bucket(ids: Ids) -> str:
    """The name of the organization's log bucket, by convention: whoever delivers to it need not ask for it."""
    return f"{ids.organization.slug}-log-archive-{ids.account_id(_security(ids.organization))}"


def config_bucket(ids: Ids) -> str:
    """The name of the bucket that AWS Config delivers to: it takes none that is locked."""
    return f"{log_bucket(ids)}-config"


def _security(organization: Organization) -> Account:
    return organization.with_purpose("security")[0]


def add_archive(stack: AccountScope, logging: Logging) -> None:
    """Add the archive, the trail that fills it, and the alerts."""
    organization, references = stack.organization, stack.references
    region = organization.home_region
    lock = logging.object_lock
    archive = LogArchiveConstruct(
        stack,
        "log-archive",
        bucket_name=log_bucket(references),
        account_id=stack.own_id,
        organization_id=references.organization_id,
        management_account_id=references.account_id(organization.management),
        trail_name=logging.trail,
        trail_region=region,
        retention_days=logging.retention_days,
        archive_after_days=logging.archive_after_days,
        object_lock=ObjectLock(lock.mode, lock.days or logging.retention_days) if lock else None,
        reader_arns=sorted(set(logging.readers)),
        keeper_arns=[role_arn(references, stack.account, stack.account.entry_role)],
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
        quiet_bucket_arns=[archive.bucket_arn, archive.config_bucket_arn],
        insights=logging.insights,
        provider=stack.provider(region),
    )
    if logging.alerts.enabled:
        ActivityAlertsConstruct(
            stack,
            "alerts",
            name=_ALERTS,
            account_id=stack.own_id,
            organization_id=references.organization_id,
            patterns=_patterns(references, logging),
            emails=logging.alerts.emails,
            partition=organization.partition,
            provider=stack.provider(region),
        )


def add_forwarders(stack: AccountScope, logging: Logging) -> None:
    """Add rules in every governed region that send what is to be reported to the security account."""
    organization, references = stack.organization, stack.references
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
        ci_role_arns=role_arns(references, terraform[0], [tier.role for tier in tiers(ci)]) if ci else (),
    )
    reported: set[str] = {*logging.alerts.report, *(["root-use"] if logging.alerts.cis else [])}  # one of the fifteen
    kept = {name: pattern for name, pattern in found.items() if name in reported}
    return {**kept, **cis_patterns()} if logging.alerts.cis else kept
