import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.transit_gateway import TransitGatewayConstruct
from constructs_lib.network.transit_gateway_attachment import TransitGatewayAttachmentConstruct
from tests.template import synth


def gateway(stack, **changes):
    return TransitGatewayConstruct(stack, "gateway", **{"name": "hub", **changes})


def attachment(stack, **changes):
    arguments = {"name": "shared", "transit_gateway_id": "tgw-1", "vpc_id": "vpc-1", "subnet_ids": ["subnet-1"]}
    return TransitGatewayAttachmentConstruct(stack, "hub", **{**arguments, **changes})


def test_nobody_reaches_anybody_until_told():
    found = synth(gateway).only("aws_ec2_transit_gateway")
    assert found["default_route_table_association"] == found["default_route_table_propagation"] == "disable"
    assert (found["auto_accept_shared_attachments"], found["amazon_side_asn"]) == ("enable", 64512)


def test_everybody_can_reach_everybody_when_asked():
    found = synth(lambda stack: gateway(stack, connect_all=True, accept_attachments=False, asn=4_200_000_000)).only(
        "aws_ec2_transit_gateway"
    )
    assert found["default_route_table_association"] == found["default_route_table_propagation"] == "enable"
    assert (found["auto_accept_shared_attachments"], found["amazon_side_asn"]) == ("disable", 4_200_000_000)


def test_an_attached_vpc_routes_networks_to_the_gateway():
    template = synth(
        lambda stack: attachment(
            stack, route_table_ids={"a": "rtb-1", "b": "rtb-2"}, destinations=["10.0.0.0/8", "172.16.0.0/12"]
        )
    )
    routes = template.resources("aws_route").values()
    assert {(found["route_table_id"], found["destination_cidr_block"]) for found in routes} == {
        (table, network) for table in ("rtb-1", "rtb-2") for network in ("10.0.0.0/8", "172.16.0.0/12")
    }
    assert all(found["depends_on"][0].startswith("aws_ec2_transit_gateway_vpc_attachment.") for found in routes)


@pytest.mark.parametrize(
    ("make", "changes", "message"),
    [
        (gateway, {"asn": 65535}, "asn is 65535"),
        (attachment, {"subnet_ids": []}, "a subnet in each zone"),
        (attachment, {"route_table_ids": {"a": "rtb-1"}, "destinations": ["10.0.0.1/8"]}, "destinations is"),
        (attachment, {"route_table_ids": {"A": "rtb-1"}}, "route_table_ids is 'A'"),
    ],
)
def test_what_ec2_would_refuse_is_refused(make, changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: make(stack, **changes))


def test_appliance_mode_and_what_has_no_way_to_everywhere():
    template = synth(
        lambda stack: attachment(
            stack,
            route_table_ids={"a": "rtb-1", "data-a": "rtb-2"},
            destinations=["0.0.0.0/0", "10.0.0.0/8"],
            inside=["data-a"],
            appliance_mode=True,
            default_route_tables=False,
        )
    )
    found = template.only("aws_ec2_transit_gateway_vpc_attachment")
    assert found["appliance_mode_support"] == "enable"
    assert found["transit_gateway_default_route_table_association"] is False
    ways = {(one["route_table_id"], one["destination_cidr_block"]) for one in template.resources("aws_route").values()}
    assert ways == {("rtb-1", "0.0.0.0/0"), ("rtb-1", "10.0.0.0/8"), ("rtb-2", "10.0.0.0/8")}
