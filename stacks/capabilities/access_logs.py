"""Where the access logs of an account's buckets go."""

from config.capabilities.access_logs import AccessLogs, logged_regions
from constructs_lib.logging.access_logs import AccessLogsConstruct
from stacks.scope import AccountScope


def add(stack: AccountScope, logs: AccessLogs) -> None:
    """Add the buckets."""
    organization = stack.organization
    AccessLogsConstruct(
        stack,
        "access-logs",
        bucket_prefix=f"{organization.slug}-access-logs-{stack.own_id}-",
        providers={region: stack.provider(region) for region in logged_regions(organization, logs)},
        account_id=stack.own_id,
        retention_days=logs.retention_days,
        partition=organization.partition,
    )
