import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.private_zone import PrivateZoneConstruct, ZoneVpc
from constructs_lib.network.public_zone import PublicZoneConstruct
from constructs_lib.network.zone_association import ZoneAssociationConstruct
from tests.template import synth

SERVERS = ["ns-1.example.net", "ns-2.example.org"]


def public(stack, id_="zone", **changes):
    return PublicZoneConstruct(stack, id_, **{"domain": "example.com", **changes})


def private(stack, **changes):
    arguments = {"domain": "internal.example.com", "vpc": ZoneVpc("vpc-1", "eu-central-1")}
    return PrivateZoneConstruct(stack, "zone", **{**arguments, **changes})


@pytest.mark.row("A9")
def test_a_subdomain_is_delegated_to_its_zones_name_servers():
    def zones(stack):
        dev = public(stack, "dev", domain="dev.example.com")
        public(stack, delegations={"dev": ("dev.example.com", dev.name_servers), "app": ("app.example.com", SERVERS)})

    template = synth(zones)
    records = {record["name"]: record for record in template.resources("aws_route53_record").values()}
    assert records["app.example.com"]["records"] == SERVERS
    assert "aws_route53_zone.dev" in str(records["dev.example.com"]["records"])
    assert {record["type"] for record in records.values()} == {"NS"}


@pytest.mark.row("A9")
def test_other_accounts_vpcs_are_authorized_and_never_thrown_out():
    template = synth(lambda stack: private(stack, other_accounts={"production": ZoneVpc("vpc-2", "us-east-1")}))
    zone = template.only("aws_route53_zone")
    assert zone["vpc"] == [{"vpc_id": "vpc-1", "vpc_region": "eu-central-1"}]
    assert zone["lifecycle"] == {"ignore_changes": ["vpc"]}
    authorization = template.only("aws_route53_vpc_association_authorization")
    assert (authorization["vpc_id"], authorization["vpc_region"]) == ("vpc-2", "us-east-1")


@pytest.mark.row("A9")
def test_the_other_account_joins():
    template = synth(
        lambda stack: ZoneAssociationConstruct(
            stack, "join", zone_id="Z0123456789ABC", vpc_id="vpc-2", vpc_region="us-east-1"
        )
    )
    joined = template.only("aws_route53_zone_association")
    assert (joined["zone_id"], joined["vpc_id"], joined["vpc_region"]) == ("Z0123456789ABC", "vpc-2", "us-east-1")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda stack: public(stack, domain="example"), "domain is 'example'"),
        (lambda stack: public(stack, domain="Example.com"), "domain is 'Example.com'"),
        (lambda stack: public(stack, delegations={"x": ("dev.example.org", SERVERS)}), "a domain below example.com"),
        (lambda stack: private(stack, domain="-.com"), "domain is '-.com'"),
        (lambda stack: private(stack, other_accounts={"P": ZoneVpc("vpc-2", "us-east-1")}), "other_accounts is 'P'"),
        (lambda stack: ZoneAssociationConstruct(stack, "join", zone_id="zone", vpc_id="vpc-2"), "zone_id is 'zone'"),
    ],
)
def test_what_is_no_domain_or_zone_is_refused(make, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(make)
