"""Slugs from names: the same for the same organization, whatever the order in which AWS lists it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from config.model.types import as_slug

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_LONGEST = 40


def slugs(names: Mapping[str, str], hints: Mapping[str, str], taken: Collection[str], kind: str) -> dict[str, str]:
    """Give everything a slug.

    A name gives the slug. Where several give the same, or one that is taken, each gets its hint (such as the slug of the OU
    above) in front of it; where that does not tell them apart, the end of its id behind it.

    Args:
        names: Names by id.
        hints: What tells equal names apart, by id.
        taken: Slugs that others have.
        kind: What stands for a name that gives no slug, with the end of the id.

    Example:
        >>> slugs({"1": "Prod", "2": "prod"}, {}, (), "account")
        {'1': 'prod-1', '2': 'prod-2'}
    """
    plain = {id_: slug_of(name) for id_, name in names.items()}
    found = _apart(plain, taken)
    hinted = {id_: _joined(hints.get(id_, ""), plain[id_]) for id_ in names if id_ not in found and plain[id_]}
    found |= _apart(hinted, {*taken, *found.values()})
    for id_ in sorted(names.keys() - found.keys()):
        end = re.sub(r"[^a-z0-9]", "", id_.lower())
        used = {*taken, *found.values()}
        found[id_] = next(
            slug
            for length in (4, 8, 12, 20, 40)
            if (slug := _joined(plain[id_] or kind, end[-length:])) not in used or length == _LONGEST
        )
    return {id_: found[id_] for id_ in names}


def slug_of(name: str) -> str:
    """The slug that a name suggests; an apostrophe is no gap."""
    return as_slug(re.sub("['\u2019]", "", name))


def _apart(wanted: Mapping[str, str], taken: Collection[str]) -> dict[str, str]:
    counts = Counter(wanted.values())
    return {id_: slug for id_, slug in wanted.items() if slug and counts[slug] == 1 and slug not in taken}


def _joined(first: str, second: str) -> str:
    if not first:
        return second
    return f"{as_slug(first, _LONGEST - len(second) - 1)}-{second}"
