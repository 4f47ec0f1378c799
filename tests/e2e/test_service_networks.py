"""A service network of VPC Lattice, which VPCs of its account and of another one join: deployed."""

import pytest

from estate.local import running_local_aws
from tests.ring import Ring, subnet

pytestmark = [pytest.mark.e2e, pytest.mark.row("A8")]

ORGANIZATION = {
    "name": "Mesh",
    "slug": "mesh",
    "email": "aws+{account}@example.com",
    "regions": {"home": "eu-central-1", "governed": ["eu-central-1"]},
    "trusted_services": ["ram.amazonaws.com"],
    "organizational_units": {"infrastructure": {}, "spokes": {}},
    "service_networks": {"services": {"account": "network"}, "others": {"account": "network"}},
    "shares": {
        "all-of-it": {"account": "network", "service_networks": ["others", "services"], "principals": ["root"]},
        "services": {"account": "network", "service_networks": ["services"], "principals": ["ou:spokes"]},
    },
}


def vpc(cidr, **service_network):
    found = {"cidr": f"{cidr}.0.0/16", "subnets": {"app": subnet(f"{cidr}.0.0/20")}, "endpoints": {"enabled": False}}
    return {"network": {**found, "service_network": service_network} if service_network else found}


SETTINGS = {
    "network": vpc("10.0", name="others"),
    "shop": vpc("10.1", name="services", ports=[443, 8443], allowed=["10.1.0.0/20"]),
}
ACCOUNTS = {
    "management": {"name": "Management", "purpose": "management", "id": "111111111111", "email": "aws@example.com"},
    "network": {"name": "Network", "purpose": "network", "ou": "infrastructure", "settings": SETTINGS["network"]},
    "shop": {"name": "Shop", "ou": "spokes", "settings": SETTINGS["shop"]},
}


@pytest.fixture(scope="module")
def mesh(tmp_path_factory):
    with running_local_aws() as local:
        found = Ring(tmp_path_factory.mktemp("mesh"), local, ORGANIZATION, ACCOUNTS)
        found.write()
        found.deploy_all()
        yield found


def of_type(mesh, slug, type_):
    return [
        one["attributes"]
        for resource in mesh.state(slug)["resources"]
        if resource["type"] == type_ and resource["mode"] == "managed"
        for one in resource["instances"]
    ]


def test_vpcs_join_by_one_run_those_of_other_accounts_too(mesh):
    for slug in ("network", "shop"):
        assert not mesh.stack(slug).plan(), slug
    networks = {one["name"]: one for one in of_type(mesh, "network", "aws_vpclattice_service_network")}
    for slug, name in (("network", "others"), ("shop", "services")):
        (joined,) = of_type(mesh, slug, "aws_vpclattice_service_network_vpc_association")
        assert joined["service_network_identifier"] in (networks[name]["id"], networks[name]["arn"])
        (found,) = of_type(mesh, slug, "aws_vpc")
        assert joined["vpc_identifier"] == found["id"]
    rules = of_type(mesh, "shop", "aws_vpc_security_group_ingress_rule")
    assert {(rule["cidr_ipv4"], rule["from_port"]) for rule in rules} == {("10.1.0.0/20", 443), ("10.1.0.0/20", 8443)}


def test_a_stacks_own_role_changes_it_and_off_nothing_is_left(mesh):
    mesh.write(shop=vpc("10.1", name="services"))
    shop = mesh.deploy("shop", TF_VAR_deploy_role="TerraformExecutionRole")
    assert not shop.plan()
    (rule,) = of_type(mesh, "shop", "aws_vpc_security_group_ingress_rule")
    assert (rule["cidr_ipv4"], rule["from_port"]) == ("10.1.0.0/16", 443)
    mesh.write(shop=vpc("10.1"))
    shop = mesh.deploy("shop")  # which takes its rights away
    assert not shop.plan()
    assert not [name for name in shop.addresses() if "lattice" in name or "ram_resource_share" in name]
