"""Guardrails and settings that reach the organization in waves: where each stands, on to the next wave, and back."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml.comments import CommentedMap

from config.model.rollout import Rollout
from config.sources.files import ORGANIZATION, Files
from estate.accounts.editing import Edit


@dataclass(frozen=True)
class Wave:
    """One rollout.

    Args:
        name: The slug of the policy, or of the settings.
        file: The file that says it, below the configuration's directory.
        keys: The keys of that file that lead to it.
        rollout: What it says.
    """

    name: str
    file: str
    keys: tuple[str, ...]
    rollout: Rollout

    def stands(self, today: dt.date) -> str:
        """Where it stands, in words."""
        if self.rollout.since is None:
            return "not begun"
        if self.next is None:
            return f"everywhere since {self.rollout.since}"
        if today < self.may:
            return f"since {self.rollout.since}; the next may follow on {self.may}"
        return f"since {self.rollout.since}; the next may follow"

    @property
    def next(self) -> str | None:
        """The wave that follows; None after the last."""
        left = self.rollout.waves[self.rollout.reached :]
        return left[0] if left else None

    @property
    def may(self) -> dt.date:
        """The day from which on the next wave may follow; any, before the first."""
        since = self.rollout.since
        return since + dt.timedelta(days=self.rollout.pause_days) if since else dt.date.min

    def is_due(self, today: dt.date) -> bool:
        """Whether the scheduled job goes on: never for the first wave, which somebody begins."""
        return self.rollout.reached > 0 and self.next is not None and today >= self.may


def waves(files: Files) -> Iterator[Wave]:
    """All rollouts, of policies and of settings."""
    for slug, entry in files.policies.items():
        if entry.model and entry.model.rollout:
            yield Wave(slug, f"policies/{slug}.yaml", ("rollout",), entry.model.rollout)
    organization = files.organization.model
    for name, rollout in sorted(organization.rollouts.items()) if organization else ():
        yield Wave(name, ORGANIZATION, ("rollouts", name), rollout)


def stepped(wave: Wave, by: int, today: dt.date) -> Edit:
    """How its file changes when it goes one wave on, or back."""

    def change(file: CommentedMap) -> None:
        place: Any = file
        for key in wave.keys:
            place = place[key]
        place["reached"] = wave.rollout.reached + by
        if place["reached"]:
            place["since"] = today.isoformat()
        else:
            place.pop("since", None)

    return change
