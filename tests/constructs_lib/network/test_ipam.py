import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.ipam import IpamConstruct
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
