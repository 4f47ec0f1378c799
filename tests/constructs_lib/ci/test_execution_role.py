"""The role that Terraform works with in an account."""

import json

import pytest
from cdktf_cdktf_provider_aws.data_aws_availability_zones import DataAwsAvailabilityZones

from constructs_lib import (
    CrossAccountAccess,
    ExecutionRoleConstruct,
    InvalidValueError,
    SharedVpcConstruct,
    plan_subnets,
    resource_types,
)
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.evaluator import Policies, PolicySet, Principal, Request, evaluate
from tests.template import synth

CI = "arn:aws:iam::222222222222:role/TerraformCiDeployRole"
OWN = "arn:aws:iam::333333333333:role/TerraformExecutionRole"
ACCESS = CrossAccountAccess(
    account_id="333333333333", trusted_arns=(CI,), external_id="estate", organization_id="o-a1b2c3d4e5"
)
TYPES = ["aws_vpc", "aws_iam_role", "aws_iam_role_policy", "aws_iam_policy"]


def build(**changed):
    return synth(lambda stack: ExecutionRoleConstruct(stack, "role", **{"access": ACCESS, "types": TYPES, **changed}))


def may(template, action, resource="*"):
    documents = [
        PolicyDocument.from_terraform(found["policy"]) for found in template.resources("aws_iam_policy").values()
    ]
    request = Request(Principal.of(OWN), action, resource)
    return evaluate(request, Policies(identity=PolicySet.of(*documents))).allowed


@pytest.fixture(scope="module")
def template():
    return build()


@pytest.mark.row("A2", "B4")
def test_only_the_ci_role_with_organization_and_external_id_gets_in(template):
    role = template.only("aws_iam_role")
    assert role["name"] == "TerraformExecutionRole"
    assert role["max_session_duration"] == 3600
    assert json.loads(role["assume_role_policy"])["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"AWS": CI},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "sts:ExternalId": "estate"}},
        }
    ]


@pytest.mark.row("C12", "B4")
@pytest.mark.parametrize(
    ("action", "resource", "allowed"),
    [
        ("ec2:CreateVpc", "*", True),
        ("ec2:RunInstances", "*", False),
        ("s3:GetObject", "arn:aws:s3:::x/y", False),
        ("iam:CreateUser", "arn:aws:iam::333333333333:user/x", False),
        ("iam:PutRolePolicy", "arn:aws:iam::333333333333:role/app", True),
        ("iam:PutRolePolicy", OWN, True),
        ("iam:PutRolePolicy", "arn:aws:iam::333333333333:role/OrganizationAccountAccessRole", False),
        ("iam:UpdateAssumeRolePolicy", "arn:aws:iam::333333333333:role/aws-reserved/sso.amazonaws.com/x", False),
    ],
)
def test_it_may_do_what_its_types_need(template, action, resource, allowed):
    assert may(template, action, resource) is allowed


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:PutRolePolicy", OWN),
        ("iam:UpdateAssumeRolePolicy", OWN),
        ("iam:CreatePolicyVersion", "arn:aws:iam::333333333333:policy/TerraformExecutionRole-1"),
    ],
)
def test_it_can_be_kept_from_changing_itself(template, action, resource):
    assert may(template, action, resource)
    assert not may(build(manages_itself=False), action, resource)


def test_a_boundary_stays():
    boundary = "arn:aws:iam::333333333333:policy/Boundary"
    bounded = build(permissions_boundary=boundary)
    assert bounded.only("aws_iam_role")["permissions_boundary"] == boundary
    assert not may(bounded, "iam:DeleteRolePermissionsBoundary", OWN)
    assert not may(bounded, "iam:CreatePolicyVersion", boundary)
    assert may(bounded, "iam:DeleteRolePermissionsBoundary", "arn:aws:iam::333333333333:role/app")


@pytest.mark.row("C4")
def test_a_planning_role_reads():
    access = CrossAccountAccess(account_id="333333333333", role_name="TerraformPlanRole", trusted_arns=(CI,))
    planning = build(access=access, read_only=True)
    assert may(planning, "ec2:DescribeVpcs")
    assert may(planning, "iam:GetRolePolicy", OWN)
    assert not may(planning, "ec2:CreateVpc")
    assert not may(planning, "iam:PutRolePolicy", OWN)


def test_the_same_types_make_the_same_policy():
    def policies(found):
        return [policy["policy"] for policy in found.resources("aws_iam_policy").values()]

    assert policies(build(types=TYPES[::-1])) == policies(build())


def test_what_is_derived_is_to_be_reviewed(template):
    assert template.warnings == ()
    (warning,) = build(types=["aws_lambda_function"]).warnings
    assert "aws_lambda_function" in warning
    assert (
        build(types=["aws_lambda_function"], listed={"aws_lambda_function": ["lambda:CreateFunction"]}).warnings == ()
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"types": []}, "the resource types"), ({"types": ["aws_zzz"]}, "resource types of the AWS provider")],
)
def test_refusals(changed, said):
    with pytest.raises(InvalidValueError, match=said):
        build(**changed)


@pytest.mark.row("A2", "C12")
def test_constructs_tell_what_they_need():
    types = []

    def make(stack):
        vpc = SharedVpcConstruct(
            stack,
            "vpc",
            name="shared",
            cidr_block="10.0.0.0/16",
            subnets=plan_subnets("10.0.0.0/16", ["eu-central-1a"]),
        )
        zones = DataAwsAvailabilityZones(stack, "zones")
        types.extend(sorted(resource_types(vpc, zones)))
        ExecutionRoleConstruct(stack, "role", access=ACCESS, constructs=[vpc, zones])

    template = synth(make)
    assert types == ["aws_default_security_group", "aws_subnet", "aws_vpc", "data.aws_availability_zones"]
    named = build(types=types)
    assert template.resources("aws_iam_policy") == named.resources("aws_iam_policy")
    assert may(template, "ec2:CreateSubnet")
    assert not may(template, "ec2:CreateTransitGateway")


def test_a_stack_tells_all_that_is_in_it():
    template = synth(lambda stack: SharedVpcConstruct(stack, "vpc", name="a", cidr_block="10.0.0.0/16"))
    found = []
    synth(
        lambda stack: (
            SharedVpcConstruct(stack, "vpc", name="a", cidr_block="10.0.0.0/16"),
            found.append(resource_types(stack)),
        )
    )
    assert found[0] == {address.partition(".")[0] for address in template.addresses()}


def test_no_type_and_no_construct_is_refused():
    with pytest.raises(InvalidValueError, match=r"types is \[\]; expected the resource types .* or constructs of them"):
        build(types=[])
