"""A small organization whose VPCs have ranges of IPAM's pools: deployed, and what is taken read back from AWS."""

import copy

import pytest
from botocore.exceptions import ClientError

from estate.local import running_local_aws
from tests.ring import Ring

pytestmark = [pytest.mark.e2e, pytest.mark.row("A8")]

ORGANIZATION = {
    "name": "Well",
    "slug": "well",
    "email": "aws+{account}@example.com",
    "regions": {"home": "eu-central-1", "governed": ["eu-central-1"]},
    "trusted_services": ["ipam.amazonaws.com", "ram.amazonaws.com"],
    "delegated_administrators": {"ipam.amazonaws.com": "network"},
    "organizational_units": {
        "infrastructure": {},
        "spokes": {
            "defaults": {
                "network": {"ipam_pool": "live", "zones": ["a"], "tiers": {"data": {}}, "endpoints": {"enabled": False}}
            }
        },
    },
    "address_plan": {
        "spokes": {
            "cidr": "10.4.0.0/16",
            "prefix": 20,
            "reserved": {"lab": "10.4.16.0/20", "shop": "10.4.32.0/20"},
        }
    },
    "shares": {
        "addresses": {"account": "network", "ipam_pools": ["live"], "principals": ["ou:spokes"]},
        "hub": {"account": "network", "subnets": ["data-a"], "subnet_tags": True, "principals": ["account:old"]},
    },
}
POOLS = {
    "hub": {"region": "eu-central-1", "cidr": "10.0.0.0/16"},
    "live": {"region": "eu-central-1", "cidr": "10.4.0.0/15", "reserved": {"plant": "10.5.0.0/18"}},
}
HUB = {
    "ipam": {"cidr": "10.0.0.0/8", "regions": {"eu-central-1": "10.0.0.0/12"}, "pools": POOLS},
    "network": {
        "cidr": "10.0.0.0/20",
        "ipam_pool": "hub",
        "zones": ["a"],
        "tiers": {"data": {}},
        "endpoints": {"enabled": False},
    },
}
OLD = {"network": {"cidr": "10.5.128.0/20", "subnets": {"a": {"cidr": "10.5.128.0/24", "zone": "a"}}}}
ACCOUNTS = {
    "management": {"name": "Management", "purpose": "management", "id": "111111111111", "email": "aws@example.com"},
    "network": {"name": "Network", "purpose": "network", "ou": "infrastructure", "settings": HUB},
    "lab": {"name": "Lab", "ou": "spokes"},
    "shop": {"name": "Shop", "ou": "spokes"},
    "old": {"name": "Old", "ou": "spokes", "settings": {"network": {**OLD["network"], "ipam_pool": None}}},
}


@pytest.fixture(scope="module")
def well(tmp_path_factory):
    with running_local_aws() as local:
        found = Ring(tmp_path_factory.mktemp("well"), local, ORGANIZATION, ACCOUNTS)
        found.write()
        found.deploy_all()
        yield found


def client(well, name):
    accounts = well.local.session().client("organizations").list_accounts()["Accounts"]
    (account,) = (each["Id"] for each in accounts if each["Name"] == name)
    return well.local.session(account, region="eu-central-1").client("ec2")


def pool(ec2, slug):
    (found,) = ec2.describe_ipam_pools(Filters=[{"Name": "description", "Values": [f"well {slug}"]}])["IpamPools"]
    return found["IpamPoolId"]


def taken(well, slug):
    ec2 = client(well, "Network")
    found = ec2.get_ipam_pool_allocations(IpamPoolId=pool(ec2, slug))["IpamPoolAllocations"]
    return {each["Cidr"]: each["ResourceType"] for each in found}


def test_one_run_deploys_the_pools_and_the_vpcs_that_have_ranges_of_them(well):
    for name in ("network", "lab", "shop", "old"):
        assert not well.stack(name).plan(), name
    assert taken(well, "hub") == {"10.0.0.0/20": "vpc"}
    assert taken(well, "live") == {"10.4.16.0/20": "vpc", "10.4.32.0/20": "vpc", "10.5.0.0/18": "custom"}


def names(well):
    """What the account Old calls what it sees of the hub."""
    ec2 = client(well, "Old")
    found = [*ec2.describe_subnets()["Subnets"], *ec2.describe_vpcs()["Vpcs"]]
    return {tag["Value"] for each in found if each["CidrBlock"].startswith("10.0.") for tag in each.get("Tags", ())}


@pytest.mark.row("A9", "C12")
def test_whom_a_subnet_is_shared_with_sees_its_name_and_keeps_it_by_its_own_role(well):
    assert names(well) == {"well", "well-data-a"}
    ec2 = client(well, "Old")
    (subnet,) = (each for each in ec2.describe_subnets()["Subnets"] if each["CidrBlock"].startswith("10.0."))
    ec2.delete_tags(Resources=[subnet["SubnetId"]], Tags=[{"Key": "Name"}])
    assert names(well) == {"well"}
    assert not well.deploy("old", TF_VAR_deploy_role="TerraformExecutionRole").plan()
    assert names(well) == {"well", "well-data-a"}


@pytest.mark.parametrize("cidr", ["10.4.16.0/24", "10.5.0.0/24"])
def test_nobody_gets_what_another_vpc_has_or_what_is_reserved(well, cidr):
    ec2 = client(well, "Shop")
    with pytest.raises(ClientError, match="allocated already"):
        ec2.create_vpc(CidrBlock=cidr, Ipv4IpamPoolId=pool(ec2, "live"))


def test_who_shares_nothing_sees_no_pool(well):
    ec2 = client(well, "Shop")
    assert [each["Description"] for each in ec2.describe_ipam_pools()["IpamPools"]] == ["well live"]


def test_a_vpc_that_is_there_stays_when_it_names_a_pool(well):
    well.write(old={"network": {**OLD["network"], "ipam_pool": "live"}})
    stack = well.stack("old", TF_VAR_deploy_role="TerraformExecutionRole")
    stack.init()
    assert not stack.plan()


def test_a_vpc_that_was_made_from_a_pool_stays_when_it_names_none(well):
    well.write(lab={"network": {"ipam_pool": None}})
    stack = well.stack("lab", TF_VAR_deploy_role="TerraformExecutionRole")
    stack.init()
    (made,) = (one for one in well.state("lab")["resources"] if one["type"] == "aws_vpc")
    assert made["instances"][0]["attributes"]["ipv4_ipam_pool_id"]
    assert not stack.plan()


@pytest.mark.row("C12")
def test_the_stacks_own_roles_reserve_ranges_and_give_them_back(well):
    changed = copy.deepcopy(HUB)
    changed["ipam"]["pools"]["live"]["reserved"] = {"mill": "10.5.64.0/18"}
    well.write(network=changed)
    assert not well.deploy("network", TF_VAR_deploy_role="TerraformExecutionRole").plan()
    assert "10.5.0.0/18" not in taken(well, "live")
    assert taken(well, "live")["10.5.64.0/18"] == "custom"
