"""Macie: the organization's administrator and its settings; moto has the session and members by invitation."""

from __future__ import annotations

from estate.local.delegation import Administrators
from estate.local.extension import Answer, Call, Extension, Shelf

extension = Extension("macie2")

_administrators = Administrators("macie.amazonaws.com")
_auto_enable = Shelf[dict[str, bool]](dict)


@extension.answers("EnableOrganizationAdminAccount")
def enable_organization_admin_account(call: Call) -> Answer:
    """Make an account the organization's administrator."""
    _administrators.enable(call, call["adminAccountId"])
    return {}


@extension.answers("DisableOrganizationAdminAccount")
def disable_organization_admin_account(call: Call) -> Answer:
    """Take the administration back."""
    _administrators.disable(call, call["adminAccountId"])
    return {}


@extension.answers("ListOrganizationAdminAccounts")
def list_organization_admin_accounts(call: Call) -> Answer:
    """List the administrator."""
    return {"adminAccounts": [{"accountId": one, "status": "ENABLED"} for one in _administrators.of(call)]}


@extension.answers("UpdateOrganizationConfiguration")
def update_organization_configuration(call: Call) -> Answer:
    """Set whether new accounts get Macie."""
    _administrators.require(call, "AccessDeniedException")
    _auto_enable(call)["value"] = call["autoEnable"]
    return {}


@extension.answers("DescribeOrganizationConfiguration")
def describe_organization_configuration(call: Call) -> Answer:
    """Say whether new accounts get Macie."""
    _administrators.require(call, "AccessDeniedException")
    return {"autoEnable": _auto_enable(call).get("value", False), "maxAccountLimitReached": False}
