"""What may be spent: an account's budget, and what the management account watches for all of them."""

from config.capabilities.cost import Budget, Cost, OrganizationBudget
from config.model.base import enabled
from constructs_lib.cost.anomaly_detection import AnomalyDetectionConstruct
from constructs_lib.cost.budget import BudgetConstruct
from constructs_lib.cost.commitment_budget import CommitmentBudgetConstruct
from constructs_lib.cost.cost_allocation_tags import CostAllocationTagsConstruct
from constructs_lib.cost.subscribers import Subscribers
from stacks.scope import AccountScope


def add_budget(stack: AccountScope, budget: Budget) -> None:
    """Add an account's budget. The management account sees all costs, so there it is told whose count."""
    own = stack.account is stack.organization.management
    _make_budget(
        stack,
        "budget",
        f"account-{stack.account.slug}",
        budget,
        account_ids=[stack.references.account_id(stack.account)] if own else [],
    )


def _make_budget(
    stack: AccountScope, id_: str, name: str, budget: Budget | OrganizationBudget, account_ids: list[str]
) -> None:
    BudgetConstruct(
        stack,
        id_,
        name=name,
        limit=budget.limit,
        period=budget.period,
        actual_percents=budget.actual_percents,
        forecast_percents=budget.forecast_percents,
        subscribers=Subscribers(budget.emails, budget.topic_arn),
        account_ids=account_ids,
    )


def watch(stack: AccountScope, cost: Cost) -> None:
    """Watch the costs of the organization as a whole."""
    if budget := enabled(cost.budget):
        _make_budget(stack, "organization-budget", "organization", budget, account_ids=[])
    if anomalies := enabled(cost.anomalies):
        AnomalyDetectionConstruct(
            stack,
            "anomalies",
            name=stack.organization.slug,
            subscribers=Subscribers(anomalies.emails, anomalies.topic_arn),
            impact=anomalies.impact,
            impact_percent=anomalies.impact_percent,
            frequency=anomalies.frequency,
            monitor_arn=anomalies.monitor_arn,
        )
    for slug, commitment in sorted(cost.commitments.items()):
        CommitmentBudgetConstruct(
            stack,
            f"commitment-{slug}",
            name=f"commitment-{slug}",
            commitment=commitment.kind,
            measure=commitment.measure,
            below_percent=commitment.below_percent,
            service=commitment.service,
            period=commitment.period,
            subscribers=Subscribers(commitment.emails, commitment.topic_arn),
        )
    if cost.allocation_tags:
        CostAllocationTagsConstruct(stack, "cost-tags", keys=cost.allocation_tags)
