"""What whoever queries the organization's trail may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from constructs import Construct

from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.partitions import via
from constructs_lib.policy_text import policy_text
from constructs_lib.typed import typed

if TYPE_CHECKING:
    from cdktf import TerraformProvider

    from constructs_lib.logging.trail_table import TrailTable

_QUERIES: Final = (
    "athena:BatchGetQueryExecution",
    "athena:GetQueryExecution",
    "athena:GetQueryResults",
    "athena:GetQueryResultsStream",
    "athena:GetWorkGroup",
    "athena:ListQueryExecutions",
    "athena:StartQueryExecution",
    "athena:StopQueryExecution",
)
_DEFAULT: Final = "default"  # Athena looks at it, whatever is asked


@typed
class TrailReaderConstruct(Construct):
    """A managed policy: query the trail's table in its workgroup, read the trail's logs, and write and read results.

    It permits no other workgroup, table or bucket, and to use the key through S3 alone.

    Children: ``Resource``.

    Args:
        scope: The account that has the archive.
        id_: The construct's id.
        name: The policy's name, which permission sets and roles of the account take.
        table: What is queried.
        provider: Account and region; the stack's default provider unless told otherwise.

    Example:
        >>> TrailReaderConstruct(stack, "Reader", name="TrailQueries", table=table)

    Source: https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        table: TrailTable,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        start, place = f"arn:{table.partition}", f"{table.region}:{table.account_id}"
        glue, name_of_table = f"{start}:glue:{place}", f"{table.database}/{table.table}"
        archive, results = f"{start}:s3:::{table.archive_bucket}", f"{start}:s3:::{table.results_bucket}"
        through_s3 = {"StringEquals": {"kms:ViaService": via("s3", table.region)}}
        document = PolicyDocument.of(
            allow(_QUERIES, f"{start}:athena:{place}:workgroup/{table.workgroup}", sid="Query"),
            allow("glue:GetDatabase", [f"{glue}:catalog", f"{glue}:database/{_DEFAULT}"], sid="Begin"),
            allow(
                ["glue:GetDatabase", "glue:GetTable"],
                [f"{glue}:catalog", f"{glue}:database/{table.database}", f"{glue}:table/{name_of_table}"],
                sid="FindTheTable",
            ),
            allow(["s3:GetBucketLocation", "s3:ListBucket"], [archive, results], sid="FindLogsAndResults"),
            allow("s3:GetObject", f"{archive}/AWSLogs/{table.organization_id}/*", sid="ReadLogs"),
            allow(
                ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
                f"{results}/*",
                sid="WriteAndReadResults",
            ),
            allow(["kms:Decrypt", "kms:GenerateDataKey"], table.key_arn, conditions=through_s3, sid="UseTheKey"),
        )
        self._policy = IamPolicy(
            self,
            "Resource",
            name=name,
            description="Query the organization's trail",
            policy=policy_text(self, document, PolicyKind.IDENTITY, name),
            provider=provider,
        )

    @property
    def policy_arn(self) -> str:
        """The policy's ARN."""
        return self._policy.arn
