import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.direct_connect import DirectConnectConstruct, TransitInterface
from tests.template import synth

pytestmark = pytest.mark.row("A8")


def line(stack, **changes):
    arguments = {
        "name": "hub-hq",
        "asn": 64520,
        "transit_gateway_id": "tgw-1",
        "allowed_prefixes": ["10.16.0.0/12", "10.0.0.0/12"],
        "interfaces": {"a": TransitInterface("dxcon-fg1234ab", 101, 65020)},
    }
    return DirectConnectConstruct(stack, "hq", **{**arguments, **changes})


def test_a_gateway_tells_the_other_side_what_it_may_know():
    template = synth(line)
    assert template.only("aws_dx_gateway")["amazon_side_asn"] == "64520"
    association = template.only("aws_dx_gateway_association")
    assert association["associated_gateway_id"] == "tgw-1"
    assert association["allowed_prefixes"] == ["10.0.0.0/12", "10.16.0.0/12"]


def test_an_interface_is_a_vlan_of_a_connection():
    template = synth(line)
    found = template.only("aws_dx_transit_virtual_interface")
    said = {key: found[key] for key in ("name", "connection_id", "vlan", "bgp_asn", "mtu", "address_family")}
    assert said == {
        "name": "hub-hq-a",
        "connection_id": "dxcon-fg1234ab",
        "vlan": 101,
        "bgp_asn": 65020,
        "mtu": 1500,
        "address_family": "ipv4",
    }
    assert "bgp_auth_key" not in found


def test_the_attachment_is_looked_up_once_the_association_is_there():
    """And names no resource: Terraform would look it up while applying whenever that changes."""
    template = synth(line)
    (looked_up,) = template.json["data"]["aws_ec2_transit_gateway_dx_gateway_attachment"].values()
    names = [
        looked_up[key].removeprefix("${local.").removesuffix("}") for key in ("transit_gateway_id", "dx_gateway_id")
    ]
    assert all(".dx_gateway_association_id != " in template.json["locals"][name] for name in names)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"allowed_prefixes": []}, "1 to 200 ranges"),
        ({"allowed_prefixes": ["10.0.0.1/8"]}, "allowed_prefixes"),
        ({"interfaces": {"A": TransitInterface("dxcon-fg1234ab", 101, 65020)}}, "interfaces"),
        ({"interfaces": {"a": TransitInterface("dxvif-fg1234ab", 101, 65020)}}, "a connection's id"),
        ({"interfaces": {"a": TransitInterface("dxcon-fg1234ab", 4095, 65020)}}, "vlan"),
        ({"interfaces": {"a": TransitInterface("dxcon-fg1234ab", 1, 0)}}, "asn"),
    ],
)
def test_what_direct_connect_would_refuse_is_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: line(stack, **changes))
