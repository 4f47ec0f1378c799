"""An example of your own: a bucket that takes files, and a function that counts them."""

from typing import Final

from pydantic import Field

from config.capabilities.capability import AccountCapability, Part
from config.model.base import Switchable


class Inbox(Switchable):
    """A bucket that takes files, and a function that counts them."""

    memory: int = Field(default=128, ge=128, le=10_240, description="The function's memory, MiB.")


INBOX: Final = AccountCapability(
    key="inbox",
    model=Inbox,
    description="A bucket that takes files, and a function that counts them.",
    parts=(
        Part(
            name="inbox",
            build="extensions.inbox.stack:add",
            types=frozenset(
                {
                    "aws_cloudwatch_log_group",
                    "aws_iam_role",
                    "aws_iam_role_policy",
                    "aws_kms_alias",
                    "aws_kms_key",
                    "aws_lambda_function",
                    "aws_s3_bucket",
                    "aws_s3_bucket_lifecycle_configuration",
                    "aws_s3_bucket_ownership_controls",
                    "aws_s3_bucket_policy",
                    "aws_s3_bucket_public_access_block",
                    "aws_s3_bucket_server_side_encryption_configuration",
                    "aws_s3_bucket_versioning",
                    "aws_s3_object",
                }
            ),
            cost=("Storage and requests of the bucket, each run of the function, and a KMS key by the month.",),
            # The library does not list these: what Terraform calls, one by one.
            actions={
                "aws_lambda_function": (
                    "lambda:CreateFunction",
                    "lambda:DeleteFunction",
                    "lambda:GetFunction",
                    "lambda:GetFunctionCodeSigningConfig",
                    "lambda:GetFunctionConfiguration",
                    "lambda:ListTags",
                    "lambda:ListVersionsByFunction",
                    "lambda:PutFunctionConcurrency",
                    "lambda:TagResource",
                    "lambda:UntagResource",
                    "lambda:UpdateFunctionCode",
                    "lambda:UpdateFunctionConfiguration",
                ),
                "aws_s3_object": (
                    "s3:DeleteObject",
                    "s3:DeleteObjectVersion",
                    "s3:GetObject",
                    "s3:GetObjectTagging",
                    "s3:ListBucket",
                    "s3:ListBucketVersions",
                    "s3:PutObject",
                    "s3:PutObjectTagging",
                ),
            },
        ),
    ),
)
