"""Who reaches whom, computed from the route tables in Terraform states: of subnets, of VPCs, of transit gateways.

A packet is followed from its subnet by the longest prefix, as AWS does it, and the answer back. Network ACLs and security
groups are not looked at: this is about ways. A firewall hands on what it lets through by the route table of its own subnet.

A transit gateway keeps a packet in its zone if it can. In appliance mode it chooses a zone for each connection: all are
tried, since a pair reaches each other only if they do by each.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html,
https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html#tgw-route-evaluation-overview
"""

from collections import defaultdict
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network

INTERNET = "the internet"
_OUTSIDE = IPv4Address("198.51.100.7")  # an address of nobody's VPC
_HOPS = 20


@dataclass
class Subnet:
    """A subnet, and the routes of its table beside the one to its own VPC."""

    name: str
    vpc: str
    zone: str
    cidr: IPv4Network
    routes: list[tuple[IPv4Network, str]] = field(default_factory=list)

    @property
    def address(self):
        return self.cidr.network_address + 10


class Networks:
    """The networks of some states.

    Args:
        states: Resources of each, as `terraform state pull` has them.
    """

    def __init__(self, *states):
        self._found = defaultdict(list)
        for state in states:
            for resource in state["resources"]:
                if resource["mode"] == "managed":
                    self._found[resource["type"]] += [one["attributes"] for one in resource["instances"]]
        self.vpcs = {one["id"]: [IPv4Network(one["cidr_block"])] for one in self._found["aws_vpc"]}
        for one in self._found["aws_vpc_ipv4_cidr_block_association"]:
            self.vpcs[one["vpc_id"]].append(IPv4Network(one["cidr_block"]))
        self._read_subnets()
        self._attachments = {one["id"]: one for one in self._found["aws_ec2_transit_gateway_vpc_attachment"]}
        self._firewalls = {
            attachment["endpoint_id"]: attachment["subnet_id"]
            for one in self._found["aws_networkfirewall_firewall"]
            for state in one["firewall_status"][0]["sync_states"]
            for attachment in state["attachment"]
        }
        self._firewalls |= {
            one["id"]: one["subnet_ids"][0]
            for one in self._found["aws_vpc_endpoint"]
            if one["vpc_endpoint_type"] == "GatewayLoadBalancer"
        }
        self._nats = {one["id"]: one["subnet_id"] for one in self._found["aws_nat_gateway"]}
        gateways = {one["id"]: one["transit_gateway_id"] for one in self._found["aws_ec2_transit_gateway_route_table"]}
        self._tables = {
            # Both sides of a peering have its id.
            (
                one["transit_gateway_attachment_id"],
                gateways[one["transit_gateway_route_table_id"]],
            ): one["transit_gateway_route_table_id"]
            for one in self._found["aws_ec2_transit_gateway_route_table_association"]
        }
        self._peerings = {
            one["id"]: {one["transit_gateway_id"], one["peer_transit_gateway_id"]}
            for one in self._found["aws_ec2_transit_gateway_peering_attachment"]
        }

    def _read_subnets(self):
        routes = defaultdict(list)
        for one in self._found["aws_route"]:
            targets = ("nat_gateway_id", "gateway_id", "transit_gateway_id", "vpc_endpoint_id")
            if not one["destination_cidr_block"]:
                continue  # of IPv6
            target = next(one[key] for key in targets if one[key])
            routes[one["route_table_id"]].append((IPv4Network(one["destination_cidr_block"]), target))
        tables = {one["subnet_id"]: one["route_table_id"] for one in self._found["aws_route_table_association"]}
        self.subnets = {
            one["id"]: Subnet(
                one["tags"]["Name"],
                one["vpc_id"],
                one["availability_zone"],
                IPv4Network(one["cidr_block"]),
                routes[tables.get(one["id"])],
            )
            for one in self._found["aws_subnet"]
        }
        self._zones = sorted({one.zone for one in self.subnets.values()})

    def reached(self):
        """All pairs of names of subnets in different VPCs of which the first can talk to the second, the internet included."""
        return {pair for pair, ways in self._pairs() if all(ways)}

    def inspected(self):
        """Those of them whose packets all go through a firewall, in both directions through the same one."""
        return {pair for pair, ways in self._pairs() if all(way and way[0] and way[0] == way[1] for way in ways)}

    def ipv6(self):
        """How the internet is reached by IPv6, by the names of subnets that have addresses: ``both`` ways, ``out`` only, or not."""
        tables = {one["subnet_id"]: one["route_table_id"] for one in self._found["aws_route_table_association"]}
        ways = defaultdict(set)
        for one in self._found["aws_route"]:
            if one["destination_ipv6_cidr_block"]:
                ways[one["route_table_id"]].add("out" if one["egress_only_gateway_id"] else "both")
        return {
            one["tags"]["Name"]: "".join(sorted(ways[tables[one["id"]]])) or None
            for one in self._found["aws_subnet"]
            if one["ipv6_cidr_block"]
        }

    def _pairs(self):
        for subnet_id, subnet in self.subnets.items():
            others = {id_: other for id_, other in self.subnets.items() if other.vpc != subnet.vpc}
            targets = [(other.name, other.address, id_) for id_, other in others.items()]
            for name, address, target in (*targets, (INTERNET, _OUTSIDE, INTERNET)):
                yield (subnet.name, name), [self._talks(subnet_id, address, target, zone) for zone in self._zones]

    def _talks(self, subnet_id, destination, target, zone):
        """The firewalls that a packet and its answer go through; None if one of them does not arrive."""
        arrived, translator, there = self._follow(subnet_id, destination, zone)
        if arrived != target:
            return None
        source, back = self.subnets[subnet_id], set()
        if target != INTERNET:  # the answer goes to who asked, or to who asked in its place
            asker = translator or subnet_id
            arrived, _, back = self._follow(target, self.subnets[asker].address, zone)
            if arrived != asker:
                return None
        if translator is not None:
            arrived, _, further = self._follow(translator, source.address, zone)
            if arrived != subnet_id:
                return None
            back = back | further
        return there, back

    def _follow(self, subnet_id, destination, zone):
        """Where a packet arrives (a subnet's id, the internet, or None), the subnet of the NAT gateway, firewalls on its way."""
        translator, firewalls = None, set()
        for _ in range(_HOPS):
            subnet = self.subnets[subnet_id]
            if any(destination in cidr for cidr in self.vpcs[subnet.vpc]):
                return self._home(subnet.vpc, destination), translator, firewalls
            way = _longest(subnet.routes, destination)
            if way is None:
                return None, translator, firewalls
            if way.startswith("igw-"):
                return INTERNET, translator, firewalls
            if way.startswith("nat-"):
                subnet_id = translator = self._nats[way]
                continue
            if way in self._firewalls:
                firewalls.add(way)
                subnet_id = self._firewalls[way]
                continue
            attachment = next((one for one in self._attachments.values() if one["vpc_id"] == subnet.vpc), None)
            onward = (
                self._through(attachment["id"], attachment["transit_gateway_id"], destination) if attachment else None
            )
            if onward is None:
                return None, translator, firewalls
            subnet_id = self._entry(onward, zone if onward["appliance_mode_support"] == "enable" else subnet.zone)
        raise AssertionError(f"a packet to {destination} goes round in circles")

    def _entry(self, attachment, zone):
        """The subnet by which a transit gateway hands a packet on: in a zone, if it enters there."""
        homes = {self.subnets[id_].zone: id_ for id_ in sorted(attachment["subnet_ids"])}
        return homes.get(zone, next(iter(homes.values())))

    def _through(self, attachment, gateway, destination):
        """The VPC's attachment by which transit gateways hand a packet on that came to one of them by an attachment."""
        for _ in range(_HOPS):
            attachment = self._onward(self._tables.get((attachment, gateway)), destination)
            if attachment not in self._peerings:
                return self._attachments.get(attachment)
            (gateway,) = self._peerings[attachment] - {gateway}
        raise AssertionError(f"a packet to {destination} goes from region to region")

    def _onward(self, table, destination):
        """Where a transit gateway's route table leads."""
        if table is None:
            return None
        ways = [
            # A static route wins over a propagated one of the same range.
            (2 * cidr.prefixlen, one["transit_gateway_attachment_id"])
            for one in self._found["aws_ec2_transit_gateway_route_table_propagation"]
            if one["transit_gateway_route_table_id"] == table
            for cidr in self.vpcs[self._attachments[one["transit_gateway_attachment_id"]]["vpc_id"]]
            if destination in cidr
        ]
        for one in self._found["aws_ec2_transit_gateway_route"]:
            cidr = IPv4Network(one["destination_cidr_block"])
            if one["transit_gateway_route_table_id"] == table and destination in cidr:
                ways.append(
                    (2 * cidr.prefixlen + 1, None if one["blackhole"] else one["transit_gateway_attachment_id"])
                )
        return max(ways, key=lambda way: way[0], default=(0, None))[1]

    def _home(self, vpc, destination):
        return next((id_ for id_, one in self.subnets.items() if one.vpc == vpc and destination in one.cidr), None)


def _longest(routes, destination):
    fitting = [(cidr.prefixlen, target) for cidr, target in routes if destination in cidr]
    return max(fitting, default=(0, None))[1]
