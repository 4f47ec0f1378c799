"""What policies without statements set in an account, all levels above it put together.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/policy-operators.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from constructs_lib.policies.management import CHILD_OPERATORS

if TYPE_CHECKING:
    from constructs_lib.policies.management import ManagementPolicy

Path = tuple[str, ...]
_ASSIGN = "@@assign"
_OPEN = frozenset({"@@all", _ASSIGN})


def effective(levels: Iterable[Iterable[ManagementPolicy]]) -> Mapping[Path, Any]:
    """The settings with one value that are in force: a lower level wins, unless one above is closed to it.

    Args:
        levels: The policies of one kind, by level, from the root down to the account. Of two policies of a level that set the
            same, the first counts.

    Returns:
        By path, such as ``("ec2_attributes", "serial_console_access", "status")``, the value. Lists that policies add to
        are left out.

    Example:
        >>> policy = ManagementPolicy(PolicyKind.TAG, {"tags": {"team": {"tag_key": assign("Team")}}})
        >>> effective([[policy]])
        {('tags', 'team', 'tag_key'): 'Team'}
    """
    found: dict[Path, Any] = {}
    closed: set[Path] = set()
    for level in levels:
        here: dict[Path, Any] = {}
        closing: set[Path] = set()
        for policy in level:
            closing.update(_closed(policy.content))
            for path, value in _assigned(policy.content):
                if not any(path[:length] in closed for length in range(len(path) + 1)):
                    here.setdefault(path, value)
        found |= here
        closed |= closing
    return found


def _assigned(settings: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    for key, value in settings.items():
        if key == _ASSIGN:
            yield path, value
        elif isinstance(value, Mapping):
            yield from _assigned(value, (*path, key))


def _closed(settings: Mapping[str, Any], path: Path = ()) -> Iterator[Path]:
    for key, value in settings.items():
        if key == CHILD_OPERATORS and not _OPEN.intersection(value):
            yield path
        elif isinstance(value, Mapping):
            yield from _closed(value, (*path, key))
