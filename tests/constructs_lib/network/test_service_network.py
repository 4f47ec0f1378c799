import json

import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.service_network import ServiceNetworkConstruct
from constructs_lib.network.service_network_association import ServiceNetworkAssociationConstruct
from tests.template import synth

pytestmark = pytest.mark.row("A8")


def services(stack, **changes):
    return ServiceNetworkConstruct(
        stack, "services", **{"name": "services", "organization_id": "o-a1b2c3d4e5", **changes}
    )


def test_signed_calls_of_the_organization_are_let_in():
    template = synth(services)
    assert template.only("aws_vpclattice_service_network")["auth_type"] == "AWS_IAM"
    policy = template.only("aws_vpclattice_auth_policy")
    assert policy["resource_identifier"].startswith("${aws_vpclattice_service_network.")
    (statement,) = json.loads(policy["policy"])["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", "vpc-lattice-svcs:Invoke")
    assert statement["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}


@pytest.mark.parametrize("name", ["abc", "a-b", "a-1", "service", "a" * 63])
def test_what_lattice_takes_is_taken(name):
    assert synth(lambda stack: services(stack, name=name)).only("aws_vpclattice_service_network")["name"] == name


@pytest.mark.parametrize("name", ["ab", "Services", "sn-services", "a--b", "-ab", "ab-", "a" * 64, "a-" * 40 + "a"])
def test_what_lattice_would_refuse_is_refused(name):
    with pytest.raises(InvalidValueError, match="3 to 63"):
        synth(lambda stack: services(stack, name=name))


def joins(stack, **changes):
    said = {"name": "shop", "vpc_id": "vpc-0123456789abcdef0", "allowed": ["10.1.0.0/16"], "share": "services"}
    return ServiceNetworkAssociationConstruct(stack, "services", **{**said, **changes})


def test_a_vpc_joins_what_another_account_shares():
    template = synth(joins)
    association = template.only("aws_vpclattice_service_network_vpc_association")
    assert association["service_network_identifier"].startswith("${one([for arn in data.aws_ram_resource_share.")
    (group,) = association["security_group_ids"]
    assert group.startswith("${aws_security_group.")
    rule = template.only("aws_vpc_security_group_ingress_rule")
    assert (rule["cidr_ipv4"], rule["from_port"], rule["to_port"], rule["ip_protocol"]) == (
        "10.1.0.0/16",
        443,
        443,
        "tcp",
    )


def test_or_one_of_the_account_for_some_of_its_machines_by_other_ports():
    template = synth(
        lambda stack: joins(
            stack, share=None, service_network="sn-1", allowed=["10.1.0.0/20", "10.1.16.0/20"], ports=(80, 443)
        )
    )
    association = template.only("aws_vpclattice_service_network_vpc_association")
    assert association["service_network_identifier"] == "sn-1"
    rules = template.resources("aws_vpc_security_group_ingress_rule")
    assert {(rule["cidr_ipv4"], rule["from_port"]) for rule in rules.values()} == {
        (cidr, port) for cidr in ("10.1.0.0/20", "10.1.16.0/20") for port in (80, 443)
    }
    assert not template.data("aws_ram_resource_share")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"allowed": []}, "ranges, and ports"),
        ({"ports": ()}, "ranges, and ports"),
        ({"ports": (0,)}, "ports"),
        ({"allowed": ["10.1.0.1/16"]}, "allowed"),
        ({"service_network": "sn-1"}, "either a service network or a share"),
        ({"share": None}, "either a service network or a share"),
    ],
)
def test_a_vpc_joins_one_service_network_by_ports_that_there_are(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: joins(stack, **changes))
