"""A key of the account for new volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from constructs_lib.policies.document import allow
from constructs_lib.policies.partitions import via
from constructs_lib.security.encryption_key import EncryptionKeyConstruct
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_region

if TYPE_CHECKING:
    from cdktf import TerraformProvider


@typed
class VolumeKeyConstruct(Construct):
    """A KMS key of a region with which whoever makes a volume or an instance in the account encrypts it, by EC2 alone.

    As with AWS's own key for EBS, callers need no permission for it, so Auto Scaling's role can use it, too; unlike that one,
    snapshots that it encrypts can be shared. Without it nobody reads the volumes any more: Terraform refuses to destroy it as long as it is in the stack.

    Children: ``Key``.

    Args:
        scope: Where the key lives.
        id_: The construct's id.
        account_id: The account.
        region: The region.
        name: Of the key's alias. Default: ``volumes``.
        partition: ``aws`` or ``aws-us-gov``.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If the account's id or the region is malformed.

    Example:
        >>> key = VolumeKeyConstruct(stack, "VolumeKey", account_id="444444444444", region="eu-central-1")
        >>> RegionalBaselineConstruct(stack, "Baseline", volume_key_arn=key.key_arn)

    Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        account_id: str,
        region: str,
        name: str = "volumes",
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_region("region", region)
        by_ec2 = {
            "StringEquals": {
                "kms:CallerAccount": require_account_id("account_id", account_id),
                "kms:ViaService": via("ec2", region),
            }
        }
        self._key = EncryptionKeyConstruct(
            self,
            "Key",
            alias=name,
            description="New volumes and snapshots",
            account_id=account_id,
            statements=[
                allow(
                    [
                        "kms:CreateGrant",
                        "kms:Decrypt",
                        "kms:DescribeKey",
                        "kms:Encrypt",
                        "kms:GenerateDataKey*",
                        "kms:ReEncrypt*",
                    ],
                    "*",
                    principals="*",
                    conditions=by_ec2,
                    sid="AccountByEc2",
                )
            ],
            protected=True,
            partition=partition,
            provider=provider,
        )

    @property
    def key_arn(self) -> str:
        """The key's ARN."""
        return self._key.key_arn
