"""Reports about backups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cdktf_cdktf_provider_aws.backup_report_plan import (
    BackupReportPlan,
    BackupReportPlanReportDeliveryChannel,
    BackupReportPlanReportSetting,
)
from cdktf_cdktf_provider_aws.iam_service_linked_role import IamServiceLinkedRole
from constructs import Construct

from constructs_lib.logging.secure_bucket import SecureBucketConstruct
from constructs_lib.policies.document import allow
from constructs_lib.typed import typed

if TYPE_CHECKING:
    from cdktf import TerraformProvider

_TEMPLATES: Final = ("BACKUP_JOB_REPORT", "COPY_JOB_REPORT", "RESTORE_JOB_REPORT")


@typed
class BackupReportsConstruct(Construct):
    """Which backup, copy and restore jobs ran in the account, written each day into a bucket of it, as CSV and JSON.

    Children: ``Role`` (the service-linked role that writes), ``Bucket``, and one plan for each kind: ``backup``, ``copy``, ``restore``.

    Args:
        scope: Where the reports are kept.
        id_: The construct's id.
        bucket_name: The bucket's name.
        retention_days: Reports are deleted after so many days. Default: two years.
        partition: ``aws`` or ``aws-us-gov``.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If the name breaks S3's rules.

    Example:
        >>> BackupReportsConstruct(stack, "Reports", bucket_name="acme-backup-reports-444444444444")

    Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/create-report-plan-console.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        bucket_name: str,
        retention_days: int = 731,
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        # S3 takes no principal that is not there.
        writer = IamServiceLinkedRole(self, "Role", aws_service_name="reports.backup.amazonaws.com", provider=provider)
        bucket = SecureBucketConstruct(
            self,
            "Bucket",
            bucket_name=bucket_name,
            statements=[
                allow(
                    "s3:PutObject",
                    f"arn:{partition}:s3:::{bucket_name}/*",
                    principals={"AWS": writer.arn},
                    conditions={"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}},
                    sid="ReportsArrive",
                )
            ],
            expire_after_days=retention_days,
            partition=partition,
            provider=provider,
        )
        for template in _TEMPLATES:
            kind = template.partition("_")[0].lower()
            BackupReportPlan(
                self,
                kind,
                name=f"{kind}_jobs",
                report_setting=BackupReportPlanReportSetting(report_template=template),
                report_delivery_channel=BackupReportPlanReportDeliveryChannel(
                    s3_bucket_name=bucket.bucket_name, formats=["CSV", "JSON"]
                ),
                provider=provider,
            )
