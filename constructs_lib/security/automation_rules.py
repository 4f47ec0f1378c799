"""What Security Hub does by itself with findings of its administrator and members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from cdktf_cdktf_provider_aws.securityhub_automation_rule import (
    SecurityhubAutomationRule,
    SecurityhubAutomationRuleActions,
    SecurityhubAutomationRuleActionsFindingFieldsUpdate,
    SecurityhubAutomationRuleActionsFindingFieldsUpdateNote,
    SecurityhubAutomationRuleActionsFindingFieldsUpdateSeverity,
    SecurityhubAutomationRuleActionsFindingFieldsUpdateWorkflow,
    SecurityhubAutomationRuleCriteria,
    SecurityhubAutomationRuleCriteriaAwsAccountId,
    SecurityhubAutomationRuleCriteriaComplianceSecurityControlId,
    SecurityhubAutomationRuleCriteriaProductName,
    SecurityhubAutomationRuleCriteriaRecordState,
    SecurityhubAutomationRuleCriteriaResourceId,
    SecurityhubAutomationRuleCriteriaResourceTags,
    SecurityhubAutomationRuleCriteriaResourceType,
    SecurityhubAutomationRuleCriteriaSeverityLabel,
    SecurityhubAutomationRuleCriteriaTitle,
)
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_between, require_length, require_one_of, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider

Severity = Literal["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"]
Workflow = Literal["NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED"]
_SEVERITIES: Final = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL")
_WORKFLOWS: Final = ("NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED")
_MOST_ORDER: Final = 1000
_MOST_VALUES: Final = 20
_LONGEST_NOTE: Final = 512
_LONGEST_DESCRIPTION: Final = 1024
_AUTHOR: Final = "automation rule"


@typed
@dataclass(frozen=True)
class FindingMatch:
    """Which findings are meant: those for which all of what is said holds, by one of its values. Only active ones are.

    What is not said does not matter; a list of nothing is refused, since no finding is meant by it and AWS would take it for all.

    Args:
        account_ids: The accounts that they are of.
        controls: Controls of Security Hub, such as ``S3.8``.
        severities: How severe they are.
        products: Who has found them, such as ``GuardDuty`` or ``Security Hub``.
        resource_types: What they are about, such as ``AwsS3Bucket``.
        resource_prefixes: How the ARN or id begins of what they are about.
        resource_tags: Tags of what they are about.
        title_prefixes: How their titles begin.
    """

    account_ids: Sequence[str] | None = None
    controls: Sequence[str] | None = None
    severities: Sequence[Severity] | None = None
    products: Sequence[str] | None = None
    resource_types: Sequence[str] | None = None
    resource_prefixes: Sequence[str] | None = None
    resource_tags: Mapping[str, str] | None = None
    title_prefixes: Sequence[str] | None = None


@typed
@dataclass(frozen=True)
class AutomationRule:
    """What becomes of some findings.

    Args:
        description: Why, at most 1,024 characters.
        order: 1 to 1000; a rule with a higher number comes later, and wins.
        match: Which findings.
        severity: How severe they are from then on. Default: as before.
        workflow: What has been done about them from then on; what is ``SUPPRESSED`` nobody is shown. Default: as before.
        note: Written beside them, at most 512 characters. Default: nothing.
        terminal: Whether no later rule changes them. Default: no.
    """

    description: str
    order: int
    match: FindingMatch
    severity: Severity | None = None
    workflow: Workflow | None = None
    note: str | None = None
    terminal: bool = False


@typed
class AutomationRulesConstruct(Construct):
    """Rules by which Security Hub changes findings as they come in. For its administrator, in the region that gathers findings.

    Children: one per rule, named as the rule is.

    Args:
        scope: Where the rules are kept.
        id_: The construct's id.
        rules: Rule by name, a slug.
        provider: The administrator's account, in the region that gathers findings. Default: the stack's provider.

    Raises:
        InvalidValueError: If a rule says nothing of findings or changes nothing of them, two rules have one order, or values are none that
            Security Hub takes.

    Example:
        >>> AutomationRulesConstruct(stack, "AutomationRules", rules={"public-website": AutomationRule(
        ...     "The website's bucket is public on purpose", 1, FindingMatch(controls=["S3.8"], resource_prefixes=["arn:aws:s3:::website"]),
        ...     workflow="SUPPRESSED",
        ... )})

    Source: https://docs.aws.amazon.com/securityhub/latest/userguide/automation-rules.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        rules: Mapping[str, AutomationRule],
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        orders: dict[int, str] = {}
        for name, rule in sorted(rules.items()):
            require_slug("rules", name)
            where = f"rules[{name!r}]"
            require_between(f"{where}.order", rule.order, 1, _MOST_ORDER)
            if rule.order in orders:
                raise InvalidValueError(
                    f"{where}.order", rule.order, expected=f"another than that of {orders[rule.order]!r}"
                )
            orders[rule.order] = name
            require_length(f"{where}.description", rule.description, 1, _LONGEST_DESCRIPTION)
            SecurityhubAutomationRule(
                self,
                name,
                rule_name=name,
                rule_order=rule.order,
                description=rule.description,
                rule_status="ENABLED",
                is_terminal=rule.terminal,
                criteria=[_criteria(f"{where}.match", rule.match)],
                actions=[
                    SecurityhubAutomationRuleActions(
                        type="FINDING_FIELDS_UPDATE", finding_fields_update=[_update(where, rule)]
                    )
                ],
                provider=provider,
            )


def _update(where: str, rule: AutomationRule) -> SecurityhubAutomationRuleActionsFindingFieldsUpdate:
    if rule.severity is None and rule.workflow is None and rule.note is None:
        raise InvalidValueError(where, "nothing", expected="a `severity`, a `workflow` or a `note`")
    if rule.severity is not None:
        require_one_of(f"{where}.severity", rule.severity, _SEVERITIES)
    if rule.workflow is not None:
        require_one_of(f"{where}.workflow", rule.workflow, _WORKFLOWS)
    if rule.note is not None:
        require_length(f"{where}.note", rule.note, 1, _LONGEST_NOTE)
    return SecurityhubAutomationRuleActionsFindingFieldsUpdate(
        severity=[SecurityhubAutomationRuleActionsFindingFieldsUpdateSeverity(label=rule.severity)]
        if rule.severity
        else None,
        workflow=[SecurityhubAutomationRuleActionsFindingFieldsUpdateWorkflow(status=rule.workflow)]
        if rule.workflow
        else None,
        note=[SecurityhubAutomationRuleActionsFindingFieldsUpdateNote(text=rule.note, updated_by=_AUTHOR)]
        if rule.note
        else None,
    )


def _criteria(where: str, match: FindingMatch) -> SecurityhubAutomationRuleCriteria:
    said = (
        match.account_ids,
        match.controls,
        match.severities,
        match.products,
        match.resource_types,
        match.resource_prefixes,
        match.resource_tags,
        match.title_prefixes,
    )
    if all(values is None for values in said):
        raise InvalidValueError(where, "nothing", expected="something by which findings are told apart")
    for values in said:
        if values is not None:
            require_between(where, len(values), 1, _MOST_VALUES, unit="values")
    for severity in match.severities or ():
        require_one_of(f"{where}.severities", severity, _SEVERITIES)
    for account_id in match.account_ids or ():
        require_account_id(f"{where}.account_ids", account_id)
    return SecurityhubAutomationRuleCriteria(
        record_state=[SecurityhubAutomationRuleCriteriaRecordState(comparison="EQUALS", value="ACTIVE")],
        aws_account_id=[
            SecurityhubAutomationRuleCriteriaAwsAccountId(comparison="EQUALS", value=value)
            for value in sorted(set(match.account_ids or ()))
        ]
        or None,
        compliance_security_control_id=[
            SecurityhubAutomationRuleCriteriaComplianceSecurityControlId(comparison="EQUALS", value=value)
            for value in sorted(set(match.controls or ()))
        ]
        or None,
        severity_label=[
            SecurityhubAutomationRuleCriteriaSeverityLabel(comparison="EQUALS", value=value)
            for value in sorted(set(match.severities or ()))
        ]
        or None,
        product_name=[
            SecurityhubAutomationRuleCriteriaProductName(comparison="EQUALS", value=value)
            for value in sorted(set(match.products or ()))
        ]
        or None,
        resource_type=[
            SecurityhubAutomationRuleCriteriaResourceType(comparison="EQUALS", value=value)
            for value in sorted(set(match.resource_types or ()))
        ]
        or None,
        resource_id=[
            SecurityhubAutomationRuleCriteriaResourceId(comparison="PREFIX", value=value)
            for value in sorted(set(match.resource_prefixes or ()))
        ]
        or None,
        resource_tags=[
            SecurityhubAutomationRuleCriteriaResourceTags(comparison="EQUALS", key=key, value=value)
            for key, value in sorted((match.resource_tags or {}).items())
        ]
        or None,
        title=[
            SecurityhubAutomationRuleCriteriaTitle(comparison="PREFIX", value=value)
            for value in sorted(set(match.title_prefixes or ()))
        ]
        or None,
    )
