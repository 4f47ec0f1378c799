"""Closing accounts: suspended for 90 days, then gone; so many of them in 30 days.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_close.html
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from moto.organizations.models import organizations_backends

from estate.local.answers import AwsError
from estate.local.clock import now
from estate.local.extension import MOTO_ANSWERS, Answer, Call, Shelf
from estate.local.services.organizations import closed_emails, extension, organization_in

if TYPE_CHECKING:
    from moto.organizations.models import OrganizationsBackend

_GRACE = dt.timedelta(days=90)
_WINDOW = dt.timedelta(days=30)
_closed = Shelf[dict[str, dt.datetime]](dict, regional=False)


def most_closed(members: int) -> int:
    """How many accounts may be closed within 30 days."""
    return min(max(250, members // 5), 1000)


@extension.answers("CloseAccount")
def close_account(call: Call) -> Answer:
    """Suspend an account, if it is not the management account and few enough were closed of late."""
    backend = organization_in(call)
    account_id = call["AccountId"]
    if account_id == backend.account_id:
        raise _constraint("CANNOT_CLOSE_MANAGEMENT_ACCOUNT: The management account cannot be closed.")
    closed = _closed.of(backend.account_id)
    lately = [when for when in closed.values() if now() - when < _WINDOW]
    if len(lately) >= most_closed(len(backend.accounts) - 1):
        raise _constraint("CLOSE_ACCOUNT_QUOTA_EXCEEDED: You have exceeded close account quota for the past 30 days.")
    account = next((one for one in backend.accounts if one.id == account_id), None)
    if account is not None and account.status != "SUSPENDED":
        closed[account_id] = now()
        closed_emails(backend.account_id)[account.email.lower()] = account_id
    return MOTO_ANSWERS


@extension.answers("ListAccounts", "DescribeAccount", "ListAccountsForParent", "ListChildren")
def forget_what_is_closed_for_good(call: Call) -> Answer:
    """After 90 days a closed account is in no organization any more; its address stays used."""
    backend = organizations_backends[call.account_id][call.partition]
    for account_id, when in list(_closed.of(backend.account_id).items()):
        if now() - when >= _GRACE:
            _forget(backend, account_id)
    return MOTO_ANSWERS


def is_suspended(account_id: str, partition: str) -> bool:
    """Whether an account is closed: nobody gets in."""
    owner, owner_partition = organizations_backends.master_accounts.get(account_id, (account_id, partition))
    accounts = organizations_backends[owner][owner_partition].accounts
    return any(account.id == account_id and account.status == "SUSPENDED" for account in accounts)


def reopen(account_id: str) -> None:
    """Do what AWS Support does when the root user of a closed account asks for it within 90 days.

    Raises:
        ValueError: The account is not closed, or closed for good.
    """
    owner, partition = organizations_backends.master_accounts.get(account_id, ("", ""))
    when = _closed.of(owner).get(account_id) if owner else None
    if when is None or now() - when >= _GRACE:
        raise ValueError(f"{account_id} is not an account that was closed within the last 90 days")
    for account in organizations_backends[owner][partition].accounts:
        if account.id == account_id:
            account.status = account.state = "ACTIVE"


def _forget(backend: OrganizationsBackend, account_id: str) -> None:
    _closed.of(backend.account_id).pop(account_id)
    account = next((one for one in backend.accounts if one.id == account_id), None)
    if account is not None and account.status == "SUSPENDED":
        for policy in account.attached_policies:
            policy.attachments.remove(account)
        backend.accounts.remove(account)


def _constraint(message: str) -> AwsError:
    return AwsError("ConstraintViolationException", message)
