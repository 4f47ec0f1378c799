"""Who administers services for the organization, as far as a service has a registration of its own."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from config.nodes import Account, Organization
from constructs_lib.security.service_administrators import (
    GLOBAL_SERVICES,
    AdministeredService,
    ServiceAdministratorsConstruct,
)
from stacks.capabilities.capability import Capability

if TYPE_CHECKING:
    from stacks.management import ManagementStack

OWN_REGISTRATION: Final[Mapping[str, AdministeredService]] = {
    "cloudtrail.amazonaws.com": "cloudtrail",
    "detective.amazonaws.com": "detective",
    "guardduty.amazonaws.com": "guardduty",
    "inspector2.amazonaws.com": "inspector",
    "ipam.amazonaws.com": "ipam",
    "macie.amazonaws.com": "macie",
    "securityhub.amazonaws.com": "securityhub",
}
"""Services that register their administrator themselves, and tell Organizations. The others are registered there."""


def _add(stack: "ManagementStack") -> None:
    """Register each administrator once, or in every governed region, as the service wants it."""
    organization = stack.organization
    for slug, services in _administrators(organization).items():
        account_id = stack.account_id(slug)  # never from the lock: what is made here comes after the account
        regional = [service for service in services if service not in GLOBAL_SERVICES]
        for region in organization.governed_regions:
            here = services if region == organization.home_region else regional
            if here:
                ServiceAdministratorsConstruct(
                    stack,
                    f"administrator-{slug}-{region}",
                    account_id=account_id,
                    services=here,
                    provider=stack.provider(region),
                )


def _administrators(organization: Organization) -> dict[str, list[AdministeredService]]:
    found: dict[str, list[AdministeredService]] = {}
    for principal, account in organization.delegated_administrators.items():
        if principal in OWN_REGISTRATION:
            found.setdefault(account.slug, []).append(OWN_REGISTRATION[principal])
    return found


def _has(organization: Organization, _account: Account) -> bool:
    return bool(_administrators(organization))


DELEGATION = Capability(
    "delegated_administrators",
    _has,
    _add,
    frozenset(
        {
            "aws_cloudtrail_organization_delegated_admin_account",
            "aws_detective_organization_admin_account",
            "aws_guardduty_organization_admin_account",
            "aws_inspector2_delegated_admin_account",
            "aws_macie2_organization_admin_account",
            "aws_securityhub_organization_admin_account",
            "aws_vpc_ipam_organization_admin_account",
        }
    ),
)
