"""What a change of policies newly allows: requests are derived from both versions, and AWS's own logic decides each.

Every statement that is lost (a Deny) or new (an Allow) is tried with the requests that could tell the versions apart:
actions by the patterns that tell them apart, resources, principals and condition values as all statements about these
actions name them, others that nobody names, and none. So two texts that say the same compare equal, and a difference is
shown by a request.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from constructs_lib.policies import names
from constructs_lib.policies.document import PolicyDocument, Statement, allow
from constructs_lib.policies.evaluator import Policies, PolicySet, Principal, Request, evaluate
from constructs_lib.policies.evaluator import values as read
from constructs_lib.policies.evaluator.policy import CompiledStatement, compile_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

MOST: Final = 20_000
"""Requests that are tried for one statement and action; more differences than that cannot be told apart."""
_OTHER: Final = "zqx"
"""What nobody names."""
_CALLER_ACCOUNT, _STRANGER, _OWNER = "000000000001", "000000000002", "000000000003"
_CALLER: Final = f"arn:aws:iam::{_CALLER_ACCOUNT}:role/{_OTHER}"
_UNSET: Final = None
_VARIABLE: Final = re.compile(r"\$\{([^},']+?)(?:,\s*'[^']*')?\}")
_WILDCARD: Final = re.compile(r"\$\{[*?$]\}|[*?]")
"""A live wildcard, or one that stands for itself."""
_PLAIN_ACCOUNT: Final = re.compile(r"\d{12}")
FULL: Final = PolicyDocument.of(allow("*", "*"))
OPEN: Final = PolicyDocument.of(allow("*", "*", principals="*"))

Value = str | tuple[str, ...] | None


@dataclass(frozen=True)
class Widening:
    """Something that was not allowed before.

    Args:
        request: A request that is allowed now; None if there are too many differences to try them all.
        policy: The name of the policy that had denied it, and the node where, if one did.
        node: The same.
    """

    request: Request | None
    policy: str | None = None
    node: str | None = None

    def __str__(self) -> str:
        if self.request is None:
            return "there are too many differences to tell whether it allows more"
        context = {key: value for key, value in self.request.context.items() if value}
        who = context.pop("aws:PrincipalArn", None) or self.request.principal.entity or self.request.principal.arn
        resource = self.request.resource
        named = "" if _OTHER in resource or resource == "*" else f" on {resource}"
        by = "" if _OTHER in str(who) else f" by {who}"
        if _STRANGER in str(who):
            by = " by anybody"
        when = [f"{key} is {value if isinstance(value, str) else ', '.join(value)}" for key, value in context.items()]
        shown = [each.replace(_OTHER, "something else") for each in when if f" {_OTHER}" not in each] or when[:1]
        action = self.request.action if _OTHER not in self.request.action.lower() else "any other action"
        return f"{action}{named}{by}{f', where {shown[0]}' if shown else ''}".replace(_OTHER, "something-else")


def widening(kind: str, before: PolicyDocument | None, after: PolicyDocument | None) -> Widening | None:
    """Something that one policy allows and did not allow before, if there is any.

    Args:
        kind: ``trust``, ``resource`` or ``identity``.
        before: The policy now; None if there is none.
        after: The policy afterwards.
    """
    old, new = (_told_apart([found] if found else []) for found in (before, after))
    changes = (
        *_changes(_without(old, new), new, "Deny"),
        *_changes(_without(new, old), old, "Allow"),
    )
    pairs = [(wrap(before), wrap(after)) for wrap in _WRAPS[kind]]
    return _search(changes, [*old, *new], pairs, strangers=kind in ("trust", "resource"))


def widening_of_chain(layer: str, before: Sequence[PolicySet], after: Sequence[PolicySet]) -> Widening | None:
    """Something that organization policies above an account denied and do not deny any more, if there is any.

    Args:
        layer: ``scp`` or ``rcp``.
        before: The policies by level, from the root down, with ``FullAWSAccess`` where it is attached.
        after: The same afterwards.
    """
    old, new = (
        _told_apart(policy.document for level in levels for policy in level.policies) for levels in (before, after)
    )
    identity, resource = PolicySet.of(FULL), PolicySet.of(OPEN)
    pair = [
        Policies(identity=identity, resource=resource, scps=tuple(levels))
        if layer == "scp"
        else Policies(identity=identity, resource=resource, rcps=tuple(levels))
        for levels in (before, after)
    ]
    changes = list(_changes(_without(old, new), new, "Deny"))
    if _allows(before) != _allows(after):
        changes += _changes(new, (), "Allow")  # what one level allows, another may not
    return _search(changes, [*old, *new], [(pair[0], pair[1])], strangers=False)


_Told = tuple[Statement, str]
"""A statement without its name, and the version of the language that it is in, where that decides something."""
_Change = tuple[Statement, tuple[Statement, ...]]
"""A statement that is lost, or new, and those of the other side that may do the same."""


def _told_apart(documents: Iterable[PolicyDocument]) -> list[_Told]:
    return [told for document in documents for told in _told(document)]


@lru_cache(maxsize=8192)
def _told(document: PolicyDocument) -> tuple[_Told, ...]:
    version = document.version if "${" in document.to_json() else ""
    return tuple((replace(each, sid=None), version) for each in document.statements)


def _without(found: Iterable[_Told], others: Iterable[_Told]) -> list[_Told]:
    known = set(others)
    return [each for each in found if each not in known]


def _changes(found: Iterable[_Told], others: Iterable[_Told], effect: str) -> Iterator[_Change]:
    others = [each for each in others if each[0].effect == effect]
    for statement, version in found:
        if statement.effect == effect:
            yield statement, tuple(other for other, its in others if its == version)


def _allows(levels: Sequence[PolicySet]) -> list[frozenset[_Told]]:
    return [
        frozenset(
            each for each in _told_apart(policy.document for policy in level.policies) if each[0].effect == "Allow"
        )
        for level in levels
    ]


def _set(document: PolicyDocument | None) -> PolicySet:
    return PolicySet.of(document) if document else PolicySet()


def _of_resource(document: PolicyDocument | None) -> Policies:
    return Policies(identity=PolicySet.of(FULL), resource=_set(document))


def _of_identity(document: PolicyDocument | None) -> Policies:
    return Policies(identity=_set(document), resource=PolicySet.of(OPEN))


def _beside_others(document: PolicyDocument | None) -> Policies:
    """As one of several policies: what it denies counts, whoever allows it."""
    return Policies(identity=PolicySet.of(FULL, *([document] if document else ())), resource=PolicySet.of(OPEN))


def _open_resource(document: PolicyDocument | None) -> Policies:
    """What it denies counts, whoever else lets somebody in."""
    return Policies(identity=PolicySet.of(FULL), resource=PolicySet.of(OPEN, *([document] if document else ())))


_WRAPS: Final[Mapping[str, tuple[Callable[[PolicyDocument | None], Policies], ...]]] = {
    "trust": (_of_resource,),
    "resource": (_of_resource, _open_resource),
    "identity": (_of_identity, _beside_others),
}


def _search(
    changes: Iterable[_Change],
    everything: Sequence[_Told],
    pairs: Sequence[tuple[Policies, Policies]],
    *,
    strangers: bool,
) -> Widening | None:
    undecided = None
    compiled = [_compiled(each) for each in dict.fromkeys(statement for statement, _ in everything)]
    for seed, others in dict.fromkeys(changes):
        shields = [_compiled(each) for each in others if _as_wide(each, seed)]
        for request in _Probes(_compiled(seed), compiled, shields, strangers=strangers):
            if request is None:
                undecided = Widening(None)
                continue
            for before, after in pairs:
                was = evaluate(request, before)
                if not was.allowed and evaluate(request, after).allowed:
                    return Widening(request, was.reason.policy, was.reason.node)
    return undecided


def _as_wide(wide: Statement, narrow: Statement) -> bool:
    """Whether a statement applies wherever another one does, for the actions that it names."""
    resources = wide.resources == ("*",) or (
        (wide.resources, wide.not_resources) == (narrow.resources, narrow.not_resources)
    )
    who = (wide.principals, wide.not_principals) == (narrow.principals, narrow.not_principals)
    asked = {(operator, key, values) for operator, keys in narrow.conditions.items() for key, values in keys.items()}
    asks = {(operator, key, values) for operator, keys in wide.conditions.items() for key, values in keys.items()}
    return resources and who and asks <= asked


@lru_cache(maxsize=4096)
def _compiled(statement: Statement) -> CompiledStatement:
    return compile_document(PolicyDocument((statement,)))[0]


class _Probes:
    """The requests that a statement takes in and that could be decided otherwise by another one; None where it gives up."""

    def __init__(
        self,
        seed: CompiledStatement,
        everything: Sequence[CompiledStatement],
        shields: Sequence[CompiledStatement],
        *,
        strangers: bool,
    ) -> None:
        self._seed, self._all, self._shields, self._strangers = seed, everything, shields, strangers

    def __iter__(self) -> Iterator[Request | None]:
        patterns = {
            action.lower() for each in self._all for action in (*each.statement.actions, *each.statement.not_actions)
        }
        for action in _actions(frozenset(patterns)):
            lower = action.lower()
            if self._seed.covers(lower) and not any(each.covers(lower) for each in self._shields):
                yield from self._of_action(action)

    def _of_action(self, action: str) -> Iterator[Request | None]:
        about = [each for each in self._all if each.covers(action.lower())]
        keys = _keys(about)
        resources = _resources(about)
        principals = _principals(about) if self._strangers else (_principal(_CALLER),)
        choices: list[Sequence[Value]] = [self._holding(key, values) for key, values in keys.items()]
        for count, (resource, principal, found) in enumerate(product(resources, principals, product(*choices))):
            if count > MOST:
                yield None
                return
            context = {key: value for key, value in zip(keys, found, strict=True) if value is not None}
            request = Request(principal, action, resource, resource_account=_OWNER, context=context)
            if self._seed.names_resource(request) and self._seed.applies(request):
                yield request

    def _holding(self, key: str, values: Sequence[Value]) -> Sequence[Value]:
        """The values of a key with which the seed's own conditions on it hold."""
        lower = key.lower()
        own = [each for each in self._seed.conditions if each.lower_key == lower]
        return [
            value
            for value in values
            if value is None or all(each.holds({lower: value}) for each in own) or _dynamic(own)
        ]


def _dynamic(conditions: Iterable[Any]) -> bool:
    return any("${" in value for each in conditions for value in each.values)


@lru_cache(maxsize=256)
def _actions(patterns: frozenset[str]) -> tuple[str, ...]:
    """Actions that stand for all: of those that the same patterns name, one."""
    found: dict[tuple[str, frozenset[str]], str] = {}
    services = sorted({pattern.partition(":")[0] for pattern in patterns if ":" in pattern})
    for service in services:
        if "*" in service or "?" in service:
            continue
        own = [each for each in patterns if each.partition(":")[0] == service or "*" in each.partition(":")[0]]
        known = names.actions(service) if service in names.services() else {}
        invented = [filled for pattern in own for filled in _instances(pattern.partition(":")[2])]
        for name in (*known.values(), *invented, _OTHER):
            lower = f"{service}:{name.lower()}"
            naming = frozenset(pattern for pattern in own if names.wildcard(pattern).fullmatch(lower))
            found.setdefault((service, naming), f"{service}:{name}")
    wild = [filled for pattern in patterns if "*" in pattern.partition(":")[0] for filled in _instances(pattern)]
    return (*found.values(), *(each for each in wild if ":" in each), f"{_OTHER}:{_OTHER}")


def _instances(pattern: str) -> tuple[str, ...]:
    """Texts that a pattern matches: with something nobody names in the place of wildcards, and with nothing."""
    text = _VARIABLE.sub(lambda found: found[0] if found[1] in "*?$" else _OTHER, pattern)
    return tuple(dict.fromkeys(_WILDCARD.sub(partial(_filled, filler), text) for filler in (_OTHER, "")))


def _filled(filler: str, wildcard: re.Match[str]) -> str:
    return filler if wildcard[0] == "*" else "q" if wildcard[0] == "?" else wildcard[0][2]


def _resources(about: Sequence[CompiledStatement]) -> tuple[str, ...]:
    found = [f"arn:aws:{_OTHER}:{_OTHER}:{_OWNER}:{_OTHER}"]
    for each in about:
        for resource in (*each.statement.resources, *each.statement.not_resources):
            if resource != "*":
                found += _instances(resource)
    return tuple(dict.fromkeys(found))


def _principals(about: Sequence[CompiledStatement]) -> tuple[Principal, ...]:
    found = [_principal(f"arn:aws:iam::{_STRANGER}:role/{_OTHER}")]
    for each in about:
        for element in (each.statement.principals, each.statement.not_principals):
            if element is None or isinstance(element, str):
                continue
            for name in (name for group in element.values() for name in group):
                found += _of_name(name)
    return tuple(dict.fromkeys(found))


def _of_name(name: str) -> Iterator[Principal]:
    if _PLAIN_ACCOUNT.fullmatch(name):
        name = f"arn:aws:iam::{name}:root"
    if name.endswith(":root"):
        yield _principal(f"{name.removesuffix('root')}role/{_OTHER}")
    try:
        yield _principal(name)
    except ValueError:
        return  # "*", and the id of a principal that is gone


@lru_cache(maxsize=1024)
def _principal(name: str) -> Principal:
    return Principal.of(name)


def _keys(about: Sequence[CompiledStatement]) -> dict[str, Sequence[Value]]:
    """Condition keys with the values that tell statements apart."""
    found: dict[str, dict[Value, None]] = {}
    spelling: dict[str, str] = {}
    for each in about:
        values = (value for condition in each.conditions for value in condition.values)
        for text in (*each.statement.resources, *each.statement.not_resources, *values):
            for variable in _VARIABLE.findall(text):
                name = spelling.setdefault(variable.lower(), variable)
                found.setdefault(name, {}).update({_OTHER: None, _UNSET: None})
        for condition in each.conditions:
            key = spelling.setdefault(condition.lower_key, condition.key)
            several = bool(condition.set_operator)
            for value in _candidates(condition.base, condition.values):
                found.setdefault(key, {})[(value,) if several and isinstance(value, str) else value] = None
    return {key: tuple(values) for key, values in sorted(found.items())}


def _candidates(operator: str, values: Sequence[str]) -> Iterator[Value]:
    """Values of a key on both sides of what an operator compares it with, one that nobody names, and none."""
    if operator == "Bool":
        yield from ("true", "false")
    elif operator == "Null":
        yield _OTHER
    elif operator.startswith("Numeric"):
        numbers = [found for found in map(read.number, values) if found is not None]
        yield from (str(number + shift) for number in numbers for shift in (-1, 0, 1))
    elif operator.startswith("Date"):
        days = [found for found in map(read.date, values) if found is not None]
        yield from (str(int(day.timestamp()) + shift) for day in days for shift in (-86_400, 0, 86_400))
    elif operator.endswith("IpAddress"):
        yield from ("203.0.113.77", "2001:db8::77")
        networks = [found for found in map(read.network, values) if found is not None]
        yield from (str(network[end]) for network in networks for end in (0, -1))
    else:
        yield _CALLER if operator.startswith("Arn") else _OTHER
        yield from (filled for value in values for filled in _instances(value))
    yield _UNSET
