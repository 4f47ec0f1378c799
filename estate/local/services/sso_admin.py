"""IAM Identity Center: tags and boundaries of permission sets, and provisioning that is done at once."""

from __future__ import annotations

from moto.ssoadmin.models import PermissionSet, ssoadmin_backends

from estate.local.extension import Answer, AwsError, Call, Extension, Json, Shelf

extension = Extension("sso-admin")

_boundaries = Shelf[dict[str, Json]](dict)
_attributes = Shelf[dict[str, Json]](dict)


@extension.answers("ListTagsForResource", "TagResource", "UntagResource")
def tags(call: Call) -> Answer:
    """Keep a permission set's tags where moto keeps them."""
    permission_set = _permission_set(call, call["ResourceArn"])
    changed = {tag["Key"] for tag in call.get("Tags", [])} | set(call.get("TagKeys", []))
    kept = [tag for tag in permission_set.tags or [] if tag["Key"] not in changed] + call.get("Tags", [])
    permission_set.tags = kept
    return {"Tags": kept} if call.operation.startswith("List") else {}


@extension.answers("PutPermissionsBoundaryToPermissionSet")
def put_permissions_boundary(call: Call) -> Answer:
    """Set a permission set's boundary."""
    _permission_set(call, call["PermissionSetArn"])
    _boundaries(call)[call["PermissionSetArn"]] = call["PermissionsBoundary"]
    return {}


@extension.answers("GetPermissionsBoundaryForPermissionSet")
def get_permissions_boundary(call: Call) -> Answer:
    """Show a permission set's boundary."""
    boundary = _boundaries(call).get(call["PermissionSetArn"])
    if boundary is None:
        raise AwsError("ResourceNotFoundException", "The permission set has no boundary.")
    return {"PermissionsBoundary": boundary}


@extension.answers("DeletePermissionsBoundaryFromPermissionSet")
def delete_permissions_boundary(call: Call) -> Answer:
    """Take a permission set's boundary away."""
    _boundaries(call).pop(call["PermissionSetArn"], None)
    return {}


@extension.answers("DescribePermissionSetProvisioningStatus")
def describe_permission_set_provisioning_status(call: Call) -> Answer:
    """Say that provisioning is done."""
    request_id = call["ProvisionPermissionSetRequestId"]
    return {"PermissionSetProvisioningStatus": {"Status": "SUCCEEDED", "RequestId": request_id}}


@extension.answers(
    "CreateInstanceAccessControlAttributeConfiguration", "UpdateInstanceAccessControlAttributeConfiguration"
)
def put_access_control_attributes(call: Call) -> Answer:
    """Set the attributes that sessions are tagged with."""
    _attributes(call)[call["InstanceArn"]] = call["InstanceAccessControlAttributeConfiguration"]
    return {}


@extension.answers("DescribeInstanceAccessControlAttributeConfiguration")
def describe_access_control_attributes(call: Call) -> Answer:
    """Show the attributes that sessions are tagged with."""
    attributes = _attributes(call).get(call["InstanceArn"])
    if attributes is None:
        raise AwsError("ResourceNotFoundException", "The instance has no access control attributes.")
    return {"Status": "ENABLED", "InstanceAccessControlAttributeConfiguration": attributes}


@extension.answers("DeleteInstanceAccessControlAttributeConfiguration")
def delete_access_control_attributes(call: Call) -> Answer:
    """Take the attributes away."""
    _attributes(call).pop(call["InstanceArn"], None)
    return {}


def _permission_set(call: Call, arn: str) -> PermissionSet:
    sets = ssoadmin_backends[call.account_id][call.region].permission_sets
    found = next((one for one in sets if one.permission_set_arn == arn), None)
    if found is None:
        raise AwsError("ResourceNotFoundException", f"There is no permission set {arn}.")
    return found
