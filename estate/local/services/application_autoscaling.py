"""Application Auto Scaling: tags of scalable targets."""

from __future__ import annotations

from estate.local.extension import Answer, Call, Extension, Shelf

extension = Extension("application-autoscaling")

_tags = Shelf[dict[str, dict[str, str]]](dict)


@extension.answers("ListTagsForResource", "TagResource", "UntagResource")
def tags(call: Call) -> Answer:
    """Keep a target's tags."""
    kept = _tags(call).setdefault(call["ResourceARN"], {})
    kept.update(call.get("Tags", {}))
    for key in call.get("TagKeys", []):
        kept.pop(key, None)
    return {"Tags": kept} if call.operation.startswith("List") else {}
