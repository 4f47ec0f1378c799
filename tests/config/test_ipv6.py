"""IPv6 ranges of subnets: each has one of its own, which never moves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import config
from config.capabilities.network.tiers import LAYOUT, SMALLEST, ZONES
from config.capabilities.network.vpc import Vpc

pytestmark = pytest.mark.row("A8")

TIERS = {key: {} for key in LAYOUT.keys() - {"firewall"}}


@given(
    st.integers(16, SMALLEST),
    st.sets(st.sampled_from(ZONES), min_size=1),
    st.sets(st.sampled_from(sorted(TIERS)), min_size=1),
)
def test_a_subnet_keeps_its_range_whatever_tiers_and_zones_come_or_go(prefix, zones, tiers):
    def numbers(zones, tiers):
        vpc = {
            "cidr": f"10.0.0.0/{prefix}",
            "zones": tuple(sorted(zones)),
            "tiers": {key: {} for key in tiers},
            "ipv6": {},
        }
        return Vpc.model_validate(vpc).ipv6_numbers

    everything, some = numbers(ZONES, TIERS), numbers(zones, tiers)
    assert len(set(everything.values())) == len(everything)
    assert some == {slug: number for slug, number in everything.items() if slug in some}


@pytest.mark.parametrize(
    ("destinations", "said"),
    [
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("0.0.0.0/1, 128.0.0.0/1", "0.0.0.0/0"),
        ("10.0.0.0/8, 64.0.0.0/2", "64.0.0.0/2"),
    ],
)
def test_a_way_out_past_what_inspects_is_a_warning(directory, destinations, said):
    directory.append("organization.yaml", "shares: {s: {account: shop, transit_gateway: true, principals: [root]}}\n")
    directory.append(
        "accounts/shop.yaml",
        "settings:\n  transit_gateway: {connect_all: true}\n  network:\n    cidr: 10.0.0.0/16\n    zones: [a]\n"
        "    tiers: {private: {}}\n    ipv6: {egress: true}\n"
        f"    attachment: {{destinations: [{destinations}]}}\n",
    )
    (warning,) = config.load(directory.path).warnings
    assert warning.arrived.startswith(f"{said} beside `ipv6.egress`")
    assert "does not see IPv6" in warning.expected
