"""A customer-managed KMS key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.document import PolicyDocument, Statement, allow
from constructs_lib.policies.partitions import partition_of, principal
from constructs_lib.typed import typed
from constructs_lib.validation import require_between

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cdktf import TerraformProvider


@typed
class EncryptionKeyConstruct(Construct):
    """A symmetric KMS key that rotates, has an alias, and is governed by the IAM of its own account.

    Children: ``Resource`` (the key), ``Alias``.

    Args:
        scope: Where the key lives.
        id_: The construct's id.
        alias: The alias without ``alias/``, such as ``log-archive``.
        description: What the key protects.
        account_id: The account that owns the key; its IAM policies decide about everything the key policy leaves open.
        statements: Who else may use the key, usually AWS services, each bound by a condition.
        deletion_window_days: Days between the order to delete the key and its end, 7 to 30; 30 unless told otherwise.
        rotation_days: Days between two rotations, 90 to 2560; a year unless told otherwise.
        multi_region: Whether the key can be replicated into other regions; no unless told otherwise.
        protected: Whether Terraform refuses to destroy the key; no unless told otherwise.
        partition: ``aws`` or ``aws-us-gov``.
        provider: Account and region; the stack's default provider unless told otherwise.

    Raises:
        InvalidValueError: If the deletion window or the rotation is out of range, or the alias belongs to AWS.

    Example:
        >>> EncryptionKeyConstruct(stack, "Key", alias="log-archive", description="Logs", account_id="222222222222")

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        alias: str,
        description: str,
        account_id: str,
        statements: Iterable[Statement] = (),
        deletion_window_days: int = 30,
        rotation_days: int = 365,
        multi_region: bool = False,
        protected: bool = False,
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_between("deletion_window_days", deletion_window_days, 7, 30, unit="days")
        require_between("rotation_days", rotation_days, 90, 2560, unit="days")
        if alias.startswith(("alias/", "aws/")):
            raise InvalidValueError("alias", alias, expected="the name alone, and none that starts with 'aws/'")
        self._key = KmsKey(
            self,
            "Resource",
            description=description,
            enable_key_rotation=True,
            rotation_period_in_days=rotation_days,
            deletion_window_in_days=deletion_window_days,
            multi_region=multi_region,
            policy=PolicyDocument.of(_own_account(account_id, partition), *statements).to_terraform(),
            tags={"Name": alias},
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if protected else None,
            provider=provider,
        )
        self._alias = KmsAlias(self, "Alias", name=f"alias/{alias}", target_key_id=self._key.key_id, provider=provider)

    @property
    def key_arn(self) -> str:
        """The key's ARN."""
        return self._key.arn

    @property
    def key_id(self) -> str:
        """The key's id."""
        return self._key.key_id

    @property
    def alias_arn(self) -> str:
        """The alias' ARN."""
        return self._alias.arn


def logs_encrypt(region: str, groups: str) -> Statement:
    """Permit CloudWatch to encrypt log groups.

    Args:
        region: The groups' region.
        groups: Their ARN; it may hold wildcards.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    return allow(
        ["kms:Decrypt*", "kms:Describe*", "kms:Encrypt*", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
        "*",
        principals={"Service": principal("logs", partition_of(region), region)},
        conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
        sid="LogsEncrypt",
    )


def _own_account(account_id: str, partition: str) -> Statement:
    return allow(
        "kms:*", "*", principals={"AWS": f"arn:{partition}:iam::{account_id}:root"}, sid="OwnAccountByItsIamPolicies"
    )
