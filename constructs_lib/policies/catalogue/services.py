"""Guardrails about single services: which are used, and how what they make is encrypted, connected and chosen."""

from typing import Any

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.catalogue import values
from constructs_lib.policies.catalogue.registry import guardrail
from constructs_lib.policies.catalogue.values import DEPLOYERS
from constructs_lib.policies.document import PolicyDocument, Statement, Strings, deny
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.names import did_you_mean, services

_GROUP = "Services"
_ALWAYS = ("iam", "organizations", "support", "sts", "health", "account", "tag")


@guardrail(PolicyKind.SCP, group=_GROUP, example={"allowed_services": ["ec2", "s3"]}, exempted=DEPLOYERS)
def allow_services(*, allowed_services: Strings, always_allowed_services: Strings = _ALWAYS) -> PolicyDocument:
    """Deny every service that is not in a list; what AWS adds stays closed until somebody adds it.

    Args:
        allowed_services: Prefixes of the services that may be used, such as ec2.
        always_allowed_services: Prefixes of services that nobody can do without.

    Breaks:
        Everything else, what allowed services need behind the scenes (autoscaling, logs, kms) included, unless listed.

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_strategies.html
    """
    allowed = {*values.some("allowed_services", allowed_services), *values.many(always_allowed_services)}
    for service in sorted(allowed - services()):
        cure = did_you_mean(service, services(), "See the Service Authorization Reference.")
        raise InvalidValueError("allowed_services", service, expected="the prefix of a service of AWS", cure=cure)
    return PolicyDocument.of(
        deny(not_actions=[f"{service}:*" for service in allowed], resources="*", sid="AllowServices")
    )


@guardrail(
    PolicyKind.SCP,
    group=_GROUP,
    example={"allowed_types": ["t3.*", "t4g.*", "m7g.*"], "allowed_image_owners": ["amazon"]},
)
def restrict_instances(
    *,
    allowed_types: Strings = (),
    denied_types: Strings = (),
    allowed_image_owners: Strings = (),
    deny_public_images: bool = False,
    partition: str = "aws",
) -> PolicyDocument:
    """Deny launching instances of other types, and from images of others.

    Args:
        allowed_types: Instance types, also as patterns such as t3.*; all unless told otherwise.
        denied_types: Instance types that may not be launched, such as *.metal*.
        allowed_image_owners: Accounts whose images may be used, or amazon and aws-marketplace; all unless told otherwise.
        deny_public_images: Whether images that are public are denied.
        partition: The partition of the organization.

    Breaks:
        Launches by auto scaling groups with other types or images.

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_ec2.html
        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html
    """
    instance, image = f"arn:{partition}:ec2:*:*:instance/*", f"arn:{partition}:ec2:*::image/*"
    found: list[Statement] = []
    for given, operator, sid in (
        (allowed_types, "StringNotLike", "AllowInstanceTypes"),
        (denied_types, "StringLike", "DenyInstanceTypes"),
    ):
        if values.many(given):
            conditions = {operator: {"ec2:InstanceType": values.many(given)}}
            found.append(
                deny(("ec2:ModifyInstanceAttribute", "ec2:RunInstances"), instance, conditions=conditions, sid=sid)
            )
    if values.many(allowed_image_owners):
        owners = {"StringNotEquals": {"ec2:Owner": values.many(allowed_image_owners)}}
        found.append(deny("ec2:RunInstances", image, conditions=owners, sid="AllowImageOwners"))
    if deny_public_images:
        public = {"Bool": {"ec2:Public": "true"}}
        found.append(deny("ec2:RunInstances", image, conditions=public, sid="DenyPublicImages"))
    if not found:
        raise InvalidValueError("allowed_types", [], expected="at least one of the parameters")
    return PolicyDocument(tuple(found))


_JOBS = (
    "sagemaker:CreateAutoMLJob",
    "sagemaker:CreateDataQualityJobDefinition",
    "sagemaker:CreateHyperParameterTuningJob",
    "sagemaker:CreateModelBiasJobDefinition",
    "sagemaker:CreateModelExplainabilityJobDefinition",
    "sagemaker:CreateModelQualityJobDefinition",
    "sagemaker:CreateMonitoringSchedule",
    "sagemaker:CreateProcessingJob",
    "sagemaker:CreateTrainingJob",
)
_IN_VPC: dict[str, tuple[tuple[str, ...], str]] = {
    "apprunner": (("apprunner:CreateService", "apprunner:UpdateService"), "apprunner:VpcConnectorArn"),
    "cloudshell": (("cloudshell:CreateEnvironment",), "cloudshell:VpcIds"),
    "codebuild": (("codebuild:CreateFleet", "codebuild:CreateProject", "codebuild:UpdateFleet", "codebuild:UpdateProject"), "codebuild:vpcConfig.vpcId"),
    "glue": (("glue:CreateJob", "glue:UpdateJob"), "glue:VpcIds"),
    "lambda": (("lambda:CreateFunction", "lambda:UpdateFunctionConfiguration"), "lambda:VpcIds"),
    "sagemaker": (
        (*_JOBS, "sagemaker:CreateModel", "sagemaker:CreateNotebookInstance"),
        "sagemaker:VpcSubnets",
    ),
}  # fmt: skip


@guardrail(PolicyKind.SCP, group=_GROUP)
def require_vpc(*, services: Strings = tuple(_IN_VPC)) -> PolicyDocument:
    """Deny what runs outside of a VPC: functions, jobs, builds, shells and containers with AWS's own way to the internet.

    Args:
        services: Out of apprunner, cloudshell, codebuild, glue, lambda and sagemaker.

    Breaks:
        Functions and jobs that need no network of yours; in a VPC they need endpoints or NAT.

    Source:
        https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
        https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
    """
    found = []
    for service in values.some("services", services):
        if service not in _IN_VPC:
            cure = did_you_mean(service, _IN_VPC, f"Choose from {', '.join(_IN_VPC)}.")
            raise InvalidValueError(
                "services", service, expected="a service that tells in which VPC it runs", cure=cure
            )
        actions, key = _IN_VPC[service]
        found.append(deny(actions, "*", conditions={"Null": {key: "true"}}, sid=f"RequireVpcFor{service.title()}"))
    return PolicyDocument(tuple(found))


_ENCRYPTED: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "ebs": (("ec2:CreateVolume", "ec2:RunInstances"), {"Bool": {"ec2:Encrypted": "false"}}),
    "efs": (("elasticfilesystem:CreateFileSystem",), {"BoolIfExists": {"elasticfilesystem:Encrypted": "false"}}),
    "elasticache": (
        ("elasticache:CreateReplicationGroup",),
        {"Bool": {"elasticache:AtRestEncryptionEnabled": "false"}},
    ),
    "rds": (
        (
            "rds:CreateDBCluster",
            "rds:CreateDBInstance",
            "rds:RestoreDBClusterFromS3",
            "rds:RestoreDBClusterFromSnapshot",
            "rds:RestoreDBClusterToPointInTime",
            "rds:RestoreDBInstanceFromS3",
        ),
        {"Bool": {"rds:StorageEncrypted": "false"}},
    ),
}


@guardrail(PolicyKind.SCP, group=_GROUP)
def require_encryption(*, services: Strings = tuple(_ENCRYPTED), partition: str = "aws") -> PolicyDocument:
    """Deny making volumes, file systems, caches and databases that are not encrypted.

    Args:
        services: Out of ebs, efs, elasticache and rds.
        partition: The partition of the organization.

    Breaks:
        Restoring unencrypted snapshots as they are: copy them encrypted first.

    Source:
        https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html
        https://docs.aws.amazon.com/efs/latest/ug/using-iam-to-enforce-encryption-at-rest.html
    """
    found = []
    for service in values.some("services", services):
        if service not in _ENCRYPTED:
            cure = did_you_mean(service, _ENCRYPTED, f"Choose from {', '.join(_ENCRYPTED)}.")
            raise InvalidValueError("services", service, expected="a service that tells whether it encrypts", cure=cure)
        actions, conditions = _ENCRYPTED[service]
        resources = f"arn:{partition}:ec2:*:*:volume/*" if service == "ebs" else "*"
        found.append(deny(actions, resources, conditions=conditions, sid=f"RequireEncryptionOf{service.title()}"))
    return PolicyDocument(tuple(found))


@guardrail(PolicyKind.SCP, group=_GROUP, exempted=DEPLOYERS)
def harden_s3(
    *,
    deny_acls: bool = True,
    encryption: Strings = (),
    deny_customer_keys: bool = True,
    account_namespace: bool = False,
    partition: str = "aws",
) -> PolicyDocument:
    """Deny access control lists, encryption other than the chosen one, and keys of S3's callers.

    Args:
        deny_acls: Whether buckets must own their objects (BucketOwnerEnforced), and lists of grants are denied.
        encryption: What objects are encrypted with: aws:kms, aws:kms:dsse or AES256. Whatever the bucket says unless told
            otherwise.
        deny_customer_keys: Whether encryption with keys that callers send along (SSE-C) is denied.
        account_namespace: Whether names of new buckets must be of the account's own namespace.
        partition: The partition of the organization.

    Breaks:
        Software that sends ACLs; log delivery of services that still uses them; with account_namespace, buckets by other names.

    Source:
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    """
    found: list[Statement] = []
    if deny_acls:
        ownership = {"StringNotEqualsIfExists": {"s3:x-amz-object-ownership": "BucketOwnerEnforced"}}
        found += [
            deny("s3:CreateBucket", "*", conditions=ownership, sid="RequireBucketOwnership"),
            deny(
                ("s3:PutBucketAcl", "s3:PutBucketOwnershipControls", "s3:PutObjectAcl", "s3:PutObjectVersionAcl"),
                "*",
                conditions={"StringNotEqualsIfExists": {"s3:x-amz-acl": "bucket-owner-full-control"}},
                sid="DenyAcls",
            ),
        ]
    if values.many(encryption):
        found.append(
            deny(
                "s3:PutObject",
                f"arn:{partition}:s3:::*/*",
                conditions={
                    "StringNotEquals": {"s3:x-amz-server-side-encryption": values.many(encryption)},
                    "Null": {"s3:x-amz-server-side-encryption": "false"},
                },
                sid="RequireObjectEncryption",
            )
        )
    if deny_customer_keys:
        sent = {"Null": {"s3:x-amz-server-side-encryption-customer-algorithm": "false"}}
        found.append(deny("s3:PutObject", "*", conditions=sent, sid="DenyCustomerKeys"))
    if account_namespace:
        namespace = {"StringNotEqualsIfExists": {"s3:x-amz-bucket-namespace": "account-regional"}}
        found.append(deny("s3:CreateBucket", "*", conditions=namespace, sid="RequireBucketNamespace"))
    if not found:
        raise InvalidValueError("deny_acls", False, expected="at least one of the parameters switched on")
    return PolicyDocument(tuple(found))


@guardrail(PolicyKind.SCP, group=_GROUP, example={"allowed_models": ["anthropic.*", "amazon.nova-*"]})
def restrict_bedrock(
    *,
    allowed_models: Strings = (),
    deny_api_keys: bool = True,
    require_profiles: bool = False,
    protect_invocation_logs: bool = True,
    partition: str = "aws",
) -> PolicyDocument:
    """Deny models that are not in a list, and Bedrock's API keys, which are long-lived keys for one service.

    Args:
        allowed_models: Ids of foundation models, also as patterns such as anthropic.*; all unless told otherwise.
        deny_api_keys: Whether making and using API keys of Bedrock is denied.
        require_profiles: Whether models may be called by way of an inference profile only.
        protect_invocation_logs: Whether the log of invocations may be changed and switched off by nobody.
        partition: The partition of the organization.

    Breaks:
        Tools that know only API keys; other models.

    Source:
        https://docs.aws.amazon.com/bedrock/latest/userguide/security_iam_id-based-policy-examples.html
        https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-permissions.html
    """
    invoke = ("bedrock:CreateModelInvocationJob", "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")
    found: list[Statement] = []
    if values.many(allowed_models):
        models = [f"arn:{partition}:bedrock:*::foundation-model/{model}" for model in values.many(allowed_models)]
        own = [
            f"arn:{partition}:bedrock:*:*:{kind}/*" for kind in ("application-inference-profile", "inference-profile")
        ]
        found.append(deny(invoke, not_resources=[*models, *own], sid="AllowModels"))
    if deny_api_keys:
        keys = {"StringEquals": {"iam:ServiceSpecificCredentialServiceName": "bedrock.amazonaws.com"}}
        found += [
            deny("bedrock:CallWithBearerToken", "*", sid="DenyBedrockKeyUse"),
            deny("iam:CreateServiceSpecificCredential", "*", conditions=keys, sid="DenyBedrockKeys"),
        ]
    if require_profiles:
        absent = {"Null": {"bedrock:InferenceProfileArn": "true"}}
        models_only = f"arn:{partition}:bedrock:*::foundation-model/*"
        found.append(deny(invoke, models_only, conditions=absent, sid="RequireInferenceProfiles"))
    if protect_invocation_logs:
        logs = ("bedrock:DeleteModelInvocationLoggingConfiguration", "bedrock:PutModelInvocationLoggingConfiguration")
        found.append(deny(logs, "*", sid="ProtectInvocationLogs"))
    if not found:
        raise InvalidValueError("allowed_models", [], expected="at least one of the parameters")
    return PolicyDocument(tuple(found))


@guardrail(PolicyKind.SCP, group=_GROUP)
def harden_sagemaker(*, root_access: bool = False) -> PolicyDocument:
    """Deny SageMaker's notebooks and domains with AWS's own way to the internet, and training without encryption between machines.

    Args:
        root_access: Whether notebooks may give their users root access.

    Breaks:
        Notebooks and Studio domains outside of a VPC.

    Source:
        https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html
    """
    found = [
        deny(
            "sagemaker:CreateNotebookInstance",
            "*",
            conditions={"StringNotEquals": {"sagemaker:DirectInternetAccess": "Disabled"}},
            sid="DenyNotebookInternet",
        ),
        deny(
            ("sagemaker:CreateDomain", "sagemaker:UpdateDomain"),
            "*",
            conditions={"StringEquals": {"sagemaker:AppNetworkAccessType": "PublicInternetOnly"}},
            sid="DenyDomainInternet",
        ),
        deny(
            _JOBS,
            "*",
            conditions={"Bool": {"sagemaker:InterContainerTrafficEncryption": "false"}},
            sid="RequireTrafficEncryption",
        ),
    ]
    if not root_access:
        found.append(
            deny(
                ("sagemaker:CreateNotebookInstance", "sagemaker:UpdateNotebookInstance"),
                "*",
                conditions={"StringEquals": {"sagemaker:RootAccess": "Enabled"}},
                sid="DenyNotebookRoot",
            )
        )
    return PolicyDocument(tuple(found))
