"""Placeholders left by an author or a template: ``${PARTITION}``, ``<account>``, ``[ROLE]``, ``{{name}}``, ``{region}``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from constructs_lib.policies.findings import Finding, refuse, warn

# A policy variable has a colon (${aws:username}), a reference of Terraform a dot (${aws_iam_role.ci.arn}) or a bracket.
_VARIABLE: Final = r"\$\{[A-Za-z_][\w -]*\}"
_ANYWHERE: Final = rf"{_VARIABLE}|<[A-Za-z_][^<>]*>|\{{\{{[^{{}}]*\}}\}}|(?<![${{])\{{[A-Za-z_][\w -]*\}}"
_IN_VALUES: Final = re.compile(rf"{_ANYWHERE}|\[[A-Za-z_][\w -]*\]")
_IN_NAMES: Final = re.compile(rf"{_ANYWHERE}|\[[A-Z][A-Z0-9_-]*\]")
"""People put words into square brackets in names, too."""
_SIGN: Final = re.compile(r"[<{\[]")
"""With which each of them begins."""
_REFERENCE: Final = re.compile(r"\$\{[^{}]*[.:\[(][^{}]*\}")
"""A policy variable, a token of CDKTF or an expression of Terraform: it has a value, or will have one."""
_LITERALLY: Final = "which AWS takes literally"
_CURE: Final = "Put the value in its place."


def check_placeholders(content: Any) -> Iterator[Finding]:
    """Every placeholder in a policy, or a part of one, once.

    Args:
        content: JSON values: texts, lists, mappings.
    """
    texts = (text for text in _texts(content) if _SIGN.search(text))  # few have any
    for found in dict.fromkeys(match[0] for text in texts for match in _IN_VALUES.finditer(_REFERENCE.sub("", text))):
        yield refuse("placeholder", f"The policy holds the placeholder {found!r}, {_LITERALLY}.", _CURE)


def check_name(text: str, what: str = "The name") -> Iterator[Finding]:
    """The same for a name or a description: only a warning, since they decide nothing and may say what looks like one."""
    for found in dict.fromkeys(_IN_NAMES.findall(text)):
        yield warn("placeholder", f"{what} {text!r} holds the placeholder {found!r}, {_LITERALLY}.", _CURE)


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping):
        for key, value in content.items():
            yield str(key)
            yield from _texts(value)
    elif isinstance(content, (list, tuple)):
        for entry in content:
            yield from _texts(entry)
