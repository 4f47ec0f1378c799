"""S3: access decided by bucket policies with their conditions and by the caller's own policies, across accounts too."""

from __future__ import annotations

from typing import Any

from moto.iam.access_control import PermissionResult
from moto.s3.exceptions import InvalidBucketState
from moto.s3.models import FakeBucket, S3Backend, s3_backends

from estate.local.authority import Resource
from estate.local.extension import Call, Extension

extension = Extension("s3")

extension.actions = {
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeleteObjects": "DeleteObject",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketAnalyticsConfiguration": "GetAnalyticsConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketIntelligentTieringConfiguration": "GetIntelligentTieringConfiguration",
    "GetBucketInventoryConfiguration": "GetInventoryConfiguration",
    "GetBucketLifecycle": "GetLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketMetricsConfiguration": "GetMetricsConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListBuckets": "ListAllMyBuckets",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListParts": "ListMultipartUploadParts",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "PutBucketCors": "PutBucketCORS",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutBucketReplication": "PutReplicationConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "UploadPart": "PutObject",
}


@extension.amends("Bucket policies are decided here, conditions and all, and not by moto, which leaves conditions out.")
def _leave_bucket_policies_to_us() -> None:
    def get_permission(_: FakeBucket, _action: str, _resource: str) -> Any:
        return PermissionResult.NEUTRAL

    FakeBucket.get_permission = get_permission  # type: ignore[assignment]


@extension.amends(
    "Object Lock is put on a bucket that holds objects, too, as AWS does since November 2023; moto refuses that."
)
def _lock_buckets_that_exist() -> None:
    def put_object_lock_configuration(
        self: S3Backend,
        bucket_name: str,
        lock_enabled: bool,  # noqa: FBT001 - moto's own signature
        mode: str | None = None,
        days: int | None = None,
        years: int | None = None,
    ) -> None:
        bucket = self.get_bucket(bucket_name)
        if not bucket.is_versioned:
            raise InvalidBucketState("Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration")
        bucket.object_lock_enabled = bucket.object_lock_enabled or lock_enabled
        bucket.default_lock_mode, bucket.default_lock_days, bucket.default_lock_years = mode, days, years

    S3Backend.put_object_lock_configuration = put_object_lock_configuration  # type: ignore[method-assign]


def _resource(call: Call) -> Resource | None:
    name = call.get("Bucket")
    if name is None:
        return None
    partition, owner = s3_backends.bucket_accounts.get(name, (call.partition, call.account_id))
    bucket = s3_backends[owner][partition].buckets.get(name)
    key = call.get("Key")
    keys: dict[str, str] = {}
    for parameter, condition_key in (("Prefix", "s3:prefix"), ("Delimiter", "s3:delimiter"), ("ACL", "s3:x-amz-acl")):
        if call.get(parameter) is not None:
            keys[condition_key] = str(call[parameter])
    if "ListObjects" in call.operation:
        keys.setdefault("s3:prefix", "")
    if call.operation == "PutObject":
        given = {
            "s3:x-amz-server-side-encryption": call.get("ServerSideEncryption"),
            "s3:x-amz-server-side-encryption-aws-kms-key-id": call.get("SSEKMSKeyId"),
        }
        keys |= {condition_key: str(value) for condition_key, value in given.items() if value}
    return Resource(
        arn=f"arn:{partition}:s3:::{name}" + (f"/{key}" if key is not None else ""),
        owner=owner,
        policy=bucket.policy.decode() if bucket is not None and bucket.policy else None,
        keys=keys,
    )


extension.resource_of = _resource
