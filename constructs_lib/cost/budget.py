"""How much may be spent, and who hears of it before it is."""

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
from constructs_lib.validation import require_account_id, require_between, require_length, require_one_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdktf import TerraformProvider

    from constructs_lib.cost.subscribers import Subscribers

_PERIODS = ("MONTHLY", "QUARTERLY", "ANNUALLY")
_NOTIFICATIONS = 10


@typed
class BudgetConstruct(Construct):
    """A cost budget with alerts.

    In a member account it is about that account; in the management account about the whole organization, or the accounts
    it names. Credits and refunds are left out: they would hide what is really used.

    Children: ``Resource``.

    Args:
        scope: Where the budget lives.
        id_: The construct's id.
        name: The budget's name, unique in the account, at most 100 characters.
        limit: How much may be spent in a period, in US dollars.
        subscribers: Who is told.
        actual_percents: Alerts when so many per cent of the limit have been spent. Default: 80 and 100.
        forecast_percents: Alerts when so many per cent of the limit are expected to be spent. Default: none.
        period: ``MONTHLY``, ``QUARTERLY`` or ``ANNUALLY``. Default: monthly.
        account_ids: Only the costs of these accounts count. Default: all that the account sees.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If the limit is not positive, a threshold is out of range, there are none or more than ten, or
            the name is too long.

    Example:
        >>> BudgetConstruct(
        ...     stack, "Budget", name="production", limit=5000, subscribers=Subscribers(("finance@example.com",)),
        ...     forecast_percents=[100],
        ... )

    Source: https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        limit: float,
        subscribers: Subscribers,
        actual_percents: Sequence[int] = (80, 100),
        forecast_percents: Sequence[int] = (),
        period: Literal["MONTHLY", "QUARTERLY", "ANNUALLY"] = "MONTHLY",
        account_ids: Sequence[str] = (),
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_length("name", name, 1, 100)
        require_one_of("period", period, _PERIODS)
        if limit <= 0:
            raise InvalidValueError("limit", limit, expected="an amount above 0 US dollars")
        accounts = sorted(require_account_id("account_ids", account) for account in account_ids)
        self._budget = BudgetsBudget(
            self,
            "Resource",
            name=name,
            budget_type="COST",
            time_unit=period,
            limit_amount=f"{limit:.2f}",
            limit_unit="USD",
            cost_types=BudgetsBudgetCostTypes(include_credit=False, include_refund=False),
            cost_filter=[BudgetsBudgetCostFilter(name="LinkedAccount", values=accounts)] if accounts else None,
            notification=_alerts(actual_percents, forecast_percents, subscribers),
            provider=provider,
        )

    @property
    def name(self) -> str:
        """The budget's name."""
        return self._budget.name

    @property
    def arn(self) -> str:
        """The budget's ARN."""
        return self._budget.arn


def _alerts(
    actual: Sequence[int], forecast: Sequence[int], subscribers: Subscribers
) -> list[BudgetsBudgetNotification]:
    wanted = [("ACTUAL", percent) for percent in sorted(set(actual))]
    wanted += [("FORECASTED", percent) for percent in sorted(set(forecast))]
    if not 1 <= len(wanted) <= _NOTIFICATIONS:
        raise InvalidValueError(
            "actual_percents and forecast_percents", len(wanted), expected=f"1 to {_NOTIFICATIONS} alerts in all"
        )
    for _, percent in wanted:
        require_between("actual_percents and forecast_percents", percent, 1, 1000, unit="per cent")
    return [
        BudgetsBudgetNotification(
            notification_type=kind,
            comparison_operator="GREATER_THAN",
            threshold=percent,
            threshold_type="PERCENTAGE",
            subscriber_email_addresses=subscribers.email_list,
            subscriber_sns_topic_arns=subscribers.topic_list,
        )
        for kind, percent in wanted
    ]
