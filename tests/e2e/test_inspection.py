"""A small organization whose traffic all goes through a firewall, then appliances: deployed, and the ways, by its route tables."""

import copy

import pytest

from estate.local import running_local_aws
from tests.reachability import INTERNET, Networks
from tests.ring import Ring, both, subnet

pytestmark = [pytest.mark.e2e, pytest.mark.row("A8")]

RULES = """\
alert tcp any any -> any 22 (msg: "SSH"; sid: 1; rev: 1;)
drop http any any -> any any (msg: "Log4j"; content: "${jndi:"; sid: 2; rev: 1;)
"""
NAMES = "# what may be reached\n.example.com\nexample.org\n"
ORGANIZATION = {
    "name": "Gate",
    "slug": "gate",
    "email": "aws+{account}@example.com",
    "regions": {"home": "eu-central-1", "governed": ["eu-central-1"]},
    "trusted_services": ["ram.amazonaws.com"],
    "organizational_units": {"infrastructure": {}, "spokes": {}},
    "shares": {"routing": {"account": "network", "transit_gateway": True, "principals": ["ou:spokes"]}},
    "firewall_policies": {
        "central": {
            "rule_groups": {
                "botnets": {"managed": "ThreatSignaturesBotnetStrictOrder", "priority": 10},
                "rules": {"rules": "documents/central.rules", "capacity": 10, "priority": 20},
                "names": {"domains": "documents/names.txt", "capacity": 10, "priority": 30},
            }
        }
    },
}


def spoke(number, name):
    zones = {
        f"{name}-{zone}": {"cidr": f"10.{number}.{third}.0/20", "zone": zone} for zone, third in (("a", 0), ("b", 16))
    }
    return {
        "network": {
            "cidr": f"10.{number}.0.0/16",
            "subnets": zones,
            "endpoints": {"enabled": False},
            "attachment": {"destinations": ["0.0.0.0/0"]},
        }
    }


def hub(egress=None, **firewall):
    """Everything in the VPC that inspects, or the way out in one of its own."""
    inspection = {
        "cidr": "10.8.0.0/20",
        "zones": ["a", "b"],
        "tiers": {"attachment": {}, "firewall": {}, **({} if egress else {"public": {}})},
        "nat": "none" if egress else "per-zone",
        "endpoints": {"enabled": False},
        "firewall": {"policy": "central", **firewall},
        "attachment": {"destinations": ["0.0.0.0/0" if egress else "10.0.0.0/8"], "appliance_mode": True},
    }
    way_out = {
        "cidr": "10.9.0.0/20",
        "zones": ["a", "b"],
        "tiers": {"attachment": {}, "public": {}},
        "nat": "per-zone",
        "endpoints": {"enabled": False},
        "attachment": {"destinations": ["10.0.0.0/8"]},
    }
    preset = {"kind": "inspection", "inspection": "inspection", **({"egress": egress} if egress else {})}
    return {
        "transit_gateway": {"preset": preset},
        "network": {
            "cidr": "10.0.0.0/16",
            "subnets": {"services": subnet("10.0.0.0/20")},
            "endpoints": {"enabled": False},
            "attachment": {"destinations": ["0.0.0.0/0"]},
            "vpcs": {"inspection": inspection, **({egress: way_out} if egress else {})},
        },
    }


ACCOUNTS = {
    "management": {"name": "Management", "purpose": "management", "id": "111111111111", "email": "aws@example.com"},
    "network": {
        "name": "Network",
        "purpose": "network",
        "ou": "infrastructure",
        "settings": hub(delete_protection=False),
    },
    "lab": {"name": "Lab", "ou": "spokes", "settings": spoke(2, "lab")},
    "shop": {"name": "Shop", "ou": "spokes", "settings": spoke(1, "app")},
}


@pytest.fixture(scope="module")
def gate(tmp_path_factory):
    with running_local_aws() as local:
        policies = {"documents/central.rules": RULES, "documents/names.txt": NAMES}
        found = Ring(tmp_path_factory.mktemp("gate"), local, ORGANIZATION, ACCOUNTS, policies)
        found.write()
        found.deploy_all()
        yield found


LAB, APP, SERVICES = ("gate-lab-a", "gate-lab-b"), ("gate-app-a", "gate-app-b"), ("gate-services",)
BETWEEN = both(
    *((one, other) for here, there in ((LAB, APP), (LAB, SERVICES), (APP, SERVICES)) for one in here for other in there)
)
OUT = {(name, INTERNET) for name in (*LAB, *APP, *SERVICES)}


def test_one_run_deploys_the_firewall_and_the_ways_through_it(gate):
    for name in ("network", "shop"):
        assert not gate.stack(name).plan(), name


def test_rules_arrive_as_they_are_written(gate):
    (group,) = [
        one["attributes"]["rule_group"][0]["rules_source"][0]["rules_string"]
        for resource in gate.state("network")["resources"]
        if resource["type"] == "aws_networkfirewall_rule_group" and "rules" in resource["name"]
        for one in resource["instances"]
    ]
    assert group == RULES.rstrip()


def test_what_must_reach_each_other_does_by_the_same_firewall_in_both_directions(gate):
    """Spokes, what is shared and the internet; and nothing else by any way."""
    networks = gate.networks()
    inside = {pair for pair in networks.reached() if not {*pair} & _of("inspection")}
    assert inside == networks.inspected() == BETWEEN | OUT


def _of(vpc, zones="ab", tiers=("attachment", "firewall", "public")):
    return {f"gate-{vpc}-{tier}-{zone}" for tier in tiers for zone in zones}


def test_without_appliance_mode_a_firewall_would_see_one_direction_only(gate):
    """What is refused, and what the computation would find."""
    states = {slug: gate.state(slug) for slug in ("network", "lab", "shop")}
    for resource in states["network"]["resources"]:
        if resource["type"] == "aws_ec2_transit_gateway_vpc_attachment":
            for one in resource["instances"]:
                one["attributes"]["appliance_mode_support"] = "disable"
    networks = Networks(*states.values())
    assert BETWEEN - networks.inspected() == both(
        *((one, other) for one, other in BETWEEN if one.endswith("-b") != other.endswith("-b"))
    )


@pytest.mark.row("C12")
def test_a_way_out_of_its_own_is_beyond_the_firewall(gate):
    """The stack's own role makes it, by the names and tags that it may touch."""
    gate.write(network=hub("egress", delete_protection=False))
    assert not gate.deploy("network").plan()
    networks = gate.networks()
    others = _of("inspection") | _of("egress")
    assert {pair for pair in networks.reached() if not {*pair} & others} == BETWEEN | OUT
    assert networks.inspected() >= BETWEEN | OUT


@pytest.mark.row("C12")
def test_one_zone_is_enough_and_the_stacks_own_role_mends_it(gate):
    """It makes a firewall that somebody deleted, and changes what one lets through."""
    one = hub("egress", delete_protection=False, subnets=["firewall-a"])
    gate.write(network=one)
    assert not gate.deploy("network").plan()
    assert gate.networks().inspected() >= BETWEEN | OUT
    accounts = gate.local.session().client("organizations").list_accounts()["Accounts"]
    (account,) = (each["Id"] for each in accounts if each["Name"] == "Network")
    gate.local.session(account, region="eu-central-1").client("network-firewall").delete_firewall(
        FirewallName="gate-inspection"
    )
    (gate.config / "policies" / "documents" / "names.txt").write_text("example.com\n")
    gate.write()
    assert not gate.deploy("network", TF_VAR_deploy_role="TerraformExecutionRole").plan()
    assert gate.networks().inspected() >= BETWEEN | OUT


def test_off_again_nothing_of_it_is_left(gate):
    gate.write(network=hub("egress", enabled=False))
    stack = gate.deploy("network")
    assert not stack.plan()
    assert not [address for address in stack.addresses() if address.startswith("aws_networkfirewall")]
    assert not gate.networks().inspected()


SERVICE = "com.amazonaws.vpce.eu-central-1.vpce-svc-0a1b2c3d"


def appliances(**firewall):
    """Everything in the VPC that inspects, by appliances of a Gateway Load Balancer elsewhere."""
    found = copy.deepcopy(hub())
    found["network"]["vpcs"]["inspection"]["firewall"] = {"endpoint_service": SERVICE, **firewall}
    return found


def test_what_must_reach_each_other_does_by_the_same_endpoint_in_both_directions(gate):
    gate.organization = {key: value for key, value in ORGANIZATION.items() if key != "firewall_policies"}
    gate.write(network=appliances())
    gate.deploy("network")
    for name in ("network", "shop"):
        assert not gate.stack(name).plan(), name
    networks = gate.networks()
    inside = {pair for pair in networks.reached() if not {*pair} & _of("inspection")}
    assert inside == networks.inspected() == BETWEEN | OUT


def test_without_appliance_mode_an_appliance_would_see_one_direction_only(gate):
    states = {slug: gate.state(slug) for slug in ("network", "lab", "shop")}
    for resource in states["network"]["resources"]:
        if resource["type"] == "aws_ec2_transit_gateway_vpc_attachment":
            for one in resource["instances"]:
                one["attributes"]["appliance_mode_support"] = "disable"
    assert BETWEEN - Networks(*states.values()).inspected()


@pytest.mark.row("C12")
def test_one_zone_is_enough_of_appliances_too_and_the_stacks_own_role_makes_it(gate):
    gate.write(network=appliances(subnets=["firewall-a"]))
    assert not gate.deploy("network", TF_VAR_deploy_role="TerraformExecutionRole").plan()
    assert gate.networks().inspected() >= BETWEEN | OUT


def own(**balancer):
    """The load balancer in the account itself, in a VPC for its appliances."""
    found = appliances()
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
    inside = {pair for pair in networks.reached() if not {*pair} & _of("inspection")}
    assert inside == networks.inspected() == BETWEEN | OUT
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
    gate.write(network=appliances(enabled=False))
    gone = gate.deploy("network")
    assert not gone.plan()
    assert not [address for address in gone.addresses() if "balancer" in address or ".appliances" in address]
    assert not gate.networks().inspected()
