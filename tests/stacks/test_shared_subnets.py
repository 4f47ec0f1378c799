"""Names and tags of shared subnets in the sample: whose stacks have them, and that nothing of them is left when they are off."""

import json

import pytest

from tests.stacks.test_switches import resources

pytestmark = pytest.mark.row("A9", "E8")

STACKS = ["network", "production", "staging"]
SHARED = "shared-network-vpc_"


@pytest.fixture
def synthesize(synthesize_changed):
    def run(change=lambda _shares: None):
        def organization(data):
            data["shares"]["workload-subnets"]["subnet_tags"] = True
            change(data["shares"])

        def network(data):
            data["settings"]["network"]["subnets"]["private-a"] |= {"name": "apps-a", "tags": {"team/owner": "web"}}

        return synthesize_changed(organization, STACKS, also={"accounts/network.yaml": network})

    return run


def _tags(stack):
    return {
        name.removeprefix(SHARED).rpartition("_")[0]: block["for_each"]
        for name, block in stack["resource"].get("aws_ec2_tag", {}).items()
        if name.startswith(SHARED)
    }


def test_whom_they_are_shared_with_sees_names_and_tags(synthesize):
    stacks = synthesize()
    assert _tags(stacks["network"]) == {}
    for slug in ("production", "staging"):
        assert _tags(stacks[slug]) == {
            "vpc-tags": {"Name": "example"},
            "subnet-private-a-tags": {"Name": "apps-a", "team/owner": "web"},
            "subnet-private-b-tags": {"Name": "example-private-b"},
        }


def test_a_subnet_of_two_shares_is_tagged_once(synthesize):
    def again(shares):
        shares["web"] = {
            "account": "network",
            "subnets": ["private-a"],
            "subnet_tags": True,
            "principals": ["account:production"],
        }

    assert _tags(synthesize(again)["production"]) == _tags(synthesize()["production"])


def test_off_nothing_is_left(synthesized, synthesize):
    def off(shares):
        shares["workload-subnets"]["subnet_tags"] = False

    for slug in ("production", "staging"):
        assert resources(synthesize(off)[slug]) == resources(synthesized[slug])


def test_roles_tag_nothing_that_is_another_stacks(synthesize):
    statements = [
        statement
        for policy in synthesize()["staging"]["resource"]["aws_iam_policy"].values()
        if policy["name"].startswith("TerraformExecutionRole-")
        for statement in json.loads(policy["policy"])["Statement"]
        if "ec2:CreateTags" in statement["Action"]
    ]
    assert statements
    for statement in statements:
        conditions = statement["Condition"]["StringEqualsIfExists"]
        assert conditions == {"aws:RequestTag/stack": "staging", "aws:ResourceTag/stack": "staging"}
