"""An account's VPC."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from config.capabilities.capability import (
    AccountCapability,
    Part,
)
from config.capabilities.problems import written
from config.errors import Problem, did_you_mean
from config.files import Files
from config.model.base import Matches, Model, Switchable, enabled, refuse
from config.model.cidr import AnyCidr, Cidr, refuse_misfits
from config.model.types import Slug
from config.nodes import Configuration

ServiceName = Annotated[str, Matches(r"[a-z][a-z0-9.-]*", "a service such as 'ssm' or 'ecr.api'")]


class Subnet(Model):
    """A subnet; its key is its identity, so ranges are written out and never move when another is added."""

    cidr: Cidr = Field(description="Its range, inside the VPC's.")
    zone: Literal["a", "b", "c", "d", "e", "f"] = Field(
        description="The letter of its availability zone in the region."
    )
    public: bool = Field(default=False, description="Whether it routes to the internet directly.")


class Endpoints(Switchable):
    """AWS services that are reached inside the VPC."""

    gateways: tuple[Literal["dynamodb", "s3"], ...] = Field(
        default=("dynamodb", "s3"), description="Services with an endpoint that costs nothing."
    )
    interfaces: tuple[ServiceName, ...] = Field(
        default=(), description="Services with an endpoint that AWS charges by hour and zone, such as `ssm`, `ecr.api`."
    )
    subnets: tuple[Slug, ...] = Field(
        default=(),
        description="Where those endpoints are, one subnet a zone; the first private one of each if not said.",
    )
    organization_only: bool = Field(
        default=False, description="Whether principals of other organizations are turned away."
    )


class FlowLogs(Switchable):
    """Who talked to whom, written to the log archive (`logging`)."""

    traffic: Literal["ACCEPT", "ALL", "REJECT"] = Field(default="ALL", description="Which traffic is logged.")
    interval_seconds: Literal[60, 600] = Field(default=600, description="For how long packets are summed up.")


class Attachment(Switchable):
    """The VPC's way to the organization's transit gateway (`transit_gateway` of some account)."""

    destinations: tuple[AnyCidr, ...] = Field(
        default=(), description="Ranges beyond the transit gateway, which all route tables send there."
    )
    subnets: tuple[Slug, ...] = Field(
        default=(),
        description="Where the gateway enters, one subnet a zone; the first private one of each if not said.",
    )


class Network(Switchable):
    """A VPC with subnets, which `shares` can share with other accounts."""

    cidr: Cidr = Field(description="The VPC's range; no two accounts' ranges may overlap.")
    subnets: dict[Slug, Subnet] = Field(default_factory=dict, description="Subnets by slug.")
    nat: Literal["none", "per-zone", "single"] = Field(
        default="none",
        description="How private subnets reach the internet: not at all, by a gateway in each zone, or all by one, which is "
        "cheaper and as reliable as its zone.",
    )
    endpoints: Endpoints = Field(default_factory=Endpoints)
    flow_logs: FlowLogs = Field(default_factory=FlowLogs)
    attachment: Attachment | None = Field(default=None, description="Attaches the VPC to the transit gateway.")

    @property
    def zones(self) -> tuple[str, ...]:
        """The letters of the availability zones in use, sorted."""
        return tuple(sorted({subnet.zone for subnet in self.subnets.values()}))

    @model_validator(mode="after")
    def _ranges_fit(self) -> Self:
        refuse_misfits("subnets", self.cidr, {slug: subnet.cidr for slug, subnet in self.subnets.items()})
        return self

    @property
    def private(self) -> dict[str, Subnet]:
        """The subnets that nothing on the internet reaches."""
        return {slug: subnet for slug, subnet in sorted(self.subnets.items()) if not subnet.public}

    @model_validator(mode="after")
    def _gateways_have_a_home(self) -> Self:
        homes = {subnet.zone for subnet in self.subnets.values() if subnet.public}
        needed = {subnet.zone for subnet in self.private.values()}
        if self.nat == "single" and needed and not homes:
            raise refuse("a public subnet for the gateway of `nat: single`", "Add one with `public: true`.")
        if self.nat == "per-zone" and needed - homes:
            zones = ", ".join(sorted(needed - homes))
            raise refuse(f"a public subnet in every zone for `nat: per-zone`, but zone {zones} has none")
        return self

    @model_validator(mode="after")
    def _have_a_subnet(self) -> Self:
        wants: dict[str, tuple[str, ...]] = {}
        if self.endpoints.enabled and self.endpoints.interfaces:
            wants["endpoints.interfaces"] = self.endpoints.subnets
        if attachment := enabled(self.attachment):
            wants["attachment"] = attachment.subnets
        for key, slugs in wants.items():
            if not self.one_a_zone(slugs):
                raise refuse(f"a private subnet for `{key}`, or `{key.partition('.')[0]}.subnets`")
        return self

    @model_validator(mode="after")
    def _one_subnet_a_zone(self) -> Self:
        named: dict[str, tuple[str, ...]] = {"endpoints": self.endpoints.subnets}
        if self.attachment:
            named["attachment"] = self.attachment.subnets
        for key, slugs in named.items():
            zones: dict[str, str] = {}
            for slug in slugs:
                if slug not in self.subnets:
                    raise refuse(
                        f"`{key}.subnets` to name subnets of this VPC, but there is no {slug!r}", self.missing(slug)
                    )
                zone = self.subnets[slug].zone
                if zone in zones:
                    raise refuse(
                        f"`{key}.subnets` to name one subnet a zone, but {zones[zone]!r} and {slug!r} share one"
                    )
                zones[zone] = slug
        return self

    def one_a_zone(self, slugs: tuple[str, ...]) -> tuple[str, ...]:
        """These subnets, or the first private one of each zone."""
        first: dict[str, str] = {}
        for slug, subnet in self.private.items():
            first.setdefault(subnet.zone, slug)
        return tuple(sorted(slugs)) or tuple(first[zone] for zone in sorted(first))

    def missing(self, subnet: str) -> str:
        """A cure for the name of a subnet that is not there."""
        return did_you_mean(subnet, self.subnets)


def _ranges(organization: Configuration, files: Files) -> Iterator[Problem]:
    """No two accounts' VPCs overlap, so that any of them can be connected later."""
    networks = sorted(
        (IPv4Network(network.cidr), account.slug)
        for account in organization.accounts.values()
        if (network := NETWORK.in_account(organization, account))
    )
    widest: tuple[IPv4Network, str] | None = None
    for own, slug in networks:  # sorted by first address: only the one reaching furthest so far can overlap
        if widest is not None and own.network_address <= widest[0].broadcast_address:
            arrived = f"{own}, which overlaps {widest[0]} of the account {widest[1]!r}"
            path = ("settings", "network", "cidr")
            cure = "Choose a range that is free."
            yield files.accounts[slug].file.problem(path, arrived, "a range that no other account uses", cure)
        if widest is None or own.broadcast_address > widest[0].broadcast_address:
            widest = own, slug


def _routes(organization: Configuration, files: Files) -> Iterator[Problem]:
    """No route table has two ways to one destination."""
    for account in organization.accounts.values():
        network = NETWORK.in_account(organization, account)
        attachment = enabled(network.attachment) if network else None
        if network is None or attachment is None:
            continue
        own = IPv4Network(network.cidr)
        file, path = written(files, account, ("network", "attachment", "destinations"))
        for destination in attachment.destinations:
            if destination == "0.0.0.0/0" and (_is_public(network) or _translates(network)):
                way = f"`nat: {network.nat}`" if _translates(network) else "a public subnet"
                arrived = f"{destination} beside {way}, which has a route there already"
                cure = f"Name the ranges beyond the transit gateway instead, or remove {way}."
                yield file.problem(path, arrived, "one way to a destination in each route table", cure)
            elif IPv4Network(destination).subnet_of(own):
                arrived = f"{destination}, which is inside the VPC's own range {own}"
                yield file.problem(path, arrived, "ranges beyond the transit gateway", "Remove it.")


def _is_public(network: Network) -> bool:
    return any(subnet.public for subnet in network.subnets.values())


def _translates(network: Network) -> bool:
    return network.nat != "none"


def _has_interfaces(network: Network) -> bool:
    return network.endpoints.enabled and bool(network.endpoints.interfaces)


NETWORK: Final[AccountCapability[Network]] = AccountCapability(
    key="network",
    model=Network,
    description="The account's VPC.",
    rules=(_ranges, _routes),
    parts=(
        Part(
            name="network",
            build="stacks.capabilities.network:add",
            types=frozenset(
                {
                    "aws_default_security_group",
                    "aws_ec2_transit_gateway_vpc_attachment",
                    "aws_eip",
                    "aws_flow_log",
                    "aws_internet_gateway",
                    "aws_nat_gateway",
                    "aws_route",
                    "aws_route_table",
                    "aws_route_table_association",
                    "aws_security_group",
                    "aws_subnet",
                    "aws_vpc",
                    "aws_vpc_endpoint",
                    "aws_vpc_security_group_ingress_rule",
                    "data.aws_ec2_transit_gateway",
                }
            ),
            cost=(
                "Each NAT gateway by the hour, and each gigabyte through it.",
                "Each interface endpoint by hour and zone, and each gigabyte; gateway endpoints cost nothing.",
                "Each attachment to the transit gateway by the hour, and each gigabyte.",
                "Public addresses by the hour; flow logs by the gigabyte.",
            ),
            when={
                "aws_ec2_transit_gateway_vpc_attachment": lambda network: enabled(network.attachment) is not None,
                "aws_eip": _translates,
                "aws_flow_log": lambda _network: False,  # only with an archive to deliver to
                "aws_internet_gateway": _is_public,
                "aws_nat_gateway": _translates,
                "aws_route": lambda network: _is_public(network) or _translates(network),
                "aws_route_table": lambda network: bool(network.subnets),
                "aws_route_table_association": lambda network: bool(network.subnets),
                "aws_security_group": _has_interfaces,
                "aws_vpc_endpoint": lambda network: (
                    _has_interfaces(network)
                    or (network.endpoints.enabled and bool(network.endpoints.gateways and network.subnets))
                ),
                "aws_vpc_security_group_ingress_rule": _has_interfaces,
                "data.aws_ec2_transit_gateway": lambda _network: False,  # only where another account has it
            },
        ),
    ),
)
