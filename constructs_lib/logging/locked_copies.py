"""Copies of what arrives in buckets that cannot be locked, in one that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.s3_bucket_replication_configuration import (
    S3BucketReplicationConfigurationA,
    S3BucketReplicationConfigurationRule,
    S3BucketReplicationConfigurationRuleDeleteMarkerReplication,
    S3BucketReplicationConfigurationRuleDestination,
    S3BucketReplicationConfigurationRuleDestinationEncryptionConfiguration,
    S3BucketReplicationConfigurationRuleFilter,
    S3BucketReplicationConfigurationRuleSourceSelectionCriteria,
    S3BucketReplicationConfigurationRuleSourceSelectionCriteriaSseKmsEncryptedObjects,
)
from constructs import Construct

from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.typed import typed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider

    from constructs_lib.logging.secure_bucket import SecureBucketConstruct


@typed
class LockedCopiesConstruct(Construct):
    """S3 copies what arrives in some buckets into a locked one, where each copy is locked from the moment it is written.

    What is deleted in a source stays in the copies. What was in a source before is not copied.

    Children: ``Role`` (with which S3 copies), ``Permissions``, and the replication of each source under its key.

    Args:
        scope: Where the buckets live.
        id_: The construct's id.
        name: The role's name.
        sources: The buckets whose objects are copied, by child id.
        encrypted: The keys among `sources` of those that encrypt with `key_arn`; the others with S3's own keys.
        copies: The bucket that receives the copies, with a default retention.
        key_arn: The KMS key that encrypts the copies of what is encrypted by it.
        provider: Account and region. Default: the stack's provider.

    Example:
        >>> LockedCopiesConstruct(
        ...     stack, "Copies", name="acme-copies", sources={"Config": config}, encrypted=["Config"], copies=locked, key_arn=key,
        ... )

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        sources: Mapping[str, SecureBucketConstruct],
        encrypted: Sequence[str],
        copies: SecureBucketConstruct,
        key_arn: str,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self._provider = provider
        role = self._make_role(name)
        permissions = IamRolePolicy(
            self,
            "Permissions",
            name="copies",
            role=role.name,
            policy=self._permissions(sources, encrypted, copies, key_arn).to_terraform(),
            provider=provider,
        )
        for key, source in sorted(sources.items()):
            S3BucketReplicationConfigurationA(
                self,
                key,
                bucket=source.bucket_name,
                role=role.arn,
                rule=[_rule(copies, key_arn if key in encrypted else None)],
                # S3 takes no bucket without versions, and the first copy shall be locked.
                depends_on=[permissions, *source.protections, *copies.protections],
                provider=provider,
            )

    def _make_role(self, name: str) -> IamRole:
        trust = PolicyDocument.of(allow("sts:AssumeRole", principals={"Service": "s3.amazonaws.com"}))
        return IamRole(
            self,
            "Role",
            name=name,
            description="S3 copies logs that cannot be locked into a locked bucket",
            assume_role_policy=trust.to_terraform(),
            provider=self._provider,
        )

    def _permissions(
        self,
        sources: Mapping[str, SecureBucketConstruct],
        encrypted: Sequence[str],
        copies: SecureBucketConstruct,
        key_arn: str,
    ) -> PolicyDocument:
        """What AWS lists, without `s3:ReplicateDelete`: what is deleted in a source stays in the copies."""
        arns = [source.bucket_arn for _, source in sorted(sources.items())]
        statements = [
            allow(["s3:GetReplicationConfiguration", "s3:ListBucket"], arns, sid="LooksAtSources"),
            allow(
                ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"],
                [f"{arn}/*" for arn in arns],
                sid="ReadsSources",
            ),
            allow(["s3:ReplicateObject", "s3:ReplicateTags"], f"{copies.bucket_arn}/*", sid="WritesCopies"),
        ]
        # Bucket keys: S3 names the bucket in the context, and decrypts its data key in both buckets.
        of_sources = [source.bucket_arn for key, source in sorted(sources.items()) if key in encrypted]
        if of_sources:
            statements += [
                allow(
                    "kms:Decrypt",
                    key_arn,
                    conditions={"StringEquals": {"kms:EncryptionContext:aws:s3:arn": [*of_sources, copies.bucket_arn]}},
                    sid="Decrypts",
                ),
                allow(
                    ["kms:Encrypt", "kms:GenerateDataKey"],
                    key_arn,
                    conditions={"StringEquals": {"kms:EncryptionContext:aws:s3:arn": copies.bucket_arn}},
                    sid="Encrypts",
                ),
            ]
        return PolicyDocument.of(*statements)


def _rule(copies: SecureBucketConstruct, key_arn: str | None) -> S3BucketReplicationConfigurationRule:
    """Everything, whatever its name; encrypted by a KMS key, S3 copies it only if asked to."""
    destination = S3BucketReplicationConfigurationRuleDestination(
        bucket=copies.bucket_arn,
        encryption_configuration=S3BucketReplicationConfigurationRuleDestinationEncryptionConfiguration(
            replica_kms_key_id=key_arn
        )
        if key_arn
        else None,
    )
    asked = S3BucketReplicationConfigurationRuleSourceSelectionCriteria(
        sse_kms_encrypted_objects=S3BucketReplicationConfigurationRuleSourceSelectionCriteriaSseKmsEncryptedObjects(
            status="Enabled"
        )
    )
    return S3BucketReplicationConfigurationRule(
        id="locked-copies",
        priority=1,
        status="Enabled",
        filter=S3BucketReplicationConfigurationRuleFilter(prefix=""),
        delete_marker_replication=S3BucketReplicationConfigurationRuleDeleteMarkerReplication(status="Disabled"),
        destination=destination,
        source_selection_criteria=asked if key_arn else None,
    )
