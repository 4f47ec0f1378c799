"""Statements of trust policies for those who are no identity of the organization's accounts: services, outsiders, federated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from constructs_lib.policies.document import Statement, allow
from constructs_lib.policies.partitions import saml_audience

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Conditions = Mapping[str, Mapping[str, Sequence[Any]]]

_NONE: Final[Conditions] = {}


def service_trust(service: str, *, conditions: Conditions = _NONE) -> Statement:
    """Let a service of AWS assume a role.

    Args:
        service: Its principal, such as ``ec2.amazonaws.com``.
        conditions: Operator, condition key, values.
    """
    return _trust("sts:AssumeRole", {"Service": (service,)}, {}, conditions)


def outside_trust(principals: Sequence[str], external_id: str, *, conditions: Conditions = _NONE) -> Statement:
    """Let identities of an account outside of the organization assume a role.

    Args:
        principals: ARNs of the account (``…:root``), or of roles in it.
        external_id: What they must say.
        conditions: Operator, condition key, values; a key that they name is not set otherwise.
    """
    return _trust(
        "sts:AssumeRole", {"AWS": tuple(principals)}, {"StringEquals": {"sts:ExternalId": (external_id,)}}, conditions
    )


def saml_trust(
    provider_arn: str,
    *,
    partition: str = "aws",
    conditions: Conditions = _NONE,
) -> Statement:
    """Let those in whom a SAML provider vouches for, by AWS's sign-in page.

    Args:
        provider_arn: The account's provider.
        partition: The partition, which has a sign-in page of its own.
        conditions: Operator, condition key, values; a key that they name is not set otherwise.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_saml.html
    """
    own = {"StringEquals": {"SAML:aud": (saml_audience(partition),)}}
    return _trust("sts:AssumeRoleWithSAML", {"Federated": (provider_arn,)}, own, conditions)


def oidc_trust(
    provider_arn: str,
    *,
    issuer: str,
    audiences: Sequence[str],
    subjects: Sequence[str],
    conditions: Conditions = _NONE,
) -> Statement:
    """Let those in whose tokens an OIDC provider made, for AWS and about these subjects.

    Args:
        provider_arn: The account's provider.
        issuer: Its issuer without ``https://``, with which condition keys begin.
        audiences: Whom the tokens are made for: any of these.
        subjects: Whom the tokens are about: any of these; ``*`` stands for anything.
        conditions: Operator, condition key, values; a key that they name is not set otherwise.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
    """
    own: dict[str, dict[str, tuple[str, ...]]] = {"StringEquals": {f"{issuer}:aud": tuple(audiences)}}
    if subjects:
        wild = any("*" in subject or "?" in subject for subject in subjects)
        own.setdefault("StringLike" if wild else "StringEquals", {})[f"{issuer}:sub"] = tuple(subjects)
    return _trust("sts:AssumeRoleWithWebIdentity", {"Federated": (provider_arn,)}, own, conditions)


def _trust(
    action: str,
    principals: Mapping[str, tuple[str, ...]],
    own: Mapping[str, Mapping[str, tuple[str, ...]]],
    further: Conditions,
) -> Statement:
    """A statement whose conditions are somebody's, and beside them its own about keys that those do not name."""
    named = {key.lower() for keys in further.values() for key in keys}
    found: dict[str, dict[str, Sequence[Any]]] = {operator: dict(keys) for operator, keys in further.items()}
    for operator, keys in own.items():
        left = {key: values for key, values in keys.items() if key.lower() not in named}
        if left:
            found.setdefault(operator, {}).update(left)
    return allow(action, principals=dict(principals), conditions=found or None)
