"""What a call changes of EC2's networks, with the tags that it has: policies cannot name ids that AWS chooses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from moto.ec2.models import ec2_backends

from constructs_lib.policies import names
from estate.local.authority import Resource, tag_keys
from estate.local.services.ec2 import extension
from estate.local.services.ec2_ipam import ipam_tags

if TYPE_CHECKING:
    from estate.local.extension import Call

_KINDS = {
    "acl": "network-acl",
    "dopt": "dhcp-options",
    "eigw": "egress-only-internet-gateway",
    "eipalloc": "elastic-ip",
    "fl": "vpc-flow-log",
    "igw": "internet-gateway",
    "ipam": "ipam",
    "ipam-pool": "ipam-pool",
    "nat": "natgateway",
    "rtb": "route-table",
    "sg": "security-group",
    "subnet": "subnet",
    "tgw": "transit-gateway",
    "tgw-attach": "transit-gateway-attachment",
    "tgw-rtb": "transit-gateway-route-table",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
}
_ID = re.compile(r"([a-z]+(?:-[a-z]+)*)-[0-9a-f]{8,17}")


def _resources(call: Call) -> list[Resource] | None:
    """What is acted on, of what AWS's reference lists for the action, with the tags that the account has given it."""
    action = names.actions("ec2").get(call.operation.lower())
    listed = {kind["name"] for kind in names.action_details("ec2", action)["resourceTypes"]} if action else set()
    requested = (
        {tag["Key"]: tag.get("Value", "") for tag in call.get("Tags", [])} if call.operation == "CreateTags" else None
    )
    found = []
    for identifier in sorted(set(_ids(call.parameters))):
        kind = _KINDS.get(_ID.sub(r"\1", identifier))
        if kind in listed:
            keys, known = tag_keys(on_resource=_tags(call, identifier), in_request=requested)
            found.append(Resource(call.arn(f"{kind}/{identifier}"), call.account_id, keys=keys, known=known))
    return found or None


def _ids(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if _ID.fullmatch(value):
            yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from () if name in ("Tags", "TagSpecifications") else _ids(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _ids(inner)


def _tags(call: Call, identifier: str) -> dict[str, str]:
    managed = ipam_tags(call, identifier)
    if managed is not None:
        return managed
    backend: Any = ec2_backends[call.account_id][call.region]
    return dict(backend.tags.get(identifier, {}))


extension.resource_of = _resources
