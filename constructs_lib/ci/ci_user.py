"""A user for CI systems that have no OIDC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cdktf_cdktf_provider_aws.iam_user import IamUser
from cdktf_cdktf_provider_aws.iam_user_policy import IamUserPolicy
from constructs import Construct

from constructs_lib.policies.document import PolicyDocument, allow, deny
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policy_text import policy_text, warn
from constructs_lib.typed import typed
from constructs_lib.validation import require_match

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdktf import TerraformProvider

_USER_NAME: Final = r"[\w+=,.@-]{1,64}"


@typed
class CiUserConstruct(Construct):
    """An IAM user whose access key a CI system without OIDC holds (B2). It may assume the CI role, and nothing else.

    A key that lives for years is the weakest identity there is: GitHub, GitLab, and most others need none
    (`CiRoleConstruct` with OIDC subjects), which is what the warning says that comes with every use of this construct. No
    access key is made here, since Terraform would write it into its state; make it by hand, and replace it often:
    ``aws iam create-access-key --user-name …``.

    Children: ``Resource`` (the user), ``Policy``.

    Args:
        scope: Where the user lives: the stack of the CI role's account.
        id_: The construct's id.
        name: The user's name.
        role_arns: The CI roles that it may assume. As they must trust the user, they are named here by ARN.
        source_ranges: The key works from these networks only (CIDR); from everywhere unless told otherwise.
        provider: The account; the stack's default provider unless told otherwise.

    Raises:
        InvalidValueError: If the name breaks IAM's rules.

    Example:
        >>> user = CiUserConstruct(
        ...     stack, "User", name="ci", role_arns=["arn:aws:iam::222222222222:role/TerraformCiDeployRole"],
        ...     source_ranges=["192.0.2.0/24"],
        ... )
        >>> CiRoleConstruct(stack, "Deploy", name="TerraformCiDeployRole", trusted_arns=[user.user_arn], …)

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        role_arns: Sequence[str],
        source_ranges: Sequence[str] = (),
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_match("name", name, _USER_NAME, expected="1 to 64 characters out of A-Z a-z 0-9 _ + = , . @ -")
        warn(self, f"The user {name} has a key that lives until somebody deletes it. Use OIDC if the CI system can.")
        self._user = IamUser(self, "Resource", name=name, provider=provider)
        statements = [allow("sts:AssumeRole", role_arns)]
        if source_ranges:
            statements.append(deny("*", "*", conditions={"NotIpAddress": {"aws:SourceIp": source_ranges}}))
        IamUserPolicy(
            self,
            "Policy",
            name="assume-ci-role",
            user=self._user.name,
            policy=policy_text(self, PolicyDocument(tuple(statements)), PolicyKind.INLINE, name),
            provider=provider,
        )

    @property
    def user_arn(self) -> str:
        """The user's ARN."""
        return self._user.arn

    @property
    def user_name(self) -> str:
        """The user's name."""
        return self._user.name
