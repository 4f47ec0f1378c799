from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib import InvalidValueError
from constructs_lib.network.subnets import plan_subnets

ZONES = [f"eu-central-1{letter}" for letter in "abcdefgh"]


def blocks(*arguments):
    return {subnet.key: subnet.cidr_block for subnet in plan_subnets(*arguments)}


def test_a_network_is_divided():
    assert blocks("10.0.0.0/16", ZONES[:3], ["private"], 4) == {
        "private-a": "10.0.0.0/20",
        "private-b": "10.0.16.0/20",
        "private-c": "10.0.32.0/20",
    }


@given(
    prefix=st.integers(16, 22),
    zones=st.lists(st.sampled_from(ZONES), unique=True, min_size=1),
    tiers=st.lists(st.sampled_from(["private", "public", "data"]), unique=True, min_size=1),
    bits=st.integers(5, 6),
)
def test_subnets_lie_inside_apart_and_stay_when_the_network_grows(prefix, zones, tiers, bits):
    network = IPv4Network(f"10.0.0.0/{prefix}")
    planned = blocks(str(network), zones, tiers, bits)
    subnets = [IPv4Network(block) for block in planned.values()]
    assert len(planned) == len(zones) * len(tiers)
    assert all(subnet.subnet_of(network) for subnet in subnets)
    assert not any(one.overlaps(other) for index, one in enumerate(subnets) for other in subnets[:index])
    assert planned.items() <= blocks(str(network), ZONES[::-1], [*tiers, "more"], bits).items()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("10.0.0.1/16", ZONES, ["private"], 4), "has host bits set"),
        (("10.0.0.0/15", ZONES, ["private"], 4), "from /16 to /28"),
        (("10.0.0.0/16", ["eu-central-1"], ["private"], 4), "expected zones such as"),
        (("10.0.0.0/16", ["us-west-2-lax-1a"], ["private"], 4), "expected zones such as"),
        (("10.0.0.0/16", [ZONES[0], ZONES[0]], ["private"], 4), "availability_zones is 'a'"),
        (("10.0.0.0/16", ZONES, ["private", "private"], 4), "tiers is 'private'"),
        (("10.0.0.0/16", ZONES, ["Private"], 4), "slug"),
        (("10.0.0.0/16", ZONES, ["private"], 13), "subnet_bits is 13; expected 0 to 12"),
        (("10.0.0.0/16", ZONES, ["private"], 2), "do not fit into 4 subnets. 3 bits hold every zone"),
        (("10.0.0.0/16", ZONES[:3], ["a", "b", "c"], 4), "do not fit into 16 subnets. 5 bits hold every zone"),
    ],
)
def test_refuses(arguments, message):
    with pytest.raises(InvalidValueError, match=message):
        plan_subnets(*arguments)
