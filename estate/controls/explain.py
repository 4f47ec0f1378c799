"""What becomes of a request in an account, and which policy decides."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from config.controls.calls import context as known_context
from config.controls.calls import endpoint_region, principal, resources
from config.controls.chains import Chains
from config.errors import did_you_mean
from config.facts.regions import REGIONS
from config.nodes import Account
from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.policies.evaluator import Decision, Policies, PolicySet, Principal, PrincipalKind, Request, evaluate
from constructs_lib.policies.evaluator.patterns import account_in

ANYBODY: Final = "any-role"
"""The role that asks if nobody is named: one that no guardrail has heard of."""
_OWNER: Final = "aws:ResourceAccount"
_EVERYTHING: Final = PolicySet.of(PolicyDocument.of(allow("*", "*")), name="assumed")
_EVERYBODY: Final = PolicySet.of(PolicyDocument.of(allow("*", "*", principals="*")), name="assumed")


@dataclass(frozen=True)
class Answer:
    """What becomes of a request.

    Args:
        account: The account that is asked about.
        decisions: Each resource that the call touches, with the decision. The call is allowed if all of them are.
    """

    account: Account
    decisions: tuple[tuple[Request, Decision], ...]

    @property
    def allowed(self) -> bool:
        """Whether no guardrail is in the way."""
        return all(decision.allowed for _, decision in self.decisions)

    @property
    def deciding(self) -> tuple[Request, Decision]:
        """The first resource for which the call is denied, else the first."""
        return next((each for each in self.decisions if not each[1].allowed), self.decisions[0])


def explain(
    chains: Chains,
    account: Account,
    action: str,
    *,
    principal_name: str = ANYBODY,
    region: str | None = None,
    resource: str | None = None,
    resource_account: str | None = None,
    context: Mapping[str, str | Sequence[str]] | None = None,
) -> Answer:
    """Decide a request by the organization's guardrails.

    IAM policies inside accounts are taken to allow it, on both sides: what is denied here, nobody in the account can allow.

    Args:
        chains: The organization.
        account: The account that is asked about: the caller's, unless `principal_name` is an ARN or a service; the
            resource's, unless `resource`, `resource_account` or the context says otherwise.
        action: ``service:Action``.
        principal_name: ``root``, the name of a role of the account, an ARN, or a service; any role unless told otherwise.
        region: The region that is called; the account's own unless told otherwise. Global services answer from theirs.
        resource: The ARN; unless told otherwise, one in the account for every resource type that the action must touch.
        resource_account: Slug or id of the account that owns the resource. Else it is ``aws:ResourceAccount`` of the
            context, else the account in the ARN, else `account`.
        context: Further condition keys. Keys that are not given are absent.

    Raises:
        ValueError: If the principal is none, an account no account, or the region no region of the partition.
    """
    partition = chains.organization.partition
    caller = principal(chains, account, principal_name)
    called = endpoint_region(action, partition) or region_named(region, partition) or account.region
    said = context or {}
    owner = owner_named(chains, resource_account, resource, said) or chains.account_id(account)
    touched = (resource,) if resource else resources(action, partition=partition, region=called, account_id=owner)
    return Answer(account, tuple(_decide(chains, caller, action, called, each, owner, said) for each in touched))


def region_named(region: str | None, partition: str) -> str | None:
    """The region, if there is such a one in the partition.

    Raises:
        ValueError: There is none.
    """
    known = REGIONS[partition]
    if region is None or region in known:
        return region
    elsewhere = next((other for other, regions in REGIONS.items() if region in regions), None)
    cure = f"It belongs to the partition {elsewhere}." if elsewhere else did_you_mean(region, known)
    raise ValueError(f"--region is {region!r}; expected a region of the partition {partition}. {cure}".rstrip())


def owner_named(
    chains: Chains, named: str | None, resource: str | None, said: Mapping[str, str | Sequence[str]]
) -> str | None:
    """The id of the account that owns the resource, as far as the question says.

    Raises:
        ValueError: The account that it names is none.
    """
    name = named or next((value for key, value in said.items() if key.lower() == "aws:resourceaccount"), None)
    if name is not None:
        accounts = chains.organization.accounts
        if name in accounts:
            return chains.account_id(accounts[str(name)])
        if isinstance(name, str) and re.fullmatch(r"\d{12}", name, re.ASCII):
            return name
        cure = did_you_mean(str(name), accounts)
        raise ValueError(f"the resource's account is {name!r}; expected a slug or 12 digits. {cure}".rstrip())
    return account_in(resource)


def _decide(
    chains: Chains,
    caller: Principal,
    action: str,
    region: str,
    resource: str,
    owner_id: str,
    said: Mapping[str, str | Sequence[str]],
) -> tuple[Request, Decision]:
    owner = chains.account_with_id(owner_id)
    request = Request(
        caller, action, resource, owner_id, region, known_context(chains, caller, owner, {**said, _OWNER: owner_id})
    )
    return request, evaluate(request, guardrails_alone(chains, request))


def guardrails_alone(chains: Chains, request: Request) -> Policies:
    """What the guardrails make of a request: IAM policies are taken to allow it, on both sides.

    Args:
        chains: The organization.
        request: The request.
    """
    caller = request.principal
    home, owner = chains.account_with_id(caller.account), chains.account_with_id(request.owner)
    crosses = request.owner != caller.account or request.needs_resource_policy
    return Policies(
        identity=_EVERYTHING,
        session=_EVERYTHING if caller.kind is PrincipalKind.FEDERATED_USER else None,
        resource=_EVERYBODY if crosses or caller.account is None else None,
        scps=chains.scps(home) if home else (),
        rcps=chains.rcps(owner) if owner else (),
        management_account=chains.account_id(chains.organization.management),
    )
