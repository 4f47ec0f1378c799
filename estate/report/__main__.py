"""Write anew what follows from the model: the document's JSON Schema, and the page's types. `python -m estate.report`."""

import json
from collections.abc import Mapping
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema

from estate.paths import CHECKOUT
from estate.report.model import Report

SCHEMA: Final = CHECKOUT / "docs" / "report.schema.json"
TYPES: Final = CHECKOUT / "estate" / "report" / "page" / "src" / "data.d.ts"
_PLAIN: Final = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


class _WithoutTitles(GenerateJsonSchema):
    """The names of fields are their titles."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's signature
        return False


def schema() -> dict[str, Any]:
    """The JSON Schema."""
    return Report.model_json_schema(mode="serialization", schema_generator=_WithoutTitles)


def types(found: Mapping[str, Any]) -> str:
    """The same for TypeScript."""
    lines = [
        "// Written by `python -m estate.report`; a test fails when it is stale. Change estate/report/model.py instead.\n"
    ]
    for name, each in (*found["$defs"].items(), ("Report", found)):
        lines.append(f"/** {each['description']} */\nexport interface {name} {{")
        for key, value in each["properties"].items():
            if "description" in value:
                lines.append(f"  /** {value['description']} */")
            lines.append(f"  {key}: {_type(value)};")
        lines.append("}\n")
    return "\n".join(lines)


def _type(found: Mapping[str, Any]) -> str:
    if "$ref" in found:
        return str(found["$ref"]).rpartition("/")[2]
    if "anyOf" in found:
        return " | ".join(_type(each) for each in found["anyOf"])
    if "const" in found or "enum" in found:
        return " | ".join(json.dumps(each) for each in found.get("enum", [found.get("const")]))
    if found.get("type") == "array":
        return f"({_type(found['items'])})[]" if "anyOf" in found["items"] else f"{_type(found['items'])}[]"
    if found.get("type") == "object":
        values = found.get("additionalProperties")
        return f"Record<string, {_type(values) if isinstance(values, Mapping) else 'unknown'}>"
    return _PLAIN[str(found["type"])]


def files() -> dict[str, str]:
    """Each file's content, by its path in the repository."""
    found = schema()
    return {
        SCHEMA.relative_to(CHECKOUT).as_posix(): json.dumps(found, indent=2) + "\n",
        TYPES.relative_to(CHECKOUT).as_posix(): types(found),
    }


if __name__ == "__main__":
    for name, text in files().items():
        (CHECKOUT / name).write_text(text, encoding="utf-8")
