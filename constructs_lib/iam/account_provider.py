"""A Terraform provider that works in one account, and in no other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderAssumeRole, AwsProviderDefaultTags

from constructs_lib.typed import typed
from constructs_lib.validation import (
    require_account_id,
    require_external_id,
    require_quota,
    require_region,
    require_role_name,
    require_slug,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct


@typed
@dataclass(frozen=True, kw_only=True)
class AccountConnection:
    """How Terraform gets into an account.

    Args:
        slug: The account's slug.
        account_id: Its id, 12 digits: the provider refuses to work in any other account.
        region: Where it works, ``eu-central-1`` or such.
        role_name: The role to assume there. Default: none, the credentials at hand are the account's own.
        external_id: What the role's trust asks for. Default: nothing.
        session_name: What the audit trail calls the session. Default: ``terraform-<slug>``.
        default_tags: Tags of every resource that has tags. Default: none.
        partition: ``aws`` or ``aws-us-gov``.

    Raises:
        InvalidValueError: If AWS would refuse a value.
    """

    slug: str
    account_id: str
    region: str
    role_name: str | None = None
    external_id: str | None = None
    session_name: str = ""
    default_tags: Mapping[str, str] = field(default_factory=dict)
    partition: str = "aws"

    def __post_init__(self) -> None:
        """Refuse what AWS would refuse."""
        object.__setattr__(self, "session_name", self.session_name or f"terraform-{self.slug}")
        require_slug("slug", self.slug)
        require_account_id("account_id", self.account_id)
        require_region("region", self.region)
        require_quota("session_name", self.session_name, "session.name")
        if self.role_name is not None:
            require_role_name("role_name", self.role_name)
        if self.external_id is not None:
            require_external_id("external_id", self.external_id)

    @property
    def role_arn(self) -> str | None:
        """The ARN of the role to assume."""
        return None if self.role_name is None else f"arn:{self.partition}:iam::{self.account_id}:role/{self.role_name}"


@typed
def account_provider(
    scope: Construct, id_: str, connection: AccountConnection, *, alias: str | None = None
) -> AwsProvider:
    """Make a provider that works in the account of `connection` and refuses any other.

    Args:
        scope: The stack, or a construct in it.
        id_: The construct's id.
        connection: The account and the way into it.
        alias: The provider's alias. Default: none, it is the stack's default provider.

    Example:
        >>> account_provider(
        ...     stack, "aws", AccountConnection(
        ...         slug="production", account_id="444455556666", region="eu-central-1", role_name="TerraformExecutionRole",
        ...     ),
        ... )

    Source:
        https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """
    role = AwsProviderAssumeRole(
        role_arn=connection.role_arn, session_name=connection.session_name, external_id=connection.external_id
    )
    tags = AwsProviderDefaultTags(tags=connection.default_tags)
    return AwsProvider(
        scope,
        id_,
        alias=alias,
        region=connection.region,
        allowed_account_ids=[connection.account_id],
        assume_role=[role] if connection.role_arn else None,
        default_tags=[tags] if connection.default_tags else None,
    )
