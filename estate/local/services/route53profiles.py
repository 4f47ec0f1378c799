"""Route 53 Profiles: what they hold, and the VPCs that see it, of this account or of those they are shared with."""

from __future__ import annotations

import uuid

from estate.local.answers import AwsError
from estate.local.authority import Resource
from estate.local.extension import Answer, Call, Extension, Json, Shelf
from estate.local.services.ram_reach import shared_resources

extension = Extension("route53profiles")

_found = Shelf[dict[str, Json]](dict)
"""Profiles and their associations by id, with their tags."""


@extension.answers("CreateProfile")
def create_profile(call: Call) -> Answer:
    """Make a profile that holds nothing."""
    what = {"Name": call["Name"], "ClientToken": call["ClientToken"], "ShareStatus": "NOT_SHARED"}
    return {"Profile": _make(call, "rp", "profile", what)}


@extension.answers("GetProfile")
def get_profile(call: Call) -> Answer:
    """Show a profile, of one's own or shared."""
    return {"Profile": _profile(call)}


@extension.answers("DeleteProfile")
def delete_profile(call: Call) -> Answer:
    """Delete a profile that holds nothing and that no VPC sees."""
    id_ = call["ProfileId"]
    one = _get(call, id_)
    if any(each["what"].get("ProfileId") == id_ for _, _, kept in _found.each() for each in kept.values()):
        raise AwsError("ConflictException", f"{id_} is in use.")
    del _found(call)[id_]
    return {"Profile": {**one, "Status": "DELETED"}}


@extension.answers("AssociateProfile")
def associate_profile(call: Call) -> Answer:
    """Let a VPC see a profile; it sees one at most."""
    _profile(call)
    if any(each["what"].get("ResourceId") == call["ResourceId"] for each in _found(call).values()):
        raise AwsError("ResourceExistsException", f"{call['ResourceId']} has a profile already.")
    what = {key: call[key] for key in ("Name", "ProfileId", "ResourceId")}
    return {"ProfileAssociation": _make(call, "rpassoc", "profile-association", what)}


@extension.answers("GetProfileAssociation")
def get_profile_association(call: Call) -> Answer:
    """Show which VPC sees which profile."""
    return {"ProfileAssociation": _get(call, call["ProfileAssociationId"])}


@extension.answers("DisassociateProfile")
def disassociate_profile(call: Call) -> Answer:
    """Let a VPC see the profile no more."""
    return {"ProfileAssociation": _gone(call, ProfileId=call["ProfileId"], ResourceId=call["ResourceId"])}


@extension.answers("AssociateResourceToProfile")
def associate_resource_to_profile(call: Call) -> Answer:
    """Put something into a profile."""
    _get(call, call["ProfileId"])
    what = {key: call[key] for key in ("Name", "ProfileId", "ResourceArn")}
    more = {"OwnerId": call.account_id, "ResourceType": _type(call["ResourceArn"])}
    if "firewall-rule-group/" in call["ResourceArn"]:
        more["ResourceProperties"] = call["ResourceProperties"]
    return {"ProfileResourceAssociation": _make(call, "rpr", "profile-resource-association", {**what, **more})}


@extension.answers("GetProfileResourceAssociation")
def get_profile_resource_association(call: Call) -> Answer:
    """Show what is in a profile."""
    return {"ProfileResourceAssociation": _get(call, call["ProfileResourceAssociationId"])}


@extension.answers("DisassociateResourceFromProfile")
def disassociate_resource_from_profile(call: Call) -> Answer:
    """Take something out of a profile."""
    gone = _gone(call, ProfileId=call["ProfileId"], ResourceArn=call["ResourceArn"])
    return {"ProfileResourceAssociation": gone}


@extension.answers("ListTagsForResource")
def list_tags_for_resource(call: Call) -> Answer:
    """List tags."""
    return {"Tags": _by_arn(call)["tags"]}


@extension.answers("TagResource")
def tag_resource(call: Call) -> Answer:
    """Tag something."""
    _by_arn(call)["tags"].update(call["Tags"])
    return {}


@extension.answers("UntagResource")
def untag_resource(call: Call) -> Answer:
    """Take tags away."""
    for key in call["TagKeys"]:
        _by_arn(call)["tags"].pop(key, None)
    return {}


def _make(call: Call, prefix: str, kind: str, what: Json) -> Json:
    id_ = f"{prefix}-{uuid.uuid4().hex[:17]}"
    tags = {tag["Key"]: tag["Value"] for tag in call.get("Tags", [])}
    made = {"Id": id_, "Arn": call.arn(f"{kind}/{id_}"), "OwnerId": call.account_id, "Status": "COMPLETE", **what}
    _found(call)[id_] = {"what": made, "tags": tags}
    return made


def _get(call: Call, id_: str) -> Json:
    one = _found(call).get(id_)
    if one is None:
        raise AwsError("ResourceNotFoundException", f"{id_} does not exist.")
    found: Json = one["what"]
    return found


def _profile(call: Call) -> Json:
    """A profile of the account, or one that another shares with it."""
    id_ = call["ProfileId"]
    for owner, arn in shared_resources(call.account_id, call.partition, call.region):
        if arn.endswith(f":profile/{id_}") and id_ in _found.of(owner, call.region):
            found: Json = _found.of(owner, call.region)[id_]["what"]
            return {**found, "ShareStatus": "SHARED_WITH_ME"}
    return _get(call, id_)


def _gone(call: Call, **wanted: str) -> Json:
    for id_, one in list(_found(call).items()):
        if all(one["what"].get(key) == value for key, value in wanted.items()):
            del _found(call)[id_]
            return {**one["what"], "Status": "DELETED"}
    raise AwsError("ResourceNotFoundException", f"There is no association of {', '.join(wanted.values())}.")


def _by_arn(call: Call) -> Json:
    for one in _found(call).values():
        if one["what"]["Arn"] == call["ResourceArn"]:
            return one
    raise AwsError("ResourceNotFoundException", f"{call['ResourceArn']} does not exist.")


def _type(arn: str) -> str:
    return "PRIVATE_HOSTED_ZONE" if ":hostedzone/" in arn else "RESOLVER_RULE" if "rule/" in arn else "OTHER"


def _resource(call: Call) -> Resource | None:
    if call.get("ResourceArn") and "Tag" in call.operation:
        return Resource(call["ResourceArn"], call.account_id)
    return Resource(call.arn(f"profile/{call['ProfileId']}"), call.account_id) if call.get("ProfileId") else None


extension.resource_of = _resource
