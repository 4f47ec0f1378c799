"""Direct Connect gateways, their associations with transit gateways, and transit virtual interfaces: moto has none of them."""

from __future__ import annotations

import uuid
from typing import Any, Final

from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.transit_gateway_attachments import TransitGatewayAttachment

from estate.local.answers import AwsError
from estate.local.extension import Answer, Call, Extension, Json, Shelf

extension = Extension("directconnect")

_AMAZON_ASN: Final = 64512
_gateways = Shelf[dict[str, Json]](dict, regional=False)
"""A Direct Connect gateway is in no region. By id."""
_associations = Shelf[dict[str, Json]](dict, regional=False)
_interfaces = Shelf[dict[str, Json]](dict)


@extension.answers("CreateDirectConnectGateway")
def create_direct_connect_gateway(call: Call) -> Answer:
    """Make a gateway."""
    id_ = str(uuid.uuid4())
    _gateways(call)[id_] = {
        "directConnectGatewayId": id_,
        "directConnectGatewayName": call["directConnectGatewayName"],
        "amazonSideAsn": call.get("amazonSideAsn", _AMAZON_ASN),
        "ownerAccount": call.account_id,
        "directConnectGatewayState": "available",
        "tags": call.get("tags", []),
    }
    return {"directConnectGateway": _gateways(call)[id_]}


@extension.answers("UpdateDirectConnectGateway")
def update_direct_connect_gateway(call: Call) -> Answer:
    """Call it otherwise."""
    one = _kept(_gateways(call), call["directConnectGatewayId"])
    one["directConnectGatewayName"] = call["newDirectConnectGatewayName"]
    return {"directConnectGateway": one}


@extension.answers("DescribeDirectConnectGateways")
def describe_direct_connect_gateways(call: Call) -> Answer:
    """Show gateways."""
    return {"directConnectGateways": _those(_gateways(call), directConnectGatewayId=call.get("directConnectGatewayId"))}


@extension.answers("DeleteDirectConnectGateway")
def delete_direct_connect_gateway(call: Call) -> Answer:
    """Delete a gateway that nothing is at."""
    id_ = call["directConnectGatewayId"]
    _kept(_gateways(call), id_)
    shelves = [_associations(call), *(kept for account, _, kept in _interfaces.each() if account == call.account_id)]
    if any(one["directConnectGatewayId"] == id_ for kept in shelves for one in kept.values()):
        raise AwsError("DirectConnectClientException", f"{id_} has associations or virtual interfaces.")
    return {"directConnectGateway": {**_gateways(call).pop(id_), "directConnectGatewayState": "deleted"}}


@extension.answers("CreateDirectConnectGatewayAssociation")
def create_direct_connect_gateway_association(call: Call) -> Answer:
    """Associate it with a transit gateway, which has an attachment from then on."""
    gateway, there = _kept(_gateways(call), call["directConnectGatewayId"]), call["gatewayId"]
    backend = _with_gateway(call, there)
    if gateway["amazonSideAsn"] == int(backend.transit_gateways[there].options["AmazonSideAsn"]):
        raise AwsError("DirectConnectClientException", "Both gateways have the same ASN.")
    attachment = TransitGatewayAttachment(
        backend,
        gateway["directConnectGatewayId"],
        "direct-connect-gateway",
        backend.transit_gateways[there],
    )
    backend.transit_gateway_attachments[attachment.id] = attachment
    id_ = str(uuid.uuid4())
    _associations(call)[id_] = {
        "associationId": id_,
        "associationState": "associated",
        "directConnectGatewayId": gateway["directConnectGatewayId"],
        "directConnectGatewayOwnerAccount": call.account_id,
        "associatedGateway": {
            "id": there,
            "type": "transitGateway",
            "ownerAccount": call.account_id,
            "region": backend.region_name,
        },
        "allowedPrefixesToDirectConnectGateway": call.get("addAllowedPrefixesToDirectConnectGateway", []),
    }
    return {"directConnectGatewayAssociation": _associations(call)[id_]}


@extension.answers("UpdateDirectConnectGatewayAssociation")
def update_direct_connect_gateway_association(call: Call) -> Answer:
    """Tell the other side of other ranges."""
    one = _kept(_associations(call), call["associationId"])
    gone = call.get("removeAllowedPrefixesToDirectConnectGateway", [])
    left = [each for each in one["allowedPrefixesToDirectConnectGateway"] if each not in gone]
    one["allowedPrefixesToDirectConnectGateway"] = [*left, *call.get("addAllowedPrefixesToDirectConnectGateway", [])]
    return {"directConnectGatewayAssociation": one}


@extension.answers("DescribeDirectConnectGatewayAssociations")
def describe_direct_connect_gateway_associations(call: Call) -> Answer:
    """Show associations."""
    found = _those(
        _associations(call),
        associationId=call.get("associationId"),
        directConnectGatewayId=call.get("directConnectGatewayId"),
    )
    there = call.get("associatedGatewayId")
    return {
        "directConnectGatewayAssociations": [one for one in found if there in (None, one["associatedGateway"]["id"])]
    }


@extension.answers("DeleteDirectConnectGatewayAssociation")
def delete_direct_connect_gateway_association(call: Call) -> Answer:
    """End it, and with it the attachment."""
    one = _kept(_associations(call), call["associationId"])
    backend = ec2_backends[call.account_id][one["associatedGateway"]["region"]]
    for id_, attachment in list(backend.transit_gateway_attachments.items()):
        if attachment.resource_id == one["directConnectGatewayId"]:
            del backend.transit_gateway_attachments[id_]
    del _associations(call)[call["associationId"]]
    return {"directConnectGatewayAssociation": {**one, "associationState": "disassociated"}}


@extension.answers("CreateTransitVirtualInterface")
def create_transit_virtual_interface(call: Call) -> Answer:
    """Make an interface. Whether there is its connection, and whose, is not looked at."""
    asked: Json = call["newTransitVirtualInterface"]
    _kept(_gateways(call), asked["directConnectGatewayId"])
    id_ = f"dxvif-{uuid.uuid4().hex[:8]}"
    _interfaces(call)[id_] = {
        **asked,
        "virtualInterfaceId": id_,
        "virtualInterfaceType": "transit",
        "virtualInterfaceState": "available",
        "connectionId": call["connectionId"],
        "ownerAccount": call.account_id,
        "region": call.region,
        "amazonAddress": "169.254.20.1/30",
        "customerAddress": "169.254.20.2/30",
        "authKey": "given-by-the-local-aws",
    }
    return {"virtualInterface": _interfaces(call)[id_]}


@extension.answers("UpdateVirtualInterfaceAttributes")
def update_virtual_interface_attributes(call: Call) -> Answer:
    """Change the size of its frames, or its name."""
    one = _kept(_interfaces(call), call["virtualInterfaceId"])
    one.update({key: value for key, value in call.given().items() if key in ("mtu", "virtualInterfaceName")})
    return dict(one)


@extension.answers("DescribeVirtualInterfaces")
def describe_virtual_interfaces(call: Call) -> Answer:
    """Show interfaces."""
    return {"virtualInterfaces": _those(_interfaces(call), virtualInterfaceId=call.get("virtualInterfaceId"))}


@extension.answers("DeleteVirtualInterface")
def delete_virtual_interface(call: Call) -> Answer:
    """Delete an interface."""
    _kept(_interfaces(call), call["virtualInterfaceId"])
    del _interfaces(call)[call["virtualInterfaceId"]]
    return {"virtualInterfaceState": "deleted"}


@extension.answers("DescribeTags")
def describe_tags(call: Call) -> Answer:
    """Show the tags of interfaces."""
    return {
        "resourceTags": [
            {"resourceArn": arn, "tags": _kept(_interfaces(call), arn.rpartition("/")[2]).get("tags", [])}
            for arn in call["resourceArns"]
        ]
    }


def _with_gateway(call: Call, gateway_id: str) -> EC2Backend:
    for backend in ec2_backends[call.account_id].values():
        if gateway_id in backend.transit_gateways:
            found: EC2Backend = backend
            return found
    raise AwsError("DirectConnectClientException", f"{gateway_id} is no transit gateway of the account.")


def _kept(found: dict[str, Json], id_: str) -> Json:
    if id_ not in found:
        raise AwsError("DirectConnectClientException", f"{id_} is not there.")
    return found[id_]


def _those(found: dict[str, Json], **wanted: Any) -> list[Json]:
    return [one for one in found.values() if all(value in (None, one[key]) for key, value in wanted.items())]
