"""IAM: central root access for the organization, and service-linked roles that can be deleted."""

from __future__ import annotations

import copy
import uuid

from moto.iam.models import IAMBackend, ManagedPolicy, iam_backends

from estate.local.answers import AwsError
from estate.local.delegation import management
from estate.local.extension import Answer, Call, Extension, Shelf

extension = Extension("iam")

_features = Shelf[set[str]](set, regional=False)


@extension.amends("AWS's managed policies are read once, and not again for each account and after each reset.")
def _read_managed_policies_once() -> None:
    read = IAMBackend._init_aws_policies  # noqa: SLF001 - moto offers no other way in
    by_partition: dict[str, list[ManagedPolicy]] = {}

    def init(self: IAMBackend) -> list[ManagedPolicy]:
        if self.region_name not in by_partition:
            by_partition[self.region_name] = read(self)
        return [copy.copy(policy) for policy in by_partition[self.region_name]]

    IAMBackend._init_aws_policies = init  # type: ignore[method-assign]  # noqa: SLF001


@extension.answers(
    "EnableOrganizationsRootCredentialsManagement",
    "EnableOrganizationsRootSessions",
    "DisableOrganizationsRootCredentialsManagement",
    "DisableOrganizationsRootSessions",
)
def switch_feature(call: Call) -> Answer:
    """Turn a feature of central root access on or off."""
    management(call)
    feature = call.operation.removeprefix("Enable").removeprefix("Disable").removeprefix("Organizations")
    if call.operation.startswith("Enable"):
        _features(call).add(feature)
    else:
        _features(call).discard(feature)
    return list_organizations_features(call)


@extension.answers("ListOrganizationsFeatures")
def list_organizations_features(call: Call) -> Answer:
    """List the features of central root access that are on."""
    organization = management(call).org
    return {"OrganizationId": organization.id if organization else "", "EnabledFeatures": sorted(_features(call))}


@extension.answers("DeleteServiceLinkedRole")
def delete_service_linked_role(call: Call) -> Answer:
    """Delete a service-linked role at once."""
    roles = iam_backends[call.account_id][call.partition].roles
    role_id = next((key for key, role in roles.items() if role.name == call["RoleName"]), None)
    if role_id is None:
        raise AwsError("NoSuchEntity", f"The role with name {call['RoleName']} cannot be found.", status=404)
    del roles[role_id]
    return {"DeletionTaskId": f"task/aws-service-role/{call['RoleName']}/{uuid.uuid4()}"}


@extension.answers("GetServiceLinkedRoleDeletionStatus")
def get_service_linked_role_deletion_status(_: Call) -> Answer:
    """Say that the role is gone."""
    return {"Status": "SUCCEEDED"}
