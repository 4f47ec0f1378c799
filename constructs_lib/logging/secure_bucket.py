"""An S3 bucket that is closed, encrypted, versioned and, if asked, locked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload,
    S3BucketLifecycleConfigurationRuleExpiration,
    S3BucketLifecycleConfigurationRuleFilter,
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration,
    S3BucketLifecycleConfigurationRuleTransition,
)
from cdktf_cdktf_provider_aws.s3_bucket_logging import S3BucketLoggingA
from cdktf_cdktf_provider_aws.s3_bucket_object_lock_configuration import (
    S3BucketObjectLockConfigurationA,
    S3BucketObjectLockConfigurationRuleA,
    S3BucketObjectLockConfigurationRuleDefaultRetentionA,
)
from cdktf_cdktf_provider_aws.s3_bucket_ownership_controls import (
    S3BucketOwnershipControls,
    S3BucketOwnershipControlsRule,
)
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from cdktf_cdktf_provider_aws.s3_bucket_public_access_block import S3BucketPublicAccessBlock
from cdktf_cdktf_provider_aws.s3_bucket_server_side_encryption_configuration import (
    S3BucketServerSideEncryptionConfigurationA,
    S3BucketServerSideEncryptionConfigurationRuleA,
    S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA,
)
from cdktf_cdktf_provider_aws.s3_bucket_versioning import S3BucketVersioningA, S3BucketVersioningVersioningConfiguration
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.document import PolicyDocument, Statement, allow, deny
from constructs_lib.typed import typed
from constructs_lib.validation import require_quota

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import ITerraformDependable, TerraformProvider

_ABORT_UPLOAD_DAYS = 7
# S3 charges a Glacier object for at least 90 days: keeping it for less costs more than never moving it.
_GLACIER_MINIMUM_DAYS = 90


@typed
@dataclass(frozen=True)
class ObjectLock:
    """For how long nobody can delete an object.

    Args:
        mode: ``GOVERNANCE`` (a named permission can lift it) or ``COMPLIANCE`` (no user can, the root user included).
        days: How long, from the moment the object is written.
    """

    mode: Literal["GOVERNANCE", "COMPLIANCE"]
    days: int


@typed
class SecureBucketConstruct(Construct):
    """A bucket: no public access, no ACLs, encrypted, versioned, TLS only, with a lifecycle.

    Children: ``Resource`` (the bucket), ``Versioning``, ``Encryption``, ``PublicAccess``, ``Ownership``, ``Lifecycle``,
    ``ObjectLock``, ``AccessLogs``, ``Policy``.

    Args:
        scope: Where the bucket lives.
        id_: The construct's id.
        bucket_name: The name, unique in the partition.
        key_arn: KMS key for the objects; encrypted with S3's own keys unless given.
        bucket_key: Whether S3 keeps a data key for the bucket, which costs fewer calls of KMS; whoever writes needs ``kms:Decrypt`` then
            (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html). Default: it does.
        statements: The bucket policy's statements, beside the one that denies everything without TLS 1.2.
        expire_after_days: Objects are deleted after so many days; never unless told otherwise.
        expire_below: Prefix to days: what lies below it is deleted after so many days, and its old versions a day later.
        archive_after_days: Objects move to Glacier Instant Retrieval after so many days; never unless told otherwise.
        noncurrent_days: Old versions of objects are deleted after so many days; 90 unless told otherwise.
        object_lock: Keeps objects from being deleted; none unless told otherwise. It may be put on a bucket that exists, and then
            holds for what is written from then on.
        access_log_bucket: The bucket that receives this one's access logs; none unless told otherwise.
        force_destroy: Whether destroying the bucket destroys its objects; no unless told otherwise.
        protected: Whether Terraform refuses to destroy the bucket; no unless told otherwise.
        partition: ``aws`` or ``aws-us-gov``.
        provider: Account and region; the stack's default provider unless told otherwise.

    Raises:
        InvalidValueError: If the name breaks S3's rules, or objects would be deleted while they are locked, or before their archiving pays.

    Example:
        >>> SecureBucketConstruct(stack, "Reports", bucket_name="reports-222222222222", expire_after_days=400)

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        bucket_name: str,
        key_arn: str | None = None,
        bucket_key: bool = True,
        statements: Sequence[Statement] = (),
        expire_after_days: int | None = None,
        expire_below: Mapping[str, int] | None = None,
        archive_after_days: int | None = None,
        noncurrent_days: int = 90,
        object_lock: ObjectLock | None = None,
        access_log_bucket: str | None = None,
        force_destroy: bool = False,
        protected: bool = False,
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_quota("bucket_name", bucket_name, "bucket.name")
        _check_times(expire_after_days, archive_after_days, object_lock)
        self._provider = provider
        self._bucket = S3Bucket(
            self,
            "Resource",
            bucket=bucket_name,
            force_destroy=force_destroy,
            tags={"Name": bucket_name},
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if protected else None,
            provider=provider,
        )
        self._close()
        self._encrypt(key_arn, bucket_key=bucket_key)
        versioning = self._versioning = self._keep_versions()
        self._age(versioning, expire_after_days, archive_after_days, noncurrent_days, expire_below or {})
        lock = self._lock(versioning, object_lock) if object_lock else None
        if access_log_bucket:
            S3BucketLoggingA(
                self,
                "AccessLogs",
                bucket=self._bucket.id,
                target_bucket=access_log_bucket,
                target_prefix=f"{bucket_name}/",
                provider=provider,
            )
        arn = f"arn:{partition}:s3:::{bucket_name}"
        self._policy = S3BucketPolicy(
            self,
            "Policy",
            bucket=self._bucket.id,
            policy=PolicyDocument.of(*_tls_only(arn), *statements).to_terraform(),
            # Whoever writes here waits for the policy, and so for the lock.
            depends_on=[self._public_access, *([lock] if lock else [])],
            provider=provider,
        )

    @property
    def bucket_name(self) -> str:
        """The bucket's name; whoever uses it waits until the bucket's policy stands."""
        return self._policy.bucket

    @property
    def bucket_arn(self) -> str:
        """The bucket's ARN."""
        return self._bucket.arn

    @property
    def protections(self) -> list[ITerraformDependable]:
        """Versions, and the policy, which comes after the lock: for whoever has to wait for them."""
        return [self._versioning, self._policy]

    def _close(self) -> None:
        self._public_access = S3BucketPublicAccessBlock(
            self,
            "PublicAccess",
            bucket=self._bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            provider=self._provider,
        )
        S3BucketOwnershipControls(
            self,
            "Ownership",
            bucket=self._bucket.id,
            rule=S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
            provider=self._provider,
        )

    def _encrypt(self, key_arn: str | None, *, bucket_key: bool) -> None:
        default = S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
            sse_algorithm="aws:kms" if key_arn else "AES256", kms_master_key_id=key_arn
        )
        S3BucketServerSideEncryptionConfigurationA(
            self,
            "Encryption",
            bucket=self._bucket.id,
            rule=[
                S3BucketServerSideEncryptionConfigurationRuleA(
                    apply_server_side_encryption_by_default=default,
                    bucket_key_enabled=bucket_key if key_arn else None,
                )
            ],
            provider=self._provider,
        )

    def _keep_versions(self) -> S3BucketVersioningA:
        return S3BucketVersioningA(
            self,
            "Versioning",
            bucket=self._bucket.id,
            versioning_configuration=S3BucketVersioningVersioningConfiguration(status="Enabled"),
            provider=self._provider,
        )

    def _age(
        self,
        versioning: S3BucketVersioningA,
        expire: int | None,
        archive: int | None,
        noncurrent: int,
        below: Mapping[str, int],
    ) -> None:
        rule = S3BucketLifecycleConfigurationRule(
            id="age",
            status="Enabled",
            filter=[S3BucketLifecycleConfigurationRuleFilter(prefix="")],
            abort_incomplete_multipart_upload=[
                S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(
                    days_after_initiation=_ABORT_UPLOAD_DAYS
                )
            ],
            noncurrent_version_expiration=[
                S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(noncurrent_days=noncurrent)
            ],
            expiration=[S3BucketLifecycleConfigurationRuleExpiration(days=expire)] if expire else None,
            transition=[S3BucketLifecycleConfigurationRuleTransition(days=archive, storage_class="GLACIER_IR")]
            if archive
            else None,
        )
        S3BucketLifecycleConfiguration(
            self,
            "Lifecycle",
            bucket=self._bucket.id,
            rule=[rule, *(_expire(prefix, days) for prefix, days in sorted(below.items()))],
            depends_on=[versioning],
            provider=self._provider,
        )

    def _lock(self, versioning: S3BucketVersioningA, lock: ObjectLock) -> S3BucketObjectLockConfigurationA:
        # Not `object_lock_enabled` of the bucket: Terraform would replace one that exists. This switches the lock on as well.
        retention = S3BucketObjectLockConfigurationRuleDefaultRetentionA(mode=lock.mode, days=lock.days)
        return S3BucketObjectLockConfigurationA(
            self,
            "ObjectLock",
            bucket=self._bucket.id,
            rule=S3BucketObjectLockConfigurationRuleA(default_retention=retention),
            depends_on=[versioning],
            provider=self._provider,
        )


def access_logs_arrive(bucket_arn: str, source_arns: Sequence[str], account_id: str) -> Statement:
    """Permit S3 to write other buckets' access logs into a bucket.

    Args:
        bucket_arn: The bucket that receives them.
        source_arns: The buckets that are logged, in the same account and region.
        account_id: Their account.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    """
    return allow(
        "s3:PutObject",
        f"{bucket_arn}/*",
        principals={"Service": "logging.s3.amazonaws.com"},
        conditions={"ArnLike": {"aws:SourceArn": source_arns}, "StringEquals": {"aws:SourceAccount": account_id}},
        sid="AccessLogsArrive",
    )


def _expire(prefix: str, days: int) -> S3BucketLifecycleConfigurationRule:
    return S3BucketLifecycleConfigurationRule(
        id=f"expire-{prefix.strip('/').replace('/', '-')}",
        status="Enabled",
        filter=[S3BucketLifecycleConfigurationRuleFilter(prefix=prefix)],
        expiration=[S3BucketLifecycleConfigurationRuleExpiration(days=days)],
        noncurrent_version_expiration=[
            S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(noncurrent_days=1)
        ],
    )


def _check_times(expire: int | None, archive: int | None, lock: ObjectLock | None) -> None:
    if lock and lock.days < 1:
        raise InvalidValueError("object_lock.days", lock.days, expected="at least 1 day")
    if lock and expire and expire < lock.days:
        raise InvalidValueError(
            "expire_after_days",
            expire,
            expected=f"at least {lock.days}, for so many days the objects are locked",
            cure="Lifecycle rules do not delete a locked object, and the bill would go on.",
        )
    if archive and expire and expire < archive + _GLACIER_MINIMUM_DAYS:
        raise InvalidValueError(
            "archive_after_days",
            archive,
            expected=f"at most {expire - _GLACIER_MINIMUM_DAYS}, as the objects end after {expire} days",
            cure=f"Glacier charges an object for {_GLACIER_MINIMUM_DAYS} days at least: archiving would not pay.",
        )


def _tls_only(bucket_arn: str) -> tuple[Statement, Statement]:
    resources = (bucket_arn, f"{bucket_arn}/*")
    return (
        deny(
            "s3:*",
            resources,
            principals="*",
            conditions={"Bool": {"aws:SecureTransport": False}},
            sid="DenyPlainHttp",
        ),
        deny(
            "s3:*",
            resources,
            principals="*",
            conditions={"NumericLessThan": {"s3:TlsVersion": "1.2"}},
            sid="DenyOldTls",
        ),
    )
