"""Buckets for the access logs of an account's buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from constructs_lib.logging.secure_bucket import SecureBucketConstruct, access_logs_arrive
from constructs_lib.policies.document import deny
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_region

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider


@typed
class AccessLogsConstruct(Construct):
    """A bucket in each region for the access logs of the account's other buckets, which S3 writes to no other account or region.

    S3 writes for buckets of the account alone, and nobody deletes a log before its time who does not first change the bucket's policy: in
    the guardrail ``protect-resources``, name the buckets.

    Children: one bucket for each region, named as the region is.

    Args:
        scope: Where the buckets live.
        id_: The construct's id.
        bucket_prefix: Of the buckets' names; the region follows, as in ``acme-access-logs-444444444444-eu-central-1``.
        providers: The account's provider by region.
        account_id: The account.
        retention_days: Logs are deleted after so many days. Default: a year.
        partition: ``aws`` or ``aws-us-gov``.

    Raises:
        InvalidValueError: If the account's id, a region or a bucket's name is malformed.

    Example:
        >>> AccessLogsConstruct(
        ...     stack, "AccessLogs", bucket_prefix="acme-access-logs-444444444444-", providers={"eu-west-1": ireland},
        ...     account_id="444444444444",
        ... )

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        bucket_prefix: str,
        providers: Mapping[str, TerraformProvider],
        account_id: str,
        retention_days: int = 365,
        partition: str = "aws",
    ) -> None:
        super().__init__(scope, id_)
        require_account_id("account_id", account_id)
        for region, provider in sorted(providers.items()):
            name = f"{bucket_prefix}{require_region('providers', region)}"
            arn = f"arn:{partition}:s3:::{name}"
            SecureBucketConstruct(
                self,
                region,
                bucket_name=name,
                statements=[
                    access_logs_arrive(arn, [f"arn:{partition}:s3:::*"], account_id),
                    deny(["s3:DeleteObject", "s3:DeleteObjectVersion"], f"{arn}/*", principals="*", sid="DenyDeletion"),
                ],
                expire_after_days=retention_days,
                partition=partition,
                provider=provider,
            )
