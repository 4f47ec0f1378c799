import pytest

from constructs_lib import InvalidValueError, RamShareConstruct, SharedVpcConstruct
from constructs_lib.network.subnets import VpcSubnet, plan_subnets
from tests.template import synth

CIDR = "10.0.0.0/16"
ZONES = ["eu-central-1a", "eu-central-1b"]


def vpc(stack, **arguments):
    return SharedVpcConstruct(
        stack,
        "shared",
        **{"name": "shared", "cidr_block": CIDR, "subnets": plan_subnets(CIDR, ZONES), **arguments},
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
    grown = synth(lambda stack: vpc(stack, subnets=plan_subnets(CIDR, ["eu-central-1c", *ZONES], ["private", "data"])))
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


@pytest.mark.parametrize(
    ("subnets", "message"),
    [
        ([VpcSubnet("a", "eu-central-1a", "10.1.0.0/20")], r"10\.1\.0\.0/20.* a part of the VPC's 10\.0\.0\.0/16"),
        (
            [VpcSubnet("a", "eu-central-1a", "10.0.0.0/20"), VpcSubnet("b", "eu-central-1b", "10.0.8.0/21")],
            r"10\.0\.8\.0/21.* no overlap with 'a' \(10\.0\.0\.0/20\)",
        ),
    ],
)
def test_subnets_that_do_not_fit_are_refused(subnets, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: vpc(stack, subnets=subnets))


def test_subnets_can_come_later():
    before = synth(lambda stack: vpc(stack, subnets=()))
    assert set(before.addresses()) < set(synth(vpc).addresses())
    assert not before.resources("aws_subnet")


@pytest.mark.row("A8")
def test_secondary_ranges_come_before_their_subnets():
    pods = VpcSubnet("pods", "eu-central-1a", "100.64.0.0/20", name="pods", tags={"for": "pods"})
    template = synth(lambda stack: vpc(stack, subnets=[pods], secondary_cidr_blocks={"pods": "100.64.0.0/16"}))
    ((name, found),) = template.resources("aws_vpc_ipv4_cidr_block_association").items()
    assert found["cidr_block"] == "100.64.0.0/16"
    subnet = template.only("aws_subnet")
    assert subnet["depends_on"] == [f"aws_vpc_ipv4_cidr_block_association.{name}"]
    assert subnet["tags"] == {"Name": "pods", "for": "pods"}


def test_secondary_ranges_beside_the_others():
    with pytest.raises(InvalidValueError, match="a range beside the others"):
        synth(lambda stack: vpc(stack, secondary_cidr_blocks={"pods": "10.0.128.0/17"}))


SIX = [
    VpcSubnet("a", "eu-central-1a", "10.0.0.0/20", ipv6_number=0, ipv6_for_all=True),
    VpcSubnet("b", "eu-central-1b", "10.0.16.0/20", ipv6_number=16),
    VpcSubnet("c", "eu-central-1c", "10.0.32.0/20"),
]


@pytest.mark.row("A8")
def test_subnets_have_parts_of_the_vpcs_ipv6_range_by_number():
    template = synth(lambda stack: vpc(stack, subnets=SIX, ipv6=True))
    assert template.only("aws_vpc")["assign_generated_ipv6_cidr_block"] is True
    found = {one["cidr_block"]: one for one in template.resources("aws_subnet").values()}
    whole = "aws_vpc.shared_6AC20809.ipv6_cidr_block"
    assert found["10.0.16.0/20"]["ipv6_cidr_block"] == f"${{cidrsubnet({whole}, 8, 16)}}"
    assert [one.get("assign_ipv6_address_on_creation") for one in found.values()] == [True, None, None]
    assert "ipv6_cidr_block" not in found["10.0.32.0/20"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"subnets": SIX}, "none in a VPC without `ipv6`"),
        (
            {"subnets": [SIX[0], VpcSubnet("b", "eu-central-1b", "10.0.16.0/20", ipv6_number=0)], "ipv6": True},
            "another number than 'a' has",
        ),
    ],
)
def test_ipv6_ranges_that_do_not_fit_are_refused(arguments, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: vpc(stack, **arguments))


def test_a_number_of_an_ipv6_range_that_there_is_not():
    with pytest.raises(InvalidValueError, match="ipv6_number is 256"):
        VpcSubnet("a", "eu-central-1a", "10.0.0.0/20", ipv6_number=256)
