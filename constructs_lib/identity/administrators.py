"""The people who can always get in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.identity.account_assignments import AccountAssignmentsConstruct
from constructs_lib.identity.group import IdentityGroupConstruct
from constructs_lib.identity.permission_set import PermissionSetConstruct
from constructs_lib.typed import typed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider


@typed
class IdentityAdministratorsConstruct(Construct):
    """A group that administers accounts, and that is never empty.

    There is always somebody in it, or the stack does not synthesize; Terraform refuses to destroy the permission set, the
    group and the assignments, so that nothing that forces a replacement locks everybody out.

    Children: ``PermissionSet``, ``Group`` (unless it comes from another directory), ``Assignments``.

    Args:
        scope: Where all of it is kept.
        id_: The construct's id.
        instance_arn: The Identity Center instance.
        identity_store_id: Its directory.
        accounts: Slug to id of the accounts that the group administers.
        members: Slug to id of the administrators.
        group_id: A group that another directory provides (SCIM), which then says who is in it. Default: the group is made
            here, of `members`.
        name: Name of the permission set and the group. Default: ``Administrators``.
        session_hours: How long a session lasts, 1 to 12 hours. Default: 1.
        partition: ``aws`` or ``aws-us-gov``.
        provider: Account and region of Identity Center. Default: the stack's provider.

    Raises:
        InvalidValueError: If there would be no administrator, or members are given for a group of another directory.

    Example:
        >>> IdentityAdministratorsConstruct(
        ...     stack, "Administrators", instance_arn=instance_arn, identity_store_id=store_id,
        ...     members={"ada": ada.user_id, "grace": grace.user_id}, accounts={"management": "111111111111"},
        ... )

    Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        instance_arn: str,
        identity_store_id: str,
        accounts: Mapping[str, str],
        members: Mapping[str, str] | None = None,
        group_id: str | None = None,
        name: str = "Administrators",
        session_hours: int = 1,
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        if not members and group_id is None:
            raise InvalidValueError(
                "members",
                dict(members or {}),
                expected="at least one administrator",
                cure="Add the new administrator before you take out the last one.",
            )
        if members and group_id is not None:
            raise InvalidValueError("members", dict(members), expected="none for a group of another directory")
        self._set = PermissionSetConstruct(
            self,
            "PermissionSet",
            instance_arn=instance_arn,
            name=name,
            description="Everything, for those who must always get in",
            session_hours=session_hours,
            managed_policies={"administrator-access": f"arn:{partition}:iam::aws:policy/AdministratorAccess"},
            protected=True,
            provider=provider,
        )
        self._group_id = group_id or self._make_group(identity_store_id, name, members or {}, provider)
        AccountAssignmentsConstruct(
            self,
            "Assignments",
            permission_set=self._set,
            groups={"administrators": self._group_id},
            accounts=accounts,
            protected=True,
            provider=provider,
        )

    @property
    def group_id(self) -> str:
        """The id of the administrators' group."""
        return self._group_id

    @property
    def permission_set_arn(self) -> str:
        """The ARN of their permission set."""
        return self._set.permission_set_arn

    def _make_group(
        self, identity_store_id: str, name: str, members: Mapping[str, str], provider: TerraformProvider | None
    ) -> str:
        return IdentityGroupConstruct(
            self,
            "Group",
            identity_store_id=identity_store_id,
            name=name,
            description="Can always get in",
            members=members,
            protected=True,
            provider=provider,
        ).group_id
