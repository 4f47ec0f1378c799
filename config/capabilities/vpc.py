"""A VPC, as an account's settings describe it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.errors import did_you_mean
from config.model.base import Matches, Model, Switchable, enabled, refuse
from config.model.cidr import AnyCidr, Cidr, refuse_misfits
from config.model.types import Slug

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
    appliance_mode: bool = Field(
        default=False,
        description="Whether both directions of a connection enter by the same zone, as firewalls in the VPC need it.",
    )


class Vpc(Switchable):
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
    def has_endpoints(self) -> bool:
        """Whether it has any endpoint."""
        return self.has_interfaces or (self.endpoints.enabled and bool(self.endpoints.gateways and self.subnets))

    def missing(self, subnet: str) -> str:
        """A cure for the name of a subnet that is not there."""
        return did_you_mean(subnet, self.subnets)
