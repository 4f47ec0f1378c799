"""The way out in another account than the transit gateway: deployed, and who reaches whom computed from its route tables."""

import pytest

from config import load
from estate.local import running_local_aws
from tests.reachability import INTERNET
from tests.ring import Ring, both, spoke, subnet

pytestmark = [pytest.mark.e2e, pytest.mark.row("A8")]

ORGANIZATION = {
    "name": "Rim",
    "slug": "rim",
    "email": "aws+{account}@example.com",
    "regions": {"home": "eu-central-1", "governed": ["eu-central-1"]},
    "trusted_services": ["ram.amazonaws.com"],
    "organizational_units": {"infrastructure": {}, "spokes": {}},
    "shares": {
        "routing": {
            "account": "network",
            "transit_gateway": True,
            "principals": ["ou:spokes", "account:perimeter"],
        }
    },
}


EXIT = {
    "cidr": "10.9.0.0/16",
    "subnets": {
        "inside": subnet("10.9.0.0/20", tier="attachment"),
        "outside": subnet("10.9.16.0/20", public=True),
    },
    "nat": "single",
    "endpoints": {"enabled": False},
    "attachment": {"destinations": ["10.0.0.0/8"], "appliance_mode": True},
}
HUB = {
    "transit_gateway": {"accept_attachments": False, "preset": {"kind": "central-egress", "egress": "perimeter/main"}}
}
ACCOUNTS = {
    "management": {"name": "Management", "purpose": "management", "id": "111111111111", "email": "aws@example.com"},
    "network": {"name": "Network", "purpose": "network", "ou": "infrastructure", "settings": HUB},
    "perimeter": {"name": "Perimeter", "ou": "infrastructure", "settings": {"network": EXIT}},
    "lab": {"name": "Lab", "ou": "spokes", "settings": spoke("10.2", "lab", "0.0.0.0/0")},
    "shop": {"name": "Shop", "ou": "spokes", "settings": spoke("10.1", "shop", "0.0.0.0/0")},
}
LAB, SHOP, INSIDE, OUTSIDE, DATA = "rim-lab", "rim-shop", "rim-inside", "rim-outside", "rim-data-data"
OUT = {(name, INTERNET) for name in (LAB, SHOP, INSIDE, OUTSIDE)}


@pytest.fixture(scope="module")
def rim(tmp_path_factory):
    with running_local_aws() as local:
        found = Ring(tmp_path_factory.mktemp("rim"), local, ORGANIZATION, ACCOUNTS)
        found.write()
        found.deploy_all()
        yield found


def test_spokes_reach_the_internet_by_the_vpc_of_another_account_and_not_each_other(rim):
    assert rim.networks().reached() == OUT
    for name in ("network", "perimeter", "shop"):
        assert not rim.stack(name).plan(), name


def test_of_several_vpcs_of_an_account_ids_tell_which_is_which(rim):
    """Without the id of the first one, a second VPC would take its way down, as a warning says."""
    data = {**spoke("10.8", "data", "0.0.0.0/0")["network"]}
    rim.write(perimeter={"network": {**EXIT, "vpcs": {"data": data}}})
    assert any("ways that are there are taken down" in str(warning) for warning in load(rim.config).warnings)
    hub = rim.stack("network")
    hub.init()
    assert hub.plan()
    exit_ = {**EXIT, "attachment": {**EXIT["attachment"], "id": attachments(rim)[""]}}
    rim.write(perimeter={"network": {**exit_, "vpcs": {"data": data}}})
    rim.deploy("perimeter")
    rim.deploy("network")
    assert rim.networks().reached() == OUT | {(DATA, INTERNET)}

    tables = {
        "spokes": {
            "associations": ["ou:spokes"],
            "propagations": ["vpc:perimeter/data"],
            "routes": {
                "everywhere": {"destination": "0.0.0.0/0", "attachment": "perimeter/main"},
                "private-10": {"destination": "10.0.0.0/8", "blackhole": True},
            },
        },
        "data": {"associations": ["vpc:perimeter/data"], "propagations": ["account:shop"]},
        "egress": {"associations": ["vpc:perimeter/main"], "propagations": ["ou:spokes"]},
    }
    hub = {"transit_gateway": {"accept_attachments": False, "route_tables": tables}}
    data["attachment"] = {**data["attachment"], "id": attachments(rim)["data"]}
    rim.write(network=hub, perimeter={"network": {**exit_, "vpcs": {"data": data}}})
    hub = rim.deploy("network")
    assert not hub.plan()
    assert not rim.stack("perimeter").plan()
    assert rim.networks().reached() == OUT | both((SHOP, DATA))


def attachments(rim):
    """The ids of the perimeter's attachments, by the VPC."""
    return {
        one["attributes"]["tags"]["Name"].removeprefix("rim-perimeter").removeprefix("-"): one["attributes"]["id"]
        for resource in rim.state("perimeter")["resources"]
        if resource["type"] == "aws_ec2_transit_gateway_vpc_attachment"
        for one in resource["instances"]
    }


def test_a_vpc_that_goes_takes_the_route_to_it_along(rim):
    rim.stack("perimeter").destroy()
    hub = rim.deploy("network")
    assert not hub.plan()
    assert not [
        name for name in hub.addresses() if name.startswith("aws_ec2_transit_gateway_route") and "perimeter" in name
    ]
    assert rim.networks().reached() == set()
