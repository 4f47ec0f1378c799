"""A small organization with a hub, an exit and two spokes: deployed, and who reaches whom computed from its route tables."""

import pytest
from botocore.exceptions import ClientError

from estate.local import running_local_aws
from tests.reachability import INTERNET, Networks
from tests.ring import Ring, both, subnet

pytestmark = [pytest.mark.e2e, pytest.mark.row("A8")]

ORGANIZATION = {
    "name": "Ring",
    "slug": "ring",
    "email": "aws+{account}@example.com",
    "regions": {"home": "eu-central-1", "governed": ["eu-central-1"]},
    "trusted_services": ["ram.amazonaws.com"],
    "organizational_units": {"infrastructure": {}, "spokes": {}},
    "shares": {"routing": {"account": "network", "transit_gateway": True, "principals": ["ou:spokes"]}},
}


SHOP = {
    "network": {
        "cidr": "10.1.0.0/16",
        "subnets": {"app": subnet("10.1.0.0/20")},
        "endpoints": {"enabled": False},
        "attachment": {"destinations": ["0.0.0.0/0"]},
    }
}
LAB = {
    "network": {
        "cidr": "10.2.0.0/16",
        "zones": ["a"],
        "tiers": {"private": {}, "data": {}, "attachment": {}},
        "secondary_cidrs": {"pods": "100.64.0.0/16"},
        "subnets": {"pods": subnet("100.64.0.0/20")},
        "endpoints": {"enabled": False},
        "attachment": {"destinations": ["10.0.0.0/8", "0.0.0.0/0"]},
    }
}


HUB = {
    "transit_gateway": {
        "accept_attachments": False,
        "preset": {"kind": "central-egress", "egress": "egress", "shared": ["vpc:main"]},
    },
    "network": {
        "cidr": "10.0.0.0/16",
        "subnets": {"services": subnet("10.0.0.0/20")},
        "endpoints": {"enabled": False},
        "attachment": {"destinations": ["0.0.0.0/0"]},
        "vpcs": {
            "egress": {
                "cidr": "10.9.0.0/16",
                "subnets": {
                    "inside": subnet("10.9.0.0/20", tier="attachment"),
                    "outside": subnet("10.9.16.0/20", public=True),
                },
                "nat": "single",
                "endpoints": {"enabled": False},
                "attachment": {"destinations": ["10.0.0.0/8"]},
            }
        },
    },
}
ACCOUNTS = {
    "management": {"name": "Management", "purpose": "management", "id": "111111111111", "email": "aws@example.com"},
    "network": {"name": "Network", "purpose": "network", "ou": "infrastructure", "settings": HUB},
    "lab": {"name": "Lab", "ou": "spokes", "settings": LAB},
    "shop": {"name": "Shop", "ou": "spokes", "settings": SHOP},
}


@pytest.fixture(scope="module")
def ring(tmp_path_factory):
    with running_local_aws() as local:
        found = Ring(tmp_path_factory.mktemp("ring"), local, ORGANIZATION, ACCOUNTS)
        found.write()
        found.deploy_all()
        yield found


SERVICES, INSIDE, OUTSIDE = "ring-services", "ring-egress-inside", "ring-egress-outside"
APP, PRIVATE, DATA, ENTRY, PODS = "ring-app", "ring-private-a", "ring-data-a", "ring-attachment-a", "ring-pods"
SPOKES = (APP, PRIVATE, DATA, ENTRY, PODS)
OUT = {(name, INTERNET) for name in (SERVICES, INSIDE, OUTSIDE, APP, PRIVATE, ENTRY)}


def test_one_run_deploys_the_hub_the_spokes_and_the_routes_between_them(ring):
    """The hub comes first, and once more when the others are done."""
    for name in ("network", "shop"):
        assert not ring.stack(name).plan(), name


def test_each_pair_that_must_reach_each_other_does_and_no_other(ring):
    """Spokes reach what is shared, not each other; and the internet, but for the tier that must not.

    The exit answers all of them, and starts nothing. It knows no way back to the secondary range.
    """
    shared = both(*((spoke, SERVICES) for spoke in SPOKES))
    assert ring.networks().reached() == OUT | shared


def test_without_blackholes_spokes_would_reach_each_other_over_the_exit(ring):
    """What the preset keeps away, and what the computation would find."""
    hub = ring.state("network")
    for resource in hub["resources"]:
        if resource["type"] == "aws_ec2_transit_gateway_route":
            resource["instances"] = [one for one in resource["instances"] if not one["attributes"]["blackhole"]]
    found = Networks(hub, ring.state("lab"), ring.state("shop")).reached()
    assert {pair for pair in found if set(pair) <= set(SPOKES)} == both((APP, PRIVATE), (APP, DATA), (APP, ENTRY))


def test_tables_that_are_written_out_take_the_presets_place(ring):
    """Associations move, and nothing of the preset is left."""
    everybody = {"associations": ["vpc:main", "ou:spokes"], "propagations": ["vpc:main", "ou:spokes"]}
    closed = {"routes": {"lab": {"destination": "10.2.0.0/17", "blackhole": True}}}
    gateway = {
        "accept_attachments": False,
        "route_tables": {"all": {**everybody, **closed}, "egress": {"associations": ["vpc:egress"]}},
    }
    ring.write(network={**HUB, "transit_gateway": gateway})
    hub = ring.deploy("network")
    assert not hub.plan()
    left = both(*((one, other) for one in (SERVICES, APP) for other in (DATA, ENTRY, PODS)), (SERVICES, APP))
    assert ring.networks().reached() == {*left, *OUT} - {(one, INTERNET) for one in (SERVICES, *SPOKES)}


@pytest.mark.row("C12", "E1")
def test_a_stacks_own_role_changes_its_networks(ring):
    """By the tags that they have: what it makes, changes and deletes here would else be refused."""
    shop = SHOP["network"]
    subnets = {"web": subnet("10.1.16.0/20"), "app": subnet("10.1.0.0/20", tags={"tier": "app"})}
    as_itself = {"TF_VAR_deploy_role": "TerraformExecutionRole"}
    for changed in (subnets, shop["subnets"]):
        ring.write(shop={"network": {**shop, "subnets": changed}})
        assert not ring.deploy("shop", **as_itself).plan()


@pytest.mark.row("C12", "E1")
def test_a_stacks_own_role_leaves_networks_of_another_stack_alone(ring):
    accounts = ring.local.session().client("organizations").list_accounts()["Accounts"]
    (shop,) = (each["Id"] for each in accounts if each["Name"] == "Shop")
    admin = ring.local.session(shop, region="eu-central-1").client("ec2")
    tags = [{"ResourceType": "vpc", "Tags": [{"Key": "stack", "Value": "shop-web"}]}]
    vpc = admin.create_vpc(CidrBlock="10.77.0.0/16", TagSpecifications=tags)["Vpc"]["VpcId"]
    own = ring.local.session(shop, role="TerraformExecutionRole", region="eu-central-1").client("ec2")
    mine = [{"Key": "stack", "Value": "shop"}]
    for attempt in (
        lambda: own.delete_vpc(VpcId=vpc),
        lambda: own.modify_vpc_attribute(VpcId=vpc, EnableDnsSupport={"Value": False}),
        lambda: own.delete_tags(Resources=[vpc], Tags=[{"Key": "stack"}]),
        lambda: own.create_tags(Resources=[vpc], Tags=mine),
    ):
        with pytest.raises(ClientError, match="UnauthorizedOperation"):
            attempt()
    admin.delete_tags(Resources=[vpc], Tags=[{"Key": "stack"}])
    own.create_tags(Resources=[vpc], Tags=mine)
    own.delete_vpc(VpcId=vpc)


def test_a_spoke_that_goes_is_gone_from_the_tables(ring):
    ring.stack("lab").destroy()
    hub = ring.deploy("network")
    assert not hub.plan()
    lab = [name for name in hub.addresses() if "account-lab" in name and not name.startswith("data.")]
    assert lab == []
