"""Delegated administrators: one account administers a service for the whole organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.organizations.models import organizations_backends

from estate.local.answers import AwsError
from estate.local.extension import Call, Shelf
from estate.local.membership import organization_of

if TYPE_CHECKING:
    from moto.organizations.models import OrganizationsBackend


class Administrators:
    """The administrators of one service, in each region, as Organizations knows them too.

    Args:
        principal: The service's principal, such as `guardduty.amazonaws.com`.
    """

    def __init__(self, principal: str) -> None:
        self._principal = principal
        self._by_region = Shelf[list[str]](list)

    def of(self, call: Call) -> list[str]:
        """Return the administrators for the caller's organization, in the call's region."""
        organization = organization_of(call.account_id, call.partition)
        return self._by_region.of(organization.account_id, call.region) if organization else []

    def enable(self, call: Call, account_id: str) -> None:
        """Make an account the administrator. Only the management account can, and only one of its members.

        Raises:
            AwsError: if the caller is not the management account, or the account is not a member.
        """
        organization = management(call)
        if account_id not in {account.id for account in organization.accounts}:
            raise AwsError("BadRequestException", f"The account {account_id} is not a member of the organization.")
        administrators = self.of(call)
        if administrators and administrators != [account_id]:
            raise AwsError("BadRequestException", f"{administrators[0]} is the administrator already.")
        administrators[:] = [account_id]
        registered = {admin.account.id: admin for admin in organization.admins}
        known = account_id in registered and self._principal in registered[account_id].services
        if account_id != organization.account_id and not known:
            organization.register_delegated_administrator(AccountId=account_id, ServicePrincipal=self._principal)

    def disable(self, call: Call, account_id: str) -> None:
        """End an account's administration in the call's region, and in Organizations where it was the last region."""
        organization = management(call)
        administrators = self.of(call)
        if account_id not in administrators:
            raise AwsError("BadRequestException", f"{account_id} is not the administrator.")
        administrators.clear()
        elsewhere = [
            found
            for owner, _, found in self._by_region.each()
            if owner == organization.account_id and account_id in found
        ]
        registered = next((admin for admin in organization.admins if admin.account.id == account_id), None)
        if not elsewhere and registered and self._principal in registered.services:
            organization.deregister_delegated_administrator(AccountId=account_id, ServicePrincipal=self._principal)

    def require(self, call: Call, code: str) -> OrganizationsBackend:
        """Return the organization that the caller administers the service for.

        Raises:
            AwsError: with this code, if the caller is not the administrator.
        """
        organization = organization_of(call.account_id, call.partition)
        registered = organization and any(
            admin.account.id == call.account_id and self._principal in admin.services for admin in organization.admins
        )
        if organization is None or not (call.account_id in self.of(call) or registered):
            raise AwsError(code, f"Account {call.account_id} is not an administrator for this organization")
        return organization


def shared_account(call: Call, principal: str) -> str:
    """Return the management account for a delegated administrator of a service that is in that account, else the caller's.

    Args:
        call: The call.
        principal: The service's principal, such as `sso.amazonaws.com`.
    """
    account_id = call.caller.account_id
    organization = organization_of(account_id, call.partition)
    if organization and any(one.account.id == account_id and principal in one.services for one in organization.admins):
        return str(organization.account_id)
    return account_id


def management(call: Call) -> OrganizationsBackend:
    """Return the organization whose management account is calling.

    Raises:
        AwsError: if the caller is not in its organization's management account.
    """
    organization = organizations_backends[call.account_id][call.partition]
    if organization.org is None:
        raise AwsError("AccessDeniedException", "Only the organization's management account can do this.", status=403)
    return organization
