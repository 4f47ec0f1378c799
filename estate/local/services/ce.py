"""Cost Explorer: cost-allocation tags, anomaly monitors and subscriptions; moto has the cost categories."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from moto.core.base_backend import BackendDict
from moto.core.resource_tagging import TaggableResourcesMixin
from moto.organizations.models import organizations_backends
from moto.utilities.tagging_service import TaggingService

from estate.local.answers import AwsError
from estate.local.extension import MOTO_ANSWERS, Answer, Call, Extension, Json, Shelf

extension = Extension("ce")

_NOT_UPDATED = "Failed to update Cost Allocation Tag"

_allocation_tags = Shelf[dict[str, str]](dict, regional=False)
_monitors = Shelf[dict[str, Json]](dict, regional=False)
_subscriptions = Shelf[dict[str, Json]](dict, regional=False)
_tags = Shelf[dict[str, dict[str, str]]](dict, regional=False)


@extension.answers("UpdateCostAllocationTagsStatus")
def update_cost_allocation_tags_status(call: Call) -> Answer:
    """Turn cost-allocation tags on or off, if something carries them. AWS takes a day to notice, we do not."""
    entries, used = call["CostAllocationTagsStatus"], _used_keys(call)
    unknown = [entry["TagKey"] for entry in entries if entry["TagKey"] not in used]
    if len(unknown) == len(entries):
        raise AwsError("ValidationException", f"{_NOT_UPDATED}: Tag keys not found: {','.join(unknown)}")
    for entry in entries:
        if entry["TagKey"] in used:
            _allocation_tags(call)[entry["TagKey"]] = entry["Status"]
    return {
        "Errors": [
            {"TagKey": key, "Code": "TagKeysNotFoundException", "Message": f"{_NOT_UPDATED}: {key}"} for key in unknown
        ]
    }


@extension.answers("ListCostAllocationTags")
def list_cost_allocation_tags(call: Call) -> Answer:
    """List the tags that something carries, and whether costs are told apart by them."""
    kept, used = _allocation_tags(call), _used_keys(call)
    tags = [
        {"TagKey": key, "Type": "UserDefined", "Status": kept.get(key, "Inactive")}
        for key in sorted(used)
        if key in call.get("TagKeys", used)
    ]
    return {"CostAllocationTags": [tag for tag in tags if call.get("Status", tag["Status"]) == tag["Status"]]}


def _used_keys(call: Call) -> set[str]:
    """Keys of the tags in all accounts that the caller pays for, and of those that were turned on when there was one."""
    organization = organizations_backends[call.account_id][call.partition]
    found = set(_allocation_tags(call))
    payers = {call.account_id, *(account.id for account in organization.accounts)}
    # Asked for by region, moto would make what it has not yet: every service in every region of every account.
    for service in list(BackendDict._instances):  # type: ignore[misc]  # noqa: SLF001
        for account_id in payers & service.keys():
            for backend in list(service[account_id].values()):
                if isinstance(backend, TaggableResourcesMixin):
                    found.update(key for resource in backend.iter_tagged_resources() for key in resource.tags)
                for kept in vars(backend).values():  # most services of moto leave their tags to one
                    if isinstance(kept, TaggingService):
                        found.update(key for tags in kept.tags.values() for key in tags)
    return found


@extension.answers("CreateAnomalyMonitor")
def create_anomaly_monitor(call: Call) -> Answer:
    """Create a monitor."""
    arn = _new_arn(call, "anomalymonitor")
    today = datetime.now(UTC).date().isoformat()
    _monitors(call)[arn] = {**call["AnomalyMonitor"], "MonitorArn": arn, "CreationDate": today}
    return {"MonitorArn": arn}


@extension.answers("UpdateAnomalyMonitor")
def update_anomaly_monitor(call: Call) -> Answer:
    """Rename a monitor."""
    monitor = _known(_monitors(call), call["MonitorArn"], "UnknownMonitorException")
    monitor["MonitorName"] = call.get("MonitorName", monitor["MonitorName"])
    return {"MonitorArn": call["MonitorArn"]}


@extension.answers("GetAnomalyMonitors")
def get_anomaly_monitors(call: Call) -> Answer:
    """List monitors."""
    wanted = call.get("MonitorArnList")
    return {"AnomalyMonitors": [one for arn, one in _monitors(call).items() if not wanted or arn in wanted]}


@extension.answers("DeleteAnomalyMonitor")
def delete_anomaly_monitor(call: Call) -> Answer:
    """Delete a monitor."""
    _known(_monitors(call), call["MonitorArn"], "UnknownMonitorException")
    del _monitors(call)[call["MonitorArn"]]
    return {}


@extension.answers("CreateAnomalySubscription")
def create_anomaly_subscription(call: Call) -> Answer:
    """Create a subscription."""
    arn = _new_arn(call, "anomalysubscription")
    given = call["AnomalySubscription"]
    subscribers = [{**subscriber, "Status": "CONFIRMED"} for subscriber in given["Subscribers"]]
    _subscriptions(call)[arn] = {
        **given,
        "Subscribers": subscribers,
        "SubscriptionArn": arn,
        "AccountId": call.account_id,
    }
    return {"SubscriptionArn": arn}


@extension.answers("UpdateAnomalySubscription")
def update_anomaly_subscription(call: Call) -> Answer:
    """Change a subscription."""
    subscription = _known(_subscriptions(call), call["SubscriptionArn"], "UnknownSubscriptionException")
    subscription.update(call.given())
    return {"SubscriptionArn": call["SubscriptionArn"]}


@extension.answers("GetAnomalySubscriptions")
def get_anomaly_subscriptions(call: Call) -> Answer:
    """List subscriptions."""
    wanted, monitor = call.get("SubscriptionArnList"), call.get("MonitorArn")
    return {
        "AnomalySubscriptions": [
            one
            for arn, one in _subscriptions(call).items()
            if (not wanted or arn in wanted) and (not monitor or monitor in one["MonitorArnList"])
        ]
    }


@extension.answers("DeleteAnomalySubscription")
def delete_anomaly_subscription(call: Call) -> Answer:
    """Delete a subscription."""
    _known(_subscriptions(call), call["SubscriptionArn"], "UnknownSubscriptionException")
    del _subscriptions(call)[call["SubscriptionArn"]]
    return {}


@extension.answers("ListTagsForResource", "TagResource", "UntagResource")
def tags(call: Call) -> Answer:
    """Keep the tags of monitors and subscriptions; moto keeps the cost categories'."""
    kept = _tags(call).get(call["ResourceArn"])
    if kept is None:
        return MOTO_ANSWERS
    kept.update({tag["Key"]: tag["Value"] for tag in call.get("ResourceTags", [])})
    for key in call.get("ResourceTagKeys", []):
        kept.pop(key, None)
    listed = {"ResourceTags": [{"Key": key, "Value": value} for key, value in kept.items()]}
    return listed if call.operation.startswith("List") else {}


def _new_arn(call: Call, kind: str) -> str:
    arn = call.arn(f"{kind}/{uuid.uuid4()}", regional=False)
    _tags(call)[arn] = {tag["Key"]: tag["Value"] for tag in call.get("ResourceTags", [])}
    return arn


def _known(kept: dict[str, Json], arn: str, code: str) -> Json:
    if arn not in kept:
        raise AwsError(code, f"There is no {arn}.")
    return kept[arn]
