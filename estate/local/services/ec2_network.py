"""EC2's networks, where moto forgets what it was told: how flow logs are written, the tags of transit gateway attachments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.subnets import Subnet
from moto.ec2.responses.dhcp_options import DHCPOptions
from moto.ec2.responses.flow_logs import FlowLogs
from moto.ec2.responses.route_tables import RouteTables
from moto.ec2.responses.transit_gateway_attachments import TransitGatewayAttachment

from estate.local.answers import AwsError
from estate.local.services.ec2 import extension
from estate.local.services.ram_reach import shared_resources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@extension.amends("A flow log keeps its file format and partitions.")
def _keep_destination_options() -> None:
    create = FlowLogs.create_flow_logs

    def create_with_options(self: FlowLogs) -> Any:
        answer, made = _made(self.ec2_backend.flow_logs, lambda: create(self))
        for flow_log in made:
            flow_log.destination_options = self._get_param("DestinationOptions")
        return answer

    FlowLogs.create_flow_logs = create_with_options  # type: ignore[method-assign]


@extension.amends("An attachment to a transit gateway keeps the tags that it is made with.")
def _keep_attachment_tags() -> None:
    create = TransitGatewayAttachment.create_transit_gateway_vpc_attachment

    def create_with_tags(self: TransitGatewayAttachment) -> Any:
        answer, made = _made(self.ec2_backend.transit_gateway_attachments, lambda: create(self))
        for attachment in made:
            attachment.add_tags(self._parse_tag_specification().get("transit-gateway-attachment", {}))
        return answer

    TransitGatewayAttachment.create_transit_gateway_vpc_attachment = create_with_tags  # type: ignore[method-assign]


@extension.amends("DHCP options keep the tags that they are made with.")
def _keep_dhcp_tags() -> None:
    create = DHCPOptions.create_dhcp_options

    def create_with_tags(self: DHCPOptions) -> Any:
        answer, made = _made(self.ec2_backend.dhcp_options_sets, lambda: create(self))
        for options in made:
            options.add_tags(self._parse_tag_specification().get("dhcp-options", {}))
        return answer

    DHCPOptions.create_dhcp_options = create_with_tags  # type: ignore[method-assign]


@extension.amends("A transit gateway is seen by the accounts that it is shared with, and is a target of their routes.")
def _show_shared_gateways() -> None:
    for name in ("describe_transit_gateways", "create_route", "replace_route"):
        setattr(EC2Backend, name, _with_shared_gateways(getattr(EC2Backend, name)))


def _with_shared_gateways(method: Callable[..., Any]) -> Callable[..., Any]:
    def found(self: EC2Backend, *arguments: Any, **named: Any) -> Any:
        own = self.transit_gateways
        shared = {
            gateway.id: gateway
            for owner, arn in shared_resources(self.account_id, self.partition, self.region_name)
            if ":transit-gateway/" in arn
            and (gateway := ec2_backends[owner][self.region_name].transit_gateways.get(arn.rpartition("/")[2]))
        }
        self.transit_gateways = {**own, **shared}
        try:
            return method(self, *arguments, **named)
        finally:
            self.transit_gateways = own

    return found


@extension.amends("A route that leads elsewhere can be led to an endpoint that inspects, as a firewall's.")
def _lead_routes_to_endpoints() -> None:
    replace = RouteTables.replace_route

    def replace_by_endpoint(self: RouteTables) -> Any:
        table = self.ec2_backend.get_route_table(self._get_param("RouteTableId"))
        answer = replace(self)
        for route in table.routes:
            if route.destination_cidr_block == self._get_param("DestinationCidrBlock"):
                route.vpc_endpoint_id = self._get_param("VpcEndpointId")
        return answer

    RouteTables.replace_route = replace_by_endpoint  # type: ignore[method-assign]


@extension.amends("Subnets are found by the association with their IPv6 range, and say its state as AWS does.")
def _show_ipv6_of_subnets() -> None:
    value_of = Subnet.get_filter_value

    def associations(self: Subnet) -> list[dict[str, Any]]:
        return [
            {**association, "ipv6CidrBlockState": {"state": "associated"}}
            for association in self.ipv6_cidr_block_associations.values()
            if association["ipv6CidrBlockState"]["State"] == "associated"
        ]

    def filter_value(self: Subnet, filter_name: str, method_name: str | None = None) -> Any:
        if filter_name == "ipv6-cidr-block-association.association-id":
            return [association["associationId"] for association in associations(self)]
        return value_of(self, filter_name, method_name)

    Subnet.ipv6_cidr_block_association_set = property(associations)  # type: ignore[assignment]
    Subnet.get_filter_value = filter_value  # type: ignore[method-assign]


@extension.amends("A VPC keeps its IPv6 range while subnets have parts of it.")
def _keep_ipv6_of_subnets() -> None:
    disassociate = EC2Backend.disassociate_vpc_cidr_block

    def disassociate_unused(self: EC2Backend, association_id: str) -> Any:
        for vpc in self.vpcs.values():
            if any(each["association_id"] == association_id for each in vpc.get_cidr_block_association_set(ipv6=True)):
                for subnet in self.describe_subnets(filters={"vpc-id": [vpc.id]}):
                    if subnet.ipv6_cidr_block_association_set:
                        raise AwsError("InvalidCidrBlock.InUse", f"{subnet.id} has a part of the VPC's IPv6 range.")
        return disassociate(self, association_id)

    EC2Backend.disassociate_vpc_cidr_block = disassociate_unused  # type: ignore[assignment]


def _made(kept: dict[str, Any], create: Callable[[], Any]) -> tuple[Any, Iterator[Any]]:
    """Call a function that makes something; return its answer and what it made."""
    before = set(kept)
    answer = create()
    return answer, (kept[id_] for id_ in set(kept) - before)
