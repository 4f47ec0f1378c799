"""SQS: the queue that a call is about, and its policy."""

from __future__ import annotations

from typing import Any

from moto.sqs.models import sqs_backends

from estate.local.authority import Resource, tag_keys
from estate.local.extension import Call, Extension

extension = Extension("sqs")


def _resource(call: Call) -> Resource | None:
    owner, name = call.get("QueueOwnerAWSAccountId", call.account_id), call.get("QueueName")
    if call.get("QueueUrl"):
        owner, name = call["QueueUrl"].rstrip("/").split("/")[-2:]
    if name is None:
        return None
    queue: Any = sqs_backends[owner][call.region].queues.get(name)
    requested = call.get("tags", {}) if call.operation == "CreateQueue" else call.get("Tags", {})
    keys, known = tag_keys(on_resource=queue.tags if queue else {}, in_request=requested)
    arn = f"arn:{call.partition}:sqs:{call.region}:{owner}:{name}"
    return Resource(arn, owner, policy=queue.policy if queue else None, keys=keys, known=known)


extension.resource_of = _resource
