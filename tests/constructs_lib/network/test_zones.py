import json

import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.private_zone import PrivateZoneConstruct, ZoneVpc
from constructs_lib.network.public_zone import PublicZoneConstruct
from constructs_lib.network.zone_association import ZoneAssociationConstruct
from constructs_lib.network.zone_query_logs import LoggedZone, ZoneQueryLogsConstruct
from constructs_lib.network.zone_signing import ZoneSigningConstruct
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


def logs(stack, slug="main", **changes):
    zone = LoggedZone(**{"zone_id": "Z1", "domain": "example.com", **changes})
    return ZoneQueryLogsConstruct(stack, "logs", zones={slug: zone}, account_id="222222222222")


def signing(stack, **changes):
    arguments = {"zone_id": "Z1", "alias": "dnssec-main", "account_id": "222222222222"}
    return ZoneSigningConstruct(stack, "signing", **{**arguments, **changes})


@pytest.mark.row("A9")
def test_queries_of_all_zones_are_logged_under_one_policy_and_one_key():
    zones = {"main": LoggedZone("Z1", "example.com"), "shop": LoggedZone("Z2", "shop.example.com", 30)}
    template = synth(lambda stack: ZoneQueryLogsConstruct(stack, "logs", zones=zones, account_id="222222222222"))
    groups = template.resources("aws_cloudwatch_log_group").values()
    assert {group["name"]: group["retention_in_days"] for group in groups} == {
        "/aws/route53/example.com": 365,
        "/aws/route53/shop.example.com": 30,
    }
    (key,) = template.resources("aws_kms_key")
    assert {group["kms_key_id"] for group in groups} == {f"${{aws_kms_key.{key}.arn}}"}
    ((name, policy),) = template.resources("aws_cloudwatch_log_resource_policy").items()
    (statement,) = json.loads(policy["policy_document"])["Statement"]
    assert statement["Principal"] == {"Service": "route53.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": "222222222222"}
    queries = template.resources("aws_route53_query_log").values()
    assert {query["zone_id"] for query in queries} == {"Z1", "Z2"}
    assert all(query["depends_on"] == [f"aws_cloudwatch_log_resource_policy.{name}"] for query in queries)


@pytest.mark.row("A9")
def test_a_zone_is_signed_by_a_key_that_route_53_uses_for_this_zone_alone():
    template = synth(signing)
    key = template.only("aws_kms_key")
    assert (key["customer_master_key_spec"], key["key_usage"]) == ("ECC_NIST_P256", "SIGN_VERIFY")
    _, signs, grants = json.loads(key["policy"])["Statement"]
    assert signs["Principal"] == grants["Principal"] == {"Service": "dnssec-route53.amazonaws.com"}
    assert signs["Condition"]["ArnEquals"] == {"aws:SourceArn": "arn:aws:route53:::hostedzone/Z1"}
    assert grants["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    ((name, signing_key),) = template.resources("aws_route53_key_signing_key").items()
    assert signing_key["key_management_service_arn"].startswith("${aws_kms_key.")
    # It is made after the key-signing key, and goes before it.
    signed = template.only("aws_route53_hosted_zone_dnssec")
    assert signed["hosted_zone_id"] == f"${{aws_route53_key_signing_key.{name}.hosted_zone_id}}"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda stack: public(stack, domain="example"), "domain is 'example'"),
        (lambda stack: public(stack, domain="Example.com"), "domain is 'Example.com'"),
        (lambda stack: public(stack, delegations={"x": ("dev.example.org", SERVERS)}), "a domain below example.com"),
        (lambda stack: private(stack, domain="-.com"), "domain is '-.com'"),
        (lambda stack: private(stack, other_accounts={"P": ZoneVpc("vpc-2", "us-east-1")}), "other_accounts is 'P'"),
        (lambda stack: ZoneAssociationConstruct(stack, "join", zone_id="zone", vpc_id="vpc-2"), "zone_id is 'zone'"),
        (lambda stack: logs(stack, slug="Main"), "zones is 'Main'"),
        (lambda stack: logs(stack, domain="example"), "domain is 'example'"),
        (lambda stack: logs(stack, retention_days=2), "retention_days is '2'"),
        (lambda stack: signing(stack, key_name="a-b"), "key_name is 'a-b'"),
        (lambda stack: signing(stack, account_id="1"), "account_id is '1'"),
    ],
)
def test_what_is_no_domain_or_zone_is_refused(make, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(make)
