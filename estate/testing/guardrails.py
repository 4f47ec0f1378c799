"""What an organization's guardrails deny and let through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from config import Organization, load
from config.controls import Chains
from config.errors import did_you_mean
from constructs_lib.policies.evaluator import never_bound
from constructs_lib.policies.evaluator.decision import Layer
from constructs_lib.policies.evaluator.patterns import actions_matcher
from constructs_lib.policies.names import matching_actions
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
    policies = _denying(answer)
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


def decisions(
    action: str, *, region: str | None = None, principal: str = ANYBODY, config: Path | None = None
) -> dict[str, list[str]]:
    """What becomes of a request in each account.

    Args:
        action: As for `assert_denied`.
        region: As for `assert_denied`.
        principal: As for `assert_denied`.
        config: As for `assert_denied`.

    Returns:
        The slugs of accounts, sorted, by ``allowed`` or ``denied by <policies>``.

    Raises:
        LookupError: If there is no such action.
        ValueError: If the principal is none.
    """
    found: dict[str, list[str]] = {}
    for account in sorted(_chains(config or config_directory()).organization.accounts):
        answer = _answer(account, action, region, principal, None, None, None, config)
        verdict = "allowed" if answer.allowed else f"denied by {', '.join(sorted(set(_denying(answer))))}"
        found.setdefault(verdict, []).append(account)
    return found


@dataclass(frozen=True, order=True)
class Promise:
    """What a service control policy says without condition, for one of the accounts that it is attached above.

    Args:
        account: The account's slug.
        action: ``service:Action``, the first that a pattern in the policy stands for.
        by: The policy's slug.
    """

    account: str
    action: str
    by: str


def promises(organization: Organization) -> list[Promise]:
    """Everything that service control policies deny without condition: what `assert_denied` must find, account by account.

    Args:
        organization: The organization.

    Returns:
        One promise for each account (the management account is bound by none), policy and pattern of actions.
    """
    found = set()
    for policy in organization.policies.values():
        if policy.type != "service_control_policy" or policy.document is None:
            continue
        accounts = organization.select_accounts(node.selector for node in policy.targets)
        for statement in policy.document.statements:
            if statement.effect == "Deny" and statement.resources == ("*",) and not statement.conditions:
                found |= {
                    Promise(account.slug, action, policy.slug)
                    for account in accounts
                    if account is not organization.management
                    for action in filter(None, map(_example, statement.actions))
                }
    return sorted(found)


def _example(pattern: str) -> str | None:
    """An action that a pattern stands for; none if there is none, or none that service control policies bind."""
    service, _, name = ("s3:*" if pattern == "*" else pattern).partition(":")
    free = actions_matcher(never_bound(Layer.SCP))
    known = (f"{service}:{action}" for action in sorted(matching_actions(service.lower(), name)))
    return next((action for action in known if not free(action.lower())), None)


def _denying(answer: Answer) -> list[str]:
    return [
        reason.policy or "no policy that allows it"
        for _, decision in answer.decisions
        if not decision.allowed
        for reason in decision.reasons
    ]


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
