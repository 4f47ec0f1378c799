"""Networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from estate.lza.block import Block, State
from estate.lza.endpoints import endpoint_policies
from estate.lza.firewalls import firewalls
from estate.lza.gateways import pools, transit_gateways
from estate.lza.outside import direct_connect, peerings, prefix_lists, vpns
from estate.lza.reading import NETWORK
from estate.lza.vpcs import templates, vpcs

if TYPE_CHECKING:
    from estate.lza.draft import Draft
    from estate.lza.reading import Node

_CENTRAL: Final = "centralNetworkServices"
_LATER: Final = "Not made yet."
_BY_HAND: Final = "Not taken over: write it by hand."


def _default_vpcs(node: Node, into: Draft) -> None:
    wanted = node.flag("delete")
    if node.texts("excludeRegions"):
        into.note(node.child("excludeRegions"), "It is so in all governed regions.")
    into.settings("baseline")["default_vpc"] = "removed" if wanted else "untouched"
    for name in node.texts("excludeAccounts"):
        if (slug := into.slug(node.child("excludeAccounts"), name)) and wanted:
            into.settings("baseline", account=slug)["default_vpc"] = "untouched"


def _flow_logs(node: Node, into: Draft) -> None:
    traffic, interval = node.text("trafficType", "ALL"), node.number("maxAggregationInterval", 600)
    said: dict[str, Any] = {}
    if traffic != "ALL":
        said["traffic"] = traffic
    if interval != 600:  # noqa: PLR2004 - seconds, as AWS and we have it
        said["interval_seconds"] = interval
    if (fields := node.texts("customFields")) and not node.flag("defaultFormat"):
        said["fields"] = fields
    for network in into.every_network() if said else ():
        network["flow_logs"] = dict(said)
    if "cloud-watch-logs" in node.texts("destinations"):
        into.note(node.child("destinations"), "They go to the log archive at once, and are kept as long as other logs.")
    node.child("destinationsConfig").seen()
    node.flag("defaultFormat")


def _block(key: str, about: str, state: State, ours: str = "", why: str = "", **others: Any) -> Block:
    return Block(NETWORK, key, about, state, ours, why, **others)


def _both(
    key: str, about: str, state: State, ours: str = "", why: str = "", *, universal: bool = True
) -> tuple[Block, Block]:
    """What VPCs and templates have alike: one block for VPCs, which counts, and one for templates, which does not."""
    return (
        _block(f"vpcs.{key}", about, state, ours, why, universal=universal),
        _block(f"vpcTemplates.{key}", about, state, ours, why, universal=False),
    )


BLOCKS: Final = (
    _block("defaultVpc", "AWS's default VPCs are deleted.", State.WORKS, "baseline.default_vpc", take=_default_vpcs),
    _block(
        f"{_CENTRAL}.delegatedAdminAccount",
        "The account that administers networks.",
        State.WORKS,
        "accounts/*.yaml, purpose: network; delegated_administrators",
    ),
    _block(
        f"{_CENTRAL}.ipams",
        "IPAM, which sees all addresses.",
        State.WORKS,
        "ipam",
        take=pools,
        turn=2,
    ),
    _block(
        f"{_CENTRAL}.ipams.pools",
        "Pools: all addresses, a region's, and those of parts of the organization.",
        State.WORKS,
        "ipam.cidr, ipam.regions, ipam.pools",
    ),
    _block(
        f"{_CENTRAL}.ipams.pools.shareTargets",
        "Who may take ranges from a pool.",
        State.WORKS,
        "shares.ipam_pools",
    ),
    _block(
        f"{_CENTRAL}.networkFirewall",
        "Network Firewall.",
        State.WORKS,
        "network.firewall",
        take=firewalls,
        turn=4,
        universal=False,
    ),
    _block(f"{_CENTRAL}.networkFirewall.firewalls", "Firewalls, in VPCs.", State.WORKS, "network.firewall"),
    _block(
        f"{_CENTRAL}.networkFirewall.firewalls.loggingConfiguration",
        "What a firewall logs, and where.",
        State.WORKS,
        "network.firewall.logs",
    ),
    _block(f"{_CENTRAL}.networkFirewall.policies", "Their policies.", State.WORKS, "firewall_policies"),
    _block(
        f"{_CENTRAL}.networkFirewall.rules",
        "Rule groups, from files.",
        State.WORKS,
        "firewall_policies.rule_groups",
        "Variables but `$HOME_NET` are written out.",
    ),
    _block(
        f"{_CENTRAL}.gatewayLoadBalancers",
        "Appliances.",
        State.PARTLY,
        "network.gateway_load_balancers, network.firewall.gateway_load_balancer",
        _BY_HAND,
        universal=False,
    ),
    _block(
        f"{_CENTRAL}.route53Resolver",
        "Resolver endpoints, rules, DNS Firewall and query logs.",
        State.WORKS,
        "resolver",
        universal=False,
    ),
    _block(
        "transitGateways",
        "The transit gateway.",
        State.WORKS,
        "transit_gateway",
        take=transit_gateways,
        turn=4,
    ),
    _block("transitGateways.shareTargets", "Who may attach to it.", State.WORKS, "shares"),
    _block(
        "transitGateways.routeTables",
        "Its route tables: which attachments they are of, and know.",
        State.WORKS,
        "transit_gateway.route_tables",
        "Of an account with several attached VPCs in other tables, none is in a table until their ids, which AWS gives, are written.",
    ),
    _block(
        "endpointPolicies",
        "Policies of endpoints.",
        State.WORKS,
        "endpoint_policies, network.endpoints.policies",
        take=endpoint_policies,
        turn=2,
    ),
    _block("vpcs", "VPCs of accounts.", State.WORKS, "network, network.vpcs", take=vpcs, turn=3),
    *_both(
        "ipamAllocations",
        "A VPC's range, from a pool.",
        State.WORKS,
        "network.ipam_pool, network.cidr, address_plan",
        "The range is computed when it is taken over, and written: it never moves.",
    ),
    *_both(
        "defaultSecurityGroupRulesDeletion", "The default security group lets nothing through.", State.WORKS, "network"
    ),
    *_both("internetGateway", "The way to the internet.", State.WORKS, "network.subnets.public"),
    *_both(
        "routeTables",
        "Route tables, one or more a zone.",
        State.WORKS,
        "network.subnets.tier, network.attachment.destinations",
        "They follow from tiers.",
    ),
    *_both("subnets", "Subnets.", State.WORKS, "network.subnets"),
    *_both("subnets.ipamAllocation", "A subnet's size.", State.WORKS, "network.subnets.cidr"),
    *_both("subnets.tags", "Tags of subnets.", State.WORKS, "network.subnets.tags"),
    *_both("natGateways", "NAT gateways.", State.WORKS, "network.nat", universal=True),
    *_both("transitGatewayAttachments", "The attachment to the transit gateway.", State.WORKS, "network.attachment"),
    *_both(
        "transitGatewayAttachments.options",
        "Both directions of a connection by one zone.",
        State.WORKS,
        "network.attachment.appliance_mode",
    ),
    *_both("gatewayEndpoints", "Endpoints of S3 and DynamoDB.", State.WORKS, "network.endpoints.gateways"),
    *_both("interfaceEndpoints", "Endpoints of other services.", State.WORKS, "network.endpoints.interfaces"),
    *_both(
        "interfaceEndpoints.central",
        "Endpoints of one VPC serve all others.",
        State.WORKS,
        "network.endpoints.central",
    ),
    *_both("useCentralEndpoints", "A VPC uses the central endpoints.", State.WORKS, "network.resolver, resolver"),
    *_both(
        "resolverRules", "Rules that a VPC uses.", State.PARTLY, "network.resolver", "It uses all.", universal=False
    ),
    *_both(
        "dnsFirewallRuleGroups",
        "DNS Firewall of a VPC.",
        State.PARTLY,
        "network.resolver",
        "It uses all.",
        universal=False,
    ),
    *_both("queryLogs", "Query logs of a VPC.", State.PARTLY, "network.resolver", "It uses all.", universal=False),
    *_both("dhcpOptions", "DHCP options of a VPC.", State.WORKS, "network.dhcp_options", universal=False),
    *_both("subnets.shareTargets", "Who else uses a subnet.", State.WORKS, "shares.subnets", universal=False),
    _block(
        "vpcTemplates",
        "VPCs that every account of an OU gets.",
        State.WORKS,
        "organizational_units.defaults.network, address_plan",
        "Subnets follow from the range.",
        take=templates,
        turn=3,
    ),
    _block("vpcFlowLogs", "Flow logs of all VPCs.", State.WORKS, "network.flow_logs", take=_flow_logs, turn=5),
    _block("vpcFlowLogs.customFields", "Which fields they have.", State.WORKS, "network.flow_logs.fields"),
    _block("dhcpOptions", "DHCP options.", State.WORKS, "network.dhcp_options", universal=False),
    _block(
        "prefixLists",
        "Prefix lists.",
        State.WORKS,
        "prefix_lists, transit_gateway.route_tables.routes",
        "In the region of each account.",
        take=prefix_lists,
        turn=3,
        universal=False,
    ),
    _block(
        "customerGateways",
        "VPNs.",
        State.WORKS,
        "transit_gateway.vpns",
        "Those that end at a transit gateway. Keys are made by AWS.",
        take=vpns,
        turn=3,
        universal=False,
    ),
    _block(
        "directConnectGateways",
        "Direct Connect.",
        State.WORKS,
        "transit_gateway.direct_connect",
        "Gateways at the first transit gateway, with their transit interfaces.",
        take=direct_connect,
        turn=3,
        universal=False,
    ),
    _block(
        "transitGatewayPeering",
        "Peering of transit gateways.",
        State.WORKS,
        "transit_gateway.regions",
        "Of one account.",
        take=peerings,
        turn=3,
        universal=False,
    ),
    _block("transitGatewayConnects", "Connect attachments.", State.NONE, why=_LATER, universal=False),
    _block("vpcPeering", "Peering of VPCs.", State.NONE, why="VPCs meet at the transit gateway.", universal=False),
    _block("certificates", "Certificates.", State.NONE, why="Those of the stacks that need them.", universal=False),
    _block(
        "firewallManagerService",
        "Firewall Manager.",
        State.NONE,
        why="Write `security.firewall_manager`.",
        universal=False,
    ),
    _block("elbAccountIds", "Accounts of load balancers.", State.OWN, why="AWS's service principal.", universal=False),
)
