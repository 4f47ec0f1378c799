"""Ways out of a VPC, and into its public subnets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cdktf_cdktf_provider_aws.egress_only_internet_gateway import EgressOnlyInternetGateway
from cdktf_cdktf_provider_aws.eip import Eip
from cdktf_cdktf_provider_aws.internet_gateway import InternetGateway
from cdktf_cdktf_provider_aws.nat_gateway import NatGateway
from cdktf_cdktf_provider_aws.route import Route
from cdktf_cdktf_provider_aws.route_table import RouteTable
from cdktf_cdktf_provider_aws.route_table_association import RouteTableAssociation
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_one_of, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider

NatMode = Literal["none", "per-zone", "single"]
_EVERYWHERE = "0.0.0.0/0"
_EVERYWHERE_IPV6 = "::/0"
_PUBLIC = "public"


@typed
@dataclass(frozen=True)
class RoutedSubnet:
    """A subnet and how it reaches the internet.

    Args:
        subnet_id: Its id.
        zone: The letter of its availability zone.
        public: Whether it is reached from the internet. Default: it reaches out by NAT, if at all.
        tier: What it is for, if it shares no route table with the other private ones of its zone, or the other public ones.
            Default: it does.
        translated: Whether it reaches out by NAT. Default: yes, if there is any.
    """

    subnet_id: str
    zone: str
    public: bool = False
    tier: str | None = None
    translated: bool = True

    @property
    def table(self) -> str:
        """The name of its route table."""
        return f"{self.tier}-{self.zone}" if self.tier else self.zone


@typed
class InternetAccessConstruct(Construct):
    """An internet gateway for public subnets, NAT gateways for the others, and the route tables of both.

    Children: ``Gateway`` and ``PublicRoutes`` (if a subnet is public), ``PublicDefault``, ``address-<zone>`` and
    ``nat-<zone>`` per NAT gateway, ``routes-<zone>`` and ``default-<zone>`` per zone of private subnets
    (``routes-<tier>-<zone>`` and ``default-<tier>-<zone>`` of those with a tier, public ones too), ``subnet-<key>`` per subnet (its association);
    ``EgressOnly`` with `ipv6_egress`, and with `ipv6` ``PublicDefaultIpv6`` and ``ipv6-<zone>`` (``ipv6-<tier>-<zone>``) beside the other defaults.

    Args:
        scope: Where the routing lives.
        id_: The construct's id.
        name: What the name tags start with.
        vpc_id: The VPC.
        subnets: Subnet by key.
        nat: ``none``; ``single`` (one gateway, in the first public zone: cheap, and one zone's failure is everybody's); or
            ``per-zone`` (one in each zone with private subnets). Default: none.
        ipv6: Whether public subnets have IPv6 addresses, and so are reached by them. Default: no.
        ipv6_egress: Whether private ones that NAT is for reach out by IPv6, with a gateway that nothing comes in by. Default: no.
        tags: Tags of all of it, beside the provider's default tags.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If a NAT gateway would have no public subnet to live in, or subnets of one route table differ in
            whether they reach out.

    Example:
        >>> InternetAccessConstruct(
        ...     stack, "Internet", name="shared", vpc_id=vpc.vpc_id, nat="single",
        ...     subnets={
        ...         "public-a": RoutedSubnet(vpc.subnet_ids["public-a"], "a", public=True),
        ...         "private-a": RoutedSubnet(vpc.subnet_ids["private-a"], "a"),
        ...     },
        ... )

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        vpc_id: str,
        subnets: Mapping[str, RoutedSubnet],
        nat: NatMode = "none",
        ipv6: bool = False,
        ipv6_egress: bool = False,
        tags: Mapping[str, str] | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_one_of("nat", nat, ("none", "per-zone", "single"))
        self._name, self._vpc_id, self._tags, self._provider = name, vpc_id, dict(tags or {}), provider
        ordered = {require_slug("subnets", key): subnets[key] for key in sorted(subnets)}
        for subnet in ordered.values():
            require_slug("subnets", subnet.table)
        self._ipv6 = ipv6
        public = {key: subnet for key, subnet in ordered.items() if subnet.public}
        private = {key: subnet for key, subnet in ordered.items() if not subnet.public}
        nat_zones = _nat_zones(nat, public, private)
        self._route_table_ids: dict[str, str] = {}
        if public:
            self._gateway = InternetGateway(
                self, "Gateway", vpc_id=vpc_id, tags=self._named("internet"), provider=provider
            )
            for table in sorted({_public_table(subnet) for subnet in public.values()}):
                self._route_publicly(table, {key: each for key, each in public.items() if _public_table(each) == table})
        self._egress_only = self._make_egress_only() if ipv6_egress else None
        self._nat_ids = {zone: self._make_nat(zone, public) for zone in sorted(set(nat_zones.values()))}
        for table in sorted({subnet.table for subnet in private.values()}):
            self._route_privately(table, private, nat_zones)

    @property
    def route_table_ids(self) -> dict[str, str]:
        """The ids of the route tables: ``public``, the private ones by the letter of their zone, and by tier and zone."""
        return dict(self._route_table_ids)

    def _named(self, suffix: str) -> dict[str, str]:
        return {**self._tags, "Name": f"{self._name}-{suffix}"}

    def _route_publicly(self, name: str, public: Mapping[str, RoutedSubnet]) -> None:
        shared = name == _PUBLIC
        table = self._make_table("PublicRoutes" if shared else f"routes-{name}", name, public)
        Route(
            self,
            "PublicDefault" if shared else f"default-{name}",
            route_table_id=table.id,
            destination_cidr_block=_EVERYWHERE,
            gateway_id=self._gateway.id,
            provider=self._provider,
        )
        if self._ipv6:
            Route(
                self,
                "PublicDefaultIpv6" if shared else f"ipv6-{name}",
                route_table_id=table.id,
                destination_ipv6_cidr_block=_EVERYWHERE_IPV6,
                gateway_id=self._gateway.id,
                provider=self._provider,
            )

    def _make_egress_only(self) -> EgressOnlyInternetGateway:
        return EgressOnlyInternetGateway(
            self, "EgressOnly", vpc_id=self._vpc_id, tags=self._named("egress-only"), provider=self._provider
        )

    def _make_nat(self, zone: str, public: Mapping[str, RoutedSubnet]) -> str:
        address = Eip(self, f"address-{zone}", domain="vpc", tags=self._named(f"nat-{zone}"), provider=self._provider)
        subnet_id = next(subnet.subnet_id for subnet in public.values() if subnet.zone == zone)
        return NatGateway(
            self,
            f"nat-{zone}",
            subnet_id=subnet_id,
            allocation_id=address.allocation_id,
            tags=self._named(f"nat-{zone}"),
            depends_on=[self._gateway],
            provider=self._provider,
        ).id

    def _route_privately(self, name: str, private: Mapping[str, RoutedSubnet], nat_zones: Mapping[str, str]) -> None:
        subnets = {key: subnet for key, subnet in private.items() if subnet.table == name}
        table = self._make_table(f"routes-{name}", name, subnets)
        zones = {subnet.zone for subnet in subnets.values() if subnet.translated}
        if zones and not all(subnet.translated for subnet in subnets.values()):
            raise InvalidValueError(
                "subnets", sorted(subnets), expected=f"one `translated` for all of the table {name!r}"
            )
        nat_zone = nat_zones.get(*zones) if zones else None
        if nat_zone is not None:
            Route(
                self,
                f"default-{name}",
                route_table_id=table.id,
                destination_cidr_block=_EVERYWHERE,
                nat_gateway_id=self._nat_ids[nat_zone],
                provider=self._provider,
            )
        if self._egress_only is not None and zones:
            Route(
                self,
                f"ipv6-{name}",
                route_table_id=table.id,
                destination_ipv6_cidr_block=_EVERYWHERE_IPV6,
                egress_only_gateway_id=self._egress_only.id,
                provider=self._provider,
            )

    def _make_table(self, id_: str, name: str, subnets: Mapping[str, RoutedSubnet]) -> RouteTable:
        table = RouteTable(self, id_, vpc_id=self._vpc_id, tags=self._named(name), provider=self._provider)
        self._route_table_ids[name] = table.id
        for key, subnet in subnets.items():
            RouteTableAssociation(
                self,
                f"subnet-{key}",
                subnet_id=subnet.subnet_id,
                route_table_id=table.id,
                provider=self._provider,
            )
        return table


def _public_table(subnet: RoutedSubnet) -> str:
    return subnet.table if subnet.tier else _PUBLIC


def _nat_zones(nat: NatMode, public: Mapping[str, RoutedSubnet], private: Mapping[str, RoutedSubnet]) -> dict[str, str]:
    """Zone of private subnets to the zone of its NAT gateway."""
    zones = sorted({subnet.zone for subnet in private.values() if subnet.translated})
    homes = sorted({subnet.zone for subnet in public.values()})
    if nat == "none" or not zones:
        return {}
    if nat == "single":
        if not homes:
            raise InvalidValueError("nat", nat, expected="'none' without a public subnet")
        return dict.fromkeys(zones, homes[0])
    homeless = [zone for zone in zones if zone not in homes]
    if homeless:
        raise InvalidValueError(
            "nat", nat, expected=f"a public subnet in each zone, but there is none in {', '.join(homeless)}"
        )
    return {zone: zone for zone in zones}
