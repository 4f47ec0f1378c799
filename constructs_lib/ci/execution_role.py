"""The role that Terraform works with in an account, permitted what the stacks' resource types need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from constructs import Construct

from constructs_lib.ci.made import resource_types
from constructs_lib.ci.permissions import Permissions
from constructs_lib.errors import InvalidValueError
from constructs_lib.iam.cross_account_role import CrossAccountRoleConstruct
from constructs_lib.policies.document import Statement, deny
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policy_text import policy_text, warn
from constructs_lib.typed import typed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from cdktf import TerraformProvider

    from constructs_lib.iam.access import CrossAccountAccess

_ROLE_CHANGES: Final = (
    "iam:AttachRolePolicy",
    "iam:DeleteRole",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
)
_POLICY_CHANGES: Final = (
    "iam:CreatePolicyVersion",
    "iam:DeletePolicy",
    "iam:DeletePolicyVersion",
    "iam:SetDefaultPolicyVersion",
)


@typed
class ExecutionRoleConstruct(Construct):
    """The role through which Terraform deploys (or, read-only, plans) an account (A2, B4, C12).

    Its permissions are made from resource types: hand over those of all stacks, and the role is the same in every account.
    It may never change the roles by which people get into the account, nor loosen its own boundary.

    A role that may write IAM policies can give itself more. Where pipelines must not be able to, give it a
    `permissions_boundary`, or set `manages_itself` to False: then its own changes are deployed with another role, such as
    ``OrganizationAccountAccessRole``.

    Where it deploys the stack that it is in, let all else in the stack depend on its policies' attachments: a new type's
    permissions then come before what they are for. It changes its policies with the first of them, whatever else it may.

    Children: ``Policy1``, ``Policy2`` … (as many managed policies as its permissions need), ``Role`` (a
    `CrossAccountRoleConstruct`).

    Args:
        scope: A stack of the account that `access` names, or a construct in it.
        id_: The construct's id.
        access: Who may assume it: the CI role, with organization id and external id. Hand the same value to the CI role.
        types: The resource types (``aws_vpc``) and data sources (``data.aws_ami``) that it deploys.
        constructs: Constructs or stacks whose types it deploys, too, as far as they are made; see `resource_types`.
        listed: Actions that types need which the library does not list, by type.
        extra: Further statements.
        read_only: Whether it plans only; no unless told otherwise.
        manages_itself: Whether it may change itself and its policies; yes unless told otherwise.
        kept_roles: Names (with path; ``*`` for anything) of roles that it may not change.
        permissions_boundary: ARN of a policy that bounds the role; none unless told otherwise.
        max_session_duration: How long a session lasts at most, 3600 to 43200 seconds.
        provider: The account; the stack's default provider unless told otherwise.

    Raises:
        InvalidValueError: If there is no type, a type is unknown, no action is named after it, or they need more policies than a role can have.

    Example:
        >>> ExecutionRoleConstruct(stack, "execution-role", access=access, types=["aws_vpc", "aws_subnet"])
        >>> ExecutionRoleConstruct(stack, "network-role", access=network_access, constructs=[vpc, share])

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        access: CrossAccountAccess,
        types: Collection[str] = (),
        constructs: Sequence[Construct] = (),
        listed: Mapping[str, Collection[str]] | None = None,
        extra: Sequence[Statement] = (),
        read_only: bool = False,
        manages_itself: bool = True,
        kept_roles: Sequence[str] = ("OrganizationAccountAccessRole", "aws-reserved/*"),
        permissions_boundary: str | None = None,
        max_session_duration: int = 3600,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        types = {*types, *resource_types(*constructs)}
        if not types:
            raise InvalidValueError(
                "types", [], expected="the resource types that the role deploys, or constructs of them"
            )
        permissions = Permissions.of(sorted(types), listed=listed or {})
        if permissions.derived:
            warn(
                self,
                f"What {access.role_name} needs for {', '.join(sorted(permissions.derived))} is derived from AWS's list of "
                "actions. Review its policies, and list the actions with `listed` to say that you have.",
            )
        denied = _denials(access, kept_roles, permissions_boundary, manages_itself=manages_itself)
        documents = (
            permissions.reading(extra=extra)
            if read_only
            else permissions.documents(partition=access.partition, extra=[*extra, *denied])
        )
        policies = [
            IamPolicy(
                self,
                f"Policy{number}",
                name=f"{access.role_name}-{number}",
                description="Plans" if read_only else "Deploys",
                policy=policy_text(self, document, PolicyKind.IDENTITY, f"{access.role_name}-{number}"),
                provider=provider,
            )
            for number, document in enumerate(documents, start=1)
        ]
        self._role = CrossAccountRoleConstruct(
            self,
            "Role",
            access=access,
            managed_policies={f"policy-{number}": policy.arn for number, policy in enumerate(policies, start=1)},
            permissions_boundary=permissions_boundary,
            max_session_duration=max_session_duration,
            description=f"Terraform {'plans' if read_only else 'deploys'} this account",
            provider=provider,
        )

    @property
    def role_arn(self) -> str:
        """The role's ARN."""
        return self._role.role_arn

    @property
    def role_name(self) -> str:
        """The role's name."""
        return self._role.role_name


def _denials(
    access: CrossAccountAccess, kept_roles: Sequence[str], boundary: str | None, *, manages_itself: bool
) -> list[Statement]:
    iam = f"arn:{access.partition}:iam::{access.account_id}"
    found = []
    if kept_roles:
        found.append(deny(_ROLE_CHANGES, [f"{iam}:role/{name}" for name in kept_roles]))
    if boundary:
        found.append(deny(_POLICY_CHANGES, boundary))
        found.append(deny(("iam:DeleteRolePermissionsBoundary", "iam:PutRolePermissionsBoundary"), access.role_arn))
    if not manages_itself:
        found.append(deny(_ROLE_CHANGES, access.role_arn))
        found.append(deny(_POLICY_CHANGES, f"{iam}:policy/{access.role_name}-*"))
    return found
