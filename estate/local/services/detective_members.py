"""Detective's member accounts, as an organization's administrator adds them."""

from __future__ import annotations

from datetime import UTC, datetime

from estate.local.extension import Answer, Call, Json, Shelf
from estate.local.services.detective import extension

_members = Shelf[dict[tuple[str, str], Json]](dict)


@extension.answers("CreateMembers")
def create_members(call: Call) -> Answer:
    """Add accounts of the organization; they need no invitation."""
    now = datetime.now(UTC)
    for account in call["Accounts"]:
        _members(call)[call["GraphArn"], account["AccountId"]] = {
            **account,
            "GraphArn": call["GraphArn"],
            "AdministratorId": call.account_id,
            "MasterId": call.account_id,
            "Status": "ENABLED",
            "InvitationType": "ORGANIZATION",
            "InvitedTime": now,
            "UpdatedTime": now,
        }
    return {"Members": _of_graph(call), "UnprocessedAccounts": []}


@extension.answers("GetMembers")
def get_members(call: Call) -> Answer:
    """Show some members."""
    wanted = call["AccountIds"]
    found = [member for member in _of_graph(call) if member["AccountId"] in wanted]
    known = {member["AccountId"] for member in found}
    missing = [{"AccountId": one, "Reason": "It is no member."} for one in wanted if one not in known]
    return {"MemberDetails": found, "UnprocessedAccounts": missing}


@extension.answers("ListMembers")
def list_members(call: Call) -> Answer:
    """List the graph's members."""
    return {"MemberDetails": _of_graph(call)}


@extension.answers("DeleteMembers")
def delete_members(call: Call) -> Answer:
    """Take members from the graph."""
    for account_id in call["AccountIds"]:
        _members(call).pop((call["GraphArn"], account_id), None)
    return {"AccountIds": call["AccountIds"], "UnprocessedAccounts": []}


def _of_graph(call: Call) -> list[Json]:
    return [member for (graph, _), member in _members(call).items() if graph == call["GraphArn"]]
