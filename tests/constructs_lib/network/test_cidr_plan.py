from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.cidr_plan import CidrPlan, overlaps

PLAN = CidrPlan("10.0.0.0/8", prefix=16)


@pytest.mark.row("A8")
def test_a_piece_has_its_number_for_good():
    assert (PLAN.piece(0), PLAN.piece(16), PLAN.piece(255)) == ("10.0.0.0/16", "10.16.0.0/16", "10.255.0.0/16")
    assert len(PLAN) == 256


@given(st.sets(st.integers(0, 255), min_size=2, max_size=20))
def test_no_two_pieces_overlap(numbers):
    assert overlaps({str(number): PLAN.piece(number) for number in numbers}) == []


def test_the_first_free_piece_overlaps_nothing_that_is_taken():
    taken = {"network": "10.0.0.0/16", "data-center": "10.1.128.0/17", "elsewhere": "192.168.0.0/16"}
    free = PLAN.free(taken)
    assert free == "10.2.0.0/16"
    assert not any(IPv4Network(free).overlaps(IPv4Network(network)) for network in taken.values())


def test_overlapping_networks_are_named_in_pairs():
    networks = {"c": "10.1.0.0/16", "b": "10.0.128.0/20", "a": "10.0.0.0/16", "d": "10.0.128.0/24"}
    assert overlaps(networks) == [("a", "b"), ("a", "d"), ("b", "d")]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: CidrPlan("10.0.0.1/8", prefix=16), "pool is"),
        (lambda: CidrPlan("10.0.0.0/16", prefix=8), "prefix is 8"),
        (lambda: PLAN.piece(256), "number is 256"),
        (lambda: CidrPlan("10.0.0.0/16", prefix=16).free({"all": "10.0.0.0/8"}), "a free /16"),
    ],
)
def test_what_does_not_fit_is_refused(make, message):
    with pytest.raises(InvalidValueError, match=message):
        make()
