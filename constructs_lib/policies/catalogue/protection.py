"""Guardrails that keep security services and settings switched on."""

from constructs_lib.policies.catalogue import values
from constructs_lib.policies.catalogue.registry import guardrail
from constructs_lib.policies.catalogue.values import DEPLOYERS
from constructs_lib.policies.document import PolicyDocument, Statement, Strings, deny
from constructs_lib.policies.kinds import PolicyKind

_GROUP = "Protection of security services"


def _protect(sid: str, actions: tuple[str, ...], resources: Strings, exempted: Strings, partition: str) -> Statement:
    """Deny the actions to all but the exempted."""
    principals = values.principal_arns("exempted_principal_arns", exempted, partition)
    return deny(actions, resources, conditions=values.exempting(principals), sid=sid)


@guardrail(PolicyKind.SCP, group=_GROUP)
def protect_cloudtrail(
    *, trails: Strings = "*", exempted_principal_arns: Strings = DEPLOYERS, partition: str = "aws"
) -> PolicyDocument:
    """Deny making, stopping, changing or deleting trails, and changing or deleting event data stores.

    Args:
        trails: Names of the trails; wildcards may be used.
        exempted_principal_arns: Role names or principal ARN patterns that may.
        partition: The partition of the organization.

    Breaks:
        An account's own trails, unless `trails` names only the organization's.

    Source:
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html
    """
    names = values.some("trails", trails)
    return PolicyDocument.of(
        _protect(
            "ProtectCloudTrail",
            (
                "cloudtrail:AddTags",
                "cloudtrail:CreateTrail",
                "cloudtrail:DeleteEventDataStore",
                "cloudtrail:DeleteTrail",
                "cloudtrail:PutEventSelectors",
                "cloudtrail:PutInsightSelectors",
                "cloudtrail:RemoveTags",
                "cloudtrail:StopEventDataStoreIngestion",
                "cloudtrail:StopLogging",
                "cloudtrail:UpdateEventDataStore",
                "cloudtrail:UpdateTrail",
            ),
            (
                f"arn:{partition}:cloudtrail:*:*:eventdatastore/*",
                *(f"arn:{partition}:cloudtrail:*:*:trail/{name}" for name in names),
            ),
            exempted_principal_arns,
            partition,
        )
    )


_CONFIG_RULES = (
    "config:DeleteConfigRule",
    "config:DeleteConformancePack",
    "config:DeleteEvaluationResults",
    "config:DeleteOrganizationConfigRule",
    "config:DeleteOrganizationConformancePack",
    "config:DeletePendingAggregationRequest",
    "config:DeleteRemediationConfiguration",
    "config:DeleteRemediationExceptions",
    "config:DeliverConfigSnapshot",
    "config:PutConfigRule",
    "config:PutConfigurationAggregator",
    "config:PutOrganizationConfigRule",
    "config:PutRemediationConfigurations",
    "config:PutRemediationExceptions",
)


@guardrail(PolicyKind.SCP, group=_GROUP)
def protect_config(
    *, rules: bool = False, exempted_principal_arns: Strings = DEPLOYERS, partition: str = "aws"
) -> PolicyDocument:
    """Deny stopping or changing AWS Config's recorder, delivery, aggregation and retention.

    Args:
        rules: Whether rules, remediations, conformance packs and their results are protected too.
        exempted_principal_arns: Role names or principal ARN patterns that may.
        partition: The partition of the organization.

    Breaks:
        An account's own choice of what Config records; with rules, its own rules.

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_config.html
    """
    return PolicyDocument.of(
        _protect(
            "ProtectConfig",
            (
                "config:AssociateResourceTypes",
                "config:DeleteAggregationAuthorization",
                "config:DeleteConfigurationAggregator",
                "config:DeleteConfigurationRecorder",
                "config:DeleteDeliveryChannel",
                "config:DeleteRetentionConfiguration",
                "config:DeleteServiceLinkedConfigurationRecorder",
                "config:DisassociateResourceTypes",
                "config:PutConfigurationRecorder",
                "config:PutDeliveryChannel",
                "config:PutRetentionConfiguration",
                "config:StopConfigurationRecorder",
                *(_CONFIG_RULES if rules else ()),
            ),
            "*",
            exempted_principal_arns,
            partition,
        )
    )


@guardrail(PolicyKind.SCP, group=_GROUP)
def protect_guardduty(*, exempted_principal_arns: Strings = DEPLOYERS, partition: str = "aws") -> PolicyDocument:
    """Deny switching GuardDuty off, weakening it, or leaving its administrator.

    Args:
        exempted_principal_arns: Role names or principal ARN patterns that may.
        partition: The partition of the organization.

    Breaks:
        An account's own GuardDuty settings, suppression lists of trusted addresses among them.

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_guardduty.html
    """
    return PolicyDocument.of(
        _protect(
            "ProtectGuardDuty",
            (
                "guardduty:AcceptAdministratorInvitation",
                "guardduty:AcceptInvitation",
                "guardduty:ArchiveFindings",
                "guardduty:CreateDetector",
                "guardduty:CreateFilter",
                "guardduty:CreateIPSet",
                "guardduty:CreateMembers",
                "guardduty:CreatePublishingDestination",
                "guardduty:CreateSampleFindings",
                "guardduty:CreateThreatEntitySet",
                "guardduty:CreateThreatIntelSet",
                "guardduty:CreateTrustedEntitySet",
                "guardduty:DeclineInvitations",
                "guardduty:DeleteDetector",
                "guardduty:DeleteFilter",
                "guardduty:DeleteIPSet",
                "guardduty:DeleteInvitations",
                "guardduty:DeleteMembers",
                "guardduty:DeletePublishingDestination",
                "guardduty:DeleteThreatEntitySet",
                "guardduty:DeleteThreatIntelSet",
                "guardduty:DeleteTrustedEntitySet",
                "guardduty:DisassociateFromAdministratorAccount",
                "guardduty:DisassociateFromMasterAccount",
                "guardduty:DisassociateMembers",
                "guardduty:InviteMembers",
                "guardduty:StartMonitoringMembers",
                "guardduty:StopMonitoringMembers",
                "guardduty:TagResource",
                "guardduty:UnarchiveFindings",
                "guardduty:UntagResource",
                "guardduty:UpdateDetector",
                "guardduty:UpdateFilter",
                "guardduty:UpdateFindingsFeedback",
                "guardduty:UpdateIPSet",
                "guardduty:UpdateMalwareScanSettings",
                "guardduty:UpdateMemberDetectors",
                "guardduty:UpdateOrganizationConfiguration",
                "guardduty:UpdatePublishingDestination",
                "guardduty:UpdateThreatEntitySet",
                "guardduty:UpdateThreatIntelSet",
                "guardduty:UpdateTrustedEntitySet",
            ),
            "*",
            exempted_principal_arns,
            partition,
        )
    )


@guardrail(PolicyKind.SCP, group=_GROUP)
def protect_security_hub(*, exempted_principal_arns: Strings = DEPLOYERS, partition: str = "aws") -> PolicyDocument:
    """Deny switching Security Hub or its standards off, or leaving its administrator.

    Args:
        exempted_principal_arns: Role names or principal ARN patterns that may.
        partition: The partition of the organization.

    Breaks:
        An account's own choice of standards and controls.

    Source:
        https://docs.aws.amazon.com/securityhub/latest/userguide/central-configuration-intro.html
    """
    return PolicyDocument.of(
        _protect(
            "ProtectSecurityHub",
            (
                "securityhub:BatchDeleteAutomationRules",
                "securityhub:BatchDisableStandards",
                "securityhub:BatchUpdateAutomationRules",
                "securityhub:BatchUpdateStandardsControlAssociations",
                "securityhub:CreateAutomationRule",
                "securityhub:CreateAutomationRuleV2",
                "securityhub:DeleteActionTarget",
                "securityhub:DeleteAggregatorV2",
                "securityhub:DeleteAutomationRuleV2",
                "securityhub:DeleteConfigurationPolicy",
                "securityhub:DeleteConnectorV2",
                "securityhub:DeleteFindingAggregator",
                "securityhub:DeleteInsight",
                "securityhub:DeleteInvitations",
                "securityhub:DeleteMembers",
                "securityhub:DisableImportFindingsForProduct",
                "securityhub:DisableSecurityHub",
                "securityhub:DisableSecurityHubFeatureV2",
                "securityhub:DisableSecurityHubV2",
                "securityhub:DisassociateFromAdministratorAccount",
                "securityhub:DisassociateFromMasterAccount",
                "securityhub:DisassociateMembers",
                "securityhub:StartConfigurationPolicyDisassociation",
                "securityhub:TagResource",
                "securityhub:UntagResource",
                "securityhub:UpdateAggregatorV2",
                "securityhub:UpdateAutomationRuleV2",
                "securityhub:UpdateConfigurationPolicy",
                "securityhub:UpdateFindingAggregator",
                "securityhub:UpdateOrganizationConfiguration",
                "securityhub:UpdateSecurityControl",
                "securityhub:UpdateSecurityHubConfiguration",
                "securityhub:UpdateStandardsControl",
            ),
            "*",
            exempted_principal_arns,
            partition,
        )
    )


@guardrail(PolicyKind.SCP, group=_GROUP)
def protect_macie(*, exempted_principal_arns: Strings = DEPLOYERS, partition: str = "aws") -> PolicyDocument:
    """Deny switching Macie off or leaving its administrator.

    Args:
        exempted_principal_arns: Role names or principal ARN patterns that may.
        partition: The partition of the organization.

    Breaks:
        Pausing Macie from within an account.

    Source:
        https://docs.aws.amazon.com/macie/latest/user/accounts-mgmt-ao.html
    """
    return PolicyDocument.of(
        _protect(
            "ProtectMacie",
            (
                "macie2:DeleteMember",
                "macie2:DisableMacie",
                "macie2:DisableOrganizationAdminAccount",
                "macie2:DisassociateFromAdministratorAccount",
                "macie2:DisassociateFromMasterAccount",
                "macie2:DisassociateMember",
                "macie2:UpdateMacieSession",
                "macie2:UpdateMemberSession",
            ),
            "*",
            exempted_principal_arns,
            partition,
        )
    )


@guardrail(PolicyKind.SCP, group=_GROUP)
def protect_access_analyzer(
    *, analyzers: Strings = "*", exempted_principal_arns: Strings = DEPLOYERS, partition: str = "aws"
) -> PolicyDocument:
    """Deny changing or deleting analyzers of IAM Access Analyzer, or hiding their findings by archive rules.

    Args:
        analyzers: Names of the analyzers; wildcards may be used.
        exempted_principal_arns: Role names or principal ARN patterns that may.
        partition: The partition of the organization.

    Breaks:
        An account's own archive rules, unless `analyzers` names only the organization's.

    Source:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/what-is-access-analyzer.html
    """
    names = values.some("analyzers", analyzers)
    return PolicyDocument.of(
        _protect(
            "ProtectAccessAnalyzer",
            (
                "access-analyzer:ApplyArchiveRule",
                "access-analyzer:CreateArchiveRule",
                "access-analyzer:DeleteAnalyzer",
                "access-analyzer:DeleteArchiveRule",
                "access-analyzer:UpdateAnalyzer",
                "access-analyzer:UpdateArchiveRule",
                "access-analyzer:UpdateFindings",
            ),
            [
                arn
                for name in names
                for analyzer in [f"arn:{partition}:access-analyzer:*:*:analyzer/{name}"]
                # An archive rule's ARN begins with its analyzer's; a trailing * covers both.
                for arn in ([analyzer] if name.endswith("*") else [analyzer, f"{analyzer}/archive-rule/*"])
            ],
            exempted_principal_arns,
            partition,
        )
    )
