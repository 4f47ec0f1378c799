"""What Terraform's S3 backend needs to do with one stack's state, and nothing else.

One role serves many stacks. Whoever assumes it names a stack by the session tag ``TerraformStack``, and the role's
policy opens exactly that stack's objects, through ``${aws:PrincipalTag/TerraformStack}``. The role's trust says who may
name which stacks. So the number of roles, and the size of their policies, does not grow with the organization, and one
stack's backend can neither read nor overwrite another stack's state.

Source: https://developer.hashicorp.com/terraform/language/backend/s3#permissions-required
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.document import PolicyDocument, Statement, allow
from constructs_lib.policies.partitions import via
from constructs_lib.validation import require_region

if TYPE_CHECKING:
    from collections.abc import Iterator

STACK_TAG: Final = "TerraformStack"
"""The session tag that names the stack whose state is wanted."""
STACK: Final = "{stack}"
"""What stands for the stack's name in a key format."""
DEFAULT_KEY_FORMAT: Final = "stacks/{stack}.tfstate"
PLANS: Final = "plans/"
"""Where plans wait for an approval, in a folder for each stack. Who only reads states keeps them there, and cannot read
them; who writes states takes them: a plan holds the values of its state."""
_TAG_VALUE: Final = f"${{aws:PrincipalTag/{STACK_TAG}}}"
# Terraform lists workspaces below this prefix whenever it initializes a backend.
_WORKSPACES: Final = "env:/"


@dataclass(frozen=True)
class StateLocation:
    """Where states are kept, and how they are locked.

    Args:
        bucket: The bucket's name.
        bucket_arn: The bucket's ARN.
        key_arn: The KMS key of the bucket (and of the table).
        region: The bucket's region.
        key_format: The key of a stack's state, with ``{stack}`` for the stack's name.
        table_arn: The lock table; None where there is none.
        lock_files: Whether stacks are locked by files in the bucket.
    """

    bucket: str
    bucket_arn: str
    key_arn: str
    region: str
    key_format: str = DEFAULT_KEY_FORMAT
    table_arn: str | None = None
    lock_files: bool = True

    def __post_init__(self) -> None:
        """Refuse a key format that would put all states into one object, or that Terraform reads as a workspace's."""
        require_region("region", self.region)
        key = self.key_format
        if key.count(STACK) != 1 or key.startswith(("/", _WORKSPACES)):
            raise InvalidValueError(
                "key_format",
                key,
                expected=f"a key that names the stack once, as {STACK}, and starts with neither '/' nor {_WORKSPACES!r}",
                cure=f"{DEFAULT_KEY_FORMAT!r} is one.",
            )

    def key(self, stack: str) -> str:
        """The key of a stack's state."""
        return self.key_format.replace(STACK, stack)


def plan_key(stack: str, digest: str) -> str:
    """The key of a plan that waits for its approval, named by its own SHA-256."""
    return f"{PLANS}{stack}/{digest}.tfplan"


def mark_key(stack: str) -> str:
    """The key of the mark that says which plan is being applied, or was."""
    return f"{PLANS}{stack}/apply.json"


def state_access(location: StateLocation, *, read_only: bool = False) -> PolicyDocument:
    """The policy of a role through which Terraform reaches the state of the stack that its session names.

    Args:
        location: The states.
        read_only: Whether states may only be read, for a plan with ``-lock=false``, which may then be kept.
    """
    return PolicyDocument(tuple(_statements(location, read_only=read_only)))


def _statements(location: StateLocation, *, read_only: bool) -> Iterator[Statement]:
    key = location.key(_TAG_VALUE)
    state = f"{location.bucket_arn}/{key}"
    # Without the right to list, S3 answers 403 instead of 404 for a state that does not exist yet. That check carries no
    # prefix, hence IfExists; a list without a prefix shows the stacks' names, nothing else.
    yield allow(
        "s3:ListBucket",
        location.bucket_arn,
        conditions={"StringLikeIfExists": {"s3:prefix": (key, f"{key}.tflock", f"{_WORKSPACES}*")}},
        sid="FindState",
    )
    yield allow("s3:GetObject" if read_only else ("s3:GetObject", "s3:PutObject"), state, sid="State")
    if location.lock_files and not read_only:
        yield allow(("s3:GetObject", "s3:PutObject", "s3:DeleteObject"), f"{state}.tflock", sid="LockFile")
    plan, mark = (f"{location.bucket_arn}/{made}" for made in (plan_key(_TAG_VALUE, "*"), mark_key(_TAG_VALUE)))
    yield allow("s3:PutObject" if read_only else "s3:GetObject", plan, sid="Plans")
    yield allow("s3:GetObject" if read_only else ("s3:GetObject", "s3:PutObject"), mark, sid="Mark")
    services = [via("s3", location.region)]
    if location.table_arn:
        services.append(via("dynamodb", location.region))
        yield from _table_statements(location, location.table_arn, key, read_only=read_only)
    yield allow(
        ("kms:Decrypt", "kms:GenerateDataKey"),
        location.key_arn,
        conditions={"StringEquals": {"kms:ViaService": services}},
        sid="Key",
    )


def _table_statements(location: StateLocation, table: str, key: str, *, read_only: bool) -> Iterator[Statement]:
    # The lock has the state's path as its id, the state's checksum the same with a suffix.
    items = (f"{location.bucket}/{key}", f"{location.bucket}/{key}-md5")
    yield allow(
        "dynamodb:GetItem" if read_only else ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"),
        table,
        # ForAllValues is true for a request that names no item; Null closes that gap.
        conditions={
            "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": items},
            "Null": {"dynamodb:LeadingKeys": False},
        },
        sid="LockItems",
    )
