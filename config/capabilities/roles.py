"""Roles of accounts: for each other, for services of AWS, for outsiders and for those whom an identity provider knows."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Self

from pydantic import Field, model_validator

from config.capabilities.capability import FREE, AccountInput, Need, OrganizationCapability, Part
from config.capabilities.customer_policies import CUSTOMER_POLICIES
from config.capabilities.identity_providers import IDENTITY_PROVIDERS, IdentityProvider
from config.capabilities.in_accounts import missing_in, names_once, somebody_has_it
from config.capabilities.role_trusts import TrustedBy, statement_of
from config.errors import KeyPath, Problem, did_you_mean, one_of
from config.model.base import Model, refuse
from config.model.statement import StatementEntry
from config.model.types import Arn, ExternalId, RoleDescription, RoleName, Selector, SessionDuration, Slug
from config.nodes import Account, Configuration, Organization
from config.sources.documents import in_order, problem_of
from config.sources.files import Files
from config.sources.resolving import Resolving
from config.sources.variables import as_in_some_account
from config.sources.yaml_file import YamlFile
from constructs_lib.policies.check import check_document
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.findings import Finding
from constructs_lib.policies.findings import refuse as refuse_finding
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.trust import Surroundings, check_trust

_MACHINES: Final = "ec2.amazonaws.com"
_SOME_ACCOUNT: Final = "000000000000"
"""Stands for the account of a role in what is judged: the trust is the same in each."""


class RoleEntry(Model):
    """A role of accounts: its trust, and the permission of callers in the organization, come from this one entry."""

    name: RoleName = Field(description="The IAM role's name.")
    description: RoleDescription = ""
    accounts: tuple[Selector, ...] = Field(min_length=1, description="The accounts that have the role.")
    trusted_by: tuple[TrustedBy, ...] = Field(min_length=1, description="Who may assume it.")
    external_id: ExternalId | None = Field(
        default=None, description="What callers of an account must name to assume it; outsiders always have to."
    )
    max_session_duration: SessionDuration = Field(default=3600, description="Seconds.")
    managed_policies: tuple[Arn, ...] = Field(default=(), description="ARNs of policies it gets.")
    customer_policies: tuple[Slug, ...] = Field(
        default=(), description="Policies of the accounts' own that it gets, by their slugs in `customer_policies`."
    )
    statements: tuple[StatementEntry, ...] = Field(default=(), description="What it may do, written out.")

    boundary: Slug | None = Field(
        default=None,
        description="A policy of `customer_policies` beyond which it may do nothing, beside what no role of a stack may do: change "
        "deployment rights.",
    )
    instance_profile: bool = Field(
        default=False, description="Whether machines of EC2 can have it: an instance profile of its name."
    )

    @model_validator(mode="after")
    def _may_do_something(self) -> Self:
        if not self.managed_policies and not self.customer_policies and not self.statements:
            raise refuse("`managed_policies`, `customer_policies` or `statements`: a role without any may do nothing")
        if self.external_id is None and any(trust.outside_account for trust in self.trusted_by):
            raise refuse(
                "`external_id` with `outside_account`",
                "Whoever serves several customers could be led into this account by another one of them without it.",
            )
        if self.instance_profile and all(trust.service != _MACHINES for trust in self.trusted_by):
            raise refuse(f"`service: {_MACHINES}` in `trusted_by` with `instance_profile`")
        return self


@dataclass(frozen=True, eq=False)
class Trust:
    """Callers of a role: roles of an account, or whomever that account lets."""

    account: Account
    roles: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Role:
    """A role of accounts."""

    slug: str
    name: str
    description: str
    accounts: tuple[Account, ...]
    trusted_by: tuple[Trust, ...]
    others: tuple[TrustedBy, ...]
    """Who may assume it besides: services, outsiders, those whom an identity provider knows; in the order of the file."""
    external_id: str | None
    max_session_duration: int
    managed_policies: tuple[str, ...]
    customer_policies: tuple[str, ...]
    """By slug."""
    boundary: str | None
    """The slug of a policy."""
    document: PolicyDocument | None
    """What it may do, as far as it is written out."""
    instance_profile: bool
    providers: Mapping[str, IdentityProvider] = field(default_factory=dict)
    """The identity providers that `others` name, in the stacks that make the role."""


def _resolve(entries: Mapping[str, RoleEntry], resolving: Resolving) -> dict[str, Role]:
    return {slug: _role(slug, entry, resolving) for slug, entry in sorted(entries.items())}


def _role(slug: str, entry: RoleEntry, resolving: Resolving) -> Role:
    path: KeyPath = ("roles", slug)
    trusts = []
    for index, trust in enumerate(entry.trusted_by):
        if trust.account is None:
            continue
        account = resolving.account((*path, "trusted_by", index, "account"), trust.account)
        if account is not None:
            trusts.append(Trust(account, tuple(sorted(set(trust.roles)))))
    return Role(
        slug=slug,
        name=entry.name,
        description=entry.description,
        accounts=resolving.accounts((*path, "accounts"), entry.accounts),
        trusted_by=tuple(sorted(trusts, key=lambda trust: (trust.account.slug, trust.roles))),
        others=tuple(trust for trust in entry.trusted_by if trust.account is None),
        external_id=entry.external_id,
        max_session_duration=entry.max_session_duration,
        managed_policies=tuple(sorted(set(entry.managed_policies))),
        customer_policies=tuple(sorted(set(entry.customer_policies))),
        boundary=entry.boundary,
        document=in_order(entry.statements) if entry.statements else None,
        instance_profile=entry.instance_profile,
    )


def _accounts(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Somebody has each role, and the roles of an account differ in their names."""
    roles = (ROLES.of(organization) or {}).values()
    for role in roles:
        yield from somebody_has_it(organization, files, ("roles", role.slug, "accounts"), role.accounts, "the role")
    claims = [(("roles", role.slug, "name"), role.name, f"the role {role.slug!r}", role.accounts) for role in roles]
    expected = "a name that no other role of an account has"
    yield from names_once(files, claims, expected)


def _named(organization: Configuration, files: Files) -> Iterator[Problem]:
    """The policies and identity providers that a role names are there, in each account that has the role."""
    file, model = files.organization.file, files.organization.model
    policies, providers = CUSTOMER_POLICIES.of(organization) or {}, IDENTITY_PROVIDERS.of(organization) or {}
    # Of one whose document is refused, that is said.
    written = {key: getattr(model, key) for key in (CUSTOMER_POLICIES.key, IDENTITY_PROVIDERS.key)}
    for role in (ROLES.of(organization) or {}).values():
        entry, path = getattr(model, ROLES.key)[role.slug], ("roles", role.slug)
        named: list[tuple[KeyPath, str]] = [
            ((*path, "customer_policies", index), slug) for index, slug in enumerate(entry.customer_policies)
        ]
        if entry.boundary is not None:
            named.append(((*path, "boundary"), entry.boundary))
        for place, slug in named:
            having = policies[slug].accounts if slug in policies else None
            yield from _in_all(file, place, slug, role, having, written, CUSTOMER_POLICIES.key)
        for index, trust in enumerate(entry.trusted_by):
            if trust.identity_provider is None:
                continue
            slug, place = trust.identity_provider, (*path, "trusted_by", index, "identity_provider")
            having = providers[slug].accounts if slug in providers else None
            yield from _in_all(file, place, slug, role, having, written, IDENTITY_PROVIDERS.key)
            yield from _subjects(file, place, trust, providers.get(slug))


def _in_all(
    file: YamlFile,
    path: KeyPath,
    slug: str,
    role: Role,
    having: tuple[Account, ...] | None,
    written: Mapping[str, Collection[str]],
    key: str,
) -> Iterator[Problem]:
    if slug not in (known := written[key]):
        expected = f"a slug in `{key}`: {one_of(known)}"
        yield file.problem(path, repr(slug), expected, did_you_mean(slug, known) or f"Write it in `{key}`.")
    elif having is not None and (missing := missing_in(role.accounts, having)):
        arrived, expected = f"{slug!r}, which {missing} would not have", "something that each account of the role has"
        yield file.problem(path, arrived, expected, f"Add the account to `accounts` of `{key}.{slug}`.")


def _subjects(file: YamlFile, path: KeyPath, trust: TrustedBy, provider: IdentityProvider | None) -> Iterator[Problem]:
    """Tokens have subjects, which a trust names; SAML has none."""
    if provider and provider.saml and trust.subjects:
        arrived = f"`subjects` with {provider.slug!r}, a provider of SAML"
        expected = "`conditions` on what its assertions say, such as `{StringEquals: {SAML:sub: [ada]}}`"
        yield file.problem((*path[:-1], "subjects"), arrived, expected)


def _documents(organization: Configuration, files: Files) -> Iterator[Problem]:
    """AWS takes what a role is permitted and whom it trusts, and no stranger is let in."""
    file, model = files.organization.file, files.organization.model
    providers = IDENTITY_PROVIDERS.of(organization) or {}
    for role in (ROLES.of(organization) or {}).values():
        entry = getattr(model, ROLES.key)[role.slug]
        if entry.statements:
            # In the order of the file, so that a finding's index leads to its line.
            document = PolicyDocument(tuple(each.statement() for each in entry.statements))
            place: KeyPath = ("roles", role.slug, "statements")
            for finding in check_document(as_in_some_account(document), PolicyKind.INLINE):
                yield problem_of(file, place if finding.statement is None else (*place, finding.statement), finding)
        for index, trust in enumerate(entry.trusted_by):
            provider = providers.get(trust.identity_provider or "")
            if trust.account is None and (provider or trust.identity_provider is None):
                for finding in _of_trust(organization, role, trust, provider):
                    yield problem_of(file, ("roles", role.slug, "trusted_by", index), finding)


def _of_trust(
    organization: Organization, role: Role, trust: TrustedBy, provider: IdentityProvider | None
) -> Iterator[Finding]:
    """What is wrong with whom a role lets in, whichever account has it."""
    arn = f"arn:{organization.partition}:iam::{_SOME_ACCOUNT}:{provider.resource if provider else ''}"
    external, partition = role.external_id, organization.partition
    statement = statement_of(trust, provider=provider, provider_arn=arn, external_id=external, partition=partition)
    document = PolicyDocument.of(statement)
    ids = frozenset(account.id for account in organization.accounts.values() if account.id)
    if trust.outside_account in ids:
        arrived = f"{trust.outside_account} is an account of the organization."
        yield refuse_finding("own-account", arrived, "Write `account` with its slug.")
    yield from check_document(document, PolicyKind.TRUST)
    around = Surroundings(organization_accounts=ids, organization_id=organization.organization_id)
    for finding in check_trust(document, surroundings=around):
        yield replace(finding, cure="Name them in `subjects`.") if finding.code == "no-subject" else finding


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
            found.append(_with_providers(role, inputs.organization))
        elif own in role.accounts:
            found.append(_with_providers(replace(role, accounts=(own,)), inputs.organization))
    return tuple(found) or None


def _with_providers(role: Role, organization: Organization) -> Role:
    """A role with the identity providers that it names."""
    known = IDENTITY_PROVIDERS.of(organization) or {}
    named = sorted(known.keys() & {trust.identity_provider for trust in role.others})
    return replace(role, providers={slug: replace(known[slug], accounts=()) for slug in named}) if named else role


def _machines(inputs: AccountInput) -> tuple[Role, ...] | None:
    """The roles of the account that machines can have."""
    own, roles = inputs.account, (ROLES.of(inputs.organization) or {}).values()
    return (
        tuple(replace(role, accounts=(own,)) for role in roles if role.instance_profile and own in role.accounts)
        or None
    )


_TYPES: Final = frozenset({"aws_iam_role", "aws_iam_role_policy", "aws_iam_role_policy_attachment"})

ROLES: Final[OrganizationCapability[Mapping[str, Role]]] = OrganizationCapability(
    key="roles",
    annotation=dict[Slug, RoleEntry],
    default_factory=dict,
    description="Roles of accounts: for each other, for services, for outsiders, for those whom an identity provider knows.",
    resolve=_resolve,
    rules=(_accounts, _named, _documents),
    needs=_needs,
    parts=(
        Part(
            name="roles",
            build="stacks.capabilities.roles:add",
            value=_concerned,
            types=_TYPES,
            cost=FREE,
            # Which of them depends on the side that the account is on; no role is without either.
            sometimes=_TYPES,
        ),
        Part(
            name="roles.instance_profile",
            build="stacks.capabilities.roles:add_instance_profiles",
            value=_machines,
            types=frozenset({"aws_iam_instance_profile"}),
            cost=FREE,
        ),
    ),
)
