"""Who is left out of a guardrail: principals by ARN and by tag."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.catalogue.values import many, principal_arns, some
from constructs_lib.policies.document import PolicyDocument, Statement, Strings

_TAG_KEY: Final = re.compile(r"[\w .:/=+@-]{1,128}")
_KEY: Final = "aws:PrincipalArn"


def exempted_from(
    document: PolicyDocument, arns: Strings, tags: Mapping[str, Strings], partition: str
) -> PolicyDocument:
    """A policy of Deny statements that leaves some principals out.

    Args:
        document: The policy.
        arns: Role names or principal ARN patterns.
        tags: Tag key to values.
        partition: The partition of the organization.
    """
    conditions: list[tuple[str, str, tuple[str, ...]]] = []
    if many(arns):
        conditions.append(("ArnNotLike", _KEY, principal_arns("exempted_principal_arns", arns, partition)))
    for key, values in tags.items():
        if not _TAG_KEY.fullmatch(key) or key.lower().startswith("aws:"):
            raise InvalidValueError("exempted_principal_tags", key, expected="a tag key, not beginning with aws:")
        wanted = some(f"exempted_principal_tags.{key}", values)
        wild = any("*" in value or "?" in value for value in wanted)
        conditions.append(("StringNotLike" if wild else "StringNotEquals", f"aws:PrincipalTag/{key}", wanted))
    if not conditions:
        return document
    return replace(document, statements=tuple(_without(statement, conditions) for statement in document.statements))


def _without(statement: Statement, exempted: list[tuple[str, str, tuple[str, ...]]]) -> Statement:
    conditions: dict[str, dict[str, Any]] = {name: dict(keys) for name, keys in statement.conditions.items()}
    for operator, key, values in exempted:
        keys = conditions.setdefault(operator, {})
        keys[key] = (*keys.get(key, ()), *values)
    return replace(statement, conditions=conditions)
