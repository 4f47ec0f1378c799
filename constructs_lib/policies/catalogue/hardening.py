"""Guardrails that make single services safe: S3, Bedrock, SageMaker."""

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.catalogue import values
from constructs_lib.policies.catalogue.registry import guardrail
from constructs_lib.policies.catalogue.services import SAGEMAKER_JOBS
from constructs_lib.policies.catalogue.values import DEPLOYERS
from constructs_lib.policies.document import PolicyDocument, Statement, Strings, deny
from constructs_lib.policies.kinds import PolicyKind

_GROUP = "Services"


@guardrail(PolicyKind.SCP, group=_GROUP, exempted=DEPLOYERS)
def harden_s3(
    *,
    deny_acls: bool = True,
    encryption: Strings = (),
    encryption_said: bool = False,
    deny_customer_keys: bool = True,
    account_namespace: bool = False,
    partition: str = "aws",
) -> PolicyDocument:
    """Deny access control lists, encryption other than the chosen one, and keys of S3's callers.

    Args:
        deny_acls: Whether buckets must own their objects (BucketOwnerEnforced), and lists of grants are denied.
        encryption: What objects are encrypted with: aws:kms, aws:kms:dsse or AES256. Whatever the bucket says unless told
            otherwise.
        encryption_said: Whether each upload must name its encryption itself, whatever the bucket's own is.
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
    if encryption_said:
        absent = {"Null": {"s3:x-amz-server-side-encryption": "true"}}
        found.append(
            deny("s3:PutObject", f"arn:{partition}:s3:::*/*", conditions=absent, sid="RequireEncryptionHeader")
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
    denied_models: Strings = (),
    deny_api_keys: bool = True,
    require_profiles: bool = False,
    protect_invocation_logs: bool = True,
    partition: str = "aws",
) -> PolicyDocument:
    """Deny models that are not in a list, and Bedrock's API keys, which are long-lived keys for one service.

    Args:
        allowed_models: Ids of foundation models, also as patterns such as anthropic.*; all unless told otherwise.
        denied_models: Ids of foundation models that may not be used, as patterns, too.
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
    if values.many(denied_models):
        models = [f"arn:{partition}:bedrock:*::foundation-model/{model}" for model in values.many(denied_models)]
        found.append(deny(invoke, models, sid="DenyModels"))
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
        # A domain that does not say it has AWS's way to the internet; an update that does not say it changes nothing of it.
        deny(
            "sagemaker:CreateDomain",
            "*",
            conditions={"StringNotEqualsIfExists": {"sagemaker:AppNetworkAccessType": "VpcOnly"}},
            sid="DenyDomainInternet",
        ),
        deny(
            "sagemaker:UpdateDomain",
            "*",
            conditions={"StringEquals": {"sagemaker:AppNetworkAccessType": "PublicInternetOnly"}},
            sid="DenyOpeningDomains",
        ),
        deny(
            SAGEMAKER_JOBS,
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
