"""An account of somebody else's, or one that stands alone, on its way into the organization.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_invites.html
"""

from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from estate.account_state import account_state, is_shut
from estate.accounts.refusals import why

_ABSENT: Final = "AccountNotFoundException"
_WHY: Final = {
    "ALREADY_IN_AN_ORGANIZATION": "It is in this organization already, or it is the management account of another one, which cannot "
    "leave: that organization has to be deleted first.",
    "ACCOUNT_NUMBER_LIMIT_EXCEEDED": "The organization has as many accounts as its quota allows. Ask for more in Service Quotas "
    "(Organizations, in us-east-1), then run this again.",
    "HANDSHAKE_RATE_LIMIT_EXCEEDED": "Too many invitations were sent today. Run this again tomorrow.",
    "PAYMENT_INSTRUMENT_REQUIRED": "The organization's management account needs a means of payment first.",
}
"""What AWS's reasons mean, and what helps."""


class InviteError(RuntimeError):
    """The account cannot be invited so; the message says why and what helps."""


@dataclass(frozen=True)
class Member:
    """The account is in the organization.

    Args:
        name: As AWS has it.
        email: As AWS has it.
    """

    name: str
    email: str


@dataclass(frozen=True)
class Invitation:
    """One that was sent.

    Args:
        id: The handshake's id.
        state: As AWS says it: ``OPEN``, ``DECLINED``, ``EXPIRED``, ….
        expires: The day, as ``2026-12-31``.
    """

    id: str
    state: str
    expires: str


def standing(client: Any, account_id: str) -> Member | Invitation | None:
    """Where an account is on its way.

    Args:
        client: Organizations, as the management account.
        account_id: The account.

    Returns:
        The member that it is, else the last invitation that it was sent, else None.

    Raises:
        InviteError: It is a member, and shut.
    """
    try:
        found = client.describe_account(AccountId=account_id)["Account"]
    except ClientError as error:
        if error.response["Error"]["Code"] != _ABSENT:
            raise
    else:
        if is_shut(found):
            raise InviteError(
                f"{account_id} is a member, and {account_state(found)}: AWS Support reopens it within 90 days."
            )
        return Member(found["Name"], found["Email"])
    pages = client.get_paginator("list_handshakes_for_organization").paginate(Filter={"ActionType": "INVITE"})
    sent = [
        handshake
        for page in pages
        for handshake in page["Handshakes"]
        if any(party["Id"] == account_id for party in handshake["Parties"])
    ]
    return _invitation(max(sent, key=lambda one: one["RequestedTimestamp"])) if sent else None


def invite(client: Any, account_id: str, notes: str) -> Invitation:
    """Send an invitation.

    Args:
        client: Organizations, as the management account.
        account_id: The account.
        notes: What its root user reads in AWS's mail.

    Raises:
        InviteError: AWS refuses.
    """
    try:
        sent = client.invite_account_to_organization(Target={"Id": account_id, "Type": "ACCOUNT"}, Notes=notes)
    except ClientError as error:
        raise InviteError(f"AWS refuses to invite {account_id}: {why(error, _WHY)}") from error
    return _invitation(sent["Handshake"])


def _invitation(handshake: Any) -> Invitation:
    return Invitation(handshake["Id"], handshake["State"], handshake["ExpirationTimestamp"].date().isoformat())
