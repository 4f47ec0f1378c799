"""Conditions that AWS takes and that hardly do what their author meant."""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import TYPE_CHECKING, Final

from constructs_lib.policies import names
from constructs_lib.policies.evaluator.conditions import UnknownOperatorError, compile_conditions
from constructs_lib.policies.evaluator.values import network
from constructs_lib.policies.findings import Finding, warn
from constructs_lib.policies.kinds import PolicyKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from constructs_lib.policies.document import Statement
    from constructs_lib.policies.evaluator.conditions import Condition
    from constructs_lib.policies.evaluator.variables import ContextValue

PRIVATE: Final = tuple(
    map(ip_network, ("10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
)
"""Ranges that AWS never sees a caller in; Python's is_private also takes in those reserved for documentation."""
_NETWORK_KEYS: Final = ("aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:vpceorgid", "aws:vpceaccount")
_SPARES_SERVICES: Final = ("aws:viaawsservice", "aws:principalisawsservice", "aws:calledvia", "aws:calledviafirst")
_ONLY_OF_SERVICES: Final = (
    "aws:principalservicename",
    "aws:principalservicenameslist",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
)
"""Keys of calls that a service makes by itself, whom no SCP restricts."""
_FILLS: Final = ("x", "0q7z")


def check_doubts(statement: Statement, kind: PolicyKind) -> Iterator[Finding]:
    """What is probably not meant by a statement's conditions."""
    if not statement.conditions:
        return
    yield from _check_private(statement)
    yield from _check_contradictions(statement)
    if statement.effect == "Deny":
        yield from _check_networks(statement, kind)
        yield from _check_for_all(statement)
    if kind is PolicyKind.SCP:
        yield from _check_seen(statement)


def _check_private(statement: Statement) -> Iterator[Finding]:
    for name, keys in statement.conditions.items():
        for key, values in keys.items():
            private = [value for value in values if key.lower() == "aws:sourceip" and _is_private(value)]
            if private:
                yield warn(
                    "private-source-ip",
                    f"{name} {key} has the private range {private[0]}, but AWS sees public addresses only.",
                    "Write public ranges; calls from a VPC are told by aws:SourceVpc, and aws:VpcSourceIp with it.",
                )


def _is_private(value: str) -> bool:
    found = network(value)
    return found is not None and any(found.version == own.version and found.subnet_of(own) for own in PRIVATE)  # type: ignore[arg-type]  # same version


def _check_networks(statement: Statement, kind: PolicyKind) -> Iterator[Finding]:
    keys = {key.lower() for given in statement.conditions.values() for key in given}
    outside = [
        key
        for name, given in statement.conditions.items()
        for key in given
        if key.lower() in _NETWORK_KEYS and (operator := names.operator(name)) and operator.negated
    ]
    if outside and not keys.intersection(_SPARES_SERVICES) and kind in (PolicyKind.SCP, PolicyKind.RCP):
        yield warn(
            "network-without-services",
            f"A Deny outside of {outside[0]} also hits calls that a service makes with the caller's permissions.",
            'Add "BoolIfExists": {"aws:ViaAWSService": "false"}.',
        )


def _check_for_all(statement: Statement) -> Iterator[Finding]:
    demanded = {key.lower() for key, values in statement.conditions.get("Null", {}).items() if values == ("false",)}
    for name, keys in statement.conditions.items():
        operator = names.operator(name)
        if operator is None or operator.quantifier != "ForAllValues":
            continue
        for key in keys:
            if key.lower() not in demanded:
                yield warn(
                    "for-all-values-deny",
                    f"{name} {key} is true when the request has no {key} at all, so the Deny hits those requests, too.",
                    f'Write ForAnyValue:, or add "Null": {{"{key}": "false"}}.',
                )


def _check_seen(statement: Statement) -> Iterator[Finding]:
    for name, keys in statement.conditions.items():
        for key, values in keys.items():
            lower = key.lower()
            if lower in _ONLY_OF_SERVICES or (
                lower == "aws:principalisawsservice" and "true" in values and name.startswith("Bool")
            ):
                yield warn(
                    "key-never-seen",
                    f"{key} comes with calls that AWS services make by themselves, which no service control policy restricts.",
                    "Write it into a resource control policy.",
                )


def _check_contradictions(statement: Statement) -> Iterator[Finding]:
    """Keys of which no value, and no absence, fulfils all conditions."""
    try:
        conditions = compile_conditions(statement.conditions, variables=True)
    except UnknownOperatorError:
        return  # which is refused
    by_key: dict[str, list[Condition]] = {}
    for condition in conditions:
        by_key.setdefault(condition.lower_key, []).append(condition)
    for key, some in by_key.items():
        if len(some) < 2 or any("${" in value for each in some for value in each.values):  # noqa: PLR2004  # one alone
            continue
        if any(each.base.startswith("Date") for each in some):
            continue
        several = (names.condition_key_type(key) or "").startswith("ArrayOf")
        tried = _candidates(some, several=several)
        if not any(all(each.holds({} if value is None else {key: value}) for each in some) for value in tried):
            yield warn(
                "contradictory-conditions",
                f"No value of {some[0].key} fulfils {' and '.join(each.operator for each in some)}: the statement never applies.",
                "Correct them.",
            )


def _candidates(conditions: Iterable[Condition], *, several: bool) -> list[ContextValue | None]:
    """Values that conditions tell apart: none, those that they name, near ones, others, and all together."""
    named = {value for condition in conditions for value in condition.values}
    texts = {re.sub(r"[*?]", fill, value) for value in named for fill in _FILLS}
    texts |= {value.replace("*", "") for value in named} | {"true", "false", "other", "192.0.2.77", "2001:db8::77"}
    for value in named:
        if re.fullmatch(r"-?\d+(\.\d+)?", value):
            texts |= {str(float(value) + step) for step in (-1, -0.5, 0.5, 1)}
        if (found := network(value)) is not None:
            texts |= {str(found[0]), str(found[-1])}
    single = sorted(texts)
    if not several:
        return [None, *single]
    return [None, *single, tuple(single), *((one, "other") for one in single)]
