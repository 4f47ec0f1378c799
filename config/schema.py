"""JSON Schemas of the configuration's files, for editors. `python -m config.schema` writes them to config/schema/."""

import json
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from config.model.account import AccountFile
from config.model.approvals import ApprovalsFile
from config.model.lock import Lock
from config.model.policy import PolicyFile
from config.registry import organization_model, settings_model
from config.sources.documents import OWN_FACTS
from constructs_lib.policies.catalogue import ENTRIES

DIRECTORY: Final = Path(__file__).parent / "schema"
_PREFIX = "#/$defs/"
_VARIABLE: Final = r"\$\([a-z]"
_NAMES: Final = ("propertyNames", "const", "enum", "default", "if")
"""Below these stands no value of a file."""


def models() -> dict[str, type[BaseModel]]:
    """The model of each file."""
    return {
        "organization": organization_model(),
        "account": AccountFile,
        "policy": PolicyFile,
        "lock": Lock,
        "approvals": ApprovalsFile,
    }


def schemas() -> dict[str, str]:
    """The text of each schema by the name of its file."""
    return {f"{name}.schema.json": _text(model) for name, model in models().items()}


def write(directory: Path = DIRECTORY) -> None:
    """Write the schemas."""
    for name, text in schemas().items():
        (directory / name).write_text(text, encoding="utf-8")


def _text(model: type[BaseModel]) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}
    if '"$comment": "Settings"' in json.dumps(schema):
        schema = _with_settings(schema)
        schema["$defs"] = {**schema.get("$defs", {}), **_partial_settings()}
    if model is PolicyFile:
        schema |= _guardrails(schema)
    if model not in (Lock, ApprovalsFile):
        schema = _with_variables(schema)
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _guardrails(schema: dict[str, Any]) -> dict[str, Any]:
    """The names of the catalogue's guardrails, and the parameters of each."""
    properties = dict(schema["properties"])
    properties["guardrail"] = {"description": properties["guardrail"]["description"], "enum": sorted(ENTRIES)}
    choices, several = [], {}
    for name, entry in sorted(ENTRIES.items()):
        parameters = entry.schema()
        parameters["required"] = [key for key in parameters.get("required", []) if key not in OWN_FACTS]
        is_this = {"properties": {"guardrail": {"const": name}}, "required": ["guardrail"]}
        choices.append({"if": is_this, "then": {"properties": {"parameters": {"$ref": f"#/$defs/{name}"}}}})
        several[name] = parameters
    taken = {name: {"anyOf": [{"$ref": f"#/$defs/{name}"}, {"type": "null"}]} for name in several}
    properties["guardrails"] = {
        **properties["guardrails"],
        "anyOf": [{"type": "object", "properties": taken, "additionalProperties": False}],
    }
    return {"properties": properties, "allOf": choices, "$defs": {**schema.get("$defs", {}), **several}}


def _with_variables(schema: Any) -> Any:
    """The schema with variables allowed wherever a text has a form. In place of other values they would double the schema's size."""
    if isinstance(schema, list):
        return [_with_variables(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: value if key in _NAMES else _with_variables(value) for key, value in schema.items()}
    if found.get("type") == "string" and "pattern" in found:
        return {**found, "pattern": f"{found['pattern']}|{_VARIABLE}"}
    return found


def _with_settings(schema: Any) -> Any:
    """The schema with a reference wherever a model says `PartialSettings`."""
    if isinstance(schema, list):
        return [_with_settings(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _with_settings(value) for key, value in schema.items() if key != "$comment"}
    return {**found, "$ref": f"{_PREFIX}Settings"} if "$comment" in schema else found


def _partial_settings() -> dict[str, Any]:
    """Settings as one level says them: nothing is required, since other levels may have it."""
    schema = settings_model().model_json_schema()
    definitions = {"Settings": {key: value for key, value in schema.items() if key != "$defs"}, **schema["$defs"]}
    partial = {name: f"Partial{name}" for name in schema["$defs"]} | {"Settings": "Settings"}
    return {partial[name]: _renamed(definition, partial) for name, definition in definitions.items()}


def _renamed(schema: Any, names: dict[str, str]) -> Any:
    if isinstance(schema, list):
        return [_renamed(entry, names) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _renamed(value, names) for key, value in schema.items() if key != "required"}
    if "$ref" in found:
        found["$ref"] = _PREFIX + names[found["$ref"].removeprefix(_PREFIX)]
    return found


if __name__ == "__main__":
    write()
