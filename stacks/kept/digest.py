"""Digests of what the configuration consists of."""

from __future__ import annotations

import dataclasses
import datetime as dt
import ipaddress
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from enum import Enum
from hashlib import blake2b
from typing import Any, Final

from pydantic import BaseModel

_PLAIN: Final = (
    Decimal,
    dt.date,
    dt.time,
    dt.timedelta,
    ipaddress.IPv4Address,
    ipaddress.IPv4Network,
    ipaddress.IPv6Address,
    ipaddress.IPv6Network,
)
"""Types whose values say all about themselves in their representation."""
_LEAVES: Final = frozenset({bool, int, float, str, bytes})
_SIZE: Final = 20


class UnknownTypeError(TypeError):
    """It cannot be told whether two values of a type are the same."""


class Digests:
    """Tells values apart by content; what several values share is looked at once.

    Equal values may differ in their digests (a mapping in another order, since builders go by order), different ones never
    agree.

    Example:
        >>> Digests().of({"a": (1, "x")}) == Digests().of({"a": (1, "x")})
        True
    """

    def __init__(self) -> None:
        self._known: dict[int, bytes] = {}
        self._kept: list[object] = []  # an id is of one object only as long as that lives

    def of(self, value: Any) -> bytes:
        """The digest of a value.

        Raises:
            UnknownTypeError: The value holds something that is no data.
        """
        if value is None or type(value) in _LEAVES:
            return _digest(type(value).__name__.encode(), repr(value).encode())
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = self._whole(value)
            self._kept.append(value)
        return known

    def _whole(self, value: Any) -> bytes:
        kind = f"{type(value).__module__}.{type(value).__qualname__}".encode()
        if isinstance(value, Enum):
            parts = [value.name.encode()]
        elif isinstance(value, BaseModel):
            parts = list(map(self.of, _flat(dict(iter(value)))))
        elif dataclasses.is_dataclass(value) and not isinstance(value, type):
            parts = [self.of(getattr(value, field.name)) for field in dataclasses.fields(value)]
        elif isinstance(value, Mapping):
            parts = list(map(self.of, _flat(value)))
        elif isinstance(value, list | tuple):
            parts = list(map(self.of, value))
        elif isinstance(value, AbstractSet):
            parts = sorted(map(self.of, value))
        elif isinstance(value, _PLAIN):
            parts = [repr(value).encode()]
        else:
            raise UnknownTypeError(f"A value of {type(value)!r} is no data: {value!r}.")
        return _digest(kind, *parts)


def _flat(mapping: Mapping[Any, Any]) -> list[Any]:
    return [each for item in mapping.items() for each in item]


def _digest(*parts: bytes) -> bytes:
    """One digest of several texts, each with its length: no two lists of texts look the same."""
    found = blake2b(digest_size=_SIZE)
    for part in parts:
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.digest()


def digest(*parts: bytes) -> str:
    """One digest of several texts, as text."""
    return _digest(*parts).hex()
