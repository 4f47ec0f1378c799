import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.internet_access import InternetAccessConstruct, RoutedSubnet
from tests.template import synth

SUBNETS = {
    "public-a": RoutedSubnet("subnet-1", "a", public=True),
    "public-b": RoutedSubnet("subnet-2", "b", public=True),
    "private-a": RoutedSubnet("subnet-3", "a"),
    "private-b": RoutedSubnet("subnet-4", "b"),
}


def build(stack, **changes):
    arguments = {"name": "shared", "vpc_id": "vpc-1", "subnets": SUBNETS}
    return InternetAccessConstruct(stack, "internet", **{**arguments, **changes})


def count(template, type_):
    return len(template.resources(f"aws_{type_}"))


@pytest.mark.row("A8")
def test_only_public_subnets_reach_the_internet_by_default():
    template = synth(build)
    route = template.only("aws_route")
    assert route["destination_cidr_block"] == "0.0.0.0/0"
    assert "aws_internet_gateway" in route["gateway_id"]
    assert (count(template, "route_table"), count(template, "route_table_association")) == (3, 4)
    assert count(template, "nat_gateway") == 0


@pytest.mark.parametrize(
    ("nat", "gateways", "homes"), [("single", 1, {"subnet-1"}), ("per-zone", 2, {"subnet-1", "subnet-2"})]
)
def test_private_subnets_reach_out_by_nat_when_asked(nat, gateways, homes):
    template = synth(lambda stack: build(stack, nat=nat))
    assert (count(template, "nat_gateway"), count(template, "eip")) == (gateways, gateways)
    assert {found["subnet_id"] for found in template.resources("aws_nat_gateway").values()} == homes
    by_nat = [found for found in template.resources("aws_route").values() if "nat_gateway_id" in found]
    assert len(by_nat) == 2
    assert len({found["nat_gateway_id"] for found in by_nat}) == gateways


WITH_DATA = {**SUBNETS, "data-a": RoutedSubnet("subnet-5", "a", tier="data", translated=False)}


def by_ipv6(template):
    """Route tables by their names to where they send IPv6."""
    names = {name: one["tags"]["Name"] for name, one in template.resources("aws_route_table").items()}
    return {
        names[one["route_table_id"].removeprefix("${aws_route_table.").partition(".")[0]]: next(
            key for key in ("gateway_id", "egress_only_gateway_id") if key in one
        )
        for one in template.resources("aws_route").values()
        if one.get("destination_ipv6_cidr_block") == "::/0"
    }


def test_ipv6_is_the_public_subnets_alone_until_others_are_let_out():
    template = synth(lambda stack: build(stack, subnets=WITH_DATA, nat="single", ipv6=True))
    assert by_ipv6(template) == {"shared-public": "gateway_id"}
    assert count(template, "egress_only_internet_gateway") == 0


def test_private_subnets_reach_out_by_ipv6_and_data_does_not():
    template = synth(lambda stack: build(stack, subnets=WITH_DATA, ipv6=True, ipv6_egress=True))
    out = "egress_only_gateway_id"
    assert by_ipv6(template) == {"shared-public": "gateway_id", "shared-a": out, "shared-b": out}
    assert count(template, "egress_only_internet_gateway") == 1


def test_a_closed_vpc_has_route_tables_and_no_gateway():
    private = {key: subnet for key, subnet in SUBNETS.items() if not subnet.public}
    template = synth(lambda stack: build(stack, subnets=private))
    assert (count(template, "internet_gateway"), count(template, "route"), count(template, "route_table")) == (0, 0, 2)


def test_route_tables_are_named_by_zone():
    found = []
    synth(lambda stack: found.append(build(stack)))
    assert set(found[0].route_table_ids) == {"public", "a", "b"}


def test_a_zone_more_changes_no_other_address():
    more = {
        **SUBNETS,
        "public-c": RoutedSubnet("subnet-5", "c", public=True),
        "private-c": RoutedSubnet("subnet-6", "c"),
    }
    before = synth(lambda stack: build(stack, nat="per-zone")).addresses()
    assert set(before) < set(synth(lambda stack: build(stack, nat="per-zone", subnets=more)).addresses())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"nat": "double"}, "nat is 'double'"),
        ({"nat": "single", "subnets": {"private-a": RoutedSubnet("subnet-3", "a")}}, "'none' without a public subnet"),
        (
            {"nat": "per-zone", "subnets": {**SUBNETS, "private-c": RoutedSubnet("subnet-6", "c")}},
            "there is none in c",
        ),
        ({"subnets": {"Private A": RoutedSubnet("subnet-3", "a")}}, "subnets is 'Private A'"),
    ],
)
def test_nat_without_a_home_is_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, **changes))


TIERS = {
    **SUBNETS,
    "data-a": RoutedSubnet("subnet-5", "a", tier="data", translated=False),
    "entry-a": RoutedSubnet("subnet-6", "a", tier="entry"),
}


@pytest.mark.row("A8")
def test_tiers_have_route_tables_of_their_own_and_one_of_them_no_way_out():
    template = synth(lambda stack: build(stack, subnets=TIERS, nat="single"))
    tables = {name: found["tags"]["Name"] for name, found in template.resources("aws_route_table").items()}
    assert sorted(tables.values()) == ["shared-a", "shared-b", "shared-data-a", "shared-entry-a", "shared-public"]
    out = {tables[found["route_table_id"].split(".")[1]] for found in template.resources("aws_route").values()}
    assert out == {*tables.values()} - {"shared-data-a"}
    assert set(synth(lambda stack: build(stack, nat="single")).addresses()) < set(template.addresses())


def test_a_zone_without_a_way_out_needs_no_gateway():
    subnets = {key: subnet for key, subnet in TIERS.items() if key in ("public-a", "private-a")}
    inside = {**subnets, "data-b": RoutedSubnet("subnet-7", "b", tier="data", translated=False)}
    template = synth(lambda stack: build(stack, subnets=inside, nat="per-zone"))
    assert count(template, "nat_gateway") == 1


def test_subnets_of_one_table_reach_out_alike():
    subnets = {**SUBNETS, "other-a": RoutedSubnet("subnet-5", "a", translated=False)}
    with pytest.raises(InvalidValueError, match="one `translated` for all of the table 'a'"):
        synth(lambda stack: build(stack, subnets=subnets, nat="single"))
