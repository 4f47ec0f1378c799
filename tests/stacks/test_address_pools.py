"""Pools below those of regions, and VPCs that have ranges of them: what they add where, and that nothing is left when they are off."""

import json

import pytest

from tests.stacks.test_switches import resources

pytestmark = pytest.mark.row("A8", "E8")

STACKS = ["network", "production"]


@pytest.fixture
def synthesize(synthesize_changed):
    def run(pool="live"):
        def share(data):
            data["shares"]["addresses"] = {
                "account": "network",
                "ipam_pools": ["live"],
                "principals": ["ou:workloads"],
            }

        def network(data):
            data["settings"]["ipam"]["pools"] = {
                "live": {"region": "eu-central-1", "cidr": "10.20.0.0/16", "reserved": {"plant": "10.20.128.0/20"}},
                "hub": {"region": "eu-central-1", "cidr": "10.19.0.0/16"},
            }
            data["settings"]["network"]["vpcs"] = {"hub": {"cidr": "10.19.0.0/20", "ipam_pool": "hub"}}

        def production(data):
            data["settings"] = {"network": {"cidr": "10.20.16.0/20", **({"ipam_pool": pool} if pool else {})}}

        also = {"accounts/network.yaml": network, "accounts/production.yaml": production}
        return synthesize_changed(share, STACKS, also=also)

    return run


def vpc(stack, construct):
    (found,) = (one for name, one in stack["resource"]["aws_vpc"].items() if name.startswith(f"{construct}_"))
    return found


def test_a_vpc_takes_its_range_from_the_pool_that_is_looked_up(synthesize):
    stack = synthesize()["production"]
    (found,) = stack["data"]["aws_vpc_ipam_pool"].values()
    assert {one["name"]: one["values"] for one in found["filter"]} == {
        "address-family": ["ipv4"],
        "description": ["example live"],
    }
    made = vpc(stack, "vpc")
    assert (made["cidr_block"], made["ipv4_ipam_pool_id"]) == (
        "10.20.16.0/20",
        "${data.aws_vpc_ipam_pool.ipam-pool-live.id}",
    )
    assert made["lifecycle"] == {"ignore_changes": ["ipv4_ipam_pool_id"]}


def test_the_owners_own_vpc_names_the_pool_itself(synthesize, synthesized):
    stack = synthesize()["network"]
    assert vpc(stack, "vpc-hub")["ipv4_ipam_pool_id"].startswith("${aws_vpc_ipam_pool_cidr.ipam_cidr-hub_")
    assert "aws_vpc_ipam_pool" not in stack["data"]
    assert vpc(stack, "vpc") == vpc(synthesized["network"], "vpc")
    shared = {one["resource_arn"] for one in stack["resource"]["aws_ram_resource_association"].values()}
    assert [arn for arn in shared if "pool-live" in arn]


def test_on_it_adds_what_is_its_own(synthesize, synthesized):
    before, after = resources(synthesized["network"]), resources(synthesize()["network"])
    assert {address: body for address, body in after.items() if address in before} == before
    added = {address.partition(".")[2].partition("_")[0] for address in set(after) - set(before)}
    assert added <= {"ipam", "share-addresses", "vpc-hub", "flow-logs-hub", "endpoints-hub", "internet-hub"}


def may(stack, action):
    return action in json.dumps(stack["resource"]["aws_iam_policy"])


@pytest.mark.row("C12")
def test_who_may_read_pools_and_reserve_ranges(synthesize, synthesized):
    on = synthesize()
    assert may(on["production"], "ec2:DescribeIpamPools")
    assert not may(on["production"], "ec2:AllocateIpamPoolCidr")
    assert may(on["network"], "ec2:AllocateIpamPoolCidr")
    assert not any(may(stack, "ec2:AllocateIpamPoolCidr") for stack in synthesized.values())
    assert not may(synthesized["production"], "ec2:DescribeIpamPools")


def test_off_the_vpc_is_as_it_would_be_without(synthesize):
    stack = synthesize(pool=None)["production"]
    assert "aws_vpc_ipam_pool" not in stack.get("data", {})
    made = vpc(stack, "vpc")
    assert "ipv4_ipam_pool_id" not in made
    # Terraform would make one anew that was made from a pool.
    assert made["lifecycle"] == {"ignore_changes": ["ipv4_ipam_pool_id"]}
