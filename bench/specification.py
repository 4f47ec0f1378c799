"""What an app synthesized, as data from which its peers build the same resources."""

import importlib
import inspect
import json
import re
import typing
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import constructs_lib  # noqa: F401 - first: it makes the provider bindings load on demand

# isort: split
from cdktf import TerraformDataSource, TerraformProvider, TerraformResource

_TYPESCRIPT = Path(__file__).parent / "typescript" / "node_modules" / "@cdktf" / "provider-aws" / "lib"
# Arguments of Terraform itself, not of the resource.
_META = ("lifecycle", "depends_on", "provider", "count", "for_each", "connection", "provisioner")
_KINDS = {"resource": TerraformResource, "data": TerraformDataSource, "provider": TerraformProvider}


def documents(out: Path) -> dict[str, Any]:
    """The Terraform JSON of all stacks below an output directory."""
    return {path.parent.name: json.loads(path.read_text()) for path in sorted(out.glob("stacks/*/cdk.tf.json"))}


def write(found: dict[str, Any], directory: Path) -> None:
    """Write what each kind of peer reads: `plain.json`, `python.json`, `typescript.json`."""
    stacks = {name: list(_elements(document)) for name, document in found.items()}
    for name, content in (("plain", found), ("python", stacks), ("typescript", _typescript(stacks))):
        (directory / f"{name}.json").write_text(json.dumps(content))


def resources(found: dict[str, Any]) -> int:
    """How many resources documents declare."""
    return sum(len(of_type) for document in found.values() for of_type in document.get("resource", {}).values())


def identical(found: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether documents declare the same resources with the same arguments, metadata aside."""
    return bool(_declared(found) == _declared(other))


def _declared(found: dict[str, Any]) -> Any:
    declared = {name: document.get("resource", {}) for name, document in found.items()}
    return json.loads(json.dumps(declared), object_hook=lambda entry: {k: v for k, v in entry.items() if k != "//"})


def _elements(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    blocks = [
        block for kind in ("resource", "data") for found in document.get(kind, {}).values() for block in found.values()
    ]
    used = {"aws", *(block.get("provider", "aws") for block in blocks)}
    # The app writes one for every region at no cost of CDKTF's; peers need those only that something uses.
    providers = [one for one in document.get("provider", {}).get("aws", []) if _reference(one) in used]
    for number, provider in enumerate(providers):
        yield _element("provider", f"aws-{number}", "provider", provider)
    for kind, prefix in (("data", "data_aws_"), ("resource", "")):
        for type_, entries in document.get(kind, {}).items():
            if type_.startswith("aws_"):  # Terraform's own data sources are not in the provider's bindings
                for id_, arguments in entries.items():
                    yield _element(kind, id_, prefix + type_.removeprefix("aws_"), arguments)
    for id_, output in document.get("output", {}).items():
        yield {"kind": "output", "id": id_, "value": output.get("value")}


def _reference(provider: dict[str, Any]) -> str:
    return f"aws.{provider['alias']}" if "alias" in provider else "aws"


def _element(kind: str, id_: str, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    module, class_ = _class(kind, name)
    hints = _hints(getattr(module, class_))
    own, overrides = {}, {}
    for key, value in arguments.items():
        if key == "//":
            continue
        if key in hints and key not in _META:
            own[key] = _marked(hints[key], value)
        else:
            overrides[key] = value
    shown = {"kind": kind, "id": id_, "module": module.__name__.rpartition(".")[2], "class": class_}
    return {**shown, "arguments": own, "overrides": overrides}


@cache
def _class(kind: str, name: str) -> tuple[ModuleType, str]:
    packaged = {entry.replace("_", ""): entry for entry in dir(importlib.import_module("cdktf_cdktf_provider_aws"))}
    module = importlib.import_module(f"cdktf_cdktf_provider_aws.{packaged[name.replace('_', '')]}")
    found = [
        key
        for key, value in vars(module).items()
        if inspect.isclass(value) and issubclass(value, _KINDS[kind]) and value.__module__ == module.__name__
    ]
    return module, found[0]


@cache
def _hints(class_: type) -> dict[str, Any]:
    """The types of a class's arguments."""
    return typing.get_type_hints(class_.__init__)  # type: ignore[misc]


def _marked(hint: Any, value: Any) -> Any:
    """A value with the name of the struct that each of its blocks is; maps stay as they are."""
    if isinstance(value, list):
        return [_marked(hint, item) for item in value]
    struct = _struct(hint) if isinstance(value, dict) else None
    if struct is None:
        return value
    hints = _hints(struct)
    return {"=": struct.__name__, **{key: _marked(hints[key], item) for key, item in value.items()}}


def _struct(hint: Any) -> type | None:
    """The struct that a type is made of, if it is of the provider's."""
    if isinstance(hint, type) and hasattr(hint, "__jsii_name_mapping__"):
        return hint
    return next(filter(None, map(_struct, typing.get_args(hint))), None)


def _typescript(stacks: dict[str, Any]) -> dict[str, Any]:
    paths = {entry.name.replace("-", ""): entry.name for entry in _TYPESCRIPT.iterdir()}
    return {
        name: [
            {
                **{key: element[key] for key in ("kind", "id", "class", "overrides", "value") if key in element},
                "path": paths.get(element.get("module", "").replace("_", "")),
                "properties": {_camel(key): _camelled(value) for key, value in element.get("arguments", {}).items()},
            }
            for element in elements
        ]
        for name, elements in stacks.items()
    }


def _camelled(value: Any) -> Any:
    if isinstance(value, list):
        return [_camelled(item) for item in value]
    if isinstance(value, dict) and "=" in value:
        return {_camel(key): _camelled(item) for key, item in value.items() if key != "="}
    return value


def _camel(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), name)
