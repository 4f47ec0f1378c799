"""GuardDuty: the organization's administrator, its settings, and the members that follow from them."""

from __future__ import annotations

from moto.guardduty.models import guardduty_backends
from moto.s3.models import s3_backends

from estate.local.answers import AwsError
from estate.local.delegation import Administrators
from estate.local.extension import MOTO_ANSWERS, Answer, Call, Extension, Json, Shelf
from estate.local.membership import organization_of

extension = Extension("guardduty")

_FEATURES = (
    "S3_DATA_EVENTS",
    "EKS_AUDIT_LOGS",
    "EBS_MALWARE_PROTECTION",
    "RDS_LOGIN_EVENTS",
    "EKS_RUNTIME_MONITORING",
    "LAMBDA_NETWORK_LOGS",
    "RUNTIME_MONITORING",
)
_NO_DATA_SOURCES = {
    "S3Logs": {"AutoEnable": False},
    "Kubernetes": {"AuditLogs": {"AutoEnable": False}},
    "MalwareProtection": {"ScanEc2InstanceWithFindings": {"EbsVolumes": {"AutoEnable": False}}},
}
_administrators = Administrators("guardduty.amazonaws.com")
_settings = Shelf[dict[str, Json]](dict)
_members = Shelf[dict[str, Json]](dict)
_destinations = Shelf[dict[str, Json]](dict)
_lists = Shelf[dict[str, dict[str, Json]]](dict)
_MOST_LISTS = {"IpSet": 1, "ThreatIntelSet": 6}
_DELETED = "DELETED"


@extension.answers("EnableOrganizationAdminAccount")
def enable_organization_admin_account(call: Call) -> Answer:
    """Make an account the organization's administrator, which also turns GuardDuty on in it."""
    account_id = call["AdminAccountId"]
    _administrators.enable(call, account_id)
    backend = guardduty_backends[account_id][call.region]
    if not backend.detectors:
        backend.create_detector(True, "SIX_HOURS", {}, {}, [])
    return {}


@extension.answers("DisableOrganizationAdminAccount")
def disable_organization_admin_account(call: Call) -> Answer:
    """Take the administration back."""
    _administrators.disable(call, call["AdminAccountId"])
    return {}


@extension.answers("ListOrganizationAdminAccounts")
def list_organization_admin_accounts(call: Call) -> Answer:
    """List the administrator."""
    return {"AdminAccounts": [{"AdminAccountId": one, "AdminStatus": "ENABLED"} for one in _administrators.of(call)]}


@extension.answers("UpdateOrganizationConfiguration")
def update_organization_configuration(call: Call) -> Answer:
    """Set what is on in the members."""
    _administrators.require(call, "BadRequestException")
    settings = _settings_of(call)
    settings["members"] = call.get("AutoEnableOrganizationMembers", settings["members"])
    for feature in call.get("Features", []):
        settings["features"][feature["Name"]] = feature
    return {}


@extension.answers("DescribeOrganizationConfiguration")
def describe_organization_configuration(call: Call) -> Answer:
    """Show what is on in the members."""
    settings = _settings_of(call)
    return {
        "AutoEnable": settings["members"] != "NONE",
        "AutoEnableOrganizationMembers": settings["members"],
        "MemberAccountLimitReached": False,
        "Features": [settings["features"].get(name, {"Name": name, "AutoEnable": "NONE"}) for name in _FEATURES],
        "DataSources": _NO_DATA_SOURCES,
    }


@extension.answers("ListDetectors")
def list_detectors(call: Call) -> Answer:
    """Turn on first what the organization has on in all accounts: in AWS it is, before anybody looks."""
    backend = guardduty_backends[call.account_id][call.region]
    settings = _joined(call)
    if settings is None:
        return MOTO_ANSWERS
    if not backend.detectors:
        backend.create_detector(True, "SIX_HOURS", {}, {}, [])
    on = [name for name, feature in settings["features"].items() if feature["AutoEnable"] == "ALL"]
    for detector in backend.detectors.values():
        detector.datasources = {**detector.datasources, "s3Logs": {"enable": "S3_DATA_EVENTS" in on}}
        kept = [feature for feature in detector.features if feature["Name"] not in on]
        detector.features = [*kept, *({"Name": name, "Status": "ENABLED"} for name in on)]
    return MOTO_ANSWERS


@extension.answers("CreateMembers")
def create_members(call: Call) -> Answer:
    """Add members by hand."""
    for account in call["AccountDetails"]:
        _members(call)[account["AccountId"]] = {"Email": account["Email"], "RelationshipStatus": "Enabled"}
    return {"UnprocessedAccounts": []}


@extension.answers("InviteMembers")
def invite_members(_: Call) -> Answer:
    """Do nothing: members of the organization need no invitation."""
    return {"UnprocessedAccounts": []}


@extension.answers("ListMembers")
def list_members(call: Call) -> Answer:
    """List the members: those added, and all accounts where the organization's setting is ALL."""
    return {"Members": [_member(call, account_id) for account_id in _all_members(call)]}


@extension.answers("GetMembers")
def get_members(call: Call) -> Answer:
    """Show members."""
    known = _all_members(call)
    missing = [account_id for account_id in call["AccountIds"] if account_id not in known]
    return {
        "Members": [_member(call, account_id) for account_id in call["AccountIds"] if account_id in known],
        "UnprocessedAccounts": [{"AccountId": one, "Result": "The account is not a member."} for one in missing],
    }


@extension.answers("DisassociateMembers", "DeleteMembers")
def remove_members(call: Call) -> Answer:
    """Take members out."""
    for account_id in call["AccountIds"]:
        _members(call).pop(account_id, None)
    return {"UnprocessedAccounts": []}


@extension.answers("CreatePublishingDestination")
def create_publishing_destination(call: Call) -> Answer:
    """Export findings to a bucket."""
    destination_id = f"{len(_destinations(call)) + 1:032x}"
    _destinations(call)[destination_id] = {
        "DestinationId": destination_id,
        "DestinationType": call["DestinationType"],
        "Status": "PUBLISHING",
        "PublishingFailureStartTimestamp": 0,
        "DestinationProperties": call["DestinationProperties"],
    }
    return {"DestinationId": destination_id}


@extension.answers("DescribePublishingDestination")
def describe_publishing_destination(call: Call) -> Answer:
    """Show where findings are exported."""
    if call["DestinationId"] not in _destinations(call):
        raise AwsError("BadRequestException", "There is no such destination.")
    return _destinations(call)[call["DestinationId"]]


@extension.answers("UpdatePublishingDestination")
def update_publishing_destination(call: Call) -> Answer:
    """Change where findings are exported."""
    _destinations(call)[call["DestinationId"]]["DestinationProperties"] = call["DestinationProperties"]
    return {}


@extension.answers("ListPublishingDestinations")
def list_publishing_destinations(call: Call) -> Answer:
    """List where findings are exported."""
    shown = ("DestinationId", "DestinationType", "Status")
    return {"Destinations": [{name: one[name] for name in shown} for one in _destinations(call).values()]}


@extension.answers("DeletePublishingDestination")
def delete_publishing_destination(call: Call) -> Answer:
    """Stop an export."""
    _destinations(call).pop(call["DestinationId"], None)
    return {}


@extension.answers("CreateIPSet", "CreateThreatIntelSet")
def create_list(call: Call) -> Answer:
    """Take a list of addresses, if its file is where it is said to be."""
    kind, kept = _lists_of(call)
    if any(one["Name"] == call["Name"] and one["Status"] != _DELETED for one in kept.values()):
        raise AwsError("BadRequestException", "The request is rejected because a list of that name exists.")
    if len([one for one in kept.values() if one["Status"] != _DELETED]) >= _MOST_LISTS[kind]:
        raise AwsError("BadRequestException", "The request is rejected because the quota of lists is used up.")
    list_id = f"{len(kept) + 1:032x}"
    kept[list_id] = {
        "Name": call["Name"],
        "Format": call["Format"],
        "Location": _there(call),
        "Status": "ACTIVE" if call["Activate"] else "INACTIVE",
        "Tags": call.get("Tags", {}),
    }
    return {f"{kind}Id": list_id}


@extension.answers("GetIPSet", "GetThreatIntelSet")
def get_list(call: Call) -> Answer:
    """Show a list; AWS shows one for a while after it is deleted."""
    return _list(call)


@extension.answers("ListIPSets", "ListThreatIntelSets")
def list_lists(call: Call) -> Answer:
    """List the lists."""
    kind, kept = _lists_of(call)
    return {f"{kind}Ids": [list_id for list_id, one in kept.items() if one["Status"] != _DELETED]}


@extension.answers("UpdateIPSet", "UpdateThreatIntelSet")
def update_list(call: Call) -> Answer:
    """Lead a list to another file, or switch it on or off."""
    found = _list(call)
    found["Name"] = call.get("Name", found["Name"])
    if call.get("Location") is not None:
        found["Location"] = _there(call)
    found["Status"] = "ACTIVE" if call.get("Activate", found["Status"] == "ACTIVE") else "INACTIVE"
    return {}


@extension.answers("DeleteIPSet", "DeleteThreatIntelSet")
def delete_list(call: Call) -> Answer:
    """Delete a list."""
    _list(call)["Status"] = _DELETED
    return {}


@extension.answers("ListTagsForResource", "TagResource", "UntagResource")
def tags(call: Call) -> Answer:
    """Keep a detector's tags where moto keeps them, and a list's with the list."""
    detector_id, *below = call["ResourceArn"].split("/")[1:]
    kept = guardduty_backends[call.account_id][call.region].get_detector(detector_id).tags
    if below:
        kind, list_id = below
        kept = _lists(call)[{"ipset": "IpSet", "threatintelset": "ThreatIntelSet"}[kind]][list_id]["Tags"]
    kept.update(call.get("Tags", {}))
    for key in call.get("TagKeys", []):
        kept.pop(key, None)
    return {"Tags": kept} if call.operation.startswith("List") else {}


def _lists_of(call: Call) -> tuple[str, dict[str, Json]]:
    """What kind of lists a call is about, as its answers call them, and all of that kind."""
    kind = "ThreatIntelSet" if "ThreatIntelSet" in call.operation else "IpSet"
    return kind, _lists(call).setdefault(kind, {})


def _list(call: Call) -> Json:
    kind, kept = _lists_of(call)
    found = kept.get(call[f"{kind}Id"])
    if found is None:
        name = f"{kind[0].lower()}{kind[1:]}"
        message = f"The request is rejected because the input {name}Id is not owned by the current account."
        raise AwsError("BadRequestException", message)
    return found


def _there(call: Call) -> str:
    location: str = call["Location"]
    bucket, _, key = location.removeprefix("s3://").partition("/")
    own = s3_backends[call.account_id][call.partition].buckets
    if not location.startswith("s3://") or bucket not in own or key not in own[bucket].keys:
        raise AwsError("BadRequestException", f"The request is rejected because there is no list at {location}.")
    return location


def _settings_of(call: Call) -> Json:
    guardduty_backends[call.account_id][call.region].get_detector(call["DetectorId"])
    return _settings(call).setdefault(call["DetectorId"], {"members": "NONE", "features": {}})


def _joined(call: Call) -> Json | None:
    """The organization's settings for the caller's account, where all accounts are members."""
    organization = organization_of(call.account_id, call.partition)
    for administrator in _administrators.of(call) if organization else ():
        for settings in _settings.of(administrator, call.region).values():
            if settings["members"] == "ALL":
                return settings
    return None


def _all_members(call: Call) -> list[str]:
    members = dict.fromkeys(_members(call))
    if _settings_of(call)["members"] == "ALL":
        accounts = _administrators.require(call, "BadRequestException").accounts
        members |= dict.fromkeys(account.id for account in accounts if account.id != call.account_id)
    return list(members)


def _member(call: Call, account_id: str) -> Json:
    organization = _administrators.require(call, "BadRequestException")
    email = next((account.email for account in organization.accounts if account.id == account_id), "")
    return {
        "AccountId": account_id,
        "MasterId": call.account_id,
        "AdministratorId": call.account_id,
        "Email": email,
        "RelationshipStatus": "Enabled",
        "UpdatedAt": "2025-01-01T00:00:00.000Z",
    }
