"""A bucket of the log archive for GuardDuty's findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from constructs_lib.logging.archive_statements import (
    keepers_change,
    nobody_deletes,
    others_change_nothing,
    readers_read,
)
from constructs_lib.logging.secure_bucket import SecureBucketConstruct
from constructs_lib.policies.document import Statement, allow, deny
from constructs_lib.security.encryption_key import EncryptionKeyConstruct
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdktf import TerraformProvider


@typed
class FindingArchiveConstruct(Construct):
    """A bucket, and its key, into which GuardDuty of one account writes findings: those of its members, if it administers them.

    GuardDuty may write from all regions, on behalf of detectors of that account, and only what it has encrypted with the key. It asks for
    a key in the bucket's region, so the bucket is in one region alone.

    Children: ``Key``, ``Bucket``.

    Args:
        scope: Where findings are kept: the log archive's account.
        id_: The construct's id.
        bucket_name: The name, unique in the partition, and that of the key's alias.
        account_id: The account that owns bucket and key.
        source_account_id: The account whose detectors write: GuardDuty's delegated administrator. It may look at the key.
        opt_in_regions: Regions with detectors that AWS keeps closed to accounts until they open them: GuardDuty is a principal of its own there.
            Default: none.
        retention_days: Findings are deleted after so many days.
        noncurrent_days: Old versions of them are deleted after so many days. Default: 90.
        archive_after_days: Findings move to Glacier Instant Retrieval after so many days. Default: they stay.
        reader_arns: Principals, of any account, that may read and decrypt. Default: none.
        keeper_arns: Roles that may change the bucket. Default: whoever IAM allows.
        protected: Whether Terraform refuses to destroy bucket and key. Default: yes.
        partition: ``aws`` or ``aws-us-gov``.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If an id or the bucket's name is malformed, or the times contradict each other.

    Example:
        >>> FindingArchiveConstruct(
        ...     stack, "Findings", bucket_name="acme-logs-guardduty", account_id="222222222222", source_account_id="333333333333",
        ...     retention_days=400,
        ... )

    Source: https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_exportfindings.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        bucket_name: str,
        account_id: str,
        source_account_id: str,
        retention_days: int,
        opt_in_regions: Sequence[str] = (),
        noncurrent_days: int = 90,
        archive_after_days: int | None = None,
        reader_arns: Sequence[str] = (),
        keeper_arns: Sequence[str] = (),
        protected: bool = True,
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_account_id("account_id", account_id)
        require_account_id("source_account_id", source_account_id)
        guardduty = _guardduty(opt_in_regions)
        of_source = {
            "StringEquals": {"aws:SourceAccount": source_account_id},
            "ArnLike": {"aws:SourceArn": f"arn:{partition}:guardduty:*:{source_account_id}:detector/*"},
        }
        looks = {"AWS": f"arn:{partition}:iam::{source_account_id}:root"}
        readers = [allow("kms:Decrypt", "*", principals={"AWS": reader_arns}, sid="ReadersDecrypt")]
        self._key = EncryptionKeyConstruct(
            self,
            "Key",
            alias=bucket_name,
            description=f"Findings in {bucket_name}",
            account_id=account_id,
            statements=[
                allow("kms:GenerateDataKey", "*", principals=guardduty, conditions=of_source, sid="GuardDutyEncrypts"),
                *(
                    []
                    if source_account_id == account_id
                    else [allow("kms:DescribeKey", "*", principals=looks, sid="AdministratorLooks")]
                ),
                *(readers if reader_arns else []),
            ],
            protected=protected,
            partition=partition,
            provider=provider,
        )
        arn = f"arn:{partition}:s3:::{bucket_name}"
        self._bucket = SecureBucketConstruct(
            self,
            "Bucket",
            bucket_name=bucket_name,
            key_arn=self._key.key_arn,
            bucket_key=False,  # whoever writes with one decrypts, too, and AWS's guide lets GuardDuty make data keys alone
            statements=[
                *_written(arn, self._key.key_arn, guardduty, of_source),
                *readers_read(arn, reader_arns),
                others_change_nothing(arn, account_id),
                nobody_deletes(arn),
                *keepers_change(arn, keeper_arns),
            ],
            expire_after_days=retention_days,
            noncurrent_days=noncurrent_days,
            archive_after_days=archive_after_days,
            protected=protected,
            partition=partition,
            provider=provider,
        )

    @property
    def bucket_name(self) -> str:
        """The bucket's name; whoever uses it waits until the bucket's policy stands."""
        return self._bucket.bucket_name

    @property
    def key_arn(self) -> str:
        """The ARN of the key that encrypts findings."""
        return self._key.key_arn


def _guardduty(opt_in_regions: Sequence[str]) -> dict[str, str | list[str]]:
    """GuardDuty's principals: one for all regions that are open, one for each other."""
    own = [f"guardduty.{region}.amazonaws.com" for region in sorted(set(opt_in_regions))]
    return {"Service": ["guardduty.amazonaws.com", *own] if own else "guardduty.amazonaws.com"}


def _written(
    arn: str, key_arn: str, guardduty: dict[str, str | list[str]], of_source: dict[str, dict[str, str]]
) -> list[Statement]:
    return [
        allow("s3:GetBucketLocation", arn, principals=guardduty, conditions=of_source, sid="GuardDutyLooks"),
        allow("s3:PutObject", f"{arn}/*", principals=guardduty, conditions=of_source, sid="GuardDutyWrites"),
        deny(
            "s3:PutObject",
            f"{arn}/*",
            principals=guardduty,
            conditions={"StringNotEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": key_arn}},
            sid="DenyOtherKeys",
        ),
    ]
