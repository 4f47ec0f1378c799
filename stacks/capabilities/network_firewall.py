"""Firewalls in an account's VPCs."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import Final

from config.capabilities.firewall_policies import FIREWALL_POLICIES
from config.capabilities.logging import LOGGING
from config.capabilities.network import MAIN
from config.capabilities.network.vpc import Vpc
from constructs_lib.network.appliance_endpoints import ApplianceEndpointsConstruct
from constructs_lib.network.firewall_policy import FirewallPolicyConstruct, FirewallRuleGroup
from constructs_lib.network.firewall_route import FirewallRoute
from constructs_lib.network.internet_access import InternetAccessConstruct
from constructs_lib.network.network_firewall import NetworkFirewallConstruct
from constructs_lib.network.shared_vpc import SharedVpcConstruct
from stacks.capabilities.gateway_load_balancers import balancer
from stacks.capabilities.logging import log_bucket
from stacks.capabilities.network import INTERNET, VPC
from stacks.parts import part, vpc_part
from stacks.scope import AccountScope

_EVERYWHERE: Final = "0.0.0.0/0"


def add(stack: AccountScope, vpcs: Mapping[str, Vpc]) -> None:
    """Add the firewalls with their policies, and the routes through them."""
    policies = {slug: _policy(stack, slug) for slug in sorted({_named(vpc) for vpc in vpcs.values()})}
    archive = LOGGING.of(stack.organization)
    for slug, vpc in vpcs.items():
        if vpc.firewall is None or vpc.firewall.policy is None:
            raise ValueError(f"The VPC {slug} has no firewall, and the part `network.firewall` has it.")
        subnet_ids = part(stack, vpc_part(VPC, slug), SharedVpcConstruct).subnet_ids
        routes = part(stack, vpc_part(INTERNET, slug), InternetAccessConstruct)
        NetworkFirewallConstruct(
            stack,
            vpc_part("firewall", slug),
            name=stack.organization.slug if slug == MAIN else f"{stack.organization.slug}-{slug}",
            vpc_id=part(stack, vpc_part(VPC, slug), SharedVpcConstruct).vpc_id,
            policy_arn=policies[vpc.firewall.policy].policy_arn,
            subnet_ids={zone: subnet_ids[subnet] for zone, subnet in vpc.firewall_subnets.items()},
            routes=dict(_routes(vpc, routes.route_table_ids)),
            logs=vpc.firewall.logs if archive else (),
            log_bucket=log_bucket(stack.references) if archive else None,
            delete_protection=vpc.firewall.delete_protection,
        )


def add_appliances(stack: AccountScope, vpcs: Mapping[str, Vpc]) -> None:
    """Add the endpoints of appliances, and the routes through them."""
    for slug, vpc in vpcs.items():
        subnet_ids = part(stack, vpc_part(VPC, slug), SharedVpcConstruct).subnet_ids
        routes = part(stack, vpc_part(INTERNET, slug), InternetAccessConstruct)
        ApplianceEndpointsConstruct(
            stack,
            vpc_part("appliances", slug),
            name=stack.organization.slug if slug == MAIN else f"{stack.organization.slug}-{slug}",
            vpc_id=part(stack, vpc_part(VPC, slug), SharedVpcConstruct).vpc_id,
            service_name=_service(stack, vpc),
            subnet_ids={zone: subnet_ids[subnet] for zone, subnet in vpc.firewall_subnets.items()},
            routes=dict(_routes(vpc, routes.route_table_ids)),
        )


def _service(stack: AccountScope, vpc: Vpc) -> str:
    if vpc.firewall is None or not vpc.firewall.appliances:
        raise ValueError("A VPC without appliances is in the part `network.firewall.endpoint_service`.")
    name = vpc.firewall.gateway_load_balancer
    return balancer(stack, name).service_name if name else vpc.firewall.endpoint_service or ""


def _named(vpc: Vpc) -> str:
    return (vpc.firewall.policy if vpc.firewall else None) or ""


def _policy(stack: AccountScope, slug: str) -> FirewallPolicyConstruct:
    policy = (FIREWALL_POLICIES.of(stack.organization) or {})[slug]
    return FirewallPolicyConstruct(
        stack,
        f"firewall-policy-{slug}",
        name=f"{stack.organization.slug}-{slug}",
        region=stack.account.region,
        rule_groups={
            key: FirewallRuleGroup(
                priority=group.priority,
                capacity=group.capacity,
                rules=group.rules,
                domains=group.domains,
                type=group.type,
                managed=group.managed,
            )
            for key, group in policy.rule_groups.items()
        },
        default_actions=policy.default_actions,
        home_net=policy.home_net,
        partition=stack.organization.partition,
    )


def _routes(vpc: Vpc, tables: Mapping[str, str]) -> Iterator[tuple[str, FirewallRoute]]:
    """What comes by the transit gateway goes to the firewall, wherever to; what comes from the internet, if it is an answer."""
    beyond = sorted(set(vpc.attachment.destinations)) if vpc.attachment else []
    for name, id_ in sorted(tables.items()):
        tier, _, zone = name.partition("-")
        destinations = {"attachment": [_EVERYWHERE], "public": beyond}.get(tier, [])
        for destination in destinations:
            key = str(IPv4Network(destination)).replace(".", "-").replace("/", "-")
            yield f"{name}-{key}", FirewallRoute(id_, zone, destination)
