"""The keys of the configuration's files as rows of Markdown tables, written from their models."""

import datetime as dt
import inspect
import types
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

HEAD = "| key | value | default | |\n|---|---|---|---|"
"""What the rows of a table stand below."""
_PLAIN: Final[Mapping[Any, str]] = {
    bool: "`true`, `false`",
    int: "whole number",
    float: "number",
    str: "text",
    dt.date: "day",
}


def row(path: str, *fields: FieldInfo, description: str = "") -> str:
    """The row of one key.

    Args:
        path: The key, with those above it.
        fields: What it is; several if that depends on another key.
        description: What is said about it. Default: what the first field says.
    """
    values = ", ".join(dict.fromkeys(_value(field.annotation) for field in fields))
    said = (description or intent(fields[0])).replace("|", "\\|")
    return f"| `{path}` | {values} | {_default(fields[0])} | {said} |"


def rows(path: str, field: FieldInfo, shown: dict[type[BaseModel], str] | None = None) -> Iterator[str]:
    """A row for each key below a field, down to plain values.

    Args:
        path: The field's key.
        field: What it is.
        shown: Where models have been written out already: one that comes twice is written out once.
    """
    shown = {} if shown is None else shown
    annotation = _required(field.annotation)
    if get_origin(annotation) in {dict, Mapping}:
        path += ".<slug>"
    elif get_origin(annotation) is tuple:
        path += "[]"
    fields: dict[str, dict[type[BaseModel], FieldInfo]] = {}
    models = _models(annotation)
    for model in models:
        if model in shown:
            yield f"| `{path}.…` | as `{shown[model]}.…` | | |"
            continue
        shown[model] = path
        for name, inner in model.model_fields.items():
            fields.setdefault(f"{path}.{inner.alias or name}", {})[model] = inner
    for key, found in fields.items():
        first = next(iter(found.values()))
        when = f"With {' or '.join(map(_choice, found))}. " if len(found) < len(models) else ""
        yield row(key, *found.values(), description=f"{when}{intent(first)}".strip())
        yield from rows(key, first, shown)


def intent(field: FieldInfo) -> str:
    """What a field is, by its description or its model."""
    if field.description:
        return field.description
    models = _models(field.annotation)
    return (inspect.getdoc(models[0]) or "").partition("\n")[0] if models else ""


def documentation(field: FieldInfo) -> str:
    """What the model of a field says about itself; empty if it has none."""
    models = _models(field.annotation)
    return (inspect.getdoc(models[0]) or "") if models else ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    default = field.get_default(call_default_factory=True)
    if default is None or isinstance(default, BaseModel) or default in ((), {}, ""):
        return ""
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, tuple):
        return f"`[{', '.join(map(str, default))}]`"
    return "" if isinstance(default, dict) else f"`{default}`"


def _value(annotation: Any) -> str:
    annotation = _required(annotation)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return ", ".join(f"`{word}`" for word in arguments)
    if origin is tuple:
        return "list" if _models(arguments[0]) else f"list of {_value(arguments[0])}"
    if origin in {dict, Mapping} or _models(annotation):
        return "mapping"
    return _PLAIN.get(annotation, "")


def _models(annotation: Any) -> tuple[type[BaseModel], ...]:
    """The model that an annotation is, or is a mapping or list of; several if there is a choice."""
    annotation = _required(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return (annotation,)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {dict, Mapping}:
        return _models(arguments[1])
    if origin is tuple:
        return _models(arguments[0])
    return tuple(model for argument in arguments for model in _models(argument)) if _is_union(origin) else ()


def _required(annotation: Any) -> Any:
    """An annotation without its metadata, and without None."""
    if hasattr(annotation, "__metadata__"):
        return _required(get_args(annotation)[0])
    if _is_union(get_origin(annotation)):
        rest = [argument for argument in get_args(annotation) if argument is not type(None)]
        return _required(rest[0]) if len(rest) == 1 else annotation
    return annotation


def _choice(model: type[BaseModel]) -> str:
    """What chooses this model among others: its first key, which has one value only."""
    name, field = next(iter(model.model_fields.items()))
    return f"`{name}: {get_args(field.annotation)[0]}`"


def _is_union(origin: Any) -> bool:
    return origin in {Union, types.UnionType}
