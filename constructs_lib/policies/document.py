"""Policy documents as typed, immutable values: one emitter, one reader.

Two strings can be had from a document, and they differ only where it uses policy variables:

* ``to_json()`` is what AWS stores: what is measured, compared, evaluated.
* ``to_terraform()`` is what a Terraform argument takes: ``${aws:username}`` becomes ``$${aws:username}``, since Terraform
  would take it for an expression of its own. CDKTF tokens stay as they are. Constructs use this one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, Literal

from constructs_lib.typed import typed

Effect = Literal["Allow", "Deny"]
Strings = str | Iterable[str]
"""One string or several."""
PrincipalInput = Literal["*"] | Mapping[str, Strings] | None
ConditionValue = str | bool | int | Iterable[str | bool | int]
ConditionInput = Mapping[str, Mapping[str, ConditionValue]]

VERSION: Final = "2012-10-17"
OLD_VERSION: Final = "2008-10-17"
"""What AWS assumes when a document names no version; policy variables are plain text in it."""

# ${aws:username}, ${s3:prefix, 'none'}, ${*}, ${?}, ${$}: a Terraform expression never starts like this.
_VARIABLE_NAME = r"[*?$]\}|[A-Za-z0-9-]+:(?!:)"
_POLICY_VARIABLE = re.compile(rf"(?<!\$)\$\{{(?={_VARIABLE_NAME})")
_TOKEN = re.compile(rf"\$\{{(?!{_VARIABLE_NAME})")
_ESCAPED_VARIABLE = re.compile(r"\$\$\{")


class PolicyFormatError(ValueError):
    """The text is not a policy document; the message says where and why."""


@dataclass(frozen=True)
class Statement:
    """One statement of a policy.

    Values that are sets in the policy language (actions, resources, values of a condition) are kept sorted and without
    repetitions, so equal statements compare equal. What the statement may contain depends on the kind of policy:
    `constructs_lib.policies.check` decides that, not this class.

    Args:
        effect: ``Allow`` or ``Deny``.
        actions: Actions such as ``s3:GetObject``; wildcards ``*`` and ``?``.
        not_actions: All actions but these.
        resources: ARNs or ``*``; none in a trust policy.
        not_resources: All resources but these.
        principals: ``"*"``, or type to principals (``{"AWS": ["arn:…"], "Service": ["…"]}``), or None for policies that
            have none (identity policies, SCPs).
        not_principals: All principals but these.
        conditions: Operator to condition key to values.
        sid: Letters and digits; the statement's name in messages.
    """

    effect: Effect
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    principals: Literal["*"] | Mapping[str, tuple[str, ...]] | None = None
    not_principals: Literal["*"] | Mapping[str, tuple[str, ...]] | None = None
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    sid: str | None = None

    def __post_init__(self) -> None:
        """Bring every value into its one form."""
        if self.effect not in ("Allow", "Deny"):
            raise PolicyFormatError(f"Effect is {self.effect!r}; it must be 'Allow' or 'Deny'.")
        for name in ("actions", "not_actions", "resources", "not_resources"):
            object.__setattr__(self, name, strings(getattr(self, name)))
        for name in ("principals", "not_principals"):
            object.__setattr__(self, name, _principals(getattr(self, name)))
        object.__setattr__(self, "conditions", _conditions(self.conditions))

    def __hash__(self) -> int:
        return hash(self._json)

    def __reduce__(self) -> tuple[Any, ...]:
        return (Statement.from_dict, (self.to_dict(),))

    @classmethod
    def from_dict(cls, source: Any) -> Statement:
        """Read a statement as AWS writes it.

        Raises:
            PolicyFormatError: If it has an element that the policy language does not know.
        """
        if not isinstance(source, Mapping):
            raise PolicyFormatError(f"a statement is a JSON object, not {_kind(source)}.")
        _only(source, _ELEMENTS, "a statement")
        if "Effect" not in source:
            raise PolicyFormatError("Effect is missing; it must be 'Allow' or 'Deny'.")
        if not isinstance(sid := source.get("Sid"), str | None):
            raise PolicyFormatError(f"Sid must be a string, not {_kind(sid)}.")
        values = [source.get(key, ()) for key in ("Action", "NotAction", "Resource", "NotResource")]
        values += [source.get("Principal"), source.get("NotPrincipal"), source.get("Condition", {}), sid or None]
        return cls(source["Effect"], *values)

    def to_dict(self) -> dict[str, Any]:
        """The statement as AWS writes it; a list of one element is written as the element."""
        found: dict[str, Any] = {}
        if self.sid:
            found["Sid"] = self.sid
        found["Effect"] = self.effect
        for key, principals in (("Principal", self.principals), ("NotPrincipal", self.not_principals)):
            if principals is not None:
                found[key] = principals if isinstance(principals, str) else _map_values(principals)
        for key, values in (
            ("Action", self.actions),
            ("NotAction", self.not_actions),
            ("Resource", self.resources),
            ("NotResource", self.not_resources),
        ):
            if values:
                found[key] = _one_or_many(values)
        if self.conditions:
            found["Condition"] = {operator: _map_values(keys) for operator, keys in self.conditions.items()}
        return found

    def to_json(self) -> str:
        """The statement minified, as it stands in a document."""
        return self._json

    @cached_property
    def _json(self) -> str:
        return _dump(self.to_dict())


@typed
def allow(
    actions: Strings = (),
    resources: Strings = (),
    *,
    not_actions: Strings = (),
    not_resources: Strings = (),
    principals: PrincipalInput = None,
    not_principals: PrincipalInput = None,
    conditions: ConditionInput | None = None,
    sid: str | None = None,
) -> Statement:
    """An Allow statement; every argument takes one string or several.

    Example:
        >>> allow("s3:GetObject", "arn:aws:s3:::reports/*").to_dict()
        {'Effect': 'Allow', 'Action': 's3:GetObject', 'Resource': 'arn:aws:s3:::reports/*'}
    """
    return Statement(
        "Allow",
        strings(actions),
        strings(not_actions),
        strings(resources),
        strings(not_resources),
        _principals(principals),
        _principals(not_principals),
        _conditions(conditions or {}),
        sid,
    )


@typed
def deny(
    actions: Strings = (),
    resources: Strings = (),
    *,
    not_actions: Strings = (),
    not_resources: Strings = (),
    principals: PrincipalInput = None,
    not_principals: PrincipalInput = None,
    conditions: ConditionInput | None = None,
    sid: str | None = None,
) -> Statement:
    """A Deny statement; every argument takes one string or several."""
    return Statement(
        "Deny",
        strings(actions),
        strings(not_actions),
        strings(resources),
        strings(not_resources),
        _principals(principals),
        _principals(not_principals),
        _conditions(conditions or {}),
        sid,
    )


@typed
@dataclass(frozen=True)
class PolicyDocument:
    """A policy made of statements: SCP, RCP, identity, resource or trust policy, permissions boundary.

    Args:
        statements: In the order in which they are written; the order never changes a decision.
        version: ``2012-10-17`` unless an older document was read.
        id: The document's ``Id``; AWS ignores it.

    Example:
        >>> PolicyDocument((deny("organizations:LeaveOrganization", "*"),)).to_json()
        '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"}]}'
    """

    statements: tuple[Statement, ...]
    version: str = VERSION
    id: str | None = None

    def __post_init__(self) -> None:
        """Take any iterable of statements."""
        object.__setattr__(self, "statements", tuple(self.statements))

    def __hash__(self) -> int:
        return hash(self.to_json())

    @classmethod
    def of(cls, *statements: Statement) -> PolicyDocument:
        """A document of these statements."""
        return cls(statements)

    @classmethod
    def from_json(cls, source: str | bytes | Mapping[str, Any]) -> PolicyDocument:
        """Read a document written elsewhere.

        Raises:
            PolicyFormatError: If it is no JSON, no policy, or has an element that the policy language does not know.
        """
        if isinstance(source, (str, bytes)):
            try:
                source = json.loads(source, object_pairs_hook=unique)
            except PolicyFormatError:
                raise
            except ValueError as error:
                raise PolicyFormatError(f"The policy is not valid JSON: {error}.") from error
        if not isinstance(source, Mapping):
            raise PolicyFormatError(f"A policy is a JSON object, not {_kind(source)}.")
        _only(source, ("Version", "Id", "Statement"), "the policy")
        version = source.get("Version", OLD_VERSION)
        if version not in (VERSION, OLD_VERSION):
            raise PolicyFormatError(f"Version is {version!r}; it must be {VERSION!r} (or {OLD_VERSION!r}).")
        statements = source.get("Statement")
        if isinstance(statements, Mapping):
            statements = [statements]
        if not isinstance(statements, (list, tuple)):
            raise PolicyFormatError(f"Statement must be an object or a list of objects, not {_kind(statements)}.")
        read = []
        for index, statement in enumerate(statements):
            try:
                read.append(Statement.from_dict(statement))
            except PolicyFormatError as error:
                raise PolicyFormatError(f"Statement {index}: {error}") from error
        return cls(tuple(read), version, source.get("Id"))

    @classmethod
    def from_terraform(cls, source: str) -> PolicyDocument:
        """Read the string of a Terraform argument, where ``$${`` stands for ``${``."""
        return cls.from_json(_ESCAPED_VARIABLE.sub("${", source))

    def to_dict(self) -> dict[str, Any]:
        """The document as AWS writes it."""
        found: dict[str, Any] = {"Version": self.version}
        if self.id:
            found["Id"] = self.id
        found["Statement"] = [statement.to_dict() for statement in self.statements]
        return found

    def to_json(self) -> str:
        """The document minified: exactly what AWS stores and counts."""
        return self._json

    def to_terraform(self) -> str:
        """The document as a Terraform argument: as `to_json`, with policy variables escaped."""
        return escape_variables(self._json)

    @cached_property
    def _json(self) -> str:
        head = _dump({"Version": self.version, **({"Id": self.id} if self.id else {})})
        return f'{head[:-1]},"Statement":[{",".join(each.to_json() for each in self.statements)}]}}'


def escape_variables(text: str) -> str:
    """Write ``${aws:…}`` as ``$${aws:…}``, as Terraform needs it; tokens and Terraform expressions stay."""
    return _POLICY_VARIABLE.sub("$${", text)


def escape_expressions(text: str) -> str:
    """Write what Terraform would evaluate as the text that it is; policy variables stay, see `escape_variables`.

    Example:
        >>> escape_expressions("arn:${PARTITION}:s3:::home/${aws:username}")
        'arn:$${PARTITION}:s3:::home/${aws:username}'
    """
    return _TOKEN.sub("$${", text).replace("%{", "%%{")


def is_token(value: str) -> bool:
    """Whether the string holds a CDKTF token or a Terraform expression, whose value is known only later."""
    return "${" in value and bool(_TOKEN.search(value))


def strings(values: Any) -> tuple[str, ...]:
    """One string or several in their one form: sorted, and without repetitions."""
    if isinstance(values, str):
        return (values,)
    if not isinstance(values, Iterable) or isinstance(values, Mapping):
        raise PolicyFormatError(f"Expected a string or a list of strings, not {_kind(values)}.")
    listed = list(values)
    if not all(isinstance(value, str) for value in listed):
        raise PolicyFormatError(f"Expected only strings, but found {listed!r}.")
    unique = dict.fromkeys(listed)
    if not any("${" in value for value in unique):
        return tuple(sorted(unique))
    # Tokens come last, in the order given: their numbers change whenever the app grows.
    return tuple(sorted(unique, key=lambda value: (True, "") if is_token(value) else (False, value)))


def _principals(principals: Any) -> Literal["*"] | Mapping[str, tuple[str, ...]] | None:
    if principals is None:
        return None
    if isinstance(principals, str):
        if principals != "*":
            raise PolicyFormatError(
                f"Principal is {principals!r}; it must be '*' or an object such as {{'AWS': 'arn:…'}}."
            )
        return "*"
    if not isinstance(principals, Mapping):
        raise PolicyFormatError(f"Principal must be '*' or an object, not {_kind(principals)}.")
    return MappingProxyType({kind: strings(principals[kind]) for kind in sorted(principals)})


def _conditions(conditions: Any) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    if not isinstance(conditions, Mapping):
        raise PolicyFormatError(f"Condition must be an object, not {_kind(conditions)}.")
    found = {}
    for operator in sorted(conditions):
        keys = conditions[operator]
        if not isinstance(keys, Mapping):
            raise PolicyFormatError(f"Condition {operator} must be an object of condition keys, not {_kind(keys)}.")
        found[operator] = MappingProxyType({key: _condition_values(keys[key]) for key in sorted(keys)})
    return MappingProxyType(found)


def _condition_values(values: Any) -> tuple[str, ...]:
    if isinstance(values, (str, bool, int, float)):
        values = (values,)
    if not isinstance(values, Iterable) or isinstance(values, Mapping):
        raise PolicyFormatError(f"A condition's value must be a string or a list of strings, not {_kind(values)}.")
    return strings([str(value).lower() if isinstance(value, bool) else _number(value) for value in values])


def _number(value: Any) -> Any:
    return str(value) if isinstance(value, (int, float)) else value


_ELEMENTS: Final = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A hook for `json.loads` that refuses an element that is written twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(key for key, _ in pairs if sum(key == other for other, _ in pairs) > 1)
        raise PolicyFormatError(f"The element {twice!r} is written twice in one object; only one of them would count.")
    return found


def _only(source: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for key in source:
        if key not in known:
            same = [name for name in known if name.lower() == str(key).lower()]
            hint = f"write {same[0]!r}" if same else f"known are {', '.join(known)}"
            raise PolicyFormatError(f"{where} has an unknown element {key!r}; {hint}.")


def _map_values(values: Mapping[str, tuple[str, ...]]) -> dict[str, str | list[str]]:
    return {key: _one_or_many(found) for key, found in values.items()}


def _one_or_many(values: tuple[str, ...]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)


def _dump(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _kind(value: Any) -> str:
    return {dict: "an object", list: "a list", str: "a string", type(None): "nothing"}.get(type(value), repr(value))
