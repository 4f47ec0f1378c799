"""Who administers services for the organization, as far as a service has a registration of its own."""

from collections.abc import Mapping
from typing import Final

from config.capabilities.capability import (
    FREE,
    AccountInput,
    Capability,
    Part,
)

OWN_REGISTRATION: Final[Mapping[str, str]] = {
    "cloudtrail.amazonaws.com": "cloudtrail",
    "detective.amazonaws.com": "detective",
    "guardduty.amazonaws.com": "guardduty",
    "inspector2.amazonaws.com": "inspector",
    "ipam.amazonaws.com": "ipam",
    "macie.amazonaws.com": "macie",
    "securityhub.amazonaws.com": "securityhub",
}
"""Services that register their administrator themselves, and tell Organizations. The others are registered there."""


def _registered(inputs: AccountInput) -> dict[str, list[str]] | None:
    """By account, the services that it administers and that register it themselves."""
    found: dict[str, list[str]] = {}
    for principal, account in inputs.organization.delegated_administrators.items():
        if principal in OWN_REGISTRATION:
            found.setdefault(account.slug, []).append(OWN_REGISTRATION[principal])
    return found or None


DELEGATED_ADMINISTRATORS: Final = Capability(
    key="delegated_administrators",
    parts=(
        Part(
            name="delegated_administrators",
            build="stacks.capabilities.delegated_administrators:add",
            value=_registered,
            types=frozenset(
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
            cost=FREE,
            whose="management",
        ),
    ),
)
