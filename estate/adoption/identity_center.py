"""IAM Identity Center: groups, permission sets and assignments, as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from estate.adoption.clients import Clients


def read_identity_center(clients: Clients) -> dict[str, Any] | None:
    """Read the instance that the organization has; None if it has none in this region.

    Users are not read: they are people, and a directory's.
    """
    instances = list(clients.pages("sso-admin", "list_instances", "Instances"))
    if not instances:
        return None
    instance = instances[0]
    arn, store = instance["InstanceArn"], instance["IdentityStoreId"]
    groups = clients.pages("identitystore", "list_groups", "Groups", IdentityStoreId=store)
    sets: dict[str, Any] = {}
    assignments = []
    client = clients.client("sso-admin")
    for set_arn in list(clients.pages("sso-admin", "list_permission_sets", "PermissionSets", InstanceArn=arn)):
        ids = {"InstanceArn": arn, "PermissionSetArn": set_arn}
        described = client.describe_permission_set(**ids)["PermissionSet"]
        managed = clients.pages(
            "sso-admin", "list_managed_policies_in_permission_set", "AttachedManagedPolicies", **ids
        )
        sets[set_arn] = {
            "Name": described["Name"],
            "Description": described.get("Description", ""),
            "SessionDuration": described.get("SessionDuration", ""),
            "ManagedPolicies": sorted(each["Arn"] for each in managed),
            "InlinePolicy": client.get_inline_policy_for_permission_set(**ids).get("InlinePolicy", ""),
        }
        accounts = clients.pages("sso-admin", "list_accounts_for_provisioned_permission_set", "AccountIds", **ids)
        for account in list(accounts):
            listed = clients.pages(
                "sso-admin", "list_account_assignments", "AccountAssignments", AccountId=account, **ids
            )
            assignments += [
                {"Account": account, "PermissionSet": set_arn, "Type": each["PrincipalType"], "Id": each["PrincipalId"]}
                for each in listed
            ]
    found_groups = {each["GroupId"]: each.get("DisplayName", "") for each in groups}
    for group in found_groups:
        listed = clients.pages(
            "sso-admin",
            "list_account_assignments_for_principal",
            "AccountAssignments",
            InstanceArn=arn,
            PrincipalId=group,
            PrincipalType="GROUP",
        )
        for each in listed:
            assignment = {
                "Account": each["AccountId"],
                "PermissionSet": each["PermissionSetArn"],
                "Type": "GROUP",
                "Id": group,
            }
            if assignment not in assignments:
                assignments.append(assignment)
    return {
        "InstanceArn": arn,
        "IdentityStoreId": store,
        "Groups": found_groups,
        "PermissionSets": sets,
        "Assignments": assignments,
    }
