"""Principals that AWS does not take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from constructs_lib.policies import names
from constructs_lib.policies.document import is_token
from constructs_lib.policies.findings import Finding, refuse, warn
from constructs_lib.policies.rules.resources import ARN_PARTS, PARTITIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from constructs_lib.policies.document import Statement

PRINCIPAL_TYPES = ("AWS", "CanonicalUser", "Federated", "Service")
WEB_IDENTITIES = ("accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com")
_SERVICE = re.compile(r"[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|aws\.internal|amazonaws\.eu)")
_UNIQUE_ID = re.compile(r"A[A-Z]{3}[A-Z0-9]{16,}")
_PRINCIPAL_RESOURCE = re.compile(
    r"root|(user|role)/[\w+=,.@/-]+|assumed-role/[\w+=,.@-]+/[\w+=,.@-]+|federated-user/[\w+=,.@-]+"
)
_PROVIDER_RESOURCE = re.compile(r"(saml-provider|oidc-provider)/.+")
_CANONICAL = re.compile(r"[0-9a-f]{64}")


def check_principals(statement: Statement) -> Iterator[Finding]:
    """Every principal is one that AWS takes; whom to trust is `constructs_lib.policies.trust`'s matter."""
    for principals in (statement.principals, statement.not_principals):
        if principals is None or isinstance(principals, str):
            continue
        yield from _check_types(principals)


def _check_types(principals: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    if not principals:
        yield refuse("empty-principal", "Principal is an empty object.", "Name who it is for.")
    for kind, values in principals.items():
        check = _CHECKS.get(kind)
        if not check:
            cure = names.did_you_mean(kind, PRINCIPAL_TYPES, f"Use one of {', '.join(PRINCIPAL_TYPES)}.")
            yield refuse("principal-type", f"AWS has no principal type {kind!r}.", cure)
            continue
        if not values:
            yield refuse("empty-principal", f"The list of {kind} principals is empty.", "Name one, or remove it.")
        for value in values:
            if not is_token(value):
                yield from check(value)


def _check_aws(value: str) -> Iterator[Finding]:
    if value == "*" or re.fullmatch(r"\d{12}", value, re.ASCII):
        return
    if value.isdigit():
        yield refuse("account-id", f"The principal {value!r} is no account id.", "Write exactly 12 digits.")
    elif _UNIQUE_ID.fullmatch(value):
        yield warn(
            "principal-unique-id",
            f"The principal {value!r} is the unique id of a principal; AWS shows it once the principal is deleted.",
            "Write its ARN.",
        )
    else:
        yield from _check_aws_arn(value)


def _check_aws_arn(value: str) -> Iterator[Finding]:
    parts = value.split(":", ARN_PARTS - 1)
    if parts[0] != "arn" or len(parts) < ARN_PARTS or parts[2] not in ("iam", "sts"):
        yield refuse(
            "principal-form",
            f"{value!r} is no AWS principal.",
            "Write an account id or the ARN of a role, a user or an account.",
        )
        return
    _, partition, _, region, account, resource = parts
    if "*" in value or "?" in value:
        yield refuse(
            "principal-wildcard",
            f"The principal {value!r} has a wildcard, which AWS takes only as the whole principal.",
            "Name the account as principal and put the pattern into ArnLike aws:PrincipalArn.",
        )
        return
    if partition not in PARTITIONS:
        yield refuse(
            "arn-partition", f"{value!r} names the partition {partition!r}.", f"Use one of {', '.join(PARTITIONS)}."
        )
    if region or not re.fullmatch(r"\d{12}", account, re.ASCII):
        yield refuse(
            "account-id", f"{value!r} names the account {account!r}.", "Write no region and exactly 12 digits."
        )
    if resource.startswith("group/"):
        yield refuse("principal-group", f"{value!r} is a group, which is no principal.", "Name a role.")
    elif not _PRINCIPAL_RESOURCE.fullmatch(resource):
        yield refuse(
            "principal-form", f"{value!r} is no AWS principal.", "Write root, role/…, user/… or assumed-role/…/…."
        )


def is_service(value: str) -> bool:
    """Whether it has the form of a service principal."""
    return bool(_SERVICE.fullmatch(value))


def _check_service(value: str) -> Iterator[Finding]:
    if value == "*":
        yield refuse("principal-service-star", "The service principal '*' is every AWS service.", "Name the service.")
    elif not is_service(value):
        yield refuse("principal-service", f"{value!r} is no service principal.", "Write it as ec2.amazonaws.com.")


def _check_federated(value: str) -> Iterator[Finding]:
    parts = value.split(":", ARN_PARTS - 1)
    if value in WEB_IDENTITIES:
        return
    if parts[0] != "arn" or len(parts) < ARN_PARTS or parts[2] != "iam" or not _PROVIDER_RESOURCE.fullmatch(parts[5]):
        yield refuse(
            "principal-federated",
            f"{value!r} is no identity provider.",
            "Write arn:aws:iam::123456789012:oidc-provider/host or …:saml-provider/name.",
        )
    elif not re.fullmatch(r"\d{12}", parts[4], re.ASCII):
        yield refuse("account-id", f"{value!r} names the account {parts[4]!r}.", "Write exactly 12 digits.")


def _check_canonical(value: str) -> Iterator[Finding]:
    if not _CANONICAL.fullmatch(value):
        yield refuse("principal-canonical", f"{value!r} is no canonical user id.", "Write 64 hexadecimal digits.")


_CHECKS = {
    "AWS": _check_aws,
    "Service": _check_service,
    "Federated": _check_federated,
    "CanonicalUser": _check_canonical,
}
