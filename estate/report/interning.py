"""What many have in common, kept once."""

import json
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

from pydantic import BaseModel

ValueT = TypeVar("ValueT")


class Table(Generic[ValueT]):
    """Values, each once, by their place."""

    def __init__(self) -> None:
        self._values: list[ValueT] = []
        self._places: dict[Hashable, int] = {}

    def add(self, value: ValueT) -> int:
        """The place of a value; it gets one if it has none."""
        key: Hashable = value.model_dump_json() if isinstance(value, BaseModel) else _key(value)
        if key not in self._places:
            self._places[key] = len(self._values)
            self._values.append(value)
        return self._places[key]

    def __iter__(self) -> Iterator[ValueT]:
        return iter(self._values)

    def __getitem__(self, place: int) -> ValueT:
        return self._values[place]


def _key(value: object) -> Hashable:
    return value if isinstance(value, (str, tuple)) else json.dumps(value, sort_keys=True)
