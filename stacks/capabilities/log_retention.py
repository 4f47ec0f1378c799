"""A retention for log groups of an account that nobody has given one."""

from config.capabilities.log_retention import ROLE, LogRetention, retention_regions
from constructs_lib.logging.log_retention import LogRetentionConstruct
from stacks.scope import AccountScope


def add(stack: AccountScope, retention: LogRetention) -> None:
    """Add the runbook in each region."""
    LogRetentionConstruct(
        stack,
        "log-retention",
        account_id=stack.own_id,
        providers={region: stack.provider(region) for region in retention_regions(stack.organization, retention)},
        days=retention.days,
        excluded_prefixes=retention.excluded_prefixes,
        name=ROLE,
        partition=stack.organization.partition,
    )
