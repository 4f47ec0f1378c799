import pytest

from constructs_lib import InvalidValueError, RamShareConstruct, SharedVpcConstruct
from tests.template import synth

ZONES = ["eu-central-1a", "eu-central-1b"]


def vpc(stack, **arguments):
    return SharedVpcConstruct(
        stack,
        "shared",
        **{"name": "shared", "cidr_block": "10.0.0.0/16", "availability_zones": ZONES, **arguments},
    )


@pytest.mark.row("A8")
def test_subnets_across_zones():
    template = synth(vpc)
    subnets = {found["tags"]["Name"]: found for found in template.resources("aws_subnet").values()}
    assert {name: (found["availability_zone"], found["cidr_block"]) for name, found in subnets.items()} == {
        "shared-private-a": ("eu-central-1a", "10.0.0.0/20"),
        "shared-private-b": ("eu-central-1b", "10.0.16.0/20"),
    }


def test_closed_until_something_is_opened():
    template = synth(vpc)
    assert all(subnet["map_public_ip_on_launch"] is False for subnet in template.resources("aws_subnet").values())
    group = template.only("aws_default_security_group")
    assert "ingress" not in group
    assert "egress" not in group
    assert {address.partition(".")[0] for address in template.addresses()} == {
        "aws_default_security_group",
        "aws_subnet",
        "aws_vpc",
    }


def test_addresses_stay_when_the_network_grows():
    before = synth(vpc).addresses()
    grown = synth(lambda stack: vpc(stack, availability_zones=["eu-central-1c", *ZONES], tiers=["private", "data"]))
    assert set(before) < set(grown.addresses())
    assert before == [
        "aws_default_security_group.shared_default-security-group_A319ADAF",
        "aws_subnet.shared_subnet-private-a_81EC58E6",
        "aws_subnet.shared_subnet-private-b_6FFFA63D",
        "aws_vpc.shared_6AC20809",
    ]


def test_tags_reach_everything():
    template = synth(lambda stack: vpc(stack, tags={"team": "network"}))
    for type_ in ("aws_vpc", "aws_subnet", "aws_default_security_group"):
        assert all(found["tags"]["team"] == "network" for found in template.resources(type_).values())


@pytest.mark.row("A8")
def test_it_feeds_a_share():
    template = synth(
        lambda stack: RamShareConstruct(
            stack, "share", name="s", resources=vpc(stack).subnet_arns, principals={"production": "444455556666"}
        )
    )
    assert len(template.resources("aws_ram_resource_association")) == len(ZONES)


def test_a_network_without_zones_is_a_mistake():
    with pytest.raises(InvalidValueError, match=r"availability_zones .* expected at least one"):
        synth(lambda stack: vpc(stack, availability_zones=[]))
