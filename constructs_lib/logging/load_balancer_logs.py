"""Buckets for the access logs of load balancers."""

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
from constructs_lib.policies.document import Statement, allow
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_organization_id, require_region

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider


@typed
class LoadBalancerLogsConstruct(Construct):
    """A bucket in each region, into which the load balancers of an organization's accounts write their access logs.

    Load balancers write only to buckets of their own region, which S3's own keys encrypt; AWS takes no others. Application and Network
    Load Balancers write on behalf of the organization alone. For Classic Load Balancers AWS documents no key of conditions by which a
    request says on whose behalf it is: one that says nothing is not refused.

    Children: one bucket for each region, named as the region is.

    Args:
        scope: Where the buckets live: the log archive's account.
        id_: The construct's id.
        bucket_prefix: Of the buckets' names; the region follows, as in ``acme-log-archive-222222222222-lb-eu-central-1``.
        providers: The account's provider by region.
        account_id: The account that owns the buckets.
        organization_id: Only this organization's accounts may have logs here.
        retention_days: Logs are deleted after so many days.
        noncurrent_days: Old versions of them are deleted after so many days. Default: 90.
        archive_after_days: Logs move to Glacier Instant Retrieval after so many days. Default: they stay.
        reader_arns: Principals, of any account, that may read. Default: none.
        keeper_arns: Roles that may change the buckets. Default: whoever IAM allows.
        protected: Whether Terraform refuses to destroy the buckets. Default: yes.
        partition: ``aws`` or ``aws-us-gov``.

    Raises:
        InvalidValueError: If an id, a region or a bucket's name is malformed, or the times contradict each other.

    Example:
        >>> LoadBalancerLogsConstruct(
        ...     stack, "LoadBalancers", bucket_prefix="acme-logs-lb-", providers={"eu-west-1": ireland},
        ...     account_id="222222222222", organization_id="o-a1b2c3d4e5", retention_days=400,
        ... )

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        bucket_prefix: str,
        providers: Mapping[str, TerraformProvider],
        account_id: str,
        organization_id: str,
        retention_days: int,
        noncurrent_days: int = 90,
        archive_after_days: int | None = None,
        reader_arns: Sequence[str] = (),
        keeper_arns: Sequence[str] = (),
        protected: bool = True,
        partition: str = "aws",
    ) -> None:
        super().__init__(scope, id_)
        require_account_id("account_id", account_id)
        require_organization_id("organization_id", organization_id)
        for region, provider in sorted(providers.items()):
            name = f"{bucket_prefix}{require_region('providers', region)}"
            arn = f"arn:{partition}:s3:::{name}"
            SecureBucketConstruct(
                self,
                region,
                bucket_name=name,
                statements=[
                    *_written(arn, organization_id),
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


def _written(arn: str, organization_id: str) -> list[Statement]:
    of_organization = {"aws:SourceOrgID": organization_id}
    logs = f"{arn}/*AWSLogs/*"
    load_balancers = {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    return [
        allow(
            "s3:PutObject",
            logs,
            principals=load_balancers,
            conditions={
                "StringEquals": of_organization,
                "ArnLike": {"aws:SourceArn": f"arn:{arn.split(':')[1]}:elasticloadbalancing:*:*:loadbalancer/*"},
            },
            sid="LoadBalancersWrite",
        ),
        # An account of no organization has no organization's id: what names a load balancer has to have ours.
        allow(
            "s3:PutObject",
            logs,
            principals=load_balancers,
            conditions={"StringEqualsIfExists": of_organization, "Null": {"aws:SourceArn": True}},
            sid="ClassicLoadBalancersWrite",
        ),
        allow(
            "s3:GetBucketAcl",
            arn,
            principals={"Service": "delivery.logs.amazonaws.com"},
            conditions={"StringEquals": of_organization},
            sid="NetworkLoadBalancersLook",
        ),
        allow(
            "s3:PutObject",
            logs,
            principals={"Service": "delivery.logs.amazonaws.com"},
            conditions={"StringEquals": {**of_organization, "s3:x-amz-acl": "bucket-owner-full-control"}},
            sid="NetworkLoadBalancersWrite",
        ),
    ]
