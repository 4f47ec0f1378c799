"""S3's replication: moto keeps a configuration, gives half of it back, and copies nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.s3.exceptions import ReplicationConfigurationNotFoundError
from moto.s3.models import S3Backend, s3_backends
from moto.s3.responses import S3Response

from estate.local.authority import Resource, decide, service_may
from estate.local.identity import Caller
from estate.local.services.s3 import extension

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.s3.models import FakeBucket, FakeKey

_SERVICE = "s3.amazonaws.com"
_CONTEXT = "kms:encryptioncontext:aws:s3:arn"
_put_object = S3Backend.put_object


@extension.amends("A bucket's replication is given back as it was set; moto forgets which objects are to be copied.")
def _give_the_whole_configuration_back() -> None:
    def get_bucket_replication(self: S3Response) -> Any:
        self.data["Action"] = "GetBucketReplication"
        found = self.backend.get_bucket_replication(self.bucket_name)
        if not found:
            raise ReplicationConfigurationNotFoundError(bucket_name=self.bucket_name)
        rules = [{**rule, "Filter": _filter(rule)} for rule in found["Rule"]]
        configuration = {"Role": found["Role"], "Rules": rules}
        return self.serialized(ActionResult({"ReplicationConfiguration": configuration}))

    S3Response.get_bucket_replication = get_bucket_replication  # type: ignore[method-assign]


@extension.amends(
    "Objects are copied as replication says, as far as the role may: locked by the default retention of where they arrive, if "
    "they have none of their own."
)
def _copy() -> None:
    def put_object(self: S3Backend, bucket_name: str, key_name: str, *arguments: Any, **keywords: Any) -> FakeKey:
        written = _put_object(self, bucket_name, key_name, *arguments, **keywords)
        source = self.get_bucket(bucket_name)
        for rule, role in _rules(source):
            _replicate(self, source, written, rule, role)
        return written

    S3Backend.put_object = put_object  # type: ignore[method-assign]


def _filter(rule: dict[str, Any]) -> dict[str, Any]:
    # An empty element is nothing to moto's parser, and an empty prefix to S3.
    found = rule.get("Filter") or {"Prefix": ""}
    return {**found, "Prefix": found["Prefix"] or ""} if "Prefix" in found else found


def _rules(source: FakeBucket) -> Iterator[tuple[dict[str, Any], str]]:
    configuration: dict[str, Any] = getattr(source, "replication", None) or {}
    for rule in configuration.get("Rule", ()):
        if rule["Status"] == "Enabled":
            yield rule, configuration["Role"]


def _replicate(backend: S3Backend, source: FakeBucket, written: FakeKey, rule: dict[str, Any], role: str) -> None:
    if not str(written.name).startswith(_filter(rule).get("Prefix", "")):
        return
    name = rule["Destination"]["Bucket"].rpartition(":")[2]
    partition, owner = s3_backends.bucket_accounts.get(name, (source.partition, ""))
    target = s3_backends[owner][partition].buckets.get(name) if owner else None
    if target is None or not target.is_versioned:
        return
    key = _replica_key(rule) if written.encryption == "aws:kms" else None
    if written.encryption == "aws:kms" and key is None:
        return  # S3 copies these if the rule asks for them
    if not _may(backend.account_id, source, target, written, role, key):
        return
    mode, until = written.lock_mode, written.lock_until
    if not mode and target.has_default_lock:
        mode, until = target.default_lock_mode, target.default_retention()
    _put_object(
        s3_backends[owner][partition],
        name,
        str(written.name),
        written.value,
        encryption=written.encryption,
        kms_key_id=key,
        lock_mode=mode,
        lock_until=until,
    )


def _replica_key(rule: dict[str, Any]) -> str | None:
    asked = (rule.get("SourceSelectionCriteria") or {}).get("SseKmsEncryptedObjects") or {}
    key: str | None = (rule["Destination"].get("EncryptionConfiguration") or {}).get("ReplicaKmsKeyID")
    return key if asked.get("Status") == "Enabled" else None


def _may(
    account_id: str, source: FakeBucket, target: FakeBucket, written: FakeKey, role_arn: str, key_arn: str | None
) -> bool:
    """Whether the role lets S3 in, and may read here, write there and use the keys."""
    try:
        role = iam_backends[account_id][source.partition].get_role_by_arn(role_arn)
    except NotFoundException:
        return False
    trust = role.assume_role_policy_document
    if not service_may(_SERVICE, "sts:AssumeRole", Resource(role_arn, account_id), [trust]):
        return False
    caller = Caller(
        account_id=account_id,
        partition=source.partition,
        arn=f"arn:{source.partition}:sts::{account_id}:assumed-role/{role.name}/s3-replication",
        user_id=f"{role.id}:s3-replication",
        role_arn=role_arn,
    )
    needed = [
        ("s3:GetReplicationConfiguration", _bucket(source, account_id)),
        ("s3:ListBucket", _bucket(source, account_id)),
        ("s3:GetObjectVersionForReplication", _bucket(source, account_id, str(written.name))),
        ("s3:GetObjectVersionAcl", _bucket(source, account_id, str(written.name))),
        ("s3:ReplicateObject", _bucket(target, target.account_id, str(written.name))),
    ]
    if key_arn is not None:
        of_source = written.kms_key_id or key_arn
        needed += [
            ("kms:Decrypt", _key(of_source, source.arn)),
            ("kms:Encrypt", _key(key_arn, target.arn)),
        ]
    return all(decide(caller, action, source.region_name, resource).allowed for action, resource in needed)


def _bucket(bucket: FakeBucket, owner: str, name: str | None = None) -> Resource:
    policy = bucket.policy.decode() if bucket.policy else None
    return Resource(f"{bucket.arn}/{name}" if name else bucket.arn, owner, policy=policy)


def _key(arn: str, bucket_arn: str) -> Resource:
    region, owner = arn.split(":")[3:5]
    key = kms_backends[owner][region].keys[arn.rpartition("/")[2]]
    return Resource(arn, owner, policy=key.policy, keys={_CONTEXT: bucket_arn})
