"""An account's VPC: subnets, ways in and out, flow logs."""

from typing import Final

from cdktf_cdktf_provider_aws.data_aws_ec2_transit_gateway import (
    DataAwsEc2TransitGateway,
    DataAwsEc2TransitGatewayFilter,
)

from config.capabilities.logging import LOGGING
from config.capabilities.network import Attachment, Network
from config.model.base import enabled
from constructs_lib.network.flow_logs import FlowLogsConstruct
from constructs_lib.network.internet_access import InternetAccessConstruct, RoutedSubnet
from constructs_lib.network.shared_vpc import SharedVpcConstruct
from constructs_lib.network.subnets import VpcSubnet
from constructs_lib.network.transit_gateway import TransitGatewayConstruct
from constructs_lib.network.transit_gateway_attachment import TransitGatewayAttachmentConstruct
from constructs_lib.network.vpc_endpoints import VpcEndpointsConstruct
from stacks.capabilities.logging import log_bucket
from stacks.capabilities.transit_gateway import GATEWAY, gateway_owner
from stacks.parts import part
from stacks.scope import AccountScope

VPC: Final = "vpc"


def add(stack: AccountScope, network: Network) -> None:
    """Add the VPC, its ways in and out, endpoints, flow logs and attachment."""
    name = stack.organization.slug
    vpc = SharedVpcConstruct(
        stack,
        VPC,
        name=name,
        cidr_block=network.cidr,
        subnets=[
            VpcSubnet(slug, f"{stack.account.region}{subnet.zone}", subnet.cidr)
            for slug, subnet in sorted(network.subnets.items())
        ],
    )
    routes = InternetAccessConstruct(
        stack,
        "internet",
        name=name,
        vpc_id=vpc.vpc_id,
        subnets={
            slug: RoutedSubnet(vpc.subnet_ids[slug], subnet.zone, subnet.public)
            for slug, subnet in network.subnets.items()
        },
        nat=network.nat,
    )
    _add_endpoints(stack, network, vpc, routes)
    if enabled(network.flow_logs) and LOGGING.of(stack.organization):
        FlowLogsConstruct(
            stack,
            "flow-logs",
            name=name,
            vpc_id=vpc.vpc_id,
            bucket_arn=f"arn:{stack.organization.partition}:s3:::{log_bucket(stack.references)}",
            traffic=network.flow_logs.traffic,
            interval_seconds=network.flow_logs.interval_seconds,
        )
    attachment = enabled(network.attachment)
    if attachment:
        _attach(stack, network, attachment, vpc, routes)


def _add_endpoints(
    stack: AccountScope, network: Network, vpc: SharedVpcConstruct, routes: InternetAccessConstruct
) -> None:
    wanted, tables = network.endpoints, [id_ for _, id_ in sorted(routes.route_table_ids.items())]
    gateways = wanted.gateways if tables else ()
    if not wanted.enabled or not (gateways or wanted.interfaces):
        return
    VpcEndpointsConstruct(
        stack,
        "endpoints",
        name=stack.organization.slug,
        vpc_id=vpc.vpc_id,
        vpc_cidr=network.cidr,
        region=stack.account.region,
        gateways=gateways,
        route_table_ids=tables,
        interfaces=wanted.interfaces,
        subnet_ids=[vpc.subnet_ids[slug] for slug in network.one_a_zone(wanted.subnets)],
        organization_id=stack.references.organization_id if wanted.organization_only else None,
    )


def _attach(
    stack: AccountScope,
    network: Network,
    attachment: Attachment,
    vpc: SharedVpcConstruct,
    routes: InternetAccessConstruct,
) -> None:
    TransitGatewayAttachmentConstruct(
        stack,
        "attachment",
        name=f"{stack.organization.slug}-{stack.account.slug}",
        transit_gateway_id=_gateway_id(stack),
        vpc_id=vpc.vpc_id,
        subnet_ids=[vpc.subnet_ids[slug] for slug in network.one_a_zone(attachment.subnets)],
        route_table_ids=routes.route_table_ids,
        destinations=attachment.destinations,
    )


def _gateway_id(stack: AccountScope) -> str:
    """The transit gateway: of this account, or the one that its owner shares with this account."""
    owner = gateway_owner(stack.organization)
    if owner is stack.account:
        return part(stack, GATEWAY, TransitGatewayConstruct).transit_gateway_id
    filters = {"owner-id": stack.references.account_id(owner), "state": "available"}
    return DataAwsEc2TransitGateway(
        stack,
        GATEWAY,
        filter=[DataAwsEc2TransitGatewayFilter(name=name, values=[value]) for name, value in filters.items()],
    ).id
