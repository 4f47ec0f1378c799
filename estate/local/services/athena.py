"""Athena: changes of a workgroup, and the workgroup that a call is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from moto.athena.models import athena_backends

from estate.local.answers import AwsError
from estate.local.authority import Resource
from estate.local.extension import MOTO_ANSWERS, Answer, Call, Extension

if TYPE_CHECKING:
    from moto.athena.models import WorkGroup

extension = Extension("athena")

_SETTINGS: Final = (
    "BytesScannedCutoffPerQuery",
    "EnforceWorkGroupConfiguration",
    "EngineVersion",
    "ExecutionRole",
    "PublishCloudWatchMetricsEnabled",
    "RequesterPaysEnabled",
)
_OF_RESULTS: Final = ("AclConfiguration", "EncryptionConfiguration", "ExpectedBucketOwner", "OutputLocation")


@extension.answers("GetWorkGroup")
def get_work_group(call: Call) -> Answer:
    """Say of a workgroup that is not there that it is not; moto answers without one."""
    _found(call)
    return MOTO_ANSWERS


@extension.answers("UpdateWorkGroup")
def update_work_group(call: Call) -> Answer:
    """Change a workgroup; what is not named stays."""
    group = _found(call)
    group.description = call.get("Description", group.description)
    group.state = call.get("State", group.state)
    updates = call.get("ConfigurationUpdates", {})
    group.configuration.update({name: updates[name] for name in _SETTINGS if updates.get(name) is not None})
    if updates.get("RemoveBytesScannedCutoffPerQuery"):
        group.configuration.pop("BytesScannedCutoffPerQuery", None)
    results = group.configuration.setdefault("ResultConfiguration", {})
    changed = updates.get("ResultConfigurationUpdates") or {}
    for name in _OF_RESULTS:
        if changed.get(f"Remove{name}"):
            results.pop(name, None)
        elif changed.get(name) is not None:
            results[name] = changed[name]
    return {}


def _found(call: Call) -> WorkGroup:
    name = call["WorkGroup"]
    group = athena_backends[call.account_id][call.region].work_groups.get(name)
    if group is None:
        raise AwsError("InvalidRequestException", f"WorkGroup {name} is not found.")
    return group


def _resource(call: Call) -> Resource | None:
    if call.get("ResourceARN"):
        return Resource(call["ResourceARN"], call.account_id)
    execution = athena_backends[call.account_id][call.region].executions.get(call.get("QueryExecutionId", ""))
    name = call.get("Name") if call.operation == "CreateWorkGroup" else call.get("WorkGroup")
    if execution is not None and execution.workgroup is not None:
        name = execution.workgroup.name
    return Resource(call.arn(f"workgroup/{name}"), call.account_id) if name else None


extension.resource_of = _resource
