"""RAM: shares with their associations, invitations and tags, seen from both sides. Instead of moto's."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from typing import Any

from moto.iam.models import iam_backends
from moto.organizations.models import organizations_backends

from estate.local.answers import AwsError
from estate.local.authority import Resource
from estate.local.extension import Answer, Call, Extension, Json, Shelf
from estate.local.services.ram_reach import (
    TRUSTED_SERVICE,
    all_shares,
    is_external,
    own_shares,
    shares_with,
)

extension = Extension("ram")

_invitations = Shelf[dict[str, Json]](dict)
_OPEN, _ASKED_TO_OPEN = "ram:allowsexternalprincipals", "ram:requestedallowsexternalprincipals"
_SHARING = ("CreateResourceShare", "UpdateResourceShare", "AssociateResourceShare")


def _resource(call: Call) -> Resource | None:
    """The share that is made, changed or added to, and whether it may leave the organization, now and if the call passes."""
    if call.operation not in _SHARING:
        return None
    share = own_shares(call).get(call.get("resourceShareArn", ""))
    keys = {_OPEN: str(share["allowExternalPrincipals"]).lower()} if share else {}
    if call.operation != "AssociateResourceShare" and call.get("allowExternalPrincipals") is not None:
        keys[_ASKED_TO_OPEN] = str(call["allowExternalPrincipals"]).lower()
    arn = share["resourceShareArn"] if share else call.get("resourceShareArn", "*")
    return Resource(arn, call.account_id, keys=keys, known=frozenset((_OPEN, _ASKED_TO_OPEN)))


extension.resource_of = _resource


@extension.answers("EnableSharingWithAwsOrganization")
def enable_sharing_with_organization(call: Call) -> Answer:
    """Trust RAM in the organization and make its service-linked role."""
    organization = organizations_backends[call.account_id][call.partition]
    if organization.org is None:
        raise AwsError(
            "OperationNotPermittedException", "Only an organization's management account can enable sharing."
        )
    organization.enable_aws_service_access(ServicePrincipal=TRUSTED_SERVICE)
    iam = iam_backends[call.account_id][call.partition]
    if not any(role.name == "AWSServiceRoleForResourceAccessManager" for role in iam.roles.values()):
        role = iam.create_service_linked_role(TRUSTED_SERVICE, "", "")
        role.name = "AWSServiceRoleForResourceAccessManager"
    return {"returnValue": True}


@extension.answers("CreateResourceShare")
def create_resource_share(call: Call) -> Answer:
    """Create a share; RAM's own default lets it leave the organization."""
    now = datetime.now(UTC)
    arn = call.arn(f"resource-share/{uuid.uuid4()}")
    share: Json = {
        "resourceShareArn": arn,
        "name": call["name"],
        "owningAccountId": call.account_id,
        "allowExternalPrincipals": call.get("allowExternalPrincipals", True),
        "status": "ACTIVE",
        "featureSet": "STANDARD",
        "creationTime": now,
        "lastUpdatedTime": now,
        "tags": call.get("tags", []),
        "associations": {},
        "permissions": {},
    }
    own_shares(call)[arn] = share
    try:
        _associate(call, share)
    except AwsError:
        del own_shares(call)[arn]
        raise
    for permission in call.get("permissionArns", []):
        _attach_permission(share, permission)
    return {"resourceShare": _shown(share)}


@extension.answers("GetResourceShares")
def get_resource_shares(call: Call) -> Answer:
    """List the caller's shares, or those that others share with it."""
    shares = own_shares(call).values() if call["resourceOwner"] == "SELF" else shares_with(call)
    wanted = call.get("resourceShareArns")
    return {
        "resourceShares": [
            _shown(share)
            for share in shares
            if (not wanted or share["resourceShareArn"] in wanted)
            and call.get("name", share["name"]) == share["name"]
            and call.get("resourceShareStatus", share["status"]) == share["status"]
            and _has_tags(share, call.get("tagFilters", []))
        ]
    }


@extension.answers("UpdateResourceShare")
def update_resource_share(call: Call) -> Answer:
    """Change a share's name and whether it may leave the organization."""
    share = _own_share(call)
    share["name"] = call.get("name", share["name"])
    share["allowExternalPrincipals"] = call.get("allowExternalPrincipals", share["allowExternalPrincipals"])
    share["lastUpdatedTime"] = datetime.now(UTC)
    return {"resourceShare": _shown(share)}


@extension.answers("DeleteResourceShare")
def delete_resource_share(call: Call) -> Answer:
    """Delete a share. As in AWS it stays visible for a while, as deleted."""
    share = _own_share(call)
    share["status"] = "DELETED"
    for association in share["associations"].values():
        association["status"] = "DISASSOCIATED"
    return {"returnValue": True}


@extension.answers("AssociateResourceShare")
def associate_resource_share(call: Call) -> Answer:
    """Add resources and principals to a share."""
    return {"resourceShareAssociations": _associate(call, _own_share(call))}


@extension.answers("DisassociateResourceShare")
def disassociate_resource_share(call: Call) -> Answer:
    """Take resources and principals out of a share; also how a consumer leaves it."""
    share = next((share for share in all_shares() if share["resourceShareArn"] == call["resourceShareArn"]), None)
    if share is None or (share["owningAccountId"] != call.account_id and call.get("principals") != [call.account_id]):
        raise _unknown(call["resourceShareArn"])
    gone = []
    for kind, entity in _entities(call):
        association = share["associations"].pop((kind, entity), None)
        if association is not None:
            gone.append({**association, "status": "DISASSOCIATED"})
    return {"resourceShareAssociations": gone}


@extension.answers("GetResourceShareAssociations")
def get_resource_share_associations(call: Call) -> Answer:
    """List what is in the caller's shares."""
    wanted = call.get("resourceShareArns")
    entity = call.get("principal") or call.get("resourceArn")
    return {
        "resourceShareAssociations": [
            association
            for share in own_shares(call).values()
            if not wanted or share["resourceShareArn"] in wanted
            for (kind, _), association in share["associations"].items()
            if kind == call["associationType"]
            and entity in (None, association["associatedEntity"])
            and call.get("associationStatus", association["status"]) == association["status"]
        ]
    }


@extension.answers("ListResources")
def list_resources(call: Call) -> Answer:
    """List resources shared by the caller, or with it: of all shares, or of some."""
    found = own_shares(call).values() if call["resourceOwner"] == "SELF" else shares_with(call)
    wanted = call.get("resourceShareArns")
    shares = [share for share in found if not wanted or share["resourceShareArn"] in wanted]
    return {
        "resources": [
            {
                "arn": entity,
                "type": _resource_type(entity),
                "resourceShareArn": share["resourceShareArn"],
                "status": "AVAILABLE",
                "creationTime": association["creationTime"],
                "lastUpdatedTime": association["lastUpdatedTime"],
            }
            for share in shares
            for (kind, entity), association in share["associations"].items()
            if kind == "RESOURCE" and association["status"] == "ASSOCIATED"
        ]
    }


@extension.answers("ListPrincipals")
def list_principals(call: Call) -> Answer:
    """List whom the caller shares with."""
    return {
        "principals": [
            {
                "id": entity,
                "resourceShareArn": share["resourceShareArn"],
                "external": association["external"],
                "creationTime": association["creationTime"],
                "lastUpdatedTime": association["lastUpdatedTime"],
            }
            for share in own_shares(call).values()
            for (kind, entity), association in share["associations"].items()
            if kind == "PRINCIPAL" and association["status"] == "ASSOCIATED"
        ]
    }


@extension.answers("AssociateResourceSharePermission")
def associate_resource_share_permission(call: Call) -> Answer:
    """Attach a managed permission to a share."""
    _attach_permission(_own_share(call), call["permissionArn"])
    return {"returnValue": True}


@extension.answers("DisassociateResourceSharePermission")
def disassociate_resource_share_permission(call: Call) -> Answer:
    """Detach a managed permission from a share."""
    _own_share(call)["permissions"].pop(call["permissionArn"], None)
    return {"returnValue": True}


@extension.answers("ListResourceSharePermissions")
def list_resource_share_permissions(call: Call) -> Answer:
    """List the permissions that were attached by name."""
    return {"permissions": list(_own_share(call)["permissions"].values())}


@extension.answers("GetResourceShareInvitations")
def get_resource_share_invitations(call: Call) -> Answer:
    """List invitations to the caller's account."""
    arns, shares = call.get("resourceShareInvitationArns"), call.get("resourceShareArns")
    return {
        "resourceShareInvitations": [
            invitation
            for arn, invitation in _invitations(call).items()
            if (not arns or arn in arns) and (not shares or invitation["resourceShareArn"] in shares)
        ]
    }


@extension.answers("AcceptResourceShareInvitation", "RejectResourceShareInvitation")
def decide_on_invitation(call: Call) -> Answer:
    """Accept or reject an invitation; accepting completes the association in the owner's share."""
    invitation = _invitations(call).get(call["resourceShareInvitationArn"])
    if invitation is None:
        raise AwsError("ResourceShareInvitationArnNotFoundException", "There is no such invitation to this account.")
    accepted = call.operation.startswith("Accept")
    invitation["status"] = "ACCEPTED" if accepted else "REJECTED"
    share = next(share for share in all_shares() if share["resourceShareArn"] == invitation["resourceShareArn"])
    association = share["associations"][("PRINCIPAL", call.account_id)]
    association["status"] = "ASSOCIATED" if accepted else "FAILED"
    return {"resourceShareInvitation": invitation}


@extension.answers("TagResource", "UntagResource")
def tag_share(call: Call) -> Answer:
    """Change a share's tags."""
    share = own_shares(call).get(call.get("resourceShareArn") or call.get("resourceArn", ""))
    if share is None:
        raise _unknown(str(call.get("resourceShareArn")))
    changed = {tag["key"] for tag in call.get("tags", [])} | set(call.get("tagKeys", []))
    share["tags"] = [tag for tag in share["tags"] if tag["key"] not in changed] + call.get("tags", [])
    return {}


def _entities(call: Call) -> list[tuple[str, str]]:
    resources = [("RESOURCE", arn) for arn in call.get("resourceArns", [])]
    return resources + [("PRINCIPAL", principal) for principal in call.get("principals", [])]


def _associate(call: Call, share: Json) -> list[Json]:
    now = datetime.now(UTC)
    made = []
    for kind, entity in _entities(call):
        external = kind == "PRINCIPAL" and is_external(call, share, entity)
        association: Json = {
            "resourceShareArn": share["resourceShareArn"],
            "resourceShareName": share["name"],
            "associatedEntity": entity,
            "associationType": kind,
            "status": "ASSOCIATING" if external else "ASSOCIATED",
            "external": external,
            "creationTime": now,
            "lastUpdatedTime": now,
        }
        if external:
            _invite(call, share, entity)
        share["associations"][(kind, entity)] = association
        made.append(association)
    return made


def _invite(call: Call, share: Json, account_id: str) -> None:
    arn = call.arn(f"resource-share-invitation/{uuid.uuid4()}")
    _invitations.of(account_id, call.region)[arn] = {
        "resourceShareInvitationArn": arn,
        "resourceShareName": share["name"],
        "resourceShareArn": share["resourceShareArn"],
        "senderAccountId": call.account_id,
        "receiverAccountId": account_id,
        "invitationTimestamp": datetime.now(UTC),
        "status": "PENDING",
    }


def _own_share(call: Call) -> Json:
    share = own_shares(call).get(call["resourceShareArn"])
    if share is None or share["status"] == "DELETED":
        raise _unknown(call["resourceShareArn"])
    return share


def _unknown(arn: str) -> AwsError:
    return AwsError("UnknownResourceException", f"ResourceShare {arn} could not be found.")


def _shown(share: Json) -> Json:
    return {name: value for name, value in share.items() if name not in ("associations", "permissions")}


def _has_tags(share: Json, filters: list[Any]) -> bool:
    tags = {tag["key"]: tag["value"] for tag in share["tags"]}
    return all(tags.get(wanted["tagKey"]) in wanted.get("tagValues", []) for wanted in filters)


def _attach_permission(share: Json, arn: str) -> None:
    share["permissions"][arn] = {
        "arn": arn,
        "name": arn.rpartition("/")[2],
        "version": "1",
        "defaultVersion": True,
        "status": "ASSOCIATED",
        "creationTime": datetime.now(UTC),
        "lastUpdatedTime": datetime.now(UTC),
    }


def _resource_type(arn: str) -> str:
    service, resource = arn.split(":")[2], arn.split(":", 5)[5]
    kind = re.split(r"[:/]", resource)[0]
    return f"{service}:{''.join(part.capitalize() for part in kind.split('-'))}"
