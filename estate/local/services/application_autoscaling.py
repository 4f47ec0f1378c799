"""Application Auto Scaling: tags of scalable targets."""

from __future__ import annotations

from moto.applicationautoscaling.models import applicationautoscaling_backends

from estate.local.extension import Answer, Call, Extension, Shelf

extension = Extension("application-autoscaling")

_tags = Shelf[dict[str, dict[str, str]]](dict)


@extension.answers("RegisterScalableTarget")
def register_scalable_target(call: Call) -> Answer:
    """Register a target with moto, and keep its tags."""
    target = applicationautoscaling_backends[call.account_id][call.region].register_scalable_target(
        call["ServiceNamespace"],
        call["ResourceId"],
        call["ScalableDimension"],
        call.get("MinCapacity"),
        call.get("MaxCapacity"),
        call.get("RoleARN"),
        call.get("SuspendedState"),
    )
    _tags(call).setdefault(target.arn, {}).update(call.get("Tags", {}))
    return {"ScalableTargetARN": target.arn}


@extension.answers("ListTagsForResource", "TagResource", "UntagResource")
def tags(call: Call) -> Answer:
    """Keep a target's tags."""
    kept = _tags(call).setdefault(call["ResourceARN"], {})
    kept.update(call.get("Tags", {}))
    for key in call.get("TagKeys", []):
        kept.pop(key, None)
    return {"Tags": kept} if call.operation.startswith("List") else {}
