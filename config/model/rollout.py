"""How far something has come that reaches the organization in waves."""

from typing import Self

from pydantic import Field, model_validator

from config.model.approvals import Day
from config.model.base import Model, refuse
from config.model.settings import PartialSettings
from config.model.types import Selector


class Rollout(Model):
    """The waves, and how many of them have been reached. A wave is one change: going back is one revert."""

    waves: tuple[Selector, ...] = Field(min_length=2, description="Whom it reaches, one after the other.")
    reached: int = Field(default=0, ge=0, description="How many waves it has reached; `estate rollout next` counts on.")
    since: Day | None = Field(default=None, description="The day on which it reached the last of these.")
    pause_days: int = Field(default=7, ge=0, le=365, description="For so many days the next wave waits.")

    @model_validator(mode="after")
    def _counted(self) -> Self:
        if len(set(self.waves)) < len(self.waves):
            raise refuse("each wave once", "Remove the one that comes again.")
        if any(wave.startswith("state:") for wave in self.waves):
            raise refuse("waves of OUs, accounts or tags", "What holds for a state is said in `targets`.")
        if self.reached > len(self.waves):
            raise refuse(f"`reached` of at most {len(self.waves)}, the number of waves")
        if (self.reached > 0) is (self.since is None):
            raise refuse("`since` as soon as a wave is reached, and only then", "`estate rollout next` writes both.")
        return self

    @property
    def now(self) -> tuple[Selector, ...]:
        """The waves that it has reached."""
        return self.waves[: self.reached]


class SettingsRollout(Rollout):
    """Settings that reach accounts in waves. They win over `defaults` and `defaults_by_tag`; an account's own win over them."""

    settings: PartialSettings = Field(min_length=1, description="What the accounts of the reached waves get.")
