"""Policies in a plan: what they newly allow, whether that is everything, and whether strangers get in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from constructs_lib.policies.document import PolicyDocument, PolicyFormatError
from constructs_lib.policies.evaluator import Policies, PolicySet, Principal, Request, evaluate
from constructs_lib.policies.findings import Severity as Lint
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.trust import Surroundings, check_trust
from estate.guard.probes import OPEN, widening
from estate.guard.values import canonical, leaves

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from estate.guard.context import Context
    from estate.guard.plan import Change
    from estate.guard.rule import Rule

UNREADABLE: Final = "cannot be read as a policy"
_ANYBODY: Final = "arn:aws:iam::000000000001:role/zqx"
_ALL: Final = ("zqx:Zqx", "iam:CreateUser")
"""Actions that a policy allows on everything if it makes its holder an administrator."""


def documents(values: Mapping[str, Any], path: str) -> list[PolicyDocument] | None:
    """The policies at a path; None if one cannot be read."""
    try:
        return [PolicyDocument.from_json(text) for text in leaves(values, path) if text]
    except PolicyFormatError:
        return None


def _joined(found: list[PolicyDocument]) -> PolicyDocument | None:
    """Several policies of one resource as one; none if it has none."""
    if not found:
        return None
    return PolicyDocument(tuple(each for document in found for each in document.statements), found[0].version)


def widened(rule: Rule, path: str, change: Change) -> str:
    """What a policy allows that it did not."""
    old, new = leaves(change.before, path), leaves(change.after, path)
    if sorted(map(canonical, old)) == sorted(map(canonical, new)):
        return ""
    before, after = documents(change.before, path), documents(change.after, path)
    if after is None:
        return UNREADABLE
    if before is None:
        return "changes, and cannot be compared: as it was, it cannot be read as a policy"
    kind = "identity" if rule.policy == "boundary" else rule.policy
    found = widening(kind, _joined(before), _joined(after))
    return f"allows what it did not: {found}" if found else ""


def administrates(path: str, change: Change) -> str:
    """Whether a policy makes its holder an administrator, and did not before."""
    before, after = documents(change.before, path), documents(change.after, path)
    if after and any(map(_allows_all, after)) and not (before and any(map(_allows_all, before))):
        return "allows everything"
    return ""


def _allows_all(document: PolicyDocument) -> bool:
    policies = Policies(identity=PolicySet.of(document), resource=PolicySet.of(OPEN))
    caller = Principal.of(_ANYBODY)
    # Behind a condition, everything is still everything.
    requests = [Request(caller, action, "arn:aws:zqx:zqx:000000000003:zqx", "000000000003") for action in _ALL]
    return any(evaluate(request, policies).allowed for request in requests) or any(
        statement.effect == "Allow" and "*" in statement.actions and "*" in statement.resources
        for statement in document.statements
    )


def opened(rule: Rule, path: str, change: Change, context: Context) -> Iterator[str]:
    """Strangers that a policy lets in, and did not before."""
    if leaves(change.before, path) == leaves(change.after, path):
        return
    after = documents(change.after, path)
    if after is None:
        yield UNREADABLE
        return
    before = documents(change.before, path) or []
    had = set(_strangers(rule, before, context))
    for found in dict.fromkeys(_strangers(rule, after, context)):
        if found not in had:
            yield f"lets in {found}"


def _strangers(rule: Rule, found: list[PolicyDocument], context: Context) -> Iterator[str]:
    kind = PolicyKind.TRUST if rule.policy == "trust" else PolicyKind.RESOURCE
    for document in found:
        for finding in check_trust(document, kind, surroundings=Surroundings()):
            if finding.severity is Lint.REFUSE:
                yield "everybody" if finding.code == "everybody" else finding.message.rstrip(".")
        for statement in document.statements:
            if statement.effect == "Allow" and statement.principals and not isinstance(statement.principals, str):
                for name in statement.principals.get("AWS", ()):
                    account = name if name.isdigit() else name.split(":")[4] if name.count(":") > 4 else ""  # noqa: PLR2004
                    if account.isdigit() and not context.knows(account):
                        yield f"account {account}, which is not known as the organization's"
