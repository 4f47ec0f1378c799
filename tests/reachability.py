"""Who reaches whom, computed from the route tables in Terraform states: of subnets, of VPCs, of transit gateways.

A packet is followed from its subnet by the longest prefix, as AWS does it, and the answer back. Network ACLs and security
groups are not looked at: this is about ways. A firewall hands on what it lets through by the route table of its own subnet.

A transit gateway keeps a packet in its zone if it can. In appliance mode it chooses a zone for each connection: all are
tried, since a pair reaches each other only if they do by each.

What is behind a VPN or Direct Connect no state tells: the caller says which ranges are there. The other side of a VPN is taken to send
whatever it likes into it, that of Direct Connect what it was told of (`allowed_prefixes`).

Source: https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html,
https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html#tgw-route-evaluation-overview
"""

from collections import defaultdict
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network

INTERNET = "the internet"
_OUTSIDE = IPv4Address("198.51.100.7")  # an address of nobody's VPC
_HOPS = 20
_RANKS = ("vpn", "dx", "vpc", "prefix list", "static")
"""Of a transit gateway's routes to one range, the later one wins."""


@dataclass
class Subnet:
    """A subnet, and the routes of its table beside the one to its own VPC: range, whether it is written there, target."""

    name: str
    vpc: str
    zone: str
    cidr: IPv4Network
    routes: list[tuple[IPv4Network, bool, str]] = field(default_factory=list)

    @property
    def address(self):
        return self.cidr.network_address + 10


@dataclass(frozen=True)
class Site:
    """A network outside of AWS.

    Args:
        name: The name of the VPN, or of the Direct Connect gateway.
        kind: `vpn` or `dx`.
        gateway: The transit gateway that it is attached to.
        ranges: Its addresses.
        tells: Whether it tells the transit gateway of them.
        told: What it is told of; everything if None.
    """

    name: str
    kind: str
    gateway: str
    ranges: tuple[IPv4Network, ...]
    tells: bool
    told: tuple[IPv4Network, ...] | None

    @property
    def address(self):
        return self.ranges[0].network_address + 10

    def sends(self, destination):
        return self.told is None or any(destination in cidr for cidr in self.told)


class Networks:
    """The networks of some states.

    Args:
        states: Resources of each, as `terraform state pull` has them.
        outside: The ranges behind VPNs and Direct Connect gateways, by their names.
    """

    def __init__(self, *states, outside=None):
        self._found = defaultdict(list)
        for state in states:
            for resource in state["resources"]:
                prefix = "" if resource["mode"] == "managed" else "data."
                self._found[prefix + resource["type"]] += [one["attributes"] for one in resource["instances"]]
        self._lists = {
            one["id"]: [IPv4Network(entry["cidr"]) for entry in one["entry"]]
            for one in self._found["aws_ec2_managed_prefix_list"]
        }
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
        ranges = {name: tuple(map(IPv4Network, cidrs)) for name, cidrs in (outside or {}).items()}
        self.sites = {**self._vpns(ranges), **self._lines(ranges)}
        assert {one.name for one in self.sites.values()} >= {*ranges}, "a network outside that no state leads to"

    def _vpns(self, ranges):
        return {
            one["transit_gateway_attachment_id"]: Site(
                one["tags"]["Name"],
                "vpn",
                one["transit_gateway_id"],
                ranges.get(one["tags"]["Name"], ()),
                tells=not one["static_routes_only"],
                told=None,
            )
            for one in self._found["aws_vpn_connection"]
            if one["transit_gateway_attachment_id"]
        }

    def _lines(self, ranges):
        names = {one["id"]: one["name"] for one in self._found["aws_dx_gateway"]}
        ids = {
            (one["dx_gateway_id"], one["transit_gateway_id"]): one["id"]
            for one in self._found["data.aws_ec2_transit_gateway_dx_gateway_attachment"]
        }
        return {
            ids[one["dx_gateway_id"], one["associated_gateway_id"]]: Site(
                names[one["dx_gateway_id"]],
                "dx",
                one["associated_gateway_id"],
                ranges.get(names[one["dx_gateway_id"]], ()),
                tells=True,
                told=tuple(map(IPv4Network, one["allowed_prefixes"])),
            )
            for one in self._found["aws_dx_gateway_association"]
        }

    def _listed(self, list_id):
        assert list_id in self._lists, f"the ranges of {list_id} are in none of the states"
        return self._lists[list_id]

    def _read_subnets(self):
        routes = defaultdict(list)
        for one in self._found["aws_route"]:
            targets = ("nat_gateway_id", "gateway_id", "transit_gateway_id", "vpc_endpoint_id")
            if one["destination_ipv6_cidr_block"]:
                continue
            target = next(one[key] for key in targets if one[key])
            list_id = one["destination_prefix_list_id"]
            cidrs = self._listed(list_id) if list_id else [IPv4Network(one["destination_cidr_block"])]
            routes[one["route_table_id"]] += [(cidr, not list_id, target) for cidr in cidrs]
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
        """All pairs of names of which the first can talk to the second: subnets of different VPCs, networks outside, the internet."""
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
        places = {**self.subnets, **{id_: site for id_, site in self.sites.items() if site.ranges}}
        for id_, place in places.items():
            others = [
                (other.name, other.address, there)
                for there, other in places.items()
                if there != id_ and not (there in self.subnets and id_ in self.subnets and other.vpc == place.vpc)
            ]
            for name, address, target in (*others, (INTERNET, _OUTSIDE, INTERNET)):
                yield (place.name, name), [self._talks(id_, address, target, zone) for zone in self._zones]

    def _talks(self, start, destination, target, zone):
        """The firewalls that a packet and its answer go through; None if one of them does not arrive."""
        arrived, translator, there = self._follow(start, destination, zone)
        if arrived != target:
            return None
        back = set()
        if target != INTERNET:  # the answer goes to who asked, or to who asked in its place
            asker = translator or start
            arrived, _, back = self._follow(target, self._address(asker), zone)
            if arrived != asker:
                return None
        if translator is not None:
            arrived, _, further = self._follow(translator, self._address(start), zone)
            if arrived != start:
                return None
            back = back | further
        return there, back

    def _address(self, id_):
        return (self.subnets[id_] if id_ in self.subnets else self.sites[id_]).address

    def _follow(self, start, destination, zone):
        """Where a packet arrives (an id, the internet, or None), the subnet of the NAT gateway, firewalls on its way."""
        place, translator, firewalls = start, None, set()
        for _ in range(_HOPS):
            how, what = self._leave(place, destination)
            if how == "nat":
                place = translator = what
            elif how == "firewall":
                firewalls.add(what)
                place = self._firewalls[what]
            elif how == "gateway":
                place = self._enter(self._through(*what, destination), place, zone)
                if place is None or place in self.sites:
                    return None if place == start else place, translator, firewalls
            else:
                return what, translator, firewalls
        raise AssertionError(f"a packet to {destination} goes round in circles")

    def _leave(self, place, destination):
        """What a packet comes to next: how, and what."""
        if place in self.sites:
            site = self.sites[place]
            return ("gateway", (place, site.gateway)) if site.sends(destination) else ("end", None)
        subnet = self.subnets[place]
        if any(destination in cidr for cidr in self.vpcs[subnet.vpc]):
            return "end", self._home(subnet.vpc, destination)
        way = _longest(subnet.routes, destination) or ""
        attached = next((one for one in self._attachments.values() if one["vpc_id"] == subnet.vpc), None)
        if way.startswith("igw-"):
            return "end", INTERNET
        if way.startswith("nat-"):
            return "nat", self._nats[way]
        if way in self._firewalls:
            return "firewall", way
        return ("gateway", (attached["id"], attached["transit_gateway_id"])) if way and attached else ("end", None)

    def _enter(self, attachment, place, zone):
        """By where a packet from a place leaves a transit gateway: a subnet, or a network outside."""
        if attachment not in self._attachments:
            return attachment if attachment in self.sites else None
        found = self._attachments[attachment]
        keeps = found["appliance_mode_support"] != "enable" and place in self.subnets
        homes = {self.subnets[id_].zone: id_ for id_ in sorted(found["subnet_ids"])}
        return homes.get(self.subnets[place].zone if keeps else zone, next(iter(homes.values())))

    def _through(self, attachment, gateway, destination):
        """The attachment by which transit gateways hand a packet on that came to one of them by an attachment."""
        for _ in range(_HOPS):
            attachment = self._onward(self._tables.get((attachment, gateway)), destination)
            if attachment not in self._peerings:
                return attachment
            (gateway,) = self._peerings[attachment] - {gateway}
        raise AssertionError(f"a packet to {destination} goes from region to region")

    def _onward(self, table, destination):
        """Where a transit gateway's route table leads."""
        if table is None:
            return None
        ways = [
            ((cidr.prefixlen, _RANKS.index(rank)), attachment)
            for rank, cidr, attachment in self._ways(table)
            if destination in cidr
        ]
        return max(ways, key=lambda way: way[0], default=(0, None))[1]

    def _ways(self, table):
        """What a transit gateway's route table knows: how, the range, and the attachment, or None where it is dropped."""
        for one in self._of_table("aws_ec2_transit_gateway_route_table_propagation", table):
            attachment = one["transit_gateway_attachment_id"]
            if site := self.sites.get(attachment):
                yield from ((site.kind, cidr, attachment) for cidr in site.ranges if site.tells)
            else:
                cidrs = self.vpcs[self._attachments[attachment]["vpc_id"]]
                yield from (("vpc", cidr, attachment) for cidr in cidrs)
        for one in self._of_table("aws_ec2_transit_gateway_prefix_list_reference", table):
            attachment = None if one["blackhole"] else one["transit_gateway_attachment_id"]
            yield from (("prefix list", cidr, attachment) for cidr in self._listed(one["prefix_list_id"]))
        for one in self._of_table("aws_ec2_transit_gateway_route", table):
            attachment = None if one["blackhole"] else one["transit_gateway_attachment_id"]
            yield "static", IPv4Network(one["destination_cidr_block"]), attachment

    def _of_table(self, type_, table):
        return (one for one in self._found[type_] if one["transit_gateway_route_table_id"] == table)

    def _home(self, vpc, destination):
        return next((id_ for id_, one in self.subnets.items() if one.vpc == vpc and destination in one.cidr), None)


def _longest(routes, destination):
    """Of routes to one range, one that is written in the table wins over one of a prefix list."""
    fitting = [(cidr.prefixlen, written, target) for cidr, written, target in routes if destination in cidr]
    return max(fitting)[2] if fitting else None
