"""The types of guardrail parameters: in words, as JSON Schema, and read from plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.document import Strings
from constructs_lib.policies.names import did_you_mean


@dataclass(frozen=True)
class _Scalar:
    words: str
    schema: str


_SCALARS: dict[Any, _Scalar] = {
    bool: _Scalar("true or false", "boolean"),
    int: _Scalar("a whole number", "integer"),
    str: _Scalar("text", "string"),
}


def words(annotation: Any) -> str:
    """What a parameter of this type takes, in words."""
    if annotation == Strings:
        return "text, or a list of texts"
    if annotation in _SCALARS:
        return _SCALARS[annotation].words
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return "one of " + ", ".join(f"`{choice}`" for choice in arguments)
    if origin is Mapping:
        return f"a mapping of text to {words(arguments[1])}"
    if _optional(annotation):
        return f"{words(_inner(annotation))}, or nothing"
    if is_dataclass(annotation):
        return "(" + ", ".join(f"`{entry.name}`: {words(kind)}" for entry, kind in _fields(annotation)) + ")"
    raise TypeError(f"A guardrail's parameter cannot be of type {annotation!r}.")


def schema(annotation: Any) -> dict[str, Any]:
    """JSON Schema of a parameter of this type."""
    if annotation == Strings:
        return {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    if annotation in _SCALARS:
        return {"type": _SCALARS[annotation].schema}
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": schema(arguments[1])}
    if _optional(annotation):
        return {"anyOf": [schema(_inner(annotation)), {"type": "null"}]}
    entries = _fields(annotation)
    found = {
        "type": "object",
        "properties": {entry.name: schema(kind) for entry, kind in entries},
        "additionalProperties": False,
    }
    required = [entry.name for entry, _ in entries if _required(entry)]
    return found | {"required": required} if required else found


def convert(name: str, value: Any, annotation: Any) -> Any:
    """Read a parameter from plain data.

    Raises:
        InvalidValueError: If the value is not of the type.
    """
    if annotation == Strings:
        return _strings(name, value)
    if annotation in _SCALARS:
        if type(value) is not annotation:
            raise InvalidValueError(name, value, expected=words(annotation))
        return value
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        if value not in arguments:
            cure = did_you_mean(str(value), arguments, "")
            raise InvalidValueError(name, value, expected=f"one of {', '.join(arguments)}", cure=cure)
        return value
    if _optional(annotation):
        return None if value is None else convert(name, value, _inner(annotation))
    if not isinstance(value, Mapping):
        raise InvalidValueError(name, value, expected=words(annotation))
    if origin is Mapping:
        return {str(key): convert(f"{name}.{key}", entry, arguments[1]) for key, entry in value.items()}
    return _record(name, value, annotation)


def _strings(name: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Iterable) and not isinstance(value, Mapping):
        found = tuple(value)
        wrong = [entry for entry in found if not isinstance(entry, str)]
        if not wrong:
            return found
        cure = "Put numbers and account ids in quotes." if isinstance(wrong[0], int) else ""
        raise InvalidValueError(name, wrong[0], expected="only texts", cure=cure)
    raise InvalidValueError(name, value, expected=words(Strings))


def _record(name: str, value: Mapping[str, Any], annotation: Any) -> Any:
    entries = {entry.name: (entry, kind) for entry, kind in _fields(annotation)}
    for key in value:
        if key not in entries:
            cure = did_you_mean(key, entries, "Remove it.")
            raise InvalidValueError(f"{name}.{key}", value[key], expected=f"one of {', '.join(entries)}", cure=cure)
    for key, (entry, kind) in entries.items():
        if _required(entry) and key not in value:
            raise InvalidValueError(f"{name}.{key}", None, expected=words(kind))
    return annotation(**{key: convert(f"{name}.{key}", entry, entries[key][1]) for key, entry in value.items()})


def _fields(annotation: Any) -> list[tuple[Any, Any]]:
    hints = get_type_hints(annotation)
    return [(entry, hints[entry.name]) for entry in fields(annotation)]


def _required(entry: Any) -> bool:
    return entry.default is MISSING and entry.default_factory is MISSING


def _optional(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, UnionType) and NoneType in get_args(annotation)


def _inner(annotation: Any) -> Any:
    (inner,) = (argument for argument in get_args(annotation) if argument is not NoneType)
    return inner
