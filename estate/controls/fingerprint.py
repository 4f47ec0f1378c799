"""Which stacks a change of the configuration may change, without building any."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from config.nodes import Account, Configuration
from config.registry import inputs_of, parts, shared


def changed_stacks(before: Configuration, after: Configuration) -> tuple[str, ...]:
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

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._organization = shared(configuration)
        self._common = self._of_all()
        self._accounts = tuple((account.slug, account.id) for account in configuration.accounts.values())

    def of(self, account: Account) -> tuple[Any, ...]:
        """Everything that may show in an account's stack."""
        inputs = inputs_of(self._configuration, account)
        values = [repr(part.of(inputs)) for part in parts()]
        if inputs.is_management:
            return (*self._common, *values, *self._of_management())
        # Accounts with a purpose serve the others, and may list them.
        serves = (
            ()
            if account.purpose == "workload"
            else (self._accounts, tuple(self._organization.delegated_administrators))
        )
        return (*self._common, *values, account.region, account.purpose, account.entry_role, dict(account.tags), serves)

    def _of_all(self) -> tuple[Any, ...]:
        organization, lock = self._organization, self._organization.lock
        names = [each.name for each in fields(organization) if each.name not in _OWN]
        return (
            *(repr(getattr(organization, name)) for name in names),
            lock and (lock.organization_id, lock.root_id, lock.management_account_id),
            # What execution roles are permitted beside what their own stacks make.
            [sorted(organization.facts["execution_role"][kind]) for kind in ("core", "workload")],
        )

    def _of_management(self) -> Iterator[Any]:
        organization = self._organization
        for unit in organization.units.values():
            yield unit.path, unit.name, dict(unit.tags)
        for account in organization.accounts.values():
            yield (
                account.slug,
                account.id,
                account.name,
                account.email,
                account.unit and account.unit.path,
                dict(account.tags),
            )
        for policy in organization.policies.values():
            targets = tuple(node.selector for node in policy.targets)
            yield policy.slug, policy.name, policy.type, policy.description, policy.content, targets
        yield organization.trusted_services, organization.policy_types
        yield {service: account.slug for service, account in organization.delegated_administrators.items()}
        yield sorted(organization.facts["execution_role"]["management"])


_OWN = {
    # What belongs to single stacks, or follows from the rest.
    "accounts",
    "delegated_administrators",
    "facts",
    "lock",
    "name",
    "policies",
    "policy_types",
    "root",
    "sections",
    "tags",
    "trusted_services",
    "units",
    "warnings",
}
