import pytest

from constructs_lib.cost.commitment_budget import CommitmentBudgetConstruct
from constructs_lib.cost.subscribers import Subscribers
from constructs_lib.errors import InvalidValueError
from tests.template import synth


def build(stack, **changes):
    arguments = {
        "name": "rds-reservations",
        "commitment": "reservations",
        "measure": "utilization",
        "service": "rds",
        "below_percent": 90,
        "subscribers": Subscribers(("finance@example.com",)),
    }
    return CommitmentBudgetConstruct(stack, "budget", **{**arguments, **changes})


@pytest.mark.row("C10")
def test_reservations_are_about_one_service():
    budget = synth(build).only("aws_budgets_budget")
    assert (budget["budget_type"], budget["limit_amount"], budget["limit_unit"]) == (
        "RI_UTILIZATION",
        "100.0",
        "PERCENTAGE",
    )
    assert budget["cost_filter"] == [{"name": "Service", "values": ["Amazon Relational Database Service"]}]
    (alert,) = budget["notification"]
    assert (alert["comparison_operator"], alert["threshold"]) == ("LESS_THAN", 90)
    assert [name for name, included in budget["cost_types"].items() if included] == ["include_subscription"]


@pytest.mark.row("C10")
@pytest.mark.parametrize(
    ("commitment", "measure", "service", "type_"),
    [
        ("reservations", "coverage", "ec2", "RI_COVERAGE"),
        ("savings-plans", "coverage", None, "SAVINGS_PLANS_COVERAGE"),
        ("savings-plans", "utilization", None, "SAVINGS_PLANS_UTILIZATION"),
    ],
)
def test_commitment_and_measure_make_the_type(commitment, measure, service, type_):
    budget = synth(lambda stack: build(stack, commitment=commitment, measure=measure, service=service)).only(
        "aws_budgets_budget"
    )
    assert budget["budget_type"] == type_
    assert ("cost_filter" in budget) == (service is not None)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"service": None}, "for reservations"),
        ({"service": "s3"}, "service is 's3'"),
        ({"commitment": "savings-plans"}, "Savings Plans span services"),
        ({"commitment": "spot"}, "commitment is 'spot'"),
        ({"measure": "price"}, "measure is 'price'"),
        ({"below_percent": 0}, "below_percent is 0"),
        ({"period": "HOURLY"}, "period is 'HOURLY'"),
    ],
)
def test_what_budgets_would_refuse_is_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, **changes))
