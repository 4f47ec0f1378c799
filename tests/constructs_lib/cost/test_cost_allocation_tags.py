import pytest

from constructs_lib.cost.cost_allocation_tags import CostAllocationTagsConstruct
from constructs_lib.errors import InvalidValueError
from tests.template import synth


def build(stack, keys):
    return CostAllocationTagsConstruct(stack, "tags", keys=keys)


@pytest.mark.row("C9")
def test_each_key_is_active_whatever_their_order():
    template = synth(lambda stack: build(stack, ["owner", "Cost:Center", "owner"]))
    found = template.resources("aws_ce_cost_allocation_tag").values()
    assert sorted((tag["tag_key"], tag["status"]) for tag in found) == [("Cost:Center", "Active"), ("owner", "Active")]
    assert synth(lambda stack: build(stack, ["Cost:Center", "owner"])).json == template.json


@pytest.mark.parametrize("keys", [["cost-center", "Cost:Center"], [""], ["x" * 129]])
def test_keys_that_cannot_be_told_apart_or_written_are_refused(keys):
    with pytest.raises(InvalidValueError, match="keys is"):
        synth(lambda stack: build(stack, keys))
