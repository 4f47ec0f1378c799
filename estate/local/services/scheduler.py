"""EventBridge Scheduler: the schedule or group that a call is about."""

from __future__ import annotations

from estate.local.authority import Resource
from estate.local.extension import Call, Extension

extension = Extension("scheduler")


def _resource(call: Call) -> Resource | None:
    arn = call.get("ResourceArn")
    if arn is None and call.get("Name"):
        group = call.operation.endswith("ScheduleGroup")
        path = (
            f"schedule-group/{call['Name']}" if group else f"schedule/{call.get('GroupName', 'default')}/{call['Name']}"
        )
        arn = call.arn(path)
    return Resource(arn, call.account_id) if arn else None


extension.resource_of = _resource
