"""The log archive, the organization's trail, and alerts about activity everywhere."""

from collections.abc import Mapping
from typing import Any, Final

from cdktf_cdktf_provider_aws.data_aws_kms_key import DataAwsKmsKey

from config.capabilities.logging import TRAIL_QUERIES, Trail, archive_account
from config.capabilities.logging.model import CloudWatchLogs, Logging
from config.capabilities.network_firewall import NETWORK_FIREWALL
from config.capabilities.resolver import RESOLVER
from config.capabilities.tiers import tiers
from config.facts.regions import REGIONS
from config.model.base import enabled
from config.nodes import Account, Organization
from constructs_lib.iam.cross_account_role import CrossAccountRoleConstruct
from constructs_lib.logging.activity_alerts import ActivityAlertsConstruct
from constructs_lib.logging.activity_forwarder import ActivityForwarderConstruct
from constructs_lib.logging.activity_patterns import activity_patterns
from constructs_lib.logging.central_logs import (
    CentralLogsConstruct,
    LogSubscriptionConstruct,
    LogSubscriptionRoleConstruct,
)
from constructs_lib.logging.cis_patterns import cis_patterns
from constructs_lib.logging.load_balancer_logs import LoadBalancerLogsConstruct
from constructs_lib.logging.log_archive import LogArchiveConstruct
from constructs_lib.logging.organization_trail import OrganizationTrailConstruct
from constructs_lib.logging.secure_bucket import ObjectLock
from constructs_lib.logging.trail_queries import TrailQueriesConstruct
from constructs_lib.logging.trail_reader import TrailReaderConstruct
from constructs_lib.logging.trail_table import TrailTable
from stacks.access import Ids, role_arn, role_arns, trail_access
from stacks.parts import part
from stacks.scope import AccountScope

_ALERTS: Final = "activity-alerts"
_QUERIES: Final = "trail-queries"
_CENTRAL_LOGS: Final = "central-logs"


def log_bucket(ids: Ids) -> str:
    """The name of the organization's log bucket, by convention: whoever delivers to it need not ask for it."""
    return f"{ids.organization.slug}-log-archive-{ids.account_id(_keeper(ids.organization))}"


def config_bucket(ids: Ids) -> str:
    """The name of the bucket that AWS Config delivers to: it takes none that is locked."""
    return f"{log_bucket(ids)}-config"


def _security(organization: Organization) -> Account:
    return organization.with_purpose("security")[0]


def _keeper(organization: Organization) -> Account:
    found = archive_account(organization)
    if found is None:
        raise ValueError("There is no account for logs, and `check` refuses an organization without.")
    return found


def add_archive(stack: AccountScope, logging: Logging) -> None:
    """Add the archive."""
    organization, references = stack.organization, stack.references
    region = organization.home_region
    lock = logging.object_lock
    security = _security(organization)
    stack.parts["log-archive"] = LogArchiveConstruct(
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
        noncurrent_days=logging.noncurrent_days,
        trail_account_id=None if security is stack.account else references.account_id(security),
        object_lock=ObjectLock(lock.mode, lock.days or logging.retention_days) if lock else None,
        locked_copies=logging.locked_copies,
        cloudwatch=enabled(logging.cloudwatch) is not None,
        delivered=_delivered(organization),
        reader_arns=sorted(set(logging.readers)),
        keeper_arns=[role_arn(references, stack.account, stack.account.entry_role)],
        partition=organization.partition,
        provider=stack.provider(region),
    )


def add_load_balancers(stack: AccountScope, logging: Logging) -> None:
    """Add buckets for the access logs of load balancers: children of the archive, which is kept from the account's own pipeline."""
    organization, references = stack.organization, stack.references
    LoadBalancerLogsConstruct(
        part(stack, "log-archive", LogArchiveConstruct),
        "LoadBalancers",
        bucket_prefix=f"{log_bucket(references)}-lb-",
        providers={region: stack.provider(region) for region in organization.governed_regions},
        account_id=stack.own_id,
        organization_id=references.organization_id,
        retention_days=logging.retention_days,
        noncurrent_days=logging.noncurrent_days,
        archive_after_days=logging.archive_after_days,
        reader_arns=sorted(set(logging.readers)),
        keeper_arns=[role_arn(references, stack.account, stack.account.entry_role)],
        partition=organization.partition,
    )


def add_central_logs(stack: AccountScope, _logging: Logging) -> None:
    """Add the destinations that all accounts send CloudWatch's logs to: children of the archive, as its buckets are."""
    organization = stack.organization
    archive = part(stack, "log-archive", LogArchiveConstruct)
    CentralLogsConstruct(
        archive,
        "CentralLogs",
        name=_CENTRAL_LOGS,
        providers={region: stack.provider(region) for region in organization.governed_regions},
        bucket=archive.cloudwatch_bucket,
        account_id=stack.own_id,
        organization_id=stack.references.organization_id,
        partition=organization.partition,
    )


def send_logs(stack: AccountScope, logs: CloudWatchLogs) -> None:
    """Send the account's logs to the archive, in every governed region."""
    organization, references = stack.organization, stack.references
    keeper = _keeper(organization)
    owner = references.account_id(keeper)
    archive = part(stack, "log-archive", LogArchiveConstruct) if keeper is stack.account else None
    here = archive.node.find_child("CentralLogs") if archive else None
    role = LogSubscriptionRoleConstruct(
        stack,
        "central-logs-role",
        name=f"{_CENTRAL_LOGS}-subscription",
        account_id=stack.own_id,
        partition=organization.partition,
    )
    for region in organization.governed_regions:
        LogSubscriptionConstruct(
            stack,
            f"central-logs-{region}",
            name=_CENTRAL_LOGS,
            # In the account that has the destination, the policy waits for it.
            destination_arn=here.destination_arns[region]
            if isinstance(here, CentralLogsConstruct)
            else f"arn:{organization.partition}:logs:{region}:{owner}:destination:{_CENTRAL_LOGS}",
            role=role,
            excluded_log_groups=logs.excluded_log_groups,
            filter_pattern=logs.filter_pattern or "",
            provider=stack.provider(region),
        )


def _delivered(organization: Organization) -> list[str]:
    """What networks deliver beside flow logs."""
    resolver = RESOLVER.of(organization)
    firewall = ["network-firewall"] if NETWORK_FIREWALL.published(organization) else []
    return [*firewall, *(["vpcdnsquerylogs"] if resolver and resolver.query_log else [])]


def add_trail(stack: AccountScope, trail: Trail) -> None:
    """Add the trail that fills the archive, and the alerts."""
    organization, references, logging = stack.organization, stack.references, trail.logging
    region = organization.home_region
    bucket, key_arn, quiet = _elsewhere(stack, logging) if trail.apart else _here(stack)
    OrganizationTrailConstruct(
        stack,
        "trail",
        name=logging.trail,
        bucket_name=bucket,
        key_arn=key_arn,
        data_events=logging.data_events,
        quiet_bucket_arns=quiet,
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


def add_queries(stack: AccountScope, logging: Logging) -> None:
    """Add what queries of the trail need, and the policy of those who may ask them."""
    organization, references, queries = stack.organization, stack.references, logging.queries
    if queries is None:
        raise ValueError("Nothing is queried, and the part `logging.queries` is on.")
    region = organization.home_region
    table = TrailTable(
        workgroup=_QUERIES,
        database="trail",
        table="events",
        archive_bucket=log_bucket(references),
        results_bucket=f"{organization.slug}-{_QUERIES}-{stack.own_id}",
        key_arn=part(stack, "log-archive", LogArchiveConstruct).key_arn,
        account_id=stack.own_id,
        organization_id=references.organization_id,
        region=region,
        partition=organization.partition,
    )
    TrailQueriesConstruct(
        stack,
        _QUERIES,
        table=table,
        regions=REGIONS[organization.partition],
        retention_days=logging.retention_days,
        scan_limit_gib=queries.scan_limit_gib,
        results_days=queries.results_days,
        provider=stack.provider(region),
    )
    reader = TrailReaderConstruct(
        stack, "trail-reader", name=TRAIL_QUERIES, table=table, provider=stack.provider(region)
    )
    if queries.rehearsal_days:
        CrossAccountRoleConstruct(
            stack,
            "trail-reader-role",
            access=trail_access(references, stack.account),
            managed_policies={"queries": reader.policy_arn},
            description="Pipelines rehearse guardrails on recorded calls",
        )


def _here(stack: AccountScope) -> tuple[str, str, list[str]]:
    """The archive's bucket and key, and the buckets that are no news to the trail."""
    archive = part(stack, "log-archive", LogArchiveConstruct)
    return archive.bucket_name, archive.key_arn, archive.written_bucket_arns


def _elsewhere(stack: AccountScope, logging: Logging) -> tuple[str, str, list[str]]:
    """The same of an archive in another account: its key's ARN is AWS's to choose, and asked for by its alias."""
    organization, references = stack.organization, stack.references
    region, start = organization.home_region, f"arn:{organization.partition}"
    bucket = log_bucket(references)
    alias = f"{start}:kms:{region}:{references.account_id(_keeper(organization))}:alias/{bucket}"
    key = DataAwsKmsKey(stack, "log-archive-key", key_id=alias, provider=stack.provider(region))
    central = [f"{bucket}-cloudwatch"] if enabled(logging.cloudwatch) else []
    copies = [f"{bucket}-copies"] if logging.locked_copies else []
    return bucket, key.arn, [f"{start}:s3:::{name}" for name in (bucket, config_bucket(references), *central, *copies)]


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
        organization_role_arns=role_arns(
            references,
            organization.management,
            [organization.execution_role.name, *([ci.management_foundation_role] if ci else [])],
        ),
    )
    reported: set[str] = {*logging.alerts.report, *(["root-use"] if logging.alerts.cis else [])}  # one of the fifteen
    kept = {name: pattern for name, pattern in found.items() if name in reported}
    return {**kept, **cis_patterns()} if logging.alerts.cis else kept
