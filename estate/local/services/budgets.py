"""Budgets: changes, subscribers and tags on top of moto's budgets and notifications."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from moto.budgets.models import Budget, Notification, budgets_backends

from estate.local.answers import AwsError
from estate.local.authority import Resource
from estate.local.extension import MOTO_ANSWERS, Answer, Call, Extension, Json, Shelf

extension = Extension("budgets")

_tags = Shelf[dict[str, dict[str, str]]](dict, regional=False)


@extension.answers("CreateBudget")
def create_budget(call: Call) -> Answer:
    """Remember the tags; moto makes the budget."""
    arn = call.arn(f"budget/{call['Budget']['BudgetName']}", regional=False)
    _tags(call)[arn] = {tag["Key"]: tag["Value"] for tag in call.get("ResourceTags", [])}
    return MOTO_ANSWERS


@extension.answers("UpdateBudget")
def update_budget(call: Call) -> Answer:
    """Replace a budget's settings."""
    new = _as_moto_stores(call["NewBudget"])
    _budget(call, new["BudgetName"]).budget.update(new)
    return {}


@extension.answers("UpdateNotification")
def update_notification(call: Call) -> Answer:
    """Change a notification and keep its subscribers."""
    _notification(call, call["OldNotification"]).details = _as_moto_stores(call["NewNotification"])
    return {}


@extension.answers("DescribeSubscribersForNotification")
def describe_subscribers(call: Call) -> Answer:
    """List who is told."""
    return {"Subscribers": _notification(call, call["Notification"]).subscribers}


@extension.answers("CreateSubscriber", "DeleteSubscriber")
def change_subscribers(call: Call) -> Answer:
    """Add or take away somebody who is told."""
    subscribers: Any = _notification(call, call["Notification"]).subscribers
    if call.operation == "CreateSubscriber":
        subscribers.append(call["Subscriber"])
    elif call["Subscriber"] in subscribers:
        subscribers.remove(call["Subscriber"])
    return {}


@extension.answers("ListTagsForResource", "TagResource", "UntagResource")
def tags(call: Call) -> Answer:
    """Keep a budget's tags."""
    kept = _tags(call).setdefault(call["ResourceARN"], {})
    kept.update({tag["Key"]: tag["Value"] for tag in call.get("ResourceTags", [])})
    for key in call.get("ResourceTagKeys", []):
        kept.pop(key, None)
    listed = {"ResourceTags": [{"Key": key, "Value": value} for key, value in kept.items()]}
    return listed if call.operation.startswith("List") else {}


def _budget(call: Call, name: str) -> Budget:
    budget = budgets_backends[call.account_id]["aws"].budgets[call["AccountId"]].get(name)
    if budget is None:
        raise AwsError("NotFoundException", f"Unable to get budget: {name} - the budget doesn't exist.")
    return budget


def _notification(call: Call, wanted: Json) -> Notification:
    for notification in _budget(call, call["BudgetName"]).notifications:
        if _key(notification.details) == _key(wanted):
            return notification
    raise AwsError("NotFoundException", "The budget has no such notification.")


def _key(notification: Json) -> tuple[str, str, float, str]:
    kind, comparison = notification["NotificationType"], notification["ComparisonOperator"]
    return kind, comparison, float(notification["Threshold"]), notification.get("ThresholdType", "PERCENTAGE")


def _as_moto_stores(value: Any) -> Any:
    """Return a value as moto keeps it: as in the request's JSON, so times are numbers."""
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, dict):
        return {name: _as_moto_stores(member) for name, member in value.items() if member is not None}
    return [_as_moto_stores(member) for member in value] if isinstance(value, list) else value


def _resource(call: Call) -> Resource | None:
    budget = call.get("Budget") or call.get("NewBudget") or {}
    name = call.get("BudgetName") or budget.get("BudgetName")
    arn = call.get("ResourceARN") or (call.arn(f"budget/{name}", regional=False) if name else None)
    return Resource(arn, call.account_id) if arn else None


extension.resource_of = _resource
