"""Values of a wrong type are refused as others are: by one `InvalidValueError`, where the caller handed them over.

Annotations are what the type checker reads; this reads the same, for callers that have none. It is as lenient as the library
is: a list will do for a tuple. It is stricter where the slip is common: a text is no list of its letters.
"""

from __future__ import annotations

import collections.abc
import functools
import inspect
import re
import sys
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Any, Final, Literal, NamedTuple, TypeVar, Union, get_args, get_origin

from constructs_lib.errors import InvalidValueError
from constructs_lib.tokens import unresolved

T = TypeVar("T", bound=Callable[..., Any])

_PRIMITIVE: Final = (str, bytes, bool, int, float, list, tuple, dict, set, frozenset, type(None))
_WORDS: Final = {
    str: "text",
    bytes: "bytes",
    bool: "True or False",
    int: "a whole number",
    float: "a number",
    type(None): "None",
}


class _Misfit(NamedTuple):
    """A value of a wrong type, which may be a part of the argument."""

    name: str
    value: object
    expected: str
    cure: str = ""


_Check = Callable[[str, object], _Misfit | None]


def typed(target: T) -> T:
    """Have the arguments of a class and its public methods, or of a function, checked before anything is done with them.

    Args:
        target: The class or the function, annotated.

    Example:
        >>> @typed
        ... def note(account_id: str) -> None: ...
        >>> note(111122223333)
        Traceback (most recent call last):
        constructs_lib.errors.InvalidValueError: account_id is 111122223333; expected text. Write '111122223333'.
    """
    if not isinstance(target, type):
        return typing.cast("T", _checked(target))
    target.__init__ = _checked(target.__init__)  # type: ignore[misc]
    for name, member in list(vars(target).items()):
        function = member.__func__ if isinstance(member, (classmethod, staticmethod)) else member
        if not name.startswith("_") and inspect.isfunction(function) and _takes_something(function):
            wrapped = _checked(function)
            setattr(target, name, wrapped if function is member else type(member)(wrapped))
    return target


def _takes_something(function: Callable[..., Any]) -> bool:
    """Whether a method takes anything but what it is called on."""
    return any(name not in ("self", "cls") for name in inspect.signature(function).parameters)


def _checked(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        names, checks = _checks(function, function.__module__)
        for name, value in (*zip(names(len(args)), args, strict=False), *kwargs.items()):
            check = checks.get(name.partition("[")[0])
            misfit = check(name, value) if check else None
            if misfit:
                raise InvalidValueError(misfit.name, misfit.value, expected=misfit.expected, cure=misfit.cure)
        return function(*args, **kwargs)

    return checked


@functools.cache
def _checks(function: Callable[..., Any], module: str) -> tuple[Callable[[int], list[str]], dict[str, _Check]]:
    """The names of positional arguments by their number, and the check of each argument that can be checked."""
    parameters = inspect.signature(function).parameters
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    fixed = [name for name, each in parameters.items() if each.kind in positional]
    rest = [name for name, each in parameters.items() if each.kind is inspect.Parameter.VAR_POSITIONAL]

    def names(count: int) -> list[str]:
        return fixed + [f"{name}[{index}]" for name in rest for index in range(count - len(fixed))]

    namespace = _Namespace(vars(sys.modules[module]))
    checks = {
        name: _check(_evaluated(each.annotation, namespace))
        for name, each in parameters.items()
        if each.annotation is not inspect.Parameter.empty and each.kind is not inspect.Parameter.VAR_KEYWORD
    }
    return names, checks


def _evaluated(annotation: Any, namespace: _Namespace) -> Any:
    return eval(annotation, {}, namespace) if isinstance(annotation, str) else annotation  # noqa: S307 - our own source


class _Namespace(dict[str, Any]):
    """A module's names, and those that it imports for the type checker only; of what is not loaded, the name will do."""

    def __missing__(self, name: str) -> Any:
        for module in (collections.abc, typing):
            if hasattr(module, name):
                return getattr(module, name)
        library = sys.modules["constructs_lib"]
        if name in library.__all__:
            return getattr(library, name)
        builtin = vars(sys.modules["builtins"]).get(name)
        return builtin if builtin is not None else type(name, (), {"by_name": True})


def _check(annotation: Any) -> _Check:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, str):
        annotation = type(annotation, (), {"by_name": True})
    if origin in (Union, types.UnionType):
        return _one_of_types([_check(argument) for argument in arguments])
    if origin is Literal:
        return _one_of_values(arguments)
    return _check_of_type(type(None) if annotation is None else origin or annotation, arguments)


def _check_of_type(kind: Any, arguments: tuple[Any, ...]) -> _Check:
    if kind in (Any, object) or not isinstance(kind, type):
        return lambda _name, _value: None
    if kind is collections.abc.Callable:
        return lambda name, value: None if callable(value) else _Misfit(name, value, "a function")
    if issubclass(kind, Mapping):
        return _mapping(*(_check(argument) for argument in arguments or (Any, Any)))
    if (
        kind is not str
        and kind is not bytes
        and issubclass(kind, Iterable)
        and kind.__module__ in ("builtins", "collections.abc")
    ):
        fixed = kind is tuple and Ellipsis not in arguments
        return _several(kind, _check(Any if fixed or not arguments else arguments[0]))
    return _instance(kind)


def _one_of_types(checks: Sequence[_Check]) -> _Check:
    def check(name: str, value: object) -> _Misfit | None:
        misfits = []
        for each in checks:
            misfit = each(name, value)
            if misfit is None:
                return None
            misfits.append(misfit)
        inner = next((misfit for misfit in misfits if misfit.name != name), None)
        if inner:
            return inner
        *others, last = dict.fromkeys(misfit.expected for misfit in misfits)
        expected = f"{', '.join(others)} or {last}" if others else last
        return _Misfit(name, value, expected, next((misfit.cure for misfit in misfits if misfit.cure), ""))

    return check


def _one_of_values(known: Sequence[object]) -> _Check:
    def check(name: str, value: object) -> _Misfit | None:
        if any(value == each and type(value) is type(each) for each in known) or (
            isinstance(value, str) and unresolved(value)
        ):
            return None
        # What is in the list does not say which of them.
        return _Misfit(re.sub(r"\[\d+\]$", "", name), value, f"one of {', '.join(map(str, known))}")

    return check


def _mapping(key_check: _Check, value_check: _Check) -> _Check:
    def check(name: str, value: object) -> _Misfit | None:
        if not isinstance(value, Mapping):
            return None if _of_jsii(value) else _Misfit(name, value, "a mapping")
        for key, each in value.items():
            misfit = key_check(f"a key of {name}", key) or value_check(f"{name}[{key!r}]", each)
            if misfit:
                return misfit
        return None

    return check


def _several(kind: type, element_check: _Check) -> _Check:
    def check(name: str, value: object) -> _Misfit | None:
        if isinstance(value, (str, bytes, Mapping)):
            return _Misfit(name, value, "a list", f"Write [{value!r}]." if isinstance(value, str) else "")
        if isinstance(value, (Sequence, AbstractSet)):
            found = (element_check(f"{name}[{index}]", each) for index, each in enumerate(value))
            return next((misfit for misfit in found if misfit), None)
        # What is read once cannot be looked at before; only who says Iterable reads it once.
        lazily = issubclass(kind, Iterator) or kind in (Iterable, collections.abc.Collection)
        if (lazily and isinstance(value, Iterable)) or _of_jsii(value):
            return None
        return _Misfit(name, value, "a list")

    return check


def _instance(kind: type) -> _Check:
    expected = _WORDS.get(kind) or f"{'an' if kind.__name__[0] in 'AEIOU' else 'a'} {kind.__name__}"
    by_name = vars(kind).get("by_name", False)
    interface = bool(re.match("I[A-Z]", kind.__name__))

    def fits(value: object) -> bool:
        if vars(kind).get("_is_protocol", False):
            return not isinstance(value, _PRIMITIVE)
        if by_name:  # not loaded, or an interface of jsii, which the kernel checks
            return (
                not isinstance(value, _PRIMITIVE)
                if interface
                else any(each.__name__ == kind.__name__ for each in type(value).__mro__)
            )
        if kind in (int, float) and isinstance(value, float) and unresolved(value):
            return True
        if kind is float:
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        return isinstance(value, kind) and (kind is bool or not isinstance(value, bool) or kind is object)

    def check(name: str, value: object) -> _Misfit | None:
        if fits(value):
            return None
        if issubclass(kind, Enum):
            members = {f"{kind.__name__}.{each.name}": each for each in kind}
            meant = [
                text
                for text, each in members.items()
                if str(value).lower() in (each.name.lower(), str(each.value).lower())
            ]
            return _Misfit(name, value, f"one of {', '.join(members)}", f"Write {meant[0]}." if meant else "")
        number = kind is str and isinstance(value, (int, float)) and not isinstance(value, bool)
        return _Misfit(name, value, expected, f"Write {str(value)!r}." if number else "")

    return check


def _of_jsii(value: object) -> bool:
    """Whether the kernel has the value, so that it may be a token for anything."""
    return hasattr(type(value), "__jsii_type__")
