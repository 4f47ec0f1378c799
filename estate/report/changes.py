"""The document's parts about a change and about plans, and what every part is made of."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """A part of the document."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Index = Annotated[int, Field(ge=0)]


class Near(Part):
    """Something that is near a quota of AWS."""

    what: str
    measured: int
    limit: int
    unit: str


class Effect(Part):
    """Who may do other things than before."""

    accounts: Index = Field(description="Index of a set of accounts.")
    policies: list[str]
    sentences: list[str]


class Moved(Part):
    """An account in another OU than before."""

    account: str
    source: str
    target: str


class WayBetween(Part):
    """A way to a jewel that one of the two versions has and the other has not."""

    gained: bool = Field(description="Whether there was none before; else there is none any more.")
    jewel: str
    accounts: Index = Field(description="Index of the set of accounts that the jewel is in.")
    who: str
    rightful: bool = Field(description="Whether it is theirs to reach; synthesis refuses the others.")
    sentence: str = Field(description="The way in the first of the accounts.")


class Change(Part):
    """What differs from BASE."""

    base: str
    added: list[str]
    removed: list[str]
    moved: list[Moved]
    effects: list[Effect]
    ways: list[WayBetween] | None = Field(description="null if BASE was not synthesized.")
    near: list[Near]
    stacks: list[str] = Field(description="Stacks that may change.")


class Note(Part):
    """What matters in a plan."""

    mark: str
    address: str
    text: str
    danger: bool


class StackPlan(Part):
    """The plan of one stack."""

    stack: str
    created: int
    updated: int
    destroyed: int
    notes: list[Note]


class Danger(Part):
    """Something that a plan weakens."""

    stack: str
    address: str
    rule: str
    what: str
    why: str
    state: Literal["stopped", "approved", "said"]
    reason: str = Field(description="Why it was approved.")


class Plans(Part):
    """What the guard says about plans."""

    passes: bool
    stacks: list[StackPlan]
    dangers: list[Danger]
