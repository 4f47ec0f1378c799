"""Policies that say the same in many stacks, each with its own account and name in them: read once, and copied with those of another."""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, TypeVar

from constructs_lib.policies.document import PolicyDocument, PolicyFormatError, Statement, strings

ValueT = TypeVar("ValueT")

_MARKS: Final = ("\ue000", "\ue001")
"""Stand for what differs; Unicode keeps them for private use, and no policy that has one is copied."""
_WORD: Final = re.compile(r"[A-Za-z0-9-]+")
"""What stands in JSON as it is."""
_LISTS: Final = ("actions", "not_actions", "resources", "not_resources")


def parsed(text: str, differing: tuple[str | None, ...]) -> PolicyDocument:
    """The policy in the string of a Terraform argument, as `PolicyDocument.from_terraform` reads it.

    Args:
        text: The policy.
        differing: What the policies of other stacks may have otherwise: at most two texts, such as the account's number.

    Raises:
        PolicyFormatError: As `PolicyDocument.from_terraform`.
    """
    form, put = text, []
    # Behind a backslash, a digit may be part of a letter.
    if "\\" not in text and not any(mark in text for mark in _MARKS):
        for mark, own in zip(_MARKS, differing, strict=False):
            if own and own in form and _WORD.fullmatch(own):
                form = form.replace(own, mark)
                put.append((mark, own))
    if put:
        try:
            return _copied(form, tuple(put))
        except PolicyFormatError:
            pass  # it stood for a word of the policy language, or without quotes
    return _read(text)


@lru_cache(maxsize=1024)
def _read(text: str) -> PolicyDocument:
    """A policy, read once: several checks ask for it, and the stacks of an organization have many in common."""
    return PolicyDocument.from_terraform(text)


@lru_cache(maxsize=1024)
def _copied(form: str, put: tuple[tuple[str, str], ...]) -> PolicyDocument:
    document = _read(form)
    statements = tuple(_statement(each, put) for each in document.statements)
    values = {"statements": statements, "version": document.version, "id": document.id and _filled(document.id, put)}
    return _new(PolicyDocument, values)


def _statement(statement: Statement, put: tuple[tuple[str, str], ...]) -> Statement:
    """A statement with what was put in; the same one, if that is nowhere in it."""
    text = statement.to_json()
    if not any(mark in text for mark, _ in put):
        return statement
    conditions = statement.conditions
    if any(mark in word for mark, _ in put for word in (statement.sid or "", *conditions, *_keys(statement))):
        return Statement.from_dict(_everywhere(statement.to_dict(), put))
    found = {**vars(statement), **{name: _with(getattr(statement, name), put) for name in _LISTS}}
    del found["_json"]
    for name in ("principals", "not_principals"):
        if isinstance(found[name], MappingProxyType):
            found[name] = _values(found[name], put)
    if conditions:
        found["conditions"] = MappingProxyType({each: _values(keys, put) for each, keys in conditions.items()})
    return _new(Statement, found)


def _new(kind: type[ValueT], values: dict[str, Any]) -> ValueT:
    """A value that differs from one that has been checked by nothing that is checked."""
    made = object.__new__(kind)
    vars(made).update(values)
    return made


def _keys(statement: Statement) -> list[str]:
    return [key for named in statement.conditions.values() for key in named]


def _values(named: Any, put: tuple[tuple[str, str], ...]) -> MappingProxyType[str, tuple[str, ...]]:
    return MappingProxyType({key: _with(values, put) for key, values in named.items()})


def _with(values: tuple[str, ...], put: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    found = [_filled(each, put) for each in values]
    if any("${" in each for each in found):
        return strings(found)
    found.sort()
    return tuple(found)


def _filled(text: str, put: tuple[tuple[str, str], ...]) -> str:
    for mark, own in put:
        text = text.replace(mark, own)
    return text


def _everywhere(value: Any, put: tuple[tuple[str, str], ...]) -> Any:
    if isinstance(value, str):
        return _filled(value, put)
    if isinstance(value, list):
        return [_everywhere(each, put) for each in value]
    return {_filled(key, put): _everywhere(each, put) for key, each in value.items()}
