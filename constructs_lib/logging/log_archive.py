"""The bucket that keeps the organization's logs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.logging.archive_statements import (
    keepers_change,
    nobody_deletes,
    others_change_nothing,
    readers_read,
    recorders_look,
    services_encrypt,
)
from constructs_lib.logging.central_logs import LogBucket
from constructs_lib.logging.locked_copies import LockedCopiesConstruct
from constructs_lib.logging.secure_bucket import ObjectLock, SecureBucketConstruct, access_logs_arrive
from constructs_lib.policies.document import Statement, allow
from constructs_lib.security.encryption_key import EncryptionKeyConstruct
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_organization_id, require_region

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdktf import TerraformProvider

_SEVEN_YEARS = 2557
_OWNER_CONTROL = {"s3:x-amz-acl": "bucket-owner-full-control"}


@typed
class LogArchiveConstruct(Construct):
    """The archive of one organization's logs, in an account in which nobody works.

    Only services write to it, and only on behalf of this organization: CloudTrail for the one organization trail, AWS
    Config and VPC flow logs for the organization's accounts. A trail that somebody makes in a workload account cannot
    deliver here, and no other account can write or delete, whatever its own policies say.

    AWS delivers neither access logs nor what Config records into a locked bucket, so these have buckets of their own.

    Children: ``Key``, ``AccessLogs`` (the bucket of the other buckets' access logs), ``Config`` (the bucket that AWS Config
    delivers to), ``Bucket``; with `locked_copies`, ``Copies`` (the locked bucket of copies) and ``Copying``; with `cloudwatch`, ``CloudWatch`` (the bucket
    of CloudWatch's logs).

    Args:
        scope: Where the archive lives: an account of its own, or the security account, in the home region.
        id_: The construct's id.
        bucket_name: The name, unique in the partition; access logs go to ``<bucket_name>-access``, what AWS Config delivers to
            ``<bucket_name>-config``.
        account_id: The account that owns the archive.
        organization_id: Only this organization's accounts may have logs here.
        management_account_id: The organization trail belongs to it, even if a delegated administrator made the trail.
        trail_name: The organization trail that may write here.
        trail_region: The trail's home region.
        retention_days: Logs are deleted after so many days; seven years unless told otherwise.
        archive_after_days: Logs move to Glacier Instant Retrieval after so many days; 90 unless told otherwise, None
            keeps them where they are.
        noncurrent_days: Old versions of logs are deleted after so many days; 90 unless told otherwise.
        trail_account_id: The account that makes the trail, if it is another one: it may look at the key, as a trail that names it
            needs.
        object_lock: Keeps the logs in ``Bucket`` from being deleted for a while; none unless told otherwise. Put on later, it
            holds for logs to come.
        locked_copies: Whether what arrives in ``AccessLogs``, ``Config`` and ``CloudWatch`` is copied into ``<bucket_name>-copies``, which is
            locked as ``Bucket`` is; no unless told otherwise. It holds for logs to come.
        cloudwatch: Whether there is a bucket for CloudWatch's logs (`CentralLogsConstruct`), ``<bucket_name>-cloudwatch``; no
            unless told otherwise.
        delivered: What else AWS delivers for the organization's accounts, as its keys in the bucket name it: ``network-firewall``,
            ``vpcdnsquerylogs``. Default: flow logs alone.
        reader_arns: Principals, of any account, that may read and decrypt.
        administrator_arns: Roles that may delete logs; nobody unless told otherwise.
        keeper_arns: Roles that may change the buckets' policies and settings: the buckets deny that to all others but the
            account's root user. Whoever IAM allows unless told otherwise.
        force_destroy: Whether destroying the archive destroys the logs. Unless told otherwise Terraform refuses to destroy
            its buckets and key.
        partition: ``aws`` or ``aws-us-gov``.
        provider: Account and region; the stack's default provider unless told otherwise.

    Raises:
        InvalidValueError: If an id is malformed, the times contradict each other, or `locked_copies` has no `object_lock`.

    Example:
        >>> archive = LogArchiveConstruct(
        ...     stack, "LogArchive", bucket_name="acme-logs", account_id="222222222222", organization_id="o-a1b2c3d4e5",
        ...     management_account_id="111111111111", trail_name="organization", trail_region="eu-central-1",
        ... )

    Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        bucket_name: str,
        account_id: str,
        organization_id: str,
        management_account_id: str,
        trail_name: str,
        trail_region: str,
        retention_days: int = _SEVEN_YEARS,
        archive_after_days: int | None = 90,
        noncurrent_days: int = 90,
        trail_account_id: str | None = None,
        object_lock: ObjectLock | None = None,
        locked_copies: bool = False,
        cloudwatch: bool = False,
        delivered: Sequence[str] = (),
        reader_arns: Sequence[str] = (),
        administrator_arns: Sequence[str] = (),
        keeper_arns: Sequence[str] = (),
        force_destroy: bool = False,
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_account_id("account_id", account_id)
        require_account_id("management_account_id", management_account_id)
        require_organization_id("organization_id", organization_id)
        require_region("trail_region", trail_region)
        if trail_account_id is not None:
            require_account_id("trail_account_id", trail_account_id)
        if locked_copies and object_lock is None:
            raise InvalidValueError(
                "locked_copies", locked_copies, expected="`object_lock`, which the copies are locked by"
            )
        self._trail_arn = f"arn:{partition}:cloudtrail:{trail_region}:{management_account_id}:trail/{trail_name}"
        self._start = f"arn:{partition}:s3:::"
        self._arn = f"{self._start}{bucket_name}"
        self._key = EncryptionKeyConstruct(
            self,
            "Key",
            alias=bucket_name,
            description=f"Logs in {bucket_name}",
            account_id=account_id,
            statements=[
                *self._trail_encrypts(partition, management_account_id),
                *services_encrypt(organization_id),
                *_readers_decrypt(reader_arns),
                *_maker_looks(trail_account_id, partition),
            ],
            protected=not force_destroy,
            partition=partition,
            provider=provider,
        )
        config, central = f"{bucket_name}-config", f"{bucket_name}-cloudwatch"
        logged = [bucket_name, config, *([central] if cloudwatch else [])]

        def of_archive(bucket: str) -> list[Statement]:
            arn = f"{self._start}{bucket}"
            return [
                *readers_read(arn, reader_arns),
                others_change_nothing(arn, account_id),
                nobody_deletes(arn, administrator_arns),
                *keepers_change(arn, keeper_arns),
            ]

        make = partial(
            SecureBucketConstruct,
            self,
            expire_after_days=retention_days,
            noncurrent_days=noncurrent_days,
            force_destroy=force_destroy,
            protected=not force_destroy,
            partition=partition,
            provider=provider,
        )
        access_logs = make(
            "AccessLogs",
            bucket_name=f"{bucket_name}-access",
            statements=[
                access_logs_arrive(f"{self._arn}-access", [f"{self._start}{bucket}" for bucket in logged], account_id),
                nobody_deletes(f"{self._arn}-access", administrator_arns),
                *keepers_change(f"{self._arn}-access", keeper_arns),
            ],
        )
        keep = partial(
            make,
            key_arn=self._key.key_arn,
            archive_after_days=archive_after_days,
            access_log_bucket=access_logs.bucket_name,
        )
        self._config = keep(
            "Config",
            bucket_name=config,
            statements=[
                *self._service_writes(config, "config.amazonaws.com", ("Config",), organization_id),
                recorders_look(f"{self._start}{config}", partition, organization_id),
                *of_archive(config),
            ],
        )
        self._bucket = keep(
            "Bucket",
            bucket_name=bucket_name,
            statements=[
                *self._trail_writes(organization_id, management_account_id),
                *self._service_writes(
                    bucket_name, "delivery.logs.amazonaws.com", ("vpcflowlogs", *delivered), organization_id
                ),
                *of_archive(bucket_name),
            ],
            object_lock=object_lock,
        )
        self._cloudwatch = (
            keep("CloudWatch", bucket_name=central, statements=of_archive(central)) if cloudwatch else None
        )
        self._copies: SecureBucketConstruct | None = None
        if locked_copies:
            name = f"{bucket_name}-copies"
            # Their reads and writes are not logged: the log of a copied log would be copied, and logged, without end.
            self._copies = make(
                "Copies",
                bucket_name=name,
                key_arn=self._key.key_arn,
                archive_after_days=archive_after_days,
                statements=of_archive(name),
                object_lock=object_lock,
            )
            LockedCopiesConstruct(
                self,
                "Copying",
                name=name,
                sources={
                    "AccessLogs": access_logs,
                    "Config": self._config,
                    **({"CloudWatch": self._cloudwatch} if self._cloudwatch else {}),
                },
                encrypted=["Config", "CloudWatch"],
                copies=self._copies,
                key_arn=self._key.key_arn,
                provider=provider,
            )

    @property
    def bucket_name(self) -> str:
        """The bucket's name; whoever uses it waits until the bucket's policy stands."""
        return self._bucket.bucket_name

    @property
    def bucket_arn(self) -> str:
        """The bucket's ARN."""
        return self._bucket.bucket_arn

    @property
    def config_bucket_name(self) -> str:
        """The name of the bucket that AWS Config delivers to; whoever uses it waits until the bucket's policy stands."""
        return self._config.bucket_name

    @property
    def config_bucket_arn(self) -> str:
        """The ARN of the bucket that AWS Config delivers to."""
        return self._config.bucket_arn

    @property
    def cloudwatch_bucket(self) -> LogBucket:
        """The bucket of CloudWatch's logs.

        Raises:
            InvalidValueError: There is none.
        """
        if self._cloudwatch is None:
            raise InvalidValueError(
                "cloudwatch", False, expected="`cloudwatch=True`, with which there is such a bucket"
            )
        return LogBucket(self._cloudwatch.bucket_name, self._cloudwatch.bucket_arn, self.key_arn)

    @property
    def written_bucket_arns(self) -> list[str]:
        """The ARNs of the buckets that services write to all the time, but for access logs."""
        return [found.bucket_arn for found in (self._bucket, self._config, self._cloudwatch, self._copies) if found]

    @property
    def key_arn(self) -> str:
        """The ARN of the key that encrypts the logs."""
        return self._key.key_arn

    @property
    def trail_arn(self) -> str:
        """The ARN of the only trail that may write here."""
        return self._trail_arn

    def _trail_encrypts(self, partition: str, management_account_id: str) -> list[Statement]:
        cloudtrail = {"Service": "cloudtrail.amazonaws.com"}
        of_trail = {"StringEquals": {"aws:SourceArn": self._trail_arn}}
        context = f"arn:{partition}:cloudtrail:*:{management_account_id}:trail/*"
        return [
            allow(
                "kms:GenerateDataKey*",
                "*",
                principals=cloudtrail,
                conditions={**of_trail, "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": context}},
                sid="TrailEncrypts",
            ),
            # S3 bucket keys: CloudTrail decrypts the bucket's data key when it writes.
            allow(
                ["kms:Decrypt", "kms:DescribeKey"],
                "*",
                principals=cloudtrail,
                conditions=of_trail,
                sid="TrailUsesBucketKey",
            ),
        ]

    def _trail_writes(self, organization_id: str, management_account_id: str) -> list[Statement]:
        cloudtrail = {"Service": "cloudtrail.amazonaws.com"}
        of_trail = {"aws:SourceArn": self._trail_arn}
        return [
            allow(
                "s3:GetBucketAcl",
                self._arn,
                principals=cloudtrail,
                conditions={"StringEquals": of_trail},
                sid="TrailLooks",
            ),
            allow(
                "s3:PutObject",
                [f"{self._arn}/AWSLogs/{organization_id}/*", f"{self._arn}/AWSLogs/{management_account_id}/*"],
                principals=cloudtrail,
                conditions={"StringEquals": {**of_trail, **_OWNER_CONTROL}},
                sid="TrailWrites",
            ),
        ]

    def _service_writes(self, bucket: str, service: str, below: Sequence[str], organization_id: str) -> list[Statement]:
        services = {"Service": service}
        of_organization = {"aws:SourceOrgID": organization_id}
        return [
            allow(
                ["s3:GetBucketAcl", "s3:ListBucket"],
                f"{self._start}{bucket}",
                principals=services,
                conditions={"StringEquals": of_organization},
                sid="ServicesLook",
            ),
            allow(
                "s3:PutObject",
                [f"{self._start}{bucket}/AWSLogs/*/{name}/*" for name in below],
                principals=services,
                conditions={"StringEquals": {**of_organization, **_OWNER_CONTROL}},
                sid="ServicesWrite",
            ),
        ]


def _readers_decrypt(reader_arns: Sequence[str]) -> list[Statement]:
    if not reader_arns:
        return []
    return [allow("kms:Decrypt", "*", principals={"AWS": reader_arns}, sid="ReadersDecrypt")]


def _maker_looks(trail_account_id: str | None, partition: str) -> list[Statement]:
    if trail_account_id is None:
        return []
    principals = {"AWS": f"arn:{partition}:iam::{trail_account_id}:root"}
    return [allow("kms:DescribeKey", "*", principals=principals, sid="TrailMakerLooks")]
