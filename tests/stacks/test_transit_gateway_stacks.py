"""Transit gateways of several regions, with ways outside of AWS and prefix lists, as stacks."""

import pytest

from tests.stacks.test_network_stacks import names, of_hub, of_type

OUTSIDE = {
    "route_tables": {
        "all": {
            "associations": ["root", "vpn:office", "vpn:plant", "dx:hq"],
            "propagations": ["root", "vpn:office", "dx:hq"],
            "routes": {
                "hq": {"destination": "10.201.0.0/16", "attachment": "dx:hq"},
                "plant": {"destination": "10.200.0.0/16", "attachment": "vpn:plant"},
            },
        }
    },
    "vpns": {
        "office": {"address": "192.0.2.1", "asn": 65010, "tunnels": {"dh_groups": [14, 19]}},
        "plant": {"address": "192.0.2.2"},
        "logs": {"address": "192.0.2.4", "asn": 65012},
        "office-us-east-1": {"address": "192.0.2.5", "asn": 65013},
    },
    "direct_connect": {
        "hq": {
            "asn": 64520,
            "allowed_prefixes": ["10.16.0.0/12"],
            "interfaces": {
                "a": {"connection": "dxcon-fg1234ab", "vlan": 101, "asn": 65020},
                "b": {"connection": "dxcon-fg5678cd", "vlan": 102, "asn": 65020, "region": "us-east-1"},
            },
        }
    },
}
LICENSES = "arn:aws:license-manager:eu-central-1:333333333333:license-configuration:lic-0123456789abcdef"
FAR = {"us-east-1": {"asn": 64513, "vpns": {"office": {"address": "192.0.2.3", "asn": 65011}}, "connect_all": True}}


@pytest.mark.row("A8")
def test_route_tables_lead_outside_by_vpns_and_direct_connect(synthesize_changed):
    change, also = of_hub(**OUTSIDE, regions=FAR)
    stack = synthesize_changed(change, ["network"], "accounts/network.yaml", also)["network"]
    table = "aws_ec2_transit_gateway_route_table"
    for kind, count in (("association", 2), ("propagation", 1)):
        found = names(stack, f"{table}_{kind}", "transit_gateway_attachment_id")
        assert len([id_ for id_ in found if id_.startswith("${aws_vpn_connection.")]) == count
        assert [id_ for id_ in found if id_.startswith("${data.aws_ec2_transit_gateway_dx_gateway_attachment.")]
    routes = {one["destination_cidr_block"]: one for one in of_type(stack, "aws_ec2_transit_gateway_route").values()}
    assert routes["10.200.0.0/16"]["transit_gateway_attachment_id"].startswith("${aws_vpn_connection.vpn-plant_")
    assert "lifecycle" not in routes["10.201.0.0/16"]  # which led elsewhere before, perhaps
    connections = of_type(stack, "aws_vpn_connection").values()
    assert sorted((one["tags"]["Name"], one.get("provider", ""), one["static_routes_only"]) for one in connections) == [
        ("example-logs", "", False),
        ("example-office", "", False),
        ("example-office", "aws.us-east-1", False),
        ("example-office-us-east-1", "", False),
        ("example-plant", "", True),
    ]
    far = [one for one in connections if one.get("provider") == "aws.us-east-1"]
    assert [one["transit_gateway_id"] for one in far] == [
        f"${{aws_ec2_transit_gateway.{name}.id}}"
        for name, one in of_type(stack, "aws_ec2_transit_gateway").items()
        if one.get("provider") == "aws.us-east-1"
    ]
    assert names(stack, "aws_cloudwatch_log_group", "name") >= {
        "/aws/vendedlogs/vpn/example",
        "/aws/vendedlogs/vpn/example-us-east-1",
    }
    (association,) = of_type(stack, "aws_dx_gateway_association").values()
    assert association["allowed_prefixes"] == ["10.16.0.0/12"]
    interfaces = of_type(stack, "aws_dx_transit_virtual_interface").values()
    assert {one["name"]: one.get("provider") for one in interfaces} == {
        "example-hq-a": None,
        "example-hq-b": "aws.us-east-1",
    }


@pytest.mark.row("A8")
def test_the_transit_gateway_of_another_region_is_shared_there(synthesize_changed):
    """Beside a share whose slug ends with that region."""
    change, also = of_hub(connect_all=True, regions=FAR)

    def more(data):
        also.get("organization.yaml", lambda _data: None)(data)
        entry = {"account": "network", "principals": ["ou:workloads"]}
        (routing,) = [slug for slug, share in data["shares"].items() if share.get("transit_gateway")]
        data["shares"][f"{routing}-us-east-1"] = {**entry, "arns": [LICENSES]}

    stack = synthesize_changed(change, ["network"], "accounts/network.yaml", {**also, "organization.yaml": more})[
        "network"
    ]
    shared = [
        one
        for one in of_type(stack, "aws_ram_resource_association").values()
        if one["resource_arn"].startswith("${aws_ec2_transit_gateway.")
    ]
    assert sorted(one.get("provider", "") for one in shared) == ["", "aws.us-east-1"]


@pytest.mark.row("A8")
def test_prefix_lists_are_routed_and_shared(synthesized, synthesize_changed):
    table = {"associations": ["root"], "routes": {"offices": {"prefix_list": "offices", "attachment": "egress"}}}
    change, also = of_hub(route_tables={"all": table})

    def lists(data):
        entries = {"hq": "192.0.2.0/24", "plant": "198.51.100.0/24"}
        data["prefix_lists"] = {"offices": {"account": "network", "entries": entries, "max_entries": 5}}
        data["shares"]["lists"] = {"account": "network", "prefix_lists": ["offices"], "principals": ["root"]}

    stack = synthesize_changed(change, ["network"], "accounts/network.yaml", {**also, "organization.yaml": lists})[
        "network"
    ]
    ((name, found),) = of_type(stack, "aws_ec2_managed_prefix_list").items()
    assert found["entry"] == [
        {"cidr": "192.0.2.0/24", "description": "hq"},
        {"cidr": "198.51.100.0/24", "description": "plant"},
    ]
    (reference,) = of_type(stack, "aws_ec2_transit_gateway_prefix_list_reference").values()
    assert reference["prefix_list_id"] == f"${{aws_ec2_managed_prefix_list.{name}.id}}"
    assert reference["transit_gateway_attachment_id"].startswith(
        "${aws_ec2_transit_gateway_vpc_attachment.attachment-egress_"
    )
    assert f"${{aws_ec2_managed_prefix_list.{name}.arn}}" in names(
        stack, "aws_ram_resource_association", "resource_arn"
    )
    assert not of_type(stack, "aws_ec2_transit_gateway_route")
    assert "aws_ec2_managed_prefix_list" not in synthesized["network"]["resource"]
