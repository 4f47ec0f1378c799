"""IAM Identity Center: groups, permission sets, assignments and whom they are about, as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from estate.adoption.clients import Clients

_OF_AWS: Final = frozenset(
    {
        "CreatedAt",
        "CreatedBy",
        "IdentityStoreId",
        "Revision",
        "UpdatedAt",
        "UpdatedBy",
        "UserArn",
        "UserId",
        "UserStatus",
    }
)
"""What a user has that nobody sets."""


def read_identity_center(clients: Clients) -> dict[str, Any] | None:
    """Read the instance that the organization has; None if it has none in this region.

    Of the users, only those are read whom an assignment or a group of this directory's own names: there may be a whole company.
    """
    instances = list(clients.pages("sso-admin", "list_instances", "Instances"))
    if not instances:
        return None
    arn, store = instances[0]["InstanceArn"], instances[0]["IdentityStoreId"]
    sets: dict[str, Any] = {}
    assignments = []
    for set_arn in list(clients.pages("sso-admin", "list_permission_sets", "PermissionSets", InstanceArn=arn)):
        ids = {"InstanceArn": arn, "PermissionSetArn": set_arn}
        sets[set_arn] = _permission_set(clients, ids)
        accounts = clients.pages("sso-admin", "list_accounts_for_provisioned_permission_set", "AccountIds", **ids)
        for account in list(accounts):
            listed = clients.pages(
                "sso-admin", "list_account_assignments", "AccountAssignments", AccountId=account, **ids
            )
            assignments += [
                {"Account": account, "PermissionSet": set_arn, "Type": each["PrincipalType"], "Id": each["PrincipalId"]}
                for each in listed
            ]
    groups = {
        each["GroupId"]: _group(clients, store, each)
        for each in list(clients.pages("identitystore", "list_groups", "Groups", IdentityStoreId=store))
    }
    named = {each["Id"] for each in assignments if each["Type"] == "USER"}
    named |= {member for group in groups.values() for member in group["Members"].values()}
    client = clients.client("identitystore")
    users = {id_: _user(client.describe_user(IdentityStoreId=store, UserId=id_)) for id_ in sorted(named)}
    return {
        "InstanceArn": arn,
        "IdentityStoreId": store,
        "Region": clients.region,
        "Groups": groups,
        "Users": users,
        "PermissionSets": sets,
        "Assignments": sorted(assignments, key=lambda each: tuple(each.values())),
    }


def _permission_set(clients: Clients, ids: dict[str, str]) -> dict[str, Any]:
    client = clients.client("sso-admin")
    described = client.describe_permission_set(**ids)["PermissionSet"]
    managed = clients.pages("sso-admin", "list_managed_policies_in_permission_set", "AttachedManagedPolicies", **ids)
    customer = clients.pages(
        "sso-admin",
        "list_customer_managed_policy_references_in_permission_set",
        "CustomerManagedPolicyReferences",
        **ids,
    )
    instance, arn = ids["InstanceArn"], ids["PermissionSetArn"]
    tags = clients.pages("sso-admin", "list_tags_for_resource", "Tags", InstanceArn=instance, ResourceArn=arn)
    return {
        "Name": described["Name"],
        "Description": described.get("Description", ""),
        "SessionDuration": described.get("SessionDuration", ""),
        "RelayState": described.get("RelayState", ""),
        "ManagedPolicies": sorted(each["Arn"] for each in managed),
        "CustomerPolicies": sorted([each.get("Path", "/"), each["Name"]] for each in customer),
        "InlinePolicy": client.get_inline_policy_for_permission_set(**ids).get("InlinePolicy", ""),
        "Boundary": _boundary(client, ids),
        "Tags": {tag["Key"]: tag["Value"] for tag in tags},
    }


def _boundary(client: Any, ids: dict[str, str]) -> Any:
    """The boundary: an ARN, or path and name; None if there is none."""
    try:
        found = client.get_permissions_boundary_for_permission_set(**ids).get("PermissionsBoundary", {})
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return None
    if reference := found.get("CustomerManagedPolicyReference"):
        return [reference.get("Path", "/"), reference["Name"]]
    return found.get("ManagedPolicyArn")


def _group(clients: Clients, store: str, group: dict[str, Any]) -> dict[str, Any]:
    external = bool(group.get("ExternalIds"))
    members = (
        ()
        if external
        else clients.pages(
            "identitystore",
            "list_group_memberships",
            "GroupMemberships",
            IdentityStoreId=store,
            GroupId=group["GroupId"],
        )
    )
    return {
        "Name": group.get("DisplayName", ""),
        "Description": group.get("Description", ""),
        "External": external,
        "Members": {each["MembershipId"]: each["MemberId"]["UserId"] for each in members},
    }


def _user(user: dict[str, Any]) -> dict[str, Any]:
    """What a configuration says of a user; ``More`` names what AWS has beside that."""
    name, emails = user.get("Name", {}), user.get("Emails") or [{}]
    said = {"UserName", "Name", "DisplayName", "Emails", "ExternalIds"}
    more = {key for key, value in user.items() if value and key not in said | _OF_AWS and key != "ResponseMetadata"}
    more |= {key for key, value in name.items() if value and key not in ("GivenName", "FamilyName", "Formatted")}
    return {
        "UserName": user.get("UserName", ""),
        "GivenName": name.get("GivenName", ""),
        "FamilyName": name.get("FamilyName", ""),
        "DisplayName": user.get("DisplayName", ""),
        "Email": emails[0].get("Value", ""),
        "EmailIsUsual": len(emails) == 1 and emails[0].get("Type") == "work" and bool(emails[0].get("Primary")),
        "External": bool(user.get("ExternalIds")),
        "More": sorted(more),
    }
