"""CloudWatch's logs of all accounts, in the log archive."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cdktf_cdktf_provider_aws.cloudwatch_log_account_policy import CloudwatchLogAccountPolicy
from cdktf_cdktf_provider_aws.cloudwatch_log_destination import CloudwatchLogDestination
from cdktf_cdktf_provider_aws.cloudwatch_log_destination_policy import CloudwatchLogDestinationPolicy
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.kinesis_firehose_delivery_stream import (
    KinesisFirehoseDeliveryStream,
    KinesisFirehoseDeliveryStreamExtendedS3Configuration,
    KinesisFirehoseDeliveryStreamServerSideEncryption,
)
from constructs import Construct

from constructs_lib.policies.document import PolicyDocument, Statement, allow
from constructs_lib.policies.partitions import principal
from constructs_lib.typed import typed
from constructs_lib.validation import (
    require_account_id,
    require_between,
    require_match,
    require_organization_id,
    require_role_name,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import ITerraformDependable, TerraformProvider

_MOST_EXCLUDED: Final = 50
_LOG_GROUP: Final = r"[\w./#-]{1,512}"


@typed
@dataclass(frozen=True)
class LogBucket:
    """The bucket that logs are kept in.

    Args:
        name: Its name.
        arn: Its ARN.
        key_arn: The KMS key that it encrypts with.
    """

    name: str
    arn: str
    key_arn: str


@typed
class CentralLogsConstruct(Construct):
    """A destination in each region for the logs that CloudWatch has in an organization's accounts, which Firehose writes to a bucket.

    Whoever is of the organization may send. Firehose writes files of gzip as they come from CloudWatch, below
    ``CloudWatchLogs/<region>/<day>/``; each record names account, log group and stream.

    Children: ``Sender`` and ``Writer`` (roles, with ``SenderPermissions`` and ``WriterPermissions``), and for each region
    ``stream-<region>``, ``destination-<region>`` and ``policy-<region>``.

    Args:
        scope: Where logs are kept: the log archive's account.
        id_: The construct's id.
        name: Of destinations and streams.
        providers: The account's provider by region.
        bucket: Where the logs go; it may be in another region than the logs, but in the same account.
        account_id: The account.
        organization_id: Only this organization's accounts may send.
        partition: ``aws`` or ``aws-us-gov``.

    Raises:
        InvalidValueError: If an id is malformed.

    Example:
        >>> CentralLogsConstruct(
        ...     stack, "CentralLogs", name="central-logs", providers={"eu-west-1": ireland}, account_id="222222222222",
        ...     bucket=LogBucket("acme-logs", "arn:aws:s3:::acme-logs", key.key_arn), organization_id="o-a1b2c3d4e5",
        ... )

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CrossAccountSubscriptions-Firehose-Account.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        providers: Mapping[str, TerraformProvider],
        bucket: LogBucket,
        account_id: str,
        organization_id: str,
        partition: str = "aws",
    ) -> None:
        super().__init__(scope, id_)
        require_account_id("account_id", account_id)
        require_organization_id("organization_id", organization_id)
        streams = f"arn:{partition}:firehose:*:{account_id}:deliverystream/{name}"
        sender, sends = self._role(
            "Sender",
            f"{name}-sender",
            _trust(principal("logs", partition), {"StringEqualsIfExists": {"aws:SourceOrgID": organization_id}}),
            [allow(["firehose:PutRecord", "firehose:PutRecordBatch"], streams, sid="Sends")],
        )
        writer, writes = self._role(
            "Writer",
            f"{name}-writer",
            _trust("firehose.amazonaws.com", {"StringEquals": {"sts:ExternalId": account_id}}),
            _writing(bucket),
        )
        self._destination_arns: dict[str, str] = {}
        for region, provider in sorted(providers.items()):
            stream = KinesisFirehoseDeliveryStream(
                self,
                f"stream-{region}",
                name=name,
                destination="extended_s3",
                extended_s3_configuration=KinesisFirehoseDeliveryStreamExtendedS3Configuration(
                    bucket_arn=bucket.arn,
                    role_arn=writer.arn,
                    prefix=f"CloudWatchLogs/{region}/!{{timestamp:yyyy/MM/dd}}/",
                    error_output_prefix=f"CloudWatchLogsErrors/{region}/!{{firehose:error-output-type}}/!{{timestamp:yyyy/MM/dd}}/",
                    file_extension=".gz",
                    buffering_size=64,
                    buffering_interval=300,
                ),
                server_side_encryption=KinesisFirehoseDeliveryStreamServerSideEncryption(enabled=True),
                depends_on=[writes],
                provider=provider,
            )
            destination = CloudwatchLogDestination(
                self,
                f"destination-{region}",
                name=name,
                role_arn=sender.arn,
                target_arn=stream.arn,
                depends_on=[sends],  # CloudWatch tries whether it can send
                provider=provider,
            )
            policy = CloudwatchLogDestinationPolicy(
                self,
                f"policy-{region}",
                destination_name=destination.name,
                access_policy=PolicyDocument.of(
                    allow(
                        ["logs:PutAccountPolicy", "logs:PutSubscriptionFilter"],
                        f"arn:{partition}:logs:{region}:{account_id}:destination:{name}",
                        principals="*",
                        conditions={"StringEquals": {"aws:PrincipalOrgID": organization_id}},
                        sid="OrganizationSends",
                    )
                ).to_terraform(),
                provider=provider,
            )
            start = f"arn:{partition}:logs:{region}:{account_id}:destination:"
            self._destination_arns[region] = f"{start}{policy.destination_name}"

    @property
    def destination_arns(self) -> Mapping[str, str]:
        """The ARN of each region's destination; whoever uses it waits until the destination's policy stands."""
        return self._destination_arns

    def _role(
        self, id_: str, name: str, trust: PolicyDocument, statements: Sequence[Statement]
    ) -> tuple[IamRole, IamRolePolicy]:
        role = IamRole(
            self,
            id_,
            name=name,
            description="Logs of CloudWatch go to the log archive",
            assume_role_policy=trust.to_terraform(),
        )
        permissions = IamRolePolicy(
            self,
            f"{id_}Permissions",
            name="logs",
            role=role.name,
            policy=PolicyDocument.of(*statements).to_terraform(),
        )
        return role, permissions


@typed
class LogSubscriptionRoleConstruct(Construct):
    """The role by which CloudWatch finds out whether an account may send its logs to a destination that lets an organization send.

    AWS wants one in each account that sends; without it, CloudWatch does not take such a destination for logs of AWS's own services. IAM is
    global: one is enough for all regions.

    Children: ``Resource``, ``Permissions``.

    Args:
        scope: Where the log groups are.
        id_: The construct's id.
        name: The role's name.
        account_id: The account.
        partition: ``aws`` or ``aws-us-gov``.
        provider: The account. Default: the stack's provider.

    Raises:
        InvalidValueError: If the account's id or the name is malformed.

    Example:
        >>> role = LogSubscriptionRoleConstruct(stack, "LogsRole", name="central-logs", account_id="444444444444")

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CreateSubscriptionFilter-Account.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        account_id: str,
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_account_id("account_id", account_id)
        own = {"StringEqualsIfExists": {"aws:SourceAccount": account_id}}
        role = IamRole(
            self,
            "Resource",
            name=require_role_name("name", name),
            description="CloudWatch sends logs to the log archive",
            assume_role_policy=_trust(principal("logs", partition), own).to_terraform(),
            provider=provider,
        )
        groups = f"arn:{partition}:logs:*:{account_id}:log-group:*"
        self._permissions = IamRolePolicy(
            self,
            "Permissions",
            name="logs",
            role=role.name,
            policy=PolicyDocument.of(allow("logs:PutLogEvents", groups, sid="Sends")).to_terraform(),
            provider=provider,
        )
        self._role_arn = role.arn

    @property
    def role_arn(self) -> str:
        """The role's ARN."""
        return self._role_arn

    @property
    def permissions(self) -> ITerraformDependable:
        """What the role may, for whoever has to wait for it."""
        return self._permissions


@typed
class LogSubscriptionConstruct(Construct):
    """All log groups of an account in a region, those to come included, send what they take in to a destination.

    AWS has one such policy for an account and region.

    Children: ``Resource``.

    Args:
        scope: Where the log groups are.
        id_: The construct's id.
        name: The policy's name.
        destination_arn: The destination, of any account (`CentralLogsConstruct`).
        role: By which CloudWatch finds out whether it may send; a destination that lets an organization send asks for it. Default: none.
        excluded_log_groups: The names of log groups that do not send, at most 50. Default: none.
        filter_pattern: What is sent, as CloudWatch writes patterns. Default: everything.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If there are more excluded groups than AWS takes, or one has no name of a log group.

    Example:
        >>> LogSubscriptionConstruct(
        ...     stack, "Logs", name="central-logs", destination_arn="arn:aws:logs:eu-west-1:222222222222:destination:central-logs"
        ... )

    Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        destination_arn: str,
        role: LogSubscriptionRoleConstruct | None = None,
        excluded_log_groups: Sequence[str] = (),
        filter_pattern: str = "",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_between("excluded_log_groups", len(excluded_log_groups), 0, _MOST_EXCLUDED, unit="log groups")
        for group in excluded_log_groups:
            require_match("excluded_log_groups", group, _LOG_GROUP, expected="the name of a log group")
        excluded = json.dumps(sorted(set(excluded_log_groups)))
        document = {"DestinationArn": destination_arn, "Distribution": "Random", "FilterPattern": filter_pattern}
        if role:
            document["RoleArn"] = role.role_arn
        CloudwatchLogAccountPolicy(
            self,
            "Resource",
            policy_name=name,
            policy_type="SUBSCRIPTION_FILTER_POLICY",
            policy_document=json.dumps(document, sort_keys=True),
            scope="ALL",
            selection_criteria=f"LogGroupName NOT IN {excluded}" if excluded_log_groups else None,
            depends_on=[role.permissions] if role else None,
            provider=provider,
        )


def _trust(service: str, conditions: Mapping[str, Mapping[str, str]]) -> PolicyDocument:
    return PolicyDocument.of(allow("sts:AssumeRole", principals={"Service": service}, conditions=conditions))


def _writing(bucket: LogBucket) -> list[Statement]:
    return [
        allow(
            ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"], bucket.arn, sid="LooksAtBucket"
        ),
        allow(["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"], f"{bucket.arn}/*", sid="Writes"),
        allow(
            ["kms:Decrypt", "kms:GenerateDataKey"],
            bucket.key_arn,
            conditions={"StringEquals": {"kms:EncryptionContext:aws:s3:arn": bucket.arn}},
            sid="Encrypts",
        ),
    ]
