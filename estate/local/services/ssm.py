"""Systems Manager: settings of an account, and associations of documents with machines, which moto does not have."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Final

from estate.local.answers import AwsError
from estate.local.extension import MOTO_ANSWERS, Answer, Call, Extension, Json, Shelf

extension = Extension("ssm")

_DEFAULTS: Final = {"/ssm/documents/console/public-sharing-permission": "Enable"}
_settings = Shelf[dict[str, str]](dict)
_associations = Shelf[dict[str, Json]](dict)
_tags = Shelf[dict[str, dict[str, str]]](dict)


@extension.answers("UpdateServiceSetting")
def update_service_setting(call: Call) -> Answer:
    """Change a setting."""
    name = _name(call)
    _settings(call)[name] = call["SettingValue"]
    return {}


@extension.answers("GetServiceSetting")
def get_service_setting(call: Call) -> Answer:
    """Show a setting."""
    return {"ServiceSetting": _shown(call, _name(call))}


@extension.answers("ResetServiceSetting")
def reset_service_setting(call: Call) -> Answer:
    """Take a setting back to AWS's own value."""
    name = _name(call)
    _settings(call).pop(name, None)
    return {"ServiceSetting": _shown(call, name)}


@extension.answers("CreateAssociation")
def create_association(call: Call) -> Answer:
    """Have a document run on machines, on which it has run by then."""
    id_ = str(uuid.uuid4())
    _tags(call)[id_] = {tag["Key"]: tag["Value"] for tag in call.get("Tags", [])}
    _associations(call)[id_] = {"AssociationId": id_, "AssociationVersion": "1", **_given(call)}
    return {"AssociationDescription": _associations(call)[id_]}


@extension.answers("DescribeAssociation")
def describe_association(call: Call) -> Answer:
    """Show an association."""
    return {"AssociationDescription": _association(call)}


@extension.answers("UpdateAssociation")
def update_association(call: Call) -> Answer:
    """Change an association."""
    _association(call).update(_given(call))
    return {"AssociationDescription": _association(call)}


@extension.answers("DeleteAssociation")
def delete_association(call: Call) -> Answer:
    """Delete an association."""
    del _associations(call)[_association(call)["AssociationId"]]
    return {}


@extension.answers("AddTagsToResource", "ListTagsForResource", "RemoveTagsFromResource")
def tags(call: Call) -> Answer:
    """Keep an association's tags; moto has those of documents and others."""
    if call["ResourceType"] != "Association":
        return MOTO_ANSWERS
    kept = _tags(call).setdefault(call["ResourceId"], {})
    kept.update({tag["Key"]: tag["Value"] for tag in call.get("Tags", [])})
    for key in call.get("TagKeys", []):
        kept.pop(key, None)
    listed = {"TagList": [{"Key": key, "Value": value} for key, value in kept.items()]}
    return listed if call.operation.startswith("List") else {}


def _given(call: Call) -> Json:
    given = {name: value for name, value in call.given().items() if name != "Tags"}
    return {"DocumentVersion": "$DEFAULT", **given, "Overview": {"Status": "Success", "DetailedStatus": "Success"}}


def _association(call: Call) -> Json:
    found = _associations(call).get(call["AssociationId"])
    if found is None:
        raise AwsError("AssociationDoesNotExist", f"There is no association {call['AssociationId']}.")
    return found


def _name(call: Call) -> str:
    """A setting's path, which calls give as it is or in an ARN."""
    name = f"/ssm/{call['SettingId'].partition('/ssm/')[2]}"
    if name not in _DEFAULTS:
        raise AwsError("ServiceSettingNotFound", f"There is no setting {call['SettingId']}.")
    return name


def _shown(call: Call, name: str) -> Json:
    kept = _settings(call).get(name)
    return {
        "SettingId": name,
        "SettingValue": _DEFAULTS[name] if kept is None else kept,
        "LastModifiedDate": datetime.now(UTC),
        "LastModifiedUser": call.caller.arn,
        "ARN": call.arn(f"servicesetting{name}"),
        "Status": "Default" if kept is None else "Customized",
    }
