"""SNS: the topic that a call is about, and its policy."""

from __future__ import annotations

from typing import Any

from moto.sns.models import sns_backends

from estate.local.authority import Resource, tag_keys
from estate.local.extension import Call, Extension

extension = Extension("sns")

_PARTS_OF_A_TOPIC = 6


def _resource(call: Call) -> Resource | None:
    given = next((call.get(name) for name in _PARAMETERS if call.get(name)), None)
    if given is None and call.get("Name"):
        given = call.arn(call["Name"])
    if given is None:
        return None
    arn = ":".join(given.split(":")[:_PARTS_OF_A_TOPIC])  # a subscription's has one part more
    region, owner = arn.split(":")[3:5]
    topic: Any = sns_backends[owner][region].topics.get(arn)
    requested = {tag["Key"]: tag["Value"] for tag in call.get("Tags", [])}
    keys, known = tag_keys(on_resource=topic._tags if topic else {}, in_request=requested)  # noqa: SLF001
    return Resource(arn, owner, policy=topic.policy if topic else None, keys=keys, known=known)


_PARAMETERS = ("TopicArn", "TargetArn", "ResourceArn", "SubscriptionArn")
extension.resource_of = _resource
