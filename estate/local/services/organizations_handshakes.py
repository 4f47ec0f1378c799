"""Invitations: an account outside is invited, accepts or declines, and is a member; or nobody answers for 15 days.

Accounts that stand alone are those that left an organization here: AWS's own way of making one is a web page. A member of
another organization is invited as it is, and leaves that when it accepts.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_invites.html
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, Final

from moto.organizations import utils
from moto.organizations.models import organizations_backends

from estate.local.answers import AwsError
from estate.local.clock import now
from estate.local.extension import MOTO_ANSWERS, Answer, Call, Json, Shelf
from estate.local.services.organizations import closed_emails, extension, organization_in

_VALID: Final = dt.timedelta(days=15)
_WAIT: Final = dt.timedelta(days=4)


@dataclass
class _Handshake:
    id: str
    organization: str
    arn: str
    owner: str
    partition: str
    account: str
    target: Json
    notes: str
    tags: dict[str, str]
    requested: dt.datetime
    state: str = "OPEN"

    def now(self) -> str:
        """Its state; an open one expires."""
        return "EXPIRED" if self.state == "OPEN" and now() - self.requested >= _VALID else self.state

    def describe(self) -> Json:
        resources = [{"Type": "ORGANIZATION", "Value": self.organization}, {"Type": "ACCOUNT", "Value": self.account}]
        if self.notes:
            resources.append({"Type": "NOTES", "Value": self.notes})
        return {
            "Id": self.id,
            "Arn": self.arn,
            "Parties": [{"Id": self.organization.removeprefix("o-"), "Type": "ORGANIZATION"}, self.target],
            "State": self.now(),
            "RequestedTimestamp": self.requested.timestamp(),
            "ExpirationTimestamp": (self.requested + _VALID).timestamp(),
            "Action": "INVITE",
            "Resources": resources,
        }


_handshakes = Shelf[dict[str, _Handshake]](dict, regional=False)
_outside = Shelf[dict[str, Any]](dict, regional=False)
"""Accounts that stand alone, by id, as moto knew them."""


@extension.answers("InviteAccountToOrganization")
def invite(call: Call) -> Answer:
    """Send an invitation, once to each account."""
    backend = organization_in(call)
    if backend.account_id != call.account_id or backend.org is None:
        raise AwsError("AccessDeniedException", "Only the organization's management account can do this.", status=403)
    target = call["Target"]
    account_id = target["Id"] if target["Type"] == "ACCOUNT" else _account_of(target["Id"])
    inside, _ = organizations_backends.master_accounts.get(account_id, ("", ""))
    manages = organizations_backends[account_id][call.partition].org is not None
    if backend.account_id in (inside, account_id) or manages:
        raise AwsError(
            "HandshakeConstraintViolationException",
            f"ALREADY_IN_AN_ORGANIZATION: The account {account_id} is a member of this organization or manages another.",
        )
    known = _handshakes.of("")
    if any(
        one.account == account_id and one.owner == call.account_id and one.now() == "OPEN" for one in known.values()
    ):
        raise AwsError("DuplicateHandshakeException", f"An invitation of {target['Id']} is open already.")
    id_ = "h-" + uuid.uuid4().hex
    known[id_] = _Handshake(
        id_,
        backend.org.id,
        call.arn(f"handshake/{backend.org.id}/invite/{id_}", regional=False),
        call.account_id,
        call.partition,
        account_id,
        dict(target),
        call.get("Notes", ""),
        {tag["Key"]: tag["Value"] for tag in call.get("Tags", [])},
        now(),
    )
    return {"Handshake": known[id_].describe()}


@extension.answers("AcceptHandshake")
def accept(call: Call) -> Answer:
    """Join the organization, below its root, with no role for the management account."""
    handshake = _open(call, "ACCEPTED")
    if handshake.account != call.account_id:
        raise AwsError("AccessDeniedException", "This invitation is another account's.", status=403)
    backend = organizations_backends[handshake.owner][handshake.partition]
    _let_go(call)
    account = _outside.of("").pop(call.account_id)
    account.parent_id, account.joined_method = backend.org.root_id, "INVITED"  # type: ignore[union-attr]
    account.tags = dict(handshake.tags)
    account.attached_policies = []
    backend.accounts.append(account)
    for policy_id in (utils.DEFAULT_SCP_POLICY_ID, utils.DEFAULT_RCP_POLICY_ID):
        backend.attach_policy(PolicyId=policy_id, TargetId=account.id)
    organizations_backends.master_accounts[account.id] = (backend.account_id, backend.partition)
    closed_emails(backend.account_id).pop(account.email.lower(), None)
    handshake.state = "ACCEPTED"
    return {"Handshake": handshake.describe()}


@extension.answers("DeclineHandshake")
def decline(call: Call) -> Answer:
    """Refuse an invitation."""
    handshake = _open(call, "DECLINED")
    if handshake.account != call.account_id:
        raise AwsError("AccessDeniedException", "This invitation is another account's.", status=403)
    handshake.state = "DECLINED"
    return {"Handshake": handshake.describe()}


@extension.answers("CancelHandshake")
def cancel(call: Call) -> Answer:
    """Take an invitation back."""
    handshake = _open(call, "CANCELED")
    if handshake.owner != call.account_id:
        raise AwsError("AccessDeniedException", "This invitation is another organization's.", status=403)
    handshake.state = "CANCELED"
    return {"Handshake": handshake.describe()}


@extension.answers("DescribeHandshake")
def describe(call: Call) -> Answer:
    """Show an invitation to those that it is about."""
    return {"Handshake": _handshake(call).describe()}


@extension.answers("ListHandshakesForOrganization", "ListHandshakesForAccount")
def list_(call: Call) -> Answer:
    """List invitations that the organization has sent, or the account has got."""
    side = "owner" if call.operation.endswith("Organization") else "account"
    found = [one for one in _handshakes.of("").values() if getattr(one, side) == call.account_id]
    return {"Handshakes": [one.describe() for one in found]}


def _let_go(call: Call) -> None:
    """Take an account out of the organization that it is still in: since November 2025 it need not leave before it joins another."""
    owner, partition = organizations_backends.master_accounts.get(call.account_id, ("", ""))
    if owner:
        _depart(call, owner, partition, call.account_id)
        organizations_backends[owner][partition].remove_account_from_organization(AccountId=call.account_id)


@extension.answers("LeaveOrganization")
def leave(call: Call) -> Answer:
    """Let a member account go; it stands alone then."""
    if call.account_id not in organizations_backends.master_accounts:
        code = "MasterCannotLeaveOrganizationException"
        if organizations_backends[call.account_id][call.partition].org is None:
            code = "AWSOrganizationsNotInUseException"
        raise AwsError(code, "The calling account is no member of an organization.")
    _let_go(call)
    return {}


@extension.answers("RemoveAccountFromOrganization")
def remove_account_from_organization(call: Call) -> Answer:
    """Remember the account: it lives on outside, and its address stays its own."""
    backend = organization_in(call)
    _depart(call, backend.account_id, backend.partition, call["AccountId"])
    return MOTO_ANSWERS


def _depart(call: Call, owner: str, partition: str, account_id: str) -> None:
    """Remember an account that leaves, and refuse to let an administrator go."""
    backend = organizations_backends[owner][partition]
    account = next((known for known in backend.accounts if known.id == account_id), None)
    if account is None:
        return
    if any(one.account.id == account_id and one.services for one in backend.admins):
        raise AwsError(
            "ConstraintViolationException",
            f"CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG: {account_id} is a delegated administrator ({call.operation}).",
        )
    if account.joined_method == "CREATED" and now() - account.create_time.replace(tzinfo=dt.UTC) < _WAIT:
        raise AwsError(
            "ConstraintViolationException",
            "WAIT_PERIOD_ACTIVE: You must wait until at least four days after the account was created.",
        )
    closed_emails(owner)[account.email.lower()] = account.id
    _outside.of("")[account.id] = account


def _account_of(email: str) -> str:
    found = [id_ for id_, account in _outside.of("").items() if account.email.lower() == email.lower()]
    return found[0] if found else ""


def _handshake(call: Call) -> _Handshake:
    found = _handshakes.of("").get(call["HandshakeId"])
    if found is None or call.account_id not in (found.owner, found.account):
        raise AwsError("HandshakeNotFoundException", f"There is no handshake {call['HandshakeId']}.")
    return found


def _open(call: Call, wanted: str) -> _Handshake:
    found = _handshake(call)
    if found.now() == wanted:
        raise AwsError("HandshakeAlreadyInStateException", f"The handshake is {wanted} already.")
    if found.now() != "OPEN":
        raise AwsError("InvalidHandshakeTransitionException", f"The handshake is {found.now()}.")
    return found
