"""How people's sessions on machines are recorded and encrypted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.ssm_document import SsmDocument
from constructs import Construct

from constructs_lib.security.encryption_key import EncryptionKeyConstruct, logs_encrypt
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_between, require_log_days, require_region

if TYPE_CHECKING:
    from cdktf import TerraformProvider

PREFERENCES: Final = "SSM-SessionManagerRunShell"
"""The document that AWS takes a region's preferences from; the name is AWS's."""


@typed
class SessionManagerConstruct(Construct):
    """Session Manager's preferences in a region: what is typed and shown is logged and encrypted, idle sessions end.

    Sessions are encrypted with a key of the account, and their log, as they go on, is written to a log group under the same key. A
    session begins only if the machine's role may use both (`constructs_lib` gives no machine a role): it needs
    ``kms:Decrypt`` of the key, and ``logs:CreateLogStream``, ``logs:PutLogEvents``, ``logs:DescribeLogGroups`` and
    ``logs:DescribeLogStreams``; whoever starts it needs ``kms:GenerateDataKey``.

    Children: ``Key``, ``LogGroup``, ``Preferences``.

    Args:
        scope: Where the preferences are kept.
        id_: The construct's id.
        account_id: The account.
        region: The region that the preferences hold in.
        name: Of the log group and the key's alias. Default: ``session-manager``.
        retention_days: For how many days CloudWatch keeps what was logged, as it allows. Default: a year.
        idle_minutes: A session ends after so many minutes without input, 1 to 60. Default: 20.
        max_minutes: A session ends after so many minutes, 1 to 1440. Default: it does not.
        run_as: The operating system's user that sessions on Linux run as, unless a tag ``SSMSessionRunAs`` of whoever starts one says
            another. Default: ``ssm-user``, who may become root.
        partition: ``aws`` or ``aws-us-gov``.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If the account's id is malformed, CloudWatch knows no such retention, or minutes are out of range.

    Example:
        >>> SessionManagerConstruct(stack, "Sessions", account_id="444444444444", region="eu-central-1")

    Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-schema.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        account_id: str,
        region: str,
        name: str = "session-manager",
        retention_days: int = 365,
        idle_minutes: int = 20,
        max_minutes: int | None = None,
        run_as: str | None = None,
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_account_id("account_id", account_id)
        require_region("region", region)
        require_log_days("retention_days", retention_days)
        require_between("idle_minutes", idle_minutes, 1, 60, unit="minutes")
        if max_minutes is not None:
            require_between("max_minutes", max_minutes, 1, 1440, unit="minutes")
        key = self._key = EncryptionKeyConstruct(
            self,
            "Key",
            alias=name,
            description="Sessions of Session Manager, and their logs",
            account_id=account_id,
            statements=[
                logs_encrypt(region, f"arn:{partition}:logs:{region}:{account_id}:log-group:{name}"),
            ],
            partition=partition,
            provider=provider,
        )
        group = self._group = CloudwatchLogGroup(
            self,
            "LogGroup",
            name=name,
            retention_in_days=retention_days,
            kms_key_id=key.key_arn,
            provider=provider,
        )
        inputs = {
            "cloudWatchLogGroupName": group.name,
            "cloudWatchEncryptionEnabled": True,
            "cloudWatchStreamingEnabled": True,
            "s3BucketName": "",
            "s3KeyPrefix": "",
            "s3EncryptionEnabled": True,
            "kmsKeyId": key.key_arn,
            "idleSessionTimeout": str(idle_minutes),
            "maxSessionDuration": "" if max_minutes is None else str(max_minutes),
            "runAsEnabled": run_as is not None,
            "runAsDefaultUser": run_as or "",
            "shellProfile": {"linux": "", "windows": ""},
        }
        content = {
            "schemaVersion": "1.0",
            "description": "Sessions are logged and encrypted.",
            "sessionType": "Standard_Stream",
            "inputs": inputs,
        }
        SsmDocument(
            self,
            "Preferences",
            name=PREFERENCES,
            document_type="Session",
            document_format="JSON",
            content=json.dumps(content, sort_keys=True),
            provider=provider,
        )

    @property
    def key_arn(self) -> str:
        """The ARN of the key that machines and whoever starts sessions need."""
        return self._key.key_arn

    @property
    def log_group_arn(self) -> str:
        """The ARN of the log group."""
        return self._group.arn
