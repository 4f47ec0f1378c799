"""Reports of costs, and budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from config.model.types import Email
from estate.lza.block import Block, State
from estate.lza.reading import GLOBAL

if TYPE_CHECKING:
    from estate.lza.draft import Draft
    from estate.lza.reading import Node

_PERIODS: Final = ("MONTHLY", "QUARTERLY", "ANNUALLY")
_INCLUDED: Final = {
    "includeUpfront": True,
    "includeTax": True,
    "includeSupport": True,
    "includeSubscription": True,
    "includeRecurring": True,
    "includeOtherSubscription": True,
    "includeDiscount": True,
    "useBlended": False,
    "useAmortized": False,
}


def _budgets(node: Node, into: Draft) -> None:
    for entry in into.lza.file(GLOBAL).each("reports", "budgets"):
        entry.text("name")
        period = entry.text("timeUnit", "MONTHLY")
        if period not in _PERIODS or entry.text("type", "COST") != "COST":
            into.note(entry.seen(), "Left out: budgets here are of costs, by month, quarter or year.")
            continue
        into.only(entry, "unit", "USD", "Budgets here are in US dollars.")
        budget: dict[str, Any] = {"limit": entry.number("amount") or 0}
        if period != "MONTHLY":
            budget["period"] = period
        budget.update(_notified(entry, into))
        for key, value in _INCLUDED.items():
            into.only(
                entry,
                key,
                value,
                f"`{key}` is {str(value).lower()}: budgets count what is really used, as it is billed.",
            )
        if any(
            [entry.flag("includeCredit", True), entry.flag("includeRefund", True)]
        ):  # as the Accelerator has it where nothing is said
            into.note(entry, "Credits and refunds do not count: they would hide what is really used.")
        for selector in into.targets(entry.child("deploymentTargets")):
            place = (
                into.at("cost")
                if selector == f"account:{into.with_purpose('management')}"
                else into.settings_of(selector)
            )
            if "budget" in place:
                into.note(entry, f"Left out: {selector} has a budget already.")
                continue
            place["budget"] = dict(budget)
    if into.organization.get("cost") and node:
        into.note(
            node, "The management account's bill is everybody's: its budget is the organization's (`cost.budget`)."
        )


def _report(node: Node, into: Draft) -> None:
    """The report of costs and usage, as AWS exports it by now."""
    found: dict[str, Any] = {}
    if (granularity := node.text("timeUnit", "HOURLY")) != "HOURLY":
        found["granularity"] = granularity
    into.at("cost")["exports"] = found
    node.text("reportName"), node.text("s3Prefix"), node.text("compression")
    into.only(node, "format", "Parquet", "Files are Parquet.")
    into.only(node, "refreshClosedReports", True, "Files of months that have ended are written again.")
    into.only(node, "reportVersioning", "OVERWRITE_REPORT", "Each refresh writes the files of its month again.")
    for key in ("additionalSchemaElements", "additionalArtifacts"):
        node.texts(key)
    for rule in node.each("lifecycleRules"):
        into.note(rule.seen(), "Files are kept: they are small.")


def _notified(entry: Node, into: Draft) -> dict[str, Any]:
    """Who hears of a budget, and when."""
    percents: dict[str, list[int]] = {"ACTUAL": [], "FORECASTED": []}
    emails: list[str] = []
    for each in entry.each("notifications"):
        kind, share = each.text("type", "ACTUAL"), each.number("threshold")
        into.only(each, "comparisonOperator", "GREATER_THAN", "Alerts come above a share, not below it.")
        into.only(each, "subscriptionType", "EMAIL", "Write an SNS topic's ARN as `topic_arn`.")
        if each.text("thresholdType", "PERCENTAGE") == "PERCENTAGE" and share and kind in percents:
            percents[kind].append(share)
        else:
            into.note(each, "Left out: alerts here are at shares of the limit.")
        for key in ("address", "recipients"):
            texts = each.texts(key) if isinstance(each.child(key).value, tuple) else [each.text(key)]
            emails += [email for email in texts if email and each.child(key).fits(email, Email)]
    found: dict[str, Any] = {"actual_percents": sorted(set(percents["ACTUAL"]))}
    if percents["FORECASTED"]:
        found["forecast_percents"] = sorted(set(percents["FORECASTED"]))
    return {**found, "emails": list(dict.fromkeys(emails))}


def _block(key: str, about: str, state: State, ours: str = "", why: str = "", **others: Any) -> Block:
    return Block(GLOBAL, key, about, state, ours, why, **others)


BLOCKS: Final = (
    _block(
        "reports.costAndUsageReport",
        "AWS's report of costs and usage.",
        State.WORKS,
        "cost.exports",
        "As Cost and Usage Report 2.0.",
        take=_report,
    ),
    _block(
        "reports.budgets",
        "Budgets of accounts.",
        State.WORKS,
        "budget, cost.budget",
        "Credits and refunds do not count.",
        take=_budgets,
    ),
)
