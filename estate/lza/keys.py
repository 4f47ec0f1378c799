"""KMS keys of a Landing Zone Accelerator's configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from estate.lza.documents import document

if TYPE_CHECKING:
    from estate.lza.draft import Draft
    from estate.lza.reading import Node


def keys(node: Node, into: Draft) -> None:
    """Have the keys, each where it is."""
    for entry in node.each("keySets"):
        name = entry.needed("name")
        slug = into.short(name)
        made: dict[str, Any] = {"description": entry.text("description") or name}
        alias = entry.text("alias").removeprefix("alias/")
        if alias and alias != slug:
            made["alias"] = alias
        made["accounts"] = into.but_management(into.targets(entry.child("deploymentTargets")))
        if entry.texts("excludeRegions"):
            into.note(
                entry.child("excludeRegions"), "It is in all governed regions: say `regions` where it is not to be."
            )
        into.only(entry, "enableKeyRotation", True, "Keys are rotated.")
        into.only(
            entry, "removalPolicy", "retain", "A key that goes is deleted after thirty days, and the guard asks first."
        )
        into.tags(entry)
        if entry.text("policy"):
            path = document(entry.child("policy"), into, f"{slug}-key")
            if path is None:
                continue
            made["document"] = path
        into.at("kms_keys")[slug] = made
