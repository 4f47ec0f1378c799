"""Service and resource control policies that deny more than their author meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs_lib.policies import names
from constructs_lib.policies.data import load
from constructs_lib.policies.evaluator.conditions import UnknownOperatorError, compile_conditions
from constructs_lib.policies.findings import Finding, refuse, warn
from constructs_lib.policies.kinds import PolicyKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from constructs_lib.policies.document import Statement
    from constructs_lib.policies.evaluator.variables import ContextValue

FEDERATED_ACTIONS = frozenset({"AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "SetSourceIdentity", "TagSession"})
"""Calls of STS whose caller belongs to no organization yet: a condition on that denies all of them."""


def check_reach(statement: Statement, kind: PolicyKind) -> Iterator[Finding]:
    """Well-known ways of denying too much."""
    if statement.effect != "Deny":
        return
    if kind is PolicyKind.SCP:
        yield from _check_regions(statement)
        yield from _check_root(statement)
    elif kind is PolicyKind.RCP:
        yield from _check_organization(statement)


def _values(statement: Statement, key: str, *, negated: bool) -> tuple[str, ...]:
    """What the conditions of one direction compare a key with."""
    found: tuple[str, ...] = ()
    for name, keys in statement.conditions.items():
        operator = names.operator(name)
        if operator and operator.negated is negated and operator.base != "Null":
            found += tuple(value for given, values in keys.items() if given.lower() == key for value in values)
    return found


def _check_regions(statement: Statement) -> Iterator[Finding]:
    keys = {key.lower() for given in statement.conditions.values() for key in given}
    if any(key != "aws:requestedregion" and not key.startswith("aws:principal") for key in keys):
        return  # it is about certain calls only
    allowed = _values(statement, "aws:requestedregion", negated=True)
    caught = [action for action in statement.actions if action in ("*", "iam:*", "sts:*", "organizations:*")]
    if not allowed or not caught:
        return
    cut_off = "IAM, Organizations, Route 53 and the other global services, which answer"
    if "*" not in caught:
        cut_off = f"{' and '.join(caught)}, which answer{'s' if len(caught) == 1 else ''}"
    partitions: Mapping[str, Mapping[str, Mapping[str, str]]] = load("global_services")["partitions"]
    homes = {region for data in partitions.values() for action, region in data["global"].items() if action == "iam:*"}
    if not homes.intersection(allowed):
        yield warn(
            "naive-region-deny",
            f"The list of regions also cuts off {cut_off} from {' or '.join(sorted(homes))}.",
            "Use the guardrail deny-unapproved-regions, which leaves them out.",
        )


def _check_root(statement: Statement) -> Iterator[Finding]:
    root = [value for value in _values(statement, "aws:principalarn", negated=False) if value.endswith(":root")]
    keys = {key.lower() for given in statement.conditions.values() for key in given}
    if root and "*" in statement.actions and "aws:assumedroot" not in keys:
        yield warn(
            "deny-root-sessions",
            "Denying the root user this way also denies central root sessions (sts:AssumeRoot).",
            'Add "Null": {"aws:AssumedRoot": "true"}.',
        )


def _check_organization(statement: Statement) -> Iterator[Finding]:
    if not _values(statement, "aws:principalorgid", negated=True):
        return
    federation = _takes_in(statement, _FEDERATED)
    for action in statement.actions if federation else ():
        service, _, name = action.lower().partition(":")
        caught = FEDERATED_ACTIONS.intersection(names.matching_actions(service, name)) if service == "sts" else set()
        if caught:
            yield refuse(
                "rcp-federation",
                f"{action!r} takes in {', '.join(sorted(caught))}, whose callers belong to no organization yet: all federation "
                "would stop.",
                "Name sts:AssumeRole instead; confine federation by the guardrail deny-foreign-tenants.",
            )
    if _takes_in(statement, _SERVICE) and _reaches_services(statement):
        yield warn(
            "rcp-aws-services",
            "AWS services belong to no organization, so this denies them too: log delivery and replication would stop.",
            'Add "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}.',
        )


_FEDERATED: Mapping[str, ContextValue] = {
    "aws:principalisawsservice": "false",
    "aws:securetransport": "true",
    "aws:viaawsservice": "false",
}
"""What is known of somebody who comes with a token of an identity provider; claims of the token are not."""
_SERVICE: Mapping[str, ContextValue] = {**_FEDERATED, "aws:principalisawsservice": "true"}
"""What is known of a service that delivers by itself."""
_CLAIMS = ("saml:", "cognito-identity.amazonaws.com:", "graph.facebook.com:", "www.amazon.com:", "accounts.google.com:")


def _takes_in(statement: Statement, caller: Mapping[str, ContextValue]) -> bool:
    """Whether all conditions of a statement hold, or can hold, of a caller of whom only this is known."""
    try:
        conditions = compile_conditions(statement.conditions, variables=True)
    except UnknownOperatorError:
        return False  # which is refused already
    return all(condition.holds(caller) or _is_claim(condition.lower_key) for condition in conditions)


def _is_claim(key: str) -> bool:
    return key.startswith(_CLAIMS) or "." in key.partition(":")[0]


def _reaches_services(statement: Statement) -> bool:
    """Whether services by themselves make such calls: not those of STS, but for AssumeRole."""
    for action in statement.actions:
        service, _, name = action.lower().partition(":")
        if service != "sts" or "AssumeRole" in names.matching_actions(service, name):
            return True
    return not statement.actions
