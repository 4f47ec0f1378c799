"""Security Hub: the hub, its standards and controls, the organization's administrator and the finding aggregator."""

from __future__ import annotations

import uuid

from estate.local.answers import AwsError
from estate.local.delegation import Administrators
from estate.local.extension import Answer, Call, Extension, Json, Shelf

extension = Extension("securityhub")

_DEFAULT_STANDARDS = ("standards/aws-foundational-security-best-practices/v/1.0.0",)
_administrators = Administrators("securityhub.amazonaws.com")
_hubs = Shelf[Json](dict)
_standards = Shelf[dict[str, Json]](dict)
_controls = Shelf[dict[str, Json]](dict)
_organizations = Shelf[Json](dict)
_aggregators = Shelf[dict[str, Json]](dict)
_members = Shelf[dict[str, str]](dict)
_tags = Shelf[dict[str, dict[str, str]]](dict)


@extension.answers("EnableSecurityHub")
def enable_security_hub(call: Call) -> Answer:
    """Turn Security Hub on, with the default standards unless asked not to."""
    _turn_on(_hubs(call), call.get("ControlFindingGenerator", "SECURITY_CONTROL"), call.get("Tags", {}))
    if call.get("EnableDefaultStandards", True):
        for standard in _DEFAULT_STANDARDS:
            _subscribe(call, f"arn:{call.partition}:securityhub:{call.region}::{standard}")
    return {}


@extension.answers("DescribeHub")
def describe_hub(call: Call) -> Answer:
    """Show the hub."""
    hub = _hub(call)
    return {"HubArn": call.arn("hub/default"), "SubscribedAt": "2025-01-01T00:00:00.000Z", **hub}


@extension.answers("UpdateSecurityHubConfiguration")
def update_security_hub_configuration(call: Call) -> Answer:
    """Change the hub's settings."""
    _hub(call).update(call.given())
    return {}


@extension.answers("DisableSecurityHub")
def disable_security_hub(call: Call) -> Answer:
    """Turn Security Hub off."""
    _hub(call)
    for kept in (_hubs(call), _standards(call), _controls(call), _aggregators(call)):
        kept.clear()
    return {}


@extension.answers("BatchEnableStandards")
def batch_enable_standards(call: Call) -> Answer:
    """Subscribe to standards."""
    _hub(call)
    wanted = call["StandardsSubscriptionRequests"]
    return {"StandardsSubscriptions": [_subscribe(call, request["StandardsArn"]) for request in wanted]}


@extension.answers("BatchDisableStandards")
def batch_disable_standards(call: Call) -> Answer:
    """End subscriptions."""
    gone = [_standards(call).pop(arn, None) for arn in call["StandardsSubscriptionArns"]]
    return {"StandardsSubscriptions": [{**one, "StandardsStatus": "DELETING"} for one in gone if one]}


@extension.answers("GetEnabledStandards")
def get_enabled_standards(call: Call) -> Answer:
    """List subscriptions."""
    _hub(call)
    wanted = call.get("StandardsSubscriptionArns")
    return {"StandardsSubscriptions": [one for arn, one in _standards(call).items() if not wanted or arn in wanted]}


@extension.answers("BatchUpdateStandardsControlAssociations")
def batch_update_control_associations(call: Call) -> Answer:
    """Turn controls on or off in a standard, with the reason."""
    for update in call["StandardsControlAssociationUpdates"]:
        _controls(call)[f"{update['SecurityControlId']} {update['StandardsArn']}"] = update
    return {"UnprocessedAssociationUpdates": []}


@extension.answers("BatchGetStandardsControlAssociations")
def batch_get_control_associations(call: Call) -> Answer:
    """Show whether controls are on in a standard."""
    wanted = call["StandardsControlAssociationIds"]
    return {
        "StandardsControlAssociationDetails": [
            _association(call, one["SecurityControlId"], one["StandardsArn"]) for one in wanted
        ],
        "UnprocessedAssociations": [],
    }


@extension.answers("ListStandardsControlAssociations")
def list_control_associations(call: Call) -> Answer:
    """List the standards that a control is in: all that are enabled."""
    control = call["SecurityControlId"]
    return {
        "StandardsControlAssociationSummaries": [
            _association(call, control, one["StandardsArn"]) for one in _standards(call).values()
        ]
    }


@extension.answers("EnableOrganizationAdminAccount")
def enable_organization_admin_account(call: Call) -> Answer:
    """Make an account the organization's administrator, which also turns Security Hub on in it."""
    account_id = call["AdminAccountId"]
    _administrators.enable(call, account_id)
    hub = _hubs.of(account_id, call.region)
    if not hub:
        _turn_on(hub, "SECURITY_CONTROL", {})
    return {"AdminAccountId": account_id}


@extension.answers("DisableOrganizationAdminAccount")
def disable_organization_admin_account(call: Call) -> Answer:
    """Take the administration back."""
    _administrators.disable(call, call["AdminAccountId"])
    return {}


@extension.answers("ListOrganizationAdminAccounts")
def list_organization_admin_accounts(call: Call) -> Answer:
    """List the administrator."""
    return {"AdminAccounts": [{"AccountId": one, "Status": "ENABLED"} for one in _administrators.of(call)]}


@extension.answers("UpdateOrganizationConfiguration")
def update_organization_configuration(call: Call) -> Answer:
    """Set what new accounts get."""
    _administrators.require(call, "InvalidAccessException")
    wanted = call.get("OrganizationConfiguration", {}).get("ConfigurationType")
    if wanted == "CENTRAL" and not _aggregators(call):
        raise AwsError("DataUnavailableException", "Central configuration needs a finding aggregator in this region.")
    _organizations(call).update(call.given())
    return {}


@extension.answers("DescribeOrganizationConfiguration")
def describe_organization_configuration(call: Call) -> Answer:
    """Show what new accounts get."""
    _administrators.require(call, "InvalidAccessException")
    kept = _organizations(call)
    return {
        "AutoEnable": kept.get("AutoEnable", False),
        "AutoEnableStandards": kept.get("AutoEnableStandards", "DEFAULT"),
        "MemberAccountLimitReached": False,
        "OrganizationConfiguration": {
            "ConfigurationType": "LOCAL",
            **kept.get("OrganizationConfiguration", {}),
            "Status": "ENABLED",
        },
    }


@extension.answers("CreateMembers")
def create_members(call: Call) -> Answer:
    """Add members by hand."""
    _members(call).update({account["AccountId"]: account.get("Email", "") for account in call["AccountDetails"]})
    return {"UnprocessedAccounts": []}


@extension.answers("GetMembers", "ListMembers")
def get_members(call: Call) -> Answer:
    """List members: those added, and all accounts where new ones join by themselves."""
    members = dict(_members(call))
    if _organizations(call).get("AutoEnable"):
        accounts = _administrators.require(call, "InvalidAccessException").accounts
        members |= {account.id: account.email for account in accounts if account.id != call.account_id}
    wanted = call.get("AccountIds", members)
    return {
        "Members": [
            {"AccountId": one, "Email": email, "MemberStatus": "Enabled", "AdministratorId": call.account_id}
            for one, email in members.items()
            if one in wanted
        ]
    }


@extension.answers("CreateFindingAggregator", "UpdateFindingAggregator")
def put_finding_aggregator(call: Call) -> Answer:
    """Create or change the aggregator."""
    arn = call.get("FindingAggregatorArn") or call.arn(f"finding-aggregator/{uuid.uuid4()}")
    _aggregators(call)[arn] = {
        "FindingAggregatorArn": arn,
        "FindingAggregationRegion": call.region,
        "RegionLinkingMode": call["RegionLinkingMode"],
        "Regions": call.get("Regions", []),
    }
    return _aggregators(call)[arn]


@extension.answers("GetFindingAggregator")
def get_finding_aggregator(call: Call) -> Answer:
    """Show an aggregator."""
    aggregator = _aggregators(call).get(call["FindingAggregatorArn"])
    if aggregator is None:
        raise AwsError("ResourceNotFoundException", "There is no such finding aggregator.")
    return aggregator


@extension.answers("ListFindingAggregators")
def list_finding_aggregators(call: Call) -> Answer:
    """List the aggregator."""
    return {"FindingAggregators": [{"FindingAggregatorArn": arn} for arn in _aggregators(call)]}


@extension.answers("DeleteFindingAggregator")
def delete_finding_aggregator(call: Call) -> Answer:
    """Delete the aggregator."""
    _aggregators(call).pop(call["FindingAggregatorArn"], None)
    return {}


@extension.answers("ListTagsForResource", "TagResource", "UntagResource")
def tags(call: Call) -> Answer:
    """Keep the tags of the hub, and of automation rules."""
    arn = call["ResourceArn"]
    kept = _tags(call).setdefault(arn, {}) if ":automation-rule/" in arn else _hub(call)["tags"]
    kept.update(call.get("Tags", {}))
    for key in call.get("TagKeys", []):
        kept.pop(key, None)
    return {"Tags": kept} if call.operation.startswith("List") else {}


def tag(call: Call, arn: str, tags: dict[str, str]) -> None:
    """Keep the tags with which something was made."""
    _tags(call)[arn] = dict(tags)


def join(call: Call, account_id: str, policy: Json) -> None:
    """Turn Security Hub on in an account, with the standards of a configuration policy, in its home and the linked regions."""
    content = policy["ConfigurationPolicy"]["SecurityHub"]
    if not content.get("ServiceEnabled"):
        return
    linked = {region for one in _aggregators(call).values() for region in one["Regions"]}
    for region in sorted({call.region, *linked}):
        hub = _hubs.of(account_id, region)
        if not hub:
            _turn_on(hub, "SECURITY_CONTROL", {})
        for standard in content.get("EnabledStandardIdentifiers", []):
            arn = f"arn:{call.partition}:securityhub:{region}:{account_id}:subscription/{standard.split('/', 1)[1]}"
            _standards.of(account_id, region)[arn] = _subscription(arn, standard)


def is_central(call: Call) -> bool:
    """Whether the organization is configured centrally from the account and region that a call is made in."""
    return bool(_organizations(call).get("OrganizationConfiguration", {}).get("ConfigurationType") == "CENTRAL")


def _turn_on(hub: Json, generator: str, tags: dict[str, str]) -> None:
    hub.update(AutoEnableControls=True, ControlFindingGenerator=generator, tags=tags)


def _hub(call: Call) -> Json:
    hub = _hubs(call)
    if not hub:
        raise AwsError(
            "InvalidAccessException", f"Account {call.account_id} is not subscribed to AWS Security Hub", status=401
        )
    return hub


def _subscribe(call: Call, standards_arn: str) -> Json:
    name = standards_arn.split("/", 1)[1]
    arn = call.arn(f"subscription/{name}")
    _standards(call)[arn] = _subscription(arn, standards_arn)
    return _standards(call)[arn]


def _subscription(arn: str, standards_arn: str) -> Json:
    return {
        "StandardsSubscriptionArn": arn,
        "StandardsArn": standards_arn,
        "StandardsInput": {},
        "StandardsStatus": "READY",
    }


def _association(call: Call, control: str, standards_arn: str) -> Json:
    kept = _controls(call).get(f"{control} {standards_arn}", {})
    shown: Json = {
        "StandardsArn": standards_arn,
        "SecurityControlId": control,
        "SecurityControlArn": call.arn(f"security-control/{control}"),
        "AssociationStatus": kept.get("AssociationStatus", "ENABLED"),
    }
    if kept.get("UpdatedReason"):
        shown["UpdatedReason"] = kept["UpdatedReason"]
    return shown
