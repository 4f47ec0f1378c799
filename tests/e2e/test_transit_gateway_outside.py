"""VPNs, Direct Connect and prefix lists at a transit gateway: deployed, and who reaches whom computed from its route tables."""

import copy

import pytest

from estate.local import running_local_aws
from tests.reachability import Networks
from tests.ring import Ring, both, spoke

pytestmark = [pytest.mark.e2e, pytest.mark.row("A8")]

ORGANIZATION = {
    "name": "Rand",
    "slug": "rand",
    "email": "aws+{account}@example.com",
    "regions": {"home": "eu-central-1", "governed": ["eu-central-1"]},
    "trusted_services": ["ram.amazonaws.com"],
    "organizational_units": {"infrastructure": {}, "spokes": {}},
    "prefix_lists": {
        "plants": {
            "account": "network",
            "entries": {"north": "10.200.0.0/16", "south": "10.201.0.0/16"},
            "max_entries": 10,
        }
    },
    "shares": {"routing": {"account": "network", "transit_gateway": True, "principals": ["ou:spokes"]}},
}


def hub(**changes):
    gateway = {
        "accept_attachments": False,
        "vpns": {
            "office": {"address": "192.0.2.1", "asn": 65010},
            "plant": {"address": "192.0.2.2", "accelerated": True},
        },
        "direct_connect": {
            "hq": {
                "asn": 64520,
                "allowed_prefixes": ["10.1.0.0/16"],
                "interfaces": {"a": {"connection": "dxcon-fg1234ab", "vlan": 101, "asn": 65020, "jumbo_frames": True}},
            }
        },
        "route_tables": {
            "all": {
                "associations": ["ou:spokes", "vpn:office", "vpn:plant", "dx:hq"],
                "propagations": ["ou:spokes", "vpn:office", "dx:hq"],
                "routes": {"plants": {"prefix_list": "plants", "attachment": "vpn:plant"}},
            }
        },
    }
    return {"transit_gateway": {**gateway, **changes}}


ACCOUNTS = {
    "management": {"name": "Management", "purpose": "management", "id": "111111111111", "email": "aws@example.com"},
    "network": {"name": "Network", "purpose": "network", "ou": "infrastructure", "settings": hub()},
    "lab": {"name": "Lab", "ou": "spokes", "settings": spoke("10.2", "lab", "10.0.0.0/8")},
    "shop": {"name": "Shop", "ou": "spokes", "settings": spoke("10.1", "shop", "10.0.0.0/8")},
}
OUTSIDE = {"office": ["10.190.0.0/16"], "plant": ["10.200.0.0/16"], "hq": ["10.180.0.0/16"]}
LAB, SHOP, OFFICE, PLANT, HQ = "rand-lab", "rand-shop", "rand-office", "rand-plant", "rand-hq"
INSIDE = both((LAB, SHOP))
BY_VPN = both((LAB, OFFICE), (SHOP, OFFICE), (LAB, PLANT), (SHOP, PLANT), (OFFICE, PLANT))


@pytest.fixture(scope="module")
def rand(tmp_path_factory):
    with running_local_aws() as local:
        found = Ring(tmp_path_factory.mktemp("rand"), local, ORGANIZATION, ACCOUNTS)
        found.write()
        found.lock()
        found.deploy_all()
        yield found


@pytest.fixture
def states(rand):
    """What is deployed, to be changed."""
    return {slug: copy.deepcopy(rand.state(slug)) for slug in ("network", "lab", "shop")}


def computed(states, **outside):
    named = {f"rand-{name}": cidrs for name, cidrs in (outside or OUTSIDE).items()}
    return Networks(*states.values(), outside=named).reached()


def drop(state, type_, **attributes):
    """Leave some out of a state."""
    gone = 0
    for resource in state["resources"]:
        if resource["type"] == type_:
            kept = [
                one
                for one in resource["instances"]
                if any(one["attributes"][key] != value for key, value in attributes.items())
            ]
            gone += len(resource["instances"]) - len(kept)
            resource["instances"] = kept
    assert gone


def attachment(state, type_, name=None):
    """The id of what is attached."""
    (found,) = [
        one["attributes"]
        for resource in state["resources"]
        if resource["type"] == type_
        for one in resource["instances"]
        if name is None or one["attributes"]["tags"]["Name"] == name
    ]
    return found.get("transit_gateway_attachment_id") or found["id"]


def test_networks_outside_are_reached_as_the_tables_say(rand):
    """The lab is not among what the headquarters is told of, so gets no answer. A VPN's other side is told by BGP, or by hand."""
    assert rand.networks(**OUTSIDE).reached() == INSIDE | BY_VPN | both((SHOP, HQ))
    for name in ("network", "lab", "shop"):
        assert not rand.stack(name).plan(), name


def test_a_prefix_list_is_a_route_to_each_of_its_ranges(states):
    assert (SHOP, PLANT) in computed(states, plant=["10.201.0.0/16"])
    assert computed(states, plant=["10.202.0.0/16"]) == INSIDE
    (listed,) = [one for one in states["network"]["resources"] if one["type"] == "aws_ec2_managed_prefix_list"]
    entries = listed["instances"][0]["attributes"]["entry"]
    listed["instances"][0]["attributes"]["entry"] = [one for one in entries if one["description"] == "south"]
    assert computed(states) == (INSIDE | BY_VPN | both((SHOP, HQ))) - both((LAB, PLANT), (SHOP, PLANT), (OFFICE, PLANT))
    states["network"]["resources"].remove(listed)
    with pytest.raises(AssertionError, match="are in none of the states"):
        computed(states)


def test_a_prefix_list_leads_from_a_vpcs_route_table_too(states):
    """As a team of an account writes it: to the plants, and nowhere else."""
    list_id = attachment(states["network"], "aws_ec2_managed_prefix_list")
    for resource in states["shop"]["resources"]:
        if resource["type"] == "aws_route":
            for one in resource["instances"]:
                one["attributes"] |= {"destination_cidr_block": "", "destination_prefix_list_id": list_id}
    assert {pair for pair in computed(states) if SHOP in pair} == both((SHOP, PLANT))


def test_what_comes_by_a_vpn_without_a_table_goes_nowhere(states):
    office = attachment(states["network"], "aws_vpn_connection", "rand-office")
    table = "aws_ec2_transit_gateway_route_table_association"
    drop(states["network"], table, transit_gateway_attachment_id=office)
    assert not [pair for pair in computed(states) if OFFICE in pair]


def test_a_vpn_without_bgp_tells_no_ranges(states):
    """Even where a table would listen."""
    drop(states["network"], "aws_ec2_transit_gateway_prefix_list_reference", blackhole=False)
    propagation = "aws_ec2_transit_gateway_route_table_propagation"
    plant = attachment(states["network"], "aws_vpn_connection", "rand-plant")
    office = attachment(states["network"], "aws_vpn_connection", "rand-office")
    for resource in states["network"]["resources"]:
        for one in resource["instances"] if resource["type"] == propagation else ():
            if one["attributes"]["transit_gateway_attachment_id"] == office:
                one["attributes"]["transit_gateway_attachment_id"] = plant
    assert not [pair for pair in computed(states) if {PLANT, OFFICE} & {*pair}]


def test_of_two_ways_to_a_range_aws_takes_direct_connect(states):
    """And the more specific one before it."""
    same = {"office": ["10.180.0.0/16"], "hq": ["10.180.0.0/16"]}
    assert {pair for pair in computed(states, **same) if SHOP in pair} == both((SHOP, LAB), (SHOP, HQ))
    narrow = {"office": ["10.180.0.0/24"], "hq": ["10.180.0.0/16"]}
    assert {pair for pair in computed(states, **narrow) if SHOP in pair} == both((SHOP, LAB), (SHOP, OFFICE))


def test_other_prefixes_and_another_address_leave_the_rest_alone_and_off_nothing_is_left(rand):
    """What the local AWS keeps of a VPN and a line can be changed and deleted, by the stack's own role."""
    settings = hub()
    settings["transit_gateway"]["direct_connect"]["hq"]["allowed_prefixes"] = ["10.1.0.0/16", "10.2.0.0/16"]
    settings["transit_gateway"]["vpns"]["office"]["address"] = "192.0.2.9"
    rand.write(network=settings)
    network = rand.deploy("network", TF_VAR_deploy_role="TerraformExecutionRole")
    assert not network.plan()
    assert rand.networks(**OUTSIDE).reached() == INSIDE | BY_VPN | both((SHOP, HQ), (LAB, HQ))
    everybody = {"associations": ["ou:spokes"], "propagations": ["ou:spokes"]}
    rand.write(network=hub(vpns={}, direct_connect={}, route_tables={"all": everybody}))
    network = rand.deploy("network")
    assert not network.plan()
    assert not [name for name in network.addresses() if "vpn" in name or "dx" in name or "prefix_list_ref" in name]
    assert rand.networks().reached() == INSIDE
