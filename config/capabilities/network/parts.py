"""What a VPC is made of: its subnets, its way to the transit gateway."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.model.base import Matches, Model, Switchable, refuse
from config.model.cidr import AnyCidr, Cidr
from config.model.types import FurtherTags, Slug, UnitName

TransitGatewayAttachmentId = Annotated[
    str, Matches(r"tgw-attach-[0-9a-f]{8,17}", "the id of an attachment, such as 'tgw-attach-0123456789abcdef0'")
]


class Subnet(Model):
    """A subnet; its key is its identity, so ranges are written out and never move when another is added."""

    cidr: Cidr = Field(description="Its range, inside the VPC's.")
    zone: Literal["a", "b", "c", "d", "e", "f"] = Field(
        description="The letter of its availability zone in the region."
    )
    public: bool = Field(default=False, description="Whether it routes to the internet directly.")
    tier: Literal["attachment", "data", "firewall", "private"] = Field(
        default="private",
        description="What it is for, if it is not public: `data` has no way to the internet, `attachment` is where the transit "
        "gateway enters, `firewall` is for what inspects. Each tier has route tables of its own, one a zone.",
    )
    ipv6_number: int | None = Field(
        default=None,
        ge=0,
        le=255,
        description="Which part of the VPC's IPv6 range it has, if it has `ipv6`; where its `cidr` is in that of the VPC, in 256ths, if not said.",
    )
    name: UnitName | None = Field(default=None, description="Its name tag; organization, VPC and slug if not said.")
    tags: FurtherTags = Field(default_factory=dict, description="Its tags beside the account's.")

    @property
    def routed_as(self) -> str:
        """What its route table is for."""
        return "public" if self.public else self.tier

    @property
    def reaches_out(self) -> bool:
        """Whether it needs a NAT gateway to reach the internet, and may."""
        return self.routed_as not in ("data", "public")

    @model_validator(mode="after")
    def _one_tier(self) -> Self:
        if self.public and self.tier != "private":
            raise refuse("either `public: true` or a `tier`")
        return self


class Attachment(Switchable):
    """The VPC's way to the organization's transit gateway (`transit_gateway` of some account)."""

    destinations: tuple[AnyCidr, ...] = Field(
        default=(),
        description="Ranges beyond the transit gateway, which all route tables send there; those of `data` not 0.0.0.0/0.",
    )
    subnets: tuple[Slug, ...] = Field(
        default=(),
        description="Where the gateway enters, one subnet a zone; of the tier `attachment`, else the first private one of each if not said.",
    )
    appliance_mode: bool = Field(
        default=False,
        description="Whether both directions of a connection enter by the same zone, as firewalls in the VPC need it.",
    )
    id: TransitGatewayAttachmentId | None = Field(
        default=None,
        description="Its id, once AWS has given it: by it, another account's transit gateway tells it from the account's other "
        "VPCs. Not needed where the account has one attached VPC, or all are in one route table.",
    )


Port = Annotated[int, Field(ge=1, le=65535)]


class ServiceNetworkUse(Switchable):
    """The service network of VPC Lattice that machines in the VPC find services in. A VPC is in one at most."""

    name: Slug = Field(
        description="One of `service_networks`, of this account, or of one that shares it and no other by a share."
    )
    ports: tuple[Port, ...] = Field(default=(443,), min_length=1, description="The ports that services are called by.")
    allowed: tuple[AnyCidr, ...] = Field(
        default=(), description="The ranges whose machines may call; all of the VPC if not said."
    )
