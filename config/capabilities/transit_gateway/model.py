"""What the settings of a transit gateway are."""

from typing import Final, Self

from pydantic import Field, model_validator

from config.capabilities.transit_gateway.beyond import DirectConnect, Vpn
from config.capabilities.transit_gateway.tables import Preset, RouteTable
from config.model.base import Model, Switchable, refuse
from config.model.types import LogDays, Region, Slug

_ASN_16_BIT: Final = range(64512, 65535)
_ASN_32_BIT: Final = range(4_200_000_000, 4_294_967_295)


def is_private(asn: int) -> bool:
    """Whether an autonomous system number is for private use."""
    return asn in _ASN_16_BIT or asn in _ASN_32_BIT


class Router(Model):
    """The transit gateway of a region."""

    asn: int = Field(default=64512, description="Its private autonomous system number, for VPN and Direct Connect.")
    accept_attachments: bool = Field(
        default=True,
        description="Whether those it is shared with can attach without being accepted. If not, `preset` and `route_tables` let "
        "in the accounts whose `network` has an `attachment`; say so before they attach.",
    )
    connect_all: bool = Field(
        default=False,
        description="Whether every attached VPC reaches every other; if not, `preset` or `route_tables` say who.",
    )
    preset: Preset | None = Field(default=None, description="Route tables by what they are for.")
    route_tables: dict[Slug, RouteTable] = Field(
        default_factory=dict,
        description="Route tables by slug, in place of a preset. A VPC that none of them has reaches nothing. VPCs of other accounts are "
        "looked up while planning: one that pipelines attach is routed by their next run.",
    )

    vpns: dict[Slug, Vpn] = Field(
        default_factory=dict,
        description="VPNs to devices outside of AWS, by slug; route tables call them `vpn:<slug>`.",
    )

    @model_validator(mode="after")
    def _number_is_private(self) -> Self:
        if not is_private(self.asn):
            raise refuse("a private `asn`: 64512 to 65534, or 4200000000 to 4294967294")
        return self

    @model_validator(mode="after")
    def _one_word_about_routes(self) -> Self:
        said = [key for key in ("connect_all", "preset", "route_tables") if getattr(self, key)]
        if len(said) > 1:
            raise refuse(f"one of `connect_all`, `preset` and `route_tables`, but there are {' and '.join(said)}")
        return self

    @model_validator(mode="after")
    def _static_ones_tell_nothing(self) -> Self:
        told = [*self.preset.shared] if self.preset else []
        told += [each for table in self.route_tables.values() for each in table.propagations]
        for slug, vpn in sorted(self.vpns.items()):
            if vpn.asn is None and f"vpn:{slug}" in told:
                expected = f"static `routes` to 'vpn:{slug}', not its name in `propagations` or `shared`"
                raise refuse(f"{expected}: without an `asn` it tells no ranges")
        return self

    @property
    def routes(self) -> bool:
        """Whether it has route tables of its own."""
        return bool(self.preset or self.route_tables)


class TransitGateway(Router, Switchable):
    """The organization's transit gateway; `shares` says who can attach to it."""

    regions: dict[Region, Router] = Field(
        default_factory=dict,
        description="Transit gateways in further regions, for the VPCs of accounts there. Two are peered if route tables of one "
        "name the other (`region:<region>`).",
    )
    direct_connect: dict[Slug, DirectConnect] = Field(
        default_factory=dict,
        description="Direct Connect gateways by slug, associated with the first transit gateway; its route tables call them "
        "`dx:<slug>`.",
    )
    vpn_log_days: LogDays = Field(
        default=365, description="For how many days CloudWatch keeps what the tunnels of VPNs logged."
    )

    @model_validator(mode="after")
    def _numbers_of_their_own(self) -> Self:
        taken = {self.asn: "the first"}
        for region, router in sorted(self.regions.items()):
            if router.asn in taken:
                raise refuse(f"an `asn` of its own for {region}: {router.asn} is that of {taken[router.asn]}")
            taken[router.asn] = region
        for slug, line in sorted(self.direct_connect.items()):
            if line.asn in taken or not is_private(line.asn):
                raise refuse(f"a private `asn` of its own for `direct_connect.{slug}`, but there is {line.asn}")
        return self

    def every(self, home: str) -> dict[str, Router]:
        """The transit gateways by region, the first one's first.

        Args:
            home: The region of the account that has them.
        """
        return {home: self, **{region: router for region, router in sorted(self.regions.items()) if region != home}}
