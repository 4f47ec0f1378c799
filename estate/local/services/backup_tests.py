"""AWS Backup's restore tests: plans and what they select are kept; nothing is restored."""

from __future__ import annotations

from datetime import UTC, datetime

from estate.local.answers import AwsError
from estate.local.extension import MOTO_ANSWERS, Answer, Call, Json, Shelf
from estate.local.services.backup import extension

_plans = Shelf[dict[str, Json]](dict)
_selections = Shelf[dict[tuple[str, str], Json]](dict)
_tags = Shelf[dict[str, dict[str, str]]](dict)


@extension.answers("CreateRestoreTestingPlan")
def create_restore_testing_plan(call: Call) -> Answer:
    """Make a plan."""
    plan = dict(call["RestoreTestingPlan"])
    name = plan["RestoreTestingPlanName"]
    if name in _plans(call):
        raise AwsError("AlreadyExistsException", f"There is a restore testing plan {name} already.")
    plan |= {"RestoreTestingPlanArn": call.arn(f"restore-testing-plan:{name}"), "CreationTime": datetime.now(UTC)}
    _plans(call)[name] = plan
    _tags(call)[plan["RestoreTestingPlanArn"]] = dict(call.get("Tags", {}))
    return plan


@extension.answers("GetRestoreTestingPlan")
def get_restore_testing_plan(call: Call) -> Answer:
    """Show a plan."""
    return {"RestoreTestingPlan": _plan(call)}


@extension.answers("UpdateRestoreTestingPlan")
def update_restore_testing_plan(call: Call) -> Answer:
    """Change a plan."""
    plan = _plan(call)
    plan.update(call["RestoreTestingPlan"])
    return {**plan, "UpdateTime": datetime.now(UTC)}


@extension.answers("DeleteRestoreTestingPlan")
def delete_restore_testing_plan(call: Call) -> Answer:
    """Delete a plan that selects nothing any more."""
    name = _plan(call)["RestoreTestingPlanName"]
    if any(plan == name for plan, _ in _selections(call)):
        raise AwsError("InvalidRequestException", f"The restore testing plan {name} has selections.")
    del _plans(call)[name]
    return {}


@extension.answers("CreateRestoreTestingSelection")
def create_restore_testing_selection(call: Call) -> Answer:
    """Have a plan restore something, with a role."""
    plan, selection = _plan(call), dict(call["RestoreTestingSelection"])
    key = plan["RestoreTestingPlanName"], selection["RestoreTestingSelectionName"]
    if key in _selections(call):
        raise AwsError("AlreadyExistsException", f"There is a restore testing selection {key[1]} already.")
    _selections(call)[key] = {
        **selection,
        "RestoreTestingPlanName": key[0],
        "RestoreTestingPlanArn": plan["RestoreTestingPlanArn"],
        "CreationTime": datetime.now(UTC),
    }
    return _selections(call)[key]


@extension.answers("GetRestoreTestingSelection")
def get_restore_testing_selection(call: Call) -> Answer:
    """Show what a plan restores."""
    return {"RestoreTestingSelection": _selection(call)}


@extension.answers("UpdateRestoreTestingSelection")
def update_restore_testing_selection(call: Call) -> Answer:
    """Change what a plan restores."""
    selection = _selection(call)
    selection.update(call["RestoreTestingSelection"])
    return {**selection, "UpdateTime": datetime.now(UTC)}


@extension.answers("DeleteRestoreTestingSelection")
def delete_restore_testing_selection(call: Call) -> Answer:
    """Have a plan restore something no more."""
    _selection(call)
    del _selections(call)[call["RestoreTestingPlanName"], call["RestoreTestingSelectionName"]]
    return {}


@extension.answers("ListTags", "TagResource", "UntagResource")
def tags(call: Call) -> Answer:
    """Keep a plan's tags; moto has those of vaults and others."""
    if call["ResourceArn"] not in _tags(call):
        return MOTO_ANSWERS
    kept = _tags(call)[call["ResourceArn"]]
    kept.update(call.get("Tags", {}))
    for key in call.get("TagKeyList", []):
        kept.pop(key, None)
    return {"Tags": kept} if call.operation == "ListTags" else {}


def _plan(call: Call) -> Json:
    found = _plans(call).get(call["RestoreTestingPlanName"])
    if found is None:
        raise AwsError("ResourceNotFoundException", "There is no such restore testing plan.", status=404)
    return found


def _selection(call: Call) -> Json:
    found = _selections(call).get((call["RestoreTestingPlanName"], call["RestoreTestingSelectionName"]))
    if found is None:
        raise AwsError("ResourceNotFoundException", "There is no such restore testing selection.", status=404)
    return found
