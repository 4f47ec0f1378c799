"""What connects the transit gateways of two regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.ec2_transit_gateway_peering_attachment import Ec2TransitGatewayPeeringAttachment
from cdktf_cdktf_provider_aws.ec2_transit_gateway_peering_attachment_accepter import (
    Ec2TransitGatewayPeeringAttachmentAccepter,
)
from constructs import Construct

from constructs_lib.typed import typed

if TYPE_CHECKING:
    from cdktf import TerraformProvider


@typed
class TransitGatewayPeeringConstruct(Construct):
    """Connects two transit gateways of an account that are in different regions. AWS encrypts what goes through.

    Both route tables lead through it by static routes to `attachment_id`, which is the same on both sides.

    Children: ``Resource`` (who asks), ``Accepter``.

    Args:
        scope: A stack of the account that has both, or a construct in it.
        id_: The construct's id.
        name: The attachment's name tag, on both sides.
        transit_gateway_id: The one that asks.
        peer_transit_gateway_id: The one that accepts.
        peer_region: Its region.
        peer_provider: The provider for that region.
        provider: Account and region of the one that asks. Default: the stack's provider.

    Example:
        >>> TransitGatewayPeeringConstruct(
        ...     stack, "peering", name="hub", transit_gateway_id=hub.transit_gateway_id,
        ...     peer_transit_gateway_id=far.transit_gateway_id, peer_region="us-east-1", peer_provider=stack.provider("us-east-1"),
        ... )

    Source: https://docs.aws.amazon.com/vpc/latest/tgw/tgw-peering.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        transit_gateway_id: str,
        peer_transit_gateway_id: str,
        peer_region: str,
        peer_provider: TerraformProvider,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        asked = Ec2TransitGatewayPeeringAttachment(
            self,
            "Resource",
            transit_gateway_id=transit_gateway_id,
            peer_transit_gateway_id=peer_transit_gateway_id,
            peer_region=peer_region,
            tags={"Name": name},
            provider=provider,
        )
        self._accepter = Ec2TransitGatewayPeeringAttachmentAccepter(
            self,
            "Accepter",
            transit_gateway_attachment_id=asked.id,
            tags={"Name": name},
            provider=peer_provider,
        )

    @property
    def attachment_id(self) -> str:
        """Its id, ``tgw-attach-…``, in both regions, once it is accepted: before, AWS associates no route table with it."""
        return self._accepter.id
