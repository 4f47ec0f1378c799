"""VPCs that find names as a Resolver says, of their own account or a shared one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cdktf_cdktf_provider_aws.data_aws_ram_resource_share import DataAwsRamResourceShare
from cdktf_cdktf_provider_aws.route53_profiles_association import Route53ProfilesAssociation
from cdktf_cdktf_provider_aws.route53_resolver_firewall_rule_group_association import (
    Route53ResolverFirewallRuleGroupAssociation,
)
from cdktf_cdktf_provider_aws.route53_resolver_query_log_config_association import (
    Route53ResolverQueryLogConfigAssociation,
)
from cdktf_cdktf_provider_aws.route53_resolver_rule_association import Route53ResolverRuleAssociation
from constructs import Construct

from constructs_lib.typed import typed
from constructs_lib.validation import require_between, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider

_PRIORITY: Final = 101
"""The first that AWS leaves to accounts; Firewall Manager has those before."""


@typed
class ResolverUseConstruct(Construct):
    """Associates VPCs with forwarding rules, a DNS Firewall rule group, a query log and a Route 53 Profile of the same account.

    Children: ``rule-<rule>-<vpc>``, ``firewall-<vpc>``, ``query-log-<vpc>``, ``profile-<vpc>``.

    Args:
        scope: A stack of the account that has the VPCs.
        id_: The construct's id.
        name: What the names of the associations begin with.
        vpc_ids: The VPCs by slug.
        rule_ids: The rules by slug. Default: none.
        rule_group_id: The rule group. Default: none.
        query_log_id: The query log. Default: none.
        profile_id: The profile. Default: none.
        priority: That of the rule group among several of a VPC, 101 to 9899. Default: 101.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If the priority is none that AWS leaves to accounts.

    Example:
        >>> ResolverUseConstruct(stack, "use", name="hub", vpc_ids={"main": vpc.vpc_id}, rule_ids=rules.rule_ids)

    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-overview-forward-vpc-to-network.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        vpc_ids: Mapping[str, str],
        rule_ids: Mapping[str, str] | None = None,
        rule_group_id: str | None = None,
        query_log_id: str | None = None,
        profile_id: str | None = None,
        priority: int = _PRIORITY,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_between("priority", priority, _PRIORITY, 9899)
        for vpc, vpc_id in sorted(vpc_ids.items()):
            require_slug("vpc_ids", vpc)
            for rule, rule_id in sorted((rule_ids or {}).items()):
                Route53ResolverRuleAssociation(
                    self,
                    f"rule-{require_slug('rule_ids', rule)}-{vpc}",
                    name=f"{name}-{rule}-{vpc}",
                    resolver_rule_id=rule_id,
                    vpc_id=vpc_id,
                    provider=provider,
                )
            if rule_group_id:
                _firewall(self, vpc, name, rule_group_id, vpc_id, priority, provider)
            if query_log_id:
                Route53ResolverQueryLogConfigAssociation(
                    self,
                    f"query-log-{vpc}",
                    resolver_query_log_config_id=query_log_id,
                    resource_id=vpc_id,
                    provider=provider,
                )
            if profile_id:
                _profile(self, vpc, name, profile_id, vpc_id, provider)


@typed
class SharedResolverUseConstruct(Construct):
    """Associates VPCs with all that another account shares of its Resolver, which is looked up while planning.

    Children: ``share`` (what is shared, looked up), and per VPC ``rules-<vpc>``, ``firewall-<vpc>``,
    ``query-log-<vpc>``, ``profile-<vpc>``, each as many as are shared.

    Args:
        scope: A stack of the account that has the VPCs.
        id_: The construct's id.
        name: What the names of the associations begin with.
        share: The name of the share (AWS RAM), which another account has.
        vpc_ids: The VPCs by slug.
        rules: Whether forwarding rules are used. Default: yes.
        firewall: Whether DNS Firewall rule groups are. Default: yes.
        query_log: Whether the query log is. Default: yes.
        profile: Whether a Route 53 Profile is. Default: no.
        priority: That of the rule group among several of a VPC, 101 to 9899. Default: 101.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If the priority is none that AWS leaves to accounts.

    Example:
        >>> SharedResolverUseConstruct(stack, "use", name="shop", share="names", vpc_ids={"main": vpc.vpc_id})

    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-rules-managing-sharing.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        share: str,
        vpc_ids: Mapping[str, str],
        rules: bool = True,
        firewall: bool = True,
        query_log: bool = True,
        profile: bool = False,
        priority: int = _PRIORITY,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_between("priority", priority, _PRIORITY, 9899)
        found = DataAwsRamResourceShare(
            self,
            "share",
            name=share,
            resource_owner="OTHER-ACCOUNTS",
            resource_share_status="ACTIVE",
            provider=provider,
        )
        for vpc, vpc_id in sorted(vpc_ids.items()):
            require_slug("vpc_ids", vpc)
            if rules:
                association = Route53ResolverRuleAssociation(
                    self, f"rules-{vpc}", resolver_rule_id=_ID, vpc_id=vpc_id, provider=provider
                )
                association.add_override("for_each", _each(found, "resolver-rule"))
            if firewall:
                group = _firewall(self, vpc, name, _ID, vpc_id, priority, provider)
                group.add_override("for_each", _each(found, "firewall-rule-group"))
            if query_log:
                log = Route53ResolverQueryLogConfigAssociation(
                    self,
                    f"query-log-{vpc}",
                    resolver_query_log_config_id=_ID,
                    resource_id=vpc_id,
                    provider=provider,
                )
                log.add_override("for_each", _each(found, "resolver-query-log-config"))
            if profile:
                association_ = _profile(self, vpc, name, _ID, vpc_id, provider)
                association_.add_override("for_each", _each(found, "profile"))


_ID: Final = '${element(split("/", each.value), 1)}'
"""The id at the end of the ARN."""


def _each(share: DataAwsRamResourceShare, kind: str) -> str:
    # The bindings iterate over whole lists only, so this is Terraform's own language.
    return f'${{toset([for arn in {share.fqn}.resource_arns : arn if strcontains(arn, ":{kind}/")])}}'


def _profile(
    scope: Construct, vpc: str, name: str, profile_id: str, vpc_id: str, provider: TerraformProvider | None
) -> Route53ProfilesAssociation:
    return Route53ProfilesAssociation(
        scope,
        f"profile-{vpc}",
        name=f"{name}-{vpc}",
        profile_id=profile_id,
        resource_id=vpc_id,
        tags={"Name": f"{name}-{vpc}"},
        provider=provider,
    )


def _firewall(
    scope: Construct,
    vpc: str,
    name: str,
    rule_group_id: str,
    vpc_id: str,
    priority: int,
    provider: TerraformProvider | None,
) -> Route53ResolverFirewallRuleGroupAssociation:
    return Route53ResolverFirewallRuleGroupAssociation(
        scope,
        f"firewall-{vpc}",
        name=f"{name}-{vpc}",
        firewall_rule_group_id=rule_group_id,
        priority=priority,
        vpc_id=vpc_id,
        tags={"Name": f"{name}-{vpc}"},
        provider=provider,
    )
