"""A VPC with IPv6 beside IPv4: deployed, switched on and off where it is, and its ways computed from its route tables."""

import copy
from ipaddress import IPv6Network

import pytest

from estate.local import running_local_aws
from estate.terraform.stack import TerraformError
from tests.ring import Ring

pytestmark = [pytest.mark.e2e, pytest.mark.row("A8")]

ORGANIZATION = {
    "name": "Six",
    "slug": "six",
    "email": "aws+{account}@example.com",
    "regions": {"home": "eu-central-1", "governed": ["eu-central-1"]},
    "organizational_units": {"spokes": {}},
}
VPC = {
    "cidr": "10.0.0.0/16",
    "zones": ["a", "b"],
    "tiers": {"attachment": {}, "data": {}, "private": {}, "public": {}},
    "secondary_cidrs": {"pods": "100.64.0.0/16"},
    "subnets": {"pods": {"cidr": "100.64.0.0/20", "zone": "a", "ipv6_number": 255}},
    "endpoints": {"enabled": False},
}
ACCOUNTS = {
    "management": {"name": "Management", "purpose": "management", "id": "111111111111", "email": "aws@example.com"},
    "shop": {"name": "Shop", "ou": "spokes", "settings": {"network": VPC}},
}
OUT = {f"six-{name}" for name in ("attachment-a", "attachment-b", "private-a", "private-b", "pods")}
DATA, PUBLIC = {"six-data-a", "six-data-b"}, {"six-public-a", "six-public-b"}


@pytest.fixture(scope="module")
def six(tmp_path_factory):
    with running_local_aws() as local:
        found = Ring(tmp_path_factory.mktemp("six"), local, ORGANIZATION, ACCOUNTS)
        found.write()
        found.deploy_all()
        yield found


OWN = {"TF_VAR_deploy_role": "TerraformExecutionRole"}


def deploy(six, role=(), **ipv6):
    six.write(shop={"network": {**copy.deepcopy(VPC), "ipv6": ipv6}})
    stack = six.deploy("shop", **dict(role))
    assert not stack.plan()
    return six.networks()


def attributes(six, kind):
    return [
        one["attributes"]
        for resource in six.state("shop")["resources"]
        if resource["type"] == kind
        for one in resource["instances"]
    ]


def test_without_it_there_is_none(six):
    assert six.networks().ipv6() == {}


@pytest.mark.row("C12")
def test_a_vpc_gets_it_where_it_is_and_lets_nothing_in_but_where_it_is_public(six):
    before = {one["id"] for one in attributes(six, "aws_subnet")}
    ways = deploy(six, OWN).ipv6()
    assert ways == {**dict.fromkeys(OUT | DATA), **dict.fromkeys(PUBLIC, "both")}
    assert {one["id"] for one in attributes(six, "aws_subnet")} == before


def test_each_subnet_has_a_part_of_its_own_that_its_place_says(six):
    (vpc,) = attributes(six, "aws_vpc")
    parts = list(IPv6Network(vpc["ipv6_cidr_block"]).subnets(new_prefix=64))
    found = {one["tags"]["Name"]: one for one in attributes(six, "aws_subnet")}
    numbers = {name: parts.index(IPv6Network(one["ipv6_cidr_block"])) for name, one in found.items()}
    assert numbers == {
        "six-private-a": 0,
        "six-private-b": 32,
        "six-data-a": 128,
        "six-data-b": 144,
        "six-public-a": 192,
        "six-public-b": 200,
        "six-attachment-a": 224,
        "six-attachment-b": 228,
        "six-pods": 255,
    }
    asked_for = {name for name, one in found.items() if not one["assign_ipv6_address_on_creation"]}
    assert asked_for == PUBLIC


def test_private_subnets_reach_out_and_nothing_comes_in(six):
    ways = deploy(six, egress=True).ipv6()
    assert ways == {**dict.fromkeys(DATA), **dict.fromkeys(OUT, "out"), **dict.fromkeys(PUBLIC, "both")}


@pytest.mark.row("C12")
def test_the_stacks_own_role_mends_the_way_out(six):
    (gateway,) = attributes(six, "aws_egress_only_internet_gateway")
    accounts = six.local.session().client("organizations").list_accounts()["Accounts"]
    (shop,) = (each["Id"] for each in accounts if each["Name"] == "Shop")
    ec2 = six.local.session(shop, region="eu-central-1").client("ec2")
    ec2.delete_egress_only_internet_gateway(EgressOnlyInternetGatewayId=gateway["id"])
    assert deploy(six, OWN, egress=True).ipv6()["six-private-a"] == "out"
    assert attributes(six, "aws_egress_only_internet_gateway")[0]["id"] != gateway["id"]


def test_off_at_once_aws_refuses(six):
    deploy(six)
    with pytest.raises(TerraformError, match="has a part of the VPC"):
        deploy(six, enabled=False)


def test_off_after_the_subnets_nothing_of_it_is_left(six):
    assert deploy(six, subnets=False).ipv6() == {}
    assert deploy(six, enabled=False).ipv6() == {}
    (vpc,) = attributes(six, "aws_vpc")
    assert not vpc["ipv6_cidr_block"]
    assert attributes(six, "aws_egress_only_internet_gateway") == []
