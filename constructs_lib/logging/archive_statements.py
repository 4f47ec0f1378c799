"""What the policies of all buckets of a log archive say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from constructs_lib.policies.document import Statement, allow, deny

if TYPE_CHECKING:
    from collections.abc import Sequence

# What decides how long logs stay and who reaches them. Reading them is what plans do.
_ADMINISTRATION: Final = (
    "s3:DeleteBucket",
    "s3:DeleteBucketPolicy",
    "s3:PutBucketAcl",
    "s3:PutBucketLogging",
    "s3:PutBucketObjectLockConfiguration",
    "s3:PutBucketOwnershipControls",
    "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketVersioning",
    "s3:PutEncryptionConfiguration",
    "s3:PutLifecycleConfiguration",
    "s3:PutReplicationConfiguration",
)


def readers_read(bucket_arn: str, reader_arns: Sequence[str]) -> list[Statement]:
    """Some principals, of any account, read; none if none are named."""
    if not reader_arns:
        return []
    return [
        allow(
            ["s3:GetObject", "s3:ListBucket"],
            [bucket_arn, f"{bucket_arn}/*"],
            principals={"AWS": reader_arns},
            sid="ReadersRead",
        )
    ]


def others_change_nothing(bucket_arn: str, account_id: str) -> Statement:
    """Nobody from another account than the bucket's changes or deletes, but services."""
    return deny(
        ["s3:Delete*", "s3:Put*"],
        [bucket_arn, f"{bucket_arn}/*"],
        principals="*",
        conditions={
            "StringNotEquals": {"aws:PrincipalAccount": account_id},
            "Bool": {"aws:PrincipalIsAWSService": False},
        },
        sid="DenyChangesFromOtherAccounts",
    )


def nobody_deletes(bucket_arn: str, administrator_arns: Sequence[str] = ()) -> Statement:
    """Nobody deletes a log, but administrators."""
    return deny(
        ["s3:BypassGovernanceRetention", "s3:DeleteObject", "s3:DeleteObjectVersion"],
        f"{bucket_arn}/*",
        principals="*",
        conditions={"ArnNotLike": {"aws:PrincipalArn": administrator_arns}} if administrator_arns else None,
        sid="DenyDeletion",
    )


def keepers_change(bucket_arn: str, keeper_arns: Sequence[str]) -> list[Statement]:
    """Nobody but some roles changes the bucket itself; whoever IAM allows if none are named."""
    if not keeper_arns:
        return []
    return [
        deny(
            _ADMINISTRATION,
            bucket_arn,
            principals="*",
            conditions={"ArnNotLike": {"aws:PrincipalArn": keeper_arns}},
            sid="DenyAdministration",
        )
    ]


def recorders_look(bucket_arn: str, partition: str, organization_id: str) -> Statement:
    """AWS Config asks, by the service-linked role of each account, where the bucket is, before the service itself writes.

    Source: https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html
    """
    role = f"arn:{partition}:iam::*:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    return allow(
        "s3:ListBucket",
        bucket_arn,
        principals="*",
        conditions={"StringEquals": {"aws:PrincipalOrgID": organization_id}, "ArnLike": {"aws:PrincipalArn": role}},
        sid="RecordersLook",
    )


def services_encrypt(organization_id: str) -> list[Statement]:
    """AWS Config and the delivery of logs use the key for the organization, each as AWS lists it.

    Source: https://docs.aws.amazon.com/config/latest/developerguide/s3-kms-key-policy.html,
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-S3.html
    """
    of_organization = {"StringEquals": {"aws:SourceOrgID": organization_id}}
    writes = ["kms:Decrypt", "kms:GenerateDataKey*"]
    return [
        allow(
            writes,
            "*",
            principals={"Service": "config.amazonaws.com"},
            conditions=of_organization,
            sid="ConfigEncrypts",
        ),
        allow(
            [*writes, "kms:DescribeKey", "kms:Encrypt", "kms:ReEncrypt*"],
            "*",
            principals={"Service": "delivery.logs.amazonaws.com"},
            conditions=of_organization,
            sid="DeliveryEncrypts",
        ),
    ]
