"""Whether reservations and Savings Plans are used, and whether there are enough of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cdktf_cdktf_provider_aws.budgets_budget import (
    BudgetsBudget,
    BudgetsBudgetCostFilter,
    BudgetsBudgetCostTypes,
    BudgetsBudgetNotification,
)
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_between, require_length, require_one_of

if TYPE_CHECKING:
    from cdktf import TerraformProvider

    from constructs_lib.cost.subscribers import Subscribers

Commitment = Literal["reservations", "savings-plans"]
Measure = Literal["coverage", "utilization"]

_TYPES = {
    ("reservations", "coverage"): "RI_COVERAGE",
    ("reservations", "utilization"): "RI_UTILIZATION",
    ("savings-plans", "coverage"): "SAVINGS_PLANS_COVERAGE",
    ("savings-plans", "utilization"): "SAVINGS_PLANS_UTILIZATION",
}
_SERVICES = {
    "ec2": "Amazon Elastic Compute Cloud - Compute",
    "elasticache": "Amazon ElastiCache",
    "opensearch": "Amazon OpenSearch Service",
    "rds": "Amazon Relational Database Service",
    "redshift": "Amazon Redshift",
}


@typed
class CommitmentBudgetConstruct(Construct):
    """An alert when commitments are used too little, or cover too little.

    In the management account it is about the whole organization, whose accounts share commitments unless sharing is
    switched off for them.

    Children: ``Resource``.

    Args:
        scope: Where the budget lives.
        id_: The construct's id.
        name: The budget's name, unique in the account.
        commitment: ``reservations`` or ``savings-plans``.
        measure: ``utilization`` (is what was bought used?) or ``coverage`` (is what is used covered?).
        below_percent: The alert comes below so many per cent, 1 to 100.
        subscribers: Who is told.
        service: For reservations, which must be about one service: ``ec2``, ``elasticache``, ``opensearch``, ``rds`` or
            ``redshift``.
        period: ``DAILY``, ``MONTHLY``, ``QUARTERLY`` or ``ANNUALLY``. Default: monthly.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If a word is unknown, the percentage is out of range, or the service is missing or too much.

    Example:
        >>> CommitmentBudgetConstruct(
        ...     stack, "Reservations", name="rds-reservations", commitment="reservations", measure="utilization",
        ...     service="rds", below_percent=90, subscribers=Subscribers(("finance@example.com",)),
        ... )

    Source: https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-create.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        commitment: Commitment,
        measure: Measure,
        below_percent: int,
        subscribers: Subscribers,
        service: str | None = None,
        period: Literal["DAILY", "MONTHLY", "QUARTERLY", "ANNUALLY"] = "MONTHLY",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_length("name", name, 1, 100)
        require_one_of("commitment", commitment, ("reservations", "savings-plans"))
        require_one_of("measure", measure, ("coverage", "utilization"))
        require_one_of("period", period, ("DAILY", "MONTHLY", "QUARTERLY", "ANNUALLY"))
        require_between("below_percent", below_percent, 1, 100, unit="per cent")
        BudgetsBudget(
            self,
            "Resource",
            name=name,
            budget_type=_TYPES[commitment, measure],
            time_unit=period,
            limit_amount="100.0",
            limit_unit="PERCENTAGE",
            cost_types=_subscriptions_only(),
            cost_filter=_service_filter(commitment, service),
            notification=[
                BudgetsBudgetNotification(
                    notification_type="ACTUAL",
                    comparison_operator="LESS_THAN",
                    threshold=below_percent,
                    threshold_type="PERCENTAGE",
                    subscriber_email_addresses=subscribers.email_list,
                    subscriber_sns_topic_arns=subscribers.topic_list,
                )
            ],
            provider=provider,
        )


def _service_filter(commitment: Commitment, service: str | None) -> list[BudgetsBudgetCostFilter] | None:
    if commitment == "savings-plans":
        if service is not None:
            raise InvalidValueError("service", service, expected="none: Savings Plans span services")
        return None
    if service is None:
        raise InvalidValueError("service", service, expected=f"one of {', '.join(_SERVICES)} for reservations")
    require_one_of("service", service, _SERVICES)
    return [BudgetsBudgetCostFilter(name="Service", values=[_SERVICES[service]])]


def _subscriptions_only() -> BudgetsBudgetCostTypes:
    """What AWS wants for these kinds of budget; the defaults are for costs."""
    return BudgetsBudgetCostTypes(
        include_credit=False,
        include_discount=False,
        include_other_subscription=False,
        include_recurring=False,
        include_refund=False,
        include_subscription=True,
        include_support=False,
        include_tax=False,
        include_upfront=False,
        use_amortized=False,
        use_blended=False,
    )
