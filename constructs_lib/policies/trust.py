"""Whom trust and resource policies let in: what is refused, what is warned about.

`constructs_lib.policies.check` says whether AWS takes a policy; this module says whether it lets in somebody that nobody meant.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from constructs_lib.policies.confine import JUDGED, NETWORK_KEYS, SOURCE_KEYS, Test, organizations, tests
from constructs_lib.policies.document import is_token
from constructs_lib.policies.federation import check_federated
from constructs_lib.policies.findings import Finding, refuse, warn
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.rules.principals import is_service
from constructs_lib.policies.rules.resources import ARN_PARTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from constructs_lib.policies.document import PolicyDocument, Statement

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
_MESSAGES: Final = frozenset({"kms:decrypt", "kms:generatedatakey", "kms:generatedatakey*"})
"""What EventBridge needs of the key of a topic. Whose rule it is it does not tell KMS, so no condition can be met; the topic's policy asks.

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
"""
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
    conditions = tuple(tests(statement))
    yield from _check_organizations(statement, around)
    for principal in principals.get("AWS", ()):
        if principal in _EVERYBODY:
            yield from _check_everybody(conditions, kind)
        else:
            yield from _check_account(principal, conditions, kind, around)
    for principal in principals.get("Federated", ()):
        yield from check_federated(statement, principal)
    for service in principals.get("Service", ()):
        bound = any(_binds_service(condition) for condition in conditions)
        known = (
            is_service(service) and service.removesuffix(".cn") not in _NO_SOURCE
        )  # what has another form is refused
        encrypts = service == "events.amazonaws.com" and {each.lower() for each in statement.actions} <= _MESSAGES
        if known and not (bound or encrypts) and kind is PolicyKind.RESOURCE:
            yield warn(
                "confused-deputy",
                f"{service} may come on behalf of any customer of AWS.",
                "Add a condition on aws:SourceOrgID, aws:SourceAccount or aws:SourceArn.",
            )


def _binds_service(condition: Test) -> bool:
    lower = condition.key.lower()
    if lower.startswith(_OWN_USE):
        return not any(condition.wild and not value.strip("*?:") for value in condition.values)
    return lower in SOURCE_KEYS and condition.open_value() is None


def _check_organizations(statement: Statement, around: Surroundings) -> Iterator[Finding]:
    for key, found in organizations(statement):
        if around.organization_id and not is_token(around.organization_id) and found != around.organization_id:
            yield warn(
                "foreign-organization",
                f"{found} of {key} is not this organization ({around.organization_id}).",
                "Correct the id, if the other organization is not meant.",
            )


def _check_everybody(conditions: tuple[Test, ...], kind: PolicyKind) -> Iterator[Finding]:
    closed = {condition.key.lower() for condition in conditions if condition.open_value() is None}
    if kind is PolicyKind.TRUST:
        closed -= SOURCE_KEYS
    if not closed:
        yield refuse(
            "everybody",
            f"Principal '*' {_open_to_all(conditions)}.",
            "Name the principals, or add a condition on aws:PrincipalOrgID or aws:PrincipalArn (with its account).",
        )
    elif kind is PolicyKind.TRUST and closed <= NETWORK_KEYS:
        yield warn(
            "everybody-in-a-network",
            f"Everybody who calls by way of {' or '.join(sorted(closed))} may assume the role, whatever account they are of.",
            "Name the principals, or add a condition on aws:PrincipalOrgID.",
        )


def _open_to_all(conditions: tuple[Test, ...]) -> str:
    tried = next((condition for condition in conditions if condition.key.lower() in JUDGED), None)
    if tried is not None:
        value = tried.open_value()
        return (
            f"with {tried.operator} {tried.key} {value!r} lets every customer of AWS in: anybody can have such a value"
        )
    secret = (
        " (an external id is no secret)" if any(each.key.lower() == "sts:externalid" for each in conditions) else ""
    )
    return f"without a condition that confines to somebody lets every customer of AWS in{secret}"


def _check_account(
    principal: str, conditions: tuple[Test, ...], kind: PolicyKind, around: Surroundings
) -> Iterator[Finding]:
    account, whole = _account_of(principal)
    if not whole or account is None or around.own(account) or kind is not PolicyKind.TRUST:
        return
    if not any(condition.narrows() for condition in conditions):
        where = "in the organization" if account in around.organization_accounts else "outside the organization"
        known = where if around.organization_accounts else "another account"
        yield warn(
            "whole-account",
            f"Every principal of {account} ({known}) that its own administrators allow may assume the role.",
            "Name the role that shall, or add a condition on sts:ExternalId, aws:PrincipalOrgID or aws:PrincipalArn that not "
            "everybody there fulfils.",
        )


def _account_of(principal: str) -> tuple[str | None, bool]:
    """The account that a principal names, and whether it names all of it."""
    if principal.isdigit():
        return principal, True
    parts = principal.split(":", ARN_PARTS - 1)
    if is_token(principal) or len(parts) < ARN_PARTS:
        return None, False
    return parts[4], parts[5] == "root"
