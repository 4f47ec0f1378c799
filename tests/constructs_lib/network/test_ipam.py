import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.ipam import AddressPool, IpamConstruct
from tests.template import synth

REGIONS = {"eu-central-1": "10.0.0.0/12", "us-east-1": "10.16.0.0/12"}


def build(stack, **changes):
    arguments = {"name": "organization", "home_region": "eu-central-1", "cidr": "10.0.0.0/8", "regions": REGIONS}
    return IpamConstruct(stack, "ipam", **{**arguments, **changes})


def test_every_region_has_a_pool_inside_the_whole():
    template = synth(build)
    ipam = template.only("aws_vpc_ipam")
    assert ipam["tier"] == "advanced"
    assert [found["region_name"] for found in ipam["operating_regions"]] == ["eu-central-1", "us-east-1"]
    pools = template.resources("aws_vpc_ipam_pool").values()
    assert {pool.get("locale") for pool in pools} == {None, *REGIONS}
    assert all("source_ipam_pool_id" in pool for pool in pools if "locale" in pool)
    cidrs = {found["cidr"] for found in template.resources("aws_vpc_ipam_pool_cidr").values()}
    assert cidrs == {"10.0.0.0/8", *REGIONS.values()}


def test_the_free_tier_and_the_networks_size_can_be_chosen():
    template = synth(lambda stack: build(stack, advanced=False, network_prefix=20))
    assert template.only("aws_vpc_ipam")["tier"] == "free"
    sizes = {pool.get("allocation_default_netmask_length") for pool in template.resources("aws_vpc_ipam_pool").values()}
    assert sizes == {None, 20}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"regions": {}}, "at least one region"),
        ({"regions": {"eu-central-1": "172.16.0.0/12"}}, "a part of 10.0.0.0/8"),
        ({"regions": {"eu-central-1": "10.0.0.0/12", "us-east-1": "10.8.0.0/16"}}, "no overlap with 'eu-central-1'"),
        ({"cidr": "10.0.0.0/4"}, "cidr is"),
        ({"network_prefix": 8}, "network_prefix is 8"),
    ],
)
def test_addresses_that_do_not_fit_are_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, **changes))


POOLS = {"live": AddressPool("eu-central-1", "10.4.0.0/16", {"plant": "10.4.128.0/20"})}


def test_further_pools_are_in_those_of_their_regions_and_find_vpcs():
    template = synth(lambda stack: build(stack, pools=POOLS))
    pools = {pool["tags"]["Name"]: pool for pool in template.resources("aws_vpc_ipam_pool").values()}
    live = pools["organization-live"]
    assert live["source_ipam_pool_id"].startswith("${aws_vpc_ipam_pool.ipam_pool-eu-central-1_")
    assert (live["auto_import"], live["locale"]) == (True, "eu-central-1")
    assert not any("auto_import" in pool for name, pool in pools.items() if name != "organization-live")
    held = template.only("aws_vpc_ipam_pool_cidr_allocation")
    assert (held["cidr"], held["description"]) == ("10.4.128.0/20", "plant")
    assert held["ipam_pool_id"].startswith("${aws_vpc_ipam_pool_cidr.ipam_cidr-live_")


@pytest.mark.parametrize(
    ("pools", "message"),
    [
        ({"live": AddressPool("eu-west-1", "10.4.0.0/16")}, "a region of `regions`"),
        ({"us-east-1": AddressPool("us-east-1", "10.16.0.0/16")}, "a key that is none"),
        ({"live": AddressPool("eu-central-1", "10.16.0.0/16")}, "a part of 10.0.0.0/12"),
        ({"a": POOLS["live"], "b": POOLS["live"]}, "no overlap with 'a'"),
        ({"live": AddressPool("eu-central-1", "10.4.0.0/16", {"plant": "10.5.0.0/20"})}, "a part of 10.4.0.0/16"),
    ],
)
def test_pools_that_do_not_fit_are_refused(pools, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, pools=pools))
