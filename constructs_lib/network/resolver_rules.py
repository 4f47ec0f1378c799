"""Domains whose names others know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.route53_resolver_rule import Route53ResolverRule, Route53ResolverRuleTargetIp
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.resolver_endpoint import parse_target
from constructs_lib.typed import typed
from constructs_lib.validation import require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider


@typed
@dataclass(frozen=True)
class ForwardingRule:
    """A domain that somebody else knows.

    Args:
        domain: It and all below it; ``.`` is everything.
        targets: Whom to ask: ``10.0.0.2``, ``10.0.0.2:5353``.
    """

    domain: str
    targets: Sequence[str]


@typed
class ResolverRulesConstruct(Construct):
    """Forwarding rules of Route 53 Resolver, for VPCs to be associated with (`ResolverUseConstruct`).

    Children: ``rule-<slug>`` per rule.

    Args:
        scope: A stack of the account that has the endpoint.
        id_: The construct's id.
        name: What the rules' names begin with.
        endpoint_id: From where they ask (`ResolverEndpointConstruct.endpoint_id`).
        rules: The rules by slug.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If a rule has no target, or one that is no address.

    Example:
        >>> ResolverRulesConstruct(
        ...     stack, "rules", name="hub", endpoint_id=outbound.endpoint_id,
        ...     rules={"office": ForwardingRule("office.example.com", ["10.200.0.2", "10.200.0.3"])},
        ... )

    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-rules-managing.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        endpoint_id: str,
        rules: Mapping[str, ForwardingRule],
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self._rules = {}
        for slug, rule in sorted(rules.items()):
            where = f"rules[{require_slug('rules', slug)!r}].targets"
            targets = sorted({parse_target(where, target) for target in rule.targets})
            if not targets:
                raise InvalidValueError(where, list(rule.targets), expected="at least one address")
            self._rules[slug] = Route53ResolverRule(
                self,
                f"rule-{slug}",
                name=f"{name}-{slug}",
                domain_name=rule.domain,
                rule_type="FORWARD",
                resolver_endpoint_id=endpoint_id,
                target_ip=[Route53ResolverRuleTargetIp(ip=address, port=port) for address, port in targets],
                tags={"Name": f"{name}-{slug}"},
                provider=provider,
            )

    @property
    def rule_ids(self) -> dict[str, str]:
        """The rules' ids, ``rslvr-rr-…``, by slug."""
        return {slug: rule.id for slug, rule in self._rules.items()}

    @property
    def rule_arns(self) -> dict[str, str]:
        """The rules' ARNs by slug, as `RamShareConstruct` takes them."""
        return {slug: rule.arn for slug, rule in self._rules.items()}
