"""Terraform's import ids of what is in Identity Center."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from config.model.found import Ids
    from estate.adoption.kinds import Entry


def people_imports(center: Mapping[str, Any]) -> Ids:
    """The import ids of all that there is.

    Args:
        center: Identity Center, as it was read.

    Returns:
        By type, and by what tells resources of it apart.
    """
    found: Ids = {}
    for read in (_directory, _permission_sets, _assignments):
        for type_, key, id_ in read(center):
            found.setdefault(type_, {})[key] = id_
    return found


def _directory(center: Mapping[str, Any]) -> Iterator[Entry]:
    store = center["IdentityStoreId"]
    for id_, user in center["Users"].items():
        yield "aws_identitystore_user", user["UserName"], f"{store}/{id_}"
    for id_, group in center["Groups"].items():
        yield "aws_identitystore_group", group["Name"], f"{store}/{id_}"
        for membership, user_id in group["Members"].items():
            yield "aws_identitystore_group_membership", f"{id_},{user_id}", f"{store}/{membership}"


def _permission_sets(center: Mapping[str, Any]) -> Iterator[Entry]:
    for arn, entry in center["PermissionSets"].items():
        own = f"{arn},{center['InstanceArn']}"
        yield "aws_ssoadmin_permission_set", entry["Name"], own
        for policy in entry["ManagedPolicies"]:
            yield "aws_ssoadmin_managed_policy_attachment", f"{arn},{policy}", f"{policy},{own}"
        for path, name in entry["CustomerPolicies"]:
            yield "aws_ssoadmin_customer_managed_policy_attachment", f"{arn},{name},{path}", f"{name},{path},{own}"
        if entry["InlinePolicy"]:
            yield "aws_ssoadmin_permission_set_inline_policy", arn, own
        if entry["Boundary"]:
            yield "aws_ssoadmin_permissions_boundary_attachment", arn, own


def _assignments(center: Mapping[str, Any]) -> Iterator[Entry]:
    for each in center["Assignments"]:
        who, account, arn = f"{each['Id']},{each['Type']}", each["Account"], each["PermissionSet"]
        key = f"{arn},{each['Type']},{each['Id']},{account}"
        yield "aws_ssoadmin_account_assignment", key, f"{who},{account},AWS_ACCOUNT,{arn},{center['InstanceArn']}"
