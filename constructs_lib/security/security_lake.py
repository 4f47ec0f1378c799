"""Security Lake: logs and findings of the organization's accounts, gathered in buckets of one account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from cdktf_cdktf_provider_aws.iam_service_linked_role import IamServiceLinkedRole
from cdktf_cdktf_provider_aws.securitylake_aws_log_source import (
    SecuritylakeAwsLogSource,
    SecuritylakeAwsLogSourceSource,
)
from cdktf_cdktf_provider_aws.securitylake_data_lake import (
    SecuritylakeDataLake,
    SecuritylakeDataLakeConfiguration,
    SecuritylakeDataLakeConfigurationEncryptionConfiguration,
    SecuritylakeDataLakeConfigurationLifecycleConfiguration,
    SecuritylakeDataLakeConfigurationLifecycleConfigurationExpiration,
    SecuritylakeDataLakeConfigurationLifecycleConfigurationTransition,
)
from constructs import Construct

from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.security.encryption_key import EncryptionKeyConstruct
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_between, require_match, require_region, require_unique

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import ITerraformDependable, TerraformProvider

LakeSourceName = Literal[
    "CLOUD_TRAIL_MGMT",
    "EKS_AUDIT",
    "LAMBDA_EXECUTION",
    "ROUTE53",
    "S3_DATA",
    "SH_FINDINGS",
    "VPC_FLOW",
    "WAF",
]
LakeStorageClass = Literal["STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"]
_ROLE: Final = "AmazonSecurityLakeMetaStoreManagerV2"
_S3_KEY: Final = "S3_MANAGED_KEY"
_LONGEST: Final = 36_500


@typed
@dataclass(frozen=True)
class LakeSource:
    """A log of AWS that a lake takes in.

    Args:
        version: AWS's version of the source, such as ``2.0``.
        account_ids: Whose; of all accounts of the lake if none is named.
    """

    version: str
    account_ids: Sequence[str] = ()


@typed
class SecurityLakeAdministratorConstruct(Construct):
    """The role by which Security Lake acts in the organization. For the management account.

    Security Lake's own call that names its administrator makes this role, and Organizations' does not; Terraform has the latter alone.
    AWS deletes it once Organizations does not trust ``securitylake.amazonaws.com`` any more.

    Children: ``Role``.

    Args:
        scope: Where the role is kept: a stack of the management account.
        id_: The construct's id.
        provider: The management account. Default: the stack's provider.

    Example:
        >>> SecurityLakeAdministratorConstruct(stack, "SecurityLake")

    Source: https://docs.aws.amazon.com/organizations/latest/userguide/services-that-can-integrate-sl.html
    """

    def __init__(self, scope: Construct, id_: str, *, provider: TerraformProvider | None = None) -> None:
        super().__init__(scope, id_)
        IamServiceLinkedRole(self, "Role", aws_service_name="securitylake.amazonaws.com", provider=provider)


@typed
class SecurityLakeConstruct(Construct):
    """A data lake in each of some regions, and what it takes in. For Security Lake's administrator.

    Security Lake makes the buckets, ``aws-security-data-lake-<region>-…``, and keeps them, with what is in them, when the construct goes. A
    key of this construct's is deleted 30 days later, and what it encrypted cannot be read any more. Another version, account or region of a
    source has Terraform remove the source and add it again; what happens in between is not gathered.

    Children: ``Role``, ``Policy``; ``Key-<region>``, ``Lake-<region>``; ``source-<name>``.

    Args:
        scope: Where the lake is kept: a stack of the administrator's account.
        id_: The construct's id.
        account_id: The administrator's account, which owns the keys.
        providers: That account by region. Sources are added from the first region, for all.
        sources: What is taken in, by AWS's name of it.
        retention_days: After how many days it is deleted, 1 to 36,500; never unless told otherwise.
        transitions: Days, 1 to 36,500, by the storage class that objects move into then. Default: they stay where they are.
        own_keys: Whether each region has a KMS key of its own, and S3's key is not used; yes unless told otherwise.
        partition: ``aws`` or ``aws-us-gov``.

    Raises:
        InvalidValueError: If the account's id, that of a source, a region, a version or a number of days is out of range or malformed, or
            there is no region.

    Example:
        >>> SecurityLakeConstruct(
        ...     stack, "Lake", account_id="222222222222", providers={"eu-west-1": ireland},
        ...     sources={"CLOUD_TRAIL_MGMT": LakeSource("2.0")}, retention_days=365,
        ... )

    Source: https://docs.aws.amazon.com/security-lake/latest/userguide/getting-started.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        account_id: str,
        providers: Mapping[str, TerraformProvider],
        sources: Mapping[LakeSourceName, LakeSource],
        retention_days: int | None = None,
        transitions: Mapping[LakeStorageClass, int] | None = None,
        own_keys: bool = True,
        partition: str = "aws",
    ) -> None:
        super().__init__(scope, id_)
        require_account_id("account_id", account_id)
        require_between("providers", len(providers), 1, 100, unit="regions")
        for days in (*([] if retention_days is None else [retention_days]), *(transitions or {}).values()):
            require_between("retention_days and transitions", days, 1, _LONGEST, unit="days")
        (first, *_) = providers.values()
        role = IamRole(
            self,
            "Role",
            name=_ROLE,
            path="/service-role/",
            description="Security Lake keeps the tables of what it gathers",
            assume_role_policy=PolicyDocument.of(
                allow("sts:AssumeRole", principals={"Service": "lambda.amazonaws.com"})
            ).to_terraform(),
            provider=first,
        )
        policy = IamRolePolicyAttachment(
            self,
            "Policy",
            role=role.name,
            policy_arn=f"arn:{partition}:iam::aws:policy/service-role/AmazonSecurityLakeMetastoreManager",
            provider=first,
        )
        lifecycle = _lifecycle(retention_days, transitions or {})
        before: ITerraformDependable = policy
        for region, provider in sorted(providers.items()):
            key = _S3_KEY
            if own_keys:
                key = self._key(require_region("providers", region), account_id, role.arn, partition, provider)
            # AWS refuses one change while another goes on, in another region, too; Terraform's providers of two regions do not wait
            # for each other.
            before = SecuritylakeDataLake(
                self,
                f"Lake-{region}",
                meta_store_manager_role_arn=role.arn,
                configuration=[
                    SecuritylakeDataLakeConfiguration(
                        region=region,
                        encryption_configuration=[
                            SecuritylakeDataLakeConfigurationEncryptionConfiguration(kms_key_id=key)
                        ],
                        lifecycle_configuration=lifecycle,
                    )
                ],
                depends_on=[before],
                provider=provider,
            )
        for name, source in sorted(sources.items()):
            require_match("version", source.version, r"[0-9]\.[0-9]", expected="a version such as '2.0'")
            require_unique("account_ids", source.account_ids)
            SecuritylakeAwsLogSource(
                self,
                f"source-{name}",
                source=[
                    SecuritylakeAwsLogSourceSource(
                        source_name=name,
                        source_version=source.version,
                        regions=sorted(providers),
                        accounts=[require_account_id("account_ids", id_) for id_ in source.account_ids] or None,
                    )
                ],
                depends_on=[before],
                provider=first,
            )

    def _key(self, region: str, account_id: str, role_arn: str, partition: str, provider: TerraformProvider) -> str:
        """The id of the key of a region. Security Lake has itself granted what it needs by whoever makes the lake."""
        tables = allow(
            ["kms:Decrypt", "kms:GenerateDataKey"],
            "*",
            principals={"AWS": role_arn},
            conditions={"StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"}},
            sid="TablesOfTheLake",
        )
        return EncryptionKeyConstruct(
            self,
            f"Key-{region}",
            alias="security-lake",
            description="What Security Lake gathers",
            account_id=account_id,
            statements=[tables],
            partition=partition,
            provider=provider,
        ).key_id


def _lifecycle(
    retention_days: int | None, transitions: Mapping[LakeStorageClass, int]
) -> list[SecuritylakeDataLakeConfigurationLifecycleConfiguration] | None:
    if retention_days is None and not transitions:
        return None
    expiration = SecuritylakeDataLakeConfigurationLifecycleConfigurationExpiration(days=retention_days)
    return [
        SecuritylakeDataLakeConfigurationLifecycleConfiguration(
            expiration=None if retention_days is None else [expiration],
            transition=[
                SecuritylakeDataLakeConfigurationLifecycleConfigurationTransition(days=days, storage_class=class_)
                for class_, days in sorted(transitions.items(), key=lambda item: item[1])
            ]
            or None,
        )
    ]
