"""An account: accounts/<slug>.yaml."""

from typing import Annotated, Final, Literal, Self, get_args

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from config.model.approvals import Day
from config.model.base import Model, refuse
from config.model.settings import PartialSettings
from config.model.types import (
    SLUG_PATTERN,
    AccountId,
    AccountName,
    AccountState,
    Email,
    ManagedBy,
    RoleDescription,
    RoleName,
    Slug,
    Tags,
    UnitPath,
)

BuiltInPurpose = Literal["management", "security", "log-archive", "terraform", "network", "shared-services", "workload"]
BUILT_IN: Final[tuple[str, ...]] = get_args(BuiltInPurpose)
"""The purposes that every organization knows; others stand in `purposes` of organization.yaml."""
ONCE: Final[tuple[str, ...]] = ("management", "security", "log-archive", "terraform")
"""Those that one account of an organization serves."""
Purpose = Annotated[
    str, WithJsonSchema({"anyOf": [{"enum": list(BUILT_IN)}, {"type": "string", "pattern": f"^{SLUG_PATTERN}$"}]})
]
"""A purpose of an account; whether there is one of that name is for `config.loading`, which knows `purposes`."""


def _own(name: str) -> str:
    if name in BUILT_IN:
        raise refuse("the name of a purpose of your own", f"There is a purpose {name!r} already: accounts may name it.")
    return name


OwnPurpose = Annotated[Slug, AfterValidator(_own)]


class PurposeEntry(Model):
    """What accounts are there for, in a team's own words: `purpose` of accounts names it, and so do selectors, `purpose:<purpose>`."""

    description: RoleDescription = Field(default="", description="What such an account is there for, for people.")
    only_one: bool = Field(default=False, description="Whether one account of the organization serves it at most.")


class Lease(Model):
    """For how long somebody has a sandbox, and what becomes of it then."""

    until: Day | None = Field(default=None, description="The last day; nobody has it if not said.")
    emails: tuple[Email, ...] = Field(default=(), description="Who has it.")
    then: Literal["close", "pool"] = Field(
        default="close", description="What becomes of it when it ends: closed, or cleaned and given to the next."
    )

    @model_validator(mode="after")
    def _somebodys(self) -> Self:
        if (self.until is None) is bool(self.emails):
            raise refuse(
                "both `until` and `emails`, or neither for one that nobody has", "Say who has it, and how long."
            )
        if self.until is None and self.then == "close":
            raise refuse("`then: pool` for an account that nobody has", "One that is closed has no next.")
        return self


class AccountFile(Model):
    """An AWS account. The file's name is its slug, and the slug is what it is: it never changes."""

    name: AccountName = Field(
        description="Shown in the AWS console; may change, `estate deploy` then renames the account."
    )
    purpose: Purpose = Field(
        default="workload",
        description="What the account is there for; others than these stand in `purposes` of organization.yaml.",
    )
    ou: UnitPath | None = Field(default=None, description="Path of its OU; the root of the organization if not said.")
    state: AccountState | None = Field(
        default=None,
        description="Out of use: the policies that name this state hold for it as well, and its stack is not deployed.",
    )
    closing: bool = Field(
        default=False,
        description="About to be closed: roles, assignments and shares leave it out, and its stack is not deployed (docs/accounts.md).",
    )
    email: Email | None = Field(
        default=None,
        description="Address of its root user, if not made from the pattern; may change (docs/accounts.md).",
    )
    id: AccountId | None = Field(
        default=None, description="Its AWS account id: for the management account, and for accounts that exist already."
    )
    create_govcloud: bool = Field(
        default=False,
        description="Whether AWS makes an account in GovCloud (US) with it, which it is the commercial pair of "
        "(docs/partitions.md). Only when the account is made: no pair is added later.",
    )
    managed_by: ManagedBy | None = Field(
        default=None,
        description="What else manages its name, OU and tags: Terraform then leaves these alone. What is in it is its stack's.",
    )
    entry_role: RoleName | None = Field(
        default=None,
        description="The role by which the foundation route enters it; `break_glass_role` if not said. It trusts the management "
        "account.",
    )
    lease: Lease | None = Field(default=None, description="It is a sandbox with an end date (docs/accounts.md).")
    tags: Tags = Field(default_factory=dict, description="Added to the inherited tags.")
    settings: PartialSettings = Field(default_factory=dict, description="Merged over the inherited settings.")

    @model_validator(mode="after")
    def _placed(self) -> Self:
        if self.purpose == "management":
            if self.ou is not None:
                raise refuse(
                    "no `ou`: the management account stays in the root, where no policy applies to it", "Remove it."
                )
            if self.id is None:
                raise refuse(
                    "the `id` of the management account, which exists before the organization",
                    "Sign in to it and run: aws sts get-caller-identity --query Account --output text",
                )
        if (self.state is not None or self.closing) and self.purpose in ONCE:
            key = "closing" if self.closing else "state"
            raise refuse(
                f"no `{key}` for the {self.purpose} account, without which nothing else can be deployed or watched",
                "Break-glass is for incidents there (docs/break-glass.md).",
            )
        if self.lease is not None and self.purpose != "workload":
            raise refuse(f"no `lease` for a {self.purpose} account", "Sandboxes are workload accounts.")
        if self.create_govcloud and self.id is not None:
            raise refuse(
                "no `create_govcloud` for an account that exists: AWS makes a pair only as both are made",
                "Remove it, or make another account with it.",
            )
        if self.managed_by is not None and self.id is None:
            raise refuse("the `id` of an account that something else manages", "Copy it from AWS; keep leading zeros.")
        return self
