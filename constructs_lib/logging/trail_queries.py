"""What Athena needs to query the organization's trail in its archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cdktf_cdktf_provider_aws.athena_workgroup import (
    AthenaWorkgroup,
    AthenaWorkgroupConfiguration,
    AthenaWorkgroupConfigurationResultConfiguration,
    AthenaWorkgroupConfigurationResultConfigurationEncryptionConfiguration,
)
from cdktf_cdktf_provider_aws.glue_catalog_database import GlueCatalogDatabase
from cdktf_cdktf_provider_aws.glue_catalog_table import (
    GlueCatalogTable,
    GlueCatalogTablePartitionKeys,
    GlueCatalogTableStorageDescriptor,
    GlueCatalogTableStorageDescriptorColumns,
    GlueCatalogTableStorageDescriptorSerDeInfo,
)
from constructs import Construct

from constructs_lib.logging.secure_bucket import SecureBucketConstruct
from constructs_lib.logging.trail_table import COLUMNS, PARTITIONS, TrailTable
from constructs_lib.typed import typed
from constructs_lib.validation import require_between

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdktf import TerraformProvider

_GIB: Final = 1024**3
_MOST_GIB: Final = 1_000_000
_RESULTS: Final = "results/"
_INPUT: Final = "com.amazon.emr.cloudtrail.CloudTrailInputFormat"
_OUTPUT: Final = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
_SERDE: Final = "org.apache.hive.hcatalog.data.JsonSerDe"


@typed
class TrailQueriesConstruct(Construct):
    """A table over an organization trail's archive, and a workgroup that may read so much of it at a time.

    Whoever uses the workgroup can neither write results elsewhere, nor unencrypted, nor read more than the limit.

    Children: ``Results`` (the bucket of results), ``Workgroup``, ``Database``, ``Table``.

    Args:
        scope: The account that has the archive.
        id_: The construct's id.
        table: What all this is called.
        regions: The regions that are queried.
        retention_days: For how many days the archive keeps logs.
        scan_limit_gib: Athena ends a query that has read so many GiB; 100 unless told otherwise.
        results_days: Results are deleted after so many days, for good a day later; 7 unless told otherwise.
        provider: Account and region; the stack's default provider unless told otherwise.

    Raises:
        InvalidValueError: If the limit is out of range.

    Example:
        >>> TrailQueriesConstruct(stack, "Queries", table=table, regions=["eu-central-1"], retention_days=2557)

    Source: https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-org-wide-trail.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        table: TrailTable,
        regions: Sequence[str],
        retention_days: int,
        scan_limit_gib: int = 100,
        results_days: int = 7,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_between("scan_limit_gib", scan_limit_gib, 1, _MOST_GIB, unit="GiB")
        results = SecureBucketConstruct(
            self,
            "Results",
            bucket_name=table.results_bucket,
            key_arn=table.key_arn,
            expire_below={_RESULTS: results_days},
            force_destroy=True,
            partition=table.partition,
            provider=provider,
        )
        AthenaWorkgroup(
            self,
            "Workgroup",
            name=table.workgroup,
            description="Queries of the organization's trail",
            force_destroy=True,  # queries that people saved in it are no reason to keep it
            configuration=AthenaWorkgroupConfiguration(
                bytes_scanned_cutoff_per_query=scan_limit_gib * _GIB,
                enforce_workgroup_configuration=True,
                publish_cloudwatch_metrics_enabled=True,
                result_configuration=AthenaWorkgroupConfigurationResultConfiguration(
                    output_location=f"s3://{results.bucket_name}/{_RESULTS}",
                    expected_bucket_owner=table.account_id,
                    encryption_configuration=AthenaWorkgroupConfigurationResultConfigurationEncryptionConfiguration(
                        encryption_option="SSE_KMS", kms_key_arn=table.key_arn
                    ),
                ),
            ),
            tags={"Name": table.workgroup},
            provider=provider,
        )
        made = GlueCatalogDatabase(
            self, "Database", name=table.database, description="The organization's trail", provider=provider
        )
        GlueCatalogTable(
            self,
            "Table",
            name=table.table,
            database_name=made.name,
            table_type="EXTERNAL_TABLE",
            description="What CloudTrail recorded; a query names its accounts",
            parameters={
                "EXTERNAL": "TRUE",
                "classification": "cloudtrail",
                **table.projection(regions=regions, days=retention_days),
            },
            partition_keys=[GlueCatalogTablePartitionKeys(name=name, type="string") for name in PARTITIONS],
            storage_descriptor=GlueCatalogTableStorageDescriptor(
                location=table.location,
                input_format=_INPUT,
                output_format=_OUTPUT,
                ser_de_info=GlueCatalogTableStorageDescriptorSerDeInfo(serialization_library=_SERDE),
                columns=[
                    GlueCatalogTableStorageDescriptorColumns(name=name, type=type_) for name, type_ in COLUMNS.items()
                ],
            ),
            provider=provider,
        )
