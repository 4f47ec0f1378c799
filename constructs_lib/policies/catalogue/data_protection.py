"""Guardrails that keep data encrypted and private, and instances' credentials safe."""

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.catalogue import values
from constructs_lib.policies.catalogue.registry import guardrail
from constructs_lib.policies.catalogue.values import DEPLOYERS
from constructs_lib.policies.document import PolicyDocument, Strings, deny
from constructs_lib.policies.kinds import PolicyKind

_GROUP = "Protection of data"


@guardrail(PolicyKind.SCP, group=_GROUP)
def protect_ebs_encryption(*, exempted_principal_arns: Strings = DEPLOYERS, partition: str = "aws") -> PolicyDocument:
    """Deny switching EBS encryption by default off, or changing its key.

    Args:
        exempted_principal_arns: Role names or principal ARN patterns that may.
        partition: The partition of the organization.

    Breaks:
        Choosing another default key from within an account.

    Source:
        https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html
    """
    exempted = values.principal_arns("exempted_principal_arns", exempted_principal_arns, partition)
    return PolicyDocument.of(
        deny(
            (
                "ec2:DisableEbsEncryptionByDefault",
                "ec2:ModifyEbsDefaultKmsKeyId",
                "ec2:ResetEbsDefaultKmsKeyId",
            ),
            "*",
            conditions=values.exempting(exempted),
            sid="ProtectEbsEncryption",
        )
    )


@guardrail(PolicyKind.SCP, group=_GROUP)
def protect_s3_public_access_block(
    *, buckets: bool = False, exempted_principal_arns: Strings = DEPLOYERS, partition: str = "aws"
) -> PolicyDocument:
    """Deny changing the account's block of public access to S3.

    Args:
        buckets: Whether the blocks of single buckets and access points are protected too.
        exempted_principal_arns: Role names or principal ARN patterns that may.
        partition: The partition of the organization.

    Breaks:
        Public buckets, such as websites served without CloudFront.

    Source:
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    exempted = values.principal_arns("exempted_principal_arns", exempted_principal_arns, partition)
    of_buckets = ("s3:PutAccessPointPublicAccessBlock", "s3:PutBucketPublicAccessBlock") if buckets else ()
    actions = ("s3:PutAccountPublicAccessBlock", *of_buckets)
    return PolicyDocument.of(
        deny(actions, "*", conditions=values.exempting(exempted), sid="ProtectS3PublicAccessBlock")
    )


@guardrail(PolicyKind.SCP, group=_GROUP)
def protect_kms_keys(
    *,
    min_deletion_days: int | None = None,
    allowed_key_specs: Strings = (),
    deny_lockout_bypass: bool = False,
    exempted_principal_arns: Strings = DEPLOYERS,
    partition: str = "aws",
) -> PolicyDocument:
    """Deny deleting or disabling KMS keys, and grants to anybody but AWS services.

    Args:
        min_deletion_days: The fewest days, 7 to 30, after which anybody, exempt or not, may have a key deleted.
        allowed_key_specs: Kinds of keys that may be made, such as SYMMETRIC_DEFAULT; all unless told otherwise.
        deny_lockout_bypass: Whether key policies that lock out their own author are denied.
        exempted_principal_arns: Role names or principal ARN patterns that may.
        partition: The partition of the organization.

    Breaks:
        Removing keys with the stack that made them, unless an exempt role deploys it; grants between own roles (write a key
        policy instead).

    Source:
        https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
        https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
    """
    exempted = values.exempting(values.principal_arns("exempted_principal_arns", exempted_principal_arns, partition))
    least, most = 7, 30
    if min_deletion_days is not None and not least <= min_deletion_days <= most:
        raise InvalidValueError("min_deletion_days", min_deletion_days, expected=f"{least} to {most}")
    more = []
    if min_deletion_days is not None:
        window = {"NumericLessThan": {"kms:ScheduleKeyDeletionPendingWindowInDays": min_deletion_days}}
        more.append(deny("kms:ScheduleKeyDeletion", "*", conditions=window, sid="RequireDeletionWindow"))
    if values.many(allowed_key_specs):
        specs = {"StringNotEquals": {"kms:KeySpec": values.many(allowed_key_specs)}}
        more.append(deny("kms:CreateKey", "*", conditions={**specs, **exempted}, sid="AllowKeySpecs"))
    if deny_lockout_bypass:
        bypass = {"Bool": {"kms:BypassPolicyLockoutSafetyCheck": "true"}}
        actions = ("kms:CreateKey", "kms:PutKeyPolicy", "kms:ReplicateKey")
        more.append(deny(actions, "*", conditions={**bypass, **exempted}, sid="DenyLockoutBypass"))
    return PolicyDocument.of(
        *more,
        deny(
            (
                "kms:DeleteAlias",
                "kms:DeleteCustomKeyStore",
                "kms:DeleteImportedKeyMaterial",
                "kms:DisableKey",
                "kms:DisableKeyRotation",
                "kms:ScheduleKeyDeletion",
            ),
            "*",
            conditions=exempted,
            sid="ProtectKmsKeys",
        ),
        deny(
            "kms:CreateGrant",
            "*",
            conditions={"BoolIfExists": {"kms:GrantIsForAWSResource": "false"}, **exempted},
            sid="DenyGrantsToPrincipals",
        ),
    )


@guardrail(PolicyKind.SCP, group=_GROUP)
def require_imdsv2(
    *,
    deny_version_1_credentials: bool = True,
    max_hops: int | None = None,
    exempted_principal_arns: Strings = DEPLOYERS,
    partition: str = "aws",
) -> PolicyDocument:
    """Require version 2 of the instance metadata service.

    Args:
        deny_version_1_credentials: Whether credentials that an instance got through version 1 are refused everywhere.
        max_hops: The largest hop limit of the metadata answers; 2 lets containers through. No limit if not given.
        exempted_principal_arns: Role names or principal ARN patterns that may launch and change instances freely.
        partition: The partition of the organization.

    Breaks:
        Launching without http_tokens = required, also by auto scaling groups with old launch templates; software whose SDK is
        older than 2020.

    Source:
        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html
        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html
    """
    exempted = values.exempting(values.principal_arns("exempted_principal_arns", exempted_principal_arns, partition))
    instance = f"arn:{partition}:ec2:*:*:instance/*"
    statements = [
        deny(
            "ec2:RunInstances",
            instance,
            conditions={"StringNotEquals": {"ec2:MetadataHttpTokens": "required"}, **exempted},
            sid="RequireImdsV2",
        ),
        deny(
            ("ec2:ModifyInstanceMetadataDefaults", "ec2:ModifyInstanceMetadataOptions"),
            "*",
            conditions=exempted,
            sid="ProtectImdsOptions",
        ),
    ]
    if max_hops is not None:
        statements.append(
            deny(
                "ec2:RunInstances",
                instance,
                conditions={"NumericGreaterThan": {"ec2:MetadataHttpPutResponseHopLimit": max_hops}, **exempted},
                sid="LimitImdsHops",
            )
        )
    if deny_version_1_credentials:
        statements.append(
            deny(
                "*",
                "*",
                conditions={"NumericLessThan": {"ec2:RoleDelivery": "2.0"}, **exempted},
                sid="DenyImdsV1Credentials",
            )
        )
    return PolicyDocument(tuple(statements))
