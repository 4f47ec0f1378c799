"""Transit gateways of two regions, peered: deployed, and who reaches whom computed from their route tables."""

import pytest

from estate.local import running_local_aws
from tests.reachability import Networks
from tests.ring import Ring, both, spoke

pytestmark = [pytest.mark.e2e, pytest.mark.row("A8")]

FAR = "us-east-1"
ORGANIZATION = {
    "name": "Span",
    "slug": "span",
    "email": "aws+{account}@example.com",
    "regions": {"home": "eu-central-1", "governed": ["eu-central-1", FAR]},
    "trusted_services": ["ram.amazonaws.com"],
    "organizational_units": {"infrastructure": {}, "spokes": {}},
    "shares": {"routing": {"account": "network", "transit_gateway": True, "principals": ["ou:spokes"]}},
}


HERE = {
    "spokes": {
        "associations": ["ou:spokes"],
        "propagations": ["account:shop"],
        "routes": {"far": {"destination": "10.64.0.0/12", "attachment": f"region:{FAR}"}},
    },
    "far": {"associations": [f"region:{FAR}"], "propagations": ["account:shop"]},
}
THERE = {
    "all": {
        "associations": ["ou:spokes", "region:eu-central-1"],
        "propagations": ["ou:spokes"],
        "routes": {"home": {"destination": "10.0.0.0/12", "attachment": "region:eu-central-1"}},
    }
}


def hub(**there):
    far = {"asn": 64513, "accept_attachments": False, "route_tables": THERE} | there
    return {"transit_gateway": {"accept_attachments": False, "route_tables": HERE, "regions": {FAR: far}}}


ACCOUNTS = {
    "management": {"name": "Management", "purpose": "management", "id": "111111111111", "email": "aws@example.com"},
    "network": {"name": "Network", "purpose": "network", "ou": "infrastructure", "settings": hub()},
    "shop": {"name": "Shop", "ou": "spokes", "settings": spoke("10.1", "shop", "10.0.0.0/8")},
    "lab": {"name": "Lab", "ou": "spokes", "settings": spoke("10.2", "lab", "10.0.0.0/8")},
    "far": {"name": "Far", "ou": "spokes", "settings": {"region": FAR, **spoke("10.65", "far", "10.0.0.0/8")}},
}
SHOP, LAB, OVER_THERE = "span-shop", "span-lab", "span-far"


@pytest.fixture(scope="module")
def span(tmp_path_factory):
    with running_local_aws() as local:
        found = Ring(tmp_path_factory.mktemp("span"), local, ORGANIZATION, ACCOUNTS)
        found.write()
        found.deploy_all()
        yield found


def test_vpcs_of_two_regions_reach_each_other_as_both_sides_say(span):
    """What comes from the other region is in a table of its own, which knows one of the VPCs."""
    assert span.networks().reached() == both((SHOP, OVER_THERE))
    for name in ("network", "shop", "far"):
        assert not span.stack(name).plan(), name


def test_without_a_table_for_what_comes_from_there_nothing_arrives(span):
    states = [span.state(slug) for slug in ("network", "shop", "lab", "far")]
    peering = [one for one in states[0]["resources"] if one["type"] == "aws_ec2_transit_gateway_peering_attachment"]
    (id_,) = [one["attributes"]["id"] for resource in peering for one in resource["instances"]]
    for resource in states[0]["resources"]:
        if resource["type"] == "aws_ec2_transit_gateway_route_table_association":
            resource["instances"] = [
                one for one in resource["instances"] if one["attributes"]["transit_gateway_attachment_id"] != id_
            ]
    assert Networks(*states).reached() == set()


def test_a_peering_goes_with_the_last_route_table_that_names_it(span):
    alone = {slug: {key: table[key] for key in ("propagations",)} for slug, table in HERE.items() if slug != "far"}
    alone["spokes"]["associations"] = ["ou:spokes"]
    settings = hub(route_tables={"all": {"associations": ["ou:spokes"], "propagations": ["ou:spokes"]}})
    settings["transit_gateway"]["route_tables"] = alone
    span.write(network=settings)
    network = span.deploy("network")
    assert not network.plan()
    assert not [name for name in network.addresses() if "peering" in name]
    assert span.networks().reached() == set()
