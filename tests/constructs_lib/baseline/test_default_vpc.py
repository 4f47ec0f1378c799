import pytest

from constructs_lib.baseline.default_vpc import DefaultVpcConstruct
from tests.template import synth


@pytest.mark.parametrize(("changes", "removable"), [({}, False), ({"removable": True}, True)])
def test_the_default_security_group_is_closed_and_the_vpc_stays_unless_asked(changes, removable):
    template = synth(lambda stack: DefaultVpcConstruct(stack, "vpc", **changes))
    assert template.only("aws_default_vpc")["force_destroy"] is removable
    group = template.only("aws_default_security_group")
    assert set(group) == {"vpc_id"}
    assert group["vpc_id"].startswith("${aws_default_vpc.")
