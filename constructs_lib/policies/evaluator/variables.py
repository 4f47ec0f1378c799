"""Policy variables: ``${aws:username}``, ``${aws:PrincipalTag/team, 'none'}``, ``${*}``.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from constructs_lib.policies.evaluator.patterns import Part

ContextValue = str | tuple[str, ...]
"""The value of a single-valued condition key, or the values of a multivalued one."""
Context = Mapping[str, ContextValue]
"""Condition keys in lower case to their values."""

_VARIABLE = re.compile(r"\$\{(?:(?P<literal>[*?$])|(?P<key>[^},']+?)(?:,\s*'(?P<default>[^']*)')?)\}")


@dataclass(frozen=True)
class _Variable:
    key: str
    default: str | None


@dataclass(frozen=True)
class Template:
    """A text with policy variables, parsed once.

    Args:
        parts: Plain text (wildcards live), text that stands for itself, and variables.
        text: The text as the policy has it.
    """

    parts: tuple[Part | _Variable, ...]
    text: str

    @classmethod
    def literal(cls, text: str) -> Self:
        """A text without variables."""
        return cls((text,), text)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Find the variables of a text; what is none stays as it is."""
        parts: list[Part | _Variable] = []
        position = 0
        for found in _VARIABLE.finditer(text):
            if found.start() > position:
                parts.append(text[position : found.start()])
            if found["literal"]:
                parts.append((found["literal"],))
            else:
                parts.append(_Variable(found["key"].lower(), found["default"]))
            position = found.end()
        if position < len(text) or not parts:
            parts.append(text[position:])
        return cls(tuple(parts), text)

    @cached_property
    def fixed(self) -> tuple[Part, ...] | None:
        """The parts, if no variable is among them."""
        parts = tuple(part for part in self.parts if not isinstance(part, _Variable))
        return parts if len(parts) == len(self.parts) else None

    def resolve(self, context: Context) -> tuple[Part, ...] | None:
        """The parts with every variable replaced by its value; None if one has neither value nor default.

        A multivalued key has no value here: AWS takes single-valued keys only.
        """
        resolved: list[Part] = []
        for part in self.parts:
            if not isinstance(part, _Variable):
                resolved.append(part)
                continue
            value = context.get(part.key)
            if not isinstance(value, str):
                value = part.default
            if value is None:
                return None
            resolved.append((value,))
        return tuple(resolved)


def text_of(parts: Sequence[Part]) -> str:
    """The parts as one text, where no wildcard is live."""
    return "".join(part if isinstance(part, str) else part[0] for part in parts)
