"""A person in IAM Identity Center's own directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.identitystore_user import (
    IdentitystoreUser,
    IdentitystoreUserEmails,
    IdentitystoreUserName,
)
from constructs import Construct

from constructs_lib.typed import typed
from constructs_lib.validation import require_match, require_quota

if TYPE_CHECKING:
    from cdktf import TerraformProvider


@typed
class IdentityUserConstruct(Construct):
    """A user, where no other directory provides the users.

    The password is not Terraform's: the user gets it by mail, from Identity Center.

    Children: ``Resource``.

    Args:
        scope: Where the user is kept.
        id_: The construct's id.
        identity_store_id: The directory of the Identity Center instance.
        user_name: The name to sign in with.
        given_name: The person's given name.
        family_name: The person's family name.
        email: The person's address.
        provider: Account and region of Identity Center. Default: the stack's provider.

    Raises:
        InvalidValueError: If a name is empty or too long, or the address is none.

    Example:
        >>> IdentityUserConstruct(
        ...     stack, "Ada", identity_store_id=store_id, user_name="ada", given_name="Ada", family_name="Lovelace",
        ...     email="ada@example.com",
        ... )

    Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/users-groups-provisioning.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        identity_store_id: str,
        user_name: str,
        given_name: str,
        family_name: str,
        email: str,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_quota("user_name", user_name, "identity.user-name")
        require_quota("given_name", given_name, "identity.text")
        require_quota("family_name", family_name, "identity.text")
        require_quota("given_name and family_name", f"{given_name} {family_name}", "identity.text")
        require_match("email", email, r"[^@\s]+@[^@\s]+\.[^@\s]+", expected="an e-mail address")
        self._user = IdentitystoreUser(
            self,
            "Resource",
            identity_store_id=identity_store_id,
            user_name=user_name,
            display_name=f"{given_name} {family_name}",
            name=IdentitystoreUserName(given_name=given_name, family_name=family_name),
            emails=IdentitystoreUserEmails(value=email, primary=True, type="work"),
            provider=provider,
        )

    @property
    def user_id(self) -> str:
        """The user's id in the directory."""
        return self._user.user_id
