"""Text of the configuration, as Terraform takes text: nothing in it is an expression.

Terraform reads every argument as a template: ``${…}`` in somebody's description would be evaluated, and ``%{…}`` executed.
What the configuration says is text. It is escaped here, for all stacks; what constructs add (references to resources,
variables, tokens) comes later and stays.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from config.model.statement import StatementEntry
from config.nodes import ORGANIZATION_ID, Configuration
from config.sources.documents import FileText
from constructs_lib.policies.document import PolicyDocument, escape_expressions
from constructs_lib.policies.management import ManagementPolicy
from constructs_lib.tokens import as_text

T = TypeVar("T")

_SIGNS: Final = ("${", "%{", "TfToken[")
# CDKTF looks for its own tokens in all text; a directive that says nothing keeps it from finding one.
_TOKEN, _NO_TOKEN = "TfToken[", "TfToken%{ if true }[%{ endif }"
_POLICIES: Final = (PolicyDocument, ManagementPolicy, StatementEntry)


def literal(organization: Configuration) -> Configuration:
    """The organization with all its texts escaped for Terraform.

    Policy variables (``${aws:username}``) and the texts of files stay: constructs escape them when they write a policy or document.

    Args:
        organization: The configuration. What two things share in it, they share in the result.

    Example:
        >>> literal(organization).accounts["shop"].name  # "Shop ${x}" in the file
        'Shop $${x}'

    Source: https://developer.hashicorp.com/terraform/language/expressions/strings
    """
    return _Escaping().of(organization)


class _Escaping:
    """One pass over an organization; what holds nothing to escape stays the same object."""

    def __init__(self) -> None:
        self._done: dict[int, Any] = {}
        self._kept: list[object] = []  # an id is of one object only as long as that lives

    def of(self, value: T, *, policy: bool = False) -> T:
        """The value with all texts in it escaped."""
        found: Any = value
        if isinstance(found, FileText):
            return value
        if isinstance(found, str):
            return self._text(found, policy=policy)  # type: ignore[return-value]
        if found is None or isinstance(found, bool | int | float):
            return value
        if id(value) not in self._done:
            self._kept.append(value)
            self._done[id(value)] = self._whole(value, policy=policy or isinstance(value, _POLICIES))
        escaped: T = self._done[id(value)]
        return escaped

    def _whole(self, value: Any, *, policy: bool) -> Any:
        if isinstance(value, BaseModel):
            changed = self._changed(dict(iter(value)), policy=policy)
            return value.model_copy(update=changed) if changed else value
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
            changed = self._changed(fields, policy=policy)
            return dataclasses.replace(value, **changed) if changed else value
        if isinstance(value, Mapping):
            changed = self._changed(value, policy=policy)
            return {**value, **changed} if changed else value
        if isinstance(value, list | tuple):
            items = [self.of(item, policy=policy) for item in value]
            return value if all(map(_is, items, value)) else type(value)(items)
        return value

    def _changed(self, values: Mapping[Any, Any], *, policy: bool) -> dict[Any, Any]:
        escaped = {key: self.of(value, policy=policy) for key, value in values.items()}
        return {key: value for key, value in escaped.items() if value is not values[key]}

    @staticmethod
    def _text(text: str, *, policy: bool) -> str:
        if not any(sign in text for sign in _SIGNS):
            return text
        if policy:
            # What stands for the organization's id is ours.
            return ORGANIZATION_ID.join(
                escape_expressions(part).replace(_TOKEN, _NO_TOKEN) for part in text.split(ORGANIZATION_ID)
            )
        return as_text(text).replace(_TOKEN, _NO_TOKEN)


def _is(one: object, other: object) -> bool:
    return one is other
