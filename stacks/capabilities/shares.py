"""What an account shares with others, and what it takes from outside the organization."""

from collections.abc import Mapping, Sequence

from cdktf import TerraformProvider

from config.capabilities.accepted_shares import AcceptedShares
from config.capabilities.resolver import RESOLVER
from config.capabilities.shared_subnets import SharedVpc
from config.capabilities.shares import Share
from config.capabilities.transit_gateway import TRANSIT_GATEWAY
from constructs_lib.network.ipam import IpamConstruct
from constructs_lib.network.ram_share import RamShareConstruct
from constructs_lib.network.ram_share_accepter import RamShareAccepterConstruct
from constructs_lib.network.shared_vpc import SharedVpcConstruct
from constructs_lib.network.shared_vpc_tags import SharedSubnetTags, SharedVpcTagsConstruct
from constructs_lib.network.transit_gateway import TransitGatewayConstruct
from stacks.capabilities.ipam import POOLS
from stacks.capabilities.network import VPC, vpc_name
from stacks.capabilities.prefix_lists import prefix_list
from stacks.capabilities.resolver import shared_arns
from stacks.capabilities.service_networks import service_network
from stacks.capabilities.transit_gateway import GATEWAY, gateway_part, slugged_part
from stacks.parts import part, vpc_part
from stacks.references import node_key
from stacks.scope import AccountScope


def add(stack: AccountScope, shares: Sequence[Share]) -> None:
    """Add what the account shares."""
    gateway = TRANSIT_GATEWAY.of(stack.inputs)
    for share in shares:
        _share(stack, share, f"share-{share.slug}", _resources(stack, share))
        for region in gateway.every(stack.account.region) if gateway and share.transit_gateway else ():
            if region != stack.account.region:  # RAM shares in the region of what it shares
                id_ = gateway_part(stack, GATEWAY, region)
                resources = {GATEWAY: part(stack, id_, TransitGatewayConstruct).transit_gateway_arn}
                _share(
                    stack, share, slugged_part(stack, f"share-{share.slug}", region), resources, stack.provider(region)
                )


def _share(
    stack: AccountScope,
    share: Share,
    id_: str,
    resources: Mapping[str, str],
    provider: TerraformProvider | None = None,
) -> None:
    RamShareConstruct(
        stack,
        id_,
        name=share.name,
        resources=resources,
        principals={
            **{node_key(node): stack.references.principal(node) for node in share.principals},
            **{f"external-{account_id}": account_id for account_id in share.external_principals},
        },
        allow_external_principals=share.allow_external_principals,
        provider=provider,
    )


def _resources(stack: AccountScope, share: Share) -> dict[str, str]:
    found = {_arn_key(arn): arn for arn in share.arns}
    if share.subnets:
        arns = part(stack, vpc_part(VPC, share.vpc), SharedVpcConstruct).subnet_arns
        found |= {f"subnet-{slug}": arns[slug] for slug in share.subnets}
    if share.transit_gateway:
        found[GATEWAY] = part(stack, GATEWAY, TransitGatewayConstruct).transit_gateway_arn
    if share.ipam_pools:
        arns = part(stack, POOLS, IpamConstruct).pool_arns
        found |= {f"pool-{region}": arns[region] for region in share.ipam_pools}
    found |= {f"prefix-list-{slug}": prefix_list(stack, slug).prefix_list_arn for slug in share.prefix_lists}
    found |= {
        f"service-network-{slug}": service_network(stack, slug).service_network_arn for slug in share.service_networks
    }
    resolver = RESOLVER.of(stack.organization)
    if share.resolver and resolver:
        found |= shared_arns(stack, resolver)
    return found


def _arn_key(arn: str) -> str:
    """What identifies an ARN in this account: service and resource."""
    _, _, service, _, _, resource = arn.split(":", 5)
    return f"{service}-{resource}".replace("/", "-").replace(":", "-")


def tag(stack: AccountScope, vpcs: Sequence[SharedVpc]) -> None:
    """Add names and tags of what other accounts share of their VPCs."""
    for vpc in vpcs:
        name = vpc_name(stack, vpc.slug)
        SharedVpcTagsConstruct(
            stack,
            vpc_part(f"shared-{vpc.account.slug}-vpc", vpc.slug),
            owner_id=stack.references.account_id(vpc.account),
            tags={"Name": name},
            subnets={
                slug: SharedSubnetTags(subnet.cidr, {**subnet.tags, "Name": subnet.name or f"{name}-{slug}"})
                for slug, subnet in sorted(vpc.subnets.items())
            },
            provider=stack.provider(vpc.account.region),
        )


def accept(stack: AccountScope, accepted: AcceptedShares) -> None:
    """Accept shares from outside the organization."""
    for slug, arn in sorted(accepted.shares.items()):
        region = arn.split(":")[3]
        RamShareAccepterConstruct(stack, f"accepted-share-{slug}", share_arn=arn, provider=stack.provider(region))
