"""Organization policies without statements: tag, backup, EC2 declarative, AI opt-out and chatbot policies.

They consist of settings, each with an operator that says how it combines with those inherited from above:
``{"http_tokens": {"@@assign": "required"}}``.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/policy-operators.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

from constructs_lib.policies import names
from constructs_lib.policies.document import PolicyFormatError, Strings, escape_variables, unique
from constructs_lib.policies.findings import Finding, refuse
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.rules.settings import check_settings
from constructs_lib.typed import typed

VALUE_OPERATORS = ("@@assign", "@@append", "@@remove")
CHILD_OPERATORS = "@@operators_allowed_for_child_policies"
_FOR_CHILDREN = ("@@all", "@@none", *VALUE_OPERATORS)
OPERATORS = (*VALUE_OPERATORS, CHILD_OPERATORS)
ROOT_KEYS: Mapping[PolicyKind, tuple[str, ...]] = {
    PolicyKind.TAG: ("tags",),
    PolicyKind.BACKUP: ("plans",),
    PolicyKind.DECLARATIVE_EC2: ("ec2_attributes",),
    PolicyKind.AI_OPT_OUT: ("services",),
    PolicyKind.CHATBOT: ("chatbot",),
}
"""The one element at the top of each kind."""


@typed
@dataclass(frozen=True)
class ManagementPolicy:
    """A policy that sets something in accounts, instead of allowing or denying requests.

    Args:
        kind: Its kind; one without statements.
        content: The policy as AWS takes it.

    Example:
        >>> ManagementPolicy(PolicyKind.TAG, {"tags": {"team": {"tag_key": assign("Team")}}}).to_json()
        '{"tags":{"team":{"tag_key":{"@@assign":"Team"}}}}'
    """

    kind: PolicyKind
    content: Mapping[str, Any]

    def __post_init__(self) -> None:
        """Refuse kinds that have statements; freeze the content."""
        if self.kind.has_statements:
            raise PolicyFormatError(f"A policy of kind {self.kind} has statements: make a PolicyDocument.")
        object.__setattr__(self, "content", _freeze(self.content))

    def __hash__(self) -> int:
        return hash((self.kind, self.to_json()))

    def __reduce__(self) -> tuple[Any, ...]:
        return (ManagementPolicy, (self.kind, self.to_dict()))

    @classmethod
    def from_json(cls, kind: PolicyKind, source: str | bytes | Mapping[str, Any]) -> ManagementPolicy:
        """Read a policy written elsewhere.

        Raises:
            PolicyFormatError: If it is no JSON object.
        """
        if isinstance(source, (str, bytes)):
            try:
                source = json.loads(source, object_pairs_hook=unique)
            except PolicyFormatError:
                raise
            except ValueError as error:
                raise PolicyFormatError(f"The policy is not valid JSON: {error}.") from error
        if not isinstance(source, Mapping):
            raise PolicyFormatError("A policy is a JSON object.")
        return cls(kind, source)

    def to_dict(self) -> dict[str, Any]:
        """The policy as AWS writes it."""
        thawed: dict[str, Any] = json.loads(self.to_json())
        return thawed

    def to_json(self) -> str:
        """The policy minified and in one order: exactly what AWS stores and counts."""
        return self._json

    def to_terraform(self) -> str:
        """The policy as a Terraform argument."""
        return escape_variables(self._json)

    @cached_property
    def _json(self) -> str:
        return json.dumps(self.content, separators=(",", ":"), sort_keys=True, ensure_ascii=False, default=dict)


def assign(value: str | Strings) -> dict[str, Any]:
    """A setting that replaces what is inherited."""
    return {"@@assign": value if isinstance(value, str) else list(value)}


def locked(setting: Mapping[str, Any]) -> dict[str, Any]:
    """The setting, closed to changes by policies further down."""
    return {**setting, CHILD_OPERATORS: ["@@none"]}


def check_management(policy: ManagementPolicy, name: str | None = None) -> list[Finding]:
    """Whether the policy has the shape of its kind; its size is `constructs_lib.policies.check.check_size`'s matter."""
    found = [*_check_root(policy)]
    for key in ROOT_KEYS[policy.kind]:
        if isinstance(policy.content.get(key), Mapping):
            found += _check_operators(policy.content[key], key)
            found += check_settings(policy.kind, policy.content[key], key)
    return [replace(finding, policy=name) for finding in found]


def _check_root(policy: ManagementPolicy) -> Iterator[Finding]:
    known = ROOT_KEYS[policy.kind]
    for key in policy.content:
        if key not in known:
            cure = names.did_you_mean(key, known, f"The top of a policy of kind {policy.kind} is {known[0]!r}.")
            yield refuse("management-root", f"A policy of kind {policy.kind} has no element {key!r}.", cure)
    for key in known:
        if not isinstance(policy.content.get(key), Mapping) or not policy.content[key]:
            yield refuse("management-empty", f"{key!r} is missing or empty.", "Say what the policy sets.")


def _check_operators(settings: Mapping[str, Any], path: str) -> Iterator[Finding]:
    for key, value in settings.items():
        here = f"{path}.{key}"
        if key.startswith("@@"):
            if key not in OPERATORS:
                yield refuse(
                    "management-operator",
                    f"{path} has an unknown operator {key!r}.",
                    names.did_you_mean(key, OPERATORS, f"Use one of {', '.join(OPERATORS)}."),
                )
            elif key == CHILD_OPERATORS and not _is_list_of(_FOR_CHILDREN, value):
                yield refuse(
                    "management-children", f"{here} is {value!r}.", f"Use a list of {', '.join(_FOR_CHILDREN)}."
                )
        elif not isinstance(value, Mapping):
            yield refuse(
                "management-value",
                f"{here} has the bare value {value!r}.",
                f'Write {{"@@assign": {json.dumps(value, default=list)}}}.',
            )
        else:
            yield from _check_operators(value, here)


def _is_list_of(known: tuple[str, ...], value: Any) -> bool:
    return isinstance(value, tuple) and all(entry in known for entry in value)


def _freeze(value: Any) -> Any:
    if isinstance(value, Mapping):
        return MappingProxyType({key: _freeze(entry) for key, entry in value.items()})
    return tuple(_freeze(entry) for entry in value) if isinstance(value, (list, tuple)) else value
