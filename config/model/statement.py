"""A statement of a policy, as the configuration writes it."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from config.model.base import Matches, Model, refuse
from config.model.types import Effect
from constructs_lib.policies.document import Statement


def _as_tuple(value: Any) -> Any:
    return value if isinstance(value, tuple) else (value,)


def _check_value(value: Any) -> Any:
    if not isinstance(value, str | bool | int):
        raise refuse("text, a number or a truth value")
    return value


def _check_principals(value: Any) -> Any:
    if value == "*":
        return value
    if not isinstance(value, dict):
        raise refuse("'*' or a mapping such as {AWS: [arn:…]}")
    principals = {kind: _as_tuple(entries) for kind, entries in value.items()}
    if not all(isinstance(entry, str) for entries in principals.values() for entry in entries):
        raise refuse("text in every principal", "Put account ids in quotes.")
    return principals


_SCALARS: list[dict[str, Any]] = [{"type": kind} for kind in ("string", "boolean", "integer")]
_STRINGS: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}

Strings = Annotated[tuple[str, ...], BeforeValidator(_as_tuple), WithJsonSchema(_STRINGS)]
"""One or several."""
Values = Annotated[
    tuple[Annotated[Any, AfterValidator(_check_value)], ...],
    BeforeValidator(_as_tuple),
    WithJsonSchema({"anyOf": [*_SCALARS, {"type": "array", "items": {"anyOf": _SCALARS}}]}),
]
Principals = Annotated[
    Any,
    AfterValidator(_check_principals),
    WithJsonSchema({"anyOf": [{"const": "*"}, {"type": "object", "additionalProperties": _STRINGS}]}),
]
Sid = Annotated[str, Matches("[A-Za-z0-9]*", "a name of letters and digits")]


class StatementEntry(Model):
    """A policy statement: AWS's elements in snake_case."""

    sid: Sid | None = Field(default=None, description="The statement's name: letters and digits.")
    effect: Effect = Field(description="Whether it permits or forbids.")
    actions: Strings = Field(default=(), description="Actions such as `s3:GetObject`, one or several.")
    not_actions: Strings = Field(default=(), description="All actions but these.")
    resources: Strings = Field(default=(), description="ARNs; all resources if not said.")
    not_resources: Strings = Field(default=(), description="All resources but these.")
    principals: Principals = Field(
        default=None,
        description="Whom it is about, in resource control policies: `*`, or a mapping such as `{AWS: [arn:…]}`.",
    )
    conditions: dict[str, dict[str, Values]] = Field(
        default_factory=dict, description="Operator, then condition key, then value or values."
    )

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if bool(self.actions) == bool(self.not_actions):
            raise refuse("either `actions` or `not_actions`")
        if self.resources and self.not_resources:
            raise refuse("either `resources` or `not_resources`")
        return self

    def statement(self) -> Statement:
        """The statement as the policy library takes it; without resources it is about all of them."""
        resources = self.resources or (() if self.not_resources else "*")
        fields: dict[str, Any] = {
            "actions": self.actions,
            "not_actions": self.not_actions,
            "resources": resources,
            "not_resources": self.not_resources,
            "principals": self.principals,
            "conditions": self.conditions,
            "sid": self.sid,
        }
        return Statement(self.effect, **fields)
