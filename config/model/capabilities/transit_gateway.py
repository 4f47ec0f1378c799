"""A router between the networks of several accounts."""

from typing import Self

from pydantic import Field, model_validator

from config.model.base import Capability, refuse

_ASN_16_BIT = range(64512, 65535)
_ASN_32_BIT = range(4_200_000_000, 4_294_967_295)


class TransitGateway(Capability):
    """The organization's transit gateway; `shares` says who can attach to it."""

    asn: int = Field(default=64512, description="Its private autonomous system number, for VPN and Direct Connect.")
    accept_attachments: bool = Field(
        default=True, description="Whether those it is shared with can attach without being accepted."
    )
    connect_all: bool = Field(
        default=False,
        description="Whether every attached VPC reaches every other; if not, route tables of yours say who.",
    )

    @model_validator(mode="after")
    def _number_is_private(self) -> Self:
        if self.asn not in _ASN_16_BIT and self.asn not in _ASN_32_BIT:
            raise refuse("a private `asn`: 64512 to 65534, or 4200000000 to 4294967294")
        return self
