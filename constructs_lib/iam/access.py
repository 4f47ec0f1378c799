"""Access from one account to another, declared once for both sides."""

from __future__ import annotations

import re
from dataclasses import dataclass

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.document import PolicyDocument, Statement, allow
from constructs_lib.typed import typed
from constructs_lib.validation import (
    require_account_id,
    require_external_id,
    require_match,
    require_organization_id,
    require_role_name,
)

EXECUTION_ROLE_NAME = "TerraformExecutionRole"
"""The role that Terraform works through in an account."""

IDENTITY_ARN = re.compile(
    r"arn:aws[a-z-]*:(iam::[0-9]{12}:(role|user)|sts::[0-9]{12}:assumed-role)/[\w+=,.@/-]+", re.ASCII
)
"""Who can be trusted by name: a role, a user, or a session of a role."""


@typed
@dataclass(frozen=True, kw_only=True)
class CrossAccountAccess:
    """Who may assume which role in which account.

    AWS asks both sides: the role must trust whoever comes, and whoever comes must be permitted to assume the role. Both
    are made from this one value (`CrossAccountRoleConstruct` writes the trust, `AssumeRolePermissionConstruct` the
    permission), so they cannot drift apart.

    Args:
        account_id: The account that the role is in, 12 digits.
        role_name: The role's name. Default: ``TerraformExecutionRole``.
        trusted_accounts: Accounts (12 digits) whose administrators decide which of their identities may come.
        trusted_arns: Roles and users that may come; they must exist before the role, unless `by_condition`.
        others: Statements about whoever else may come: services, outsiders, those whom an identity provider knows
            (`constructs_lib.policies.trusts`). They stand in the trust as they are.
        external_id: What whoever comes must say, ``sts:ExternalId``. Default: nothing.
        organization_id: The organization that whoever comes must belong to, ``aws:PrincipalOrgID``. Default: any.
        by_condition: Whether `trusted_arns` are named in a condition on their accounts (``aws:PrincipalArn``). Then they
            need not exist yet and may be made anew, and a role with the name of a deleted one is let in as well.
            Default: they are named as principals.
        session_tags: Whether whoever comes may tag the session, for the audit trail. Default: no.
        partition: ``aws`` or ``aws-us-gov``.

    Raises:
        InvalidValueError: If nobody is trusted, or an id, name or ARN is none.

    Example:
        >>> access = CrossAccountAccess(
        ...     account_id="444455556666", trusted_accounts=("111122223333",), external_id="estate", organization_id="o-a1b2c3d4e5"
        ... )

    Source:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_cross-account-with-roles.html
    """

    account_id: str
    role_name: str = EXECUTION_ROLE_NAME
    trusted_accounts: tuple[str, ...] = ()
    trusted_arns: tuple[str, ...] = ()
    others: tuple[Statement, ...] = ()
    external_id: str | None = None
    organization_id: str | None = None
    by_condition: bool = False
    session_tags: bool = False
    partition: str = "aws"

    def __post_init__(self) -> None:
        """Refuse what could not work, or would let in more than was meant."""
        object.__setattr__(self, "trusted_accounts", tuple(self.trusted_accounts))
        object.__setattr__(self, "trusted_arns", tuple(self.trusted_arns))
        object.__setattr__(self, "others", tuple(self.others))
        require_account_id("account_id", self.account_id)
        require_role_name("role_name", self.role_name)
        for account_id in self.trusted_accounts:
            require_account_id("trusted_accounts", account_id)
        for arn in self.trusted_arns:
            require_match("trusted_arns", arn, IDENTITY_ARN, expected="the ARN of a role or user, without wildcards")
        if self.external_id is not None:
            require_external_id("external_id", self.external_id)
        if self.organization_id is not None:
            require_organization_id("organization_id", self.organization_id)
        if self.by_condition and self.trusted_accounts:
            raise InvalidValueError(
                "trusted_accounts", self.trusted_accounts, expected="none with by_condition, which is about ARNs"
            )
        if not self.trusted_accounts and not self.trusted_arns and not self.others:
            expected = "an account here, an ARN in trusted_arns, or somebody in others"
            raise InvalidValueError("trusted_accounts", (), expected=expected)

    @property
    def role_arn(self) -> str:
        """The ARN of the role."""
        return f"arn:{self.partition}:iam::{self.account_id}:role/{self.role_name}"

    @property
    def unconditional(self) -> bool:
        """Whether any identity of a trusted account gets in, without naming the external id or the organization."""
        return bool(self.trusted_accounts) and self.external_id is None and self.organization_id is None

    @property
    def trust(self) -> PolicyDocument:
        """The role's side: its trust policy."""
        if not self.trusted_accounts and not self.trusted_arns:
            return PolicyDocument(self.others)
        equals = {"sts:ExternalId": self.external_id, "aws:PrincipalOrgID": self.organization_id}
        required = {key: value for key, value in equals.items() if value is not None}
        conditions: dict[str, dict[str, str | tuple[str, ...]]] = {"StringEquals": {**required}} if required else {}
        accounts, arns = self.trusted_accounts, self.trusted_arns
        if self.by_condition:
            conditions["ArnEquals"] = {"aws:PrincipalArn": arns}
            accounts, arns = tuple(dict.fromkeys(arn.split(":")[4] for arn in arns)), ()
        roots = (f"arn:{self.partition}:iam::{account_id}:root" for account_id in accounts)
        return PolicyDocument.of(
            allow(self._actions, principals={"AWS": (*roots, *arns)}, conditions=conditions or None), *self.others
        )

    @property
    def permission(self) -> Statement:
        """The other side: the statement that permits to assume the role."""
        return allow(self._actions, self.role_arn)

    def admits(self, arn: str) -> bool:
        """Whether an identity is trusted, by itself or with its whole account."""
        return arn in self.trusted_arns or any(f"::{account_id}:" in arn for account_id in self.trusted_accounts)

    @property
    def _actions(self) -> tuple[str, ...]:
        return ("sts:AssumeRole", "sts:TagSession") if self.session_tags else ("sts:AssumeRole",)
