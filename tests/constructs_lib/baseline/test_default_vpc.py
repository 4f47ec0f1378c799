from constructs_lib.baseline.default_vpc import DefaultVpcConstruct
from tests.template import synth


def test_the_default_security_group_is_closed_and_the_vpc_outlives_the_construct():
    template = synth(lambda stack: DefaultVpcConstruct(stack, "vpc"))
    assert template.only("aws_default_vpc")["force_destroy"] is False
    group = template.only("aws_default_security_group")
    assert set(group) == {"vpc_id"}
    assert group["vpc_id"].startswith("${aws_default_vpc.")
