"""Identity Center, resolved: assignments with their accounts, and which account makes what.

Where something is written decides who makes it, and nothing else does: a person who gets one more assignment never moves
from one stack to another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from config.capabilities.identity_center.model import (
    AdministratorsEntry,
    Group,
    IdentityCenterEntry,
    PermissionSet,
    User,
)
from config.capabilities.identity_center.model import People as PeopleEntry
from config.errors import KeyPath
from config.nodes import Account
from config.sources.resolving import Resolving

PATH: Final[KeyPath] = ("identity_center",)
"""Where organization.yaml has it."""
SERVICE: Final = "sso.amazonaws.com"


@dataclass(frozen=True, eq=False)
class Assignment:
    """Who gets a permission set in which accounts; all but the accounts by slug."""

    slug: str
    permission_set: str
    groups: tuple[str, ...]
    users: tuple[str, ...]
    accounts: tuple[Account, ...]


@dataclass(frozen=True, eq=False)
class People:
    """Users, groups, permission sets and assignments that one account makes, by slug. All collections are sorted."""

    users: Mapping[str, User]
    groups: Mapping[str, Group]
    permission_sets: Mapping[str, PermissionSet]
    assignments: Mapping[str, Assignment]

    def __or__(self, other: "People") -> "People":
        return People(
            {**self.users, **other.users},
            {**self.groups, **other.groups},
            {**self.permission_sets, **other.permission_sets},
            {**self.assignments, **other.assignments},
        )


@dataclass(frozen=True, eq=False)
class IdentityCenter:
    """Identity Center of the organization."""

    region: str
    administrators: AdministratorsEntry | None
    """None in an organization that was taken over, and has not said who they are."""
    administered: tuple[Account, ...]
    """The accounts of the administrators."""
    management: Account
    delegate: Account | None
    """The account that administers it, if it is another one."""
    managed: People
    """What the management account makes in any case."""
    delegated: People
    """What the delegated administrator makes, if there is one."""
    existing_policies: Mapping[str, tuple[Account, ...]]
    """Policies that permission sets name and that accounts have from elsewhere, by name and path, with the accounts."""

    @property
    def people(self) -> People:
        """Everything."""
        return self.managed | self.delegated

    def made_by(self, account: Account) -> People:
        """What one of the two accounts makes."""
        if account is self.delegate:
            return self.delegated
        return self.managed if self.delegate else self.people


def with_path(policy: str) -> str:
    """A policy of accounts as AWS tells it apart: ``Deploy`` is ``/Deploy``."""
    return policy if policy.startswith("/") else f"/{policy}"


def resolve(entry: IdentityCenterEntry | None, resolving: Resolving) -> IdentityCenter | None:
    """Find the accounts that organization.yaml means.

    Args:
        entry: What it says about Identity Center.
        resolving: The organization, with its accounts.

    Returns:
        None if there is no Identity Center, or it is switched off.
    """
    organization = resolving.configuration
    management = organization.with_purpose("management")
    if entry is None or not entry.enabled or not management:
        return None
    administrators, path = entry.management.administrators, (*PATH, "management")
    return IdentityCenter(
        region=entry.region or organization.home_region,
        administrators=administrators,
        administered=resolving.accounts((*path, "administrators", "accounts"), administrators.accounts)
        if administrators
        else (),
        management=management[0],
        delegate=organization.delegated_administrators.get(SERVICE),
        managed=_people(entry.management, path, resolving),
        delegated=_people(entry, PATH, resolving),
        existing_policies={
            name: resolving.accounts((*PATH, "existing_policies", name), selectors)
            for name, selectors in sorted(entry.existing_policies.items())
        },
    )


def _people(entry: PeopleEntry, path: KeyPath, resolving: Resolving) -> People:
    return People(
        users=dict(sorted(entry.users.items())),
        groups=dict(sorted(entry.groups.items())),
        permission_sets=dict(sorted(entry.permission_sets.items())),
        assignments={
            slug: Assignment(
                slug=slug,
                permission_set=assignment.permission_set,
                groups=assignment.groups,
                users=assignment.users,
                accounts=resolving.accounts((*path, "assignments", slug, "accounts"), assignment.accounts),
            )
            for slug, assignment in sorted(entry.assignments.items())
        },
    )
