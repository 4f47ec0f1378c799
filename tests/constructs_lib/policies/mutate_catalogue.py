# ruff: noqa: T201  # it is a script
"""Mutate every statement of the catalogue, and print the share of mutants that the catalogue's own cases catch.

Run: ``PYTHONPATH=. python tests/constructs_lib/policies/mutate_catalogue.py [--survivors]``. Exit code 1 if one survives.

Every case of `catalogue_cases` is built; one thing in its document is changed; if the case's requests are still decided as
promised, the mutant survives. Mutants that mean the same by
AWS's rules (`_same`) are not counted.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from constructs_lib.policies import names
from constructs_lib.policies.document import PolicyDocument, Statement
from constructs_lib.policies.evaluator import Request
from constructs_lib.policies.kinds import PolicyKind
from tests.constructs_lib.policies.catalogue_cases import CASES, judge

NEEDED = 1.0
Conditions = Mapping[str, Mapping[str, tuple[str, ...]]]
_FLIPS = {
    "ArnLike": "ArnNotLike",
    "Bool": None,
    "IpAddress": "NotIpAddress",
    "Null": None,
    "NumericGreaterThan": "NumericLessThan",
    "StringEquals": "StringNotEquals",
    "DateLessThan": "DateGreaterThanEquals",
    "StringLike": "StringNotLike",
}
_FLIPS |= {other: operator for operator, other in _FLIPS.items() if other}
_TURNED = {"true": "false", "false": "true"}


def mutants(document: PolicyDocument) -> Iterator[tuple[str, PolicyDocument]]:
    """Every document with one thing changed."""
    for index, statement in enumerate(document.statements):
        others = document.statements[:index], document.statements[index + 1 :]
        label = statement.sid or str(index)
        yield f"{label}: drop the statement", PolicyDocument((*others[0], *others[1]))
        for what, changed in _changed(statement):
            yield f"{label}: {what}", PolicyDocument((*others[0], changed, *others[1]))


def _changed(statement: Statement) -> Iterator[tuple[str, Statement]]:
    yield from _lists(statement)
    for operator, keys in statement.conditions.items():
        for key, values in keys.items():
            without = _without(statement.conditions, operator, key)
            yield f"drop {operator} {key}", replace(statement, conditions=without)
            for what, new_operator, new_values in _turned(operator, values):
                conditions = {**without, new_operator: {**without.get(new_operator, {}), key: new_values}}
                yield f"{what} of {operator} {key}", replace(statement, conditions=conditions)


def _lists(statement: Statement) -> Iterator[tuple[str, Statement]]:
    for name in ("actions", "not_actions", "resources", "not_resources"):
        values = getattr(statement, name)
        for value in values:
            rest = tuple(other for other in values if other != value)
            if rest:
                yield f"drop {name} {value}", replace(statement, **{name: rest})
            for wider in _wider(name, value):
                yield f"widen {name} {value} to {wider}", replace(statement, **{name: (*rest, wider)})


def _wider(name: str, value: str) -> Iterator[str]:
    if value == "*":
        return
    if name.endswith("resources"):
        yield "*"
        return
    service, _, action = value.partition(":")
    if name == "actions" or action != "*":
        yield "*"
    if action != "*":
        yield f"{service}:*"


def _without(conditions: Conditions, operator: str, key: str) -> dict[str, dict[str, tuple[str, ...]]]:
    found = {name: dict(keys) for name, keys in conditions.items()}
    del found[operator][key]
    return {name: keys for name, keys in found.items() if keys}


def _turned(operator: str, values: tuple[str, ...]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    taken = names.operator(operator)
    assert taken is not None
    prefix, suffix = f"{taken.quantifier}:" if taken.quantifier else "", "IfExists" if taken.if_exists else ""
    flipped = _FLIPS[taken.base]
    if flipped:
        yield "flip", f"{prefix}{flipped}{suffix}", values
    else:
        yield "flip", operator, tuple(_TURNED[value] for value in values)
    if taken.base != "Null":
        yield "toggle IfExists", f"{prefix}{taken.base}{'' if suffix else 'IfExists'}", values
    if taken.quantifier:
        other = "ForAllValues" if taken.quantifier == "ForAnyValue" else "ForAnyValue"
        yield "other set operator", f"{other}:{taken.base}{suffix}", values
    for value in values if len(values) > 1 else ():
        yield f"drop value {value}", operator, tuple(other for other in values if other != value)


def _same(what: str, document: PolicyDocument, mutant: PolicyDocument) -> str | None:
    """Why a mutant means the same, if it does."""
    if document == mutant:
        return "nothing changed"
    # Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    if "toggle IfExists" in what and ("Not" in what.rpartition(" of ")[2].partition(" ")[0]):
        return "a negated operator is true without the key anyway"
    if "toggle IfExists" in what and ("ForAnyValue" in what or "aws:PrincipalArn" in what):
        return "no value can match without the key; service control policies restrict only principals that have an ARN"
    dropped = what.rpartition("drop not_actions ")[2]
    if "drop not_actions" in what and any(
        dropped in other.actions and other.conditions == first.conditions
        for first in document.statements
        for other in document.statements
        if first.not_actions
    ):
        return "another statement denies the action where this one now does"
    return None


def caught(kind: PolicyKind, mutant: PolicyDocument, promised: list[tuple[bool, Request]]) -> bool:
    """Whether the mutant breaks a promise."""
    passes = judge(mutant, kind)
    return any(passes(request) is not expected for expected, request in promised)


def run() -> tuple[Counter[str], Counter[str], list[str]]:
    """How many mutants there are by guardrail, how many are caught, and which survive."""
    made: Counter[str] = Counter()
    killed: Counter[str] = Counter()
    survivors = []
    for case in CASES:
        guardrail = case.build()
        assert isinstance(guardrail.document, PolicyDocument)
        promised = list(case.requests())
        for what, mutant in mutants(guardrail.document):
            if _same(what, guardrail.document, mutant):
                continue
            made[case.guardrail] += 1
            if caught(guardrail.kind, mutant, promised):
                killed[case.guardrail] += 1
            else:
                survivors.append(f"{case.guardrail}: {what}")
    return made, killed, survivors


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Mutate every statement of the catalogue.")
    parser.add_argument("--survivors", action="store_true", help="list the mutants that no case catches")
    arguments = parser.parse_args()
    made, killed, survivors = run()
    for guardrail in sorted(made):
        print(f"{guardrail:34}{killed[guardrail]:6} of {made[guardrail]:4}")
    if arguments.survivors:
        print(*survivors, sep="\n")
    share = killed.total() / made.total()
    print(f"{killed.total()} of {made.total()} mutants caught: {share:.1%} (needed {NEEDED:.0%})")
    return int(share < NEEDED)


if __name__ == "__main__":
    sys.exit(main())
