"""EventBridge: the rule or bus that a call is about, and the bus's policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.events.models import events_backends

from estate.local.authority import Resource, tag_keys
from estate.local.extension import Call, Extension

if TYPE_CHECKING:
    from collections.abc import Sequence

extension = Extension("events")

_DEFAULT = "default"
_BY_RULE = frozenset({"PutTargets", "RemoveTargets", "ListTargetsByRule"})


def _resource(call: Call) -> Resource | Sequence[Resource] | None:
    requested = {tag["Key"]: tag["Value"] for tag in call.get("Tags", [])}
    if call.operation == "PutEvents":
        buses = {entry.get("EventBusName") or _DEFAULT for entry in call.get("Entries", [])}
        return [_bus(call, bus, {}) for bus in sorted(buses)]
    if call.get("ResourceARN"):
        return Resource(call["ResourceARN"], call.account_id)
    rule = call.get("Rule") if call.operation in _BY_RULE else call.get("Name")
    if call.operation.endswith("Rule") or call.operation in _BY_RULE:
        bus = str(call.get("EventBusName", _DEFAULT)).rpartition("/")[2]
        arn = call.arn(f"rule/{rule}" if bus == _DEFAULT else f"rule/{bus}/{rule}")
        keys, known = tag_keys(in_request=requested)
        return Resource(arn, call.account_id, keys=keys, known=known)
    if call.operation.endswith("EventBus") or call.operation in ("PutPermission", "RemovePermission"):
        return _bus(call, call.get("EventBusName") or call.get("Name") or _DEFAULT, requested)
    return None


def _bus(call: Call, name: str, requested: dict[str, str]) -> Resource:
    arn = name if name.startswith("arn:") else call.arn(f"event-bus/{name}")
    region, owner = arn.split(":")[3:5]
    bus: Any = events_backends[owner][region].event_buses.get(arn.rpartition("/")[2])
    keys, known = tag_keys(in_request=requested)
    return Resource(arn, owner, policy=bus.policy if bus else None, keys=keys, known=known)


extension.resource_of = _resource
