"""Assertions about guardrails, for an organization's own tests.

They take the configuration that the commands take: `ESTATE_CONFIG`, else config/ of this checkout.

Example:
    >>> from estate.testing import assert_allowed, assert_denied
    >>> assert_denied(account="production", action="ec2:RunInstances", region="us-west-2", by="allowed-regions")
    >>> assert_allowed(account="production", action="iam:CreateRole")
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from config import load
from config.controls import Chains
from config.errors import did_you_mean
from constructs_lib.policies.rules.actions import unknown_action
from estate.controls.explain import ANYBODY, Answer, explain
from estate.controls.words import differences
from estate.paths import config_directory

Context = Mapping[str, str | Sequence[str]]


def assert_denied(
    *,
    account: str,
    action: str,
    region: str | None = None,
    principal: str = ANYBODY,
    resource: str | None = None,
    resource_account: str | None = None,
    context: Context | None = None,
    by: str | None = None,
    config: Path | None = None,
) -> None:
    """Fail unless the organization's guardrails deny a request.

    Args:
        account: The slug of the account: the principal's, and the resource's unless told otherwise.
        action: ``service:Action``.
        region: The region that is called; the account's own unless told otherwise.
        principal: ``root``, the name of a role of the account, an ARN or a service; any role unless told otherwise.
        resource: The ARN; any resource of the account unless told otherwise.
        resource_account: Slug or id of the account that owns the resource; that of its ARN, else `account`, if not told.
        context: Further condition keys; keys that are not given are absent.
        by: The slug of the policy that must deny it; any unless told otherwise.
        config: The configuration's directory; that of the commands unless told otherwise.

    Raises:
        AssertionError: If the request passes, or another policy denies it.
        LookupError: If there is no such account, action or policy.
        ValueError: If the principal is none, or there is no such region.
    """
    answer = _answer(account, action, region, principal, resource, resource_account, context, config)
    _known_policy(by, config)
    if answer.allowed:
        raise AssertionError(f"{_request(answer)} is allowed: no guardrail denies it.")
    policies = [
        reason.policy for _, decision in answer.decisions if not decision.allowed for reason in decision.reasons
    ]
    if by is not None and by not in policies:
        raise AssertionError(f"{_request(answer)} is denied by {policies[0]!r}, not by {by!r}.")


def assert_allowed(
    *,
    account: str,
    action: str,
    region: str | None = None,
    principal: str = ANYBODY,
    resource: str | None = None,
    resource_account: str | None = None,
    context: Context | None = None,
    config: Path | None = None,
) -> None:
    """Fail unless the organization's guardrails let a request through; IAM policies in the account are another matter.

    Args and Raises are those of `assert_denied`.
    """
    answer = _answer(account, action, region, principal, resource, resource_account, context, config)
    if not answer.allowed:
        request, decision = answer.deciding
        statement = decision.reason.statement
        cures = "".join(f"\n  or {each}" for each in differences(statement, request)) if statement else ""
        raise AssertionError(f"{_request(answer)} is denied by {decision.reason}.{cures}")


@lru_cache(maxsize=4)
def _chains(directory: Path) -> Chains:
    return Chains(load(directory, prove_access=False))


def _answer(
    account: str,
    action: str,
    region: str | None,
    principal: str,
    resource: str | None,
    resource_account: str | None,
    context: Context | None,
    config: Path | None,
) -> Answer:
    chains = _chains(config or config_directory())
    accounts = chains.organization.accounts
    if account not in accounts:
        raise LookupError(f"There is no account {account!r}. {did_you_mean(account, accounts)}".rstrip())
    unknown = unknown_action(action)
    if unknown:
        raise LookupError(f"{unknown.message} {unknown.cure}")
    return explain(
        chains,
        accounts[account],
        action,
        principal_name=principal,
        region=region,
        resource=resource,
        resource_account=resource_account,
        context=context,
    )


def _known_policy(slug: str | None, config: Path | None) -> None:
    policies = _chains(config or config_directory()).organization.policies
    if slug is not None and slug not in policies:
        raise LookupError(f"There is no policy {slug!r}. {did_you_mean(slug, policies)}".rstrip())


def _request(answer: Answer) -> str:
    request, _ = answer.deciding
    return f"{request.action} in {request.region}, {answer.account.selector}, by {request.principal.arn}"
