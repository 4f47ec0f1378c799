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
