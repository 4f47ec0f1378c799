"""Decide with what is known: yes, no, or what it depends on.

What is not known before somebody calls (their address, whether they used MFA, tags at run time) is neither true nor false. Each
request is decided twice by the evaluator: once with every unknown condition in the caller's favour, once with every one against.
If both agree, that is the answer; if not, it depends on those conditions.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Final

from config.controls.judge import denials
from constructs_lib.policies.document import PolicyDocument, Statement
from constructs_lib.policies.evaluator import Decision, Policies, Policy, PolicySet, Request, evaluate
from constructs_lib.policies.evaluator.principal import Grant

_Known = tuple[frozenset[str], bool]


class Verdict(StrEnum):
    """Whether somebody can."""

    YES = "yes"
    NO = "no"
    DEPENDS = "depends"


@dataclass(frozen=True)
class Answer:
    """What becomes of a request.

    Args:
        verdict: Yes, no, or that it depends.
        decision: The decision in the caller's favour.
        needs: If it depends: the conditions, in the policies' words, each with what it takes.
    """

    verdict: Verdict
    decision: Decision
    needs: tuple[str, ...] = ()

    @property
    def possible(self) -> bool:
        """Whether it is not ruled out."""
        return self.verdict is not Verdict.NO


class Judge:
    """Decides requests; keeps what it made of each policy."""

    def __init__(self) -> None:
        self._kept: dict[_Known, dict[int, tuple[PolicySet, PolicySet]]] = {}

    def decide(self, request: Request, policies: Policies) -> Answer:
        """Decide a request; condition keys that it lacks are not known."""
        keys = frozenset(request.keys)
        in_favour = self._read(policies, keys, favourable=True)
        favourable = evaluate(request, in_favour)
        if not favourable.allowed:
            return Answer(Verdict.NO, favourable)
        against = self._read(policies, keys, favourable=False)
        adverse = favourable if _same(in_favour, against) else evaluate(request, against)
        if adverse.allowed:
            return Answer(Verdict.YES, adverse)
        return Answer(Verdict.DEPENDS, favourable, tuple(dict.fromkeys(_needs(request, policies))))

    def _read(self, policies: Policies, keys: frozenset[str], *, favourable: bool) -> Policies:
        kept = self._kept.setdefault((keys, favourable), {})

        def read(found: PolicySet) -> PolicySet:
            key = id(found)
            if key not in kept:  # the set itself is kept too, so that its id stays its own
                kept[key] = found, _read_set(found, keys, favourable=favourable)
            return kept[key][1]

        return Policies(
            read(policies.identity),
            None if policies.boundary is None else read(policies.boundary),
            None if policies.session is None else read(policies.session),
            None if policies.resource is None else read(policies.resource),
            tuple(map(read, policies.scps)),
            tuple(map(read, policies.rcps)),
            policies.management_account,
        )


def _same(one: Policies, other: Policies) -> bool:
    """Whether nothing that is not known stands in any of the policies: each was read as it is."""
    pairs = zip(_sets(one), _sets(other), strict=True)
    return all(first is second for first, second in pairs)


def _sets(policies: Policies) -> tuple[PolicySet | None, ...]:
    """All sets of policies, those of the account first."""
    return (
        policies.resource,
        policies.identity,
        policies.boundary,
        policies.session,
        *policies.scps,
        *policies.rcps,
    )


def _read_set(found: PolicySet, keys: frozenset[str], *, favourable: bool) -> PolicySet:
    statements = (each for policy in found.policies for each in policy.document.statements)
    if all(_read_statement(each, keys, favourable=favourable) is each for each in statements):
        return found
    return PolicySet(
        tuple(
            Policy(
                policy.name,
                PolicyDocument(
                    tuple(
                        read
                        for statement in policy.document.statements
                        if (read := _read_statement(statement, keys, favourable=favourable)) is not None
                    ),
                    policy.document.version,
                ),
            )
            for policy in found.policies
        ),
        found.node,
    )


def _read_statement(statement: Statement, keys: frozenset[str], *, favourable: bool) -> Statement | None:
    """The statement with what is not known taken out, or None if what is not known keeps it from applying."""
    conditions = {
        operator: {key: values for key, values in named.items() if key.lower() in keys and not _open_in(values, keys)}
        for operator, named in statement.conditions.items()
    }
    conditions = {operator: named for operator, named in conditions.items() if named}
    if conditions == statement.conditions and not _open_in((*statement.resources, *statement.not_resources), keys):
        return statement
    if (statement.effect == "Allow") is not favourable:
        return None
    named = tuple(each for each in statement.not_resources if not _open_in((each,), keys))
    return replace(
        statement,
        conditions=conditions,
        resources=tuple(_EXPRESSION.sub(partial(_known, keys), each) for each in statement.resources),
        not_resources=named or statement.not_resources,
    )


_EXPRESSION: Final = re.compile(r"\$\{([^{}]*)\}")
_LITERAL: Final = frozenset("*?$")


def _open_in(texts: Iterable[str], keys: frozenset[str]) -> bool:
    """Whether Terraform or the call fills in something that is not known here."""
    return any(_known(keys, found) == "*" for text in texts if "${" in text for found in _EXPRESSION.finditer(text))


def _known(keys: frozenset[str], found: re.Match[str]) -> str:
    """A policy variable whose key is known, as it stands; a wildcard for every other expression."""
    key = found[1].partition(",")[0].strip().lower()
    return found[0] if key in keys or key in _LITERAL else "*"


def _needs(request: Request, policies: Policies) -> Iterator[str]:
    """What has to hold for the request to pass, of what is not known."""
    for found in _sets(policies):
        if found is None:
            continue
        for denial in denials(found, request, lambda _: True):
            yield from (f"not {_written(each.key, each.operator, each.values)}" for each in denial.depends_on)
        allowing = [
            match
            for match in found.select(request.lower_action)[1]
            if match[1].grant(request) is not Grant.NONE
            and (match[1].names_resource(request) or not _is_certain(match[1].statement, request))
        ]
        if not any(_is_certain(compiled.statement, request) for _, compiled in allowing):
            for _, compiled in allowing:
                yield from _conditions(compiled.statement, request)


def _is_certain(statement: Statement, request: Request) -> bool:
    return _read_statement(statement, frozenset(request.keys), favourable=False) is statement


def _conditions(statement: Statement, request: Request) -> Iterator[str]:
    for operator, named in statement.conditions.items():
        for key, values in named.items():
            if key.lower() not in request.keys or _open_in(values, frozenset(request.keys)):
                yield _written(key, operator, values)
    for resource in (*statement.resources, *statement.not_resources):
        if _open_in((resource,), frozenset(request.keys)):
            yield f"what becomes of {resource}"


def _written(key: str, operator: str, values: Sequence[str], most: int = 3) -> str:
    more = f" or {len(values) - most} more" if len(values) > most else ""
    return f"{key} {operator} {' or '.join(values[:most])}{more}"
