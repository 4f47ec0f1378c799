"""Ways to jewels that were there before: the configuration accepts them for a time, in which somebody decides about each."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from config import load
from config.controls.chains import Chains
from config.sources.files import ORGANIZATION
from estate.adoption.files import round_trip, text_of
from estate.terraform.synth import stacks_of
from stacks.reach.paths import Paths
from stacks.reach.questions import Questions
from stacks.reach.world import World

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from estate.adoption.writing import Written

DAYS: Final = 90
"""For how long they are accepted."""
_SET: Final = "permission-set:"
_REASON: Final = (
    "Found so when the organization was taken over: take it away, or name who it is in `principals` if it is meant."
)


def accept_paths(written: Written) -> None:
    """Write into organization.yaml who reaches a jewel already and is not one of its rightful principals.

    Raises:
        ConfigError: The configuration has an error; then nothing is written.
        SynthError: The stacks cannot be synthesized; then nothing is written.
    """
    stacks = stacks_of(written.directory)
    path = written.directory / ORGANIZATION
    yaml = round_trip()
    last = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=DAYS)
    # Where a permission set is accepted, the groups that get it are asked about next.
    while found := _found(written, stacks):
        organization = yaml.load(path.read_text(encoding="utf-8"))
        for kind, principals in sorted(found.items()):
            entry = organization.setdefault("jewels", CommentedMap()).setdefault(kind, CommentedMap())
            accepted = entry.setdefault("accepted", CommentedSeq())
            for principal in sorted(_condensed(principals)):
                until = dt.date.fromordinal(last.toordinal())  # one object in two places becomes an alias in YAML
                accepted.append(CommentedMap(principal=principal, until=until, reason=_REASON))
                written.added.append(f"{ORGANIZATION}: jewels.{kind}.accepted ({principal}, until {until})")
        path.write_text(text_of(yaml, organization), encoding="utf-8")


def _found(written: Written, stacks: Mapping[str, Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in Paths(Questions(World(Chains(load(written.directory, prove_access=False)), stacks))).found():
        found.setdefault(each.kind, set()).add(each.who.name)
    return found


def _condensed(principals: Collection[str]) -> set[str]:
    """A permission set that reaches something of the kind in several accounts is named once."""
    names = {each: f"{_SET}*/{each.partition('/')[2]}" for each in principals if each.startswith(_SET)}
    several = {name for name, count in Counter(names.values()).items() if count > 1}
    return {names[each] if names.get(each) in several else each for each in principals}
