"""The resolved organization: every reference followed, everything inherited filled in."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Final, Literal

from config.errors import Problem
from config.facts.regions import Partition
from config.model.account import BUILT_IN, ONCE, Lease, Purpose, PurposeEntry
from config.model.ci import Ci
from config.model.found import Found
from config.model.jewels import JewelEntry
from config.model.lock import Existing, Lock
from config.model.organization import ExecutionRole
from config.model.policy import LockoutCase, PolicyType
from config.model.rollout import Rollout
from config.model.settings import Settings
from config.model.state import LocalState, S3State
from config.model.types import AccountState
from config.model.unknown import UnjudgedError
from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.management import ManagementPolicy
from constructs_lib.policies.pack import pack

ORGANIZATION_ID: Final = "${TfToken[organization-id]}"
"""Stands for the organization's id in policies until the lock has it.

It has the form of a CDKTF token, so the policy library lets it pass, and CDKTF refuses it where nobody filled it in.
"""

_AN_ORGANIZATION: Final = re.compile(r"(?<![\w-])o-[a-z0-9]{10,32}(?![\w-])")


@dataclass(frozen=True, eq=False)
class Root:
    """The root of the organization, which holds the top OUs and the management account."""

    kind: ClassVar[Literal["root"]] = "root"
    slug: ClassVar[str] = "root"
    selector: ClassVar[str] = "root"
    id: str | None
    """From the lock."""


@dataclass(frozen=True, eq=False, repr=False)
class Unit:
    """An organizational unit."""

    kind: ClassVar[Literal["ou"]] = "ou"
    slug: str
    path: str
    """Slugs from the root down, joined by ``/``."""
    name: str
    parent: "Unit | None"
    """None at the top, below the root."""
    tags: Mapping[str, str]
    """Its own and the inherited tags."""
    id: str | None
    """From the configuration, else from the lock."""
    existing_id: str | None = None
    """The id of one that Terraform has yet to take over."""
    managed_by: str | None = None
    own_tags: Mapping[str, str] | None = None
    """Tags of the OU itself, where they are not `tags`."""

    def __repr__(self) -> str:
        return f"Unit({self.path!r}, {self.id!r})"

    @property
    def selector(self) -> str:
        """How a configuration names it."""
        return f"ou:{self.path}"

    @property
    def chain(self) -> "tuple[Unit, ...]":
        """From the topmost OU down to this one."""
        return (*(self.parent.chain if self.parent else ()), self)


@dataclass(frozen=True, eq=False, repr=False)
class Account:
    """An AWS account, as every other account's stack may know it: without its settings."""

    kind: ClassVar[Literal["account"]] = "account"
    slug: str
    name: str
    email: str
    purpose: Purpose
    unit: Unit | None
    """None in the root, where the management account always is."""
    tags: Mapping[str, str]
    """Its own and the inherited tags."""
    region: str
    entry_role: str
    """The role by which the foundation route enters it."""
    id: str | None
    """None until the account exists and the lock was written."""
    id_source: Literal["config", "lock"] | None
    existing_id: str | None = None
    """The id of one that Terraform has yet to take over."""
    managed_by: str | None = None
    state: AccountState | None = None
    """Why it is out of use."""
    closing: bool = False
    """Whether it is about to be closed."""
    create_govcloud: bool = False
    """Whether AWS makes an account in GovCloud (US) with it."""

    @property
    def held(self) -> str:
        """Why its stack is not deployed; empty if it is."""
        return "closing" if self.closing else self.state or ""

    def __repr__(self) -> str:
        return f"Account({self.slug!r}, {self.id!r})"

    @property
    def selector(self) -> str:
        """How a configuration names it."""
        return f"account:{self.slug}"

    @property
    def chain(self) -> "tuple[Unit, ...]":
        """Its OUs from the topmost down; empty in the root."""
        return self.unit.chain if self.unit else ()


Node = Root | Unit | Account
"""What a policy can be attached to."""


@dataclass(frozen=True, eq=False)
class Acceptance:
    """A lockout by a policy that is meant."""

    case: LockoutCase
    accounts: tuple[Account, ...]
    reason: str


@dataclass(frozen=True, eq=False)
class Policy:
    """A policy and the nodes it is attached to."""

    slug: str
    name: str
    type: PolicyType
    kind: PolicyKind
    description: str
    source: PolicyDocument | ManagementPolicy
    """With `ORGANIZATION_ID` where the organization's id belongs, if there is no lock yet."""
    guardrail: str | None
    """The guardrail of the catalogue that it was made from, if it was one."""
    targets: tuple[Node, ...]
    accepted_lockouts: tuple[Acceptance, ...] = ()
    guardrails: tuple[str, ...] = ()
    """The guardrails of the catalogue that it was made from."""
    accepted_findings: tuple[str, ...] = ()
    """Codes of findings, or ``code@Sid``, that are accepted today."""
    id: str | None = None
    """Of one that existed before."""
    existing_id: str | None = None
    """The id of one that Terraform has yet to take over."""
    managed_by: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    """The document word for word, but for white space, where it is one that existed before."""

    @property
    def document(self) -> PolicyDocument | None:
        """The policy as statements, for the kinds that have them."""
        return self.source if isinstance(self.source, PolicyDocument) else None

    @property
    def content(self) -> str:
        """The policy as AWS stores it: minified JSON."""
        return self.source.to_json()

    @cached_property
    def parts(self) -> tuple["Policy", ...]:
        """What AWS gets: this policy or, where it has more bytes than AWS takes, several that together say the same.

        The first keeps slug and name, the others are numbered from 2. A policy that cannot be divided is its only part.
        """
        if self.text is not None:
            return (self,)
        try:
            documents = pack([self.document], self.kind) if self.document else ()
        except InvalidValueError:
            return (self,)
        if documents in ((), (self.document,)):
            return (self,)
        return tuple(
            replace(self, slug=f"{self.slug}{number}", name=f"{self.name}{number}", source=document)
            for number, document in zip(
                ("", *(f"-{index}" for index in range(2, len(documents) + 1))), documents, strict=True
            )
        )

    @cached_property
    def named_organizations(self) -> frozenset[str]:
        """Ids of organizations that stand in it as text."""
        return frozenset(_AN_ORGANIZATION.findall(self.content))

    @property
    def needs_organization_id(self) -> bool:
        """Whether `for_organization` must fill in the organization's id before the policy is of use."""
        return ORGANIZATION_ID in self.content

    def for_organization(self, organization_id: str) -> "Policy":
        """The policy with the organization's id (or a token for it) filled in."""
        if not self.needs_organization_id:
            return self
        text = self.content.replace(ORGANIZATION_ID, organization_id)
        document = self.document is not None
        return replace(
            self, source=PolicyDocument.from_json(text) if document else ManagementPolicy.from_json(self.kind, text)
        )


@dataclass(frozen=True, eq=False)
class Organization:
    """What all stacks may know of an organization. All collections are sorted: the order in files means nothing."""

    name: str
    slug: str
    partition: Partition
    home_region: str
    governed_regions: tuple[str, ...]
    trusted_services: tuple[str, ...]
    policy_types: tuple[PolicyType, ...]
    state: LocalState | S3State
    execution_role: ExecutionRole
    break_glass_role: str
    ci: Ci | None
    tags: Mapping[str, str]
    root: Root
    units: Mapping[str, Unit]
    """By path, parents before children."""
    accounts: Mapping[str, Account]
    """By slug."""
    lock: Lock | None
    existing_id: str | None = None
    """The organization's id, if Terraform has yet to take it over."""
    existing: Existing = field(default_factory=Existing)
    """What Terraform has yet to take over of what has no id in the configuration."""
    found: Mapping[str, Found] = field(default_factory=dict)
    """What was in the accounts before their stacks, by account id."""
    ram_sharing: bool = True
    """Whether RAM shares with the organization where it is trusted."""
    left_alone: tuple[str, ...] = ()
    """Ids of what AWS has beside the configuration and may keep."""
    jewels: Mapping[str, JewelEntry] = field(default_factory=dict)
    """What organization.yaml says of jewels; of accepted paths, those that are accepted today."""
    default_tags: bool = True
    """Whether everything gets the tags of its account, and `stack`."""
    region_per_resource: bool = False
    """Whether resources name their region, in place of a provider for each region."""
    without_full_access: tuple[Node, ...] = ()
    """Where AWS's policy FullAWSAccess is not attached: only what service control policies allow is possible below."""
    purposes: Mapping[str, PurposeEntry] = field(default_factory=dict)
    """Purposes of accounts beside the built-in ones, by name."""
    policies: Mapping[str, Policy] = field(default_factory=dict)
    delegated_administrators: Mapping[str, Account] = field(default_factory=dict)
    """By service principal."""
    sections: Mapping[str, Any] = field(default_factory=dict)
    """What organization.yaml says of capabilities, by key; read it with `OrganizationCapability.of`."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What accounts publish of capabilities, by key; read it with `Capability.published`."""
    warnings: tuple[Problem, ...] = ()

    @cached_property
    def management(self) -> Account:
        """The management account."""
        return next(account for account in self.accounts.values() if account.purpose == "management")

    @property
    def organization_id(self) -> str | None:
        """The organization's id, from the lock, else of one that is there already."""
        return self.lock.organization_id if self.lock else self.existing_id

    def with_purpose(self, purpose: Purpose) -> tuple[Account, ...]:
        """The accounts that serve a purpose.

        Raises:
            UnjudgedError: If there are several where one may be; only while a configuration is checked.
        """
        found = self._accounts_by_purpose.get(purpose, ())
        if found[1:] and purpose in self.once:
            raise UnjudgedError
        return found

    @cached_property
    def once(self) -> tuple[str, ...]:
        """The purposes that one account serves at most."""
        return (*ONCE, *(name for name, purpose in sorted(self.purposes.items()) if purpose.only_one))

    @cached_property
    def _accounts_by_purpose(self) -> Mapping[str, tuple[Account, ...]]:
        found: dict[str, list[Account]] = {}
        for account in self.accounts.values():
            found.setdefault(account.purpose, []).append(account)
        return {purpose: tuple(accounts) for purpose, accounts in found.items()}

    @cached_property
    def _units_by_parent(self) -> Mapping[str, tuple[Unit, ...]]:
        found: dict[str, list[Unit]] = {}
        for unit in self.units.values():
            found.setdefault(unit.parent.path if unit.parent else "", []).append(unit)
        return {path: tuple(units) for path, units in found.items()}

    @cached_property
    def _accounts_by_unit(self) -> Mapping[str, tuple[Account, ...]]:
        found: dict[str, list[Account]] = {}
        for account in self.accounts.values():
            found.setdefault(account.unit.path if account.unit else "", []).append(account)
        return {path: tuple(accounts) for path, accounts in found.items()}

    def units_in(self, parent: Root | Unit) -> tuple[Unit, ...]:
        """The OUs directly below the root or an OU."""
        return self._units_by_parent.get(parent.path if isinstance(parent, Unit) else "", ())

    def accounts_in(self, parent: Root | Unit) -> tuple[Account, ...]:
        """The accounts directly in the root or an OU."""
        return self._accounts_by_unit.get(parent.path if isinstance(parent, Unit) else "", ())

    def accounts_below(self, node: Node) -> Iterator[Account]:
        """All accounts in a node, at any depth; an account is in itself."""
        if isinstance(node, Account):
            yield node
            return
        yield from self.accounts_in(node)
        for unit in self.units_in(node):
            yield from self.accounts_below(unit)

    def select(self, selector: str) -> tuple[Node, ...]:
        """The nodes a selector stands for, as attachments need them.

        ``tag:key=value`` stands for exactly the accounts with that tag, named by as few nodes as possible: an OU with the tag
        stands for its accounts as long as all of them have it. ``state:quarantined`` stands for the accounts in that state,
        ``purpose:network`` for those with that purpose.

        Raises:
            LookupError: If there is no such OU, account or purpose; a tag, state or purpose that nobody has selects nothing.
        """
        kind, _, rest = selector.partition(":")
        if kind == "root" and not rest:
            return (self.root,)
        if kind == "ou":
            return (self.units[rest],)
        if kind == "account":
            return (self.accounts[rest],)
        if kind == "tag":
            key, _, value = rest.partition("=")
            return tuple(self._tagged(self.root, key, value))
        if kind == "state":
            return tuple(account for account in self.accounts.values() if account.state == rest)
        if kind == "purpose" and (rest in BUILT_IN or rest in self.purposes):
            return tuple(account for account in self.accounts.values() if account.purpose == rest)
        raise LookupError(selector)

    def select_accounts(self, selectors: Iterable[str]) -> tuple[Account, ...]:
        """The accounts that selectors stand for, each once, sorted by slug.

        Raises:
            LookupError: As `select`.
        """
        nodes = (node for selector in selectors for node in self.select(selector))
        found = {account.slug: account for node in nodes for account in self.accounts_below(node)}
        return tuple(found[slug] for slug in sorted(found))

    def _tagged(self, parent: Root | Unit, key: str, value: str) -> Iterator[Unit | Account]:
        yield from (account for account in self.accounts_in(parent) if account.tags.get(key) == value)
        for unit in self.units_in(parent):
            if self._all_tagged(unit, key, value):
                yield unit
            else:
                yield from self._tagged(unit, key, value)

    def _all_tagged(self, unit: Unit, key: str, value: str) -> bool:
        return (
            unit.tags.get(key) == value
            and all(account.tags.get(key) == value for account in self.accounts_in(unit))
            and all(self._all_tagged(child, key, value) for child in self.units_in(unit))
        )

    def policies_on(self, node: Node) -> tuple[Policy, ...]:
        """The policies attached to a node itself."""
        return self._policies_by_node.get(node.selector, ())

    def is_list(self, node: Node) -> bool:
        """Whether only what service control policies on a node allow is possible below it: FullAWSAccess is detached."""
        return any(each.selector == node.selector for each in self.without_full_access)

    def policies_inherited(self, node: Node) -> tuple[tuple[Policy, Node], ...]:
        """The policies a node inherits, each with the node it is attached to, from the root down."""
        if isinstance(node, Root):
            return ()
        above: tuple[Node, ...] = (self.root, *(unit for unit in node.chain if unit is not node))
        return tuple((policy, parent) for parent in above for policy in self.policies_on(parent))

    @cached_property
    def _policies_by_node(self) -> Mapping[str, tuple[Policy, ...]]:
        found: dict[str, list[Policy]] = {}
        for policy in self.policies.values():
            for node in policy.targets:
                found.setdefault(node.selector, []).append(policy)
        return {selector: tuple(policies) for selector, policies in found.items()}


@dataclass(frozen=True, eq=False)
class Configuration(Organization):
    """An organization with everything in it: what its stacks may know of each other, and the settings of every account."""

    settings: Mapping[str, Settings] = field(default_factory=dict)
    """By account, each merged from all levels. An account's stack sees its own only (`config.inputs`)."""
    leases: Mapping[str, Lease] = field(default_factory=dict)
    """The sandboxes, by account; no stack is made from these."""
    rollouts: Mapping[str, Rollout] = field(default_factory=dict)
    """What reaches the organization in waves, by the slug of the policy or the name of the settings."""
