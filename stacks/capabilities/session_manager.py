"""Session Manager's preferences, in each region that they hold in."""

from config.capabilities.session_manager import SessionManager, session_regions
from constructs_lib.operations.session_manager import SessionManagerConstruct
from stacks.scope import AccountScope


def add(stack: AccountScope, sessions: SessionManager) -> None:
    """Add the preferences, with key and log group."""
    for region in session_regions(stack.organization, sessions):
        SessionManagerConstruct(
            stack,
            f"session-manager-{region}",
            account_id=stack.own_id,
            region=region,
            retention_days=sessions.retention_days,
            idle_minutes=sessions.idle_minutes,
            max_minutes=sessions.max_minutes,
            run_as=sessions.run_as,
            partition=stack.organization.partition,
            provider=stack.provider(region),
        )
