"""Roles that somebody known to an identity provider may assume: whose tokens, made for whom, about whom.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs_lib.policies import names
from constructs_lib.policies.document import is_token
from constructs_lib.policies.findings import Finding, refuse, warn
from constructs_lib.policies.rules.principals import WEB_IDENTITIES
from constructs_lib.policies.subjects import GITHUB, check_subject

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from constructs_lib.policies.document import Statement

_GITHUB_IDS = frozenset({"repository_id", "repository_owner_id"})
"""Claims that name a repository or its owner for good."""
_AUDIENCES = frozenset({"aud", "app_id"})
"""Claims that name whom a token was made for."""


def check_federated(statement: Statement, principal: str) -> Iterator[Finding]:
    """Whether a statement that lets federated identities in says which ones."""
    if _is_saml(statement, principal):
        if _assumes(statement, "sts:AssumeRoleWithSAML") and "saml:aud" not in _all_keys(statement):
            yield warn(
                "saml-audience",
                "The trust does not say for which sign-in endpoint the assertion must be.",
                "Add StringEquals saml:aud https://signin.aws.amazon.com/saml.",
            )
        return
    if is_token(principal) and ":oidc-provider/" not in principal:
        provider = _provider_by_keys(statement) or "the identity provider"
    else:
        provider = principal.partition(":oidc-provider/")[2] or principal
    if not _assumes(statement, "sts:AssumeRoleWithWebIdentity"):
        yield refuse(
            "oidc-action",
            f"Somebody known to {provider} cannot call {', '.join(statement.actions)}.",
            "Write sts:AssumeRoleWithWebIdentity.",
        )
        return
    yield from _check_oidc(statement, provider)


def _is_saml(statement: Statement, principal: str) -> bool:
    """Whether a provider is one of SAML; of one that is known only later, the reference to it or the conditions tell."""
    if not is_token(principal):
        return ":saml-provider/" in principal
    by_keys = _provider_by_keys(statement) or ""
    return ":saml-provider/" in principal or "aws_iam_saml_provider." in principal or by_keys.lower() == "saml"


def _assumes(statement: Statement, action: str) -> bool:
    return any(names.wildcard(given.lower()).fullmatch(action.lower()) for given in statement.actions)


def _provider_by_keys(statement: Statement) -> str | None:
    """The provider whose tokens the conditions are about, if the principal itself is known only later."""
    for keys in statement.conditions.values():
        for key in keys:
            host, _, claim = key.rpartition(":")
            if claim in ("aud", "sub"):
                return host
    return None


def _all_keys(statement: Statement) -> frozenset[str]:
    return frozenset(key.lower() for keys in statement.conditions.values() for key in keys)


def _check_oidc(statement: Statement, provider: str) -> Iterator[Finding]:
    claims: dict[str, bool] = {}
    for name, keys in statement.conditions.items():
        operator = names.operator(name)
        for key, values in keys.items():
            host, _, claim = key.rpartition(":")
            if operator is None or host.lower() != provider.lower():
                continue
            problem = _check_claim(operator, name, key, values)
            if problem:
                yield problem
                claims[claim.lower()] = False
            elif not operator.negated and operator.base != "Null":
                claims.setdefault(claim.lower(), True)
                if claim.lower() == "sub":
                    for value in values:
                        yield from check_subject(provider, value)
    yield from _check_missing(claims, provider)


def _check_claim(operator: names.Operator, name: str, key: str, values: tuple[str, ...]) -> Finding | None:
    if key.rpartition(":")[2].lower() not in ("aud", "sub", *_GITHUB_IDS):
        return None
    if operator.quantifier == "ForAllValues" or operator.if_exists:
        return refuse(
            "claim-absent",
            f"{name} {key} is true when the token has no such claim.",
            f"Write {operator.base}.",
        )
    if operator.negated:
        return refuse(
            "claim-negated", f"{name} {key} lets everybody else in.", "Name who may, with StringEquals or StringLike."
        )
    wild = [value for value in values if not is_token(value) and ("*" in value or "?" in value)]
    if wild and not operator.takes_wildcards:
        return refuse(
            "claim-literal",
            f"{name} takes the wildcard in {wild[0]!r} literally, so {key} never matches.",
            f"Write {name.replace('StringEquals', 'StringLike').replace('IgnoreCase', '')}.",
        )
    if wild and key.lower().endswith(":aud"):
        return refuse(
            "audience-wildcard", f"{key} {wild[0]!r} takes tokens made for others.", "Name the audience exactly."
        )
    return None


def _check_missing(claims: Mapping[str, bool], provider: str) -> Iterator[Finding]:
    if not _AUDIENCES & claims.keys():
        yield refuse(
            "no-audience",
            f"The trust takes tokens of {provider} that were made for somebody else.",
            f"Add StringEquals {provider}:aud (sts.amazonaws.com for GitHub).",
        )
    if "sub" in claims or (provider == GITHUB and _GITHUB_IDS & claims.keys()):
        return
    if provider not in WEB_IDENTITIES:
        yield refuse(
            "no-subject",
            f"The trust takes tokens of everybody at {provider}.",
            f"Add StringEquals or StringLike {provider}:sub.",
        )
    elif "amr" not in claims:
        yield warn(
            "no-subject",
            f"Everybody who logs in at {provider} gets the role.",
            f"Add a condition on {provider}:sub, or for Cognito on {provider}:amr.",
        )


def check_oidc_provider(url: str, thumbprints: tuple[str, ...]) -> list[Finding]:
    """What is out of date about an OIDC provider."""
    host = url.removeprefix("https://").partition("/")[0]
    if thumbprints and host in (GITHUB, "gitlab.com"):
        return [warn("thumbprint", f"AWS does not use thumbprints for {host} any more.", "Leave thumbprint_list out.")]
    return []
