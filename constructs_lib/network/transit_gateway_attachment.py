"""A VPC's way to the other networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.ec2_transit_gateway_vpc_attachment import Ec2TransitGatewayVpcAttachment
from cdktf_cdktf_provider_aws.route import Route
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_network, require_slug

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from cdktf import TerraformProvider


@typed
class TransitGatewayAttachmentConstruct(Construct):
    """Attaches a VPC to a transit gateway of this or another account and routes networks to it.

    Children: ``Resource`` (the attachment), ``route-<table>-<network>`` per route table and destination.

    Args:
        scope: Where the VPC lives.
        id_: The construct's id.
        name: The attachment's name tag.
        transit_gateway_id: The transit gateway, which must be shared with the account.
        vpc_id: The VPC.
        subnet_ids: One subnet in each zone that shall be reached.
        route_table_ids: Slug to id of the route tables that get the routes. Default: none.
        destinations: The networks that lie beyond the transit gateway. Default: none.
        inside: The slugs of those route tables that get no way to everywhere (0.0.0.0/0). Default: none.
        appliance_mode: Whether both directions of a connection come in by the same zone, as firewalls in the VPC need it.
            Default: no.
        default_route_tables: Whether the transit gateway's default route tables are for it, if there are any. Only where the
            account has the transit gateway. Default: yes.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If there is no subnet, or a destination is no network.

    Example:
        >>> TransitGatewayAttachmentConstruct(
        ...     stack, "Hub", name="production", transit_gateway_id=hub_id, vpc_id=vpc.vpc_id,
        ...     subnet_ids=list(vpc.subnet_ids.values()), route_table_ids=internet.route_table_ids,
        ...     destinations=["10.0.0.0/8"],
        ... )

    Source: https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        transit_gateway_id: str,
        vpc_id: str,
        subnet_ids: Sequence[str],
        route_table_ids: Mapping[str, str] | None = None,
        destinations: Sequence[str] = (),
        inside: Collection[str] = (),
        appliance_mode: bool = False,
        default_route_tables: bool = True,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        if not subnet_ids:
            raise InvalidValueError("subnet_ids", list(subnet_ids), expected="a subnet in each zone")
        self._attachment = Ec2TransitGatewayVpcAttachment(
            self,
            "Resource",
            transit_gateway_id=transit_gateway_id,
            vpc_id=vpc_id,
            subnet_ids=list(subnet_ids),
            dns_support="enable",
            appliance_mode_support="enable" if appliance_mode else None,
            transit_gateway_default_route_table_association=None if default_route_tables else False,
            transit_gateway_default_route_table_propagation=None if default_route_tables else False,
            tags={"Name": name},
            provider=provider,
        )
        for slug, table_id in sorted((route_table_ids or {}).items()):
            require_slug("route_table_ids", slug)
            for destination in sorted(set(destinations)):
                network = require_network("destinations", destination, 0, 32)
                if slug in inside and not network.prefixlen:
                    continue
                Route(
                    self,
                    f"route-{slug}-{str(network).replace('.', '-').replace('/', '-')}",
                    route_table_id=table_id,
                    destination_cidr_block=destination,
                    transit_gateway_id=transit_gateway_id,
                    depends_on=[self._attachment],
                    provider=provider,
                )

    @property
    def attachment_id(self) -> str:
        """The attachment's id, ``tgw-attach-…``."""
        return self._attachment.id
