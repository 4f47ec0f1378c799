"""Detective, which moto does not have: the behaviour graph and the organization's settings for it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from estate.local.answers import AwsError
from estate.local.delegation import Administrators
from estate.local.extension import Answer, Call, Extension, Json, Shelf

extension = Extension("detective")

_administrators = Administrators("detective.amazonaws.com")
_graphs = Shelf[dict[str, Json]](dict)


@extension.answers("CreateGraph")
def create_graph(call: Call) -> Answer:
    """Create the region's one graph, or return it."""
    for arn, graph in _graphs(call).items():
        graph["tags"].update(call.get("Tags", {}))
        return {"GraphArn": arn}
    arn = call.arn(f"graph:{uuid.uuid4().hex}")
    _graphs(call)[arn] = {"created": datetime.now(UTC), "tags": call.get("Tags", {}), "auto_enable": False}
    return {"GraphArn": arn}


@extension.answers("ListGraphs")
def list_graphs(call: Call) -> Answer:
    """List the region's graph."""
    return {"GraphList": [{"Arn": arn, "CreatedTime": graph["created"]} for arn, graph in _graphs(call).items()]}


@extension.answers("DeleteGraph")
def delete_graph(call: Call) -> Answer:
    """Delete the graph."""
    _graph(call)
    del _graphs(call)[call["GraphArn"]]
    return {}


@extension.answers("EnableOrganizationAdminAccount")
def enable_organization_admin_account(call: Call) -> Answer:
    """Make an account the organization's administrator for Detective, with a graph of its own."""
    _administrators.enable(call, call["AccountId"])
    graphs = _graphs.of(call["AccountId"], call.region)
    if not graphs:
        arn = f"arn:{call.partition}:detective:{call.region}:{call['AccountId']}:graph:{uuid.uuid4().hex}"
        graphs[arn] = {"created": datetime.now(UTC), "tags": {}, "auto_enable": False}
    return {}


@extension.answers("DisableOrganizationAdminAccount")
def disable_organization_admin_account(call: Call) -> Answer:
    """Take the administrator back."""
    for account_id in list(_administrators.of(call)):
        _administrators.disable(call, account_id)
    return {}


@extension.answers("ListOrganizationAdminAccounts")
def list_organization_admin_accounts(call: Call) -> Answer:
    """Show the administrator and its graph."""
    return {
        "Administrators": [
            {"AccountId": account_id, "GraphArn": arn, "DelegationTime": graph["created"]}
            for account_id in _administrators.of(call)
            for arn, graph in _graphs.of(account_id, call.region).items()
        ]
    }


@extension.answers("UpdateOrganizationConfiguration")
def update_organization_configuration(call: Call) -> Answer:
    """Set whether new accounts join the graph."""
    _administrators.require(call, "ValidationException")
    _graph(call)["auto_enable"] = call.get("AutoEnable", False)
    return {}


@extension.answers("DescribeOrganizationConfiguration")
def describe_organization_configuration(call: Call) -> Answer:
    """Say whether new accounts join the graph."""
    return {"AutoEnable": _graph(call)["auto_enable"]}


@extension.answers("ListTagsForResource", "TagResource", "UntagResource")
def tags(call: Call) -> Answer:
    """Keep the graph's tags."""
    kept = _graphs(call).get(call["ResourceArn"], {"tags": {}})["tags"]
    kept.update(call.get("Tags", {}))
    for key in call.get("TagKeys", []):
        kept.pop(key, None)
    return {"Tags": kept} if call.operation.startswith("List") else {}


def _graph(call: Call) -> Json:
    graph = _graphs(call).get(call["GraphArn"])
    if graph is None:
        raise AwsError("ResourceNotFoundException", f"There is no graph {call['GraphArn']}.")
    return graph
