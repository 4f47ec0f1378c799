"""CloudTrail: the organization's delegated administrator."""

from __future__ import annotations

from estate.local.delegation import Administrators
from estate.local.extension import Answer, Call, Extension

extension = Extension("cloudtrail")

_administrators = Administrators("cloudtrail.amazonaws.com")


@extension.answers("RegisterOrganizationDelegatedAdmin")
def register_organization_delegated_admin(call: Call) -> Answer:
    """Make an account the organization's administrator for trails."""
    _administrators.enable(call, call["MemberAccountId"])
    return {}


@extension.answers("DeregisterOrganizationDelegatedAdmin")
def deregister_organization_delegated_admin(call: Call) -> Answer:
    """Take the administration back."""
    _administrators.disable(call, call["DelegatedAdminAccountId"])
    return {}
