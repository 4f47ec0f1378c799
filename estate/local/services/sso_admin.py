"""IAM Identity Center: tags and boundaries of permission sets, provisioning that is done at once, a delegated administrator.

There is one instance, the management account's; its delegated administrator works on that one, but for what has to do with
the management account.
"""

from __future__ import annotations

import functools
import json
from typing import Any
from uuid import uuid4

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import iam_backends
from moto.ssoadmin.models import ManagedPolicy, PermissionSet, SSOAdminBackend, ssoadmin_backends

from estate.local.answers import AwsError
from estate.local.delegation import shared_account
from estate.local.extension import MOTO_ANSWERS, Answer, Call, Extension, Json, Shelf

extension = Extension("sso-admin", account_of=lambda call: shared_account(call, "sso.amazonaws.com"))

_boundaries = Shelf[dict[str, Json]](dict)
_attributes = Shelf[dict[str, Json]](dict)
_failed = Shelf[dict[str, Json]](dict)
"""What failed, by the id of its request."""


@extension.answers("ListTagsForResource", "TagResource", "UntagResource")
def tags(call: Call) -> Answer:
    """Keep a permission set's tags where moto keeps them."""
    permission_set = _permission_set(call, call["ResourceArn"])
    changed = {tag["Key"] for tag in call.get("Tags", [])} | set(call.get("TagKeys", []))
    kept = [tag for tag in permission_set.tags or [] if tag["Key"] not in changed] + call.get("Tags", [])
    permission_set.tags = kept
    return {"Tags": kept} if call.operation.startswith("List") else {}


@extension.answers("CreatePermissionSet")
def create_permission_set(call: Call) -> Answer:
    """Refuse a name that another permission set has."""
    if any(known.name == call["Name"] for known in ssoadmin_backends[call.account_id][call.region].permission_sets):
        raise AwsError("ConflictException", f"PermissionSet with name {call['Name']} already exists.")
    return MOTO_ANSWERS


@extension.answers("PutPermissionsBoundaryToPermissionSet")
def put_permissions_boundary(call: Call) -> Answer:
    """Set a permission set's boundary."""
    leave_management_alone(call)
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
    leave_management_alone(call)
    _boundaries(call).pop(call["PermissionSetArn"], None)
    return {}


@extension.answers("DescribePermissionSetProvisioningStatus")
def describe_permission_set_provisioning_status(call: Call) -> Answer:
    """Say whether provisioning was done."""
    request_id = call["ProvisionPermissionSetRequestId"]
    failed = _failed(call).get(request_id)
    return {"PermissionSetProvisioningStatus": failed or {"Status": "SUCCEEDED", "RequestId": request_id}}


@extension.answers("DescribeAccountAssignmentCreationStatus")
def describe_account_assignment_creation_status(call: Call) -> Answer:
    """Say that an assignment failed, or leave the answer to moto."""
    failed = _failed(call).get(call["AccountAssignmentCreationRequestId"])
    return {"AccountAssignmentCreationStatus": failed} if failed else MOTO_ANSWERS


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


@extension.answers(
    "AttachCustomerManagedPolicyReferenceToPermissionSet",
    "AttachManagedPolicyToPermissionSet",
    "DeleteAccountAssignment",
    "DeleteInlinePolicyFromPermissionSet",
    "DeletePermissionSet",
    "DetachCustomerManagedPolicyReferenceFromPermissionSet",
    "DetachManagedPolicyFromPermissionSet",
    "PutInlinePolicyToPermissionSet",
    "UpdatePermissionSet",
)
def leave_management_alone(call: Call) -> Answer:
    """Refuse a delegated administrator what has to do with the management account; moto does the rest."""
    owner = call.account_id
    if call.caller.account_id != owner:
        assigned = {
            one.target_id
            for one in ssoadmin_backends[owner][call.region].account_assignments
            if one.permission_set_arn == call["PermissionSetArn"]
        }
        if owner in {*assigned, call.get("TargetId")}:
            message = "A delegated administrator cannot change what is provisioned in the management account."
            raise AwsError("AccessDeniedException", message)
    return MOTO_ANSWERS


@extension.answers("CreateAccountAssignment")
def create_account_assignment(call: Call) -> Answer:
    """Let an assignment fail, as AWS does, whose account lacks a policy that the permission set names."""
    leave_management_alone(call)
    failed = _lacking(call, [call["TargetId"]])
    return {"AccountAssignmentCreationStatus": failed} if failed else MOTO_ANSWERS


@extension.answers("ProvisionPermissionSet")
def provision_permission_set(call: Call) -> Answer:
    """Let it fail, as AWS does, if an account to which the permission set is assigned lacks a policy that it names."""
    leave_management_alone(call)
    arn = call["PermissionSetArn"]
    assigned = ssoadmin_backends[call.account_id][call.region].account_assignments
    failed = _lacking(call, [one.target_id for one in assigned if one.permission_set_arn == arn])
    return {"PermissionSetProvisioningStatus": failed} if failed else MOTO_ANSWERS


def _lacking(call: Call, account_ids: list[str]) -> Json:
    """The failure that a permission set's policies make in accounts that lack one; empty if none does."""
    arn = call["PermissionSetArn"]
    references = [(one.path, one.name) for one in _permission_set(call, arn).customer_managed_policies]
    boundary = _boundaries(call).get(arn, {}).get("CustomerManagedPolicyReference")
    if boundary:
        references.append((boundary.get("Path", "/"), boundary["Name"]))
    for account_id in account_ids:
        policies = iam_backends[account_id][call.partition].managed_policies
        for path, name in references:
            if f"arn:{call.partition}:iam::{account_id}:policy{path}{name}" not in policies:
                request_id = str(uuid4())
                reason = f"The policy {path}{name} does not exist in account {account_id}."
                failed = {"Status": "FAILED", "RequestId": request_id, "FailureReason": reason}
                _failed(call)[request_id] = failed
                return failed
    return {}


@extension.answers("ListAccountsForProvisionedPermissionSet")
def accounts_of_permission_set(call: Call) -> Answer:
    """A permission set is in the accounts that it is assigned in; moto names its owner's only."""
    assignments = ssoadmin_backends[call.account_id][call.region].account_assignments
    arn = _permission_set(call, call["PermissionSetArn"]).permission_set_arn
    return {"AccountIds": sorted({one.target_id for one in assignments if one.permission_set_arn == arn})}


@extension.amends("AWS managed policies that have a path are found; moto looks for all of them at `/`.")
def _find_policies_with_a_path() -> None:
    def find(self: SSOAdminBackend, managed_policy_arn: str) -> ManagedPolicy:
        name = managed_policy_arn.rpartition("/")[2]
        path = _managed_policies().get(name, {}).get("Path")
        if managed_policy_arn != f"arn:{self.partition}:iam::aws:policy{path}{name}":
            raise AwsError("ResourceNotFoundException", f"Policy does not exist with ARN: {managed_policy_arn}")
        return ManagedPolicy(managed_policy_arn, name)

    SSOAdminBackend._find_managed_policy = find  # type: ignore[method-assign]  # noqa: SLF001 - the one place to mend it


@extension.amends("A permission set whose sessions nobody limits has sessions of an hour, `PT1H`; moto says 3600.")
def _say_an_hour() -> None:
    create = SSOAdminBackend.create_permission_set

    def create_permission_set(self: SSOAdminBackend, **arguments: Any) -> Json:
        arguments["session_duration"] = (
            arguments["session_duration"] if isinstance(arguments["session_duration"], str) else "PT1H"
        )
        return create(self, **arguments)

    SSOAdminBackend.create_permission_set = create_permission_set  # type: ignore[assignment]


@functools.cache
def _managed_policies() -> dict[str, Json]:
    found: dict[str, Json] = json.loads(aws_managed_policies_data)
    return found


def _permission_set(call: Call, arn: str) -> PermissionSet:
    sets = ssoadmin_backends[call.account_id][call.region].permission_sets
    found = next((one for one in sets if one.permission_set_arn == arn), None)
    if found is None:
        raise AwsError("ResourceNotFoundException", f"There is no permission set {arn}.")
    return found
