"""Data Exports, which moto does not have."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from estate.local.answers import AwsError
from estate.local.extension import Answer, Call, Extension, Json, Shelf

extension = Extension("bcm-data-exports")

_exports = Shelf[dict[str, Json]](dict, regional=False)
_tags = Shelf[dict[str, dict[str, str]]](dict, regional=False)


@extension.answers("CreateExport")
def create_export(call: Call) -> Answer:
    """Create an export."""
    export = call["Export"]
    if any(found["Name"] == export["Name"] for found in _exports(call).values()):
        raise AwsError("ValidationException", f"There is an export {export['Name']} already.")
    arn = call.arn(f"export/{export['Name']}-{uuid.uuid4()}")
    _exports(call)[arn] = {**export, "ExportArn": arn}
    _tags(call)[arn] = {tag["Key"]: tag["Value"] for tag in call.get("ResourceTags", [])}
    return {"ExportArn": arn}


@extension.answers("GetExport")
def get_export(call: Call) -> Answer:
    """Show an export."""
    now = datetime.now(UTC)
    status = {"StatusCode": "HEALTHY", "CreatedAt": now, "LastUpdatedAt": now}
    return {"Export": _export(call), "ExportStatus": status}


@extension.answers("UpdateExport")
def update_export(call: Call) -> Answer:
    """Change an export."""
    _export(call)
    _exports(call)[call["ExportArn"]] = {**call["Export"], "ExportArn": call["ExportArn"]}
    return {"ExportArn": call["ExportArn"]}


@extension.answers("DeleteExport")
def delete_export(call: Call) -> Answer:
    """Delete an export."""
    _export(call)
    del _exports(call)[call["ExportArn"]]
    return {"ExportArn": call["ExportArn"]}


@extension.answers("ListTagsForResource", "TagResource", "UntagResource")
def tags(call: Call) -> Answer:
    """Keep an export's tags."""
    kept = _tags(call).setdefault(call["ResourceArn"], {})
    kept.update({tag["Key"]: tag["Value"] for tag in call.get("ResourceTags", [])})
    for key in call.get("ResourceTagKeys", []):
        kept.pop(key, None)
    listed = {"ResourceTags": [{"Key": key, "Value": value} for key, value in kept.items()]}
    return listed if call.operation.startswith("List") else {}


def _export(call: Call) -> Json:
    found = _exports(call).get(call["ExportArn"])
    if found is None:
        raise AwsError("ResourceNotFoundException", f"There is no export {call['ExportArn']}.", status=404)
    return found
