"""VPC Lattice: VPCs join service networks, of their account or of one that shares them."""

from __future__ import annotations

import uuid
from typing import Any

from moto.vpclattice.models import vpclattice_backends

from estate.local.answers import AwsError
from estate.local.extension import MOTO_ANSWERS, Answer, Call, Extension, Json, Shelf
from estate.local.services.ram_reach import shared_resources

extension = Extension("vpc-lattice")

_joined = Shelf[dict[str, Json]](dict)
"""VPCs' associations with service networks, by id."""


@extension.answers("CreateServiceNetworkVpcAssociation")
def create_service_network_vpc_association(call: Call) -> Answer:
    """Have a VPC join a service network; it is in one at most."""
    network = _network(call, call["serviceNetworkIdentifier"])
    if any(one["vpcId"] == call["vpcIdentifier"] for one in _joined(call).values()):
        raise AwsError("ConflictException", f"{call['vpcIdentifier']} is in a service network already.")
    id_ = f"snva-{uuid.uuid4().hex[:17]}"
    _joined(call)[id_] = {
        "id": id_,
        "arn": call.arn(f"servicenetworkvpcassociation/{id_}"),
        "status": "ACTIVE",
        "createdBy": call.account_id,
        "serviceNetworkId": network.id,
        "serviceNetworkArn": network.arn,
        "serviceNetworkName": network.name,
        "vpcId": call["vpcIdentifier"],
        "securityGroupIds": call.get("securityGroupIds", []),
        "tags": call.get("tags", {}),
    }
    return _shown(_joined(call)[id_])


@extension.answers("GetServiceNetworkVpcAssociation")
def get_service_network_vpc_association(call: Call) -> Answer:
    """Show which service network a VPC is in."""
    return _shown(_kept(call))


@extension.answers("UpdateServiceNetworkVpcAssociation")
def update_service_network_vpc_association(call: Call) -> Answer:
    """Let other machines of the VPC call."""
    one = _kept(call)
    if one["securityGroupIds"] and not call["securityGroupIds"]:
        raise AwsError("ValidationException", "Security groups can be changed, and not taken away.")
    one["securityGroupIds"] = call["securityGroupIds"]
    return _shown(one)


@extension.answers("DeleteServiceNetworkVpcAssociation")
def delete_service_network_vpc_association(call: Call) -> Answer:
    """Have a VPC leave its service network."""
    one = _kept(call)
    del _joined(call)[one["id"]]
    return {"id": one["id"], "arn": one["arn"], "status": "DELETE_IN_PROGRESS"}


@extension.answers("ListTagsForResource")
def list_tags_for_resource(call: Call) -> Answer:
    """Show the tags of an association; moto knows the others'."""
    one = _joined(call).get(call["resourceArn"].rpartition("/")[2])
    return {"tags": one["tags"]} if one else MOTO_ANSWERS


def _network(call: Call, identifier: str) -> Any:
    """A service network: of the account by its id or ARN, of another one that shares it by its ARN."""
    owners = {arn: owner for owner, arn in shared_resources(call.account_id, call.partition, call.region)}
    backend = vpclattice_backends[owners.get(identifier, call.account_id)][call.region]
    for network in backend.service_networks.values():
        if identifier in (network.id, network.arn):
            return network
    raise AwsError(
        "ResourceNotFoundException", f"{identifier} is no service network of the account, and not shared with it."
    )


def _kept(call: Call) -> Json:
    id_ = call["serviceNetworkVpcAssociationIdentifier"].rpartition("/")[2]
    if id_ not in _joined(call):
        raise AwsError("ResourceNotFoundException", f"{id_} is not there.")
    return _joined(call)[id_]


def _shown(one: Json) -> Json:
    return {key: value for key, value in one.items() if key != "tags"}
