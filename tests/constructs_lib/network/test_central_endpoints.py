import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.dhcp_options import DhcpOptionsConstruct
from constructs_lib.network.dns_profile import DnsProfileConstruct
from constructs_lib.network.endpoint_zones import EndpointName, EndpointZonesConstruct, private_name
from constructs_lib.network.vpc_endpoints import VpcEndpointsConstruct
from tests.template import synth

pytestmark = pytest.mark.row("A8", "A9")


def endpoints(stack, **changes):
    arguments = {
        "name": "hub",
        "vpc_id": "vpc-1",
        "vpc_cidr": "10.0.0.0/16",
        "region": "eu-central-1",
        "gateways": (),
        "interfaces": ["ssm", "ecr.dkr"],
        "subnet_ids": ["subnet-a"],
    }
    return VpcEndpointsConstruct(stack, "endpoints", **{**arguments, **changes})


def test_a_zone_answers_the_services_name_and_all_below_it_with_the_endpoint():
    def build(stack):
        names = endpoints(stack, private_dns=False, allowed=["10.0.0.0/8"]).endpoint_names
        zones = EndpointZonesConstruct(stack, "zones", vpc_id="vpc-1", region="eu-central-1", endpoints=names)
        DnsProfileConstruct(stack, "profile", name="hub", resource_arns=zones.zone_arns)

    template = synth(build)
    assert {one["private_dns_enabled"] for one in template.resources("aws_vpc_endpoint").values()} == {False}
    opened = template.resources("aws_vpc_security_group_ingress_rule").values()
    assert {(one["cidr_ipv4"], one["to_port"]) for one in opened} == {("10.0.0.0/16", 443), ("10.0.0.0/8", 443)}
    zones = template.resources("aws_route53_zone")
    assert {one["name"] for one in zones.values()} == {
        "dkr.ecr.eu-central-1.amazonaws.com",
        "ssm.eu-central-1.amazonaws.com",
    }
    assert {one["vpc"][0]["vpc_id"] for one in zones.values()} == {"vpc-1"}
    records = template.resources("aws_route53_record").values()
    assert sorted(one["name"] for one in records) == sorted(
        f"{start}{name}" for name in (one["name"] for one in zones.values()) for start in ("", "*.")
    )
    assert all(".dns_entry[0].dns_name}" in one["alias"]["name"] for one in records)
    assert len(template.resources("aws_route53profiles_resource_association")) == 2


def test_usually_names_lead_to_endpoints_in_the_vpc_and_nobody_else_calls_them():
    template = synth(endpoints)
    assert {one["private_dns_enabled"] for one in template.resources("aws_vpc_endpoint").values()} == {True}
    assert template.only("aws_vpc_security_group_ingress_rule")["cidr_ipv4"] == "10.0.0.0/16"


def test_a_profile_can_hold_rules_and_dns_firewall_too():
    template = synth(
        lambda stack: DnsProfileConstruct(
            stack, "p", name="hub", resource_arns={"office": "arn:rule"}, rule_group_arn="arn:group", priority=200
        )
    )
    found = template.resources("aws_route53profiles_resource_association").values()
    assert {one["resource_arn"]: one.get("resource_properties") for one in found} == {
        "arn:rule": None,
        "arn:group": '{"priority":200}',
    }


@pytest.mark.parametrize(
    ("service", "name"),
    [
        ("ssm", "ssm"),
        ("ecr.api", "api.ecr"),
        ("kinesis-streams", "kinesis"),
        ("sagemaker.runtime", "runtime.sagemaker"),
    ],
)
def test_services_are_called_as_aws_calls_them(service, name):
    assert private_name(service, "us-east-1") == f"{name}.us-east-1.amazonaws.com"


def test_machines_are_told_what_is_said_and_aws_answers_the_rest():
    template = synth(lambda stack: DhcpOptionsConstruct(stack, "dhcp", name="hub", vpc_id="vpc-1", domain_name="a.org"))
    options = template.only("aws_vpc_dhcp_options")
    assert (options["domain_name"], options["domain_name_servers"]) == ("a.org", ["AmazonProvidedDNS"])
    assert "ntp_servers" not in options
    assert template.only("aws_vpc_dhcp_options_association")["vpc_id"] == "vpc-1"


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (
            lambda stack: DhcpOptionsConstruct(stack, "d", name="hub", vpc_id="vpc-1", ntp_servers=["10.0.0.1"] * 5),
            "ntp_servers",
        ),
        (lambda stack: DnsProfileConstruct(stack, "p", name="hub", resource_arns={}), "resource_arns"),
        (
            lambda stack: DnsProfileConstruct(
                stack, "p", name="hub", resource_arns={}, rule_group_arn="arn", priority=100
            ),
            "priority",
        ),
        (lambda stack: endpoints(stack, allowed=["10.0.0.1/8"]), "allowed"),
        (
            lambda stack: EndpointZonesConstruct(
                stack, "z", vpc_id="vpc-1", region="here", endpoints={"ssm": EndpointName("a.org", "Z1")}
            ),
            "region",
        ),
    ],
)
def test_what_aws_would_refuse(make, name):
    with pytest.raises(InvalidValueError) as refused:
        synth(make)
    assert refused.value.name == name
