import pytest

from constructs_lib import InvalidValueError, InventoryConstruct
from tests.template import synth

pytestmark = pytest.mark.row("A8")


@pytest.mark.parametrize(("hours", "expected"), [(12, "rate(12 hours)"), (1, "rate(1 hour)")])
def test_all_machines_are_asked_as_often_as_told(hours, expected):
    found = synth(lambda stack: InventoryConstruct(stack, "inventory", every_hours=hours)).only("aws_ssm_association")
    assert found["name"] == "AWS-GatherSoftwareInventory"
    assert found["targets"] == [{"key": "InstanceIds", "values": ["*"]}]
    assert found["schedule_expression"] == expected


def test_never_is_refused():
    with pytest.raises(InvalidValueError, match="every_hours"):
        synth(lambda stack: InventoryConstruct(stack, "inventory", every_hours=0))
