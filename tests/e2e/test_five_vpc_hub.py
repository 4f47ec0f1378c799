"""The example of a hub of five VPCs: deployed, and who reaches whom computed from its route tables."""

import pytest
import yaml

from estate.local import running_local_aws
from estate.paths import CHECKOUT
from tests.reachability import INTERNET
from tests.ring import Ring

pytestmark = [pytest.mark.e2e, pytest.mark.row("A8")]

EXAMPLE = CHECKOUT / "examples" / "five-vpc-hub"


def subnets(name):
    """Those of both zones."""
    return {f"hub-{name}-{zone}" for zone in "ab"}


ENDPOINTS, SHARED, INGRESS, APP = (subnets(each) for each in ("private", "shared-private", "ingress-public", "app"))
PLACES = (ENDPOINTS, SHARED, INGRESS, APP)
BETWEEN = {(one, other) for here in PLACES for there in PLACES if here is not there for one in here for other in there}
EGRESS = subnets("egress-attachment") | subnets("egress-public")


def test_whatever_leaves_a_vpc_is_inspected_and_goes_out_by_one(tmp_path):
    """Load balancers in `ingress` answer the internet themselves, endpoints ask nobody there, and data reaches nobody."""
    organization = yaml.safe_load((EXAMPLE / "organization.yaml").read_text())
    accounts = {path.stem: yaml.safe_load(path.read_text()) for path in sorted((EXAMPLE / "accounts").glob("*.yaml"))}
    policies = {
        str(path.relative_to(EXAMPLE / "policies")): path.read_text() for path in (EXAMPLE / "policies").rglob("*.txt")
    }
    with running_local_aws() as local:
        hub = Ring(tmp_path, local, organization, accounts, policies)
        hub.write()
        hub.deploy_all()
        for slug in ("network", "shop"):
            assert not hub.stack(slug).plan(), slug
        networks = hub.networks()
        joined = [one for one in hub.state("shop")["resources"] if one["type"] == "aws_route53profiles_association"]
    assert joined  # by which endpoints are found
    reached, inspected = networks.reached(), networks.inspected()
    assert {pair for pair in reached if {*pair} <= {*ENDPOINTS, *SHARED, *INGRESS, *APP}} == BETWEEN
    assert inspected >= BETWEEN | {(name, INTERNET) for name in APP | SHARED}
    out = {one for one, other in reached if other == INTERNET}
    assert out & {*ENDPOINTS, *SHARED, *INGRESS, *APP} == SHARED | INGRESS | APP
    assert {pair for pair in reached if {*pair} & EGRESS} == {(name, INTERNET) for name in EGRESS}
    assert not [pair for pair in reached if {*pair} & subnets("shared-data")]
