"""Whom trust and resource policies let in: what is refused, what is warned about.

`constructs_lib.policies.check` says whether AWS takes a policy; this module says whether it lets in somebody that nobody meant.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from constructs_lib.policies import names
from constructs_lib.policies.document import is_token
from constructs_lib.policies.federation import check_federated
from constructs_lib.policies.findings import Finding, refuse, warn
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.rules.resources import ARN_PARTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from constructs_lib.policies.document import PolicyDocument, Statement

_CALLERS = frozenset({"aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths"})
"""Keys of which a condition says who calls."""
_PLACES = frozenset(
    {
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "kms:calleraccount",
        "s3:dataaccesspointaccount",
    }
)
"""Keys of which a condition keeps strangers away from a resource, but not from a role."""
_NARROWING = _CALLERS - {"aws:principalaccount"} | {"aws:userid", "sts:externalid"}
"""Keys that keep a whole trusted account from being too much."""
_SOURCES = frozenset({"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"})
_OWN_USE = ("kms:encryptioncontext:", "kms:grantisforawsresource")
"""How keys begin with which KMS binds a service to a resource: what it encrypts, what it makes a grant for."""
_NO_SOURCE = (
    "ec2.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "lambda.amazonaws.com",
    "edgelambda.amazonaws.com",
    "pods.eks.amazonaws.com",
)
"""Services that only act for the account that the role is in."""
_EVERYBODY = ("*", "arn:*")


@dataclass(frozen=True)
class Surroundings:
    """What is known of the place in which a policy will live.

    Args:
        account: The account that owns the role or the resource.
        organization_accounts: All accounts of the organization.
        organization_id: The organization's id.
    """

    account: str | None = None
    organization_accounts: frozenset[str] = frozenset()
    organization_id: str | None = None

    def own(self, account: str | None) -> bool:
        """Whether the account is this one."""
        return account is not None and account == self.account


def check_trust(
    document: PolicyDocument,
    kind: PolicyKind = PolicyKind.TRUST,
    name: str | None = None,
    *,
    surroundings: Surroundings | None = None,
) -> list[Finding]:
    """Whom a trust or resource policy lets in.

    Args:
        document: The policy.
        kind: TRUST or RESOURCE.
        name: Its name in messages.
        surroundings: Where it lives; without, every account counts as another one.
    """
    around = surroundings or Surroundings()
    return [
        replace(finding, statement=index, sid=statement.sid, policy=name)
        for index, statement in enumerate(document.statements)
        if statement.effect == "Allow" and statement.principals is not None
        for finding in _check_allow(statement, kind, around)
    ]


def _check_allow(statement: Statement, kind: PolicyKind, around: Surroundings) -> Iterator[Finding]:
    principals: Mapping[str, tuple[str, ...]] = (
        {"AWS": ("*",)} if isinstance(statement.principals, str) else statement.principals or {}
    )
    keys = _confining_keys(statement)
    yield from _check_organization(statement, around)
    for principal in principals.get("AWS", ()):
        if principal in _EVERYBODY:
            yield from _check_everybody(keys, kind)
        else:
            yield from _check_account(principal, keys, kind, around)
    for principal in principals.get("Federated", ()):
        yield from check_federated(statement, principal)
    for service in principals.get("Service", ()):
        bound = keys & _SOURCES or any(key.startswith(_OWN_USE) for key in keys)
        if service not in _NO_SOURCE and not bound and kind is PolicyKind.RESOURCE:
            yield warn(
                "confused-deputy",
                f"{service} may come on behalf of any customer of AWS.",
                "Add a condition on aws:SourceOrgID, aws:SourceAccount or aws:SourceArn.",
            )


def _check_organization(statement: Statement, around: Surroundings) -> Iterator[Finding]:
    for keys in statement.conditions.values():
        for key, values in keys.items():
            foreign = [value for value in values if value != around.organization_id and not is_token(value)]
            if key.lower() == "aws:principalorgid" and around.organization_id and foreign:
                yield warn(
                    "foreign-organization",
                    f"{foreign[0]} is not this organization ({around.organization_id}).",
                    "Correct the id, if the other organization is not meant.",
                )


def _confining_keys(statement: Statement) -> frozenset[str]:
    """Keys that must be present in the request with one of the values: conditions that let nobody slip by."""
    found = set()
    for name, keys in statement.conditions.items():
        operator = names.operator(name)
        if operator is None or operator.negated or operator.if_exists or operator.base == "Null":
            continue
        if operator.quantifier == "ForAllValues":
            continue
        found |= {
            key.lower() for key, values in keys.items() if not _matches_all(values, wild=operator.takes_wildcards)
        }
    return frozenset(found)


def _matches_all(values: tuple[str, ...], *, wild: bool) -> bool:
    return wild and any(not value.strip("*:") or value == "arn:*" for value in values)


def _check_everybody(keys: frozenset[str], kind: PolicyKind) -> Iterator[Finding]:
    if not keys & (_CALLERS if kind is PolicyKind.TRUST else _CALLERS | _PLACES):
        yield refuse(
            "everybody",
            "Principal '*' without a condition lets every customer of AWS in"
            + (" (an external id is no secret)." if "sts:externalid" in keys else "."),
            "Name the principals, or add a condition on aws:PrincipalOrgID or aws:PrincipalArn.",
        )


def _check_account(principal: str, keys: frozenset[str], kind: PolicyKind, around: Surroundings) -> Iterator[Finding]:
    account, whole = _account_of(principal)
    if not whole or account is None or around.own(account) or kind is not PolicyKind.TRUST:
        return
    if not keys & _NARROWING:
        where = "in the organization" if account in around.organization_accounts else "outside the organization"
        known = where if around.organization_accounts else "another account"
        yield warn(
            "whole-account",
            f"Every principal of {account} ({known}) that its own administrators allow may assume the role.",
            "Name the role that shall, or add a condition on sts:ExternalId, aws:PrincipalOrgID or aws:PrincipalArn.",
        )


def _account_of(principal: str) -> tuple[str | None, bool]:
    """The account that a principal names, and whether it names all of it."""
    if principal.isdigit():
        return principal, True
    parts = principal.split(":", ARN_PARTS - 1)
    if is_token(principal) or len(parts) < ARN_PARTS:
        return None, False
    return parts[4], parts[5] == "root"
