"""Whether an account that AWS lists still works."""

from collections.abc import Mapping
from typing import Any, Final

_SHUT: Final = frozenset({"SUSPENDED", "PENDING_CLOSURE", "CLOSED"})
REOPEN: Final = (
    "AWS Support can reopen a closed account within 90 days. Else take it out of accounts/ and out of the state (terraform state rm); "
    "its e-mail address serves no other account."
)
"""What helps where an account that is to be used is shut."""


def account_state(account: Mapping[str, Any]) -> str:
    """The account's `State`, or the `Status` that it replaced in September 2026, whichever AWS's answer has.

    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
    """
    return str(account.get("State") or account["Status"])


def is_shut(account: Mapping[str, Any]) -> bool:
    """Whether the account is suspended or closed, or about to be."""
    return account_state(account) in _SHUT
