"""How the inbox is built."""

import base64
import io
import zipfile
from pathlib import Path
from typing import Final

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.lambda_function import (
    LambdaFunction,
    LambdaFunctionEnvironment,
)
from cdktf_cdktf_provider_aws.s3_object import S3Object

from constructs_lib.logging.secure_bucket import SecureBucketConstruct
from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.policies.partitions import principal
from constructs_lib.security.encryption_key import EncryptionKeyConstruct
from extensions.inbox import Inbox
from stacks.scope import AccountScope

_NAME: Final = "inbox"
_FUNCTION: Final = Path(__file__).with_name("function.py")


def add(stack: AccountScope, inbox: Inbox) -> None:
    """Add the bucket, and the function with its role and log."""
    partition, log_name = stack.organization.partition, "/aws/lambda/inbox"
    logs = f"arn:{partition}:logs:{stack.account.region}:{stack.own_id}:log-group:{log_name}"
    key = EncryptionKeyConstruct(
        stack,
        "inbox-key",
        alias=_NAME,
        description="The inbox: files, code and logs",
        account_id=stack.own_id,
        statements=[
            allow(
                ("kms:Decrypt", "kms:GenerateDataKey*"),
                "*",
                principals={"Service": principal("logs", partition, stack.account.region)},
                conditions={"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": logs}},
            )
        ],
        partition=partition,
    )
    bucket = SecureBucketConstruct(
        stack,
        _NAME,
        bucket_name=f"{stack.organization.slug}-inbox-{stack.own_id}",
        key_arn=key.key_arn,
        partition=partition,
    )
    log = CloudwatchLogGroup(stack, "inbox-log", name=log_name, retention_in_days=365, kms_key_id=key.key_arn)
    trust = allow("sts:AssumeRole", principals={"Service": "lambda.amazonaws.com"})
    role = IamRole(
        stack,
        "inbox-role",
        name=_NAME,
        description="Counts the files in the inbox",
        assume_role_policy=PolicyDocument.of(trust).to_terraform(),
    )
    IamRolePolicy(
        stack,
        "inbox-role-policy",
        name="count-files",
        role=role.name,
        policy=PolicyDocument.of(
            allow("s3:ListBucket", bucket.bucket_arn),
            allow("kms:Decrypt", key.key_arn),
            allow(("logs:CreateLogStream", "logs:PutLogEvents"), f"{log.arn}:*"),
        ).to_terraform(),
    )
    content = base64.b64encode(_archive()).decode()
    code = S3Object(stack, "inbox-code", bucket=bucket.bucket_name, key="function/inbox.zip", content_base64=content)
    LambdaFunction(
        stack,
        "inbox-function",
        function_name=_NAME,
        role=role.arn,
        runtime="python3.12",
        handler="function.handler",
        memory_size=inbox.memory,
        s3_bucket=code.bucket,
        s3_key=code.key,
        s3_object_version=code.version_id,
        kms_key_arn=key.key_arn,
        environment=LambdaFunctionEnvironment(variables={"BUCKET": bucket.bucket_name}),
    )


def _archive() -> bytes:
    """The function's code as AWS takes it; the same code makes the same bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        # Without a compressor: its output may differ between versions of zlib, and with it the plan.
        archive.writestr(zipfile.ZipInfo(_FUNCTION.name, (1980, 1, 1, 0, 0, 0)), _FUNCTION.read_bytes())
    return file.getvalue()
