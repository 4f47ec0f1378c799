"""An account's VPCs: subnets, ways in and out, flow logs."""

from typing import Final

from cdktf_cdktf_provider_aws.data_aws_ec2_transit_gateway import (
    DataAwsEc2TransitGateway,
    DataAwsEc2TransitGatewayFilter,
)

from config.capabilities.endpoint_policies import ENDPOINT_POLICIES
from config.capabilities.logging import LOGGING
from config.capabilities.network import MAIN, Network
from config.capabilities.network.endpoints import Endpoints
from config.capabilities.network.parts import Attachment, Subnet
from config.capabilities.network.vpc import Vpc
from config.capabilities.transit_gateway import TRANSIT_GATEWAY
from config.capabilities.transit_gateway.tables import PRIVATE
from config.model.base import enabled
from constructs_lib.network.dhcp_options import DhcpOptionsConstruct
from constructs_lib.network.endpoint_zones import EndpointZonesConstruct
from constructs_lib.network.flow_logs import FlowLogsConstruct
from constructs_lib.network.internet_access import InternetAccessConstruct, RoutedSubnet
from constructs_lib.network.shared_vpc import SharedVpcConstruct
from constructs_lib.network.subnets import VpcSubnet
from constructs_lib.network.transit_gateway import TransitGatewayConstruct
from constructs_lib.network.transit_gateway_attachment import TransitGatewayAttachmentConstruct
from constructs_lib.network.vpc_endpoints import VpcEndpointsConstruct
from constructs_lib.policies.document import PolicyDocument
from stacks.capabilities.ipam import pool_id
from stacks.capabilities.logging import log_bucket
from stacks.capabilities.transit_gateway import ATTACHMENT, GATEWAY, gateway_owner
from stacks.parts import part, vpc_part
from stacks.scope import AccountScope
from stacks.variables import of_account

VPC: Final = "vpc"
INTERNET: Final = "internet"
ENDPOINT_ZONES: Final = "endpoint-zones"


def add(stack: AccountScope, network: Network) -> None:
    """Add the VPCs, each with its ways in and out, endpoints, flow logs and attachment."""
    for slug, vpc in network.every.items():
        _add_vpc(stack, slug, vpc)


def vpc_name(stack: AccountScope, slug: str) -> str:
    """The name tag of a VPC, of this account or another one."""
    return stack.organization.slug if slug == MAIN else f"{stack.organization.slug}-{slug}"


def _add_vpc(stack: AccountScope, slug: str, wanted: Vpc) -> None:
    name = vpc_name(stack, slug)
    numbers = wanted.ipv6_numbers
    id_ = vpc_part(VPC, slug)
    stack.parts[id_] = vpc = SharedVpcConstruct(
        stack,
        id_,
        name=name,
        cidr_block=wanted.cidr,
        subnets=[
            VpcSubnet(
                key,
                f"{stack.account.region}{subnet.zone}",
                subnet.cidr,
                subnet.name,
                subnet.tags,
                ipv6_number=numbers.get(key),
                # In public ones machines are reached by it: only those that ask for one.
                ipv6_for_all=not subnet.public,
            )
            for key, subnet in sorted(wanted.subnets.items())
        ],
        secondary_cidr_blocks=wanted.secondary_cidrs,
        ipam_pool_id=pool_id(stack, wanted.ipam_pool) if wanted.ipam_pool else None,
        ipv6=enabled(wanted.ipv6) is not None,
    )
    routes = InternetAccessConstruct(
        stack,
        vpc_part(INTERNET, slug),
        name=name,
        vpc_id=vpc.vpc_id,
        subnets={
            key: RoutedSubnet(
                vpc.subnet_ids[key],
                subnet.zone,
                subnet.public,
                _tier(wanted, subnet),
                wanted.translated(subnet),
            )
            for key, subnet in wanted.subnets.items()
        },
        nat=wanted.nat,
        ipv6=bool(numbers),
        ipv6_egress=wanted.ipv6_egress,
    )
    _add_endpoints(stack, slug, name, wanted, vpc, routes)
    if options := enabled(wanted.dhcp_options):
        DhcpOptionsConstruct(
            stack,
            vpc_part("dhcp-options", slug),
            name=name,
            vpc_id=vpc.vpc_id,
            domain_name=options.domain_name,
            domain_name_servers=options.domain_name_servers,
            ntp_servers=options.ntp_servers,
        )
    if enabled(wanted.flow_logs) and LOGGING.of(stack.organization):
        FlowLogsConstruct(
            stack,
            vpc_part("flow-logs", slug),
            name=name,
            vpc_id=vpc.vpc_id,
            bucket_arn=f"arn:{stack.organization.partition}:s3:::{log_bucket(stack.references)}",
            traffic=wanted.flow_logs.traffic,
            interval_seconds=wanted.flow_logs.interval_seconds,
            fields=wanted.flow_logs.fields,
        )
    attachment = enabled(wanted.attachment)
    if attachment:
        _attach(stack, slug, wanted, attachment, vpc, routes)


def _add_endpoints(
    stack: AccountScope,
    slug: str,
    name: str,
    network: Vpc,
    vpc: SharedVpcConstruct,
    routes: InternetAccessConstruct,
) -> None:
    # Behind a firewall only the NAT gateways, since nobody beyond the VPC gets through such an endpoint.
    start = "public" if enabled(network.firewall) else ""
    ids = sorted(routes.route_table_ids.items())
    wanted, tables = network.endpoints, [id_ for name, id_ in ids if name.startswith(start)]
    gateways = wanted.gateways if tables else ()
    if not wanted.enabled or not (gateways or wanted.interfaces):
        return
    central = network.has_central
    allowed = wanted.allowed or (PRIVATE.values() if central else ())
    endpoints = VpcEndpointsConstruct(
        stack,
        vpc_part("endpoints", slug),
        name=name,
        vpc_id=vpc.vpc_id,
        vpc_cidr=network.cidr,
        region=stack.account.region,
        gateways=gateways,
        route_table_ids=tables,
        interfaces=wanted.interfaces,
        subnet_ids=[vpc.subnet_ids[key] for key in network.one_a_zone(wanted.subnets)],
        allowed=allowed,
        private_dns=not central,
        organization_id=stack.references.organization_id if wanted.organization_only else None,
        policies=_policies(stack, wanted),
    )
    if central:
        EndpointZonesConstruct(
            stack,
            vpc_part(ENDPOINT_ZONES, slug),
            vpc_id=vpc.vpc_id,
            region=stack.account.region,
            endpoints=endpoints.endpoint_names,
        )


def _policies(stack: AccountScope, endpoints: Endpoints) -> dict[str, PolicyDocument]:
    """What can be done by the endpoints that have a policy of their own."""
    known = ENDPOINT_POLICIES.of(stack.organization) or {}
    named = {service: endpoints.policy_of(service) for service in (*endpoints.gateways, *endpoints.interfaces)}
    return {service: of_account(stack, known[slug]) for service, slug in named.items() if slug}


def _attach(
    stack: AccountScope,
    slug: str,
    network: Vpc,
    attachment: Attachment,
    vpc: SharedVpcConstruct,
    routes: InternetAccessConstruct,
) -> None:
    gateway = TRANSIT_GATEWAY.of(stack.inputs)
    TransitGatewayAttachmentConstruct(
        stack,
        vpc_part(ATTACHMENT, slug),
        name=vpc_part(f"{stack.organization.slug}-{stack.account.slug}", slug),
        transit_gateway_id=_gateway_id(stack),
        vpc_id=vpc.vpc_id,
        subnet_ids=[vpc.subnet_ids[key] for key in network.one_a_zone(attachment.subnets, "attachment")],
        route_table_ids=_beyond(network, routes),
        destinations=attachment.destinations,
        inside=[table for table in routes.route_table_ids if table.startswith("data-")],
        appliance_mode=attachment.appliance_mode,
        default_route_tables=not (gateway and gateway.routes),
    )


def _tier(vpc: Vpc, subnet: Subnet) -> str | None:
    """What a subnet's route table is for, if it has one beside those that all VPCs have."""
    if subnet.public:  # a firewall answers by the zone that was asked from
        return "public" if enabled(vpc.firewall) else None
    return None if subnet.tier == "private" else subnet.tier


def _beyond(vpc: Vpc, routes: InternetAccessConstruct) -> dict[str, str]:
    """The route tables that lead to the transit gateway; with a firewall, only what that let through."""
    start = "firewall-" if enabled(vpc.firewall) else ""
    return {name: id_ for name, id_ in routes.route_table_ids.items() if name.startswith(start)}


def _gateway_id(stack: AccountScope) -> str:
    """The transit gateway: of this account, or the one that its owner shares with this account."""
    owner = gateway_owner(stack.organization)
    if owner is stack.account:
        return part(stack, GATEWAY, TransitGatewayConstruct).transit_gateway_id
    found = stack.node.try_find_child(GATEWAY)
    if isinstance(found, DataAwsEc2TransitGateway):  # another VPC of this account asked for it
        return found.id
    filters = {"owner-id": stack.references.account_id(owner), "state": "available"}
    return DataAwsEc2TransitGateway(
        stack,
        GATEWAY,
        filter=[DataAwsEc2TransitGatewayFilter(name=name, values=[value]) for name, value in filters.items()],
    ).id
