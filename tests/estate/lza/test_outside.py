"""VPNs, Direct Connect, peering and prefix lists of an Accelerator's configuration, which the universal one has none of."""

import pytest

from config.capabilities.transit_gateway import TRANSIT_GATEWAY
from estate.lza.importing import convert
from estate.lza.reading import LzaError, read
from tests.estate.lza.conftest import take

pytestmark = pytest.mark.row("A8")

FAR = """\
  - name: Meadow-far
    account: Network
    region: us-east-1
    asn: 64613
    defaultRouteTableAssociation: disable
    defaultRouteTablePropagation: disable
    autoAcceptSharingAttachments: enable
    routeTables:
      - name: Meadow-far-rt-all
        routes:
          - {destinationCidrBlock: 10.0.0.0/12, attachment: {transitGatewayPeeringName: Meadow-peering}}
centralNetworkServices:
"""
ROUTES = """\
          - {destinationCidrBlock: 10.64.0.0/12, attachment: {transitGatewayPeeringName: Meadow-peering}}
          - {destinationCidrBlock: 10.200.0.0/16, attachment: {vpnConnectionName: Meadow-plant}}
          - {destinationPrefixList: Meadow-offices, attachment: {directConnectGatewayName: Meadow-hq}}
          - {destinationPrefixList: Meadow-nowhere, attachment: {vpnConnectionName: Meadow-plant}}
          - {destinationCidrBlock: 10.201.0.0/16, attachment: {vpnConnectionName: Meadow-gone}}
          - {destinationCidrBlock: 10.99.0.0/16, blackhole: true}
"""
BEYOND = """\
prefixLists:
  - name: Meadow-offices
    accounts: [Network]
    regions: [eu-central-1]
    addressFamily: IPv4
    maxEntries: 5
    entries: [192.0.2.0/24, 198.51.100.0/24]
  - {name: Meadow-six, accounts: [Network], regions: [eu-central-1], addressFamily: IPv6, maxEntries: 1, entries: []}
customerGateways:
  - name: Meadow-office
    account: Network
    region: eu-central-1
    ipAddress: 192.0.2.1
    asn: 65010
    vpnConnections:
      - name: Meadow-office
        transitGateway: Meadow-tgw
        routeTableAssociations: [Meadow-tgw-rt-inside]
        routeTablePropagations: [Meadow-tgw-rt-inside]
        tunnelSpecifications:
          - {tunnelInsideCidr: 169.254.200.0/30, preSharedKey: Meadow-key}
  - name: Meadow-plant-gateway
    account: Network
    region: eu-central-1
    ipAddress: 192.0.2.2
    asn: 65011
    vpnConnections:
      - {name: Meadow-plant, transitGateway: Meadow-tgw, staticRoutesOnly: true, enableVpnAcceleration: true,
         routeTableAssociations: [Meadow-tgw-rt-inside]}
      - {name: Meadow-old, vpc: Meadow-trial}
directConnectGateways:
  - name: Meadow-hq
    account: Network
    asn: 64700
    gatewayName: Meadow-hq
    transitGatewayAssociations:
      - name: Meadow-tgw
        account: Network
        allowedPrefixes: [10.0.0.0/8]
        routeTableAssociations: [Meadow-tgw-rt-inside]
        routeTablePropagations: [Meadow-tgw-rt-inside]
    virtualInterfaces:
      - {name: Meadow-hq-vif-a, type: transit, vlan: 575, connectionId: dxcon-fg1234ab, customerAsn: 65020, ownerAccount: Network,
         region: us-east-1, interfaceName: a, jumboFrames: true}
      - {name: Meadow-hq-vif-b, type: private, vlan: 576, connectionId: dxcon-fg1234ab, customerAsn: 65020, ownerAccount: Network,
         region: eu-central-1, interfaceName: b}
transitGatewayPeering:
  - name: Meadow-peering
    requester: {transitGatewayName: Meadow-tgw, account: Network, region: eu-central-1, routeTableAssociations: Meadow-tgw-rt-inside}
    accepter: {transitGatewayName: Meadow-far, account: Network, region: us-east-1, routeTableAssociations: Meadow-far-rt-all, autoAccept: true}
endpointPolicies:
"""


@pytest.fixture
def source(changed):
    return changed(
        "network-config.yaml",
        ("centralNetworkServices:\n", FAR),
        ("          - {destinationCidrBlock: 10.99.0.0/16, blackhole: true}\n", ROUTES),
        ("endpointPolicies:\n", BEYOND),
    )


@pytest.fixture
def beyond(source, tmp_path):
    return take(source, tmp_path / "config")


def gateway(found):
    return TRANSIT_GATEWAY.in_account(found.organization, found.organization.accounts["network"])


def test_what_is_taken_over_is_a_configuration_without_errors(beyond):
    assert [str(problem) for problem in beyond.problems if problem.severity == "error"] == []


def test_vpns_end_at_the_transit_gateway_with_keys_that_aws_makes(beyond):
    found = gateway(beyond)
    assert {slug: (vpn.address, vpn.asn, vpn.accelerated) for slug, vpn in found.vpns.items()} == {
        "office": ("192.0.2.1", 65010, False),
        "plant": ("192.0.2.2", None, True),
    }
    inside = found.route_tables["inside"]
    assert {"vpn:office", "vpn:plant"} <= {*inside.associations}
    assert "vpn:office" in inside.propagations
    assert "vpn:plant" not in inside.propagations
    assert inside.routes["to-10-200-0-0-16"].attachment == "vpn:plant"
    differs = " ".join(beyond.result("network", "customerGateways").differs)
    for text in ("AWS makes the tunnel's key", "AWS chooses the addresses inside", "ends at no transit gateway"):
        assert text in differs


def test_direct_connect_is_at_the_first_transit_gateway_with_its_transit_interfaces(beyond):
    found = gateway(beyond)
    (line,) = found.direct_connect.values()
    assert (line.asn, line.allowed_prefixes) == (64700, ("10.0.0.0/8",))
    (interface,) = line.interfaces.values()
    assert (interface.connection, interface.vlan, interface.asn, interface.jumbo_frames, interface.region) == (
        "dxcon-fg1234ab",
        575,
        65020,
        True,
        "us-east-1",
    )
    inside = found.route_tables["inside"]
    assert "dx:hq" in inside.associations
    assert "dx:hq" in inside.propagations
    assert "a private interface" in " ".join(beyond.result("network", "directConnectGateways").differs)


def test_transit_gateways_of_two_regions_are_peered_as_both_sides_say(beyond):
    found = gateway(beyond)
    far = found.regions["us-east-1"]
    assert far.asn == 64613
    assert "region:us-east-1" in found.route_tables["inside"].associations
    assert found.route_tables["inside"].routes["to-10-64-0-0-12"].attachment == "region:us-east-1"
    (table,) = far.route_tables.values()
    assert table.associations == ("region:eu-central-1",)
    assert table.routes["to-10-0-0-0-12"].attachment == "region:eu-central-1"


def test_prefix_lists_are_named_by_routes_of_the_account_that_has_them(beyond):
    said = beyond.draft.organization["prefix_lists"]
    assert said == {
        "offices": {
            "account": "network",
            "entries": {"range-1": "192.0.2.0/24", "range-2": "198.51.100.0/24"},
            "max_entries": 5,
        }
    }
    routes = gateway(beyond).route_tables["inside"].routes
    (listed,) = [route for route in routes.values() if route.prefix_list]
    assert (listed.prefix_list, listed.attachment) == ("offices", "dx:hq")
    assert "a list has IPv4 ranges" in " ".join(beyond.result("network", "prefixLists").differs)
    differs = " ".join(beyond.result("network", "transitGateways.routeTables").differs)
    assert "the prefix list Meadow-nowhere" in differs
    assert "Meadow-gone is not" in differs


def test_a_device_whose_address_is_nobodys_is_refused(changed):
    source = changed(
        "network-config.yaml", ("endpointPolicies:\n", BEYOND.replace("ipAddress: 192.0.2.1", "ipAddress: 10.0.0.1"))
    )
    with pytest.raises(LzaError, match="a public IPv4 address"):
        convert(read(source, {}), name=None, slug=None, ids={})
