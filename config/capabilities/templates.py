"""Templates of CloudFormation, which stack sets and products are made from."""

import json
from typing import Annotated, Any, Final

import ruamel.yaml
from pydantic import Field

from config.errors import KeyPath
from config.model.base import Matches
from config.sources.resolving import Resolving

_MOST: Final = 51_200
"""Bytes of a template that is handed over as text.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""
TemplatePath = Annotated[
    str,
    Matches(
        r"(?!/)(?!.*\.\.).*\.(?:json|ya?ml|template)", "a path below policies/ such as 'documents/audit-role.yaml'"
    ),
    Field(description="A file below policies/ with a template of CloudFormation."),
]


def template(path: KeyPath, name: str, resolving: Resolving) -> str | None:
    """The text of a template; None if it is none, which is said.

    Args:
        path: The key that names it.
        name: The file below policies/.
        resolving: Reads it, and says what is wrong.
    """
    text = resolving.text(path, name)
    if text is None:
        return None
    try:
        # As it is written: CloudFormation's own tags (!Ref) are none that a safe loader knows.
        read: Any = json.loads(text) if name.endswith(".json") else ruamel.yaml.YAML(typ="rt").load(text)
    except (ValueError, ruamel.yaml.error.YAMLError) as error:
        arrived = f"{name!r}: {' '.join(str(error).split())}"
        resolving.problem(path, arrived, "valid JSON" if name.endswith(".json") else "valid YAML")
        return None
    if not isinstance(read, dict) or not read.get("Resources"):
        resolving.problem(path, f"{name!r} without `Resources`", "a template of CloudFormation")
        return None
    if (size := len(text.encode())) > _MOST:
        resolving.problem(path, f"{name!r}: {size:,} bytes", f"at most {_MOST:,}, as AWS takes them")
        return None
    return text
