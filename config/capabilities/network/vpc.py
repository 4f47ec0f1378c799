"""A VPC, as an account's settings describe it."""

from ipaddress import IPv4Network
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from config.capabilities.network.endpoints import Endpoints
from config.capabilities.network.firewall import Firewall, places, refuse_ways_past
from config.capabilities.network.ipv6 import Ipv6, numbers
from config.capabilities.network.parts import Attachment, ServiceNetworkUse, Subnet
from config.capabilities.network.tiers import LAYOUT, SMALLEST, Tier, TierName, tier_subnets
from config.errors import did_you_mean
from config.model.base import Matches, Switchable, enabled, refuse
from config.model.cidr import Cidr, IsRange, refuse_misfits, refuse_overlaps
from config.model.types import Domain, Slug

Address = Annotated[
    str,
    Matches(r"(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\.(?!$)|$)){4}", "an IPv4 address such as '10.0.0.2'"),
]


class DhcpOptions(Switchable):
    """What machines are told when they start; AWS's own answers where nothing is said."""

    domain_name: Domain | None = Field(default=None, description="The domain that short names are looked for in.")
    domain_name_servers: tuple[Address, ...] = Field(
        default=(), max_length=4, description="Whom names are asked of, by address; Route 53 Resolver if not said."
    )
    ntp_servers: tuple[Address, ...] = Field(
        default=(), max_length=4, description="Whom the time is asked of, by address; Amazon Time Sync if not said."
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.enabled and not (self.domain_name or self.domain_name_servers or self.ntp_servers):
            raise refuse("`domain_name`, `domain_name_servers` or `ntp_servers`")
        return self


FlowLogField = Literal[
    "version",
    "account-id",
    "interface-id",
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "action",
    "log-status",
    "vpc-id",
    "subnet-id",
    "instance-id",
    "tcp-flags",
    "type",
    "pkt-srcaddr",
    "pkt-dstaddr",
    "region",
    "az-id",
    "sublocation-type",
    "sublocation-id",
    "pkt-src-aws-service",
    "pkt-dst-aws-service",
    "flow-direction",
    "traffic-path",
    "ecs-cluster-arn",
    "ecs-cluster-name",
    "ecs-container-instance-arn",
    "ecs-container-instance-id",
    "ecs-container-id",
    "ecs-second-container-id",
    "ecs-service-name",
    "ecs-task-definition-arn",
    "ecs-task-arn",
    "ecs-task-id",
    "reject-reason",
    "resource-id",
    "encryption-status",
]
"""As of November 2026: https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html"""


class FlowLogs(Switchable):
    """Who talked to whom, written to the log archive (`logging`)."""

    traffic: Literal["ACCEPT", "ALL", "REJECT"] = Field(default="ALL", description="Which traffic is logged.")
    interval_seconds: Literal[60, 600] = Field(default=600, description="For how long packets are summed up.")
    fields: tuple[FlowLogField, ...] = Field(
        default=(),
        description="What is logged, in this order, by AWS's names, such as `vpc-id` or `pkt-srcaddr`; AWS's own choice if not said. With others, "
        "AWS makes the log anew.",
    )


class Vpc(Switchable):
    """A VPC with subnets, which `shares` can share with other accounts."""

    cidr: Cidr = Field(
        description="The VPC's range; no two accounts' ranges may overlap. That of `network` may stand in `address_plan`."
    )
    ipam_pool: Slug | None = Field(
        default=None,
        description="The pool of some account's `ipam` that `cidr` is of. A new VPC takes its range from there, so AWS refuses one that "
        "another has; IPAM finds one that is there already by itself, and nothing of it changes, when this is written and when it is removed.",
    )
    secondary_cidrs: dict[Slug, Cidr] = Field(
        default_factory=dict,
        max_length=4,
        description="Further ranges by slug, for subnets that are written out: of pods for instance.",
    )
    tiers: dict[TierName, Tier] = Field(
        default_factory=dict,
        description="Subnets that follow from `cidr` and `zones`, one a zone: half of the VPC is for `private`, a quarter for "
        "`data`, an eighth for `public`, a sixteenth each for `attachment` and `firewall`. Each has a place of its own, with "
        "room for four zones, so none moves when others come or go. Their slugs are `private-a` and so on.",
    )
    zones: tuple[Literal["a", "b", "c", "d"], ...] = Field(
        default=("a", "b", "c"), min_length=1, description="The zones of `tiers`."
    )
    subnets: dict[Slug, Subnet] = Field(
        default_factory=dict, description="Subnets by slug, beside or in place of those of `tiers`."
    )
    nat: Literal["none", "per-zone", "single"] = Field(
        default="none",
        description="How private subnets reach the internet: not at all, by a gateway in each zone, or all by one, which is "
        "cheaper and as reliable as its zone.",
    )
    ipv6: Ipv6 | None = Field(default=None, description="IPv6 addresses beside those of IPv4; none if not said.")
    endpoints: Endpoints = Field(default_factory=Endpoints)
    flow_logs: FlowLogs = Field(default_factory=FlowLogs)
    attachment: Attachment | None = Field(default=None, description="Attaches the VPC to the transit gateway.")
    dhcp_options: DhcpOptions | None = Field(default=None, description="What machines are told when they start.")
    resolver: bool = Field(
        default=False,
        description="Whether names are found as the organization's `resolver` says: its rules, DNS Firewall and query log.",
    )
    service_network: ServiceNetworkUse | None = Field(
        default=None, description="The service network that it joins, of `service_networks`."
    )
    firewall: Firewall | None = Field(
        default=None,
        description="Inspects what comes by the transit gateway, on its way to the internet or back to the transit gateway.",
    )

    @model_validator(mode="before")
    @classmethod
    def _with_tiers(cls, data: Any) -> Any:
        """Have what follows from tiers among the subnets; what is no range or no tier is refused where it stands."""
        if not isinstance(data, dict) or not isinstance(data.get("tiers"), dict):
            return data
        tiers = {name: said for name, said in data["tiers"].items() if name in LAYOUT and isinstance(said, dict)}
        written = data.get("subnets")
        try:
            IsRange(16, SMALLEST, "").check(data.get("cidr", ""))
            zones = tuple(data.get("zones", cls.model_fields["zones"].default))
        except (PydanticCustomError, TypeError):
            return data
        if written is not None and not isinstance(written, dict):
            return data
        return {**data, "subnets": {**tier_subnets(data["cidr"], zones, tiers), **(written or {})}}

    @model_validator(mode="after")
    def _room_for_tiers(self) -> Self:
        if any(tier.enabled for tier in self.tiers.values()) and IPv4Network(self.cidr).prefixlen > SMALLEST:
            raise refuse(f"a `cidr` from /16 to /{SMALLEST} with `tiers`", "Write the `subnets` of a smaller VPC out.")
        return self

    @model_validator(mode="after")
    def _ranges_fit(self) -> Self:
        ranges = {"cidr": self.cidr, **{f"secondary_cidrs.{slug}": one for slug, one in self.secondary_cidrs.items()}}
        refuse_overlaps("the VPC", ranges)
        refuse_misfits("subnets", tuple(ranges.values()), {slug: one.cidr for slug, one in self.subnets.items()})
        return self

    @property
    def private(self) -> dict[str, Subnet]:
        """The subnets that nothing on the internet reaches."""
        return {slug: subnet for slug, subnet in sorted(self.subnets.items()) if not subnet.public}

    @model_validator(mode="after")
    def _gateways_have_a_home(self) -> Self:
        homes = {subnet.zone for subnet in self.subnets.values() if subnet.public}
        needed = {subnet.zone for subnet in self.private.values() if self.translated(subnet)}
        if self.nat == "single" and needed and not homes:
            raise refuse("a public subnet for the gateway of `nat: single`", "Add one with `public: true`.")
        if self.nat == "per-zone" and needed - homes:
            zones = ", ".join(sorted(needed - homes))
            raise refuse(f"a public subnet in every zone for `nat: per-zone`, but zone {zones} has none")
        return self

    @model_validator(mode="after")
    def _nothing_past_the_firewall(self) -> Self:
        if firewall := enabled(self.firewall):
            refuse_ways_past(firewall, self.subnets, self.nat, enabled(self.attachment))
        return self

    @model_validator(mode="after")
    def _ipv6_fits(self) -> Self:
        ipv6 = enabled(self.ipv6)
        if ipv6 is None:
            return self
        if enabled(self.firewall):
            raise refuse("no `ipv6` beside a `firewall`: it inspects IPv4, and the rest would go past it")
        numbers(self.cidr, self.subnets if ipv6.subnets else {})
        if ipv6.egress and not (ipv6.subnets and any(each.reaches_out for each in self.subnets.values())):
            raise refuse("a private subnet, not of the tier `data`, and with `ipv6.subnets`, for `ipv6.egress`")
        return self

    @property
    def ipv6_numbers(self) -> dict[str, int]:
        """Which part of the VPC's IPv6 range each subnet has, by slug; empty without any."""
        ipv6 = enabled(self.ipv6)
        return numbers(self.cidr, self.subnets) if ipv6 and ipv6.subnets else {}

    @property
    def ipv6_egress(self) -> bool:
        """Whether private subnets reach the internet by IPv6."""
        ipv6 = enabled(self.ipv6)
        return ipv6 is not None and ipv6.egress

    @model_validator(mode="after")
    def _central_ones_are_there(self) -> Self:
        if self.endpoints.enabled and self.endpoints.central and not self.endpoints.interfaces:
            raise refuse("`interfaces` with `endpoints.central`")
        return self

    @model_validator(mode="after")
    def _have_a_subnet(self) -> Self:
        wants: dict[str, tuple[str, ...]] = {}
        if self.endpoints.enabled and self.endpoints.interfaces:
            wants["endpoints.interfaces"] = self.endpoints.subnets
        if attachment := enabled(self.attachment):
            wants["attachment"] = attachment.subnets
        for key, slugs in wants.items():
            if not self.one_a_zone(slugs, key):
                raise refuse(f"a private subnet for `{key}`, or `{key.partition('.')[0]}.subnets`")
        return self

    @model_validator(mode="after")
    def _one_subnet_a_zone(self) -> Self:
        named: dict[str, tuple[str, ...]] = {"endpoints": self.endpoints.subnets}
        if self.attachment:
            named["attachment"] = self.attachment.subnets
        if self.firewall:
            named["firewall"] = self.firewall.subnets
        for key, slugs in named.items():
            require_one_a_zone(self, key, slugs)
        return self

    def one_a_zone(self, slugs: tuple[str, ...], tier: str = "private") -> tuple[str, ...]:
        """These subnets, or the first one of each zone: of a tier, of `private` if there is none."""
        first: dict[str, str] = {}
        for wanted in (tier, "private"):
            for slug, subnet in self.private.items():
                if subnet.tier == wanted:
                    first.setdefault(subnet.zone, slug)
            if first:
                break
        return tuple(sorted(slugs)) or tuple(first[zone] for zone in sorted(first))

    @property
    def firewall_subnets(self) -> dict[str, str]:
        """Zone to the subnet that its firewall is in there, if it has one."""
        firewall = enabled(self.firewall)
        return places(firewall, self.subnets) if firewall else {}

    def translated(self, subnet: Subnet) -> bool:
        """Whether a subnet reaches the internet by NAT, if there is any; with a firewall, only what that let through."""
        return subnet.tier == "firewall" if enabled(self.firewall) else subnet.reaches_out

    @property
    def is_public(self) -> bool:
        """Whether a subnet routes to the internet directly."""
        return any(subnet.public for subnet in self.subnets.values())

    @property
    def translates(self) -> bool:
        """Whether private subnets reach the internet by NAT."""
        return self.nat != "none"

    @property
    def has_interfaces(self) -> bool:
        """Whether it has endpoints that are charged by the hour."""
        return self.endpoints.enabled and bool(self.endpoints.interfaces)

    @property
    def has_central(self) -> bool:
        """Whether its endpoints are for other VPCs, too."""
        return self.has_interfaces and self.endpoints.central

    @property
    def has_endpoints(self) -> bool:
        """Whether it has any endpoint."""
        routed = self.is_public if enabled(self.firewall) else bool(self.subnets)
        return self.has_interfaces or (self.endpoints.enabled and bool(self.endpoints.gateways) and routed)

    def missing(self, subnet: str) -> str:
        """A cure for the name of a subnet that is not there."""
        return did_you_mean(subnet, self.subnets)


def require_one_a_zone(vpc: Vpc, key: str, slugs: tuple[str, ...]) -> None:
    """Refuse subnets that there are not, and two in a zone.

    Args:
        vpc: The VPC.
        key: The key whose `subnets` they are.
        slugs: The subnets.
    """
    zones: dict[str, str] = {}
    for slug in slugs:
        if slug not in vpc.subnets:
            raise refuse(f"`{key}.subnets` to name subnets of this VPC, but there is no {slug!r}", vpc.missing(slug))
        zone = vpc.subnets[slug].zone
        if zone in zones:
            raise refuse(f"`{key}.subnets` to name one subnet a zone, but {zones[zone]!r} and {slug!r} share one")
        zones[zone] = slug
