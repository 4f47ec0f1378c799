"""From pydantic's errors to problems that name file, line and cure."""

import re
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.errors import KeyPath, Problem, describe, did_you_mean, one_of
from config.yaml_file import YamlFile

M = TypeVar("M", bound=BaseModel)
Locate = Callable[[KeyPath], tuple[YamlFile, KeyPath]]
"""From a path in the validated data to the file and the path in it that the value came from."""

_EXPECTED = {
    "string_type": ("text", "Put it in quotes."),
    "bool_type": ("true or false", ""),
    "int_type": ("a whole number", ""),
    "tuple_type": ("a list", "Write one entry a line, each after a hyphen."),
    "dict_type": ("a mapping", "Write `key: value` lines, indented."),
    "model_type": ("a mapping", "Write `key: value` lines, indented."),
    "model_attributes_type": ("a mapping", "Write `key: value` lines, indented."),
}


def validate(model: type[M], data: Any, file: YamlFile) -> tuple[M | None, list[Problem]]:
    """Validate the data of one file.

    Returns:
        The model, or None if anything is wrong, and everything that is wrong.
    """
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        return None, problems_of(error, model, data, lambda path: (file, path))


def problems_of(error: ValidationError, model: type[BaseModel], data: Any, locate: Locate) -> list[Problem]:
    """Put pydantic's errors into words."""
    return [_problem(detail, model, data, locate) for detail in error.errors(include_url=False)]


def without_refused(error: ValidationError, data: Any) -> Any:
    """The data without the values that are wrong, so that the rest can be checked further."""
    for detail in error.errors(include_url=False, include_input=False):
        data = _without(data, _path(detail["loc"], data, detail["type"]))
    return data


def _without(data: Any, path: KeyPath) -> Any:
    if not path or not isinstance(data, dict | tuple):
        return data
    head, rest = path[0], path[1:]
    if isinstance(data, tuple):
        kept = (
            _without(value, rest) if index == head and rest else value
            for index, value in enumerate(data)
            if rest or index != head
        )
        return tuple(kept)
    return {key: _without(value, rest) if key == head else value for key, value in data.items() if rest or key != head}


def _problem(detail: ErrorDetails, model: type[BaseModel], data: Any, locate: Locate) -> Problem:
    kind, context = detail["type"], detail.get("ctx", {})
    path = _path(detail["loc"], data, kind)
    last = str(path[-1]) if path else ""
    arrived, cure = describe(detail["input"]), ""
    if kind == "refused":
        expected, cure = context["expected"], context["cure"]
    elif kind == "missing":
        arrived, expected = "nothing", f"a value for `{last}`"
        cure = _fields(model, path[:-1]).get(last, "")
    elif kind == "extra_forbidden":
        known = _fields(model, path[:-1])
        arrived = f"the unknown key {last!r}"
        expected, cure = one_of(known), did_you_mean(last, known)
    elif kind in {"literal_error", "union_tag_invalid"}:
        words = re.findall(r"'([^']*)'", context.get("expected") or context["expected_tags"])
        if kind == "union_tag_invalid":
            key = context["discriminator"].strip("'")
            path, arrived = (*path, key), describe(context["tag"])
        expected, cure = one_of(words), did_you_mean(str(context.get("tag", detail["input"])), words)
    elif kind == "union_tag_not_found":
        path, arrived = (*path, context["discriminator"].strip("'")), "nothing"
        expected = f"a value for `{path[-1]}`"
    elif kind in _EXPECTED:
        expected, cure = _EXPECTED[kind]
        if kind == "bool_type" and isinstance(detail["input"], str) and detail["input"].lower() in {"yes", "on", "y"}:
            cure = "Write true."
        elif kind == "bool_type" and isinstance(detail["input"], str):
            cure = "Write false." if detail["input"].lower() in {"no", "off", "n"} else cure
        elif kind == "string_type" and isinstance(detail["input"], dict | tuple | None):
            cure = ""
    else:
        expected = re.sub(r"^(?:Input|Value|Tuple|Dictionary|String) should (?:be|have) ", "", detail["msg"])
    file, place = locate(path)
    return Problem(file.name, file.line(place), place, arrived, expected, cure)


def _path(location: tuple[int | str, ...], data: Any, kind: str) -> KeyPath:
    """The keys in the file: without what pydantic adds (the tags of unions, marks of keys)."""
    path: list[int | str] = []
    for index, part in enumerate(location):
        last = index == len(location) - 1
        if (isinstance(data, dict) and part in data) or (isinstance(data, tuple) and isinstance(part, int) and part < len(data)):
            data = data[part]
        elif not (last and kind == "missing"):
            continue
        path.append(part)
    return tuple(path)


def _fields(model: Any, path: KeyPath) -> dict[str, str]:
    """The known keys at a place in a model, with their descriptions."""
    return {
        name: field.description or "" for found in _models_at(model, path) for name, field in found.model_fields.items()
    }


def _models_at(annotation: Any, path: KeyPath) -> Iterator[type[BaseModel]]:
    """The models that an annotation can stand for below a path."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not path:
            yield annotation
        elif path[0] in annotation.model_fields:
            yield from _models_at(annotation.model_fields[str(path[0])].annotation, path[1:])
    elif origin in {Union, types.UnionType}:
        for argument in arguments:
            yield from _models_at(argument, path)
    elif origin in {dict, Mapping} and path:
        yield from _models_at(arguments[1], path[1:])
    elif origin is tuple and path:
        yield from _models_at(arguments[0], path[1:])
    elif hasattr(annotation, "__metadata__"):
        yield from _models_at(arguments[0], path)
