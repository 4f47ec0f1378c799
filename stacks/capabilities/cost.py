"""What may be spent: an account's budget, and what the management account watches for all of them."""

from config.capabilities.cost import AccountsBudget, Budget, Cost, CostExports, OrganizationBudget
from config.model.base import enabled
from constructs_lib.cost.anomaly_detection import AnomalyDetectionConstruct
from constructs_lib.cost.budget import BudgetConstruct
from constructs_lib.cost.commitment_budget import CommitmentBudgetConstruct
from constructs_lib.cost.cost_allocation_tags import CostAllocationTagsConstruct
from constructs_lib.cost.cost_category import CostCategoryConstruct, CostCategoryValue
from constructs_lib.cost.data_exports import REGION, DataExportsConstruct
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
    stack: AccountScope,
    id_: str,
    name: str,
    budget: Budget | OrganizationBudget | AccountsBudget,
    account_ids: list[str],
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
    for slug, some in sorted(cost.budgets.items()):
        accounts = stack.organization.select_accounts(some.accounts)
        ids = [stack.references.account_id(account) for account in accounts]
        _make_budget(stack, f"budget-{slug}", f"accounts-{slug}", some, account_ids=ids)
    for slug, category in sorted(cost.categories.items()):
        CostCategoryConstruct(
            stack,
            f"cost-category-{slug}",
            name=category.name,
            values={
                value: CostCategoryValue(
                    [
                        stack.references.account_id(account)
                        for account in stack.organization.select_accounts(found.accounts)
                    ],
                    found.tag,
                    found.tag_values,
                )
                for value, found in category.values.items()
            },
            default_value=category.default,
        )
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


def add_exports(stack: AccountScope, exports: CostExports) -> None:
    """Add exports of all costs, into a bucket in the home region."""
    organization = stack.organization
    DataExportsConstruct(
        stack,
        "cost-exports",
        bucket_name=f"{organization.slug}-costs-{stack.own_id}",
        bucket_region=organization.home_region,
        tables=exports.tables,
        account_id=stack.own_id,
        granularity=exports.granularity,
        reader_arns=sorted(set(exports.readers)),
        provider=stack.provider(organization.home_region),
        exports_provider=stack.provider(REGION),
    )
