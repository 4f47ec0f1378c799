"""Gateway Load Balancers in an account's VPCs."""

from collections.abc import Mapping

from cdktf import TerraformOutput

from config.capabilities.gateway_load_balancers import Balancer
from constructs_lib.network.gateway_load_balancer import ApplianceHealthCheck, GatewayLoadBalancerConstruct
from constructs_lib.network.shared_vpc import SharedVpcConstruct
from stacks.capabilities.network import VPC
from stacks.parts import part, vpc_part
from stacks.scope import AccountScope


def add(stack: AccountScope, balancers: Mapping[str, Balancer]) -> None:
    """Add each, with what whoever runs its appliances, and whoever connects to them, needs to know."""
    for slug, each in balancers.items():
        vpc = part(stack, vpc_part(VPC, each.said.vpc), SharedVpcConstruct)
        check = each.said.health_check
        stack.parts[_part(slug)] = made = GatewayLoadBalancerConstruct(
            stack,
            _part(slug),
            name=slug,
            vpc_id=vpc.vpc_id,
            subnet_ids=[vpc.subnet_ids[subnet] for _, subnet in sorted(each.subnets.items())],
            account_ids=[stack.references.account_id(account) for account in each.accounts],
            targets=each.said.targets,
            health_check=ApplianceHealthCheck(check.protocol, check.port, check.path, check.interval_seconds),
            cross_zone=each.said.cross_zone,
            delete_protection=each.said.delete_protection,
            partition=stack.organization.partition,
        )
        TerraformOutput(
            stack,
            f"target_group_{slug}",
            value=made.target_group_arn,
            description=f"The target group that the appliances of {slug} are registered in.",
        )
        TerraformOutput(
            stack,
            f"endpoint_service_{slug}",
            value=made.service_name,
            description=f"The endpoint service by which VPCs of other accounts reach the appliances of {slug}.",
        )


def balancer(stack: AccountScope, slug: str) -> GatewayLoadBalancerConstruct:
    """One of the account's."""
    return part(stack, _part(slug), GatewayLoadBalancerConstruct)


def _part(slug: str) -> str:
    return f"gateway-load-balancer-{slug}"
