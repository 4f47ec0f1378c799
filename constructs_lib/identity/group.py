"""People who are let in together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.identitystore_group import IdentitystoreGroup
from cdktf_cdktf_provider_aws.identitystore_group_membership import IdentitystoreGroupMembership
from constructs import Construct

from constructs_lib.typed import typed
from constructs_lib.validation import require_quota, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider


@typed
class IdentityGroupConstruct(Construct):
    """A group of IAM Identity Center's own directory, and who is in it.

    Children: ``Resource``, ``member-<slug>`` per member.

    Args:
        scope: Where the group is kept.
        id_: The construct's id.
        identity_store_id: The directory of the Identity Center instance.
        name: The group's name.
        description: What it is for. Default: none.
        members: Slug to user id (`IdentityUserConstruct.user_id`). Default: nobody.
        protected: Whether Terraform refuses to destroy the group. Default: no.
        provider: Account and region of Identity Center. Default: the stack's provider.

    Raises:
        InvalidValueError: If the name is empty or too long, or a slug is malformed.

    Example:
        >>> IdentityGroupConstruct(
        ...     stack, "Developers", identity_store_id=store_id, name="Developers", members={"ada": ada.user_id},
        ... )

    Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/users-groups-provisioning.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        identity_store_id: str,
        name: str,
        description: str | None = None,
        members: Mapping[str, str] | None = None,
        protected: bool = False,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_quota("name", name, "identity.text")
        if description:
            require_quota("description", description, "identity.text")
        self._group = IdentitystoreGroup(
            self,
            "Resource",
            identity_store_id=identity_store_id,
            display_name=name,
            description=description,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if protected else None,
            provider=provider,
        )
        for slug, user_id in sorted((members or {}).items()):
            IdentitystoreGroupMembership(
                self,
                f"member-{require_slug('members', slug)}",
                identity_store_id=identity_store_id,
                group_id=self._group.group_id,
                member_id=user_id,
                provider=provider,
            )

    @property
    def group_id(self) -> str:
        """The group's id in the directory."""
        return self._group.group_id
