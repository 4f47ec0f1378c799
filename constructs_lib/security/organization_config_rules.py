"""AWS Config rules in all accounts of the organization."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from cdktf_cdktf_provider_aws.config_organization_managed_rule import ConfigOrganizationManagedRule
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.managed_rules import unknown_rule
from constructs_lib.tokens import unresolved
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_quota

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider

Frequency = Literal["One_Hour", "Three_Hours", "Six_Hours", "Twelve_Hours", "TwentyFour_Hours"]


@typed
@dataclass(frozen=True)
class ManagedRule:
    """A rule that AWS has written.

    Args:
        identifier: Its identifier, such as ``IAM_USER_MFA_ENABLED``.
        parameters: The rule's parameters; AWS wants all of them as strings.
        resource_types: What the rule looks at. Default: what AWS has written into the rule.
        frequency: How often a periodic rule runs. Default: once a day.
        description: Shown in the console. Default: none.
        listed: Whether the library knows the identifier. Set it to False for a rule that AWS has added since.
    """

    identifier: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    resource_types: Sequence[str] = ()
    frequency: Frequency | None = None
    description: str | None = None
    listed: bool = True


@typed
class OrganizationConfigRulesConstruct(Construct):
    """Managed rules in every account, those to come included. For Config's delegated administrator.

    AWS refuses the rules as long as an account that is not excluded has no recorder in the region.

    Children: one per rule, named as the rule is.

    Args:
        scope: Where the rules are kept.
        id_: The construct's id.
        rules: Rule by name: 1 to 64 letters, digits, hyphens and underscores; its name in every account, and in its
            Terraform address.
        excluded_account_ids: Accounts without these rules. Default: none.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If a name or an account id is malformed, or AWS has no rule with the identifier.

    Example:
        >>> OrganizationConfigRulesConstruct(stack, "Rules", rules={"mfa": ManagedRule("IAM_USER_MFA_ENABLED")})

    Source: https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        rules: Mapping[str, ManagedRule],
        excluded_account_ids: Sequence[str] = (),
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        excluded = [require_account_id("excluded_account_ids", account) for account in excluded_account_ids]
        for name, rule in sorted(rules.items()):
            ConfigOrganizationManagedRule(
                self,
                require_quota("rules", name, "config-rule.name"),
                name=name,
                rule_identifier=rule.identifier,
                description=rule.description,
                input_parameters=checked_parameters(name, rule),
                resource_types_scope=sorted(rule.resource_types) or None,
                maximum_execution_frequency=rule.frequency,
                excluded_accounts=sorted(excluded) or None,
                provider=provider,
            )


def checked_parameters(name: str, rule: ManagedRule) -> str | None:
    """A rule's parameters as AWS takes them; None if it has none.

    Args:
        name: The rule's name.
        rule: The rule.

    Raises:
        InvalidValueError: If AWS has no rule with the identifier, or a text is longer than AWS takes it.
    """
    cure = unknown_rule(rule.identifier) if rule.listed and not unresolved(rule.identifier) else ""
    if cure:
        expected = "the identifier of a managed rule, such as 'IAM_USER_MFA_ENABLED'"
        raise InvalidValueError(f"rules[{name!r}].identifier", rule.identifier, expected=expected, cure=cure)
    parameters = json.dumps(dict(rule.parameters), sort_keys=True) if rule.parameters else None
    for key, value in (("description", rule.description), ("parameters", parameters)):
        if value:
            require_quota(f"rules[{name!r}].{key}", value, f"config-rule.{key}")
    return parameters
