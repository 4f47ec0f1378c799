"""What becomes of queries for some domains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cdktf_cdktf_provider_aws.route53_resolver_firewall_domain_list import Route53ResolverFirewallDomainList
from cdktf_cdktf_provider_aws.route53_resolver_firewall_rule import Route53ResolverFirewallRule
from cdktf_cdktf_provider_aws.route53_resolver_firewall_rule_group import Route53ResolverFirewallRuleGroup
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_between, require_one_of, require_slug, require_unique

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider


@typed
@dataclass(frozen=True)
class DnsFirewallRule:
    """What becomes of queries for some domains, of a list of its own or one that there is.

    Args:
        priority: When it is looked at: the lowest first.
        domains: The domains; ``*.example.com`` is all below it.
        list_id: The id of a list that AWS keeps, ``rslvr-fdl-…``, instead.
        action: ``ALLOW``, ``ALERT`` or ``BLOCK``. Default: ``BLOCK``.
        response: What is answered if it blocks: ``NODATA`` or ``NXDOMAIN``. Default: ``NODATA``.
    """

    priority: int
    domains: Sequence[str] = ()
    list_id: str | None = None
    action: Literal["ALERT", "ALLOW", "BLOCK"] = "BLOCK"
    response: Literal["NODATA", "NXDOMAIN"] = "NODATA"


@typed
class DnsFirewallConstruct(Construct):
    """A rule group of Route 53 Resolver DNS Firewall, for VPCs to be associated with (`ResolverUseConstruct`).

    Children: ``Resource`` (the rule group), ``list-<slug>`` per list of its own, ``rule-<slug>`` per rule.

    Args:
        scope: A stack of the account that has it.
        id_: The construct's id.
        name: The rule group's name, and what those of its lists and rules begin with.
        rules: The rules by slug.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If a rule has both domains and a list, or neither, or two rules have one priority.

    Example:
        >>> DnsFirewallConstruct(
        ...     stack, "dns-firewall", name="hub", rules={"bad": DnsFirewallRule(100, domains=["*.example.net"])}
        ... )

    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-rule-groups.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        rules: Mapping[str, DnsFirewallRule],
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_unique("rules", (str(rule.priority) for rule in rules.values()))
        self._name, self._provider = name, provider
        self._group = Route53ResolverFirewallRuleGroup(
            self, "Resource", name=name, tags={"Name": name}, provider=provider
        )
        for slug, rule in sorted(rules.items()):
            self._add(require_slug("rules", slug), rule)

    @property
    def rule_group_id(self) -> str:
        """The rule group's id, ``rslvr-frg-…``."""
        return self._group.id

    @property
    def rule_group_arn(self) -> str:
        """The rule group's ARN, as `RamShareConstruct` takes it."""
        return self._group.arn

    def _add(self, slug: str, rule: DnsFirewallRule) -> None:
        where, name = f"rules[{slug!r}]", f"{self._name}-{slug}"
        require_between(f"{where}.priority", rule.priority, 1, 65535)
        require_one_of(f"{where}.action", rule.action, ("ALERT", "ALLOW", "BLOCK"))
        if (rule.list_id is None) is not bool(rule.domains):
            raise InvalidValueError(where, slug, expected="`domains` or `list_id`, and one of them")
        list_id = (
            rule.list_id
            or Route53ResolverFirewallDomainList(
                self,
                f"list-{slug}",
                name=name,
                domains=sorted({_as_aws_has_it(domain) for domain in rule.domains}),
                tags={"Name": name},
                provider=self._provider,
            ).id
        )
        Route53ResolverFirewallRule(
            self,
            f"rule-{slug}",
            name=name,
            action=rule.action,
            block_response=rule.response if rule.action == "BLOCK" else None,
            firewall_domain_list_id=list_id,
            firewall_rule_group_id=self._group.id,
            priority=rule.priority,
            provider=self._provider,
        )


def _as_aws_has_it(domain: str) -> str:
    # AWS adds the dot of the root, and the provider would take it away again with every plan.
    return domain if domain.endswith(".") else f"{domain}."
