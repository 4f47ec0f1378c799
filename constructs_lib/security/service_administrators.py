"""The management account hands security services over to another account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cdktf_cdktf_provider_aws.cloudtrail_organization_delegated_admin_account import (
    CloudtrailOrganizationDelegatedAdminAccount,
)
from cdktf_cdktf_provider_aws.detective_organization_admin_account import DetectiveOrganizationAdminAccount
from cdktf_cdktf_provider_aws.guardduty_organization_admin_account import GuarddutyOrganizationAdminAccount
from cdktf_cdktf_provider_aws.inspector2_delegated_admin_account import Inspector2DelegatedAdminAccount
from cdktf_cdktf_provider_aws.macie2_organization_admin_account import Macie2OrganizationAdminAccount
from cdktf_cdktf_provider_aws.securityhub_organization_admin_account import SecurityhubOrganizationAdminAccount
from cdktf_cdktf_provider_aws.vpc_ipam_organization_admin_account import VpcIpamOrganizationAdminAccount
from constructs import Construct

from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cdktf import TerraformProvider

AdministeredService = Literal["cloudtrail", "detective", "guardduty", "inspector", "ipam", "macie", "securityhub"]

GLOBAL_SERVICES: tuple[AdministeredService, ...] = ("cloudtrail", "ipam")
"""Services that are handed over once; `ServiceAdministratorsConstruct` is needed once for them."""
REGIONAL_SERVICES: tuple[AdministeredService, ...] = ("detective", "guardduty", "inspector", "macie", "securityhub")
"""Services that are handed over in each region by itself."""

_MAKE: dict[str, Callable[[Construct, str, TerraformProvider | None], object]] = {
    "cloudtrail": lambda scope, account, provider: CloudtrailOrganizationDelegatedAdminAccount(
        scope, "cloudtrail", account_id=account, provider=provider
    ),
    "detective": lambda scope, account, provider: DetectiveOrganizationAdminAccount(
        scope, "detective", account_id=account, provider=provider
    ),
    "guardduty": lambda scope, account, provider: GuarddutyOrganizationAdminAccount(
        scope, "guardduty", admin_account_id=account, provider=provider
    ),
    "inspector": lambda scope, account, provider: Inspector2DelegatedAdminAccount(
        scope, "inspector", account_id=account, provider=provider
    ),
    "ipam": lambda scope, account, provider: VpcIpamOrganizationAdminAccount(
        scope, "ipam", delegated_admin_account_id=account, provider=provider
    ),
    "macie": lambda scope, account, provider: Macie2OrganizationAdminAccount(
        scope, "macie", admin_account_id=account, provider=provider
    ),
    "securityhub": lambda scope, account, provider: SecurityhubOrganizationAdminAccount(
        scope, "securityhub", admin_account_id=account, provider=provider
    ),
}


@typed
class ServiceAdministratorsConstruct(Construct):
    """Makes an account the administrator of services that have a registration of their own. For the management account.

    The other services are registered with Organizations alone (`OrganizationStack`'s ``delegated_administrators``).
    Registering an account switches GuardDuty, Security Hub, Macie and Detective on in it.

    Children: one per service, named like the service.

    Args:
        scope: Where the registration is kept: a stack of the management account.
        id_: The construct's id.
        account_id: The account that will administer the services, usually the security account.
        services: ``cloudtrail`` and ``ipam`` (once for all regions), ``detective``, ``guardduty``, ``inspector``,
            ``macie`` and ``securityhub`` (each region by itself).
        provider: The management account, in the region meant. Default: the stack's provider.

    Raises:
        InvalidValueError: If a service is unknown or the account id malformed.

    Example:
        >>> ServiceAdministratorsConstruct(
        ...     stack, "Administrators-eu-west-1", account_id="222222222222", services=["guardduty"], provider=ireland,
        ... )

    Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_delegated_admin.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        account_id: str,
        services: Iterable[AdministeredService],
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_account_id("account_id", account_id)
        for service in sorted({require_one_of("services", service, _MAKE) for service in services}):
            _MAKE[service](self, account_id, provider)
