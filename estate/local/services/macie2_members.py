"""Macie's member accounts, as an organization's administrator adds them; moto knows those by invitation alone."""

from __future__ import annotations

from datetime import UTC, datetime

from estate.local.answers import AwsError
from estate.local.extension import Answer, Call, Json, Shelf
from estate.local.services.macie2 import extension

_members = Shelf[dict[str, Json]](dict)


@extension.answers("CreateMember")
def create_member(call: Call) -> Answer:
    """Add an account of the organization; it needs no invitation."""
    account = call["account"]
    now = datetime.now(UTC)
    _members(call)[account["accountId"]] = {
        **account,
        "administratorAccountId": call.account_id,
        "masterAccountId": call.account_id,
        "arn": call.arn(f"member/{account['accountId']}"),
        "relationshipStatus": "Enabled",
        "invitedAt": now,
        "updatedAt": now,
        "tags": call.get("tags", {}),
    }
    return {"arn": _members(call)[account["accountId"]]["arn"]}


@extension.answers("GetMember")
def get_member(call: Call) -> Answer:
    """Show a member."""
    return _member(call)


@extension.answers("ListMembers")
def list_members(call: Call) -> Answer:
    """List the members."""
    return {"members": list(_members(call).values())}


@extension.answers("UpdateMemberSession")
def update_member_session(call: Call) -> Answer:
    """Pause a member or let it go on."""
    _member(call)["relationshipStatus"] = "Paused" if call["status"] == "PAUSED" else "Enabled"
    return {}


@extension.answers("DisassociateMember")
def disassociate_member(call: Call) -> Answer:
    """Part from a member, which stays in the list."""
    _member(call)["relationshipStatus"] = "Removed"
    return {}


@extension.answers("DeleteMember")
def delete_member(call: Call) -> Answer:
    """Take a member from the list."""
    _member(call)
    del _members(call)[call["id"]]
    return {}


def _member(call: Call) -> Json:
    member = _members(call).get(call["id"])
    if member is None:
        raise AwsError("ResourceNotFoundException", f"{call['id']} is no member.", status=404)
    return member
