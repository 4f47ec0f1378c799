"""Macie in all accounts of the organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.macie2_account import Macie2Account
from cdktf_cdktf_provider_aws.macie2_member import Macie2Member
from cdktf_cdktf_provider_aws.macie2_organization_configuration import Macie2OrganizationConfiguration
from constructs import Construct

from constructs_lib.security.member import Member, require_members
from constructs_lib.typed import typed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import ITerraformDependable, TerraformProvider

__all__ = ["MacieOrganizationConstruct", "Member"]


@typed
class MacieOrganizationConstruct(Construct):
    """Macie looks for sensitive data in the organization's buckets, in one region. For Macie's delegated administrator.

    New accounts are enrolled by themselves, those that exist are listed.

    Children: ``Account`` (unless Macie is on already), ``Resource`` (the organization's configuration), ``member-<slug>``
    per account.

    Args:
        scope: Where the configuration is kept.
        id_: The construct's id.
        members: Slug to the accounts that exist already, the administrator's own left out. Default: none.
        already_enabled: Whether Macie is on in the account. Making it the administrator switched it on, so after
            `ServiceAdministratorsConstruct` the answer is yes. Default: it is switched on here.
        provider: The administrator's account, in the region meant. Default: the stack's provider.

    Raises:
        InvalidValueError: If a slug or an account id is malformed.

    Example:
        >>> MacieOrganizationConstruct(stack, "Macie", members={"production": Member("333333333333", "aws@example.com")})

    Source: https://docs.aws.amazon.com/macie/latest/user/accounts-mgmt-ao.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        members: Mapping[str, Member] | None = None,
        already_enabled: bool = False,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        needed: list[ITerraformDependable] = []
        if not already_enabled:
            needed.append(Macie2Account(self, "Account", status="ENABLED", provider=provider))
        configuration = Macie2OrganizationConfiguration(
            self, "Resource", auto_enable=True, depends_on=needed or None, provider=provider
        )
        for slug, member in require_members(members or {}):
            Macie2Member(
                self,
                f"member-{slug}",
                account_id=member.account_id,
                email=member.email,
                depends_on=[configuration],
                provider=provider,
            )
