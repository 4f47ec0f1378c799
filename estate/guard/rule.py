"""The guard's rules as data: which change of which resource weakens what, and why.

They are written in `rules/*.toml`, one file for each kind, so that another version's rules can be read without running
its code.
"""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

RULES: Final = Path(__file__).parent / "rules"


class RulesError(RuntimeError):
    """The guard's own rules cannot be used, so it must not judge; the message says why."""


class Kind(StrEnum):
    """What a rule guards; the value names the file that it is in."""

    AUDIT = "audit"
    DETECTION = "detection"
    IDENTITY = "identity"
    GUARDRAILS = "guardrails"
    ORGANIZATION = "organization"
    NETWORK = "network"
    DATA = "data"
    PLAN = "plan"


class Severity(StrEnum):
    """What the guard does about it."""

    STOP = "stop"
    """The plan must not be applied without an approval."""
    SAY = "say"
    """It is named under "what matters"."""


class Weakens(StrEnum):
    """In which direction a change weakens."""

    # The resource itself.
    GONE = "gone"
    FORGOTTEN = "forgotten"
    PROTECTED_GONE = "protected-gone"
    NEW = "new"
    # The values of attributes.
    OFF = "off"
    ON = "on"
    UNSET = "unset"
    CHANGES = "changes"
    LOSES = "loses"
    GAINS = "gains"
    SHORTER = "shorter"
    LONGER = "longer"
    FALLS = "falls"
    BECOMES = "becomes"
    SOONER = "sooner"
    FEWER_EVENTS = "fewer-events"
    # Policies, decided by the evaluator.
    WIDENS = "widens"
    ADMINISTRATOR = "administrator"
    OPENS = "opens"
    # The plan as a whole.
    GUARDRAILS = "guardrails"
    NEW_ADMINISTRATORS = "new-administrators"
    LAST_ADMINISTRATORS = "last-administrators"
    EXISTING_ACCOUNT = "existing-account"
    OTHER_ACCOUNT = "other-account"
    CHANGING_IMPORT = "changing-import"
    PROTECTED = "protected"
    UNPROTECTED = "unprotected"
    DEFERRED = "deferred"
    DRIFTED = "drifted"
    RIVAL = "rival"
    PROGRAM = "program"
    OTHER_PROVIDER = "other-provider"


WORDS: Final[Mapping[Weakens, str]] = {
    Weakens.GONE: "deleted, replaced or forgotten",
    Weakens.FORGOTTEN: "forgotten",
    Weakens.PROTECTED_GONE: "deleted, replaced or forgotten while one of these is on",
    Weakens.NEW: "made",
    Weakens.OFF: "switched off",
    Weakens.ON: "switched on",
    Weakens.UNSET: "set no more",
    Weakens.CHANGES: "changed",
    Weakens.LOSES: "loses members",
    Weakens.GAINS: "gains members",
    Weakens.SHORTER: "less",
    Weakens.LONGER: "more",
    Weakens.FALLS: "falls in its order",
    Weakens.BECOMES: "becomes one of the values",
    Weakens.SOONER: "removes objects sooner",
    Weakens.FEWER_EVENTS: "records fewer events",
    Weakens.WIDENS: "allows a request that it did not allow",
    Weakens.ADMINISTRATOR: "allows everything",
    Weakens.OPENS: "lets in strangers",
    Weakens.GUARDRAILS: "a request that was denied in an account is not any more",
    Weakens.NEW_ADMINISTRATORS: "somebody becomes an administrator",
    Weakens.LAST_ADMINISTRATORS: "nobody stays an administrator",
    Weakens.EXISTING_ACCOUNT: "made although the configuration has its id",
    Weakens.OTHER_ACCOUNT: "imported under another name or e-mail address than AWS has",
    Weakens.CHANGING_IMPORT: "imported and changed at once",
    Weakens.PROTECTED: "deleted, replaced or forgotten",
    Weakens.UNPROTECTED: "gets an address that is not protected",
    Weakens.DEFERRED: "put off to a later plan",
    Weakens.DRIFTED: "weakened outside Terraform, and not mended",
    Weakens.PROGRAM: "runs a program when it is made or deleted",
    Weakens.OTHER_PROVIDER: "made by another provider than AWS's",
    Weakens.RIVAL: "made beside another one for the same thing",
}
"""Each direction as the page of rules says it."""


class Rule(BaseModel):
    """One rule.

    Example:
        >>> Rule(
        ...     name="trail-off", kind="audit", types=["aws_cloudtrail"], attributes=["enable_logging"], weakens="off",
        ...     why="Nobody could tell who did what.",
        ... ).severity
        <Severity.STOP: 'stop'>
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"[a-z0-9]+(-[a-z0-9]+)*", description="Its name in approvals; unique.")
    kind: Kind = Field(description="What it guards.")
    types: tuple[str, ...] = Field(default=(), description="Resource types.")
    attributes: tuple[str, ...] = Field(default=(), description="Paths of attributes; blocks are gone through.")
    weakens: Weakens = Field(description="The direction that weakens.")
    why: str = Field(pattern=r"\S.*\.", description="Why, as a sentence.")
    noun: str = Field(default="", description="What the resource or the attribute is called, in a sentence.")
    severity: Severity = Field(default=Severity.STOP, description="What the guard does.")
    approvable: bool = Field(default=True, description="Whether an approval can lift a stop.")
    created: Severity | None = Field(
        default=None, description="What the guard does if a new resource is weak from the start; nothing if not said."
    )
    default: bool | int | str | None = Field(default=None, description="What null stands for.")
    forever: tuple[int, ...] = Field(default=(), description="Numbers that mean without end.")
    order: tuple[str, ...] = Field(default=(), description="Values from the strongest to the weakest.")
    orders: dict[str, tuple[str, ...]] = Field(default={}, description="Orders of settings, by the settings' name.")
    values: tuple[str, ...] = Field(default=(), description="Values that are weak; * stands for anything.")
    unless: dict[str, tuple[bool | str, ...]] = Field(
        default={}, description="Attributes whose value, as it was, makes a loss harmless."
    )
    of: tuple[str, ...] = Field(
        default=(), description="Attributes that name what it belongs to; a new one is named if that was there before."
    )
    policy: str = Field(default="", description="The kind of policy: trust, resource, identity or boundary.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needed = {
            Weakens.FALLS: self.order,
            Weakens.BECOMES: self.values,
            Weakens.WIDENS: self.policy,
            Weakens.OPENS: self.policy,
        }
        if self.weakens in needed and not needed[self.weakens]:
            raise ValueError(f"{self.name}: {self.weakens} needs an order, values or a kind of policy")
        if self.weakens not in _OF_THE_PLAN and not self.types:
            raise ValueError(f"{self.name}: {self.weakens} needs types")
        if bool(self.attributes) is (self.weakens in _WITHOUT_ATTRIBUTES):
            raise ValueError(f"{self.name}: attributes are for directions of values, and needed there")
        return self


_OF_THE_PLAN: Final = frozenset(
    {
        Weakens.GUARDRAILS,
        Weakens.NEW_ADMINISTRATORS,
        Weakens.LAST_ADMINISTRATORS,
        Weakens.EXISTING_ACCOUNT,
        Weakens.OTHER_ACCOUNT,
        Weakens.CHANGING_IMPORT,
        Weakens.PROTECTED,
        Weakens.UNPROTECTED,
        Weakens.DEFERRED,
        Weakens.DRIFTED,
        Weakens.PROGRAM,
        Weakens.OTHER_PROVIDER,
    }
)
_WITHOUT_ATTRIBUTES: Final = frozenset({Weakens.GONE, Weakens.FORGOTTEN, Weakens.NEW, *_OF_THE_PLAN})


@cache
def rules() -> tuple[Rule, ...]:
    """The guard's rules.

    Raises:
        RulesError: If there are none of some kind, or they cannot be read: a guard without rules must not say yes.
    """
    return read_rules({path.stem: path.read_text(encoding="utf-8") for path in sorted(RULES.glob("*.toml"))})


def read_rules(files: Mapping[str, str]) -> tuple[Rule, ...]:
    """Read rules.

    Args:
        files: Kind to the text of its file.

    Raises:
        RulesError: As `rules`.
    """
    found: list[Rule] = []
    for kind in Kind:
        try:
            entries: list[dict[str, Any]] = tomllib.loads(files.get(kind, "")).get("rule", [])
            found += (Rule(kind=kind, **entry) for entry in entries)
        except (tomllib.TOMLDecodeError, ValidationError, TypeError) as error:
            raise RulesError(f"The guard's rules about {kind} cannot be read: {error}") from error
        if not entries:
            raise RulesError(f"The guard has no rules about {kind}: it cannot judge plans.")
    names = [rule.name for rule in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise RulesError(f"The guard's rules have a name twice: {', '.join(twice)}.")
    return tuple(found)
