"""What becomes of a request in an account, and which policy decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from config.controls.calls import context as known_context
from config.controls.calls import endpoint_region, principal, resources
from config.controls.chains import Chains
from config.nodes import Account
from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.policies.evaluator import Decision, Policies, PolicySet, Principal, PrincipalKind, Request, evaluate

ANYBODY: Final = "any-role"
"""The role that asks if nobody is named: one that no guardrail has heard of."""
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
    context: Mapping[str, str | Sequence[str]] | None = None,
) -> Answer:
    """Decide a request by the organization's guardrails.

    IAM policies inside accounts are taken to allow it, on both sides: what is denied here, nobody in the account can allow.

    Args:
        chains: The organization.
        account: The account of the principal.
        action: ``service:Action``.
        principal_name: ``root``, the name of a role of the account, an ARN, or a service; any role unless told otherwise.
        region: The region that is called; the account's own unless told otherwise. Global services answer from theirs.
        resource: The ARN; unless told otherwise, one in the account for every resource type that the action must touch.
        context: Further condition keys. Keys that are not given are absent.

    Raises:
        ValueError: If the principal is none.
    """
    caller = principal(chains, account, principal_name)
    partition = chains.organization.partition
    called = endpoint_region(action, partition) or region or account.region
    touched = (
        (resource,)
        if resource
        else resources(action, partition=partition, region=called, account_id=chains.account_id(account))
    )
    return Answer(account, tuple(_decide(chains, caller, action, called, each, context or {}) for each in touched))


def _decide(
    chains: Chains,
    caller: Principal,
    action: str,
    region: str,
    resource: str,
    context: Mapping[str, str | Sequence[str]],
) -> tuple[Request, Decision]:
    bare = Request(caller, action, resource, region=region)
    home, owner = chains.account_with_id(caller.account), chains.account_with_id(bare.owner)
    request = Request(
        caller, action, resource, region=region, context={**known_context(chains, caller, owner), **context}
    )
    crosses = bare.owner != caller.account or bare.needs_resource_policy
    return request, evaluate(
        request,
        Policies(
            identity=_EVERYTHING,
            session=_EVERYTHING if caller.kind is PrincipalKind.FEDERATED_USER else None,
            resource=_EVERYBODY if crosses or caller.account is None else None,
            scps=chains.scps(home) if home else (),
            rcps=chains.rcps(owner) if owner else (),
            management_account=chains.account_id(chains.organization.management),
        ),
    )
