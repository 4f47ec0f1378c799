import json

import pytest

from constructs_lib.errors import InvalidPolicyError, InvalidValueError
from constructs_lib.network.vpc_endpoints import VpcEndpointsConstruct
from constructs_lib.policies.document import PolicyDocument, allow
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


READ = PolicyDocument.of(allow("s3:GetObject", "*", principals="*"))


def policies(**changes):
    template = synth(lambda stack: build(stack, policies={"s3": READ}, **changes))
    return {
        one["service_name"].rpartition(".")[2]: json.loads(one["policy"])["Statement"] if "policy" in one else None
        for one in template.resources("aws_vpc_endpoint").values()
    }


def test_a_service_can_have_a_policy_of_its_own():
    (statement,) = policies()["s3"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", "s3:GetObject")
    assert policies()["dynamodb"] is None


def test_whatever_a_policy_allows_others_than_the_organization_are_turned_away():
    found = policies(organization_id="o-a1b2c3d4e5")
    read, others = found["s3"]
    assert read["Action"] == "s3:GetObject"
    assert others == {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
    }
    assert [one["Effect"] for one in found["dynamodb"]] == ["Allow"]


def test_a_policy_that_aws_would_refuse_is_refused():
    nobody = PolicyDocument.of(allow("s3:GetObject", "*"))
    with pytest.raises(InvalidPolicyError, match="needs a Principal"):
        synth(lambda stack: build(stack, policies={"s3": nobody}))


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
