"""The permission to assume roles in other accounts."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policy_text import policy_text
from constructs_lib.tokens import unresolved
from constructs_lib.typed import typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdktf import TerraformProvider

    from constructs_lib.iam.access import CrossAccountAccess


@typed
class AssumeRolePermissionConstruct(Construct):
    """Permits a role to assume exactly the roles that were declared to trust it.

    Children: ``Resource`` (a policy of the role).

    Args:
        scope: A stack of the account that the permitted role is in, or a construct in it.
        id_: The construct's id.
        accesses: What was declared, the values that the `CrossAccountRoleConstruct` on the other side was made from.
        role_arn: The ARN of the role that gets the permission: every access must trust it, or its account.
        role_name: Its name, as the role's construct gives it, so that the role is made first. Default: taken from the ARN.
        policy_name: The name of the policy in the role.
        provider: The account; the stack's default provider unless told otherwise.

    Raises:
        InvalidValueError: If an access does not trust the role, or there is none.
        InvalidPolicyError: If the roles are too many for one policy.

    Example:
        >>> AssumeRolePermissionConstruct(
        ...     stack, "deploy", accesses=[access], role_arn="arn:aws:iam::111122223333:role/ci", role_name=ci.name
        ... )

    Source:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_permissions-to-switch.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        accesses: Sequence[CrossAccountAccess],
        role_arn: str,
        role_name: str | None = None,
        policy_name: str = "assume-roles",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        _refuse_strangers(accesses, role_arn)
        self._policy = IamRolePolicy(
            self,
            "Resource",
            name=policy_name,
            role=role_name or role_arn.rpartition("/")[2],
            policy=policy_text(self, _document(accesses), PolicyKind.INLINE, policy_name),
            provider=provider,
        )

    @property
    def policy_name(self) -> str:
        """The name of the policy in the role."""
        return self._policy.name


def _refuse_strangers(accesses: Sequence[CrossAccountAccess], role_arn: str) -> None:
    if not accesses:
        raise InvalidValueError("accesses", accesses, expected="at least one")
    for access in accesses:
        # A token is compared too: the same construct gives the same token.
        if not access.admits(role_arn) and not unresolved(role_arn):
            raise InvalidValueError(
                "role_arn",
                role_arn,
                expected=f"an identity that {access.role_arn} trusts: "
                f"{', '.join((*access.trusted_accounts, *access.trusted_arns))}",
                cure="Add it to the access's trusted_arns, then the role's trust follows.",
            )


def _document(accesses: Sequence[CrossAccountAccess]) -> PolicyDocument:
    """One statement for each set of actions, so that a thousand roles stay a short policy."""
    statements = sorted((access.permission for access in accesses), key=lambda statement: statement.actions)
    return PolicyDocument(
        tuple(
            allow(actions, [arn for statement in group for arn in statement.resources])
            for actions, group in groupby(statements, key=lambda statement: statement.actions)
        )
    )
