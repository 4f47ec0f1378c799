"""Argument checks of generated code, with the same result in less time."""

from __future__ import annotations

import typing
from contextlib import suppress
from functools import cache
from importlib import import_module
from types import ModuleType, NoneType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def quicken(module: ModuleType) -> None:
    """Make a module that jsii generated work out the types of a function's arguments once, not in every call.

    And let it accept the ``None`` of an argument left out without trying it against every other type first. Newer
    versions of jsii generate the former by themselves.

    Args:
        module: The module, executed. One that looks different is left as it is.
    """
    found = module.__dict__
    if found.get("typing") is typing:
        found["typing"] = _remembering()
    if callable(found.get("check_type")):
        found["check_type"] = _none_first(found["check_type"])


@cache
def _remembering() -> ModuleType:
    """The module `typing`, with jsii's own `get_type_hints` where the installed jsii has it."""
    copy = ModuleType(typing.__name__)
    copy.__dict__.update(typing.__dict__)
    with suppress(ImportError, AttributeError):
        copy.__dict__["get_type_hints"] = import_module("jsii._type_checking").cached_type_hints
    return copy


def _none_first(check: Callable[..., Any]) -> Callable[..., Any]:
    def check_type(argname: str, value: object, expected_type: Any) -> Any:
        if (
            value is None
            and getattr(expected_type, "__origin__", None) is typing.Union
            and NoneType in expected_type.__args__
        ):
            return None
        return check(argname=argname, value=value, expected_type=expected_type)

    return check_type
