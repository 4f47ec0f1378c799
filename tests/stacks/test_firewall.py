"""A firewall in a VPC: what it adds, and that nothing of it is left when it is off again."""

import json

import pytest

from tests.stacks.test_switches import resources

pytestmark = pytest.mark.row("A8", "E8")

CHILDREN = ("firewall-policy-central_", "firewall-inspection_")
VPC = ("vpc-inspection_", "internet-inspection_", "flow-logs-inspection_", "attachment-inspection_")


@pytest.fixture
def synthesize(synthesize_changed):
    def run(**firewall):
        def policies(data):
            data["firewall_policies"] = {
                "central": {"rule_groups": {"botnets": {"managed": "ThreatSignaturesBotnetStrictOrder", "priority": 1}}}
            }

        def network(data):
            data["settings"]["network"]["vpcs"] = {
                "inspection": {
                    "cidr": "10.18.0.0/20",
                    "zones": ["a", "b"],
                    "tiers": {"attachment": {}, "firewall": {}, "public": {}},
                    "nat": "per-zone",
                    "attachment": {"appliance_mode": True, "destinations": ["10.0.0.0/8"]},
                    "firewall": {"policy": "central", **firewall},
                }
            }

        return synthesize_changed(policies, ["network", "security"], also={"accounts/network.yaml": network})

    return run


def written_in_archive(stack):
    """Where services may write in the log archive."""
    for policy in stack["resource"]["aws_s3_bucket_policy"].values():
        for statement in json.loads(policy["policy"])["Statement"]:
            if statement["Principal"] == {"Service": "delivery.logs.amazonaws.com"} and "Put" in str(statement):
                found = statement["Resource"]
                return {each.split("/")[3] for each in ([found] if isinstance(found, str) else found)}
    raise AssertionError("nobody may write")


def test_on_it_adds_what_is_its_own_and_the_archive_takes_its_logs(synthesized, synthesize):
    on = synthesize()
    before, after = resources(synthesized["network"]), resources(on["network"])
    added = {address for address in after if address.partition(".")[2].startswith((*CHILDREN, *VPC))}
    more = set(after) - set(before) - added
    assert {address.partition(".")[2].partition("_")[0] for address in more} <= {"endpoints-inspection"}
    assert {address: body for address, body in after.items() if address in before} == before
    own = {address.partition(".")[0] for address in added if address.partition(".")[2].startswith(CHILDREN)}
    assert own == {
        "aws_networkfirewall_firewall",
        "aws_networkfirewall_firewall_policy",
        "aws_networkfirewall_logging_configuration",
        "aws_route",
    }
    assert written_in_archive(on["security"]) == {"network-firewall", "vpcflowlogs"}
    assert written_in_archive(synthesized["security"]) == {"vpcflowlogs"}


def test_gateway_endpoints_are_for_the_nat_gateways_only(synthesize):
    stack = synthesize()["network"]["resource"]
    (tables,) = {
        tuple(one["route_table_ids"])
        for name, one in stack["aws_vpc_endpoint"].items()
        if name.startswith("endpoints-inspection_")
    }
    assert {id_.partition("_routes-")[2].partition("_")[0] for id_ in tables} == {"public-a", "public-b"}


def test_without_logs_the_archive_is_as_it_was(synthesized, synthesize):
    stacks = synthesize(logs=[])
    assert resources(stacks["security"]) == resources(synthesized["security"])
    assert "aws_networkfirewall_logging_configuration" not in stacks["network"]["resource"]


def test_off_nothing_of_it_is_left(synthesized, synthesize):
    stacks = synthesize(enabled=False)
    left = [address for address in resources(stacks["network"]) if address.partition(".")[2].startswith(CHILDREN)]
    assert left == []
    assert resources(stacks["security"]) == resources(synthesized["security"])
    assert not [kind for kind in stacks["network"]["resource"] if kind.startswith("aws_networkfirewall")]


def test_appliances_of_a_gateway_load_balancer_take_its_place(synthesized, synthesize_changed):
    def network(data):
        data["settings"]["network"]["vpcs"] = {
            "inspection": {
                "cidr": "10.18.0.0/20",
                "zones": ["a", "b"],
                "tiers": {"attachment": {}, "firewall": {}, "public": {}},
                "nat": "per-zone",
                "attachment": {"appliance_mode": True, "destinations": ["10.0.0.0/8"]},
                "firewall": {"endpoint_service": "com.amazonaws.vpce.eu-central-1.vpce-svc-0a1b2c3d"},
            }
        }

    stacks = synthesize_changed(network, ["network", "security"], "accounts/network.yaml")
    before, after = resources(synthesized["network"]), resources(stacks["network"])
    assert {address: body for address, body in after.items() if address in before} == before
    own = [address for address in after if address.partition(".")[2].startswith("appliances-inspection_")]
    assert {address.partition(".")[0] for address in own} == {"aws_route", "aws_vpc_endpoint"}
    assert len(own) == 6  # an endpoint a zone, what comes by the transit gateway, what comes back from the internet
    assert not [kind for kind in stacks["network"]["resource"] if kind.startswith("aws_networkfirewall")]
    assert resources(stacks["security"]) == resources(synthesized["security"])


def test_the_stacks_role_may_what_a_firewall_takes(synthesize):
    """By name, where AWS knows names: the policy that a new firewall gets is one of the things that it is made with."""
    policies = synthesize()["network"]["resource"]["aws_iam_policy"]
    own = [json.loads(one["policy"]) for name, one in policies.items() if name.startswith("execution-role_")]
    made = [
        statement["Resource"]
        for policy in own
        for statement in policy["Statement"]
        if "network-firewall:CreateFirewall" in statement.get("Action", ())
    ]
    (found,) = made
    assert {arn.split(":", 5)[5] for arn in found} == {"firewall/example-inspection", "firewall-policy/*"}
