"""What an organization consists of, as plain immutable values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_match, require_quota, require_role_name, require_slug

if TYPE_CHECKING:
    from constructs_lib.policies.document import PolicyDocument

ACCESS_ROLE_NAME = "OrganizationAccountAccessRole"
"""The role that AWS makes in a new account for the management account to administer it by."""

_TARGET = re.compile(r"root|(ou|account):\S+")

Tags = Mapping[str, str]


@typed
@dataclass(frozen=True)
class OrganizationalUnit:
    """An organizational unit (OU).

    Args:
        slug: Its identity, unique among all units wherever they hang: a unit that moves keeps its Terraform address.
        name: The name that AWS shows, 1 to 128 characters.
        parent: The slug of the unit above; the organization's root if left out.
        tags: Tags of the unit, beside the provider's default tags.
        existing_id: The id of a unit that is there already, ``ou-…``: Terraform takes it over instead of making one.
        managed: False for a unit that something else manages: it is named by its `existing_id`, and is no resource.
    """

    slug: str
    name: str
    parent: str | None = None
    tags: Tags = field(default_factory=dict)
    existing_id: str | None = None
    managed: bool = True

    def __post_init__(self) -> None:
        """Refuse what AWS would refuse."""
        require_slug("OrganizationalUnit.slug", self.slug)
        where = f"OrganizationalUnit({self.slug!r})"
        require_quota(f"{where}.name", self.name, "ou.name")
        if self.existing_id is not None:
            require_quota(f"{where}.existing_id", self.existing_id, "ou.id")
        _require_named(where, self.existing_id, managed=self.managed)


@typed
@dataclass(frozen=True)
class Account:
    """A member account.

    Args:
        slug: Its identity: the Terraform address is made from it, and from nothing else.
        name: The name that AWS shows, 1 to 50 printable ASCII characters.
        email: The address of its root user, 6 to 64 characters, unique in all of AWS.
        unit: The slug of the unit it is in; the organization's root if left out. A change moves the account.
        role_name: The role AWS makes in it for the management account.
        billing_access: Whether the account's IAM identities may see its bills, if their permissions allow it.
        tags: Tags of the account, beside the provider's default tags.
        existing_id: The id of an account that is a member already: Terraform takes it over instead of making one.
        managed: False for an account that something else manages: it is named by its `existing_id`, and is no resource.
        create_govcloud: Whether AWS makes an account in GovCloud (US) with it, as its pair. Only when it is made.
    """

    slug: str
    name: str
    email: str
    unit: str | None = None
    role_name: str = ACCESS_ROLE_NAME
    billing_access: bool = True
    tags: Tags = field(default_factory=dict)
    existing_id: str | None = None
    managed: bool = True
    create_govcloud: bool = False

    def __post_init__(self) -> None:
        """Refuse what AWS would refuse."""
        require_slug("Account.slug", self.slug)
        where = f"Account({self.slug!r})"
        require_quota(f"{where}.name", self.name, "account.name")
        require_quota(f"{where}.email", self.email, "account.email")
        require_role_name(f"{where}.role_name", self.role_name)
        if self.existing_id is not None:
            require_account_id(f"{where}.existing_id", self.existing_id)
        _require_named(where, self.existing_id, managed=self.managed)


@typed
@dataclass(frozen=True)
class Policy:
    """An organization policy of any kind and where it is attached.

    Args:
        slug: Its identity: the Terraform addresses of the policy and its attachments are made from it.
        document: Statements for SCPs and RCPs; for the other kinds what the policy's JSON says.
        targets: ``root``, ``ou:workloads`` (or the path, ``ou:workloads/production``), ``account:production``.
        kind: What the policy is.
        name: The name that AWS shows, 1 to 128 characters; the slug if left out.
        description: At most 512 characters.
        tags: Tags of the policy, beside the provider's default tags.
        accepted: Findings about the document that are accepted, as `PolicyConstruct` takes them.
        existing_id: The id of a policy that is there already, ``p-…``: Terraform takes it over instead of making one.
        existing_attachments: Those of the targets to which it is attached already, each with Terraform's import id,
            ``<target's id>:<policy's id>``.
        text: The document word for word, where AWS has it so: as `PolicyConstruct` takes it.
    """

    slug: str
    document: PolicyDocument | Mapping[str, Any]
    targets: tuple[str, ...] = ()
    kind: PolicyKind = PolicyKind.SCP
    name: str = ""
    description: str = ""
    tags: Tags = field(default_factory=dict)
    accepted: tuple[str, ...] = ()
    existing_id: str | None = None
    existing_attachments: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be attached anywhere."""
        require_slug("Policy.slug", self.slug)
        object.__setattr__(self, "name", self.name or self.slug)
        object.__setattr__(self, "targets", tuple(self.targets))
        for target in self.targets:
            require_match(
                f"Policy({self.slug!r}).targets",
                target,
                _TARGET,
                expected="'root', 'ou:<slug or path>' or 'account:<slug>'",
                cure="Resolve tags and other selectors to these before.",
            )
        if len(set(self.targets)) != len(self.targets):
            raise InvalidValueError(f"Policy({self.slug!r}).targets", self.targets, expected="each target once")


def _require_named(where: str, existing_id: str | None, *, managed: bool) -> None:
    if not managed and existing_id is None:
        raise InvalidValueError(f"{where}.existing_id", None, expected="the id of what something else manages")
