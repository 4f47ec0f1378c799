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
            "iam:UpdateOpenIDConnectProviderThumbprint",
            "iam:UpdateSAMLProvider",
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
    "cloudtrail:DeleteTrail",
    "cloudtrail:PutEventSelectors",
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
            "config:DeleteAggregationAuthorization",
            "config:DeleteConfigurationAggregator",
            "config:DeleteConfigurationRecorder",
            "config:DeleteDeliveryChannel",
            "config:DeleteRetentionConfiguration",
            "config:PutConfigurationRecorder",
            "config:PutDeliveryChannel",
            "config:PutRetentionConfiguration",
            "config:StopConfigurationRecorder",
        ),
    ),
    protection(
        "protect-guardduty",
        (
            "guardduty:CreateIPSet",
            "guardduty:DeleteDetector",
            "guardduty:DeleteMembers",
            "guardduty:DeletePublishingDestination",
            "guardduty:DisassociateFromAdministratorAccount",
            "guardduty:DisassociateFromMasterAccount",
            "guardduty:DisassociateMembers",
            "guardduty:StopMonitoringMembers",
            "guardduty:UpdateDetector",
            "guardduty:UpdateIPSet",
            "guardduty:UpdateMemberDetectors",
        ),
    ),
    protection(
        "protect-security-hub",
        (
            "securityhub:BatchDisableStandards",
            "securityhub:DeleteFindingAggregator",
            "securityhub:DeleteMembers",
            "securityhub:DisableImportFindingsForProduct",
            "securityhub:DisableSecurityHub",
            "securityhub:DisableSecurityHubV2",
            "securityhub:DisassociateFromAdministratorAccount",
            "securityhub:DisassociateFromMasterAccount",
            "securityhub:DisassociateMembers",
            "securityhub:UpdateStandardsControl",
        ),
    ),
    protection(
        "protect-macie",
        (
            "macie2:DeleteMember",
            "macie2:DisableMacie",
            "macie2:DisassociateFromAdministratorAccount",
            "macie2:DisassociateFromMasterAccount",
            "macie2:DisassociateMember",
            "macie2:UpdateMacieSession",
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
        ("s3:PutAccountPublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
        parameters={"buckets": True},
    ),
    protection(
        "protect-kms-keys",
        (
            "kms:CreateGrant",
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
        passes=(*PRIVATE, {"action": "rds:ModifyDBSnapshotAttribute"}),
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

LIFECYCLE = (
    Case(
        "quarantine",
        {"exempted_actions": "ce:*"},
        passes=(
            {"action": "ec2:TerminateInstances", "principal": DEPLOY},
            {"action": "ec2:TerminateInstances", "principal": SET_UP},
            {"action": "config:PutEvaluations", "principal": SERVICE_LINKED},
            {"action": "ce:GetCostAndUsage"},
        ),
        fails=(
            {"action": "ec2:DescribeInstances"},
            {"action": "iam:CreateRole", "principal": ROOT},
            {"action": "s3:GetObject", "principal": USER},
        ),
    ),
    Case(
        "quarantine",
        passes=tuple({"action": "ec2:TerminateInstances", **change} for change in DEPLOYERS),
        fails=({"action": "ce:GetCostAndUsage"}, {"action": "s3:GetObject"}),
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

CASES = (*REGIONS, *IDENTITY, *PROTECTION, *SHARING, *TAGS, *PERIMETER, *LIFECYCLE, *RESOURCES)
