"""A small organization whose traffic all goes through appliances of a Gateway Load Balancer: the ways, from its route tables."""

import copy

import pytest

from estate.local import running_local_aws
from tests.e2e import test_inspection as inspected
from tests.reachability import Networks
from tests.ring import Ring

pytestmark = [pytest.mark.e2e, pytest.mark.row("A8")]

SERVICE = "com.amazonaws.vpce.eu-central-1.vpce-svc-0a1b2c3d"


def hub(**firewall):
    found = copy.deepcopy(inspected.hub())
    found["network"]["vpcs"]["inspection"]["firewall"] = {"endpoint_service": SERVICE, **firewall}
    return found


ORGANIZATION = {key: value for key, value in inspected.ORGANIZATION.items() if key != "firewall_policies"}
ACCOUNTS = {**inspected.ACCOUNTS, "network": {**inspected.ACCOUNTS["network"], "settings": hub()}}


@pytest.fixture(scope="module")
def gate(tmp_path_factory):
    with running_local_aws() as local:
        found = Ring(tmp_path_factory.mktemp("gate"), local, ORGANIZATION, ACCOUNTS)
        found.write()
        found.deploy_all()
        yield found


def test_what_must_reach_each_other_does_by_the_same_endpoint_in_both_directions(gate):
    for name in ("network", "shop"):
        assert not gate.stack(name).plan(), name
    networks = gate.networks()
    inside = {pair for pair in networks.reached() if not {*pair} & inspected._of("inspection")}
    assert inside == networks.inspected() == inspected.BETWEEN | inspected.OUT


def test_without_appliance_mode_an_appliance_would_see_one_direction_only(gate):
    states = {slug: gate.state(slug) for slug in ("network", "lab", "shop")}
    for resource in states["network"]["resources"]:
        if resource["type"] == "aws_ec2_transit_gateway_vpc_attachment":
            for one in resource["instances"]:
                one["attributes"]["appliance_mode_support"] = "disable"
    assert inspected.BETWEEN - Networks(*states.values()).inspected()


@pytest.mark.row("C12")
def test_one_zone_is_enough_and_the_stacks_own_role_makes_it(gate):
    gate.write(network=hub(subnets=["firewall-a"]))
    assert not gate.deploy("network", TF_VAR_deploy_role="TerraformExecutionRole").plan()
    assert gate.networks().inspected() >= inspected.BETWEEN | inspected.OUT


def test_off_nothing_of_it_is_left(gate):
    gate.write(network=hub(enabled=False))
    stack = gate.deploy("network")
    assert not stack.plan()
    assert not [address for address in stack.addresses() if ".appliances" in address]
    assert not gate.networks().inspected()


def own(**balancer):
    """The load balancer in the account itself, in a VPC for its appliances."""
    found = hub()
    found["network"]["vpcs"]["inspection"]["firewall"] = {"gateway_load_balancer": "firewalls"}
    found["network"]["vpcs"]["appliances"] = {
        "cidr": "10.10.0.0/20",
        "zones": ["a", "b"],
        "tiers": {"private": {}},
        "endpoints": {"enabled": False},
    }
    said = {"vpc": "appliances", "accounts": ["account:shop"], "health_check": {"protocol": "HTTP", "path": "/health"}}
    found["network"]["gateway_load_balancers"] = {"firewalls": {**said, **balancer}}
    return found


def test_the_load_balancer_is_made_too_and_a_team_registers_appliances_only(gate):
    """In a target group whose ARN the stack tells, by GENEVE; and connects no VPC of accounts that are not named."""
    gate.write(network=own(delete_protection=False))
    gate.deploy("network")
    gate.write(network=own(delete_protection=False, cross_zone=True))
    stack = gate.deploy("network", TF_VAR_deploy_role="TerraformExecutionRole")
    assert not stack.plan()
    networks = gate.networks()
    inside = {pair for pair in networks.reached() if not {*pair} & inspected._of("inspection")}
    assert inside == networks.inspected() == inspected.BETWEEN | inspected.OUT
    outputs = stack.outputs()
    (endpoint, _) = [
        one["attributes"]
        for resource in gate.state("network")["resources"]
        if resource["type"] == "aws_vpc_endpoint"
        for one in resource["instances"]
    ]
    assert endpoint["service_name"] == outputs["endpoint_service_firewalls"]
    accounts = {
        each["Name"]: each["Id"] for each in gate.local.session().client("organizations").list_accounts()["Accounts"]
    }
    session = gate.local.session(accounts["Network"], region="eu-central-1")
    (group,) = session.client("elbv2").describe_target_groups(TargetGroupArns=[outputs["target_group_firewalls"]])[
        "TargetGroups"
    ]
    assert (group["Protocol"], group["Port"], group["HealthCheckPath"]) == ("GENEVE", 6081, "/health")
    (service,) = session.client("ec2").describe_vpc_endpoint_service_configurations()["ServiceConfigurations"]
    assert service["AcceptanceRequired"] is False
    found = session.client("ec2").describe_vpc_endpoint_service_permissions(ServiceId=service["ServiceId"])
    principals = {one["Principal"] for one in found["AllowedPrincipals"]}
    assert principals == {f"arn:aws:iam::{accounts[name]}:root" for name in ("Network", "Shop")}
    gate.write(network=hub(enabled=False))
    gone = gate.deploy("network")
    assert not gone.plan()
    assert not [address for address in gone.addresses() if "balancer" in address or ".appliances" in address]
