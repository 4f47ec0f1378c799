"""AWS Config rules of one account, and what mends what breaks them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.config_config_rule import ConfigConfigRule, ConfigConfigRuleScope, ConfigConfigRuleSource
from cdktf_cdktf_provider_aws.config_remediation_configuration import (
    ConfigRemediationConfiguration,
    ConfigRemediationConfigurationParameter,
)
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.security.organization_config_rules import ManagedRule, checked_parameters
from constructs_lib.typed import typed
from constructs_lib.validation import require_between, require_match, require_quota

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import ITerraformDependable, TerraformProvider

RESOURCE_ID = "RESOURCE_ID"
_ROLE = "AutomationAssumeRole"


@typed
@dataclass(frozen=True)
class Remediation:
    """A runbook that mends what breaks a rule.

    Args:
        document: The name of a document of Systems Manager of type Automation, AWS's or the account's.
        parameters: Its parameters. ``RESOURCE_ID`` stands for what breaks the rule.
        role_arn: The role that it works with. Default: whoever starts it.
        automatic: Whether it starts by itself, for which it needs a role. Default: yes.
        attempts: How often it tries, 1 to 25. Default: 5.
        retry_seconds: Within so many seconds all attempts are made, 1 to 2,678,000. Default: 60.
    """

    document: str
    parameters: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    role_arn: str | None = None
    automatic: bool = True
    attempts: int = 5
    retry_seconds: int = 60


@typed
class AccountConfigRulesConstruct(Construct):
    """Managed rules in one account and region, which has a recorder, each with a remediation or without.

    Children: one per rule, named as the rule is, and ``remediation-<name>``.

    Args:
        scope: Where the rules are kept.
        id_: The construct's id.
        rules: Rule by name: 1 to 64 letters, digits, hyphens and underscores.
        remediations: Remediation by the name of its rule. Default: none.
        tags: Tags by the name of their rule. Default: those of the provider alone.
        depends_on: What must be there first: the recorder. Default: nothing.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If a name is malformed, AWS has no rule with the identifier, tags or a remediation have no rule, or one has no role
            though it starts by itself, or numbers that AWS does not take.

    Example:
        >>> AccountConfigRulesConstruct(
        ...     stack, "Rules", rules={"encrypted": ManagedRule("S3_DEFAULT_ENCRYPTION_KMS")},
        ...     remediations={"encrypted": Remediation(
        ...         "AWS-EnableS3BucketEncryption", {"BucketName": "RESOURCE_ID", "SSEAlgorithm": "aws:kms"}, role_arn=role.role_arn,
        ...     )},
        ... )

    Source: https://docs.aws.amazon.com/config/latest/developerguide/remediation.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        rules: Mapping[str, ManagedRule],
        remediations: Mapping[str, Remediation] | None = None,
        tags: Mapping[str, Mapping[str, str]] | None = None,
        depends_on: Sequence[ITerraformDependable] = (),
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        for name, given in (("remediations", remediations), ("tags", tags)):
            if without := sorted(set(given or {}) - set(rules)):
                raise InvalidValueError(name, without[0], expected="the name of one of `rules`")
        for name, rule in sorted(rules.items()):
            made = ConfigConfigRule(
                self,
                require_quota("rules", name, "config-rule.name"),
                name=name,
                description=rule.description,
                source=ConfigConfigRuleSource(owner="AWS", source_identifier=rule.identifier),
                input_parameters=checked_parameters(name, rule),
                scope=ConfigConfigRuleScope(compliance_resource_types=sorted(rule.resource_types))
                if rule.resource_types
                else None,
                maximum_execution_frequency=rule.frequency,
                tags=dict((tags or {}).get(name, {})) or None,
                depends_on=list(depends_on) or None,
                provider=provider,
            )
            if remediation := (remediations or {}).get(name):
                _mend(self, name, made, remediation, provider)


def _mend(
    scope: Construct, name: str, rule: ConfigConfigRule, remediation: Remediation, provider: TerraformProvider | None
) -> None:
    where = f"remediations[{name!r}]"
    require_match(f"{where}.document", remediation.document, r"[\w.-]{3,128}", expected="the name of a document")
    require_between(f"{where}.attempts", remediation.attempts, 1, 25)
    require_between(f"{where}.retry_seconds", remediation.retry_seconds, 1, 2_678_000, unit="seconds")
    if remediation.automatic and remediation.role_arn is None:
        raise InvalidValueError(f"{where}.role_arn", None, expected="the role with which it works by itself")
    given = dict(remediation.parameters) | ({_ROLE: remediation.role_arn} if remediation.role_arn else {})
    ConfigRemediationConfiguration(
        scope,
        f"remediation-{name}",
        config_rule_name=rule.name,
        target_type="SSM_DOCUMENT",
        target_id=remediation.document,
        parameter=[_parameter(key, value) for key, value in sorted(given.items())],
        automatic=remediation.automatic,
        maximum_automatic_attempts=remediation.attempts if remediation.automatic else None,
        retry_attempt_seconds=remediation.retry_seconds if remediation.automatic else None,
        provider=provider,
    )


def _parameter(name: str, value: str | Sequence[str]) -> ConfigRemediationConfigurationParameter:
    if value == RESOURCE_ID:
        return ConfigRemediationConfigurationParameter(name=name, resource_value=RESOURCE_ID)
    if isinstance(value, str):
        return ConfigRemediationConfigurationParameter(name=name, static_value=value)
    return ConfigRemediationConfigurationParameter(name=name, static_values=list(value))
