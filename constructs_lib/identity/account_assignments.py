"""Who may do what in which account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.ssoadmin_account_assignment import SsoadminAccountAssignment
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider

    from constructs_lib.identity.permission_set import PermissionSetConstruct


@typed
class AccountAssignmentsConstruct(Construct):
    """Gives groups, and users if need be, a permission set in accounts: each of them in each account.

    Children: ``group-<group>-<account>`` and ``user-<user>-<account>``.

    Args:
        scope: Where the assignments are kept.
        id_: The construct's id.
        permission_set: What they may do.
        accounts: Slug to id of the accounts.
        groups: Slug to id of the groups. Default: none.
        users: Slug to id of users without a group; rather make a group. Default: none.
        protected: Whether Terraform refuses to destroy the assignments. Default: no.
        provider: Account and region of Identity Center. Default: the stack's provider.

    Raises:
        InvalidValueError: If there is no account, or nobody, or a slug or id is malformed.

    Example:
        >>> AccountAssignmentsConstruct(
        ...     stack, "Developers", permission_set=developer, groups={"developers": developers.group_id},
        ...     accounts={"development": "555555555555"},
        ... )

    Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/assignusers.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        permission_set: PermissionSetConstruct,
        accounts: Mapping[str, str],
        groups: Mapping[str, str] | None = None,
        users: Mapping[str, str] | None = None,
        protected: bool = False,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        principals = [("group", slug, found) for slug, found in sorted((groups or {}).items())]
        principals += [("user", slug, found) for slug, found in sorted((users or {}).items())]
        if not accounts:
            raise InvalidValueError("accounts", dict(accounts), expected="at least one account")
        if not principals:
            raise InvalidValueError("groups", dict(groups or {}), expected="at least one group or user")
        for kind, slug, principal_id in principals:
            require_slug(f"{kind}s", slug)
            for account, account_id in sorted(accounts.items()):
                SsoadminAccountAssignment(
                    self,
                    f"{kind}-{slug}-{require_slug('accounts', account)}",
                    instance_arn=permission_set.instance_arn,
                    permission_set_arn=permission_set.permission_set_arn,
                    principal_type=kind.upper(),
                    principal_id=principal_id,
                    target_type="AWS_ACCOUNT",
                    target_id=require_account_id(f"accounts[{account!r}]", account_id),
                    # A permission set gets its policies one by one: assigned too early, people would sign in without them.
                    depends_on=permission_set.policies,
                    lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if protected else None,
                    provider=provider,
                )
