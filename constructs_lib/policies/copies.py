"""Policies that say the same in many stacks, each with its own account and name in them: read once, and copied with those of another."""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, TypeVar

from constructs_lib.policies.document import PolicyDocument, PolicyFormatError, Statement, strings

ValueT = TypeVar("ValueT")

_BETWEEN: Final = "\ue000"
_MARKS: Final = ("\ue001", "\ue002")
"""Stand for what differs. Unicode keeps them for private use, and no policy that has one is copied."""
_WORD: Final = re.compile(r"[A-Za-z0-9-]+")
"""What stands in JSON as it is."""
_JSON: Final = "_json"
"""Where a statement keeps its text."""
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
    if "\\" not in text and not any(mark in text for mark in (_BETWEEN, *_MARKS)):
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
    id_ = document.id and _Copy(put).text(document.id)
    return _new(PolicyDocument, {"statements": statements, "version": document.version, "id": id_})


def _statement(statement: Statement, put: tuple[tuple[str, str], ...]) -> Statement:
    """A statement with what was put in; the same one, if that is nowhere in it."""
    text, conditions, copy = statement.to_json(), statement.conditions, _Copy(put)
    if not any(mark in text for mark, _ in put):
        return statement
    words = (statement.sid or "", *conditions, *(key for named in conditions.values() for key in named))
    if any(mark in word for mark, _ in put for word in words):
        return Statement.from_dict(copy.everywhere(statement.to_dict()))
    found = {**vars(statement), **{name: copy.values(getattr(statement, name)) for name in _LISTS}}
    for name in ("principals", "not_principals"):
        if isinstance(found[name], MappingProxyType):
            found[name] = copy.named(found[name])
    if conditions:
        found["conditions"] = MappingProxyType({each: copy.named(keys) for each, keys in conditions.items()})
    del found[_JSON]
    if copy.in_order:
        found[_JSON] = copy.text(text)
    return _new(Statement, found)


def _new(kind: type[ValueT], values: dict[str, Any]) -> ValueT:
    """A value that differs from one that has been checked by nothing that is checked."""
    made = object.__new__(kind)
    vars(made).update(values)
    return made


class _Copy:
    """Puts in what differs.

    Args:
        put: Marks, and what each stands for.
    """

    def __init__(self, put: tuple[tuple[str, str], ...]) -> None:
        self._put = put
        self.in_order = True
        """Whether all values have come in the order of those that they were copied from."""

    def text(self, text: str) -> str:
        for mark, own in self._put:
            text = text.replace(mark, own)
        return text

    def values(self, values: tuple[str, ...]) -> tuple[str, ...]:
        before = _BETWEEN.join(values)
        after = self.text(before)
        if after == before:
            return values
        found = after.split(_BETWEEN)
        ordered = list(strings(found)) if "${" in after else sorted(found)
        self.in_order &= ordered == found
        return tuple(ordered)

    def named(self, named: Any) -> MappingProxyType[str, tuple[str, ...]]:
        return MappingProxyType({key: self.values(values) for key, values in named.items()})

    def everywhere(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.everywhere(each) for each in value]
        return {self.text(key): self.everywhere(each) for key, each in value.items()}
