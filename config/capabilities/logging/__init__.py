"""The organization's audit trail, its archive, and who hears of remarkable activity."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from config.capabilities.capability import (
    FREE,
    SECURE_BUCKET,
    AccountInput,
    OrganizationCapability,
    Part,
)
from config.capabilities.logging.model import CloudWatchLogs, Logging
from config.errors import Problem
from config.facts.addresses import unique
from config.model.base import enabled
from config.nodes import Account, Configuration, Organization
from config.sources.files import Files

_TRAIL: Final = "cloudtrail.amazonaws.com"
TRAIL_QUERIES: Final = "TrailQueries"
"""The policy of whoever queries the trail."""
TRAIL_READER: Final = "TrailReader"
"""The role of the pipelines that do."""
TRAIL_SOURCE: Final = "athena:trail-queries/trail.events"
"""The trail's table and workgroup, as `estate rehearse` takes them."""
GLOBAL_EVENTS: Final = {
    "aws": "us-east-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-cn": "cn-north-1",
    "aws-eusc": "eusc-de-east-1",
}
"""Where events of global services appear: sign-ins of root users, calls of IAM."""


def _audit(organization: Configuration, files: Files) -> Iterator[Problem]:
    """The trail is made by the security account, and alerts hear of global services."""
    logging, file = LOGGING.of(organization), files.organization.file
    if logging is None or not all(entry.clean for entry in files.accounts.values()):
        return
    security = organization.with_purpose("security")
    if not security:
        cure = "Add an account with `purpose: security`, or say `enabled: false`."
        yield file.problem(("logging",), "`logging` without an account for it", "a security account", cure)
    elif organization.delegated_administrators.get(_TRAIL) is not security[0]:
        expected = f"{security[0].slug!r} as the delegated administrator of {_TRAIL}, which makes the trail"
        cure = f"Add `{_TRAIL}: {security[0].slug}` to `delegated_administrators`."
        yield file.problem(("logging",), "`logging` without it", expected, cure)
    if logging.object_lock is None:
        expected = "logs that nobody deletes before they have been kept for `retention_days`"
        cure = "Leave `object_lock` out: logs to come are locked, in the bucket that exists."
        yield file.warning(
            ("logging", "object_lock"), "`object_lock: null`, so logs that can be deleted", expected, cure
        )
    queries = enabled(logging.queries)
    if queries and queries.rehearsal_days and organization.ci is None:
        expected = "`ci`: pipelines, which show requests"
        cure = "Leave `rehearsal_days` out, and run `estate rehearse` yourself."
        yield file.problem(("logging", "queries", "rehearsal_days"), "it without `ci`", expected, cure)
    home = GLOBAL_EVENTS[organization.partition]
    if logging.alerts.enabled and home not in organization.governed_regions:
        expected = f"{home} among `regions.governed`, where AWS reports root users' sign-ins and calls of IAM"
        cure = f"Add {home}, or alerts do not hear of them."
        yield file.warning(("logging",), "alerts without it", expected, cure)


@dataclass(frozen=True)
class Trail:
    """What the security account's stack is given.

    Args:
        logging: The settings.
        apart: Whether the archive is in an account of its own.
    """

    logging: Logging
    apart: bool


def archive_account(organization: Organization) -> Account | None:
    """The account that keeps the logs: the one for that, else the security account."""
    return next(iter(organization.with_purpose("log-archive") or organization.with_purpose("security")), None)


def _archive(inputs: AccountInput) -> Logging | None:
    return LOGGING.of(inputs.organization) if inputs.account is archive_account(inputs.organization) else None


def _queried(inputs: AccountInput) -> Logging | None:
    logging = _archive(inputs)
    return logging if logging and enabled(logging.queries) else None


def _balanced(inputs: AccountInput) -> Logging | None:
    logging = _archive(inputs)
    return logging if logging and enabled(logging.load_balancers) else None


def _balancers_outlive(inputs: AccountInput) -> tuple[str, ...]:
    """The buckets of load balancers' logs where they were, once the archive has moved or `load_balancers` is switched off."""
    logging = LOGGING.of(inputs.organization) if inputs.account.purpose in ("log-archive", "security") else None
    if logging is None or logging.load_balancers is None or _balanced(inputs):
        return ()
    return tuple(
        f"{type_}.{unique('log-archive', 'LoadBalancers', region, child)}"
        for region in inputs.organization.governed_regions
        for type_, child in SECURE_BUCKET.items()
    )


def _sent(inputs: AccountInput) -> CloudWatchLogs | None:
    logging = LOGGING.of(inputs.organization)
    return enabled(logging.cloudwatch) if logging and archive_account(inputs.organization) else None


def _collected(inputs: AccountInput) -> Logging | None:
    return _archive(inputs) if _sent(inputs) else None


def _collected_outlive(inputs: AccountInput) -> tuple[str, ...]:
    """The bucket of CloudWatch's logs where it was, once the archive has moved or `cloudwatch` is switched off."""
    logging = LOGGING.of(inputs.organization) if inputs.account.purpose in ("log-archive", "security") else None
    if logging is None or logging.cloudwatch is None or _collected(inputs):
        return ()
    types = {**SECURE_BUCKET, "aws_s3_bucket_logging": "AccessLogs"}
    return tuple(f"{type_}.{unique('log-archive', 'CloudWatch', child)}" for type_, child in types.items())


def rehearsal_days(organization: Organization) -> int | None:
    """Of how many days the calls are rehearsed in reviews of requests; None if they are not."""
    logging = LOGGING.of(organization)
    queries = enabled(logging.queries) if logging else None
    return queries.rehearsal_days if queries and archive_account(organization) else None


def _trail(inputs: AccountInput) -> Trail | None:
    logging = LOGGING.of(inputs.organization) if inputs.account.purpose == "security" else None
    return Trail(logging, apart=archive_account(inputs.organization) is not inputs.account) if logging else None


def _alerting(inputs: AccountInput) -> Logging | None:
    logging = LOGGING.of(inputs.organization)
    return logging if logging and logging.alerts.enabled else None


_ALERTING: Final = (
    "aws_cloudwatch_event_bus",
    "aws_cloudwatch_event_bus_policy",
    "aws_cloudwatch_event_rule",
    "aws_cloudwatch_event_target",
    "aws_iam_role",
    "aws_iam_role_policy",
    "aws_sns_topic",
    "aws_sns_topic_policy",
)
_ENCRYPTING: Final = ("aws_kms_alias", "aws_kms_key")

_KEPT: Final = (
    "aws_kms_alias.log-archive_Key_Alias_500A7D85",
    "aws_kms_key.log-archive_Key_3B450924",
    "aws_s3_bucket.log-archive_AccessLogs_77A1F094",
    "aws_s3_bucket.log-archive_Bucket_15F1FC2E",
    "aws_s3_bucket.log-archive_Config_105444F1",
    "aws_s3_bucket_lifecycle_configuration.log-archive_AccessLogs_Lifecycle_D2759908",
    "aws_s3_bucket_lifecycle_configuration.log-archive_Bucket_Lifecycle_26C96184",
    "aws_s3_bucket_lifecycle_configuration.log-archive_Config_Lifecycle_68F84868",
    "aws_s3_bucket_logging.log-archive_Bucket_AccessLogs_F7BAB73A",
    "aws_s3_bucket_logging.log-archive_Config_AccessLogs_DBF235A2",
    "aws_s3_bucket_object_lock_configuration.log-archive_Bucket_ObjectLock_1BE58AE5",
    "aws_s3_bucket_ownership_controls.log-archive_AccessLogs_Ownership_ECD07A27",
    "aws_s3_bucket_ownership_controls.log-archive_Bucket_Ownership_A6E535F3",
    "aws_s3_bucket_ownership_controls.log-archive_Config_Ownership_CD5E6240",
    "aws_s3_bucket_policy.log-archive_AccessLogs_Policy_6E3F4C18",
    "aws_s3_bucket_policy.log-archive_Bucket_Policy_AF7B8D36",
    "aws_s3_bucket_policy.log-archive_Config_Policy_9B48520A",
    "aws_s3_bucket_public_access_block.log-archive_AccessLogs_PublicAccess_629C6C32",
    "aws_s3_bucket_public_access_block.log-archive_Bucket_PublicAccess_4449EC41",
    "aws_s3_bucket_public_access_block.log-archive_Config_PublicAccess_FC371EAD",
    "aws_s3_bucket_server_side_encryption_configuration.log-archive_AccessLogs_Encryption_7821517A",
    "aws_s3_bucket_server_side_encryption_configuration.log-archive_Bucket_Encryption_663EA4EA",
    "aws_s3_bucket_server_side_encryption_configuration.log-archive_Config_Encryption_D7EFE5E5",
    "aws_s3_bucket_versioning.log-archive_AccessLogs_Versioning_55E0944E",
    "aws_s3_bucket_versioning.log-archive_Bucket_Versioning_8D796146",
    "aws_s3_bucket_versioning.log-archive_Config_Versioning_2BC770E9",
)
"""The archive: logs outlive the wish to write more of them, and Object Lock lets nobody delete them."""


_KEPT_COPIES: Final = (
    "aws_s3_bucket.log-archive_Copies_F9BE7EB5",
    "aws_s3_bucket_lifecycle_configuration.log-archive_Copies_Lifecycle_E920C785",
    "aws_s3_bucket_object_lock_configuration.log-archive_Copies_ObjectLock_E249DEAC",
    "aws_s3_bucket_ownership_controls.log-archive_Copies_Ownership_B964CE1D",
    "aws_s3_bucket_policy.log-archive_Copies_Policy_9E256627",
    "aws_s3_bucket_public_access_block.log-archive_Copies_PublicAccess_F40E03C3",
    "aws_s3_bucket_server_side_encryption_configuration.log-archive_Copies_Encryption_5DE8A940",
    "aws_s3_bucket_versioning.log-archive_Copies_Versioning_2C38DE6B",
)
"""The locked bucket of copies."""


def _outlives(inputs: AccountInput) -> tuple[str, ...]:
    if inputs.account.purpose not in ("log-archive", "security"):
        return ()
    logging = _archive(inputs)
    if logging is None:
        return (*_KEPT, *_KEPT_COPIES)
    return () if logging.locked_copies else _KEPT_COPIES


_COPYING: Final = ("aws_iam_role", "aws_iam_role_policy", "aws_s3_bucket_replication_configuration")


LOGGING: Final[OrganizationCapability[Logging]] = OrganizationCapability(
    key="logging",
    annotation=Logging | None,
    description="Audit trail, log archive and alerts.",
    rules=(_audit,),
    parts=(
        Part(
            name="logging",
            build="stacks.capabilities.logging:add_archive",
            value=_archive,
            let_go=_outlives,
            types=frozenset(
                {
                    *_COPYING,
                    "aws_kms_alias",
                    "aws_kms_key",
                    *SECURE_BUCKET,
                    "aws_s3_bucket_logging",
                    "aws_s3_bucket_object_lock_configuration",
                }
            ),
            cost=(
                "Storage of logs, less after `archive_after_days`; a KMS key by the month.",
                "With `locked_copies`, the copies' storage, and their requests by the thousand.",
            ),
            when={
                "aws_s3_bucket_object_lock_configuration": lambda logging: logging.object_lock is not None,
                **dict.fromkeys(_COPYING, lambda logging: logging.locked_copies),
            },
        ),
        Part(
            name="logging.queries",
            build="stacks.capabilities.logging:add_queries",
            value=_queried,
            types=frozenset(
                {
                    "aws_athena_workgroup",
                    "aws_glue_catalog_database",
                    "aws_glue_catalog_table",
                    "aws_iam_policy",
                    "aws_iam_role",
                    "aws_iam_role_policy_attachment",
                    *SECURE_BUCKET,
                }
            ),
            cost=(
                "What queries read, by the terabyte; requests and, for what `archive_after_days` has moved, retrieval; results for `results_days`.",
            ),
            when=dict.fromkeys(
                ("aws_iam_role", "aws_iam_role_policy_attachment"),
                lambda logging: logging.queries is not None and logging.queries.rehearsal_days is not None,
            ),
            policies=(TRAIL_QUERIES,),
        ),
        Part(
            name="logging.load_balancers",
            build="stacks.capabilities.logging:add_load_balancers",
            value=_balanced,
            let_go=_balancers_outlive,
            types=frozenset(SECURE_BUCKET),
            cost=("Storage of access logs, less after `archive_after_days`.",),
        ),
        Part(
            name="logging.cloudwatch",
            build="stacks.capabilities.logging:add_central_logs",
            value=_collected,
            let_go=_collected_outlive,
            types=frozenset(
                {
                    "aws_cloudwatch_log_destination",
                    "aws_cloudwatch_log_destination_policy",
                    "aws_iam_role",
                    "aws_iam_role_policy",
                    "aws_kinesis_firehose_delivery_stream",
                    *SECURE_BUCKET,
                    "aws_s3_bucket_logging",
                }
            ),
            cost=(
                "What Firehose takes in, by the gigabyte; storage, less after `archive_after_days`; traffic between regions.",
            ),
        ),
        Part(
            name="logging.cloudwatch",
            build="stacks.capabilities.logging:send_logs",
            value=_sent,
            types=frozenset({"aws_cloudwatch_log_account_policy", "aws_iam_role", "aws_iam_role_policy"}),
            cost=FREE,
            whose="all",
        ),
        Part(
            name="logging.trail",
            build="stacks.capabilities.logging:add_trail",
            value=_trail,
            readers=lambda inputs: inputs.account.purpose == "security",
            types=frozenset(
                {"aws_cloudtrail", "data.aws_kms_key", *_ALERTING, *_ENCRYPTING, "aws_sns_topic_subscription"}
            ),
            cost=(
                "The first trail's management events cost nothing; data events and insights cost by the event.",
                "A KMS key for alerts by the month.",
            ),
            when={
                "data.aws_kms_key": lambda trail: trail.apart,
                **dict.fromkeys((*_ALERTING, *_ENCRYPTING), lambda trail: trail.logging.alerts.enabled),
                "aws_sns_topic_subscription": lambda trail: (
                    trail.logging.alerts.enabled and bool(trail.logging.alerts.emails)
                ),
            },
        ),
        Part(
            name="logging.alerts",
            build="stacks.capabilities.logging:add_forwarders",
            value=_alerting,
            types=frozenset(
                {"aws_cloudwatch_event_rule", "aws_cloudwatch_event_target", "aws_iam_role", "aws_iam_role_policy"}
            ),
            cost=("Events sent to the security account, by the million; mails after the first thousand of a month.",),
            whose="all",
        ),
    ),
)
