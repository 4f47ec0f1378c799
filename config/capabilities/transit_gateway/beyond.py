"""Ways from a transit gateway to networks outside of AWS: VPNs and Direct Connect."""

from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from config.model.base import Matches, Model, refuse
from config.model.cidr import AnyCidr
from config.model.types import Arn, Region, Slug

_NOT_OUTSIDE: Final = tuple(
    IPv4Network(cidr)
    for cidr in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/3",
    )
)


def _outside(value: str) -> str:
    try:
        address = IPv4Address(value)
    except AddressValueError:
        address = None
    if address is None or any(address in network for network in _NOT_OUTSIDE):
        raise refuse("a public IPv4 address such as '192.0.2.1'")
    return value


PublicAddress = Annotated[str, AfterValidator(_outside)]
OutsideAsn = Annotated[int, Field(ge=1, le=2_147_483_647)]
Encryption = Literal["AES128", "AES128-GCM-16", "AES256", "AES256-GCM-16"]
Integrity = Literal["SHA1", "SHA2-256", "SHA2-384", "SHA2-512"]
_WEAK_GROUPS: Final = frozenset({2, 22, 23, 24})
"""Source: https://www.rfc-editor.org/rfc/rfc8247#section-2.4"""
DhGroup = Literal[2, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24]


class Tunnels(Model):
    """What the two tunnels of a VPN may agree upon, in both phases; what is not said is strong."""

    ike_versions: tuple[Literal["ikev1", "ikev2"], ...] = Field(
        default=("ikev2",), min_length=1, description="Versions of the key exchange."
    )
    encryption_algorithms: tuple[Encryption, ...] = Field(
        default=("AES256", "AES256-GCM-16"), min_length=1, description="How packets are encrypted."
    )
    integrity_algorithms: tuple[Integrity, ...] = Field(
        default=("SHA2-256", "SHA2-384", "SHA2-512"), min_length=1, description="How it is seen that packets are whole."
    )
    dh_groups: tuple[DhGroup, ...] = Field(
        default=(19, 20, 21), min_length=1, description="Diffie-Hellman groups; 19 to 21 are elliptic curves."
    )

    @property
    def weak(self) -> tuple[str, ...]:
        """What of it is broken, or nearly."""
        found = {*self.ike_versions, *self.integrity_algorithms} & {"ikev1", "SHA1"}
        return (*sorted(found), *(f"the group {group}" for group in sorted({*self.dh_groups} & _WEAK_GROUPS)))


class Vpn(Model):
    """A VPN to a device outside of AWS, by two tunnels. AWS makes its keys and keeps them in Secrets Manager."""

    address: PublicAddress | None = Field(default=None, description="The device's public address, such as 192.0.2.1.")
    asn: OutsideAsn | None = Field(
        default=None,
        description="The device's autonomous system number, if it tells its ranges by BGP; if not, static routes lead to it.",
    )
    certificate: Arn | None = Field(
        default=None,
        description="The device's private certificate in ACM, by ARN, in place of keys that both sides share.",
    )
    tunnels: Tunnels = Field(default_factory=Tunnels, description="What the tunnels may agree upon.")
    accelerated: bool = Field(default=False, description="Whether the tunnels end at AWS's nearest edge.")

    @model_validator(mode="after")
    def _there_is_somebody(self) -> Self:
        if self.address is None and self.certificate is None:
            raise refuse("the device's `address`, or its `certificate`")
        return self


class TransitInterface(Model):
    """A transit virtual interface of a Direct Connect connection that there is."""

    connection: Annotated[
        str, Matches(r"dx(?:con|lag)-[0-9a-z]+", "the id of a connection, such as 'dxcon-fg1234ab'")
    ] = Field(description="The connection's id.")
    vlan: int = Field(ge=1, le=4094, description="The number of its VLAN.")
    asn: OutsideAsn = Field(description="The other side's autonomous system number.")
    jumbo_frames: bool = Field(default=False, description="Whether frames have up to 8500 bytes.")
    region: Region | None = Field(
        default=None,
        description="The connection's region, in which the interface is made; the account's own if not said.",
    )


class DirectConnect(Model):
    """A Direct Connect gateway that is associated with the transit gateway."""

    asn: int = Field(description="Its private autonomous system number, another one than the transit gateways'.")
    allowed_prefixes: tuple[AnyCidr, ...] = Field(
        min_length=1, max_length=200, description="The ranges that the other side is told of."
    )
    interfaces: dict[Slug, TransitInterface] = Field(
        default_factory=dict, description="Transit virtual interfaces by slug."
    )
