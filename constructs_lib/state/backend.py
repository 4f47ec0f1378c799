"""The bucket, key and lock table that hold Terraform's state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.dynamodb_table import (
    DynamodbTable,
    DynamodbTableAttribute,
    DynamodbTablePointInTimeRecovery,
    DynamodbTableServerSideEncryption,
)
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.logging.secure_bucket import SecureBucketConstruct
from constructs_lib.policies.document import deny
from constructs_lib.security.encryption_key import EncryptionKeyConstruct
from constructs_lib.state.permissions import DEFAULT_KEY_FORMAT, PLANS, StateLocation, plan_key
from constructs_lib.state.s3_backend import s3_backend
from constructs_lib.tokens import unresolved
from constructs_lib.typed import typed
from constructs_lib.validation import (
    require_account_id,
    require_match,
    require_one_of,
    require_organization_id,
    require_quota,
    require_region,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdktf import S3Backend, TerraformProvider, TerraformStack

StateLock = Literal["s3", "dynamodb", "both"]
"""How stacks are locked: a file beside the state, an item in a table, or both while moving from the table to files."""

_PLAN_DAYS: Final = 8
_TABLE_NAME: Final = r"[A-Za-z0-9_.-]{3,255}"


@typed
class StateBackendConstruct(Construct):
    """Terraform's state for a whole organization: one bucket, one KMS key, and a lock.

    The bucket is versioned, encrypted with a key of its own that rotates, closed to the public, to plain HTTP and to
    everybody outside the organization; replaced versions of a state are deleted after 90 days. Bucket, key and table
    cannot be destroyed by a plan. Plans that wait for an approval lie below ``plans/``, are read by those who apply them
    alone, and go after 8 days.

    Children: ``Key``, ``Bucket``, ``LockTable``.

    Args:
        scope: Where the backend lives: the stack of the account that holds states and the CI identity, and nothing else.
        id_: The construct's id.
        bucket_name: The bucket's name, unique in the partition.
        organization_id: Nobody outside this organization reaches the bucket, whatever other policies say.
        account_id: The account that owns bucket, key and table.
        region: Their region.
        lock: ``s3`` (a lock file; Terraform 1.11 or newer), ``dynamodb`` (a table; deprecated by Terraform 1.11), or
            ``both``, with which stacks can change from the table to files one by one.
        lock_table_name: The table's name; only used with ``dynamodb`` and ``both``.
        key_format: The key of a stack's state, with ``{stack}`` for the stack's name.
        access_log_bucket: The bucket that receives this one's access logs; none unless told otherwise.
        plan_reader_arns: The roles that apply plans which were kept in the bucket: it denies them to all others. Whoever
            may read them unless told otherwise.
        partition: ``aws`` or ``aws-us-gov``.
        provider: Account and region; the stack's default provider unless told otherwise.

    Raises:
        InvalidValueError: If a name breaks AWS's rules, or the key format does not name the stack.

    Example:
        >>> state = StateBackendConstruct(
        ...     stack, "State", bucket_name="acme-terraform-state", organization_id="o-a1b2c3d4e5",
        ...     account_id="222222222222", region="eu-central-1",
        ... )
        >>> StateAccessRoleConstruct(stack, "StateRole", location=state.location, trusted_arns=[ci.role_arn], …)
        >>> state.backend(production)  # another stack keeps its state there, through that role

    Source: https://developer.hashicorp.com/terraform/language/backend/s3
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        bucket_name: str,
        organization_id: str,
        account_id: str,
        region: str,
        lock: StateLock = "s3",
        lock_table_name: str = "terraform-locks",
        key_format: str = DEFAULT_KEY_FORMAT,
        access_log_bucket: str | None = None,
        plan_reader_arns: Sequence[str] = (),
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_quota("bucket_name", bucket_name, "bucket.name")
        require_match("lock_table_name", lock_table_name, _TABLE_NAME, expected="3 to 255 of A-Z a-z 0-9 _ . -")
        require_organization_id("organization_id", organization_id)
        require_region("region", region)
        require_account_id("account_id", account_id)
        require_one_of("lock", lock, get_args(StateLock))
        self._partition, self._provider = partition, provider
        self._account_id, self._table_name = account_id, None if lock == "s3" else lock_table_name
        self._key = EncryptionKeyConstruct(
            self,
            "Key",
            alias="terraform-state",
            description="Terraform state",
            account_id=account_id,
            protected=True,
            partition=partition,
            provider=provider,
        )
        self._bucket = self._make_bucket(bucket_name, organization_id, access_log_bucket, plan_reader_arns)
        self._table = None if lock == "s3" else self._make_table(lock_table_name)
        self._location = StateLocation(
            bucket=bucket_name,
            bucket_arn=f"arn:{partition}:s3:::{bucket_name}",
            key_arn=self._key.key_arn,
            region=region,
            key_format=key_format,
            table_arn=self._table.arn if self._table else None,
            lock_files=lock != "dynamodb",
        )

    @property
    def location(self) -> StateLocation:
        """Where the states are: what an access role is made for."""
        return self._location

    @property
    def bucket_name(self) -> str:
        """The bucket's name; whoever uses it waits until the bucket's policy stands."""
        return self._bucket.bucket_name

    @property
    def key_arn(self) -> str:
        """The KMS key's ARN."""
        return self._key.key_arn

    @property
    def table_name(self) -> str | None:
        """The lock table's name; None when stacks are locked by files alone."""
        return self._table.name if self._table else None

    def backend(
        self, stack: TerraformStack, *, name: str | None = None, role_name: str | None = "TerraformStateRole"
    ) -> S3Backend:
        """Have another stack keep its state here, locked, through a role whose session opens this state and no other.

        Args:
            stack: The stack; it has no other backend.
            name: What its state is called, the value of the session's tag ``TerraformStack``. Default: the stack's id.
            role_name: The name of the `StateAccessRoleConstruct` in this account. None: the credentials at hand reach the
                bucket themselves.

        Raises:
            InvalidValueError: If a value is known to Terraform only when it is too late for a backend.

        Source: https://developer.hashicorp.com/terraform/language/backend/s3
        """
        name = stack.node.id if name is None else name
        where = self._location
        literal = {"bucket_name": where.bucket, "account_id": self._account_id, "region": where.region, "name": name}
        for argument, value in literal.items():
            if unresolved(value):
                raise InvalidValueError(
                    argument, value, expected="a literal value: Terraform reads backends before it knows any other"
                )
        return s3_backend(
            stack,
            name=name,
            bucket=where.bucket,
            key=where.key(name),
            region=where.region,
            role_arn=role_name and f"arn:{self._partition}:iam::{self._account_id}:role/{role_name}",
            lock_files=where.lock_files,
            table=self._table_name,
        )

    def _make_bucket(
        self, name: str, organization_id: str, access_logs: str | None, plan_readers: Sequence[str]
    ) -> SecureBucketConstruct:
        arn = f"arn:{self._partition}:s3:::{name}"
        outsiders = deny(
            "s3:*",
            (arn, f"{arn}/*"),
            principals="*",
            conditions={
                "StringNotEqualsIfExists": {"aws:PrincipalOrgID": organization_id},
                "BoolIfExists": {"aws:PrincipalIsAWSService": False},
            },
            sid="DenyOutsiders",
        )
        plans = deny(
            ("s3:GetObject", "s3:GetObjectVersion"),
            f"{arn}/{plan_key('*', '*')}",
            principals="*",
            conditions={"ArnNotLike": {"aws:PrincipalArn": plan_readers}},
            sid="DenyPlans",
        )
        return SecureBucketConstruct(
            self,
            "Bucket",
            bucket_name=name,
            key_arn=self._key.key_arn,
            statements=[outsiders, *([plans] if plan_readers else [])],
            expire_below={PLANS: _PLAN_DAYS},
            access_log_bucket=access_logs,
            protected=True,
            partition=self._partition,
            provider=self._provider,
        )

    def _make_table(self, name: str) -> DynamodbTable:
        return DynamodbTable(
            self,
            "LockTable",
            name=name,
            billing_mode="PAY_PER_REQUEST",
            hash_key="LockID",
            attribute=[DynamodbTableAttribute(name="LockID", type="S")],
            point_in_time_recovery=DynamodbTablePointInTimeRecovery(enabled=True),
            server_side_encryption=DynamodbTableServerSideEncryption(enabled=True, kms_key_arn=self._key.key_arn),
            deletion_protection_enabled=True,
            tags={"Name": name},
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True),
            provider=self._provider,
        )
