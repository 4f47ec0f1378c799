"""A router between networks of several accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.ec2_transit_gateway import Ec2TransitGateway
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed

if TYPE_CHECKING:
    from cdktf import TerraformProvider

_ASN_16_BIT = range(64512, 65535)
_ASN_32_BIT = range(4_200_000_000, 4_294_967_295)


@typed
class TransitGatewayConstruct(Construct):
    """A transit gateway, to be shared by RAM; whoever it is shared with can attach a VPC.

    Children: ``Resource``.

    Args:
        scope: Where the transit gateway lives: the network account.
        id_: The construct's id.
        name: Its name tag.
        asn: Its private autonomous system number, for VPN and Direct Connect. Default: 64512.
        accept_attachments: Whether attachments from accounts it is shared with are accepted by themselves. Safe as long
            as it is shared within the organization. Default: yes.
        connect_all: Whether every attachment can reach every other. Default: no; then route tables say who can.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If the number is no private one.

    Example:
        >>> gateway = TransitGatewayConstruct(stack, "TransitGateway", name="hub")
        >>> RamShareConstruct(stack, "share", name="hub", resources={"hub": gateway.transit_gateway_arn}, principals=…)

    Source: https://docs.aws.amazon.com/vpc/latest/tgw/tgw-transit-gateways.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        asn: int = 64512,
        accept_attachments: bool = True,
        connect_all: bool = False,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        if asn not in _ASN_16_BIT and asn not in _ASN_32_BIT:
            raise InvalidValueError("asn", asn, expected="64512 to 65534, or 4200000000 to 4294967294")
        routing = "enable" if connect_all else "disable"
        self._gateway = Ec2TransitGateway(
            self,
            "Resource",
            description=name,
            amazon_side_asn=asn,
            auto_accept_shared_attachments="enable" if accept_attachments else "disable",
            default_route_table_association=routing,
            default_route_table_propagation=routing,
            dns_support="enable",
            vpn_ecmp_support="enable",
            tags={"Name": name},
            provider=provider,
        )

    @property
    def transit_gateway_id(self) -> str:
        """Its id, ``tgw-…``."""
        return self._gateway.id

    @property
    def transit_gateway_arn(self) -> str:
        """Its ARN, as `RamShareConstruct` takes it."""
        return self._gateway.arn
