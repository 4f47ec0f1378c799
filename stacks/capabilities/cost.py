"""What may be spent: an account's budget, and what the management account watches for all of them."""

from typing import TYPE_CHECKING

from config.model.base import enabled
from config.model.capabilities.cost import Budget, OrganizationBudget
from config.nodes import Account, Organization
from constructs_lib.cost.anomaly_detection import AnomalyDetectionConstruct
from constructs_lib.cost.budget import BudgetConstruct
from constructs_lib.cost.commitment_budget import CommitmentBudgetConstruct
from constructs_lib.cost.cost_allocation_tags import CostAllocationTagsConstruct
from constructs_lib.cost.subscribers import Subscribers
from stacks.capabilities.capability import AnyStack, Capability

if TYPE_CHECKING:
    from stacks.management import ManagementStack

_BUDGET = frozenset({"aws_budgets_budget"})


def _has_budget(_organization: Organization, account: Account) -> bool:
    return enabled(account.settings.budget) is not None


def _add_budget(stack: AnyStack) -> None:
    """Add an account's budget. The management account sees all costs, so there it is told whose count."""
    budget, organization = stack.account.settings.budget, stack.organization
    if budget:
        own = stack.account is organization.management
        _make_budget(
            stack,
            "budget",
            f"account-{stack.account.slug}",
            budget,
            account_ids=[stack.references.account_id(stack.account)] if own else [],
        )


def _make_budget(
    stack: AnyStack, id_: str, name: str, budget: Budget | OrganizationBudget, account_ids: list[str]
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


def _watch(stack: "ManagementStack") -> None:
    """Watch the costs of the organization as a whole."""
    cost = enabled(stack.organization.cost)
    if cost is None:
        return
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


BUDGET = Capability("budget", _has_budget, _add_budget, _BUDGET)
COST = Capability(
    "cost",
    lambda organization, _account: enabled(organization.cost) is not None,
    _watch,
    _BUDGET | {"aws_ce_anomaly_monitor", "aws_ce_anomaly_subscription", "aws_ce_cost_allocation_tag"},
)
