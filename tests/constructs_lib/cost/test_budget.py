import pytest

from constructs_lib.cost.budget import BudgetConstruct
from constructs_lib.cost.subscribers import Subscribers
from constructs_lib.errors import InvalidValueError
from tests.template import synth

FINANCE = Subscribers(("finance@example.com",))


def build(stack, **changes):
    return BudgetConstruct(stack, "budget", **{"name": "production", "limit": 5000, "subscribers": FINANCE, **changes})


@pytest.mark.row("C8")
def test_alerts_come_at_80_and_100_percent_of_the_monthly_limit():
    budget = synth(build).only("aws_budgets_budget")
    assert (budget["budget_type"], budget["time_unit"]) == ("COST", "MONTHLY")
    assert (budget["limit_amount"], budget["limit_unit"]) == ("5000.00", "USD")
    assert [(alert["notification_type"], alert["threshold"]) for alert in budget["notification"]] == [
        ("ACTUAL", 80),
        ("ACTUAL", 100),
    ]
    assert all(alert["subscriber_email_addresses"] == ["finance@example.com"] for alert in budget["notification"])
    assert budget["cost_types"] == {"include_credit": False, "include_refund": False}
    assert "cost_filter" not in budget


@pytest.mark.row("C8")
def test_forecast_topic_period_and_accounts_are_added_when_asked_for():
    topic = "arn:aws:sns:us-east-1:111111111111:costs"
    budget = synth(
        lambda stack: build(
            stack,
            subscribers=Subscribers(topic_arn=topic),
            actual_percents=[100],
            forecast_percents=[100, 90],
            period="QUARTERLY",
            account_ids=["444444444444", "333333333333"],
        )
    ).only("aws_budgets_budget")
    assert [(alert["notification_type"], alert["threshold"]) for alert in budget["notification"]] == [
        ("ACTUAL", 100),
        ("FORECASTED", 90),
        ("FORECASTED", 100),
    ]
    assert budget["notification"][0]["subscriber_sns_topic_arns"] == [topic]
    assert "subscriber_email_addresses" not in budget["notification"][0]
    assert budget["time_unit"] == "QUARTERLY"
    assert budget["cost_filter"] == [{"name": "LinkedAccount", "values": ["333333333333", "444444444444"]}]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"limit": 0}, "limit is 0"),
        ({"actual_percents": []}, "1 to 10 alerts"),
        ({"actual_percents": range(1, 12)}, "1 to 10 alerts"),
        ({"forecast_percents": [0]}, "1 to 1000 per cent"),
        ({"name": "x" * 101}, "1 to 100 characters"),
        ({"period": "WEEKLY"}, "period is 'WEEKLY'"),
        ({"account_ids": ["production"]}, "account_ids is 'production'"),
    ],
)
def test_what_budgets_would_refuse_is_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, **changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"emails": ["finance@"]}, "emails is 'finance@'; expected an e-mail address"),
        ({"emails": ["finance@example.com", "Finance"]}, "emails is 'Finance'"),
        ({"topic_arn": "budgets"}, "topic_arn is 'budgets'; expected the ARN of an SNS topic"),
        ({"topic_arn": "arn:aws:sqs:eu-central-1:111122223333:budgets"}, "expected the ARN of an SNS topic"),
    ],
)
def test_what_is_no_address_is_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        Subscribers(**changes)


def test_somebody_is_told_and_not_too_many():
    with pytest.raises(InvalidValueError, match="an e-mail address or a topic"):
        Subscribers()
    with pytest.raises(InvalidValueError, match="at most 10 addresses"):
        Subscribers(tuple(f"{number}@example.com" for number in range(11)))
    assert Subscribers(("b@example.com", "a@example.com")) == Subscribers(("a@example.com", "b@example.com"))
