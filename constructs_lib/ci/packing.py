"""Permissions spread over as many managed policies as their size needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.check import measure
from constructs_lib.policies.document import PolicyDocument, Statement
from constructs_lib.policies.quotas import quota

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


def pack(statements: Iterable[Statement], *, limit: int | None = None) -> tuple[PolicyDocument, ...]:
    """Spread Allow statements over documents, in order, each within the limit.

    A statement that is too large for one document is divided by its resources or its actions, which changes nothing: what
    several Allow statements allow is what one with all their parts would.

    Args:
        statements: What the policies say together.
        limit: Most characters of a document; those of a managed policy unless told otherwise.

    Raises:
        InvalidValueError: If they need more policies than a role can have, or one part alone is too large.
    """
    limit = limit or quota("identity.size").limit
    most = quota("identity.attached").limit
    documents: list[list[Statement]] = []
    size = 0
    for statement in statements:
        for part in _parts(statement, limit):
            more = measure(f",{part.to_json()}")
            if documents and size + more <= limit:
                documents[-1].append(part)
                size += more
            else:
                documents.append([part])
                size = measured((part,))
    if len(documents) > most:
        raise InvalidValueError(
            "permissions",
            f"{len(documents)} managed policies",
            expected=f"at most {most}, which is what a role can have",
            cure="Divide what the role is for among several roles.",
        )
    return tuple(PolicyDocument(tuple(found)) for found in documents)


def measured(statements: Sequence[Statement]) -> int:
    """The size of a document. An account id that Terraform fills in counts as one, so knowing it moves nothing."""
    return measure(PolicyDocument(tuple(statements)).to_json())


def _parts(statement: Statement, limit: int) -> list[Statement]:
    if measured((statement,)) <= limit:
        return [statement]
    divide: Callable[[Statement, tuple[str, ...]], Statement]
    if len(statement.resources) >= len(statement.actions):
        values, divide = statement.resources, lambda whole, some: replace(whole, resources=some)
    else:
        values, divide = statement.actions, lambda whole, some: replace(whole, actions=some)
    # Without its name, which may appear once in a document: two parts may end up in one.
    whole = replace(statement, sid=None)
    around = measured((divide(whole, ()),)) + len('"Resource":[],')
    parts = [divide(whole, some) for some in chunks(values, limit - around)]
    if statement.effect == "Deny" or any(measured((part,)) > limit for part in parts):
        raise InvalidValueError(
            "permissions", statement.sid or statement.to_dict(), expected=f"a statement within {limit:,} characters"
        )
    return parts


def chunks(values: Iterable[str], room: int) -> Iterator[tuple[str, ...]]:
    """Divide values, each of which takes two quotes and a comma, into runs that have room."""
    chunk: list[str] = []
    used = 0
    for value in values:
        size = measure(value) + len('"",')
        if chunk and used + size > room:
            yield tuple(chunk)
            chunk, used = [], 0
        chunk.append(value)
        used += size
    yield tuple(chunk)
