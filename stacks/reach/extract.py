"""What questions about access read of a stack's Terraform JSON; nothing else of it can change an answer."""

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

from constructs_lib.policies.synthesized import ARGUMENTS

_READ: Final = frozenset({*ARGUMENTS, "aws_cloudtrail", "aws_s3_bucket"})
_READ_OF_SERVICES: Final = ("aws_iam_", "aws_identitystore_", "aws_ssoadmin_")
_REFERENCE: Final = re.compile(r"\$\{(aws_\w+)\.([\w-]+)\.")


def extract(config: Mapping[str, Any]) -> dict[str, Any]:
    """Resources with rights, trusts and policies in them, data sources, what those refer to, and where the stack is deployed.

    Args:
        config: The content of its ``cdk.tf.json``.
    """
    resources: Mapping[str, Mapping[str, Any]] = config.get("resource", {})
    read = {type_: dict(blocks) for type_, blocks in resources.items() if _is_read(type_)}
    waiting = list(_references([read, config.get("data", {})]))
    while waiting:
        type_, name = waiting.pop()
        block = resources.get(type_, {}).get(name)
        if block is not None and name not in read.get(type_, {}):
            read.setdefault(type_, {})[name] = block
            waiting += _references(block)
    found = {"data": config.get("data", {}), "resource": read}
    if provider := (config.get("provider", {}).get("aws") or [{}])[0]:
        kept = {key: provider[key] for key in ("region", "allowed_account_ids") if key in provider}
        found["provider"] = {"aws": [kept]}
    return found


def text_of(config: Mapping[str, Any]) -> str:
    """The extract of a stack as a text."""
    return json.dumps(extract(config))


def digest_of(config: Mapping[str, Any]) -> str:
    """What names the extract of a stack: stacks with the same one get the same answers."""
    return digest_of_text(text_of(config))


def digest_of_text(text: str) -> str:
    """The same of an extract as a text."""
    return sha256(text.encode()).hexdigest()


def _is_read(type_: str) -> bool:
    return type_ in _READ or type_.startswith(_READ_OF_SERVICES)


def _references(found: Any) -> Iterator[tuple[str, str]]:
    return ((each[1], each[2]) for each in _REFERENCE.finditer(json.dumps(found)))
