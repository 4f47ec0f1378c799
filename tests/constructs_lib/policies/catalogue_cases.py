"""What each guardrail denies and what it lets pass, as data: read by the tests and by the script that mutates the catalogue.

Source of the behaviour: the AWS pages that each guardrail names.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from constructs_lib.policies import catalogue, names
from constructs_lib.policies.data import load
from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.policies.evaluator import Policies, PolicySet, Principal, Request, evaluate
from constructs_lib.policies.kinds import PolicyKind

ORGANIZATION = "o-abcdefghij"
ACCOUNT, VENDOR = "111122223333", "999988887777"
TEAM = f"arn:aws:iam::{ACCOUNT}:role/team"
DEPLOY = f"arn:aws:iam::{ACCOUNT}:role/TerraformExecutionRole"
SET_UP = f"arn:aws:iam::{ACCOUNT}:role/OrganizationAccountAccessRole"
PIPELINE = f"arn:aws:iam::{ACCOUNT}:role/pipeline/images"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
USER = f"arn:aws:iam::{ACCOUNT}:user/team"
SERVICE_LINKED = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
DEPLOYERS = ({"principal": DEPLOY}, {"principal": SET_UP})
NEIGHBOURS = ({"principal": f"arn:aws:iam::{ACCOUNT}:role/TerraformExecutionRole2"}, {"principal": USER})
EXEMPT = {"exempted_principal_arns": "pipeline/*"}
IMAGES = ({"principal": PIPELINE},)

Change = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """One guardrail with parameters, and what must come of requests.

    Args:
        guardrail: Its name.
        parameters: Its parameters.
        denies: Exactly these actions, of all actions of their services, are denied for the common request.
        request: What the requests have in common: keyword arguments of `Request`, ``principal`` as a name.
        passes: Changes to the common request after which it passes; for each of `denies`, unless they name an action.
        fails: Changes after which it is denied still.
        partition: The partition.
    """

    guardrail: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    denies: Sequence[str] = ()
    request: Change = field(default_factory=dict)
    passes: Sequence[Change] = ()
    fails: Sequence[Change] = ()
    partition: str = "aws"

    def build(self) -> catalogue.Guardrail:
        """The guardrail."""
        return catalogue.build(self.guardrail, self.parameters, partition=self.partition, organization_id=ORGANIZATION)

    def requests(self) -> Iterator[tuple[bool, Request]]:
        """Every request with whether it must pass."""
        for expected, changes in ((True, self.passes), (False, self.fails)):
            for change in changes:
                for action in [change["action"]] if "action" in change else self.denies:
                    yield expected, self._request({**change, "action": action})
        denied = {action.lower() for action in self.denies}
        for action in self.denies:
            yield False, self._request({"action": action})
        for service in sorted({action.partition(":")[0] for action in self.denies}):
            for name in names.actions(service):
                if f"{service}:{name}" not in denied:
                    yield True, self._request({"action": f"{service}:{name}"})

    def _request(self, change: Change) -> Request:
        arguments = {"principal": TEAM, **self.request, **change}
        arguments["context"] = {**self.request.get("context", {}), **change.get("context", {})}
        dropped = [key for key, value in arguments["context"].items() if value is None]
        for key in dropped:
            del arguments["context"][key]
        principal = arguments.pop("principal")
        return Request(Principal.anonymous() if principal == "anonymous" else Principal.of(principal), **arguments)


_EVERYTHING = PolicyDocument.of(allow("*", "*"))
_IDENTITY = PolicySet.of(_EVERYTHING)
_OPEN = PolicySet.of(PolicyDocument.of(allow("*", "*", principals="*")))


def judge(document: PolicyDocument, kind: PolicyKind) -> Callable[[Request], bool]:
    """Whether a request passes where everything is allowed but what the document denies."""
    scps = (PolicySet.of(_EVERYTHING, document, name="guardrail"),) if kind is PolicyKind.SCP else ()
    rcps = (PolicySet.of(document, name="guardrail"),) if kind is PolicyKind.RCP else ()
    policies = Policies(identity=_IDENTITY, resource=_OPEN, scps=scps, rcps=rcps)
    return lambda request: evaluate(request, policies).allowed


def protection(
    guardrail: str, denies: Sequence[str], *, passes: Sequence[Change] = (), fails: Sequence[Change] = (), **more: Any
) -> Case:
    """A guardrail that denies some actions to all but the deployers."""
    exempt = (*DEPLOYERS, {"principal": SERVICE_LINKED}, *passes)
    return Case(guardrail, denies=denies, passes=exempt, fails=(*NEIGHBOURS, *fails), **more)


def global_requests(partition: str) -> Iterator[Change]:
    """One call to every global service, where it answers from."""
    for action, region in load("global_services")["partitions"][partition]["global"].items():
        service, _, name = action.partition(":")
        for found in names.matching_actions(service, name)[:1]:
            yield {"action": f"{service}:{found}", "region": region}


def home_requests(partition: str) -> Iterator[str]:
    """One action of every service that also serves global resources from the home region."""
    for actions in load("global_services")["partitions"][partition]["home"].values():
        for action in actions:
            service, _, name = action.partition(":")
            yield f"{service}:{names.matching_actions(service, name)[0]}"


def instance(**context: Any) -> Change:
    """The launch of an instance."""
    resource = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/*"
    return {"action": "ec2:RunInstances", "resource": resource, "context": context}


EU = {"allowed_regions": ["eu-central-1", "eu-west-1"]}
REGIONS = (
    Case(
        "deny-unapproved-regions",
        {**EU, "exempted_actions": "bedrock:*", "home_region_actions": "lambda:*", **EXEMPT},
        passes=(
            *global_requests("aws"),
            *({"action": action, "region": "us-east-1"} for action in home_requests("aws")),
            *(
                {"action": action, "region": region}
                for action in home_requests("aws")
                for region in EU["allowed_regions"]
            ),
            {"action": "lambda:CreateFunction", "region": "us-east-1"},
            {"action": "ec2:RunInstances", "region": "eu-central-1"},
            {"action": "ec2:RunInstances", "region": "eu-west-1"},
            {"action": "ec2:DescribeRegions", "region": "us-west-1"},
            {"action": "bedrock:InvokeModel", "region": "us-west-2"},
            {"action": "ec2:RunInstances", "region": "us-east-1", "principal": PIPELINE},
            {"action": "acm:RequestCertificate", "region": "us-west-2", "principal": PIPELINE},
            {"action": "ec2:RunInstances", "region": "us-east-1", "principal": SERVICE_LINKED},
        ),
        fails=(
            {"action": "ec2:RunInstances", "region": "us-east-1"},
            {"action": "ec2:DescribeInstances", "region": "us-east-1"},
            {"action": "s3:CreateBucket", "region": "us-east-1"},
            {"action": "s3:GetObject", "region": "ap-south-1"},
            {"action": "dynamodb:GetItem", "region": "us-east-1"},
            {"action": "ec2:RunInstances", "region": "us-east-1", "principal": ROOT},
            {"action": "lambda:CreateFunction", "region": "us-west-2"},
            *({"action": action, "region": "us-west-2"} for action in home_requests("aws")),
        ),
    ),
    Case(
        "deny-unapproved-regions",
        {"allowed_regions": "us-gov-east-1"},
        partition="aws-us-gov",
        request={"principal": TEAM.replace("arn:aws:", "arn:aws-us-gov:")},
        passes=(
            *global_requests("aws-us-gov"),
            *(
                {"action": action, "region": region}
                for action in home_requests("aws-us-gov")
                for region in ("us-gov-east-1", "us-gov-west-1")
            ),
            {"action": "ec2:RunInstances", "region": "us-gov-east-1"},
            {"action": "iam:CreateRole", "region": "us-gov-north-1"},
        ),
        fails=(
            {"action": "ec2:RunInstances", "region": "us-gov-west-1"},
            {"action": "s3:CreateBucket", "region": "us-gov-west-1"},
            # There is no third region yet; the guardrail must not wait for it.
            *({"action": action, "region": "us-gov-north-1"} for action in home_requests("aws-us-gov")),
        ),
    ),
    Case(
        "deny-unapproved-regions",
        {"allowed_regions": "cn-north-1"},
        partition="aws-cn",
        request={"principal": TEAM.replace("arn:aws:", "arn:aws-cn:")},
        passes=(
            *(
                {**each, "region": region}
                for each in global_requests("aws-cn")
                for region in ("cn-northwest-1", "cn-south-1")
            ),
            *global_requests("aws-cn"),
            *(
                {"action": action, "region": region}
                for action in home_requests("aws-cn")
                for region in ("cn-north-1", "cn-northwest-1")
            ),
            {"action": "ec2:RunInstances", "region": "cn-north-1"},
        ),
        fails=(
            {"action": "ec2:RunInstances", "region": "cn-northwest-1"},
            {"action": "s3:CreateBucket", "region": "cn-northwest-1"},
            *({"action": action, "region": "cn-south-1"} for action in home_requests("aws-cn")),
        ),
    ),
    Case(
        "deny-unapproved-regions",
        {"allowed_regions": "eusc-de-east-1"},
        partition="aws-eusc",
        request={"principal": TEAM.replace("arn:aws:", "arn:aws-eusc:")},
        passes=(
            # There is no second region yet; the guardrail must not wait for it.
            *({**each, "region": "eusc-de-west-1"} for each in global_requests("aws-eusc")),
            *({"action": action, "region": "eusc-de-east-1"} for action in home_requests("aws-eusc")),
            {"action": "ec2:RunInstances", "region": "eusc-de-east-1"},
        ),
        fails=(
            {"action": "ec2:RunInstances", "region": "eusc-de-west-1"},
            {"action": "s3:CreateBucket", "region": "eusc-de-west-1"},
            *({"action": action, "region": "eusc-de-west-1"} for action in home_requests("aws-eusc")),
        ),
    ),
    Case(
        "deny-region-changes",
        {"exempted_regions": ["eu-south-1", "eu-south-2"], **EXEMPT},
        denies=("account:DisableRegion", "account:EnableRegion"),
        request={"context": {"account:TargetRegion": "me-south-1"}},
        passes=(
            {"context": {"account:TargetRegion": "eu-south-1"}},
            {"context": {"account:TargetRegion": "eu-south-2"}},
            *IMAGES,
        ),
        fails=NEIGHBOURS,
    ),
)

IDENTITY = (
    Case(
        "deny-leaving-organization",
        denies=("organizations:LeaveOrganization",),
        fails=(*DEPLOYERS, {"principal": ROOT}),
    ),
    Case(
        "deny-root-user",
        {"exempted_actions": "support:*"},
        passes=(
            {"action": "s3:DeleteBucketPolicy"},
            {"action": "s3:DeleteBucketPolicy", "principal": USER},
            {"action": "s3:DeleteBucketPolicy", "principal": ROOT, "context": {"aws:AssumedRoot": "true"}},
            {"action": "support:CreateCase", "principal": ROOT},
        ),
        fails=({"action": "s3:DeleteBucketPolicy", "principal": ROOT}, {"action": "iam:CreateUser", "principal": ROOT}),
    ),
    Case(
        "deny-root-user",
        {"exempt_assume_root": False},
        passes=({"action": "s3:ListAllMyBuckets"},),
        fails=(
            {"action": "support:CreateCase", "principal": ROOT},
            {"action": "s3:DeleteBucketPolicy", "principal": ROOT, "context": {"aws:AssumedRoot": "true"}},
        ),
    ),
    Case(
        "deny-iam-users",
        EXEMPT,
        denies=(
            "iam:CreateAccessKey",
            "iam:CreateLoginProfile",
            "iam:CreateServiceSpecificCredential",
            "iam:CreateUser",
            "iam:ResetServiceSpecificCredential",
            "iam:UpdateAccessKey",
            "iam:UpdateLoginProfile",
            "iam:UploadSSHPublicKey",
            "iam:UploadSigningCertificate",
        ),
        passes=IMAGES,
        fails=(*NEIGHBOURS, *DEPLOYERS),
    ),
    protection(
        "deny-identity-provider-changes",
        (
            "iam:AddClientIDToOpenIDConnectProvider",
            "iam:CreateOpenIDConnectProvider",
            "iam:CreateSAMLProvider",
            "iam:DeleteOpenIDConnectProvider",
            "iam:DeleteSAMLProvider",
            "iam:RemoveClientIDFromOpenIDConnectProvider",
            "iam:TagOpenIDConnectProvider",
            "iam:TagSAMLProvider",
            "iam:UntagOpenIDConnectProvider",
            "iam:UntagSAMLProvider",
            "iam:UpdateOpenIDConnectProviderThumbprint",
            "iam:UpdateSAMLProvider",
            "rolesanywhere:CreateProfile",
            "rolesanywhere:CreateTrustAnchor",
            "rolesanywhere:DeleteCrl",
            "rolesanywhere:DeleteTrustAnchor",
            "rolesanywhere:DisableCrl",
            "rolesanywhere:DisableTrustAnchor",
            "rolesanywhere:EnableCrl",
            "rolesanywhere:EnableProfile",
            "rolesanywhere:EnableTrustAnchor",
            "rolesanywhere:ImportCrl",
            "rolesanywhere:TagResource",
            "rolesanywhere:UntagResource",
            "rolesanywhere:UpdateCrl",
            "rolesanywhere:UpdateProfile",
            "rolesanywhere:UpdateTrustAnchor",
        ),
    ),
    Case(
        "protect-roles",
        denies=(
            "iam:AttachRolePolicy",
            "iam:CreateRole",
            "iam:DeleteRole",
            "iam:DeleteRolePermissionsBoundary",
            "iam:DeleteRolePolicy",
            "iam:DetachRolePolicy",
            "iam:PutRolePermissionsBoundary",
            "iam:PutRolePolicy",
            "iam:TagRole",
            "iam:UntagRole",
            "iam:UpdateAssumeRolePolicy",
            "iam:UpdateRole",
            "iam:UpdateRoleDescription",
        ),
        request={"resource": DEPLOY},
        passes=(*DEPLOYERS, {"resource": TEAM}, {"resource": f"{DEPLOY}2"}),
        fails=(
            *NEIGHBOURS,
            {"resource": SET_UP},
            {"resource": f"arn:aws:iam::{ACCOUNT}:role/AWSCloudFormationStackSetExecutionRole"},
            {"resource": f"arn:aws:iam::{ACCOUNT}:role/BreakGlass"},
            {"resource": f"arn:aws:iam::{ACCOUNT}:role/stacksets-exec-0123"},
        ),
    ),
)

TRAIL = f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/organization"
ANALYZER = f"arn:aws:access-analyzer:eu-west-1:{ACCOUNT}:analyzer/organization"
TRAIL_ACTIONS = (
    "cloudtrail:AddTags",
    "cloudtrail:CreateTrail",
    "cloudtrail:DeleteTrail",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:PutInsightSelectors",
    "cloudtrail:RemoveTags",
    "cloudtrail:StopLogging",
    "cloudtrail:UpdateTrail",
)
STORE = f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:eventdatastore/0123"
STORE_ACTIONS = (
    "cloudtrail:DeleteEventDataStore",
    "cloudtrail:StopEventDataStoreIngestion",
    "cloudtrail:UpdateEventDataStore",
)
CHANNEL = {"action": "cloudtrail:StopLogging", "resource": f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:channel/0123"}
ANALYZER_ACTIONS = (
    "access-analyzer:ApplyArchiveRule",
    "access-analyzer:DeleteArchiveRule",
    "access-analyzer:UpdateFindings",
    "access-analyzer:CreateArchiveRule",
    "access-analyzer:DeleteAnalyzer",
    "access-analyzer:UpdateAnalyzer",
    "access-analyzer:UpdateArchiveRule",
)
PROTECTION = (
    protection(
        "protect-cloudtrail",
        (*STORE_ACTIONS, *TRAIL_ACTIONS),
        request={"resource": TRAIL},
        passes=(CHANNEL,),
        fails=({"action": "cloudtrail:DeleteEventDataStore", "resource": STORE},),
    ),
    protection(
        "protect-cloudtrail",
        (*STORE_ACTIONS, *TRAIL_ACTIONS),
        parameters={"trails": ["organization", "audit-*"]},
        request={"resource": TRAIL},
        passes=(CHANNEL, {"resource": f"{TRAIL}-of-the-team"}),
        fails=({"resource": TRAIL.replace("organization", "audit-2")}, {"resource": STORE}),
    ),
    protection(
        "protect-config",
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
        ),
    ),
    protection(
        "protect-guardduty",
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
    ),
    protection(
        "protect-security-hub",
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
    ),
    protection(
        "protect-macie",
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
    ),
    protection(
        "protect-access-analyzer",
        ANALYZER_ACTIONS,
        request={"resource": ANALYZER},
        passes=({"resource": ANALYZER.replace("analyzer/", "other/")},),
        fails=({"resource": f"{ANALYZER}/archive-rule/x"},),
    ),
    protection(
        "protect-access-analyzer",
        ANALYZER_ACTIONS,
        parameters={"analyzers": "organization"},
        request={"resource": ANALYZER},
        passes=({"resource": f"{ANALYZER}-of-the-team"}, {"resource": f"{ANALYZER}2/archive-rule/x"}),
        fails=({"resource": f"{ANALYZER}/archive-rule/x"},),
    ),
    protection(
        "protect-ebs-encryption",
        ("ec2:DisableEbsEncryptionByDefault", "ec2:ModifyEbsDefaultKmsKeyId", "ec2:ResetEbsDefaultKmsKeyId"),
    ),
    protection("protect-s3-public-access-block", ("s3:PutAccountPublicAccessBlock",)),
    protection(
        "protect-s3-public-access-block",
        ("s3:PutAccessPointPublicAccessBlock", "s3:PutAccountPublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
        parameters={"buckets": True},
    ),
    protection(
        "protect-kms-keys",
        (
            "kms:CreateGrant",
            "kms:DeleteAlias",
            "kms:DeleteCustomKeyStore",
            "kms:DeleteImportedKeyMaterial",
            "kms:DisableKey",
            "kms:DisableKeyRotation",
            "kms:ScheduleKeyDeletion",
        ),
        request={
            "resource": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/0123",
            "context": {"kms:GrantIsForAWSResource": "false"},
        },
        passes=({"action": "kms:CreateGrant", "context": {"kms:GrantIsForAWSResource": "true"}},),
        fails=({"action": "kms:CreateGrant", "context": {"kms:GrantIsForAWSResource": None}},),
    ),
    Case(
        "require-imdsv2",
        {"max_hops": 2, **EXEMPT},
        passes=(
            instance(**{"ec2:MetadataHttpTokens": "required"}),
            instance(**{"ec2:MetadataHttpTokens": "required", "ec2:MetadataHttpPutResponseHopLimit": "2"}),
            {
                **instance(**{"ec2:MetadataHttpTokens": "required"}),
                "resource": f"arn:aws:ec2:eu-west-1:{ACCOUNT}:subnet/s",
            },
            {"action": "ec2:RunInstances", "resource": f"arn:aws:ec2:eu-west-1:{ACCOUNT}:subnet/subnet-1"},
            {
                "action": "ec2:RunInstances",
                "resource": f"arn:aws:ec2:eu-west-1:{ACCOUNT}:network-interface/*",
                "context": {"ec2:MetadataHttpPutResponseHopLimit": "3"},
            },
            {"action": "ec2:StartInstances", "resource": f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-1"},
            {"action": "s3:GetObject", "context": {"ec2:RoleDelivery": "2.0"}},
            {"action": "s3:GetObject"},
            {**instance(), "principal": PIPELINE},
            {
                **instance(**{"ec2:MetadataHttpTokens": "required", "ec2:MetadataHttpPutResponseHopLimit": "3"}),
                "principal": PIPELINE,
            },
            {"action": "ec2:ModifyInstanceMetadataOptions", "principal": PIPELINE},
            {"action": "ec2:ModifyInstanceMetadataDefaults", "principal": PIPELINE},
            {"action": "ec2:DescribeInstances", "resource": f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-1"},
            {
                "action": "ec2:StartInstances",
                "resource": f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-1",
                "context": {"ec2:MetadataHttpTokens": "required", "ec2:MetadataHttpPutResponseHopLimit": "3"},
            },
            {"action": "s3:GetObject", "context": {"ec2:RoleDelivery": "1.0"}, "principal": PIPELINE},
        ),
        fails=(
            instance(),
            instance(**{"ec2:MetadataHttpTokens": "optional"}),
            instance(**{"ec2:MetadataHttpTokens": "required", "ec2:MetadataHttpPutResponseHopLimit": "3"}),
            {"action": "ec2:ModifyInstanceMetadataOptions"},
            {"action": "ec2:ModifyInstanceMetadataDefaults"},
            {"action": "s3:GetObject", "context": {"ec2:RoleDelivery": "1.0"}},
        ),
    ),
    Case(
        "require-imdsv2",
        {"deny_version_1_credentials": False},
        passes=(
            {"action": "s3:GetObject", "context": {"ec2:RoleDelivery": "1.0"}},
            instance(**{"ec2:MetadataHttpTokens": "required", "ec2:MetadataHttpPutResponseHopLimit": "3"}),
            {**instance(), "action": "ec2:StartInstances"},
            {**instance(), "resource": f"arn:aws:ec2:eu-west-1:{ACCOUNT}:subnet/subnet-1"},
            *({**instance(), **who} for who in DEPLOYERS),
            *({"action": "ec2:ModifyInstanceMetadataDefaults", **who} for who in DEPLOYERS),
        ),
        fails=(
            instance(),
            {"action": "ec2:ModifyInstanceMetadataDefaults"},
            {"action": "ec2:ModifyInstanceMetadataOptions"},
        ),
    ),
)

SHARE = "ram:RequestedAllowsExternalPrincipals"
OPEN_SHARE = "ram:AllowsExternalPrincipals"
SNAPSHOT = "arn:aws:ec2:eu-west-1::snapshot/snap-1"
FUNCTION = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:hook"
SHARE_ACTIONS = ("ram:AssociateResourceShare", "ram:CreateResourceShare", "ram:UpdateResourceShare")
CLOSED = (
    {"action": "ram:CreateResourceShare", "context": {SHARE: "false"}},
    {"action": "ram:UpdateResourceShare", "context": {SHARE: "false"}},
    {"action": "ram:UpdateResourceShare", "context": {SHARE: None}},
    {"action": "ram:AssociateResourceShare", "context": {OPEN_SHARE: "false"}},
    {"action": "ram:AssociateResourceShare", "context": {OPEN_SHARE: None}},
)
UNSAID = {"action": "ram:CreateResourceShare", "context": {SHARE: None}}
PRIVATE = (
    {"action": "ec2:ModifySnapshotAttribute", "context": {"ec2:Add/group": None, "ec2:Add/userId": VENDOR}},
    {"action": "ec2:ModifySnapshotAttribute", "context": {"ec2:Add/group": "other"}},
    {"action": "ec2:ModifySnapshotAttribute", "resource": f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-1"},
)
SHARING = (
    Case(
        "deny-external-sharing",
        EXEMPT,
        denies=("ram:AcceptResourceShareInvitation", *SHARE_ACTIONS),
        request={"context": {SHARE: "true", OPEN_SHARE: "true"}},
        passes=(
            *IMAGES,
            *CLOSED,
        ),
        fails=(*NEIGHBOURS, UNSAID),
    ),
    Case(
        "deny-external-sharing",
        {"deny_accepting": False},
        denies=SHARE_ACTIONS,
        request={"context": {SHARE: "true", OPEN_SHARE: "true"}},
        passes=CLOSED,
        fails=(*NEIGHBOURS, UNSAID),
    ),
    Case(
        "deny-image-sharing",
        EXEMPT,
        denies=("ec2:DisableImageBlockPublicAccess", "ec2:ModifyImageAttribute"),
        passes=IMAGES,
        fails=NEIGHBOURS,
    ),
    Case(
        "deny-public-snapshots",
        EXEMPT,
        denies=(
            "ec2:DisableSnapshotBlockPublicAccess",
            "ec2:ModifySnapshotAttribute",
            "rds:ModifyDBClusterSnapshotAttribute",
            "rds:ModifyDBSnapshotAttribute",
        ),
        request={"resource": SNAPSHOT, "context": {"ec2:Add/group": "all"}},
        passes=(
            *IMAGES,
            *PRIVATE,
        ),
        fails=NEIGHBOURS,
    ),
    Case(
        "deny-public-snapshots",
        {"databases": False},
        denies=("ec2:DisableSnapshotBlockPublicAccess", "ec2:ModifySnapshotAttribute"),
        request={"resource": SNAPSHOT, "context": {"ec2:Add/group": "all"}},
        passes=(*PRIVATE, *DEPLOYERS, {"action": "rds:ModifyDBSnapshotAttribute"}),
        fails=NEIGHBOURS,
    ),
    Case(
        "deny-public-function-urls",
        EXEMPT,
        denies=("lambda:AddPermission", "lambda:CreateFunctionUrlConfig", "lambda:UpdateFunctionUrlConfig"),
        request={"resource": FUNCTION, "context": {"lambda:FunctionUrlAuthType": "NONE"}},
        passes=(
            *IMAGES,
            {"context": {"lambda:FunctionUrlAuthType": "AWS_IAM"}},
            {"context": {"lambda:FunctionUrlAuthType": None}},
            {"resource": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:layer:x"},
        ),
        fails=NEIGHBOURS,
    ),
)


def creation(action: str, resource: str, **tags: str) -> Change:
    """A creation with tags."""
    return {
        "action": action,
        "resource": f"arn:aws:{resource}",
        "context": {**{f"aws:RequestTag/{key}": value for key, value in tags.items()}, "aws:TagKeys": tuple(tags)},
    }


BOTH = {"Owner": "me", "Team": "us"}
INSTANCE, VOLUME, TABLE = (
    f"ec2:eu-west-1:{ACCOUNT}:instance/*",
    f"ec2:eu-west-1:{ACCOUNT}:volume/*",
    "dynamodb:x:y:table/t",
)
TAGS = (
    Case(
        "require-tags",
        {
            "tag_keys": ["Owner", "Team"],
            "actions": ["ec2:CreateVolume", "ec2:RunInstances", "dynamodb:CreateTable"],
            **EXEMPT,
        },
        passes=(
            creation("ec2:RunInstances", INSTANCE, **BOTH),
            creation("ec2:RunInstances", VOLUME, **BOTH),
            creation("ec2:RunInstances", f"ec2:eu-west-1:{ACCOUNT}:subnet/subnet-1"),
            creation("ec2:CreateVolume", VOLUME, **BOTH),
            creation("dynamodb:CreateTable", TABLE, **BOTH),
            creation("dynamodb:PutItem", TABLE),
            creation("ec2:StartInstances", INSTANCE),
            creation("ec2:AttachVolume", VOLUME),
            *(
                {**creation(action, resource), "principal": PIPELINE}
                for action, resource in (
                    ("ec2:RunInstances", INSTANCE),
                    ("ec2:CreateVolume", VOLUME),
                    ("dynamodb:CreateTable", TABLE),
                )
            ),
            creation("ec2:CreateVolume", f"ec2:eu-west-1:{ACCOUNT}:instance/i-1"),
        ),
        fails=tuple(
            creation(action, resource, **tags)
            for action, resource in (
                ("ec2:RunInstances", INSTANCE),
                ("ec2:RunInstances", VOLUME),
                ("ec2:CreateVolume", VOLUME),
                ("dynamodb:CreateTable", TABLE),
            )
            for tags in ({}, {"Owner": "me"}, {"Team": "us"})
        ),
    ),
    Case(
        "protect-tags",
        {"tag_keys": ["Owner", "Team"]},
        denies=load("tagging")["change"],
        request={
            "context": {
                "aws:TagKeys": ("Owner", "Team", "Other"),
                "aws:ResourceTag/Owner": "me",
                "aws:ResourceTag/Team": "us",
            }
        },
        passes=(
            *DEPLOYERS,
            {"context": {"aws:TagKeys": ("Other",)}},
            {"context": {"aws:TagKeys": None}},
            {"context": {"aws:ResourceTag/Owner": None, "aws:ResourceTag/Team": None}},
            {"context": {"aws:TagKeys": ("Owner",), "aws:ResourceTag/Owner": None}},
            {"context": {"aws:TagKeys": ("Team",), "aws:ResourceTag/Team": None}},
        ),
        fails=(
            *NEIGHBOURS,
            {"context": {"aws:TagKeys": ("Owner",)}},
            {"context": {"aws:TagKeys": ("Team",)}},
            {"context": {"aws:TagKeys": ("Owner", "Other")}},
            {"context": {"aws:TagKeys": ("Team", "Other")}},
        ),
    ),
)

BUCKET = "arn:aws:s3:::bucket/key"
OURS, THEIRS = {"aws:ResourceOrgID": ORGANIZATION}, {"aws:ResourceOrgID": "o-zzzzzzzzzz"}
OFFICE, HOME = "203.0.113.7", "198.51.100.7"
FOREIGN = {"aws:SourceIp": HOME, "aws:ViaAWSService": "false"}
CONFINED = (
    "dynamodb:PutItem",
    "kms:Encrypt",
    "s3:PutObject",
    "secretsmanager:PutSecretValue",
    "sns:Publish",
    "sqs:SendMessage",
)
PERIMETER = (
    Case(
        "deny-foreign-resources",
        {"exempted_account_ids": [VENDOR, "888877776666"], **EXEMPT},
        request={"context": THEIRS},
        passes=(
            *({"action": action, "context": OURS} for action in CONFINED),
            {"action": "s3:PutObject", "resource_account": VENDOR},
            {"action": "s3:PutObject", "resource_account": "888877776666"},
            {"action": "s3:PutObject", "principal": PIPELINE},
            {"action": "ec2:RunInstances"},
        ),
        fails=(
            *({"action": action} for action in CONFINED),
            {"action": "s3:GetObject", "resource_account": "555566667777"},
            {"action": "s3:GetObject", "context": {"aws:ResourceOrgID": None}},
        ),
    ),
    Case(
        "deny-foreign-resources",
        {"actions": "s3:*", "exempted_resource_arns": ["arn:aws:s3:::packages-*", "arn:aws:s3:::images/*"]},
        request={"context": THEIRS},
        passes=(
            {"action": "s3:GetObject", "resource": "arn:aws:s3:::packages-eu/a"},
            {"action": "s3:GetObject", "resource": "arn:aws:s3:::images/a"},
            {"action": "s3:GetObject", "resource": BUCKET, "context": OURS},
            {"action": "sqs:SendMessage"},
        ),
        fails=({"action": "s3:GetObject", "resource": BUCKET},),
    ),
    Case(
        "deny-foreign-networks",
        {
            "allowed_cidrs": ["203.0.113.0/24", "2001:db8::/32"],
            "allowed_vpcs": ["vpc-1", "vpc-2"],
            "exempted_actions": "support:*",
            **EXEMPT,
        },
        request={"context": FOREIGN},
        passes=(
            {"action": "s3:GetObject", "context": {"aws:SourceIp": OFFICE}},
            {"action": "s3:GetObject", "context": {"aws:SourceIp": "2001:db8::1"}},
            {"action": "s3:GetObject", "context": {"aws:SourceIp": None, "aws:SourceVpc": "vpc-1"}},
            {"action": "s3:GetObject", "context": {"aws:SourceIp": None, "aws:SourceVpc": "vpc-2"}},
            {"action": "s3:GetObject", "context": {"aws:ViaAWSService": "true"}},
            {"action": "support:CreateCase"},
            {"action": "s3:GetObject", "principal": PIPELINE},
        ),
        fails=(
            {"action": "s3:GetObject"},
            {"action": "iam:CreateUser", "context": {"aws:ViaAWSService": None}},
            {"action": "s3:GetObject", "context": {"aws:SourceIp": None, "aws:SourceVpc": "vpc-3"}},
            {"action": "s3:GetObject", "context": {"aws:SourceIp": None}},
        ),
    ),
)

IN_ROOT = f"{ORGANIZATION}/r-abcd/"
UNPLACED = {"aws:PrincipalOrgPaths": [IN_ROOT]}

LIFECYCLE = (
    Case(
        "quarantine",
        {"exempted_actions": "ce:*"},
        passes=(
            {"action": "ec2:TerminateInstances", "principal": SET_UP},
            {"action": "config:PutEvaluations", "principal": SERVICE_LINKED},
            {"action": "ce:GetCostAndUsage"},
        ),
        fails=(
            {"action": "ec2:DescribeInstances"},
            {"action": "ec2:TerminateInstances", "principal": DEPLOY},
            {"action": "iam:CreateRole", "principal": ROOT},
            {"action": "s3:GetObject", "principal": USER},
        ),
    ),
    Case(
        "quarantine",
        {"exempted_principal_arns": ["Forensics"], "sessions_since": "2026-11-28T12:00:00Z"},
        request={"principal": f"arn:aws:iam::{ACCOUNT}:role/Forensics", "action": "s3:GetObject"},
        passes=(
            {"action": "s3:GetObject", "context": {"aws:TokenIssueTime": "2026-11-28T12:00:01Z"}},
            {"action": "s3:GetObject"},  # no session
        ),
        fails=(
            {"action": "s3:GetObject", "context": {"aws:TokenIssueTime": "2026-11-28T11:59:59Z"}},
            {"action": "ce:GetCostAndUsage", "principal": TEAM},
        ),
    ),
    Case(
        "quarantine-unplaced",
        request={"context": UNPLACED},
        passes=(
            {"action": "ec2:RunInstances", "principal": SET_UP},
            {"action": "config:PutEvaluations", "principal": SERVICE_LINKED},
            {"action": "ec2:RunInstances", "context": {"aws:PrincipalOrgPaths": [f"{IN_ROOT}ou-abcd-11111111/"]}},
            {
                "action": "ec2:RunInstances",
                "context": {"aws:PrincipalOrgPaths": [f"{IN_ROOT}ou-abcd-11111111/ou-abcd-22222222/"]},
            },
            {
                "action": "ec2:RunInstances",
                "context": {"aws:PrincipalOrgPaths": [IN_ROOT, f"{IN_ROOT}ou-abcd-11111111/"]},
            },
            {"action": "ec2:RunInstances", "context": {"aws:PrincipalOrgPaths": None}},
        ),
        fails=(
            {"action": "ec2:DescribeInstances"},
            {"action": "ec2:RunInstances", "principal": DEPLOY},
            {"action": "iam:CreateRole", "principal": ROOT},
            {"action": "s3:GetObject", "principal": USER},
        ),
    ),
    Case(
        "suspend",
        passes=({"action": "ec2:TerminateInstances", "principal": SET_UP},),
        fails=(
            {"action": "ec2:TerminateInstances", "principal": DEPLOY},
            {"action": "s3:GetObject"},
            {"action": "iam:CreateRole", "principal": ROOT},
        ),
    ),
)

IN, OUT = {"aws:PrincipalOrgID": ORGANIZATION}, {"aws:PrincipalOrgID": "o-zzzzzzzzzz"}
STRANGER = "arn:aws:iam::555566667777:role/stranger"
PARTNER = f"arn:aws:iam::{VENDOR}:role/partner"
OBJECT = {"resource": BUCKET, "resource_account": ACCOUNT}
DELIVERY = {"principal": "delivery.logs.amazonaws.com", **OBJECT}
ON_BEHALF = {"aws:SourceAccount": "555566667777", "aws:SourceOrgID": "o-zzzzzzzzzz"}
CALLS = ("kms:Decrypt", "s3:GetObject", "secretsmanager:GetSecretValue", "sqs:SendMessage")
STS = ("sts:AssumeRole", "sts:GetFederationToken", "sts:SetContext")
SESSIONS = ("sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
INVESTIGATOR = "aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Investigator_*"
GITHUB, GITLAB = "token.actions.githubusercontent.com", "gitlab.com"
TOKEN = {"action": "sts:AssumeRoleWithWebIdentity", "resource": DEPLOY}


# Nobody sends such requests; they show that only federation is confined.
OTHER_CALLS = tuple(
    {"action": "sts:AssumeRole", "resource": DEPLOY, "principal": TEAM, "context": {f"{provider}:sub": "x"}}
    for provider in (GITHUB, GITLAB)
)


def token(provider: str, subject: str | None) -> Change:
    """Somebody who comes with a token."""
    claims = {} if subject is None else {f"{provider}:sub": subject}
    return {**TOKEN, "principal": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{provider}", "context": claims}


RESOURCES = (
    Case(
        "deny-foreign-identities",
        {"exempted_account_ids": [VENDOR, "888877776666"]},
        request={**OBJECT, "principal": STRANGER, "context": OUT},
        passes=(
            *({"action": action, "principal": TEAM, "context": IN} for action in (*CALLS, *STS)),
            {"action": "s3:GetObject", "principal": PARTNER},
            {"action": "s3:GetObject", "principal": "arn:aws:iam::888877776666:role/partner"},
            {**DELIVERY, "action": "s3:PutObject", "context": {"aws:PrincipalOrgID": None}},
            {"action": "ec2:DescribeInstances", "principal": TEAM},
            *(
                {"action": f"sts:{name}"}
                for name in ("AssumeRoleWithWebIdentity", "AssumeRoleWithSAML", "SetSourceIdentity", "TagSession")
            ),
        ),
        fails=(
            *({"action": action} for action in (*CALLS, *STS)),
            {"action": "s3:GetObject", "context": {"aws:PrincipalOrgID": None}},
            {
                "action": "s3:GetObject",
                "principal": "anonymous",
                "context": {"aws:PrincipalOrgID": None, "aws:PrincipalIsAWSService": "false"},
            },
            {"action": "s3:GetObject", "principal": "anonymous", "context": {"aws:PrincipalOrgID": None}},
        ),
    ),
    Case(
        "deny-foreign-identities",
        {"actions": "s3:*", "exempted_resource_arns": ["arn:aws:s3:::downloads/*", "arn:aws:s3:::site/*"]},
        request={**OBJECT, "principal": STRANGER, "context": OUT},
        passes=(
            {"action": "s3:GetObject", "resource": "arn:aws:s3:::downloads/a"},
            {"action": "s3:GetObject", "resource": "arn:aws:s3:::site/a"},
            {"action": "s3:GetObject", "principal": TEAM, "context": IN},
            {**DELIVERY, "action": "s3:PutObject", "context": {"aws:PrincipalOrgID": None}},
            {"action": "sqs:SendMessage"},
        ),
        fails=(
            {"action": "s3:GetObject"},
            {"action": "s3:GetObject", "principal": "anonymous", "context": {"aws:PrincipalOrgID": None}},
        ),
    ),
    Case(
        "restrict-entry",
        {"management_account_id": VENDOR, "exempted_principal_arns": [INVESTIGATOR]},
        request={"resource": SET_UP, "resource_account": ACCOUNT, "principal": TEAM},
        passes=(
            *({"action": action, "principal": PARTNER} for action in SESSIONS),
            {
                "action": "sts:AssumeRole",
                "principal": "arn:aws:iam::444455556666:role/" + INVESTIGATOR.replace("*", "x"),
            },
            {"action": "sts:GetFederationToken"},
            {"action": "s3:GetObject"},
        ),
        fails=(
            *({"action": action} for action in SESSIONS),
            *({"action": action, "principal": STRANGER} for action in SESSIONS),
            {"action": "sts:AssumeRole", "principal": "lambda.amazonaws.com"},
            {"action": "sts:AssumeRole", "principal": f"arn:aws:iam::{ACCOUNT}:role/AWSReservedSSO_Investigator_x"},
            token(GITHUB, "repo:acme/app:ref:refs/heads/main"),
        ),
    ),
    Case(
        "restrict-session-regions",
        {"allowed_regions": ["eu-central-1", "us-east-1"]},
        request={"action": "sts:AssumeRole", "resource": SET_UP, "resource_account": ACCOUNT, "region": "us-west-2"},
        passes=(
            {"action": "sts:AssumeRole", "region": "eu-central-1"},
            {"action": "sts:AssumeRole", "region": "us-east-1"},
            {"action": "sts:AssumeRole", "principal": "lambda.amazonaws.com"},
            {"action": "sts:AssumeRoleWithWebIdentity"},
            {"action": "s3:GetObject"},
        ),
        fails=(
            *({"action": "sts:AssumeRole", "principal": one} for one in (TEAM, STRANGER, USER)),
            {"action": "sts:AssumeRole", "region": "eu-central-2"},
            {"action": "sts:AssumeRole", "principal": "anonymous"},
        ),
    ),
    Case(
        "deny-confused-deputies",
        {"exempted_account_ids": [VENDOR, "888877776666"]},
        request={**DELIVERY, "context": ON_BEHALF},
        passes=(
            {"action": "s3:PutObject", "context": {"aws:SourceAccount": ACCOUNT, "aws:SourceOrgID": ORGANIZATION}},
            {"action": "s3:PutObject", "context": {"aws:SourceAccount": VENDOR}},
            {"action": "s3:PutObject", "context": {"aws:SourceAccount": "888877776666"}},
            {"action": "s3:PutObject", "context": {"aws:SourceAccount": None, "aws:SourceOrgID": None}},
            {"action": "s3:PutObject", "principal": TEAM},
            {"action": "s3:PutObject", "principal": TEAM, "context": {"aws:PrincipalIsAWSService": None}},
            {"action": "s3:PutObject", "principal": "anonymous"},
            {"action": "ecr:BatchGetImage"},
        ),
        fails=(
            *({"action": action} for action in (*CALLS, "sts:AssumeRole")),
            {"action": "s3:PutObject", "context": {"aws:SourceOrgID": None}},
        ),
    ),
    Case(
        "deny-foreign-tenants",
        {
            "tenants": {GITHUB: ["repo:acme/*", "repo:acme@123/*"], GITLAB: "project_path:acme/*"},
            "deny_other_providers": True,
        },
        passes=(
            token(GITHUB, "repo:acme/app:ref:refs/heads/main"),
            token(GITHUB, "repo:acme@123/app@4:ref:refs/heads/main"),
            token(GITLAB, "project_path:acme/app:ref_type:branch:ref:main"),
            {"action": "sts:AssumeRole", "resource": DEPLOY, "principal": TEAM},
            *OTHER_CALLS,
        ),
        fails=(
            token(GITHUB, "repo:acme-evil/app:ref:refs/heads/main"),
            token(GITHUB, "repo:other/app:ref:refs/heads/main"),
            token(GITLAB, "project_path:other/app:ref_type:branch:ref:main"),
            token("oidc.example.com", "anybody"),
            token(GITHUB, None),
        ),
    ),
    Case(
        "deny-foreign-tenants",
        {"tenants": {GITHUB: "repo:acme/*"}},
        passes=(
            token(GITHUB, "repo:acme/app:ref:refs/heads/main"),
            token("oidc.example.com", "anybody"),
            *OTHER_CALLS,
        ),
        fails=(token(GITHUB, "repo:other/app:ref:refs/heads/main"),),
    ),
    Case(
        "require-tls",
        request={**OBJECT, "context": {"aws:SecureTransport": "false"}},
        passes=(
            *(
                {"action": action, "context": {"aws:SecureTransport": "true"}}
                for action in (*CALLS, "sts:GetFederationToken")
            ),
            {"action": "ec2:DescribeInstances"},
        ),
        fails=(
            *({"action": action} for action in (*CALLS, "sts:GetFederationToken")),
            {"action": "s3:GetObject", "context": {"aws:SecureTransport": None}},
        ),
    ),
)


def _actions(group: str, *parts: str) -> tuple[str, ...]:
    listed = load("denied_actions")[group]
    return tuple(action for part in parts for action in listed[part]) if parts else tuple(listed)


INTERFACE = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:network-interface/*"
IMAGE = "arn:aws:ec2:eu-west-1::image/ami-1"
VOLUME = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:volume/*"
INSTANCE = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/*"
MODEL = "arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude"
TAGGED = {"exempted_principal_tags": {"Team": ["network", "security"], "Role": "break-*"}}


def call(action: str, resource: str = "*", **more: Any) -> Change:
    """One call; what is no argument of a request is a condition key, with ``__`` for its colon."""
    arguments = {key: more.pop(key) for key in ("principal", "region", "resource_account") if key in more}
    keys = {key.replace("__", ":").replace("_D_", "-").replace("_P_", "."): value for key, value in more.items()}
    return {"action": action, "resource": resource, "context": keys, **arguments}


NETWORK = (
    protection(
        "deny-network-changes",
        _actions("network", "internet", "peering", "vpn", "transit", "direct-connect", "dns", "accelerators"),
    ),
    protection(
        "deny-network-changes",
        _actions("network", "vpcs", "default-vpcs"),
        parameters={"parts": ["vpcs", "default-vpcs"]},
    ),
    Case(
        "deny-network-changes",
        {"parts": "default-vpcs", "exempted_principal_arns": (), **TAGGED},
        denies=_actions("network", "default-vpcs"),
        passes=(
            {"context": {"aws:PrincipalTag/Team": "network"}},
            {"context": {"aws:PrincipalTag/Team": "security"}},
            {"context": {"aws:PrincipalTag/Role": "break-glass"}},
        ),
        fails=(
            {"context": {"aws:PrincipalTag/Team": "shop"}},
            {"context": {"aws:PrincipalTag/Role": "glass"}},
            {"context": {"aws:PrincipalTag/Team": "shop", "aws:PrincipalTag/Role": "x"}},
        ),
    ),
    Case(
        "deny-public-addresses",
        EXEMPT,
        passes=(
            call("ec2:RunInstances", INTERFACE, ec2__AssociatePublicIpAddress="false"),
            call("ec2:RunInstances", INTERFACE),
            call("ec2:RunInstances", INSTANCE, ec2__AssociatePublicIpAddress="true"),
            call("ec2:CreateNetworkInterface", INTERFACE, ec2__AssociatePublicIpAddress="true"),
            call("ec2:RunInstances", INTERFACE, ec2__AssociatePublicIpAddress="true", principal=PIPELINE),
            call("rds:CreateDBInstance", rds__PubliclyAccessible="false"),
            call("rds:CreateDBInstance"),
            call("rds:DeleteDBInstance", rds__PubliclyAccessible="true"),
            call("s3:GetObject", rds__PubliclyAccessible="true"),
            call("s3:GetObject", INTERFACE, ec2__AssociatePublicIpAddress="true"),
            call("rds:CreateDBInstance", rds__PubliclyAccessible="true", principal=PIPELINE),
        ),
        fails=(
            call("ec2:RunInstances", INTERFACE, ec2__AssociatePublicIpAddress="true"),
            *(
                call(f"rds:{name}", rds__PubliclyAccessible="true")
                for name in ("CreateDBCluster", "CreateDBInstance", "ModifyDBInstance")
            ),
        ),
    ),
)

KEPT = f"arn:aws:backup:eu-west-1:{ACCOUNT}:backup-vault:kept"
TOPIC, FUNCTION = (
    f"arn:aws:sns:eu-west-1:{ACCOUNT}:landing-zone-a",
    f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:landing-zone-a",
)
PROTECTED = load("denied_actions")["protected_resources"]
KEEPING = (
    protection("deny-deletion", _actions("deletion", "archives", "backups", "domains", "hsms", "shield")),
    protection(
        "deny-deletion",
        _actions("deletion", "backups"),
        parameters={"of": "backups", "resource_arns": f"{KEPT}*"},
        request={"resource": KEPT},
        passes=({"resource": KEPT.replace("kept", "other")},),
        fails=({"resource": f"{KEPT}-2"},),
    ),
    protection("protect-monitoring", _actions("monitoring", "logs", "flow-logs", "query-logs", "alarms", "events")),
    protection(
        "protect-monitoring",
        _actions("monitoring", "logs"),
        parameters={"parts": "logs", "resource_arns": "arn:aws:logs:*:*:log-group:org-*"},
        request={"resource": f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:org-a:log-stream:x"},
        passes=({"resource": f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:team-a"},),
    ),
    protection(
        "protect-resources",
        PROTECTED["sns"],
        parameters={"resource_arns": ["arn:aws:sns:*:*:landing-zone-*", "arn:aws:lambda:*:*:function:landing-zone-*"]},
        request={"resource": TOPIC},
        passes=(
            *({"action": "lambda:DeleteFunction", "resource": FUNCTION, **who} for who in DEPLOYERS),
            {"action": "lambda:DeleteFunction", "resource": FUNCTION.replace("landing", "other")},
            {"resource": TOPIC.replace("landing", "other")},
            {"action": "lambda:InvokeFunction", "resource": FUNCTION},
        ),
        fails=tuple({"action": action, "resource": FUNCTION} for action in PROTECTED["lambda"]),
    ),
    *(
        protection(
            "protect-resources",
            PROTECTED[service],
            parameters={"resource_arns": arn.replace(ACCOUNT, "*").replace("eu-west-1", "*")},
            request={"resource": arn},
            passes=({"resource": f"{arn}-of-a-team"},),
        )
        for service, arn in {
            "cloudformation": f"arn:aws:cloudformation:eu-west-1:{ACCOUNT}:stack/landing-zone",
            "iam": f"arn:aws:iam::{ACCOUNT}:policy/landing-zone",
            "lambda": FUNCTION,
            "logs": f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:landing-zone",
            "s3": "arn:aws:s3:::landing-zone",
        }.items()
    ),
)

CHAT = {"aws:ChatbotSourceArn": f"arn:aws:chatbot::{ACCOUNT}:chat-configuration/slack-channel/x"}
SETTING = f"arn:aws:ssm:eu-west-1:{ACCOUNT}:servicesetting/ssm/documents/console/public-sharing-permission"
HOSTS = f"arn:aws:ssm:eu-west-1:{ACCOUNT}:servicesetting/ssm/managed-instance/default-ec2-instance-management-role"
SSO_ROLE = f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_1"
SSO_PROVIDER = f"arn:aws:iam::{ACCOUNT}:saml-provider/AWSSSO_1_DO_NOT_DELETE"
ROLE_CHANGES = (
    "AttachRolePolicy",
    "DeleteRole",
    "DeleteRolePermissionsBoundary",
    "DeleteRolePolicy",
    "DetachRolePolicy",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "UpdateAssumeRolePolicy",
    "UpdateRole",
)
ENROLLING = (
    "CreateVirtualMFADevice",
    "EnableMFADevice",
    "GetMFADevice",
    "GetUser",
    "ListMFADevices",
    "ListVirtualMFADevices",
    "ResyncMFADevice",
)
CHATTED = (
    "account:GetContactInformation",
    *(
        f"iam:{name}"
        for name in (
            "AddUserToGroup",
            "AttachGroupPolicy",
            "AttachRolePolicy",
            "AttachUserPolicy",
            "CreateAccessKey",
            "CreateLoginProfile",
            "CreateServiceSpecificCredential",
            "DeleteRolePermissionsBoundary",
            "DeleteRolePolicy",
            "DeleteUserPermissionsBoundary",
            "DeleteUserPolicy",
            "DetachRolePolicy",
            "DetachUserPolicy",
            "PutGroupPolicy",
            "PutRolePolicy",
            "PutUserPolicy",
            "ResetServiceSpecificCredential",
            "SetDefaultPolicyVersion",
            "UpdateAccessKey",
        )
    ),
    *(f"organizations:{name}" for name in names.actions("organizations").values()),
    "sts:AssumeRole",
)
ACCOUNTS = (
    protection(
        "protect-account-settings",
        _actions("account", "contacts", "billing", "closing", "root-email", "password-policy", "marketplace"),
    ),
    protection(
        "protect-account-settings",
        _actions("account", "alias", "commitments"),
        parameters={"parts": ["alias", "commitments"]},
    ),
    Case(
        "require-mfa",
        {"exempted_principal_arns": "arn:aws:iam::*:user/robot"},
        passes=(
            *(call(f"iam:{name}", principal=USER) for name in ENROLLING),
            call("s3:GetObject"),
            call("s3:GetObject", principal=ROOT),
            call("s3:GetObject", principal=USER, aws__MultiFactorAuthPresent="true"),
            call("s3:GetObject", principal=USER.replace("team", "robot")),
        ),
        fails=(
            call("s3:GetObject", principal=USER),
            call("s3:GetObject", principal=USER, aws__MultiFactorAuthPresent="false"),
            call("iam:CreateAccessKey", principal=USER),
            call("iam:CreateAccessKey", principal=USER.replace("user/", "user/pipeline/")),
        ),
    ),
    Case(
        "require-mfa",
        {"roles": True, **EXEMPT},
        passes=(
            *(call(f"iam:{name}") for name in ENROLLING),
            call("s3:GetObject", aws__MultiFactorAuthPresent="true"),
            call("s3:GetObject", principal=PIPELINE),
        ),
        fails=(
            call("s3:GetObject"),
            call("iam:CreateAccessKey"),
            call("s3:GetObject", principal=USER),
            call("ec2:RunInstances", aws__MultiFactorAuthPresent="false"),
        ),
    ),
    Case(
        "require-mfa",
        {
            "actions": ["ec2:StopInstances", "ec2:TerminateInstances"],
            **EXEMPT,
            "exempted_principal_arns": "arn:aws:iam::*:user/robot",
        },
        denies=("ec2:StopInstances", "ec2:TerminateInstances"),
        request={"principal": USER},
        passes=(
            {"principal": TEAM},
            {"principal": USER.replace("team", "robot")},
            {"context": {"aws:MultiFactorAuthPresent": "true"}},
        ),
        fails=({"context": {"aws:MultiFactorAuthPresent": "false"}},),
    ),
    Case(
        "deny-console-credentials",
        EXEMPT,
        denies=("signin:AuthorizeOAuth2Access", "signin:CreateOAuth2Token"),
        passes=IMAGES,
        fails=(*NEIGHBOURS, *DEPLOYERS),
    ),
    Case(
        "protect-identity-center",
        passes=(
            call("sso:CreateInstance", principal=DEPLOY),
            call("sso:DescribeInstance"),
            call("iam:GetRole", SSO_ROLE),
            call("iam:GetSAMLProvider", SSO_PROVIDER),
            call("s3:GetObject"),
            *(
                call(f"iam:{name}", where, principal=who)
                for name, where in (("DeleteRole", SSO_ROLE), ("UpdateSAMLProvider", SSO_PROVIDER))
                for who in (DEPLOY, SET_UP)
            ),
            call("sso:CreateInstance", principal=SET_UP),
            call("iam:DeleteRole", TEAM),
            call("iam:DeleteSAMLProvider", f"arn:aws:iam::{ACCOUNT}:saml-provider/own"),
        ),
        fails=(
            call("sso:CreateInstance"),
            call("iam:DeleteSAMLProvider", SSO_PROVIDER),
            call("iam:UpdateSAMLProvider", SSO_PROVIDER),
            *(call(f"iam:{name}", SSO_ROLE) for name in ROLE_CHANGES),
        ),
    ),
    protection(
        "protect-systems-manager",
        ("ssm:ResetServiceSetting", "ssm:UpdateServiceSetting"),
        request={"resource": SETTING},
        passes=({"resource": SETTING.replace("documents", "parameter-store")},),
        fails=({"resource": HOSTS},),
    ),
    protection(
        "protect-systems-manager",
        (
            "ssm:DeleteMaintenanceWindow",
            "ssm:DeletePatchBaseline",
            "ssm:DeregisterPatchBaselineForPatchGroup",
            "ssm:DeregisterTargetFromMaintenanceWindow",
            "ssm:DeregisterTaskFromMaintenanceWindow",
            "ssm:RegisterDefaultPatchBaseline",
            "ssm:RegisterPatchBaselineForPatchGroup",
            "ssm:ResetServiceSetting",
            "ssm:UpdateMaintenanceWindow",
            "ssm:UpdateMaintenanceWindowTarget",
            "ssm:UpdateMaintenanceWindowTask",
            "ssm:UpdatePatchBaseline",
            "ssm:UpdateServiceSetting",
        ),
        parameters={"patching": True},
        request={"resource": SETTING},
        passes=tuple(
            {"action": action, "resource": SETTING.replace("documents", "parameter-store")}
            for action in ("ssm:ResetServiceSetting", "ssm:UpdateServiceSetting")
        ),
        fails=({"resource": HOSTS}, {"action": "ssm:DeletePatchBaseline", "resource": BUCKET}),
    ),
    Case(
        "deny-outbound-identity",
        EXEMPT,
        denies=("iam:EnableOutboundWebIdentityFederation", "sts:GetWebIdentityToken"),
        passes=IMAGES,
        fails=NEIGHBOURS,
    ),
    Case(
        "deny-outbound-identity",
        {"allowed_audiences": ["a", "b"], **EXEMPT},
        passes=(
            call("sts:GetWebIdentityToken", sts__IdentityTokenAudience=["a"]),
            call("sts:GetWebIdentityToken", sts__IdentityTokenAudience=["a", "b"]),
            call("sts:GetWebIdentityToken", sts__IdentityTokenAudience=["c"], principal=PIPELINE),
            call("sts:AssumeRole", DEPLOY, sts__IdentityTokenAudience=["c"]),
            call("s3:GetObject", sts__IdentityTokenAudience=["c"]),
            call("iam:EnableOutboundWebIdentityFederation", principal=PIPELINE),
            call("iam:GetRole"),
        ),
        fails=(
            call("sts:GetWebIdentityToken", sts__IdentityTokenAudience=["c"]),
            call("sts:GetWebIdentityToken", sts__IdentityTokenAudience=["a", "c"]),
            call("iam:EnableOutboundWebIdentityFederation"),
        ),
    ),
    Case(
        "deny-chat-commands",
        EXEMPT,
        denies=CHATTED,
        request={"context": CHAT},
        passes=(
            {"context": {"aws:ChatbotSourceArn": None}},
            *IMAGES,
            {"context": {"aws:ChatbotSourceArn": "arn:aws:sns::1:x"}},
        ),
        fails=NEIGHBOURS,
    ),
)

JOBS = (
    "CreateAutoMLJob",
    "CreateHyperParameterTuningJob",
    "CreateProcessingJob",
    "CreateTrainingJob",
    *(
        "CreateDataQualityJobDefinition",
        "CreateModelBiasJobDefinition",
        "CreateModelExplainabilityJobDefinition",
        "CreateModelQualityJobDefinition",
        "CreateMonitoringSchedule",
    ),
)
PROFILE = "arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.x"
BEDROCK_KEY = {"iam__ServiceSpecificCredentialServiceName": "bedrock.amazonaws.com"}
POINTS = ("CreateAccessPoint", "PutAccessPointPolicy")
COMPREHEND = (
    "CreateDocumentClassifier",
    "CreateEntityRecognizer",
    "StartDocumentClassificationJob",
    "StartDominantLanguageDetectionJob",
    "StartEntitiesDetectionJob",
    "StartKeyPhrasesDetectionJob",
    "StartSentimentDetectionJob",
    "StartTopicsDetectionJob",
)
COMPREHEND_WITHOUT_VOLUME = ("StartEventsDetectionJob", "StartPiiEntitiesDetectionJob")
IN_VPC = {
    "apprunner:VpcConnectorArn": ("apprunner:CreateService", "apprunner:UpdateService"),
    "cloudshell:VpcIds": ("cloudshell:CreateEnvironment",),
    "codebuild:vpcConfig.vpcId": (
        "codebuild:CreateFleet",
        "codebuild:CreateProject",
        "codebuild:UpdateFleet",
        "codebuild:UpdateProject",
    ),
    "glue:VpcIds": ("glue:CreateJob", "glue:UpdateJob"),
    "lambda:VpcIds": ("lambda:CreateFunction", "lambda:UpdateFunctionConfiguration"),
    "sagemaker:VpcSubnets": (
        *(f"sagemaker:{name}" for name in JOBS),
        "sagemaker:CreateAutoMLJobV2",
        "sagemaker:CreateCluster",
        "sagemaker:CreateDomain",
        "sagemaker:CreateModel",
        "sagemaker:CreateNotebookInstance",
        "sagemaker:UpdateMonitoringSchedule",
    ),
}
S3_ACLS = ("PutBucketAcl", "PutBucketOwnershipControls", "PutObjectAcl", "PutObjectVersionAcl")
PUT = "arn:aws:s3:::b/k"
SERVICES = (
    Case(
        "allow-services",
        {"allowed_services": ["ec2", "s3"], "always_allowed_services": ["iam", "sts"]},
        passes=(
            *(call(action) for action in ("ec2:RunInstances", "s3:GetObject", "iam:CreateRole", "sts:AssumeRole")),
            *(call("sqs:SendMessage", principal=who) for who in (DEPLOY, SET_UP, SERVICE_LINKED)),
        ),
        fails=(
            call("sqs:SendMessage"),
            call("sqs:SendMessage", principal=ROOT),
            call("dynamodb:GetItem"),
            call("ecs:CreateCluster"),
        ),
    ),
    Case(
        "restrict-instances",
        {
            "allowed_types": ["t3.*", "m7g.large"],
            "allowed_image_owners": ["amazon", ACCOUNT],
            "deny_public_images": True,
            **EXEMPT,
        },
        passes=(
            call("ec2:RunInstances", INSTANCE, ec2__InstanceType="t3.small"),
            call("ec2:RunInstances", INSTANCE, ec2__InstanceType="m7g.large"),
            call("ec2:ModifyInstanceAttribute", INSTANCE, ec2__InstanceType="t3.small"),
            call("ec2:RunInstances", IMAGE, ec2__Owner="amazon", ec2__Public="false"),
            call("ec2:RunInstances", IMAGE, ec2__Owner=ACCOUNT, ec2__Public="false"),
            call("ec2:RunInstances", IMAGE, ec2__Owner=ACCOUNT),
            call("ec2:RunInstances", VOLUME, ec2__Owner="x", ec2__Public="true"),
            call("ec2:RunInstances", VOLUME, ec2__InstanceType="t3.nano"),
            call("ec2:RunInstances", VOLUME, ec2__InstanceType="x"),
            call("ec2:StartInstances", INSTANCE, ec2__InstanceType="x1.large"),
            call("ec2:StartInstances", INSTANCE, ec2__InstanceType="t3.nano"),
            call("ec2:DescribeImages", IMAGE, ec2__Owner="x", ec2__Public="true"),
            call("s3:GetObject", INSTANCE, ec2__InstanceType="x1.large"),
            call("s3:GetObject", INSTANCE, ec2__InstanceType="t3.nano"),
            call("s3:GetObject", IMAGE, ec2__Owner="x", ec2__Public="true"),
            call("ec2:RunInstances", INSTANCE, ec2__InstanceType="x1.large", principal=PIPELINE),
            call("ec2:RunInstances", IMAGE, ec2__Owner="x", principal=PIPELINE),
            call("ec2:RunInstances", IMAGE, ec2__Owner="amazon", ec2__Public="true", principal=PIPELINE),
        ),
        fails=(
            *(
                call(f"ec2:{name}", INSTANCE, ec2__InstanceType=kind)
                for name in ("RunInstances", "ModifyInstanceAttribute")
                for kind in ("x1.large", "m7g.xlarge")
            ),
            call("ec2:RunInstances", IMAGE, ec2__Owner="999988887777", ec2__Public="false"),
            call("ec2:RunInstances", IMAGE, ec2__Owner="amazon", ec2__Public="true"),
        ),
    ),
    Case(
        "restrict-sizes",
        {
            "denied_volume_types": ["io1", "io2"],
            "max_volume_gib": 500,
            "allowed_database_classes": ["db.t4g.*", "db.m7g.large"],
            "allowed_cache_nodes": ["cache.t4g.*"],
            "max_group_size": 10,
            **EXEMPT,
        },
        passes=(
            *(
                call(f"ec2:{name}", VOLUME, **more)
                for name in ("CreateVolume", "RunInstances")
                for more in ({}, {"ec2__VolumeType": "gp3", "ec2__VolumeSize": "500"}, {"ec2__VolumeType": "st1"})
            ),
            call("ec2:RunInstances", INSTANCE, ec2__VolumeType="io2", ec2__VolumeSize="501"),
            call("ec2:CreateVolume", VOLUME.replace("volume", "snapshot"), ec2__VolumeType="io2", ec2__VolumeSize="501"),
            call("ec2:DeleteVolume", VOLUME, ec2__VolumeType="io2", ec2__VolumeSize="501"),
            call("rds:CreateDBCluster"),
            call("rds:ModifyDBInstance"),
            call("rds:CreateDBInstance", rds__DatabaseClass="db.t4g.small"),
            call("rds:CreateDBInstance", rds__DatabaseClass="db.m7g.large"),
            call("rds:DeleteDBInstance", rds__DatabaseClass="db.x2g.large"),
            call("elasticache:ModifyReplicationGroup"),
            call("elasticache:CreateCacheCluster", elasticache__CacheNodeType="cache.t4g.micro"),
            call("elasticache:DeleteCacheCluster", elasticache__CacheNodeType="cache.r7g.large"),
            call("autoscaling:CreateAutoScalingGroup", autoscaling__MaxSize="10"),
            call("autoscaling:UpdateAutoScalingGroup"),
            call("autoscaling:DeleteAutoScalingGroup", autoscaling__MaxSize="11"),
            call("ec2:CreateVolume", VOLUME, ec2__VolumeType="io2", principal=PIPELINE),
            call("ec2:CreateVolume", VOLUME, ec2__VolumeSize="501", principal=PIPELINE),
            call("rds:CreateDBInstance", rds__DatabaseClass="db.x2g.large", principal=PIPELINE),
            call("elasticache:CreateCacheCluster", elasticache__CacheNodeType="cache.r7g.large", principal=PIPELINE),
            call("autoscaling:CreateAutoScalingGroup", autoscaling__MaxSize="11", principal=PIPELINE),
        ),
        fails=(
            *(
                call(f"ec2:{name}", VOLUME, **more)
                for name in ("CreateVolume", "RunInstances")
                for more in ({"ec2__VolumeType": "io1"}, {"ec2__VolumeType": "io2"}, {"ec2__VolumeSize": "501"})
            ),
            *(
                call(f"rds:{name}", rds__DatabaseClass=kind)
                for name in ("CreateDBCluster", "CreateDBInstance", "ModifyDBCluster", "ModifyDBInstance")
                for kind in ("db.x2g.large", "db.m7g.xlarge")
            ),
            *(
                call(f"elasticache:{name}", elasticache__CacheNodeType="cache.r7g.large")
                for name in ("CreateCacheCluster", "CreateReplicationGroup", "ModifyCacheCluster", "ModifyReplicationGroup")
            ),
            *(
                call(f"autoscaling:{name}AutoScalingGroup", autoscaling__MaxSize="11")
                for name in ("Create", "Update")
            ),
        ),
    ),
    Case(
        "restrict-instances",
        {"denied_types": ["*.metal*", "x1.*"], **EXEMPT},
        passes=(
            call("ec2:RunInstances", INSTANCE),
            call("ec2:RunInstances", INSTANCE, ec2__InstanceType="t3.nano"),
            call("ec2:RunInstances", VOLUME, ec2__InstanceType="m7g.metal"),
            call("ec2:StartInstances", INSTANCE, ec2__InstanceType="m7g.metal"),
            call("s3:GetObject", INSTANCE, ec2__InstanceType="m7g.metal"),
            call("ec2:RunInstances", INSTANCE, ec2__InstanceType="m7g.metal", principal=PIPELINE),
        ),
        fails=tuple(
            call(f"ec2:{name}", INSTANCE, ec2__InstanceType=kind)
            for name in ("RunInstances", "ModifyInstanceAttribute")
            for kind in ("m7g.metal", "x1.large")
        ),
    ),
    Case(
        "restrict-instances",
        {"image_tags": {"Approved": ["yes", "true"], "Team": "images"}, **EXEMPT},
        passes=(
            *(
                call("ec2:RunInstances", IMAGE, **{"ec2__ResourceTag/Approved": approved, "ec2__ResourceTag/Team": "images"})
                for approved in ("yes", "true")
            ),
            call("ec2:RunInstances", IMAGE, principal=PIPELINE),
            call("ec2:RunInstances", INSTANCE),
            call("ec2:DescribeImages", IMAGE),
            call("s3:GetObject", IMAGE),
        ),
        fails=(
            call("ec2:RunInstances", IMAGE),
            call("ec2:RunInstances", IMAGE, **{"ec2__ResourceTag/Approved": "yes"}),
            call("ec2:RunInstances", IMAGE, **{"ec2__ResourceTag/Team": "images"}),
            call("ec2:RunInstances", IMAGE, **{"ec2__ResourceTag/Approved": "no", "ec2__ResourceTag/Team": "images"}),
        ),
    ),
    Case(
        "deny-services",
        {"denied_services": ["appmesh", "codestar-connections"], **EXEMPT},
        denies=tuple(f"{one}:{name}" for one in ("appmesh", "codestar-connections") for name in names.actions(one).values()),
        passes=(call("s3:GetObject"), call("codebuild:StartBuild"), call("appmesh:CreateMesh", principal=PIPELINE)),
    ),
    Case(
        "deny-services",
        {"denied_services": "appmesh", "changes_only": True},
        denies=tuple(
            f"appmesh:{name}"
            for name in names.actions("appmesh").values()
            if names.action_details("appmesh", name)["accessLevel"] not in ("List", "Read")
        ),
        passes=(call("appmesh:DescribeMesh"), call("appmesh:ListMeshes")),
    ),
    Case(
        "require-vpc",
        {"services": ["comprehend", "s3"], **EXEMPT},
        passes=(
            *(call(f"comprehend:{name}", comprehend__VpcSubnets=["subnet-1"]) for name in COMPREHEND),
            *(call(f"comprehend:{name}", principal=PIPELINE) for name in COMPREHEND),
            *(call(f"s3:{name}", s3__AccessPointNetworkOrigin="VPC") for name in POINTS),
            *(call(f"s3:{name}", principal=PIPELINE) for name in POINTS),
            call("comprehend:DetectEntities"),
            call("s3:GetAccessPoint"),
        ),
        fails=(
            *(call(f"comprehend:{name}") for name in COMPREHEND),
            *(call(f"s3:{name}", s3__AccessPointNetworkOrigin="Internet") for name in POINTS),
            *(call(f"s3:{name}") for name in POINTS),
        ),
    ),
    Case(
        "require-encryption",
        {"services": "comprehend", **EXEMPT},
        passes=(
            *(
                call(f"comprehend:{name}", comprehend__ModelKmsKey="x", comprehend__OutputKmsKey="x", comprehend__VolumeKmsKey="x")
                for name in (*COMPREHEND, *COMPREHEND_WITHOUT_VOLUME)
            ),
            *(call(f"comprehend:{name}", principal=PIPELINE) for name in COMPREHEND),
            call("comprehend:CreateEntityRecognizer", comprehend__ModelKmsKey="x", comprehend__VolumeKmsKey="x"),
            *(call(f"comprehend:{name}", comprehend__OutputKmsKey="x") for name in COMPREHEND_WITHOUT_VOLUME),
            call("comprehend:DetectEntities"),
            call("s3:PutObject"),
        ),
        fails=(
            *(
                call(f"comprehend:{name}", comprehend__ModelKmsKey="x", comprehend__OutputKmsKey="x")
                for name in COMPREHEND
            ),
            *(
                call(f"comprehend:{name}", comprehend__ModelKmsKey="x", comprehend__VolumeKmsKey="x")
                for name in (*COMPREHEND, *COMPREHEND_WITHOUT_VOLUME)
                if name != "CreateEntityRecognizer"
            ),
            *(
                call(f"comprehend:{name}", comprehend__OutputKmsKey="x", comprehend__VolumeKmsKey="x")
                for name in ("CreateDocumentClassifier", "CreateEntityRecognizer")
            ),
        ),
    ),
    Case(
        "harden-s3",
        {"deny_acls": False, "deny_customer_keys": False, "encryption_said": True, **EXEMPT},
        passes=(
            call("s3:PutObject", PUT, s3__x_D_amz_D_server_D_side_D_encryption="AES256"),
            call("s3:PutObject", PUT, principal=PIPELINE),
            call("s3:PutObject", PUT.partition("/")[0]),
            call("s3:GetObject", PUT),
            call("sqs:SendMessage", PUT),
        ),
        fails=(call("s3:PutObject", PUT),),
    ),
    Case(
        "restrict-bedrock",
        {"denied_models": "meta.*", "deny_api_keys": False, "protect_invocation_logs": False, **EXEMPT},
        passes=(
            call("bedrock:InvokeModel", MODEL),
            call("bedrock:InvokeModel", MODEL.replace("anthropic", "meta"), principal=PIPELINE),
            call("bedrock:GetFoundationModel", MODEL.replace("anthropic", "meta")),
            call("s3:GetObject", MODEL.replace("anthropic", "meta")),
        ),
        fails=tuple(
            call(f"bedrock:{name}", MODEL.replace("anthropic", "meta"))
            for name in ("CreateModelInvocationJob", "InvokeModel", "InvokeModelWithResponseStream")
        ),
    ),
    Case(
        "require-vpc",
        EXEMPT,
        passes=(
            *(
                {"action": action, "context": {key: "arn:x" if key.endswith("Arn") else ["vpc-1"]}}
                for key, actions in IN_VPC.items()
                for action in actions
            ),
            *({"action": action, "principal": PIPELINE} for actions in IN_VPC.values() for action in actions),
            *(call(f"{key.partition(':')[0]}:TagResource") for key in IN_VPC),
            call("apprunner:ListServices"),
            call("cloudshell:StartEnvironment"),
            call("codebuild:StartBuild"),
            call("glue:GetJob"),
            call("lambda:InvokeFunction"),
            call("sagemaker:DescribeModel"),
            call("s3:GetObject"),
        ),
        fails=tuple({"action": action} for actions in IN_VPC.values() for action in actions),
    ),
    Case(
        "require-encryption",
        EXEMPT,
        passes=(
            call("ec2:CreateVolume", VOLUME, ec2__Encrypted="true"),
            call("ec2:CreateVolume", VOLUME),
            call("ec2:RunInstances", INSTANCE, ec2__Encrypted="false"),
            call("ec2:AttachVolume", VOLUME, ec2__Encrypted="false"),
            call("s3:GetObject", VOLUME, ec2__Encrypted="false"),
            call("ec2:CreateVolume", VOLUME, ec2__Encrypted="false", principal=PIPELINE),
            call("elasticfilesystem:CreateFileSystem", elasticfilesystem__Encrypted="true"),
            call("elasticfilesystem:CreateFileSystem", elasticfilesystem__Encrypted="false", principal=PIPELINE),
            call("elasticfilesystem:DescribeFileSystems"),
            call("elasticache:CreateReplicationGroup", elasticache__AtRestEncryptionEnabled="true"),
            call("elasticache:CreateReplicationGroup"),
            call("elasticache:DescribeCacheClusters", elasticache__AtRestEncryptionEnabled="false"),
            call("s3:GetObject", elasticache__AtRestEncryptionEnabled="false"),
            call("elasticache:CreateReplicationGroup", elasticache__AtRestEncryptionEnabled="false", principal=PIPELINE),
            call("rds:CreateDBInstance", rds__StorageEncrypted="true"),
            call("rds:CreateDBInstance"),
            call("rds:DescribeDBInstances", rds__StorageEncrypted="false"),
            call("s3:GetObject", rds__StorageEncrypted="false"),
            call("rds:CreateDBInstance", rds__StorageEncrypted="false", principal=PIPELINE),
        ),
        fails=(
            call("ec2:CreateVolume", VOLUME, ec2__Encrypted="false"),
            call("ec2:RunInstances", VOLUME, ec2__Encrypted="false"),
            call("elasticfilesystem:CreateFileSystem", elasticfilesystem__Encrypted="false"),
            call("elasticfilesystem:CreateFileSystem"),
            call("elasticache:CreateReplicationGroup", elasticache__AtRestEncryptionEnabled="false"),
            *(
                call(f"rds:{name}", rds__StorageEncrypted="false")
                for name in ("CreateDBCluster", "CreateDBInstance", "RestoreDBClusterFromS3", "RestoreDBInstanceFromS3", "RestoreDBClusterFromSnapshot", "RestoreDBClusterToPointInTime")
            ),
        ),
    ),
    Case(
        "harden-s3",
        {"encryption": ["aws:kms", "aws:kms:dsse"], "account_namespace": True, **EXEMPT},
        passes=(
            call(
                "s3:CreateBucket",
                s3__x_D_amz_D_object_D_ownership="BucketOwnerEnforced",
                s3__x_D_amz_D_bucket_D_namespace="account-regional",
            ),
            *(call(f"s3:{name}", s3__x_D_amz_D_acl="bucket-owner-full-control") for name in S3_ACLS),
            *(call(f"s3:{name}", principal=PIPELINE) for name in S3_ACLS),
            call("s3:CreateBucket", principal=PIPELINE),
            *(
                call("s3:PutObject", PUT, s3__x_D_amz_D_server_D_side_D_encryption=kind)
                for kind in ("aws:kms", "aws:kms:dsse")
            ),
            call("s3:PutObject", PUT),
            call("s3:PutObject", PUT, s3__x_D_amz_D_server_D_side_D_encryption="AES256", principal=PIPELINE),
            call("s3:GetObject", PUT, s3__x_D_amz_D_server_D_side_D_encryption="AES256"),
            call("sqs:SendMessage", PUT, s3__x_D_amz_D_server_D_side_D_encryption="AES256"),
            call("s3:PutObject", "arn:aws:s3:::b", s3__x_D_amz_D_server_D_side_D_encryption="AES256"),
            call("s3:GetObject", PUT, s3__x_D_amz_D_server_D_side_D_encryption_D_customer_D_algorithm="AES256"),
            call("sqs:SendMessage", s3__x_D_amz_D_server_D_side_D_encryption_D_customer_D_algorithm="AES256"),
            call("s3:PutObject", PUT, s3__x_D_amz_D_server_D_side_D_encryption_D_customer_D_algorithm="AES256", principal=PIPELINE),
            call("s3:ListBucket"),
            call("sqs:SendMessage"),
        ),
        fails=(
            call("s3:CreateBucket", s3__x_D_amz_D_bucket_D_namespace="account-regional"),
            call("s3:CreateBucket", s3__x_D_amz_D_bucket_D_namespace="account-regional", s3__x_D_amz_D_object_D_ownership="ObjectWriter"),
            call("s3:CreateBucket", s3__x_D_amz_D_object_D_ownership="BucketOwnerEnforced"),
            call("s3:CreateBucket", s3__x_D_amz_D_object_D_ownership="BucketOwnerEnforced", s3__x_D_amz_D_bucket_D_namespace="global"),
            *(call(f"s3:{name}", s3__x_D_amz_D_acl="public-read") for name in S3_ACLS),
            *(call(f"s3:{name}") for name in S3_ACLS),
            call("s3:PutObject", PUT, s3__x_D_amz_D_server_D_side_D_encryption="AES256"),
            call("s3:PutObject", PUT, s3__x_D_amz_D_server_D_side_D_encryption_D_customer_D_algorithm="AES256"),
        ),
    ),
    Case(
        "restrict-bedrock",
        {"allowed_models": ["anthropic.*", "amazon.nova"], "require_profiles": True, **EXEMPT},
        passes=(
            *(
                call(f"bedrock:{name}", where, bedrock__InferenceProfileArn=PROFILE)
                for name in ("CreateModelInvocationJob", "InvokeModel", "InvokeModelWithResponseStream")
                for where in (MODEL, MODEL.replace("anthropic.claude", "amazon.nova"))
            ),
            call("bedrock:InvokeModel", PROFILE),
            call("bedrock:InvokeModel", PROFILE.replace("inference", "application-inference")),
            call("bedrock:InvokeModel", MODEL.replace("anthropic", "meta"), principal=PIPELINE),
            call("bedrock:InvokeModel", MODEL, principal=PIPELINE),
            call("bedrock:GetFoundationModel", MODEL.replace("anthropic", "meta")),
            call("s3:GetObject"),
            call("bedrock:CallWithBearerToken", principal=PIPELINE),
            call("iam:CreateServiceSpecificCredential", **BEDROCK_KEY, principal=PIPELINE),
            call("iam:CreateServiceSpecificCredential", iam__ServiceSpecificCredentialServiceName="codecommit.amazonaws.com"),
            call("iam:CreateServiceSpecificCredential"),
            call("iam:GetUser", **BEDROCK_KEY),
            call("s3:GetObject", **BEDROCK_KEY),
            call("bedrock:PutModelInvocationLoggingConfiguration", principal=PIPELINE),
        ),
        fails=(
            *(
                call(f"bedrock:{name}", MODEL.replace("anthropic", "meta"), bedrock__InferenceProfileArn=PROFILE)
                for name in ("CreateModelInvocationJob", "InvokeModel", "InvokeModelWithResponseStream")
            ),
            *(call(f"bedrock:{name}", MODEL) for name in ("CreateModelInvocationJob", "InvokeModel", "InvokeModelWithResponseStream")),
            call("bedrock:CallWithBearerToken"),
            call("iam:CreateServiceSpecificCredential", **BEDROCK_KEY),
            call("bedrock:PutModelInvocationLoggingConfiguration"),
            call("bedrock:DeleteModelInvocationLoggingConfiguration"),
        ),
    ),
    Case(
        "harden-sagemaker",
        EXEMPT,
        passes=(
            call("sagemaker:CreateNotebookInstance", sagemaker__DirectInternetAccess="Disabled", sagemaker__RootAccess="Disabled"),
            call("sagemaker:CreateNotebookInstance", sagemaker__DirectInternetAccess="Disabled"),
            call("sagemaker:CreateNotebookInstance", principal=PIPELINE),
            call("sagemaker:UpdateNotebookInstance", sagemaker__RootAccess="Disabled"),
            call("sagemaker:UpdateNotebookInstance", sagemaker__RootAccess="Enabled", principal=PIPELINE),
            call("sagemaker:CreateDomain", sagemaker__AppNetworkAccessType="VpcOnly"),
            call("sagemaker:UpdateDomain"),
            call("sagemaker:UpdateDomain", sagemaker__AppNetworkAccessType="VpcOnly"),
            call("sagemaker:UpdateDomain", sagemaker__AppNetworkAccessType="PublicInternetOnly", principal=PIPELINE),
            call("sagemaker:CreateDomain", sagemaker__AppNetworkAccessType="PublicInternetOnly", principal=PIPELINE),
            call("sagemaker:CreateTrainingJob", sagemaker__InterContainerTrafficEncryption="true"),
            call("sagemaker:CreateTrainingJob"),
            call("sagemaker:CreateTrainingJob", sagemaker__InterContainerTrafficEncryption="false", principal=PIPELINE),
            *(
                call(action, sagemaker__AppNetworkAccessType="PublicInternetOnly",
                     sagemaker__InterContainerTrafficEncryption="false", sagemaker__RootAccess="Enabled")
                for action in ("sagemaker:DescribeDomain", "s3:GetObject")
            ),
        ),
        fails=(
            call("sagemaker:CreateNotebookInstance", sagemaker__DirectInternetAccess="Enabled"),
            call("sagemaker:CreateNotebookInstance"),
            call("sagemaker:CreateNotebookInstance", sagemaker__DirectInternetAccess="Disabled", sagemaker__RootAccess="Enabled"),
            call("sagemaker:UpdateNotebookInstance", sagemaker__RootAccess="Enabled"),
            call("sagemaker:CreateDomain"),
            *(
                call(f"sagemaker:{name}", sagemaker__AppNetworkAccessType="PublicInternetOnly")
                for name in ("CreateDomain", "UpdateDomain")
            ),
            *(call(f"sagemaker:{name}", sagemaker__InterContainerTrafficEncryption="false") for name in JOBS),
        ),
    ),
)  # fmt: skip

SENDING = ("SendBulkTemplatedEmail", "SendEmail", "SendRawEmail", "SendTemplatedEmail")
API = f"arn:aws:events:eu-west-1:{ACCOUNT}:api-destination/x/1"
EGRESS = (
    protection("deny-sharing-by-services", (*_actions("sharing"), *_actions("accepting"))),
    protection(
        "deny-sharing-by-services",
        tuple(action for action in _actions("sharing") if action != "oam:CreateLink"),
        parameters={"deny_accepting": False, "exempted_actions": "oam:CreateLink"},
    ),
    protection("deny-resource-policies", _actions("resource_policies")),
    Case("deny-presigned-links", EXEMPT, denies=_actions("presigned_urls"), passes=IMAGES, fails=(*NEIGHBOURS, *DEPLOYERS)),
    Case(
        "deny-untrusted-destinations",
        {"email_domains": ["example.com", "example.org"], "https_endpoints": ["https://api.example.com/*", "https://b.example.com/"], **EXEMPT},
        passes=(
            *(
                call("sns:Subscribe", sns__Protocol=protocol, sns__Endpoint=f"a@example.{end}")
                for protocol in ("email", "email-json")
                for end in ("com", "org")
            ),
            call("sns:Subscribe", sns__Protocol="sqs", sns__Endpoint="arn:aws:sqs:x"),
            call("sns:Subscribe", sns__Endpoint="a@evil.com"),
            call("sns:Publish", sns__Protocol="email", sns__Endpoint="a@evil.com"),
            call("s3:GetObject", sns__Protocol="email", sns__Endpoint="a@evil.com"),
            call("sns:Subscribe", sns__Protocol="email", sns__Endpoint="a@evil.com", principal=PIPELINE),
            *(call(f"ses:{name}", ses__Recipients=["a@example.com", "b@example.org"]) for name in SENDING),
            call("ses:SendEmail", ses__Recipients=["a@evil.com"], principal=PIPELINE),
            call("ses:GetSendQuota", ses__Recipients=["a@evil.com"]),
            call("s3:GetObject", ses__Recipients=["a@evil.com"]),
            call("ses:SendCustomVerificationEmail", principal=PIPELINE),
            call("states:InvokeHTTPEndpoint", states__HTTPEndpoint="https://api.example.com/x"),
            call("states:InvokeHTTPEndpoint", states__HTTPEndpoint="https://b.example.com/"),
            call("states:InvokeHTTPEndpoint", states__HTTPEndpoint="https://evil.com/", principal=PIPELINE),
            call("states:StartExecution", states__HTTPEndpoint="https://evil.com/"),
            call("events:PutTargets", events__TargetArn=[f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q"]),
            call("events:PutTargets", events__TargetArn=[API], principal=PIPELINE),
            call("events:PutTargets"),
            call("events:PutRule", events__TargetArn=[API]),
            call("s3:GetObject", events__TargetArn=[API]),
        ),
        fails=(
            *(call("sns:Subscribe", sns__Protocol=each, sns__Endpoint="a@evil.com") for each in ("email", "email-json")),
            *(call(f"ses:{name}", ses__Recipients=["a@example.com", "b@evil.com"]) for name in SENDING),
            call("ses:SendCustomVerificationEmail"),
            call("states:InvokeHTTPEndpoint", states__HTTPEndpoint="https://evil.com/"),
            call("events:PutTargets", events__TargetArn=[API]),
            call("events:PutTargets", events__TargetArn=[API, f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q"]),
        ),
    ),
)  # fmt: skip

OWN_UNIT, OTHER_UNIT = f"{ORGANIZATION}/r-abcd/ou-abcd-11111111/", f"{ORGANIZATION}/r-abcd/ou-abcd-22222222/"
TAG_CHANGES = (
    "iam:CreateRole",
    "iam:CreateUser",
    "iam:TagRole",
    "iam:TagUser",
    "iam:UntagRole",
    "iam:UntagUser",
    "sts:TagSession",
)
HERE = {"aws:PrincipalOrgID": ORGANIZATION, "aws:VpceOrgID": ORGANIZATION}
AWAY = {"aws:VpceOrgID": "o-zzzzzzzzzz"}
MORE = (
    *(
        Case(
            guardrail,
            {"own_endpoints": True, "vpc_regions": {"vpc-1": "eu-west-1", "vpc-2": "us-east-1", "vpc-3": "eu-west-1"}, **EXEMPT},
            request={"resource": "arn:aws:s3:::x/y", "region": "eu-west-1", "context": HERE},
            passes=(
                *(
                    {"action": action, "region": region, "context": {"aws:SourceVpc": vpc, **more}, **who}
                    for action in CALLS
                    for region, vpc, more, who in (
                        ("eu-west-1", "vpc-1", {}, {}),
                        ("eu-west-1", "vpc-3", {}, {}),
                        ("eu-west-1", "vpc-4", {}, {}),
                        ("us-east-1", "vpc-2", {}, {}),
                        *(
                            (region, vpc, more, who)
                            for region, vpc in (("us-east-1", "vpc-1"), ("eu-west-1", "vpc-2"))
                            for more, who in (({"aws:ViaAWSService": "true"}, {}), ({}, {"principal": PIPELINE}))
                        ),
                    )
                ),
                {"action": "s3:GetObject", "region": "us-west-2"},
                {"action": "s3:GetObject", "context": {**AWAY, "aws:ViaAWSService": "true"}},
                {"action": "s3:GetObject", "context": AWAY, "principal": PIPELINE},
                *([{**DELIVERY, "action": "s3:PutObject", "context": AWAY}] if guardrail == "require-own-networks" else []),
                *(
                    {"action": "ec2:DescribeInstances", "region": region, "context": {**AWAY, "aws:SourceVpc": vpc}}
                    for region, vpc in (("us-east-1", "vpc-1"), ("eu-west-1", "vpc-2"), ("eu-west-1", "vpc-4"))
                    if guardrail == "require-own-networks"
                ),
            ),
            fails=(
                *(
                    {"action": action, "region": region, "context": {"aws:SourceVpc": vpc, "aws:ViaAWSService": via}}
                    for action in CALLS
                    for region, vpc in (("us-east-1", "vpc-1"), ("us-east-1", "vpc-3"), ("eu-west-1", "vpc-2"))
                    for via in ("false", None)
                ),
                *({"action": action, "context": {**AWAY, "aws:ViaAWSService": via}} for action in CALLS for via in ("false", None)),
                *([{"action": "s3:GetObject", "context": AWAY, "principal": "anonymous"}] if guardrail == "require-own-networks" else []),
            ),
        )
        for guardrail in ("deny-foreign-networks", "require-own-networks")
    ),
    Case(
        "deny-foreign-networks",
        {"own_endpoints": True, **EXEMPT},
        request={"context": {"aws:SourceIp": "192.0.2.1", "aws:PrincipalOrgID": ORGANIZATION}},
        passes=(
            {"action": "s3:GetObject", "context": {"aws:VpceOrgID": ORGANIZATION}},
            {"action": "s3:GetObject", "context": {"aws:ViaAWSService": "true"}},
            {"action": "s3:GetObject", "principal": PIPELINE},
        ),
        fails=(
            {"action": "s3:GetObject"},
            {"action": "ec2:RunInstances", "context": {"aws:VpceOrgID": "o-zzzzzzzzzz"}},
            {"action": "s3:GetObject", "context": {"aws:ViaAWSService": "false"}},
        ),
    ),
    Case(
        "protect-principal-tags",
        {"tag_keys": ["Team", "dp:*"]},
        denies=TAG_CHANGES,
        request={"context": {"aws:TagKeys": ["Team"]}},
        passes=({"context": {"aws:TagKeys": ["Owner"]}}, {"context": {"aws:TagKeys": None}}, *DEPLOYERS),
        fails=({"context": {"aws:TagKeys": ["Owner", "dp:exclude"]}}, *NEIGHBOURS),
    ),
    Case(
        "deny-other-units",
        {"unit_paths": [f"{OWN_UNIT}*", f"{ORGANIZATION}/r-abcd/ou-abcd-33333333/*"], **EXEMPT},
        request={"context": {"aws:ResourceOrgPaths": [OTHER_UNIT]}},
        passes=(
            *({"action": "s3:GetObject", "context": {"aws:ResourceOrgPaths": [path]}}
              for path in (OWN_UNIT, OWN_UNIT.replace("1", "3"))),
            {"action": "s3:GetObject", "context": {"aws:ResourceOrgPaths": [OTHER_UNIT, OWN_UNIT]}},
            {"action": "s3:GetObject", "context": {"aws:ResourceOrgPaths": None}},
            {"action": "ec2:DescribeInstances"},
            {"action": "s3:GetObject", "principal": PIPELINE},
        ),
        fails=tuple(
            {"action": action}
            for action in ("dynamodb:GetItem", "kms:Decrypt", "s3:GetObject", "secretsmanager:GetSecretValue", "sns:Publish", "sqs:SendMessage")
        ),
    ),
    Case(
        "harden-s3-requests",
        {"max_signature_age_seconds": 600},
        request=OBJECT,
        passes=(
            call("s3:GetObject", BUCKET, s3__TlsVersion="1.3", s3__signatureAge="600000", s3__signatureversion="AWS4-HMAC-SHA256", resource_account=ACCOUNT),
            call("s3:GetObject", BUCKET, resource_account=ACCOUNT),
            *(call("sqs:SendMessage", **{key: value}) for key, value in (("s3__TlsVersion", "1.0"), ("s3__signatureAge", "600001"), ("s3__signatureversion", "AWS"))),
        ),
        fails=(
            call("s3:GetObject", BUCKET, s3__TlsVersion="1.1", resource_account=ACCOUNT),
            call("s3:PutObject", BUCKET, s3__signatureAge="600001", resource_account=ACCOUNT),
            call("s3:ListBucket", BUCKET, s3__signatureversion="AWS", resource_account=ACCOUNT),
        ),
    ),
    Case(
        "require-own-networks",
        {
            "allowed_cidrs": ["203.0.113.0/24", "198.51.100.0/24"],
            "allowed_vpcs": ["vpc-1", "vpc-2"],
            "exempted_account_ids": VENDOR,
        },
        request={**OBJECT, "principal": TEAM, "context": {"aws:SourceIp": "192.0.2.1"}},
        passes=(
            *({"action": "s3:GetObject", "context": {"aws:SourceIp": ip}} for ip in ("203.0.113.7", "198.51.100.7")),
            *({"action": "s3:GetObject", "context": {"aws:SourceIp": None, "aws:SourceVpc": vpc}} for vpc in ("vpc-1", "vpc-2")),
            {"action": "s3:GetObject", "context": {"aws:SourceIp": None, "aws:VpceOrgID": ORGANIZATION}},
            {"action": "s3:GetObject", "context": {"aws:ViaAWSService": "true"}},
            {"action": "s3:GetObject", "principal": PARTNER},
            {**DELIVERY, "action": "s3:PutObject", "context": {"aws:SourceIp": None}},
            {"action": "ec2:DescribeInstances"},
        ),
        fails=(
            *({"action": action} for action in CALLS),
            {"action": "s3:GetObject", "context": {"aws:SourceIp": None, "aws:SourceVpc": "vpc-3"}},
            {"action": "s3:GetObject", "context": {"aws:SourceIp": None, "aws:VpceOrgID": "o-zzzzzzzzzz"}},
            {"action": "s3:GetObject", "context": {"aws:SourceIp": None}},
            {"action": "s3:GetObject", "context": {"aws:ViaAWSService": "false"}},
            {"action": "s3:GetObject", "principal": "anonymous"},
        ),
    ),
    Case(
        "protect-session-tags",
        {"tag_keys": ["dp:*", "team"]},
        request={"resource": DEPLOY, "principal": STRANGER, "context": {**OUT, "aws:TagKeys": ["team"]}},
        passes=(
            {"action": "sts:TagSession", "context": IN},
            {"action": "sts:TagSession", "context": {"aws:TagKeys": ["owner"]}},
            {"action": "sts:TagSession", "context": {"aws:TagKeys": None}},
            {"action": "sts:TagSession", "context": {"saml:aud": "https://signin.aws.amazon.com/saml"}},
            {"action": "sts:AssumeRole"},
            {"action": "s3:GetObject"},
        ),
        fails=(
            {"action": "sts:TagSession"},
            {"action": "sts:TagSession", "context": {"aws:TagKeys": ["owner", "dp:x"]}},
            {"action": "sts:TagSession", "context": {"aws:PrincipalOrgID": None}},
        ),
    ),
)  # fmt: skip

CASES = (
    *REGIONS, *IDENTITY, *PROTECTION, *SHARING, *TAGS, *PERIMETER, *LIFECYCLE, *RESOURCES,
    *NETWORK, *KEEPING, *ACCOUNTS, *SERVICES, *EGRESS, *MORE,
)  # fmt: skip
