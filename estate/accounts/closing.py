"""An account closed by AWS's account-closing call: what stands in the way, and what is left behind.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_close.html
"""

from collections.abc import Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from config import Configuration
from config.lock import to_yaml
from config.model.lock import Lock
from estate.account_state import account_state, is_shut

GRACE_DAYS: Final = 90
"""For so long AWS Support can reopen it; then AWS deletes all that is in it."""
_WHY: Final[Mapping[str, str]] = {
    "CLOSE_ACCOUNT_QUOTA_EXCEEDED": "As many accounts were closed in the last 30 days as AWS allows. Run this again when the oldest "
    "of these closings is 30 days ago.",
    "CLOSE_ACCOUNT_REQUESTS_LIMIT_EXCEEDED": "AWS is still closing others. Run this again in a few minutes.",
    "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG": "It is still a delegated administrator of a service. End that, then run this "
    "again.",
}


class CloseError(RuntimeError):
    """The account cannot be closed now; the message says why and what helps."""


def without(organization: Configuration, lock: Lock, slug: str) -> str:
    """The text of the lock when an account is closed: its slug is kept, so that no other account gets it.

    Args:
        organization: The configuration.
        lock: Its lock.
        slug: The account.
    """
    accounts = {other: id_ for other, id_ in lock.accounts.items() if other != slug}
    closed = {**lock.closed, slug: str(organization.accounts[slug].id)}
    return to_yaml(lock.model_copy(update={"accounts": accounts, "closed": closed}))


def close(client: Any, account_id: str) -> None:
    """Close an account; one that is closed already stays so.

    Args:
        client: Organizations, as the management account.
        account_id: The account.

    Raises:
        CloseError: AWS refuses.
    """
    found = client.describe_account(AccountId=account_id)["Account"]
    if is_shut(found):
        return
    try:
        client.close_account(AccountId=account_id)
    except ClientError as error:
        message = error.response["Error"].get("Message", "")
        reasons = (str(error.response.get("Reason")), message)
        helps = next((sentence for reason, sentence in _WHY.items() if any(reason in one for one in reasons)), message)
        raise CloseError(f"AWS refuses to close {account_id} ({account_state(found)}): {helps}") from error
