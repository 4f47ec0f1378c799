"""Security Hub's automation rules: kept and shown; no finding is changed by them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from estate.local.extension import Answer, Call, Json, Shelf
from estate.local.services.securityhub import extension, tag

_rules = Shelf[dict[str, Json]](dict)


@extension.answers("CreateAutomationRule")
def create_automation_rule(call: Call) -> Answer:
    """Make a rule."""
    arn = call.arn(f"automation-rule/{uuid.uuid4()}")
    now = datetime.now(UTC)
    given = {name: value for name, value in call.given().items() if name != "Tags"}
    _rules(call)[arn] = {"RuleArn": arn, "CreatedAt": now, "UpdatedAt": now, "CreatedBy": call.account_id, **given}
    tag(call, arn, call.get("Tags", {}))
    return {"RuleArn": arn}


@extension.answers("BatchGetAutomationRules")
def batch_get_automation_rules(call: Call) -> Answer:
    """Show rules."""
    wanted = call["AutomationRulesArns"]
    return {"Rules": [_rules(call)[arn] for arn in wanted if arn in _rules(call)], **_unprocessed(call, wanted)}


@extension.answers("BatchUpdateAutomationRules")
def batch_update_automation_rules(call: Call) -> Answer:
    """Change rules."""
    items = call["UpdateAutomationRulesRequestItems"]
    for item in items:
        if item["RuleArn"] in _rules(call):
            _rules(call)[item["RuleArn"]].update(item, UpdatedAt=datetime.now(UTC))
    wanted = [item["RuleArn"] for item in items]
    return {"ProcessedAutomationRules": wanted, **_unprocessed(call, wanted)}


@extension.answers("BatchDeleteAutomationRules")
def batch_delete_automation_rules(call: Call) -> Answer:
    """Delete rules."""
    wanted = call["AutomationRulesArns"]
    lost = _unprocessed(call, wanted)
    for arn in wanted:
        _rules(call).pop(arn, None)
    return {"ProcessedAutomationRules": wanted, **lost}


def _unprocessed(call: Call, wanted: list[str]) -> Json:
    missing = [arn for arn in wanted if arn not in _rules(call)]
    return {
        "UnprocessedAutomationRules": [
            {"RuleArn": arn, "ErrorCode": 404, "ErrorMessage": "There is no such rule."} for arn in missing
        ]
    }
