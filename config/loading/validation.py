"""From pydantic's errors to problems that name file, line and cure."""

import re
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.errors import KeyPath, Problem, describe, did_you_mean, nearest, one_of, plural
from config.registry import settings_model
from config.sources.yaml_file import YamlFile

Locate = Callable[[KeyPath], tuple[YamlFile, KeyPath]]
"""From a path in the validated data to the file and the path in it that the value came from."""


def problems_of(
    error: ValidationError, model: type[BaseModel], data: Any, locate: Locate, *, complete: bool = True
) -> list[Problem]:
    """Put pydantic's errors into words. A key that is missing since it is misspelt is not called missing, too.

    Args:
        error: What pydantic says.
        model: The model that refused.
        data: What it refused.
        locate: Where in files a place in the data is from.
        complete: Whether nothing will be added to the data: only then something is missing from it, or wrong about a mapping as a whole.
    """
    details = [detail for detail in _details(error) if complete or not _of_a_whole(detail)]
    misspelt = {
        (*path[:-1], near)
        for detail in details
        if detail["type"] == "extra_forbidden"
        for path in [_path(detail["loc"], data, detail["type"])]
        for near in [nearest(str(path[-1]), _known(model, path))]
        if near
    }
    return [
        _problem(detail, model, data, locate)
        for detail in details
        if detail["type"] != "missing" or _path(detail["loc"], data, detail["type"]) not in misspelt
    ]


def refused_paths(error: ValidationError, model: type[BaseModel], data: Any) -> frozenset[KeyPath]:
    """Where mistakes are, and where a key that there is not is likely to belong, by its spelling."""
    found = set()
    for detail in _details(error):
        path = _path(detail["loc"], data, detail["type"])
        if detail["type"] != "extra_forbidden":
            found.add(path)
        elif near := nearest(str(path[-1]), _known(model, path)):
            found.add((*path[:-1], near))
    return frozenset(found)


def _details(error: ValidationError) -> list[ErrorDetails]:
    """Pydantic's errors, but a list is not also called short because its entries are wrong."""
    return [
        detail
        for detail in error.errors(include_url=False)
        if detail["type"] != "too_short" or len(detail["input"]) < detail["ctx"]["min_length"]
    ]


def _of_a_whole(detail: ErrorDetails) -> bool:
    """Whether what is wrong can be put right by keys that are added."""
    return detail["type"] == "missing" or (detail["type"] == "refused" and isinstance(detail["input"], Mapping))


def without_refused(error: ValidationError, data: Any) -> Any:
    """The data without the values that are wrong, so that the rest can be checked further."""
    for detail in reversed(_details(error)):
        path = _path(detail["loc"], data, detail["type"])
        data = _without(data, path[:-1] if detail["type"] == "missing" else path)
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
    path = _path(detail["loc"], data, detail["type"])
    seen = _Seen(detail["input"], detail.get("ctx", {}), detail["msg"], path, model)
    added, arrived, expected, cure = _WORDINGS.get(detail["type"], _other)(seen)
    file, place = locate((*path, *added))
    return Problem(file.name, file.line(place), place, arrived, expected, cure)


@dataclass(frozen=True)
class _Seen:
    """What pydantic says about one mistake."""

    value: Any
    context: dict[str, Any]
    message: str
    path: KeyPath
    model: type[BaseModel]

    @property
    def known(self) -> dict[str, str]:
        """The keys that could stand where the mistake is, with their descriptions."""
        return _known(self.model, self.path)

    @property
    def key(self) -> str:
        return str(self.path[-1])


def _known(model: type[BaseModel], path: KeyPath) -> dict[str, str]:
    """The keys that could stand at a path instead of its last, with their descriptions."""
    models = _models_at(model, path[:-1])
    return {name: field.description or "" for found in models for name, field in found.model_fields.items()}


_Wording = tuple[KeyPath, str, str, str]
"""Keys to add to the path, what arrived, what was expected, how to mend it."""


def _refused(seen: _Seen) -> _Wording:
    return (), describe(seen.value), seen.context["expected"], seen.context["cure"]


def _missing(seen: _Seen) -> _Wording:
    return (), "nothing", f"a value for `{seen.key}`", seen.known.get(seen.key, "")


def _unknown_key(seen: _Seen) -> _Wording:
    cure = did_you_mean(seen.key, seen.known)
    for group in ("settings", "defaults"):
        if group in seen.known and seen.key in settings_model().model_fields:
            cure = f"Write it below `{group}`."
    return (), f"the unknown key {seen.key!r}", one_of(seen.known), cure


def _unknown_word(seen: _Seen) -> _Wording:
    words = re.findall(r"'([^']*)'", seen.context["expected"])
    if not words:
        return (), describe(seen.value), one_of(re.findall(r"-?\d+", seen.context["expected"])), ""
    return (), describe(seen.value), one_of(words), did_you_mean(str(seen.value), words)


def _unknown_kind(seen: _Seen) -> _Wording:
    words, kind = re.findall(r"'([^']*)'", seen.context["expected_tags"]), seen.context["tag"]
    return (_discriminator(seen),), describe(kind), one_of(words), did_you_mean(kind, words)


def _missing_kind(seen: _Seen) -> _Wording:
    if not isinstance(seen.value, dict):
        return _mapping(seen)
    return (_discriminator(seen),), "nothing", f"a value for `{_discriminator(seen)}`", ""


def _discriminator(seen: _Seen) -> str:
    return str(seen.context["discriminator"]).strip("'")


def _truth(seen: _Seen) -> _Wording:
    word = str(seen.value).lower()
    cure = "Write true." if word in {"yes", "y", "on"} else "Write false." if word in {"no", "n", "off"} else ""
    return (), describe(seen.value), "true or false", cure


def _text(seen: _Seen) -> _Wording:
    cure = "Put it in quotes." if isinstance(seen.value, bool | int | float) else ""
    return (), describe(seen.value), "text", cure


def _list(seen: _Seen) -> _Wording:
    return (), describe(seen.value), "a list", "Write one entry a line, each after a hyphen."


def _mapping(seen: _Seen) -> _Wording:
    return (), describe(seen.value), "a mapping", "Write `key: value` lines, indented."


def _whole_number(seen: _Seen) -> _Wording:
    return (), describe(seen.value), "a whole number", ""


def _too_short(seen: _Seen) -> _Wording:
    return (), describe(seen.value), f"at least {plural(seen.context['min_length'], 'entry')}", ""


def _too_long(seen: _Seen) -> _Wording:
    count, most = plural(seen.context["actual_length"], "entry"), seen.context["max_length"]
    return (), count, f"at most {plural(most, 'entry')}", ""


def _other(seen: _Seen) -> _Wording:
    expected = re.sub(r"^(?:Input|Value) should be ", "", seen.message).replace("a valid ", "a ")
    return (), describe(seen.value), expected if re.match(r"an? ", expected) else f"a value {expected}", ""


_WORDINGS: dict[str, Callable[[_Seen], _Wording]] = {
    "refused": _refused,
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    "literal_error": _unknown_word,
    "union_tag_invalid": _unknown_kind,
    "union_tag_not_found": _missing_kind,
    "model_attributes_type": _missing_kind,
    "bool_type": _truth,
    "string_type": _text,
    "int_type": _whole_number,
    "tuple_type": _list,
    "dict_type": _mapping,
    "model_type": _mapping,
    "too_short": _too_short,
    "too_long": _too_long,
}


def _path(location: tuple[int | str, ...], data: Any, kind: str) -> KeyPath:
    """The keys in the file: without what pydantic adds (the tags of unions, marks of keys)."""
    path: list[int | str] = []
    for index, part in enumerate(location):
        last = index == len(location) - 1
        inside = part in data if isinstance(data, dict) else isinstance(data, tuple) and part in range(len(data))
        if inside:
            data = data[part]
        elif not (last and kind == "missing"):
            continue
        path.append(part)
    return tuple(path)


def _models_at(annotation: Any, path: KeyPath) -> Iterator[type[BaseModel]]:
    """The models that an annotation can stand for below a path."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not path:
            yield annotation
        elif str(path[0]) in annotation.model_fields:
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
