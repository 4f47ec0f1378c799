"""A log group for the queries of VPCs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.cloudwatch_log_resource_policy import CloudwatchLogResourcePolicy
from constructs import Construct

from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policy_text import policy_text
from constructs_lib.security.encryption_key import EncryptionKeyConstruct, logs_encrypt
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_log_days, require_match, require_region

if TYPE_CHECKING:
    from cdktf import TerraformProvider

_GROUPS: Final = "/aws/route53resolver/"


@typed
class QueryLogGroupConstruct(Construct):
    """A log group of CloudWatch that Route 53 Resolver writes queries to, encrypted with a key of its own.

    Children: ``Key``, ``Policy`` (what lets the service that delivers logs write), ``Resource`` (the log group).

    Args:
        scope: A stack of the account that has it.
        id_: The construct's id.
        name: What the log group's name ends with, and what key and policy are called.
        region: The region, for ARNs.
        account_id: The account, for ARNs.
        retention_days: For how many days CloudWatch keeps it, as it allows. Default: a year.
        partition: ``aws`` or such. Default: ``aws``.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If a name, region or id is malformed, or CloudWatch knows no such retention.

    Example:
        >>> group = QueryLogGroupConstruct(
        ...     stack, "group", name="hub", region="eu-central-1", account_id="222222222222"
        ... )
        >>> ResolverQueryLogConstruct(stack, "query-log", name="hub", log_group_arn=group.log_group_arn)

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html#AWS-logs-infrastructure-CWL
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        region: str,
        account_id: str,
        retention_days: int = 365,
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_match("name", name, r"[a-zA-Z0-9_/-]{1,200}", expected="letters, digits, '-', '_' and '/'")
        require_region("region", region)
        require_account_id("account_id", account_id)
        require_log_days("retention_days", retention_days)
        arn = f"arn:{partition}:logs:{region}:{account_id}:log-group:{_GROUPS}{name}"
        key = EncryptionKeyConstruct(
            self,
            "Key",
            alias=f"{name}-query-log",
            description="Queries of VPCs",
            account_id=account_id,
            statements=[logs_encrypt(region, arn)],
            partition=partition,
            provider=provider,
        )
        policy = CloudwatchLogResourcePolicy(
            self,
            "Policy",
            policy_name=f"{name}-query-log",
            policy_document=policy_text(
                self, _writes(arn, f"arn:{partition}:logs:{region}:{account_id}:*", account_id), PolicyKind.RESOURCE
            ),
            provider=provider,
        )
        self._group = CloudwatchLogGroup(
            self,
            "Resource",
            name=f"{_GROUPS}{name}",
            retention_in_days=retention_days,
            kms_key_id=key.key_arn,
            tags={"Name": name},
            depends_on=[policy],  # so that whatever names the group waits until it can be written to
            provider=provider,
        )

    @property
    def log_group_arn(self) -> str:
        """The log group's ARN."""
        return self._group.arn


def _writes(group: str, delivery: str, account_id: str) -> PolicyDocument:
    return PolicyDocument.of(
        allow(
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            f"{group}:log-stream:*",
            principals={"Service": "delivery.logs.amazonaws.com"},
            conditions={"StringEquals": {"aws:SourceAccount": account_id}, "ArnLike": {"aws:SourceArn": delivery}},
            sid="ResolverWrites",
        )
    )
