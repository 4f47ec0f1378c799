"""Whether portfolios can be shared in an organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.servicecatalog_organizations_access import ServicecatalogOrganizationsAccess
from constructs import Construct

from constructs_lib.typed import typed

if TYPE_CHECKING:
    from cdktf import ITerraformDependable, TerraformProvider


@typed
class CatalogSharingConstruct(Construct):
    """Lets Service Catalog share portfolios with the organization's OUs and accounts. For the management account.

    Children: ``Resource``.

    Args:
        scope: A stack of the management account.
        id_: The construct's id.
        provider: Account and region. Default: the stack's provider.

    Example:
        >>> CatalogSharingConstruct(stack, "CatalogSharing")

    Source: https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_sharing_how-to-share.html
    """

    def __init__(self, scope: Construct, id_: str, *, provider: TerraformProvider | None = None) -> None:
        super().__init__(scope, id_)
        self._access = ServicecatalogOrganizationsAccess(self, "Resource", enabled=True, provider=provider)

    @property
    def access(self) -> ITerraformDependable:
        """What shares wait for."""
        return self._access
