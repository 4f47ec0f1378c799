"""Make policies fit: the same meaning in fewer bytes, or split over several policies.

Nothing here changes a decision. Deny statements add up wherever they stand on one node, and so do Allow statements of one
node: what any of its policies allows, the node allows. A list of actions or of resources is the same as several statements
with a part of the list each. ``NotAction`` and ``NotResource`` are not: such lists are never divided.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.attachments import slots
from constructs_lib.policies.check import measure, size_limit
from constructs_lib.policies.document import VERSION, PolicyDocument, Statement
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.names import wildcard
from constructs_lib.policies.quotas import quota

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_SEVERAL = (PolicyKind.SCP, PolicyKind.RCP, PolicyKind.IDENTITY)
"""Kinds of which several policies on one node or role mean the same as one."""


def pack(
    documents: Iterable[PolicyDocument], kind: PolicyKind, *, most: int | None = None
) -> tuple[PolicyDocument, ...]:
    """Bring policies for one node (or role) into as few policies as they need.

    Documents that fit are left as they are, byte for byte, as long as there are not too many of them.

    Args:
        documents: What is to be attached.
        kind: Its kind, which sets the size.
        most: How many policies there may be: as many as may be attached, AWS's full-access policy among them, if not given.

    Returns:
        The policies. For the same input they are the same.

    Raises:
        InvalidValueError: If they do not fit; the message says by how much.

    Example:
        >>> from constructs_lib.policies.document import deny
        >>> one, other = PolicyDocument.of(deny("a4b:*", "*")), PolicyDocument.of(deny("account:*", "*"))
        >>> [document.to_json() for document in pack([one, other], PolicyKind.SCP, most=1)]
        ['{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["a4b:*","account:*"],"Resource":"*"}]}']
    """
    given = tuple(documents)
    most = _most(kind) if most is None else most
    limit = size_limit(kind)
    if len(given) <= most and all(measure(document.to_json()) <= limit for document in given):
        return given
    old = [document.version for document in given if document.version != VERSION]
    if old:
        raise InvalidValueError(
            "documents", old[0], expected=f"Version {VERSION}", cure="Policies of two versions cannot be put together."
        )
    merged = merge([statement for document in given for statement in document.statements])
    packed = _fewest(merged, limit, kind)
    if len(packed) > most:
        size = sum(measure(document.to_json()) for document in packed)
        raise InvalidValueError(
            "documents",
            f"{size:,} bytes in {len(packed)} policies",
            expected=f"at most {most} of {limit:,} bytes (kind {kind})",
            cure="Attach some of them to a node above or below, or use wider wildcards.",
        )
    return packed


def _most(kind: PolicyKind) -> int:
    if kind not in _SEVERAL:
        return 1
    return slots(kind) if kind.terraform_type else quota(f"{kind}.attached").limit


def shrink(document: PolicyDocument) -> PolicyDocument:
    """The document with its statements merged where the meaning is the same."""
    return replace(document, statements=tuple(merge(document.statements)))


def merge(statements: Sequence[Statement]) -> list[Statement]:
    """Put statements together that differ in one list only, and drop what a wildcard in the same list covers.

    The first of the merged statements gives the Sid.
    """
    found = [_without_covered(statement) for statement in statements]
    for key in (_all_but_actions, _all_but_resources):
        by_rest: dict[object, Statement] = {}
        for index, statement in enumerate(found):
            rest = key(statement) or index  # nothing else equals a statement that cannot be merged
            first = by_rest.get(rest)
            by_rest[rest] = statement if first is None else _without_covered(_joined(first, statement))
        found = list(by_rest.values())
    return _unique_sids(found)


def _all_but_actions(statement: Statement) -> Statement | None:
    return replace(statement, actions=(), sid=None) if statement.actions else None


def _all_but_resources(statement: Statement) -> Statement | None:
    return replace(statement, resources=(), sid=None) if statement.resources else None


def _joined(first: Statement, other: Statement) -> Statement:
    return replace(
        first,
        actions=(*first.actions, *other.actions),
        resources=(*first.resources, *other.resources),
        sid=first.sid or other.sid,
    )


def _without_covered(statement: Statement) -> Statement:
    return replace(
        statement,
        actions=_uncovered(statement.actions, fold=True),
        not_actions=_uncovered(statement.not_actions, fold=True),
        resources=_uncovered(statement.resources, fold=False),
        not_resources=_uncovered(statement.not_resources, fold=False),
    )


def _uncovered(values: tuple[str, ...], *, fold: bool) -> tuple[str, ...]:
    """The values that no other value of the list covers; actions are compared without case."""
    if fold:  # the same in another case
        values = tuple({value.lower(): value for value in reversed(values)}.values())[::-1]
    patterns = [value for value in values if "*" in value and "?" not in value and "${" not in value]
    return tuple(
        value for value in values if not any(other != value and _covers(other, value, fold=fold) for other in patterns)
    )


def _covers(pattern: str, value: str, *, fold: bool) -> bool:
    """Whether the pattern, of which stars are the only wildcards, matches all that the value matches."""
    if pattern == "*":
        return True
    if fold:
        pattern, value = pattern.lower(), value.lower()
    if not value.startswith(pattern.partition("*")[0]) or "${" in value:
        return False
    if not fold and pattern.count(":") != value.count(":"):
        return False  # in an ARN a wildcard does not pass the first five colons
    # A wildcard of the value is only a character here, which nothing but a star of the pattern matches.
    return bool(wildcard(pattern).fullmatch(value))


def _unique_sids(statements: Iterable[Statement]) -> list[Statement]:
    seen: set[str] = set()
    found = []
    for statement in statements:
        sid, count = statement.sid, 2
        while sid in seen:
            sid = f"{statement.sid}{count}"
            count += 1
        if sid:
            seen.add(sid)
        found.append(statement if sid == statement.sid else replace(statement, sid=sid))
    return found


def _fewest(statements: Sequence[Statement], limit: int, kind: PolicyKind) -> tuple[PolicyDocument, ...]:
    """As few policies as can be found: statements stay whole where that costs none more."""
    whole = _fill([part for statement in statements for part in _divide(statement, limit, kind)], limit)
    total = sum(_weight(statement) for statement in statements)
    if len(whole) <= -(-total // (limit - _FRAME)):
        return whole
    poured = _fill(list(_pour(statements, limit)), limit)
    return poured if len(poured) < len(whole) else whole


_FRAME = measure(PolicyDocument(()).to_json())


def _weight(statement: Statement) -> int:
    """What a statement adds to a policy that has others."""
    return measure(PolicyDocument.of(statement).to_json()) - _FRAME + 1


def _list_of(statement: Statement) -> str:
    """The list of a statement that can be divided."""
    return "actions" if len(statement.actions) >= len(statement.resources) else "resources"


def _divide(statement: Statement, limit: int, kind: PolicyKind) -> list[Statement]:
    """A statement as one, or as several of which all but the last fill a policy of their own."""
    if _FRAME + _weight(statement) - 1 <= limit:
        return [statement]
    first, rest = _cut(statement, limit - _FRAME + 1)
    if first is None or rest is None:
        raise InvalidValueError(
            "documents",
            f"a statement ({statement.sid or statement.effect}) of {measure(PolicyDocument.of(statement).to_json()):,} bytes",
            expected=f"at most {limit:,} bytes (kind {kind})",
            cure="Lists of NotAction, NotResource and conditions cannot be divided: shorten them by wildcards.",
        )
    return [first, *_divide(rest, limit, kind)]


def _cut(statement: Statement, room: int) -> tuple[Statement | None, Statement | None]:
    """As much of a statement as fits into some room, and the rest; None for what there is not."""
    if _weight(statement) <= room:
        return statement, None
    values = statement.actions if _list_of(statement) == "actions" else statement.resources
    low, high = 0, len(values) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if _weight(_with(statement, values[:middle])) <= room:
            low = middle
        else:
            high = middle - 1
    if low <= 0:
        return None, statement
    return _with(statement, values[:low]), _with(statement, values[low:])


def _with(statement: Statement, values: tuple[str, ...]) -> Statement:
    """A statement with another list in place of the one that can be divided."""
    if _list_of(statement) == "actions":
        return replace(statement, actions=values)
    return replace(statement, resources=values)


def _pour(statements: Sequence[Statement], limit: int) -> Iterator[Statement]:
    """The statements, divided wherever one policy after the other is full."""
    room = limit - _FRAME + 1
    left = room
    for statement in statements:
        rest: Statement | None = statement
        while rest is not None:
            first, rest = _cut(rest, left)
            if first is not None:
                yield first
                left -= _weight(first)
            if rest is not None:
                left = room


def _fill(statements: Sequence[Statement], limit: int) -> tuple[PolicyDocument, ...]:
    """First fit, largest first; within a policy in the order given."""
    bins: list[tuple[int, list[int]]] = []
    sizes = [_weight(statement) for statement in statements]
    for index in sorted(range(len(statements)), key=lambda index: (-sizes[index], index)):
        need = sizes[index]
        for number, (used, members) in enumerate(bins):
            if used + need <= limit:
                bins[number] = (used + need, [*members, index])
                break
        else:
            bins.append((_FRAME + need - 1, [index]))
    ordered = sorted(sorted(members) for _, members in bins)
    return tuple(PolicyDocument(tuple(_unique_sids(statements[index] for index in members))) for members in ordered)
