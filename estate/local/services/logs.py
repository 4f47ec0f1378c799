"""CloudWatch Logs: the log group that a call is about."""

from __future__ import annotations

from estate.local.authority import Resource
from estate.local.extension import Call, Extension

extension = Extension("logs")


def _resource(call: Call) -> Resource | None:
    if call.get("resourceArn"):
        return Resource(call["resourceArn"], call.account_id)
    name = call.get("logGroupName")
    # AWS writes the ARN of a group with ":*" wherever it is not about its tags.
    return Resource(call.arn(f"log-group:{name}:*"), call.account_id) if name else None


extension.resource_of = _resource
