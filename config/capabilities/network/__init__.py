"""An account's VPCs."""

from collections.abc import Callable, Iterator
from ipaddress import IPv4Network, collapse_addresses
from typing import Final, Self

from pydantic import Field, model_validator

from config.capabilities.capability import (
    AccountCapability,
    Part,
)
from config.capabilities.network.balancers import BalancerName, GatewayLoadBalancer
from config.capabilities.network.parts import Attachment
from config.capabilities.network.vpc import Vpc, require_one_a_zone
from config.capabilities.problems import at, written
from config.errors import Problem, did_you_mean
from config.model.base import enabled, refuse
from config.model.types import Slug
from config.nodes import Configuration
from config.sources.files import Files

_SHARED: Final = IPv4Network("100.64.0.0/10")
"""Secondary ranges that VPCs may have in common, for what talks inside of them only (RFC 6598)."""
_WIDEST: Final = 8
"""Prefix length of the widest range that is somebody's own; what is wider is a part of the internet."""
MAIN: Final = "main"
"""How the VPC of `network` itself is called among an account's VPCs."""


class Network(Vpc):
    """A VPC with subnets, which `shares` can share with other accounts; and further ones."""

    vpcs: dict[Slug, Vpc] = Field(
        default_factory=dict, description="Further VPCs of the account by slug, for a hub for instance."
    )
    gateway_load_balancers: dict[BalancerName, GatewayLoadBalancer] = Field(
        default_factory=dict,
        description="Gateway Load Balancers by slug, which appliances stand behind: `firewall.gateway_load_balancer` names one.",
    )

    @property
    def every(self) -> dict[str, Vpc]:
        """The account's VPCs by slug, `main` first."""
        return {MAIN: self, **{slug: vpc for slug, vpc in sorted(self.vpcs.items()) if vpc.enabled}}

    @property
    def attached(self) -> dict[str, Attachment]:
        """The attachments of its VPCs, by the VPC's slug."""
        found = {slug: enabled(vpc.attachment) for slug, vpc in self.every.items()}
        return {slug: attachment for slug, attachment in found.items() if attachment}

    @property
    def balancers(self) -> dict[str, GatewayLoadBalancer]:
        """Its Gateway Load Balancers by slug."""
        return {slug: each for slug, each in sorted(self.gateway_load_balancers.items()) if each.enabled}

    def balancer_subnets(self, balancer: GatewayLoadBalancer) -> dict[str, str]:
        """Zone to the subnet that a Gateway Load Balancer is in there."""
        vpc = self.every[balancer.vpc]
        return {vpc.subnets[slug].zone: slug for slug in vpc.one_a_zone(balancer.subnets)}

    @model_validator(mode="after")
    def _balancers_have_a_home(self) -> Self:
        for slug, balancer in self.balancers.items():
            where = f"gateway_load_balancers.{slug}"
            vpc = self.every.get(balancer.vpc)
            if vpc is None:
                raise refuse(
                    f"`{where}.vpc` to name `main` or one of `vpcs`, but there is no {balancer.vpc!r}",
                    did_you_mean(balancer.vpc, self.every),
                )
            if enabled(vpc.firewall):
                raise refuse(
                    f"`{where}.vpc` without a `firewall`, but {balancer.vpc!r} has one",
                    "What appliances ask the internet would go through them again: put them into another VPC.",
                )
            require_one_a_zone(vpc, where, balancer.subnets)
            if not vpc.one_a_zone(balancer.subnets):
                raise refuse(f"a private subnet of the VPC {balancer.vpc!r} for `{where}`, or its `subnets`")
        return self

    @model_validator(mode="after")
    def _firewalls_have_their_balancers(self) -> Self:
        for slug, vpc in self.every.items():
            firewall = enabled(vpc.firewall)
            name = firewall.gateway_load_balancer if firewall else None
            if name is None:
                continue
            if name not in self.balancers:
                raise refuse(
                    f"`firewall.gateway_load_balancer` of the VPC {slug!r} to name one of `gateway_load_balancers`, but there is no {name!r}",
                    did_you_mean(name, self.balancers),
                )
            if others := sorted({*vpc.firewall_subnets} - {*self.balancer_subnets(self.balancers[name])}):
                raise refuse(
                    f"the firewall of the VPC {slug!r} in zones of the Gateway Load Balancer {name!r}, but it is in {', '.join(others)}",
                    "Give that subnets there, or name other `firewall.subnets`.",
                )
        return self

    @model_validator(mode="after")
    def _main_is_taken(self) -> Self:
        if MAIN in self.vpcs:
            raise refuse(f"another slug in `vpcs`: {MAIN!r} is the VPC of `network` itself")
        return self


def own_ranges(vpc: Vpc) -> dict[str, str]:
    """The ranges of a VPC that no other may have: `cidr`, and further ones by slug."""
    further = {slug: cidr for slug, cidr in vpc.secondary_cidrs.items() if not IPv4Network(cidr).subnet_of(_SHARED)}
    return {"cidr": vpc.cidr, **further}


def vpc_path(slug: str) -> tuple[str, ...]:
    """Where an account's settings write a VPC."""
    return ("network",) if slug == MAIN else ("network", "vpcs", slug)


def _ranges(organization: Configuration, files: Files) -> Iterator[Problem]:
    """No two VPCs overlap, so that any of them can be connected later."""
    networks = sorted(
        (IPv4Network(cidr), account.slug, slug, key)
        for account in organization.accounts.values()
        if (network := NETWORK.in_account(organization, account))
        for slug, vpc in network.every.items()
        for key, cidr in own_ranges(vpc).items()
    )
    widest: tuple[IPv4Network, str, str] | None = None
    for (
        own,
        account,
        slug,
        key,
    ) in networks:  # sorted by first address: only the one reaching furthest so far can overlap
        if widest is not None and own.network_address <= widest[0].broadcast_address:
            whose = f"the account {widest[1]!r}" if widest[2] == MAIN else f"the VPC {widest[2]!r} of {widest[1]!r}"
            arrived = f"{own}, which overlaps {widest[0]} of {whose}"
            expected = f"a range that no other {'account' if widest[1] != account else 'VPC'} uses"
            cure = "Choose a range that is free."
            path = (*vpc_path(slug), *(() if key == "cidr" else ("secondary_cidrs",)), key)
            yield at(files, organization.accounts[account], path, arrived, expected, cure)
        if widest is None or own.broadcast_address > widest[0].broadcast_address:
            widest = own, account, slug


def _inspected_by_half(organization: Configuration, files: Files) -> Iterator[Problem]:
    """What the internet is reached by behind the transit gateway, it is reached by with IPv6, too."""
    for account in organization.accounts.values():
        network = NETWORK.in_account(organization, account)
        for slug, vpc in network.every.items() if network else ():
            attachment = enabled(vpc.attachment)
            if not attachment or not vpc.ipv6_egress:
                continue
            # In parts, too: two halves are everything.
            together = collapse_addresses(map(IPv4Network, attachment.destinations))
            if wide := [str(one) for one in together if one.prefixlen < _WIDEST]:
                file, path = written(files, account, (*vpc_path(slug), "attachment", "destinations"))
                yield file.warning(
                    path,
                    f"{', '.join(wide)} beside `ipv6.egress`, for the account {account.slug!r}",
                    "one way to the internet for both: what inspects behind the transit gateway does not see IPv6",
                    "Leave `egress` out, or take this as it is.",
                )


def attached_vpcs(organization: Configuration) -> dict[str, dict[str, str | None]]:
    """The VPCs at the transit gateway by account, each with the id of its attachment if that is written."""
    networks = {slug: NETWORK.in_account(organization, account) for slug, account in organization.accounts.items()}
    return {
        slug: {vpc: attachment.id for vpc, attachment in network.attached.items()}
        for slug, network in sorted(networks.items())
        if network and network.attached
    }


def attached_accounts(organization: Configuration) -> tuple[str, ...]:
    """The accounts with VPCs at the transit gateway."""
    return tuple(attached_vpcs(organization))


def _routes(organization: Configuration, files: Files) -> Iterator[Problem]:
    """No route table has two ways to one destination."""
    for account in organization.accounts.values():
        network = NETWORK.in_account(organization, account)
        for slug, vpc in network.every.items() if network else ():
            attachment = enabled(vpc.attachment)
            file, path = written(files, account, (*vpc_path(slug), "attachment", "destinations"))
            for destination in attachment.destinations if attachment else ():
                if destination == "0.0.0.0/0" and (vpc.is_public or vpc.translates):
                    way = f"`nat: {vpc.nat}`" if vpc.translates else "a public subnet"
                    arrived = f"{destination} beside {way}, which has a route there already"
                    cure = f"Name the ranges beyond the transit gateway instead, or remove {way}."
                    yield file.problem(path, arrived, "one way to a destination in each route table", cure)
                for own in (vpc.cidr, *vpc.secondary_cidrs.values()):
                    if IPv4Network(destination).subnet_of(IPv4Network(own)):
                        arrived = f"{destination}, which is inside the VPC's own range {own}"
                        yield file.problem(path, arrived, "ranges beyond the transit gateway", "Remove it.")


def _any(holds: Callable[[Vpc], bool]) -> Callable[[Network], bool]:
    """Whether something holds for one of the account's VPCs."""
    return lambda network: any(map(holds, network.every.values()))


NETWORK: Final[AccountCapability[Network]] = AccountCapability(
    key="network",
    model=Network,
    description="The account's VPC, and further ones.",
    rules=(_ranges, _routes, _inspected_by_half),
    publish=attached_vpcs,
    parts=(
        Part(
            name="network",
            build="stacks.capabilities.network:add",
            types=frozenset(
                {
                    "aws_default_security_group",
                    "aws_ec2_transit_gateway_vpc_attachment",
                    "aws_egress_only_internet_gateway",
                    "aws_eip",
                    "aws_flow_log",
                    "aws_internet_gateway",
                    "aws_nat_gateway",
                    "aws_route",
                    "aws_route53_record",
                    "aws_route53_zone",
                    "aws_route_table",
                    "aws_route_table_association",
                    "aws_security_group",
                    "aws_subnet",
                    "aws_vpc",
                    "aws_vpc_dhcp_options",
                    "aws_vpc_dhcp_options_association",
                    "aws_vpc_endpoint",
                    "aws_vpc_ipv4_cidr_block_association",
                    "aws_vpc_security_group_ingress_rule",
                    "data.aws_ec2_transit_gateway",
                }
            ),
            cost=(
                "Each NAT gateway by the hour, and each gigabyte through it.",
                "Each interface endpoint by hour and zone, and each gigabyte; gateway endpoints cost nothing.",
                "Each private zone of central endpoints by the month.",
                "Each attachment to the transit gateway by the hour, and each gigabyte.",
                "Public addresses by the hour; flow logs by the gigabyte.",
            ),
            when={
                "aws_ec2_transit_gateway_vpc_attachment": lambda network: bool(network.attached),
                "aws_egress_only_internet_gateway": _any(lambda vpc: vpc.ipv6_egress),
                "aws_eip": _any(lambda vpc: vpc.translates),
                "aws_internet_gateway": _any(lambda vpc: vpc.is_public),
                "aws_nat_gateway": _any(lambda vpc: vpc.translates),
                "aws_route": _any(lambda vpc: vpc.is_public or vpc.translates or vpc.ipv6_egress),
                "aws_route53_record": _any(lambda vpc: vpc.has_central),
                "aws_route53_zone": _any(lambda vpc: vpc.has_central),
                "aws_route_table": _any(lambda vpc: bool(vpc.subnets)),
                "aws_route_table_association": _any(lambda vpc: bool(vpc.subnets)),
                "aws_security_group": _any(lambda vpc: vpc.has_interfaces),
                "aws_vpc_dhcp_options": _any(lambda vpc: enabled(vpc.dhcp_options) is not None),
                "aws_vpc_dhcp_options_association": _any(lambda vpc: enabled(vpc.dhcp_options) is not None),
                "aws_vpc_endpoint": _any(lambda vpc: vpc.has_endpoints),
                "aws_vpc_ipv4_cidr_block_association": _any(lambda vpc: bool(vpc.secondary_cidrs)),
                "aws_vpc_security_group_ingress_rule": _any(lambda vpc: vpc.has_interfaces),
            },
            sometimes=(
                "aws_flow_log",  # only with an archive to deliver to
                "data.aws_ec2_transit_gateway",  # only where another account has it
            ),
        ),
    ),
)
