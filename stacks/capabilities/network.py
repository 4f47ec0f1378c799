"""An account's VPC, and what it shares of it and otherwise."""

from typing import TYPE_CHECKING

from config.nodes import Account, Node, Organization, Share
from constructs_lib.network.ram_share import RamShareConstruct
from constructs_lib.network.shared_vpc import SharedVpcConstruct
from constructs_lib.network.subnets import VpcSubnet
from stacks.capabilities.capability import Capability

if TYPE_CHECKING:
    from stacks.account import AccountStack


def _has(organization: Organization, account: Account) -> bool:
    network = account.settings.network
    return bool(network and network.enabled) or any(share.account is account for share in organization.shares.values())


def _add(stack: "AccountStack") -> None:
    """Add the account's VPC, then its shares, which may hold subnets of it."""
    vpc = _vpc(stack)
    for share in stack.organization.shares.values():
        if share.account is stack.account:
            _share(stack, share, vpc)


def _vpc(stack: "AccountStack") -> SharedVpcConstruct | None:
    network = stack.account.settings.network
    if network is None or not network.enabled:
        return None
    return SharedVpcConstruct(
        stack,
        "vpc",
        name=stack.organization.slug,
        cidr_block=network.cidr,
        subnets=[
            VpcSubnet(slug, f"{stack.account.region}{subnet.zone}", subnet.cidr)
            for slug, subnet in sorted(network.subnets.items())
        ],
    )


def _share(stack: "AccountStack", share: Share, vpc: SharedVpcConstruct | None) -> None:
    subnets = {f"subnet-{slug}": vpc.subnet_arns[slug] for slug in share.subnets} if vpc else {}
    RamShareConstruct(
        stack,
        f"share-{share.slug}",
        name=share.name,
        resources={**subnets, **{_arn_key(arn): arn for arn in share.arns}},
        principals={
            **{_node_key(node): stack.references.principal(node) for node in share.principals},
            **{f"external-{account_id}": account_id for account_id in share.external_principals},
        },
        allow_external_principals=share.allow_external_principals,
    )


def _node_key(node: Node) -> str:
    return node.slug if node.kind == "root" else f"{node.kind}-{node.slug}"


def _arn_key(arn: str) -> str:
    """What identifies an ARN in this account: service and resource."""
    _, _, service, _, _, resource = arn.split(":", 5)
    return f"{service}-{resource}".replace("/", "-").replace(":", "-")


NETWORK = Capability(
    "network",
    _has,
    _add,
    frozenset(
        {
            "aws_default_security_group",
            "aws_ram_principal_association",
            "aws_ram_resource_association",
            "aws_ram_resource_share",
            "aws_subnet",
            "aws_vpc",
        }
    ),
)
