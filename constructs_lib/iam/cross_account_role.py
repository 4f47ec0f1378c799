"""A role that another account may assume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policy_text import policy_text, warn
from constructs_lib.typed import typed
from constructs_lib.validation import require_match, require_quota, require_session_duration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider

    from constructs_lib.iam.access import CrossAccountAccess
    from constructs_lib.policies.document import PolicyDocument

_POLICY_ARN = r"arn:aws[a-z-]*:iam::(aws|[0-9]{12}):policy/\S+"
_ADMINISTRATOR = ":iam::aws:policy/AdministratorAccess"


@typed
class CrossAccountRoleConstruct(Construct):
    """A role that the declared accounts and identities may assume, with as few permissions as it needs.

    Children: ``Resource`` (the role), ``permissions`` (its own policy), and an attachment per managed policy, named by its
    key.

    Args:
        scope: A stack of the account that `access` names, or a construct in it.
        id_: The construct's id.
        access: Who may assume it. Hand the same value to `AssumeRolePermissionConstruct` on the other side.
        permissions: What the role may do. Default: only what `managed_policies` permit.
        managed_policies: A stable key to the ARN of a managed policy: ``{"read-only": "arn:aws:iam::aws:policy/…"}``.
            ``AdministratorAccess`` is possible here, and warned about. Default: none.
        permissions_boundary: The ARN of a policy that says what the role may at most do. Default: none.
        max_session_duration: How long a session lasts at most, 3600 to 43200 seconds.
        description: At most 1000 characters. Default: none.
        tags: Tags of the role, beside the provider's default tags.
        provider: The account; the stack's default provider unless told otherwise.

    Raises:
        InvalidValueError: If the role may do nothing, its own permissions permit everything, or AWS would refuse a value.
        InvalidPolicyError: If AWS would refuse the permissions or the trust.

    Example:
        >>> CrossAccountRoleConstruct(
        ...     stack, "execution-role",
        ...     access=CrossAccountAccess(
        ...         account_id="444455556666", trusted_accounts=("111122223333",), external_id="estate",
        ...     ),
        ...     permissions=PolicyDocument.of(allow("s3:*", "arn:aws:s3:::acme-*")),
        ... )

    Source:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_aws-accounts.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        access: CrossAccountAccess,
        permissions: PolicyDocument | None = None,
        managed_policies: Mapping[str, str] | None = None,
        permissions_boundary: str | None = None,
        max_session_duration: int = 3600,
        description: str | None = None,
        tags: Mapping[str, str] | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        managed = dict(managed_policies or {})
        self._refuse_odd_permissions(permissions, managed)
        self._role = IamRole(
            self,
            "Resource",
            name=access.role_name,
            description=require_quota("description", description, "role.description") if description else None,
            assume_role_policy=policy_text(self, access.trust, PolicyKind.TRUST, access.role_name),
            max_session_duration=require_session_duration("max_session_duration", max_session_duration),
            permissions_boundary=permissions_boundary,
            tags=tags or None,
            provider=provider,
        )
        name = self._role.name  # asked for once: each time is a call to the JavaScript kernel
        if permissions is not None:
            IamRolePolicy(
                self,
                "permissions",
                name="permissions",
                role=name,
                policy=policy_text(self, permissions, PolicyKind.INLINE, access.role_name),
                provider=provider,
            )
        for key, arn in managed.items():
            IamRolePolicyAttachment(self, key, role=name, policy_arn=arn, provider=provider)
        self._warn(access, managed, bounded=permissions_boundary is not None)

    @property
    def role_arn(self) -> str:
        """The role's ARN."""
        return self._role.arn

    @property
    def role_name(self) -> str:
        """The role's name."""
        return self._role.name

    def _refuse_odd_permissions(self, permissions: PolicyDocument | None, managed: Mapping[str, str]) -> None:
        for key, arn in managed.items():
            require_match(f"managed_policies[{key!r}]", arn, _POLICY_ARN, expected="the ARN of a managed policy")
        if permissions is None and not managed:
            raise InvalidValueError("permissions", None, expected="a policy document, or managed_policies")
        for statement in permissions.statements if permissions else ():
            if statement.effect == "Allow" and "*" in statement.actions and "*" in statement.resources:
                raise InvalidValueError(
                    "permissions",
                    statement.to_dict(),
                    expected="the actions and resources that the role needs, not all of them",
                    cure="If an administrator is meant, say so: managed_policies={'administrator': "
                    "'arn:aws:iam::aws:policy/AdministratorAccess'}.",
                )

    def _warn(self, access: CrossAccountAccess, managed: Mapping[str, str], *, bounded: bool) -> None:
        if access.unconditional:
            warn(
                self,
                f"{access.role_name}: every identity that {', '.join(access.trusted_accounts)} permits to may assume it. "
                "Set external_id or organization_id, or trust single roles by trusted_arns.",
            )
        if any(arn.endswith(_ADMINISTRATOR) for arn in managed.values()):
            is_what = "is an administrator of" if not bounded else "may do all that its permissions_boundary permits in"
            bound = "" if bounded else ", and no permissions_boundary limits it"
            warn(
                self,
                f"{access.role_name} {is_what} account {access.account_id}{bound}. "
                "Give it the permissions that it needs as permissions=PolicyDocument(…).",
            )
