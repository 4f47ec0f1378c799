"""A dedicated line to a network outside of AWS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cdktf import Fn, Op, TerraformLocal
from cdktf_cdktf_provider_aws.data_aws_ec2_transit_gateway_dx_gateway_attachment import (
    DataAwsEc2TransitGatewayDxGatewayAttachment,
)
from cdktf_cdktf_provider_aws.dx_gateway import DxGateway
from cdktf_cdktf_provider_aws.dx_gateway_association import DxGatewayAssociation
from cdktf_cdktf_provider_aws.dx_transit_virtual_interface import DxTransitVirtualInterface
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_between, require_match, require_network, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider

_MOST_PREFIXES: Final = 200
_LARGEST_ASN: Final = 2_147_483_647
_LARGEST_VLAN: Final = 4094
_JUMBO: Final = 8500
_MTU: Final = 1500


@typed
@dataclass(frozen=True)
class TransitInterface:
    """A transit virtual interface: a VLAN of a Direct Connect connection, in which both sides speak BGP.

    Args:
        connection_id: The connection, ``dxcon-…`` or ``dxlag-…``, which there is already.
        vlan: The VLAN's number, 1 to 4094.
        asn: The other side's autonomous system number, 1 to 2147483647.
        jumbo_frames: Whether frames have up to 8500 bytes. Default: 1500.
    """

    connection_id: str
    vlan: int
    asn: int
    jumbo_frames: bool = False


@typed
class DirectConnectConstruct(Construct):
    """A Direct Connect gateway, associated with a transit gateway, and the virtual interfaces that end at it.

    AWS makes the key by which both sides know each other (BGP's MD5). Terraform's state has it: whoever reads that can
    pretend to be one of them to whoever can tap the line.

    Children: ``Gateway``, ``Association``, ``Attachment`` (what is looked up; ``TransitGatewayId`` and
    ``GatewayId`` say by what), ``interface-<slug>`` per interface.

    Args:
        scope: A stack of the account that has the transit gateway.
        id_: The construct's id.
        name: The gateway's name.
        asn: Its private autonomous system number, another one than the transit gateway's.
        transit_gateway_id: The transit gateway.
        allowed_prefixes: The ranges that the other side is told of, at most 200.
        interfaces: Virtual interfaces by slug. Default: none.
        providers: The providers of those whose connection is in another region, by the interface's slug. Default: none.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If there are no ranges, or too many, or AWS would refuse a number or an id.

    Example:
        >>> DirectConnectConstruct(
        ...     stack, "hq", name="hub-hq", asn=64520, transit_gateway_id=gateway.transit_gateway_id,
        ...     allowed_prefixes=["10.0.0.0/8"], interfaces={"a": TransitInterface("dxcon-fg1234ab", 101, 65020)},
        ... )

    Source: https://docs.aws.amazon.com/directconnect/latest/UserGuide/direct-connect-transit-gateways.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        asn: int,
        transit_gateway_id: str,
        allowed_prefixes: Sequence[str],
        interfaces: Mapping[str, TransitInterface] | None = None,
        providers: Mapping[str, TerraformProvider] | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        _refuse(allowed_prefixes, interfaces or {})
        gateway = DxGateway(self, "Gateway", name=name, amazon_side_asn=str(asn), provider=provider)
        association = DxGatewayAssociation(
            self,
            "Association",
            dx_gateway_id=gateway.id,
            associated_gateway_id=transit_gateway_id,
            allowed_prefixes=sorted(allowed_prefixes),
            provider=provider,
        )
        self._attachment = DataAwsEc2TransitGatewayDxGatewayAttachment(
            self,
            "Attachment",
            transit_gateway_id=self._associated("TransitGatewayId", association, association.associated_gateway_id),
            dx_gateway_id=self._associated("GatewayId", association, association.dx_gateway_id),
            provider=provider,
        )
        for slug, interface in sorted((interfaces or {}).items()):
            DxTransitVirtualInterface(
                self,
                f"interface-{require_slug('interfaces', slug)}",
                name=f"{name}-{slug}",
                connection_id=interface.connection_id,
                dx_gateway_id=gateway.id,
                vlan=interface.vlan,
                address_family="ipv4",
                bgp_asn=interface.asn,
                mtu=_JUMBO if interface.jumbo_frames else _MTU,
                tags={"Name": f"{name}-{slug}"},
                provider=(providers or {}).get(slug, provider),
            )

    def _associated(self, id_: str, association: DxGatewayAssociation, value: str) -> str:
        """What is known once there is the association.

        Terraform looks up while applying whatever names a resource that changes, and would then replace the routes to it. By a local
        value, that is so where the association is made and has no id yet, but not where the ranges or the transit gateway change.

        Source: https://developer.hashicorp.com/terraform/language/data-sources
        """
        there = Op.neq(association.dx_gateway_association_id, Fn.raw_string(""))
        return TerraformLocal(self, id_, Fn.conditional(there, value, "")).as_string

    @property
    def attachment_id(self) -> str:
        """Its attachment to the transit gateway, ``tgw-attach-…``. It is looked up: while applying, if the association is made then."""
        return self._attachment.id


def _refuse(prefixes: Sequence[str], interfaces: Mapping[str, TransitInterface]) -> None:
    if not 1 <= len(prefixes) <= _MOST_PREFIXES:
        raise InvalidValueError("allowed_prefixes", list(prefixes), expected=f"1 to {_MOST_PREFIXES} ranges")
    for prefix in prefixes:
        require_network("allowed_prefixes", prefix, 0, 32)
    for slug, interface in interfaces.items():
        where = f"interfaces[{slug!r}]"
        expected = "a connection's id, such as 'dxcon-fg1234ab'"
        require_match(f"{where}.connection_id", interface.connection_id, r"dx(?:con|lag)-[0-9a-z]+", expected=expected)
        require_between(f"{where}.vlan", interface.vlan, 1, _LARGEST_VLAN)
        require_between(f"{where}.asn", interface.asn, 1, _LARGEST_ASN)
