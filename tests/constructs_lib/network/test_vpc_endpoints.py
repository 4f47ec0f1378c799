import json

import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.vpc_endpoints import VpcEndpointsConstruct
from tests.template import synth


def build(stack, **changes):
    arguments = {
        "name": "shared",
        "vpc_id": "vpc-1",
        "vpc_cidr": "10.16.0.0/16",
        "region": "eu-central-1",
        "route_table_ids": ["rtb-1"],
    }
    return VpcEndpointsConstruct(stack, "endpoints", **{**arguments, **changes})


def test_the_free_gateways_are_there_by_default_and_nothing_that_costs():
    template = synth(build)
    found = template.resources("aws_vpc_endpoint").values()
    assert {(one["service_name"], one["vpc_endpoint_type"]) for one in found} == {
        ("com.amazonaws.eu-central-1.dynamodb", "Gateway"),
        ("com.amazonaws.eu-central-1.s3", "Gateway"),
    }
    assert not template.resources("aws_security_group")


def test_interfaces_are_reached_from_the_vpc_by_https_only():
    template = synth(
        lambda stack: build(stack, gateways=[], interfaces=["ssm", "ecr.api"], subnet_ids=["subnet-1", "subnet-2"])
    )
    found = template.resources("aws_vpc_endpoint").values()
    assert {one["service_name"] for one in found} == {
        "com.amazonaws.eu-central-1.ssm",
        "com.amazonaws.eu-central-1.ecr.api",
    }
    assert all(one["private_dns_enabled"] is True and one["subnet_ids"] == ["subnet-1", "subnet-2"] for one in found)
    rule = template.only("aws_vpc_security_group_ingress_rule")
    assert (rule["cidr_ipv4"], rule["from_port"], rule["to_port"]) == ("10.16.0.0/16", 443, 443)


def test_endpoints_can_be_kept_to_the_organization():
    template = synth(lambda stack: build(stack, organization_id="o-a1b2c3d4e5"))
    for found in template.resources("aws_vpc_endpoint").values():
        (statement,) = json.loads(found["policy"])["Statement"]
        assert statement["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"gateways": ["ec2"]}, "gateways is 'ec2'"),
        ({"route_table_ids": []}, "for the gateways"),
        ({"interfaces": ["ssm"]}, "for the interfaces"),
        ({"interfaces": ["SSM"], "subnet_ids": ["subnet-1"]}, "interfaces is 'SSM'"),
        ({"organization_id": "acme"}, "organization_id is 'acme'"),
    ],
)
def test_endpoints_that_nobody_could_reach_are_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, **changes))
