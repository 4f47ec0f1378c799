"""What a firewall lets through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from cdktf_cdktf_provider_aws.networkfirewall_firewall_policy import (
    NetworkfirewallFirewallPolicy,
    NetworkfirewallFirewallPolicyFirewallPolicy,
    NetworkfirewallFirewallPolicyFirewallPolicyPolicyVariables,
    NetworkfirewallFirewallPolicyFirewallPolicyPolicyVariablesRuleVariables,
    NetworkfirewallFirewallPolicyFirewallPolicyPolicyVariablesRuleVariablesIpSet,
    NetworkfirewallFirewallPolicyFirewallPolicyStatefulEngineOptions,
    NetworkfirewallFirewallPolicyFirewallPolicyStatefulRuleGroupReference,
)
from cdktf_cdktf_provider_aws.networkfirewall_rule_group import (
    NetworkfirewallRuleGroup,
    NetworkfirewallRuleGroupRuleGroup,
    NetworkfirewallRuleGroupRuleGroupRulesSource,
    NetworkfirewallRuleGroupRuleGroupRulesSourceRulesSourceListStruct,
    NetworkfirewallRuleGroupRuleGroupStatefulRuleOptions,
)
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.tokens import as_text
from constructs_lib.typed import typed
from constructs_lib.validation import (
    require_between,
    require_match,
    require_network,
    require_one_of,
    require_region,
    require_slug,
    require_unique,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider

_DEFAULTS: Final = ("alert_established", "alert_strict", "drop_established", "drop_strict")
_NAME: Final = r"[a-zA-Z0-9-]{1,128}"
_STRICT: Final = "STRICT_ORDER"


@typed
@dataclass(frozen=True)
class FirewallRuleGroup:
    """Stateful rules: of Suricata, of domains, or a group that AWS keeps. One of the three.

    Args:
        priority: When they are looked at: the lowest first, 1 to 65535.
        capacity: For how many rules AWS reserves room; it cannot be changed. Nothing to a group of AWS's.
        rules: Suricata's rules, a line each.
        domains: Domains that HTTP and TLS tell of; ``.example.com`` is all below it.
        type: ``ALLOWLIST``: those domains alone can be reached; or ``DENYLIST``. Default: ``ALLOWLIST``.
        managed: The name of AWS's group, of those in strict order: ``ThreatSignaturesBotnetStrictOrder``.
    """

    priority: int
    capacity: int = 1000
    rules: str | None = None
    domains: Sequence[str] = ()
    type: Literal["ALLOWLIST", "DENYLIST"] = "ALLOWLIST"
    managed: str | None = None


@typed
class FirewallPolicyConstruct(Construct):
    """A policy of AWS Network Firewall with its rule groups, which are looked at in the order of their priorities.

    Packets without a state are no matter of it: all are handed to the stateful rules.

    Children: ``Resource`` (the policy), ``group-<slug>`` per rule group of its own.

    Args:
        scope: A stack of the account that has the firewall.
        id_: The construct's id.
        name: The policy's name, unique in account and region, and what those of its rule groups begin with. A changed one is
            another policy.
        region: The region, for the ARNs of AWS's rule groups.
        rule_groups: Rule groups by slug. Default: none.
        default_actions: What becomes of packets that no rule decides on: ``drop_established``, ``drop_strict`` and
            ``alert_established``, ``alert_strict``. Default: dropped once there is a connection, and logged; empty: they pass.
        home_net: The networks that rules know as ``$HOME_NET``. Default: of the VPC that the firewall is in.
        partition: ``aws`` or ``aws-us-gov``.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If a name, a priority or a capacity is none that AWS takes, or a rule group is not one of the three.

    Example:
        >>> FirewallPolicyConstruct(
        ...     stack, "policy", name="inspection", region="eu-central-1", home_net=["10.0.0.0/8"],
        ...     rule_groups={"names": FirewallRuleGroup(10, 100, domains=[".example.com"])},
        ... )

    Source: https://docs.aws.amazon.com/network-firewall/latest/developerguide/suricata-rule-evaluation-order.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        region: str,
        rule_groups: Mapping[str, FirewallRuleGroup] | None = None,
        default_actions: Sequence[str] = ("alert_established", "drop_established"),
        home_net: Sequence[str] = (),
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_match("name", name, _NAME, expected="letters, digits and hyphens")
        require_region("region", region)
        for action in default_actions:
            require_one_of("default_actions", action, _DEFAULTS)
        for network in home_net:
            require_network("home_net", network, 0, 32)
        groups = {require_slug("rule_groups", slug): group for slug, group in sorted((rule_groups or {}).items())}
        require_unique("rule_groups", (str(group.priority) for group in groups.values()))
        self._name, self._provider = name, provider
        managed = f"arn:{partition}:network-firewall:{region}:aws-managed:stateful-rulegroup/"
        arns = {
            slug: f"{managed}{group.managed}" if group.managed else self._make_group(slug, group)
            for slug, group in groups.items()
        }
        self._policy = NetworkfirewallFirewallPolicy(
            self,
            "Resource",
            name=name,
            firewall_policy=NetworkfirewallFirewallPolicyFirewallPolicy(
                stateless_default_actions=["aws:forward_to_sfe"],
                stateless_fragment_default_actions=["aws:forward_to_sfe"],
                stateful_default_actions=[f"aws:{action}" for action in sorted(set(default_actions))] or None,
                stateful_engine_options=NetworkfirewallFirewallPolicyFirewallPolicyStatefulEngineOptions(
                    rule_order=_STRICT, stream_exception_policy="REJECT"
                ),
                stateful_rule_group_reference=[
                    NetworkfirewallFirewallPolicyFirewallPolicyStatefulRuleGroupReference(
                        priority=groups[slug].priority, resource_arn=arn
                    )
                    for slug, arn in arns.items()
                ]
                or None,
                policy_variables=_home_net(home_net),
            ),
            tags={"Name": name},
            provider=provider,
        )

    @property
    def policy_arn(self) -> str:
        """The policy's ARN."""
        return self._policy.arn

    def _make_group(self, slug: str, group: FirewallRuleGroup) -> str:
        where = f"rule_groups[{slug!r}]"
        require_between(f"{where}.priority", group.priority, 1, 65535)
        require_between(f"{where}.capacity", group.capacity, 1, 30_000)
        if (group.rules is None) is not bool(group.domains):
            raise InvalidValueError(where, slug, expected="`rules`, `domains` or `managed`, and one of them")
        domains = NetworkfirewallRuleGroupRuleGroupRulesSourceRulesSourceListStruct(
            generated_rules_type=group.type,
            target_types=["HTTP_HOST", "TLS_SNI"],
            targets=sorted(set(group.domains)),
        )
        return NetworkfirewallRuleGroup(
            self,
            f"group-{slug}",
            name=f"{self._name}-{slug}",
            type="STATEFUL",
            capacity=group.capacity,
            rule_group=NetworkfirewallRuleGroupRuleGroup(
                rules_source=NetworkfirewallRuleGroupRuleGroupRulesSource(
                    rules_string=None if group.rules is None else as_text(group.rules),
                    rules_source_list=domains if group.domains else None,
                ),
                stateful_rule_options=NetworkfirewallRuleGroupRuleGroupStatefulRuleOptions(rule_order=_STRICT),
            ),
            tags={"Name": f"{self._name}-{slug}"},
            provider=self._provider,
        ).arn


def _home_net(networks: Sequence[str]) -> NetworkfirewallFirewallPolicyFirewallPolicyPolicyVariables | None:
    if not networks:
        return None
    home = NetworkfirewallFirewallPolicyFirewallPolicyPolicyVariablesRuleVariables(
        key="HOME_NET",
        ip_set=NetworkfirewallFirewallPolicyFirewallPolicyPolicyVariablesRuleVariablesIpSet(
            definition=sorted(set(networks))
        ),
    )
    return NetworkfirewallFirewallPolicyFirewallPolicyPolicyVariables(rule_variables=[home])
