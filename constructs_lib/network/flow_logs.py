"""Who talked to whom in a VPC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cdktf_cdktf_provider_aws.flow_log import FlowLog, FlowLogDestinationOptions
from constructs import Construct

from constructs_lib.typed import typed
from constructs_lib.validation import require_match, require_one_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdktf import TerraformProvider


@typed
class FlowLogsConstruct(Construct):
    """A VPC's flow logs, written to the log archive as Parquet files by day.

    Children: ``Resource``.

    Args:
        scope: Where the flow log is kept.
        id_: The construct's id.
        name: Its name tag.
        vpc_id: The VPC.
        bucket_arn: Where the logs go (`LogArchiveConstruct.bucket_arn`), of any account of the organization.
        traffic: ``ALL``, ``ACCEPT`` or ``REJECT``. Default: all.
        interval_seconds: For how long packets are summed up, 60 or 600; shorter costs more. Default: 600.
        fields: What is logged, in this order, by AWS's names, such as ``pkt-srcaddr``. Default: AWS's own choice.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If a field is malformed, or the traffic or the interval is none that EC2 knows.

    Example:
        >>> FlowLogsConstruct(stack, "FlowLogs", name="shared", vpc_id=vpc.vpc_id, bucket_arn="arn:aws:s3:::acme-logs")

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        vpc_id: str,
        bucket_arn: str,
        traffic: Literal["ACCEPT", "ALL", "REJECT"] = "ALL",
        interval_seconds: Literal[60, 600] = 600,
        fields: Sequence[str] = (),
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_one_of("traffic", traffic, ("ACCEPT", "ALL", "REJECT"))
        require_one_of("interval_seconds", str(interval_seconds), ("60", "600"))
        for field in fields:
            require_match(
                "fields", field, r"[a-z]+(-[a-z0-9]+)*", expected="a field of flow logs such as 'pkt-srcaddr'"
            )
        FlowLog(
            self,
            "Resource",
            vpc_id=vpc_id,
            traffic_type=traffic,
            log_destination_type="s3",
            log_destination=bucket_arn,
            max_aggregation_interval=interval_seconds,
            destination_options=FlowLogDestinationOptions(
                file_format="parquet", hive_compatible_partitions=False, per_hour_partition=False
            ),
            # Terraform would take AWS's signs for fields for expressions.
            log_format=" ".join(f"$${{{field}}}" for field in fields) if fields else None,
            tags={"Name": name},
            provider=provider,
        )
