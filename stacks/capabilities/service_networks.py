"""Service networks of VPC Lattice."""

from collections.abc import Mapping, Sequence

from config.capabilities.network import MAIN
from config.capabilities.service_network_use import Joined
from constructs_lib.network.service_network import ServiceNetworkConstruct
from constructs_lib.network.service_network_association import ServiceNetworkAssociationConstruct
from constructs_lib.network.shared_vpc import SharedVpcConstruct
from stacks.capabilities.network import VPC
from stacks.parts import part, vpc_part
from stacks.scope import AccountScope


def add(stack: AccountScope, slugs: Sequence[str]) -> None:
    """Add the account's service networks."""
    for slug in slugs:
        id_ = _part(slug)
        stack.parts[id_] = ServiceNetworkConstruct(
            stack, id_, name=slug, organization_id=stack.references.organization_id
        )


def join(stack: AccountScope, joined: Mapping[str, Joined]) -> None:
    """Have the account's VPCs join service networks."""
    for slug, each in joined.items():
        ServiceNetworkAssociationConstruct(
            stack,
            vpc_part("services", slug),
            name=stack.organization.slug if slug == MAIN else f"{stack.organization.slug}-{slug}",
            vpc_id=part(stack, vpc_part(VPC, slug), SharedVpcConstruct).vpc_id,
            allowed=each.allowed,
            ports=each.said.ports,
            service_network=None if each.share else service_network(stack, each.said.name).service_network_arn,
            share=each.share,
        )


def service_network(stack: AccountScope, slug: str) -> ServiceNetworkConstruct:
    """One of the account's service networks."""
    return part(stack, _part(slug), ServiceNetworkConstruct)


def _part(slug: str) -> str:
    return f"service-network-{slug}"
