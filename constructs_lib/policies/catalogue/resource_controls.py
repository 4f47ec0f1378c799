"""Guardrails on resources: who from outside may reach them (resource control policies)."""

from collections.abc import Mapping
from typing import Final

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies import names
from constructs_lib.policies.catalogue import values
from constructs_lib.policies.catalogue.registry import guardrail
from constructs_lib.policies.document import PolicyDocument, Statement, Strings, deny
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.rules.organization import FEDERATED_ACTIONS
from constructs_lib.policies.subjects import check_subject

_GROUP = "Resources"
RCP_SERVICES: Final = ("kms:*", "s3:*", "secretsmanager:*", "sqs:*")
_WITH_STS: Final = (*RCP_SERVICES, "sts:AssumeRole", "sts:GetFederationToken", "sts:SetContext")


def rcp_actions(given: Strings, *, federated: bool) -> tuple[str, ...]:
    """Actions that resource control policies take; `federated`, whether those of federation may be among them."""
    found = values.actions("actions", values.some("actions", given))
    for action in found:
        service, _, name = action.partition(":")
        if service not in names.rcp_services():
            cure = names.did_you_mean(service, names.rcp_services(), "Remove it.")
            raise InvalidValueError(
                "actions", action, expected="a service that resource control policies restrict", cure=cure
            )
        if not federated and service == "sts" and FEDERATED_ACTIONS.intersection(names.matching_actions(service, name)):
            raise InvalidValueError(
                "actions",
                action,
                expected=f"nothing that covers sts:{', sts:'.join(sorted(FEDERATED_ACTIONS))}",
                cure="Their callers belong to no organization yet, so all federation would stop. Name sts:AssumeRole.",
            )
    return found


@guardrail(PolicyKind.RCP, group=_GROUP)
def deny_foreign_identities(
    *,
    actions: Strings = _WITH_STS,
    exempted_account_ids: Strings = (),
    exempted_resource_arns: Strings = (),
    organization_id: str,
    partition: str = "aws",
) -> PolicyDocument:
    """Deny the organization's resources to everybody outside it but AWS services, whatever resource policies say.

    Args:
        actions: The actions that are confined, of services that RCPs restrict.
        exempted_account_ids: Accounts outside the organization that keep the access resource policies give them.
        exempted_resource_arns: ARN patterns of resources that stay open, such as a public download bucket.
        organization_id: The id of the organization.
        partition: The partition of the organization.

    Breaks:
        Access of vendors, auditors and customers from their own accounts, and public buckets, unless exempt.

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_examples.html
    """
    confined = rcp_actions(actions, federated=False)
    resources = values.arns("exempted_resource_arns", exempted_resource_arns, partition)
    differs: dict[str, Strings] = {
        "aws:PrincipalOrgID": values.matching("organization_id", organization_id, "organization.id")
    }
    if values.many(exempted_account_ids):
        differs["aws:PrincipalAccount"] = values.matching("exempted_account_ids", exempted_account_ids, "account.id")
    return PolicyDocument.of(
        deny(
            confined,
            () if resources else "*",
            not_resources=resources,
            principals="*",
            conditions={
                "StringNotEqualsIfExists": differs,
                "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
            },
            sid="DenyForeignIdentities",
        )
    )


@guardrail(PolicyKind.RCP, group=_GROUP)
def deny_confused_deputies(
    *,
    actions: Strings = (*RCP_SERVICES, "sts:*"),
    exempted_account_ids: Strings = (),
    organization_id: str,
) -> PolicyDocument:
    """Deny AWS services that act on behalf of accounts outside the organization.

    Args:
        actions: The actions that are confined, of services that RCPs restrict.
        exempted_account_ids: Accounts outside the organization on whose behalf services may come.
        organization_id: The id of the organization.

    Breaks:
        Deliveries that a partner's account orders from an AWS service, such as logs into an own bucket, unless exempt.

    Source:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_examples.html
    """
    differs: dict[str, Strings] = {
        "aws:SourceOrgID": values.matching("organization_id", organization_id, "organization.id")
    }
    if values.many(exempted_account_ids):
        differs["aws:SourceAccount"] = values.matching("exempted_account_ids", exempted_account_ids, "account.id")
    return PolicyDocument.of(
        deny(
            rcp_actions(actions, federated=True),
            "*",
            principals="*",
            conditions={
                "StringNotEqualsIfExists": differs,
                # Only calls that a service makes on somebody's behalf name a source account.
                "Null": {"aws:SourceAccount": "false"},
                "Bool": {"aws:PrincipalIsAWSService": "true"},
            },
            sid="DenyConfusedDeputies",
        )
    )


@guardrail(
    PolicyKind.RCP,
    group=_GROUP,
    example={"tenants": {"token.actions.githubusercontent.com": ["repo:acme/*", "repo:acme@1234567/*"]}},
)
def deny_foreign_tenants(*, tenants: Mapping[str, Strings], deny_other_providers: bool = False) -> PolicyDocument:
    """Deny federation from other customers of a shared identity provider, whatever trust policies say.

    Args:
        tenants: Host of the provider to patterns of the subjects (``sub``) that are the organization's own.
        deny_other_providers: Whether providers that are not listed are denied altogether.

    Breaks:
        Pipelines of repositories outside the patterns; with deny_other_providers also roles for service accounts of EKS
        clusters, whose providers must then be listed.

    Source:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_examples.html
    """
    if not tenants:
        raise InvalidValueError("tenants", {}, expected="at least one identity provider")
    for provider, subjects in tenants.items():
        if names.condition_key_type(f"{provider}:sub") is None or "://" in provider:
            raise InvalidValueError("tenants", provider, expected="a provider's host (and path) without https://")
        for subject in values.some(f"tenants.{provider}", subjects):
            for finding in check_subject(provider, subject):
                raise InvalidValueError(
                    f"tenants.{provider}", subject, expected="a subject of one owner", cure=finding.cure
                )
    statements = [
        _federation(
            f"DenyForeignTenants{index + 1 if index else ''}",
            {
                "StringNotLike": {f"{provider}:sub": values.many(subjects)},
                "Null": {f"{provider}:sub": "false"},
            },
        )
        for index, (provider, subjects) in enumerate(sorted(tenants.items()))
    ]
    if deny_other_providers:
        absent = {f"{provider}:sub": "true" for provider in tenants}
        statements.append(_federation("DenyOtherProviders", {"Null": absent}))
    return PolicyDocument(tuple(statements))


def _federation(sid: str, conditions: Mapping[str, Mapping[str, Strings]]) -> Statement:
    return deny("sts:AssumeRoleWithWebIdentity", "*", principals="*", conditions=conditions, sid=sid)


@guardrail(PolicyKind.RCP, group=_GROUP)
def require_tls(*, actions: Strings = (*RCP_SERVICES, "sts:*")) -> PolicyDocument:
    """Deny requests that are not encrypted on their way.

    Args:
        actions: The actions that are confined, of services that RCPs restrict.

    Breaks:
        Plain HTTP, such as to website endpoints of buckets.

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_examples.html
    """
    return PolicyDocument.of(
        deny(
            rcp_actions(actions, federated=True),
            "*",
            principals="*",
            conditions={"BoolIfExists": {"aws:SecureTransport": "false"}},
            sid="RequireTls",
        )
    )
