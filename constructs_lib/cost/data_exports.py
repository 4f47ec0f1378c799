"""Costs as data: exports into a bucket, day by day."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from cdktf_cdktf_provider_aws.bcmdataexports_export import (
    BcmdataexportsExport,
    BcmdataexportsExportExport,
    BcmdataexportsExportExportDataQuery,
    BcmdataexportsExportExportDestinationConfigurations,
    BcmdataexportsExportExportDestinationConfigurationsS3Destination,
    BcmdataexportsExportExportDestinationConfigurationsS3DestinationS3OutputConfigurations,
    BcmdataexportsExportExportRefreshCadence,
)
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.logging.secure_bucket import SecureBucketConstruct
from constructs_lib.policies.document import allow
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_one_of, require_region

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdktf import TerraformProvider

_DATA: Final = Path(__file__).parent / "data" / "export-columns.json"
Table = Literal["cur-2.0", "focus-1.0"]
_TABLES: Final = {"cur-2.0": "COST_AND_USAGE_REPORT", "focus-1.0": "FOCUS_1_0_AWS"}
REGION: Final = "us-east-1"
"""Where AWS keeps exports; the bucket may be in any region."""
_GRANULARITY: Final = {"HOURLY", "DAILY", "MONTHLY"}


@typed
class DataExportsConstruct(Construct):
    """Costs of an account, in the management account those of the whole organization, as Parquet files in a bucket.

    AWS writes each month anew as it changes. All columns of the table are in the files.

    Children: ``Bucket``, and one export for each table, named as the table is: ``cur-2.0``, ``focus-1.0``.

    Args:
        scope: Where the bucket lives.
        id_: The construct's id.
        bucket_name: The bucket's name, unique in the partition.
        bucket_region: The bucket's region.
        tables: What is exported: ``cur-2.0`` (AWS's Cost and Usage Report), ``focus-1.0`` (the FinOps Foundation's specification).
        account_id: The account.
        granularity: Of the Cost and Usage Report: ``HOURLY``, ``DAILY`` or ``MONTHLY``. Default: hourly.
        reader_arns: Principals, of any account, that may read the files. Default: none.
        provider: The account in the bucket's region. Default: the stack's provider.
        exports_provider: The account in ``us-east-1``, where AWS keeps exports. Default: `provider`.

    Raises:
        InvalidValueError: If there is no table, one is unknown, or an id or a name is malformed.

    Example:
        >>> DataExportsConstruct(
        ...     stack, "Costs", bucket_name="acme-costs-111111111111", bucket_region="eu-central-1", tables=["focus-1.0"],
        ...     account_id="111111111111", exports_provider=north_virginia,
        ... )

    Source: https://docs.aws.amazon.com/cur/latest/userguide/dataexports-create-standard.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        bucket_name: str,
        bucket_region: str,
        tables: Sequence[Table],
        account_id: str,
        granularity: Literal["HOURLY", "DAILY", "MONTHLY"] = "HOURLY",
        reader_arns: Sequence[str] = (),
        provider: TerraformProvider | None = None,
        exports_provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_account_id("account_id", account_id)
        require_region("bucket_region", bucket_region)
        require_one_of("granularity", granularity, _GRANULARITY)
        if not tables:
            raise InvalidValueError("tables", list(tables), expected=f"one of {', '.join(_TABLES)}")
        arn = f"arn:aws:s3:::{bucket_name}"
        readers = [
            allow(
                ["s3:GetObject", "s3:ListBucket"], [arn, f"{arn}/*"], principals={"AWS": reader_arns}, sid="ReadersRead"
            )
        ]
        bucket = SecureBucketConstruct(
            self,
            "Bucket",
            bucket_name=bucket_name,
            statements=[
                allow(
                    ["s3:GetBucketPolicy", "s3:PutObject"],
                    [arn, f"{arn}/*"],
                    principals={"Service": ["bcm-data-exports.amazonaws.com", "billingreports.amazonaws.com"]},
                    conditions={
                        "StringEquals": {"aws:SourceAccount": account_id},
                        "ArnLike": {
                            "aws:SourceArn": [
                                f"arn:aws:bcm-data-exports:{REGION}:{account_id}:export/*",
                                f"arn:aws:cur:{REGION}:{account_id}:definition/*",
                            ]
                        },
                    },
                    sid="ExportsArrive",
                ),
                *(readers if reader_arns else []),
            ],
            provider=provider,
        )
        for table in sorted(set(tables)):
            require_one_of("tables", table, _TABLES)
            self._export(table, bucket, bucket_region, granularity, exports_provider or provider)

    def _export(
        self,
        table: Table,
        bucket: SecureBucketConstruct,
        region: str,
        granularity: str,
        provider: TerraformProvider | None,
    ) -> None:
        name = _TABLES[table]
        settings = {"TIME_GRANULARITY": granularity, "INCLUDE_RESOURCES": "TRUE"} if table == "cur-2.0" else {}
        if table == "cur-2.0":
            settings |= {
                "INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY": "FALSE",
                "INCLUDE_SPLIT_COST_ALLOCATION_DATA": "FALSE",
            }
        output = BcmdataexportsExportExportDestinationConfigurationsS3DestinationS3OutputConfigurations(
            overwrite="OVERWRITE_REPORT", format="PARQUET", compression="PARQUET", output_type="CUSTOM"
        )
        destination = BcmdataexportsExportExportDestinationConfigurationsS3Destination(
            s3_bucket=bucket.bucket_name,
            s3_prefix="exports",
            s3_region=region,
            s3_output_configurations=[output],
        )
        BcmdataexportsExport(
            self,
            table,
            export=[
                BcmdataexportsExportExport(
                    name=table.replace(".", "-"),
                    data_query=[
                        BcmdataexportsExportExportDataQuery(
                            query_statement=_query(name),
                            table_configurations={name: settings} if settings else None,
                        )
                    ],
                    destination_configurations=[
                        BcmdataexportsExportExportDestinationConfigurations(s3_destination=[destination])
                    ],
                    refresh_cadence=[BcmdataexportsExportExportRefreshCadence(frequency="SYNCHRONOUS")],
                )
            ],
            provider=provider,
        )


def _query(table: str) -> str:
    return " ".join(["SELECT", ", ".join(_columns()[table]), "FROM", table])


@cache
def _columns() -> Any:
    return json.loads(_DATA.read_text(encoding="utf-8"))["tables"]
