"""Inspector: the organization's administrator, known to Organizations too. moto has the rest."""

from __future__ import annotations

from estate.local.delegation import Administrators
from estate.local.extension import Answer, Call, Extension

extension = Extension("inspector2")

_administrators = Administrators("inspector2.amazonaws.com")


@extension.answers("EnableDelegatedAdminAccount")
def enable_delegated_admin_account(call: Call) -> Answer:
    """Make an account the organization's administrator."""
    _administrators.enable(call, call["delegatedAdminAccountId"])
    return {"delegatedAdminAccountId": call["delegatedAdminAccountId"]}


@extension.answers("DisableDelegatedAdminAccount")
def disable_delegated_admin_account(call: Call) -> Answer:
    """Take the administration back."""
    _administrators.disable(call, call["delegatedAdminAccountId"])
    return {"delegatedAdminAccountId": call["delegatedAdminAccountId"]}


@extension.answers("ListDelegatedAdminAccounts")
def list_delegated_admin_accounts(call: Call) -> Answer:
    """List the administrator."""
    return {"delegatedAdminAccounts": [{"accountId": one, "status": "ENABLED"} for one in _administrators.of(call)]}


@extension.answers("GetDelegatedAdminAccount")
def get_delegated_admin_account(call: Call) -> Answer:
    """Show the administrator."""
    administrators = _administrators.of(call)
    if not administrators:
        return {}
    return {"delegatedAdmin": {"accountId": administrators[0], "relationshipStatus": "ENABLED"}}
