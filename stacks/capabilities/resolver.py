"""The organization's Route 53 Resolver, and the VPCs that use it."""

from typing import Final

from config.capabilities.dns import DNS
from config.capabilities.logging import LOGGING
from config.capabilities.network import NETWORK
from config.capabilities.resolver import RESOLVER, Resolver, ResolverEndpointEntry, endpoint_subnets
from config.capabilities.resolver_use import ResolverUse
from constructs_lib.network.dns_firewall import DnsFirewallConstruct, DnsFirewallRule
from constructs_lib.network.dns_profile import DnsProfileConstruct
from constructs_lib.network.endpoint_zones import EndpointZonesConstruct
from constructs_lib.network.private_zone import PrivateZoneConstruct
from constructs_lib.network.query_log_group import QueryLogGroupConstruct
from constructs_lib.network.resolver_endpoint import ResolverEndpointConstruct
from constructs_lib.network.resolver_query_log import ResolverQueryLogConstruct
from constructs_lib.network.resolver_rules import ForwardingRule, ResolverRulesConstruct
from constructs_lib.network.resolver_use import ResolverUseConstruct, SharedResolverUseConstruct
from constructs_lib.network.shared_vpc import SharedVpcConstruct
from stacks.capabilities.dns import private_zone
from stacks.capabilities.logging import log_bucket
from stacks.capabilities.network import ENDPOINT_ZONES, VPC
from stacks.parts import part, vpc_part
from stacks.scope import AccountScope

_RULES: Final = "resolver-rules"
_FIREWALL: Final = "dns-firewall"
_PROFILE: Final = "dns-profile"
_LOG: Final = "resolver-query-log"
_LOG_GROUP: Final = "resolver-query-log-group"


def add(stack: AccountScope, resolver: Resolver) -> None:
    """Add endpoints, rules, DNS Firewall and the query log."""
    name = stack.organization.slug
    targets = [target for _, asked in resolver.rules.values() for target in asked]
    if resolver.inbound:
        _add_endpoint(stack, "INBOUND", resolver.inbound, allowed=resolver.inbound.allowed)
    if resolver.outbound:
        outbound = _add_endpoint(stack, "OUTBOUND", resolver.outbound, targets=targets)
        if resolver.rules:
            stack.parts[_RULES] = ResolverRulesConstruct(
                stack,
                _RULES,
                name=name,
                endpoint_id=outbound.endpoint_id,
                rules={slug: ForwardingRule(domain, asked) for slug, (domain, asked) in resolver.rules.items()},
            )
    if resolver.firewall:
        rules = {
            slug: DnsFirewallRule(rule.priority, rule.domains, rule.list_id, rule.action, rule.response)
            for slug, rule in resolver.firewall.items()
        }
        stack.parts[_FIREWALL] = DnsFirewallConstruct(stack, _FIREWALL, name=name, rules=rules)
    if _logs(stack, resolver):
        group = resolver.log_group_days is not None
        stack.parts[_LOG] = ResolverQueryLogConstruct(
            stack,
            _LOG,
            name=name,
            bucket_arn=None if group else f"arn:{stack.organization.partition}:s3:::{log_bucket(stack.references)}",
            log_group_arn=part(stack, _LOG_GROUP, QueryLogGroupConstruct).log_group_arn if group else None,
        )
    if _has_profile(stack, resolver):
        stack.parts[_PROFILE] = DnsProfileConstruct(
            stack,
            _PROFILE,
            name=name,
            resource_arns={**_central_zones(stack), **(_rule_arns(stack, resolver) if resolver.profile else {})},
            rule_group_arn=part(stack, _FIREWALL, DnsFirewallConstruct).rule_group_arn
            if resolver.profile and resolver.firewall
            else None,
        )


def log_group(stack: AccountScope, days: int) -> None:
    """Add the log group that queries are written to."""
    stack.parts[_LOG_GROUP] = QueryLogGroupConstruct(
        stack,
        _LOG_GROUP,
        name=stack.organization.slug,
        region=stack.account.region,
        account_id=stack.own_id,
        retention_days=days,
        partition=stack.organization.partition,
    )


def use(stack: AccountScope, using: ResolverUse) -> None:
    """Let VPCs find names by it."""
    resolver = using.resolver
    vpc_ids = {slug: part(stack, vpc_part(VPC, slug), SharedVpcConstruct).vpc_id for slug in using.vpcs}
    name, id_ = f"{stack.organization.slug}-{stack.account.slug}", "resolver-use"
    logs = _logs(stack, resolver) and "query_log" not in resolver.leaving
    if using.share is not None:
        SharedResolverUseConstruct(
            stack,
            id_,
            name=name,
            share=using.share,
            vpc_ids=vpc_ids,
            rules=using.rules,
            firewall=using.firewall,
            query_log=logs,
            profile=using.profile,
        )
        return
    ResolverUseConstruct(
        stack,
        id_,
        name=name,
        vpc_ids=vpc_ids,
        rule_ids=part(stack, _RULES, ResolverRulesConstruct).rule_ids if using.rules else None,
        rule_group_id=part(stack, _FIREWALL, DnsFirewallConstruct).rule_group_id if using.firewall else None,
        query_log_id=part(stack, _LOG, ResolverQueryLogConstruct).query_log_id if logs else None,
        profile_id=part(stack, _PROFILE, DnsProfileConstruct).profile_id if using.profile else None,
    )


def shared_arns(stack: AccountScope, resolver: Resolver) -> dict[str, str]:
    """The ARNs of all that others can use of it, by keys for construct ids."""
    found = _rule_arns(stack, resolver)  # with a profile, too: until the others are deployed they know no other way
    if resolver.firewall:
        found[_FIREWALL] = part(stack, _FIREWALL, DnsFirewallConstruct).rule_group_arn
    if _has_profile(stack, resolver):
        found[_PROFILE] = part(stack, _PROFILE, DnsProfileConstruct).profile_arn
    if _logs(stack, resolver):
        found[_LOG] = part(stack, _LOG, ResolverQueryLogConstruct).query_log_arn
    return found


def _rule_arns(stack: AccountScope, resolver: Resolver) -> dict[str, str]:
    if not resolver.rules:
        return {}
    arns = part(stack, _RULES, ResolverRulesConstruct).rule_arns
    return {f"resolver-rule-{slug}": arn for slug, arn in arns.items()}


def _central_zones(stack: AccountScope) -> dict[str, str]:
    """The zones of the account's central endpoints, by VPC and service, and its zones that are for all VPCs."""
    network, dns = NETWORK.of(stack.inputs), DNS.of(stack.inputs)
    zones = {
        private_zone(slug): part(stack, private_zone(slug), PrivateZoneConstruct).zone_arn
        for slug, zone in (sorted(dns.private_zones.items()) if dns else ())
        if zone.central
    }
    return zones | {
        f"{slug}-{service}": arn
        for slug, vpc in (network.every.items() if network else ())
        if vpc.has_central
        for service, arn in part(stack, vpc_part(ENDPOINT_ZONES, slug), EndpointZonesConstruct).zone_arns.items()
    }


def _has_profile(stack: AccountScope, resolver: Resolver) -> bool:
    """Whether there is a profile, VPCs that leave it or not."""
    return resolver.profile or bool(RESOLVER.published(stack.organization))


def _logs(stack: AccountScope, resolver: Resolver) -> bool:
    archived = resolver.query_log and LOGGING.of(stack.organization) is not None
    return archived or resolver.log_group_days is not None


def _add_endpoint(
    stack: AccountScope,
    direction: str,
    endpoint: ResolverEndpointEntry,
    *,
    allowed: tuple[str, ...] = (),
    targets: list[str] | None = None,
) -> ResolverEndpointConstruct:
    vpc = part(stack, vpc_part(VPC, endpoint.vpc), SharedVpcConstruct)
    network = NETWORK.of(stack.inputs)
    if network is None:
        raise ValueError("The Resolver has an endpoint in a VPC that there is not, and `check` refuses that.")
    subnets = endpoint_subnets(endpoint, network.every[endpoint.vpc])
    return ResolverEndpointConstruct(
        stack,
        f"resolver-{direction.lower()}",
        name=f"{stack.organization.slug}-{direction.lower()}",
        direction="INBOUND" if direction == "INBOUND" else "OUTBOUND",
        vpc_id=vpc.vpc_id,
        subnet_ids=[vpc.subnet_ids[slug] for slug in subnets],
        allowed=allowed,
        targets=targets or (),
    )
