"""Cost and Usage Reports, which moto does not have."""

from __future__ import annotations

from estate.local.answers import AwsError
from estate.local.extension import Answer, Call, Extension, Json, Shelf

extension = Extension("cur")

_reports = Shelf[dict[str, Json]](dict, regional=False)
_tags = Shelf[dict[str, dict[str, str]]](dict, regional=False)


@extension.answers("PutReportDefinition")
def put_report_definition(call: Call) -> Answer:
    """Create a report."""
    name = call["ReportDefinition"]["ReportName"]
    if name in _reports(call):
        raise AwsError("DuplicateReportNameException", f"There is a report {name} already.")
    _reports(call)[name] = call["ReportDefinition"]
    _tags(call)[name] = {tag["Key"]: tag["Value"] for tag in call.get("Tags", [])}
    return {}


@extension.answers("ModifyReportDefinition")
def modify_report_definition(call: Call) -> Answer:
    """Change a report."""
    _reports(call)[call["ReportName"]] = call["ReportDefinition"]
    return {}


@extension.answers("DescribeReportDefinitions")
def describe_report_definitions(call: Call) -> Answer:
    """List reports."""
    return {"ReportDefinitions": list(_reports(call).values())}


@extension.answers("DeleteReportDefinition")
def delete_report_definition(call: Call) -> Answer:
    """Delete a report."""
    _reports(call).pop(call["ReportName"], None)
    return {}


@extension.answers("ListTagsForResource", "TagResource", "UntagResource")
def tags(call: Call) -> Answer:
    """Keep a report's tags."""
    kept = _tags(call).setdefault(call["ReportName"], {})
    kept.update({tag["Key"]: tag["Value"] for tag in call.get("Tags", [])})
    for key in call.get("TagKeys", []):
        kept.pop(key, None)
    listed = {"Tags": [{"Key": key, "Value": value} for key, value in kept.items()]}
    return listed if call.operation.startswith("List") else {}
