"""Roles that accounts offer to others."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Self

from pydantic import Field, model_validator

from config.capabilities.capability import FREE, AccountInput, Need, OrganizationCapability, Part
from config.documents import in_order
from config.errors import KeyPath, Problem
from config.files import Files
from config.model.base import Model, refuse
from config.model.statement import StatementEntry
from config.model.types import Arn, ExternalId, RoleDescription, RoleName, Selector, SessionDuration, Slug
from config.nodes import Account, Configuration
from config.resolving import Resolving
from constructs_lib.policies.document import PolicyDocument


class TrustedBy(Model):
    """Who may assume a role."""

    account: Slug = Field(description="The account the callers are in.")
    roles: tuple[RoleName, ...] = Field(
        default=(), description="Their roles' names, which get the permission too; without any, the account decides."
    )


class RoleEntry(Model):
    """A role that one account offers to another: its trust and the callers' permission come from this one entry."""

    name: RoleName = Field(description="The IAM role's name.")
    description: RoleDescription = ""
    accounts: tuple[Selector, ...] = Field(min_length=1, description="The accounts that have the role.")
    trusted_by: tuple[TrustedBy, ...] = Field(min_length=1, description="Who may assume it.")
    external_id: ExternalId | None = Field(default=None, description="What the caller must name to assume it.")
    max_session_duration: SessionDuration = Field(default=3600, description="Seconds.")
    managed_policies: tuple[Arn, ...] = Field(default=(), description="ARNs of policies it gets.")
    statements: tuple[StatementEntry, ...] = Field(default=(), description="What it may do, written out.")

    @model_validator(mode="after")
    def _may_do_something(self) -> Self:
        if not self.managed_policies and not self.statements:
            raise refuse("`managed_policies` or `statements`: a role without either may do nothing")
        return self


@dataclass(frozen=True, eq=False)
class Trust:
    """Callers of a role: roles of an account, or whomever that account lets."""

    account: Account
    roles: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Role:
    """A role that accounts offer to others."""

    slug: str
    name: str
    description: str
    accounts: tuple[Account, ...]
    trusted_by: tuple[Trust, ...]
    external_id: str | None
    max_session_duration: int
    managed_policies: tuple[str, ...]
    document: PolicyDocument | None
    """What it may do, as far as it is written out."""


def _resolve(entries: Mapping[str, RoleEntry], resolving: Resolving) -> dict[str, Role]:
    return {slug: _role(slug, entry, resolving) for slug, entry in sorted(entries.items())}


def _role(slug: str, entry: RoleEntry, resolving: Resolving) -> Role:
    path: KeyPath = ("roles", slug)
    trusts = []
    for index, trust in enumerate(entry.trusted_by):
        account = resolving.account((*path, "trusted_by", index, "account"), trust.account)
        if account is not None:
            trusts.append(Trust(account, tuple(sorted(set(trust.roles)))))
    return Role(
        slug=slug,
        name=entry.name,
        description=entry.description,
        accounts=resolving.accounts((*path, "accounts"), entry.accounts),
        trusted_by=tuple(sorted(trusts, key=lambda trust: (trust.account.slug, trust.roles))),
        external_id=entry.external_id,
        max_session_duration=entry.max_session_duration,
        managed_policies=tuple(sorted(set(entry.managed_policies))),
        document=in_order(entry.statements) if entry.statements else None,
    )


def _somebody_has_it(organization: Configuration, files: Files) -> Iterator[Problem]:
    """A role is offered to others, and somebody has it."""
    for role in (ROLES.of(organization) or {}).values():
        path = ("roles", role.slug, "accounts")
        if not role.accounts and files.organization.clean:
            yield files.organization.file.warning(
                path, "selectors of no account", "at least one account that has the role"
            )


def _names(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Roles of one account differ in their names."""
    file = files.organization.file
    execution_role = organization.execution_role.name.casefold()
    taken: dict[tuple[str, str], str] = {}
    for role in (ROLES.of(organization) or {}).values():
        name = role.name.casefold()
        for account in role.accounts:
            other = "the execution role" if name == execution_role else taken.get((account.slug, name))
            if other:
                arrived = f"{role.name!r}, which {other} has too in the account {account.slug!r}"
                expected = "a name that no other role of an account has"
                yield file.problem(("roles", role.slug, "name"), arrived, expected, "Rename one of them.")
                break
            taken[account.slug, name] = f"the role {role.slug!r}"


def _needs(organization: Configuration) -> Iterator[Need]:
    """IAM takes no principal that is not there: a role comes after those that it trusts, as far as they are made here."""
    roles = ROLES.of(organization) or {}
    made = {(account.slug, role.name): role for role in roles.values() for account in role.accounts}
    for role in roles.values():
        for trust in role.trusted_by:
            for name in trust.roles:
                if (trust.account.slug, name) in made:
                    path: KeyPath = ("roles", role.slug, "trusted_by")
                    yield from (Need(account, trust.account, f"the role {name}", path) for account in role.accounts)


def _concerned(inputs: AccountInput) -> tuple[Role, ...] | None:
    """The roles that the account has, or that roles of it may assume. Who else has a role matters to the latter only."""
    own, found = inputs.account, []
    for role in (ROLES.of(inputs.organization) or {}).values():
        if any(trust.account is own for trust in role.trusted_by):
            found.append(role)
        elif own in role.accounts:
            found.append(replace(role, accounts=(own,)))
    return tuple(found) or None


_TYPES: Final = frozenset({"aws_iam_role", "aws_iam_role_policy", "aws_iam_role_policy_attachment"})

ROLES: Final[OrganizationCapability[Mapping[str, Role]]] = OrganizationCapability(
    key="roles",
    annotation=dict[Slug, RoleEntry],
    default_factory=dict,
    description="Roles that accounts offer to others.",
    resolve=_resolve,
    rules=(_somebody_has_it, _names),
    needs=_needs,
    parts=(
        Part(
            name="roles",
            build="stacks.capabilities.roles:add",
            value=_concerned,
            types=_TYPES,
            cost=FREE,
            # Which of them depends on the side that the account is on; no role is without either.
            when=dict.fromkeys(_TYPES, lambda _roles: False),
        ),
    ),
)
