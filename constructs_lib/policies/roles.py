"""What can be said of a role beyond its documents: its sessions, and power without bounds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from constructs_lib.policies.findings import Finding, warn
from constructs_lib.policies.quotas import quota

if TYPE_CHECKING:
    from constructs_lib.policies.document import PolicyDocument


def check_session(seconds: int, *, chained: bool) -> list[Finding]:
    """Whether a session can last as long as it says.

    Args:
        seconds: The longest session of the role.
        chained: Whether the role is assumed from another role.
    """
    most = quota("chained-session.duration").limit
    if chained and seconds > most:
        return [
            warn(
                "chained-session",
                f"The role is assumed from another role, and such sessions end after {most:,} seconds.",
                f"Set max_session_duration to {most}.",
                measured=seconds,
                limit=most,
            )
        ]
    return []


def check_admin(document: PolicyDocument, name: str | None = None, *, has_boundary: bool) -> list[Finding]:
    """Whether an identity policy gives everything without a permissions boundary."""
    if has_boundary:
        return []
    return [
        replace(
            warn(
                "admin-without-boundary",
                "The policy allows every action on every resource.",
                "Name the actions, or set a permissions boundary.",
            ),
            policy=name,
            statement=index,
            sid=statement.sid,
        )
        for index, statement in enumerate(document.statements)
        if statement.effect == "Allow"
        and not statement.conditions
        and {"*", "*:*"} & set(statement.actions)
        and "*" in statement.resources
    ]
