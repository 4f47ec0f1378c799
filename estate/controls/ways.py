"""Ways to jewels that a change of the configuration opens and closes."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from config.nodes import Organization
from stacks.reach.identities import Identity
from stacks.reach.jewels import Jewel
from stacks.reach.paths import Path, Paths
from stacks.reach.questions import Questions
from stacks.reach.steps import Way

_ID: Final = re.compile(r"(?<!\d)\d{12}(?!\d)")
_Place = tuple[str, str]
"""A jewel's key in the configuration, and the slug of its account."""
_Call = tuple[str, str | None, tuple[str, ...]]


@dataclass(frozen=True)
class Reached:
    """Ways to a jewel that one version has and the other has not.

    Args:
        jewel: What it is called in the configuration.
        accounts: The slugs of the accounts that it is in.
        who: Who reaches it, or reached it.
        rightful: Whether it is theirs to reach; synthesis refuses the others.
        sentence: The way in the first of the accounts, in words.
    """

    jewel: str
    accounts: tuple[str, ...]
    who: str
    rightful: bool
    sentence: str


@dataclass(frozen=True)
class Ways:
    """What a change opens and closes.

    Args:
        gained: Ways that there were not.
        lost: Ways that there are no more.
    """

    gained: tuple[Reached, ...]
    lost: tuple[Reached, ...]

    def __bool__(self) -> bool:
        return bool(self.gained or self.lost)


def ways_between(before: Questions, after: Questions) -> Ways:
    """Compare who reaches the jewels of two versions.

    Somebody who reaches a jewel only by somebody else who gains it, too, is named with them. A way that wants another
    condition than before is lost and gained.

    Args:
        before: The version that is compared with.
        after: The version at hand.
    """
    was, now = _Version(before), _Version(after)
    return Ways(tuple(_beyond(now, was)), tuple(_beyond(was, now)))


class _Version:
    def __init__(self, questions: Questions) -> None:
        self.slugs = _slugs(questions.organization, questions.world.chains.account_id)
        self._paths = Paths(questions)

    @cached_property
    def reached(self) -> Mapping[_Place, Mapping[Identity, Mapping[_Call, tuple[Jewel, Way]]]]:
        """By jewel and somebody, each call. Accounts go by their slugs: an id comes to be known, and stays the same account."""
        found: dict[_Place, dict[Identity, dict[_Call, tuple[Jewel, Way]]]] = {}
        for jewel, ways in self._paths.reached():
            on = None if jewel.resource is None else self._named(jewel.resource)
            for who, way, needs in ways:
                call = jewel.action, on, tuple(self._named(need) for need in needs)
                found.setdefault((jewel.kind, jewel.account.slug), {}).setdefault(who, {})[call] = jewel, way
        return found

    @cached_property
    def refused(self) -> frozenset[tuple[str, str, str]]:
        """Jewel, account and name of those who should not, and those who can become them."""
        return frozenset(
            (path.kind, path.account.slug, name)
            for path in self._paths.found()
            for name in (path.who.name, *path.behind)
        )

    def _named(self, text: str) -> str:
        return _ID.sub(lambda found: self.slugs.get(found[0], found[0]), text)


def _slugs(organization: Organization, id_of: Callable[..., str]) -> Mapping[str, str]:
    return {id_of(account): slug for slug, account in organization.accounts.items()}


def _beyond(one: _Version, other: _Version) -> Iterable[Reached]:
    """The ways that one version has and the other has not; the same in several accounts once."""
    found: dict[tuple[str, str, bool, tuple[object, ...]], list[Path]] = {}
    for place, reached in one.reached.items():
        new = {
            who: calls
            for who, had in reached.items()
            if (calls := {call: had[call] for call in had.keys() - other.reached.get(place, {}).get(who, {}).keys()})
        }
        behind = _behind(new, {who for who in new if (*place, who.name) in one.refused})
        for who, calls in new.items():
            if who.name in behind:
                continue
            path = _path(place[0], who, calls, [name for name, lead in behind.items() if lead == who.name])
            theirs = (*place, who.name) not in one.refused
            same = tuple(step.how for step in path.way), path.needs, len(path.calls), len(path.behind)
            found.setdefault((place[0], _anywhere(who), theirs, same), []).append(path)
    for (kind, _, theirs, _), paths in found.items():
        accounts = tuple(path.account.slug for path in paths)
        yield Reached(kind, accounts, paths[0].who.name, theirs, paths[0].sentence)


def _anywhere(who: Identity) -> str:
    """A name without the account: the role that each account has is one line."""
    return who.name.replace(f":{who.account.slug}", ":", 1) if who.account else who.name


def _behind(new: Mapping[Identity, Mapping[_Call, tuple[Jewel, Way]]], refused: set[Identity]) -> dict[str, str]:
    """Those whose next step is to somebody who gains it, too, each with the last on their way who does.

    Who is refused stands by themselves where those whom they become are not.
    """
    found = {}
    for who, calls in new.items():
        way = next(iter(calls.values()))[1]
        last = who
        for step in way:
            if step.target not in new or (who in refused and step.target not in refused):
                break
            last = step.target
        if last != who:
            found[who.name] = last.name
    return found


def _path(kind: str, who: Identity, calls: Mapping[_Call, tuple[Jewel, Way]], behind: list[str]) -> Path:
    ordered = sorted(calls.items(), key=lambda each: (each[0][0], each[0][1] or "", each[0][2]))
    (*_, needs), (jewel, way) = ordered[0]
    named = tuple((each.action, each.resource) for _, (each, _) in ordered)
    return Path(kind, jewel.account, who, way, named, needs, tuple(sorted(behind)))
