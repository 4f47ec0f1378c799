"""What a stack reads of the organization, written down while it reads.

A stack's content follows from its account, from what its capabilities give it, and from what its builders read of the
organization's shared part. The last is not declared anywhere, it is seen: a stack gets a view that hands out the same values
and notes each. Whoever knows the notes can tell whether another organization would give the same stack.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from config.nodes import Account, Organization

if TYPE_CHECKING:
    from config.capabilities.capability import AccountInput
    from config.model.account import Purpose

V = TypeVar("V")

Read = tuple[str, ...]
"""What was read: ``("slug",)`` a field as a whole, ``("accounts", "security")`` one entry of a mapping,
``("with_purpose", "terraform")`` what a method gives for an argument."""

_FIELDS: Final = frozenset(Organization.__dataclass_fields__)


def watch(inputs: AccountInput) -> tuple[AccountInput, set[Read]]:
    """Have a stack's reads noted.

    Args:
        inputs: What the stack is made from.

    Returns:
        The same for the stack to be made from, and what it will have read by then.
    """
    reads: set[Read] = set()
    return replace(inputs, organization=_Watched(inputs.organization, reads)), reads


def unwatched(inputs: AccountInput) -> AccountInput:
    """The same, with nothing noted: for what is known by its result, not by what it was made from."""
    organization = inputs.organization
    if isinstance(organization, _Watched):
        return replace(inputs, organization=vars(organization)["_whole"])
    return inputs


def read(organization: Organization, what: Read) -> Any:
    """Read again.

    Args:
        organization: The organization, or another one.
        what: What was read.

    Returns:
        What is there; None where nothing is.
    """
    name, *keys = what
    found: Any = getattr(organization, name)
    if not keys:
        return found
    return found(*keys) if callable(found) else found.get(*keys)


class _Watched(Organization):
    """An organization that notes what is read of it. What it inherits reads its fields, and so is noted, too."""

    def __init__(self, whole: Organization, reads: set[Read]) -> None:  # instead of the fields' own
        vars(self).update(_whole=whole, _reads=reads)

    def __getattribute__(self, name: str) -> Any:
        if name not in _FIELDS:
            return super().__getattribute__(name)
        own = vars(self)
        found = getattr(own["_whole"], name)
        if isinstance(found, Mapping):
            return _WatchedMapping(name, found, own["_reads"])
        own["_reads"].add((name,))
        return found

    # As the fields: less is read than by looking through all accounts for them.

    @property
    def management(self) -> Account:
        return self._noted("management")  # type: ignore[no-any-return]

    @property
    def organization_id(self) -> str | None:
        return self._noted("organization_id")  # type: ignore[no-any-return]

    def with_purpose(self, purpose: Purpose) -> tuple[Account, ...]:
        return self._noted("with_purpose", purpose)  # type: ignore[no-any-return]

    def _noted(self, *what: str) -> Any:
        own = vars(self)
        own["_reads"].add(what)
        return read(own["_whole"], what)


class _WatchedMapping(Mapping[str, V]):
    """A mapping that notes which entry is read, or that all of it is."""

    def __init__(self, name: str, whole: Mapping[str, V], reads: set[Read]) -> None:
        self._name, self._whole, self._reads = name, whole, reads

    def __getitem__(self, key: str) -> V:
        self._reads.add((self._name, key))
        return self._whole[key]

    def __iter__(self) -> Iterator[str]:
        self._reads.add((self._name,))
        return iter(self._whole)

    def __len__(self) -> int:
        self._reads.add((self._name,))
        return len(self._whole)

    # As the inherited ones, without a note for each entry.

    def items(self) -> ItemsView[str, V]:
        self._reads.add((self._name,))
        return self._whole.items()

    def values(self) -> ValuesView[V]:
        self._reads.add((self._name,))
        return self._whole.values()
