"""The register of guardrails: what each one is called, takes and does, read from its function.

A guardrail is a function with typed, keyword-only arguments that returns a policy. Its docstring says the rest, in
sections: the intent (the first paragraph), ``Args``, ``Breaks`` and ``Source``.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, get_type_hints

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.catalogue import types
from constructs_lib.policies.catalogue.exempting import exempted_from
from constructs_lib.policies.document import PolicyDocument, Strings
from constructs_lib.policies.management import ManagementPolicy
from constructs_lib.policies.names import did_you_mean
from constructs_lib.typed import typed

if TYPE_CHECKING:
    from constructs_lib.policies.kinds import PolicyKind

Policy = PolicyDocument | ManagementPolicy

GIVEN = ("partition", "organization_id")
"""Arguments that the organization gives, not the author of the policy."""
_ARNS, _TAGS = "exempted_principal_arns", "exempted_principal_tags"
_EVERY_GUARDRAIL = {
    _ARNS: "Role names or principal ARN patterns that are exempt.",
    _TAGS: "Tag key to values: principals with one of them (roles, users, sessions) are exempt. Protect the key, with protect-principal-tags.",
}
"""What every guardrail with statements takes, whether its function knows of it or not."""
_SECTION = re.compile(r"^(Args|Breaks|Source):\s*$", re.MULTILINE)
_ARGUMENT = re.compile(r"^(\w+): ", re.MULTILINE)


@dataclass(frozen=True)
class Guardrail:
    """A guardrail with its parameters filled in.

    Args:
        name: Its name in the catalogue, such as ``deny-unapproved-regions``.
        kind: The kind of policy it is.
        document: The policy.
    """

    name: str
    kind: PolicyKind
    document: Policy

    @property
    def entry(self) -> Entry:
        """What the catalogue says of it."""
        return ENTRIES[self.name]


@dataclass(frozen=True)
class Parameter:
    """One parameter of a guardrail.

    Args:
        name: As in Python and in the configuration.
        type: What it takes, in words.
        doc: What it means.
        required: Whether it must be given.
        default: Its value if it is not.
        annotation: Its Python type.
    """

    name: str
    type: str
    doc: str
    required: bool
    default: Any
    annotation: Any = field(repr=False, compare=False)


@dataclass(frozen=True)
class Entry:
    """A guardrail as the catalogue lists it.

    Args:
        name: Its name.
        kind: The kind of policy it makes.
        group: What it is about.
        example: Parameters that show it.
        function: What builds it.
    """

    name: str
    kind: PolicyKind
    group: str
    example: Mapping[str, Any]
    function: Callable[..., Guardrail]

    @cached_property
    def _sections(self) -> dict[str, str]:
        parts = _SECTION.split(inspect.cleandoc(self.function.__doc__ or ""))
        return {"Intent": parts[0].strip()} | {
            title: inspect.cleandoc("\n" + body) for title, body in zip(parts[1::2], parts[2::2], strict=True)
        }

    @property
    def intent(self) -> str:
        """What it is for."""
        return _flow(self._sections["Intent"])

    @property
    def breaks(self) -> str:
        """What stops working when it is attached."""
        return _flow(self._sections.get("Breaks", ""))

    @property
    def sources(self) -> tuple[str, ...]:
        """The pages of AWS that it rests on."""
        return tuple(self._sections.get("Source", "").split())

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """What its author chooses."""
        split = _ARGUMENT.split(self._sections.get("Args", ""))
        docs = {**_EVERY_GUARDRAIL, **dict(zip(split[1::2], split[2::2], strict=True))}
        hints = {**get_type_hints(self.function), _ARNS: Strings, _TAGS: Mapping[str, Strings]}
        return tuple(
            Parameter(
                name=name,
                type=types.words(hints[name]),
                doc=_flow(docs.get(name, "")),
                required=argument.default is inspect.Parameter.empty,
                default=None if argument.default is inspect.Parameter.empty else argument.default,
                annotation=hints[name],
            )
            for name, argument in inspect.signature(self.function).parameters.items()
            if name not in GIVEN
        )

    @cached_property
    def given(self) -> tuple[str, ...]:
        """Which of the organization's own facts it needs."""
        return tuple(name for name in inspect.signature(self.function).parameters if name in GIVEN)

    def schema(self) -> dict[str, Any]:
        """JSON Schema of its parameters."""
        properties = {
            parameter.name: {**types.schema(parameter.annotation), "description": parameter.doc}
            for parameter in self.parameters
        }
        required = [parameter.name for parameter in self.parameters if parameter.required]
        found: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
        return found | {"required": required} if required else found


ENTRIES: dict[str, Entry] = {}
"""All guardrails by name, in the order of the catalogue."""


def guardrail(
    kind: PolicyKind, *, group: str, example: Mapping[str, Any] | None = None, exempted: tuple[str, ...] = ()
) -> Callable[[Callable[..., Policy]], Callable[..., Guardrail]]:
    """Enter a function into the catalogue under its own name with dashes.

    Every guardrail with statements takes exemptions by principal ARN and by principal tag: `exempted_principal_tags`, and
    `exempted_principal_arns` where the function does not take it itself, are added to its parameters, and what they exempt is
    left out of each of its statements.

    Args:
        kind: The kind of policy that it makes.
        group: What it is about; the catalogue is ordered by it.
        example: Parameters that show it, for the documentation and the tests.
        exempted: Who is exempt unless told otherwise, where the function does not say it itself.
    """

    def enter(function: Callable[..., Policy]) -> Callable[..., Guardrail]:
        name = function.__name__.replace("_", "-")
        own = inspect.signature(function)
        added = [each for each in _added(kind, exempted) if each.name not in own.parameters]

        @wraps(function)
        def make(**arguments: Any) -> Guardrail:
            partition = arguments.get("partition", "aws")
            taken = {each.name: arguments.pop(each.name, each.default) for each in added}
            policy = function(**arguments)
            if isinstance(policy, PolicyDocument):
                policy = exempted_from(policy, taken.get(_ARNS, ()), taken[_TAGS], partition)
            return Guardrail(name, kind, policy)

        make.__signature__ = own.replace(parameters=[*own.parameters.values(), *added])  # type: ignore[attr-defined]
        ENTRIES[name] = Entry(name, kind, group, example or {}, typed(make))
        return ENTRIES[name].function

    return enter


def _added(kind: PolicyKind, exempted: tuple[str, ...]) -> list[inspect.Parameter]:
    """The parameters that every guardrail of a kind takes."""
    if not kind.has_statements:
        return []
    only = inspect.Parameter.KEYWORD_ONLY
    added: tuple[tuple[str, Any, Any], ...] = (
        (_ARNS, exempted, Strings),
        (_TAGS, {}, Mapping[str, Strings]),
        ("partition", "aws", str),
    )
    return [inspect.Parameter(name, only, default=default, annotation=kind) for name, default, kind in added]


@typed
def build(
    name: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    partition: str = "aws",
    organization_id: str | None = None,
) -> Guardrail:
    """Make a guardrail from plain data, such as a configuration file's.

    Args:
        name: Its name in the catalogue; ``_`` is read as ``-``.
        parameters: Its parameters; one string is taken where several are expected.
        partition: The partition that the organization is in.
        organization_id: The organization's id (or a token), for the guardrails that need it.

    Raises:
        InvalidValueError: Its ``name`` is ``guardrail`` if there is no such guardrail, else the parameter's; the message says
            what arrived, what was expected, and what was probably meant.

    Example:
        >>> build("deny-unapproved-regions", {"allowed_regions": "eu-central-1"}).kind
        <PolicyKind.SCP: 'scp'>
    """
    entry = ENTRIES.get(name.replace("_", "-"))
    if entry is None:
        raise InvalidValueError(
            "guardrail",
            name,
            expected="the name of a guardrail of the catalogue",
            cure=did_you_mean(name, ENTRIES, "See docs/guardrails.md."),
        )
    known = {parameter.name: parameter for parameter in entry.parameters}
    arguments: dict[str, Any] = {}
    for key, value in (parameters or {}).items():
        if key not in known:
            takes = f"one of {', '.join(known)}" if known else "no parameters"
            raise InvalidValueError(
                key, value, expected=f"{takes} ({entry.name})", cure=did_you_mean(key, known, "Remove it.")
            )
        arguments[key] = types.convert(key, value, known[key].annotation)
    for parameter in entry.parameters:
        if parameter.required and parameter.name not in arguments:
            raise InvalidValueError(
                parameter.name, None, expected=f"{parameter.type}; {entry.name} needs it", cure=parameter.doc
            )
    facts = {"partition": partition, "organization_id": organization_id}
    arguments |= {fact: facts[fact] for fact in entry.given}
    if "organization_id" in arguments and organization_id is None:
        raise InvalidValueError(
            "organization_id", None, expected=f"the organization's id; {entry.name} compares with it"
        )
    return entry.function(**arguments)


def _flow(text: str) -> str:
    """The text as one line per paragraph."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n")).strip()
