"""Which stacks a change of the configuration may change, without building any."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from config.nodes import Account, Organization


def changed_stacks(before: Organization, after: Organization) -> tuple[str, ...]:
    """The stacks that are new, or made from something that has changed. None is left out; some may turn out the same.

    `estate plan --changed` compares what is synthesized, which takes longer and is exact.
    """
    was, now = _Inputs(before), _Inputs(after)
    return tuple(
        slug
        for slug in sorted(after.accounts)
        if slug not in before.accounts or was.of(before.accounts[slug]) != now.of(after.accounts[slug])
    )


class _Inputs:
    """What each stack is made from."""

    def __init__(self, organization: Organization) -> None:
        self._organization = organization
        self._common = self._of_all()
        self._ids = tuple((account.slug, account.id) for account in organization.accounts.values())

    def of(self, account: Account) -> tuple[Any, ...]:
        """Everything that may show in an account's stack."""
        if account is self._organization.management:
            return (*self._common, *self._of_management())
        # Accounts with a purpose serve the others, and may list them.
        serves = (
            () if account.purpose == "workload" else (self._ids, tuple(self._organization.delegated_administrators))
        )
        return (*self._common, *_of_account(account), serves, *self._between(account))

    def _of_all(self) -> tuple[Any, ...]:
        organization = self._organization
        lock, settings = organization.lock, [account.settings for account in organization.accounts.values()]
        # The execution role is the same in all accounts: permitted what any of their stacks makes.
        kinds = sorted({name for each in settings for name, value in each if value is not None})
        names = [each.name for each in fields(organization) if each.name not in _OWN]
        return (
            *(repr(getattr(organization, name)) for name in names),
            lock and (lock.organization_id, lock.root_id, lock.management_account_id),
            kinds,
            bool(organization.identity_center),
            bool(organization.roles),
            bool(organization.shares),
        )

    def _of_management(self) -> Iterator[Any]:
        organization = self._organization
        for unit in organization.units.values():
            yield unit.path, unit.name, dict(unit.tags)
        for account in organization.accounts.values():
            yield (
                account.slug,
                account.name,
                account.email,
                account.id,
                account.unit and account.unit.path,
                dict(account.tags),
            )
        for policy in organization.policies.values():
            targets = tuple(node.selector for node in policy.targets)
            yield policy.slug, policy.name, policy.type, policy.description, policy.content, targets
        yield organization.trusted_services, organization.policy_types
        yield {service: account.slug for service, account in organization.delegated_administrators.items()}
        yield repr(organization.management.settings)
        yield from self._people(organization.management)

    def _people(self, account: Account) -> Iterator[Any]:
        center = self._organization.identity_center
        if center is None or account not in (center.management, center.delegate):
            return
        yield center.region, center.administrators, [(each.slug, each.id) for each in center.administered]
        for part in (center.managed, center.delegated):
            yield repr((part.users, part.groups, part.permission_sets))
            for one in part.assignments.values():
                accounts = [(each.slug, each.id) for each in one.accounts]
                yield one.slug, one.permission_set, one.groups, one.users, accounts

    def _between(self, account: Account) -> Iterator[Any]:
        yield from self._people(account)
        for role in self._organization.roles.values():
            if account in role.accounts or any(trust.account is account for trust in role.trusted_by):
                trusts = [(trust.account.slug, trust.account.id, trust.roles) for trust in role.trusted_by]
                accounts = [(each.slug, each.id) for each in role.accounts]
                document = role.document.to_json() if role.document else None
                yield (role.slug, role.name, role.description, role.external_id, role.max_session_duration)
                yield (role.managed_policies, document, trusts, accounts)
        for share in self._organization.shares.values():
            if share.account is account:
                principals = [(node.selector, node.id) for node in share.principals]
                yield (share.slug, share.name, share.subnets, share.arns, principals, share.external_principals)
                yield share.allow_external_principals


_OWN = {
    # What belongs to single stacks, or follows from the rest.
    "accounts",
    "delegated_administrators",
    "identity_center",
    "lock",
    "name",
    "policies",
    "policy_types",
    "roles",
    "root",
    "shares",
    "tags",
    "trusted_services",
    "units",
    "warnings",
}


def _of_account(account: Account) -> tuple[Any, ...]:
    return (account.slug, account.id, account.region, account.purpose, dict(account.tags), repr(account.settings))
