"""The capabilities as a Markdown page, written from the code: keys, resources, what drives the cost."""

import inspect
import types
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from config.model.organization import OrganizationFile
from config.model.settings import Settings
from stacks.capabilities import CAPABILITIES, MANAGEMENT_CAPABILITIES
from stacks.capabilities.costs import COST_DRIVERS

if TYPE_CHECKING:
    from stacks.capabilities.capability import Capability

_HEAD = """\
# Capabilities

<!-- Written by `python -m stacks.capabilities`; a test fails when it is stale. Change the code instead. -->

What an account's stack can hold beside what you add to it. A key of `organization.yaml` is about the organization as a whole.
A key of **settings** is about accounts: it stands in `defaults` of `organization.yaml` for all of them, in `defaults` of an
OU for those below it, in `defaults_by_tag` for those with a tag, in `settings` of an account for that one. The nearest one
wins, mappings are merged key by key. `enabled: false` switches off what a level above switches on.

Types are Terraform's. The execution role of every account is permitted exactly what the types in the stacks need.
"""
_UNNAMED: Mapping[str, tuple[str, str]] = {
    "account_id": ("every account", "The account that a stack is really deployed into, as its output."),
    "delivery": (
        "`ci`, `state`",
        "What pipelines deploy with, and the states, in the terraform account; `ci` and `state` configure it.",
    ),
}
"""Capabilities that no key of the same name configures: what does, and what they are."""


def page() -> str:
    """The whole page."""
    keys = sorted({name.partition(".")[0] for name in _types()})
    return "\n".join([_HEAD, *_contents(keys), *(line for key in keys for line in _section(key))]).rstrip() + "\n"


def _types() -> dict[str, set[str]]:
    """The resource types of each capability, in member accounts and the management account."""
    found: dict[str, set[str]] = {}
    capabilities: tuple[Capability[Any], ...] = (*CAPABILITIES, *MANAGEMENT_CAPABILITIES)
    for capability in capabilities:
        found.setdefault(capability.name, set()).update(capability.types)
    return found


def _contents(keys: list[str]) -> Iterator[str]:
    yield "| key | where | what it is |\n|---|---|---|"
    for key in keys:
        yield f"| [`{key}`](#{key}) | {_place(key)} | {_first_line(key)} |"
    yield ""


def _place(key: str) -> str:
    if key in Settings.model_fields:
        return "settings"
    return "organization.yaml" if key in OrganizationFile.model_fields else _UNNAMED[key][0]


def _field(key: str) -> FieldInfo | None:
    return Settings.model_fields.get(key) or OrganizationFile.model_fields.get(key)


def _first_line(key: str) -> str:
    field = _field(key)
    if field is None:
        return _UNNAMED[key][1]
    return field.description or _intent(field)


def _section(key: str) -> Iterator[str]:
    field = _field(key)
    yield f"## {key}\n"
    model = _model(field.annotation) if field else None
    yield f"{(inspect.getdoc(model) if model else None) or _first_line(key)}\n"
    rows = list(_keys(key, field, {})) if field else []
    if rows:
        yield "| key | value | default | |\n|---|---|---|---|"
        yield from rows
        yield ""
    for name, types_ in sorted(_types().items()):
        if name.partition(".")[0] == key:
            whose = f" (`{name}`)" if name != key else ""
            yield f"**Resources**{whose}: {', '.join(f'`{type_}`' for type_ in sorted(types_))}\n"
            yield f"**Cost**{whose}: {' '.join(COST_DRIVERS[name])}\n"


def _keys(path: str, field: FieldInfo, shown: dict[type[BaseModel], str]) -> Iterator[str]:
    """A row for each key below a field, down to plain values; a model that comes twice is written out once."""
    annotation = _required(field.annotation)
    model = _model(annotation)
    if model is None:
        return
    if get_origin(annotation) in {dict, Mapping}:
        path += ".<slug>"
    elif get_origin(annotation) is tuple:
        path += "[]"
    if model in shown:
        yield f"| `{path}.…` | as `{shown[model]}.…` | | |"
        return
    shown[model] = path
    for name, inner in model.model_fields.items():
        nested = f"{path}.{inner.alias or name}"
        description = (inner.description or _intent(inner)).replace("|", "\\|")
        yield f"| `{nested}` | {_value(inner.annotation)} | {_default(inner)} | {description} |"
        yield from _keys(nested, inner, shown)


def _intent(field: FieldInfo) -> str:
    """What a field without a description is, by its model."""
    model = _model(field.annotation)
    return (inspect.getdoc(model) or "").partition("\n")[0] if model else ""


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
        return f"list of {_value(arguments[0])}" if _model(arguments[0]) is None else "list"
    if origin in {dict, Mapping} or _model(annotation):
        return "mapping"
    return {bool: "`true`, `false`", int: "whole number", float: "number", str: "text"}.get(annotation, "")


def _model(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation is, or is a mapping or list of."""
    annotation = _required(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {dict, Mapping}:
        return _model(arguments[1])
    return _model(arguments[0]) if origin is tuple else None


def _required(annotation: Any) -> Any:
    """An annotation without its metadata, and without None."""
    if hasattr(annotation, "__metadata__"):
        return _required(get_args(annotation)[0])
    if get_origin(annotation) in {Union, types.UnionType}:
        rest = [argument for argument in get_args(annotation) if argument is not type(None)]
        return _required(rest[0]) if len(rest) == 1 else annotation
    return annotation
