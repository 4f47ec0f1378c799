"""Argument checks of generated code, with the same result in less time."""

from __future__ import annotations

import typing
from contextlib import suppress
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_KNOWN: Final[dict[int, tuple[Any, frozenset[type]]]] = {}
"""Types with their classes, by the id of the type: types of several take longer to be compared."""
_MOST: Final = 65536


def quicken(module: ModuleType) -> None:
    """Make a module that jsii generated work out the types of a function's arguments once, not in every call.

    And let it accept what is of one of the types itself, as the ``None`` of an argument left out, without trying it against
    every other type first. Newer versions of jsii generate the former by themselves.

    Args:
        module: The module, executed. One that looks different is left as it is.
    """
    found = module.__dict__
    if found.get("typing") is typing:
        found["typing"] = _remembering()
    if callable(found.get("check_type")):
        found["check_type"] = _itself_first(found["check_type"])


@cache
def _remembering() -> ModuleType:
    """The module `typing`, with jsii's own `get_type_hints` where the installed jsii has it."""
    copy = ModuleType(typing.__name__)
    copy.__dict__.update(typing.__dict__)
    with suppress(ImportError, AttributeError):
        copy.__dict__["get_type_hints"] = import_module("jsii._type_checking").cached_type_hints
    return copy


def _itself_first(check: Callable[..., Any]) -> Callable[..., Any]:
    def check_type(argname: str, value: object, expected_type: Any) -> Any:
        known = _KNOWN.get(id(expected_type))
        if known is None:
            known = expected_type, _classes(expected_type)
            if len(_KNOWN) < _MOST:
                _KNOWN[id(expected_type)] = known
        if type(value) in known[1]:
            return None
        return check(argname=argname, value=value, expected_type=expected_type)

    return check_type


def _classes(expected: Any) -> frozenset[type]:
    """The classes that a type, or one of several, is."""
    several = typing.get_args(expected) if typing.get_origin(expected) is typing.Union else (expected,)
    return frozenset(each for each in several if isinstance(each, type))
