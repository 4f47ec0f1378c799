"""Subnets that follow from a VPC's range, the tiers and the zones: each has its place for good."""

from ipaddress import IPv4Network
from itertools import combinations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import config
from config.capabilities.network.tiers import LAYOUT, ZONES, tier_subnets

pytestmark = pytest.mark.row("A8")

SHOP = "accounts/shop.yaml"


def subnets(directory, **network):
    text = yaml.safe_dump({"name": "Shop", "ou": "workloads/production", "settings": {"network": network}})
    directory.write(SHOP, text)
    found = config.load(directory.path).settings["shop"].network
    return {slug: (one.cidr, one.routed_as, one.zone) for slug, one in found.subnets.items()}


def test_a_vpc_has_the_subnets_of_its_tiers(directory):
    tiers = {name: {} for name in LAYOUT}
    assert subnets(directory, cidr="10.0.0.0/16", tiers=tiers, zones=["a", "d"]) == {
        "private-a": ("10.0.0.0/19", "private", "a"),
        "private-d": ("10.0.96.0/19", "private", "d"),
        "data-a": ("10.0.128.0/20", "data", "a"),
        "data-d": ("10.0.176.0/20", "data", "d"),
        "public-a": ("10.0.192.0/21", "public", "a"),
        "public-d": ("10.0.216.0/21", "public", "d"),
        "attachment-a": ("10.0.224.0/22", "attachment", "a"),
        "attachment-d": ("10.0.236.0/22", "attachment", "d"),
        "firewall-a": ("10.0.240.0/22", "firewall", "a"),
        "firewall-d": ("10.0.252.0/22", "firewall", "d"),
    }


def test_what_is_written_out_takes_a_tiers_place(directory):
    """As a subnet that was there before, with its own range."""
    kept = {"cidr": "10.0.200.0/24", "zone": "a"}
    found = subnets(directory, cidr="10.0.0.0/16", tiers={"private": {}}, zones=["a", "b"], subnets={"private-a": kept})
    assert found == {
        "private-a": ("10.0.200.0/24", "private", "a"),
        "private-b": ("10.0.32.0/19", "private", "b"),
    }


def test_a_tier_of_a_level_above_can_be_left_out(directory):
    directory.append(
        "organization.yaml", "defaults: {network: {cidr: 10.7.0.0/20, tiers: {private: {}, data: {}}, zones: [a]}}\n"
    )
    directory.write(
        SHOP,
        "name: Shop\nou: workloads/production\nsettings: {network: {cidr: 10.0.0.0/20, tiers: {data: {enabled: false}}}}\n",
    )
    for slug in ("management", "security", "test"):
        directory.append(f"accounts/{slug}.yaml", "settings: {network: {enabled: false}}\n")
    network = config.load(directory.path).settings["shop"].network
    assert {slug: one.cidr for slug, one in network.subnets.items()} == {"private-a": "10.0.0.0/23"}


@given(st.integers(16, 22), st.sets(st.sampled_from(ZONES), min_size=1), st.sets(st.sampled_from(sorted(LAYOUT))))
def test_no_subnet_moves_when_tiers_or_zones_come_or_go(prefix, zones, tiers):
    cidr = f"10.0.0.0/{prefix}"
    whole = tier_subnets(cidr, ZONES, {name: {} for name in LAYOUT})
    found = tier_subnets(cidr, tuple(zones), {name: {} for name in tiers})
    assert found == {slug: one for slug, one in whole.items() if slug[-1] in zones and slug[:-2] in tiers}
    ranges = [IPv4Network(one["cidr"]) for one in whole.values()]
    assert not any(one.overlaps(other) for one, other in combinations(ranges, 2))
    assert max(one.prefixlen for one in ranges) <= 28
    assert all(one.subnet_of(IPv4Network(cidr)) for one in ranges)
