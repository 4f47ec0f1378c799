"""The decision: AWS's evaluation logic for one request.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html,
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html,
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from constructs_lib.policies.evaluator.decision import Decision, Layer, Reason
from constructs_lib.policies.evaluator.policy import Match, PolicySet
from constructs_lib.policies.evaluator.principal import Grant, PrincipalKind
from constructs_lib.policies.evaluator.request import Request
from constructs_lib.policies.evaluator.unbound import unbound

_IN_ACCOUNTS: Final = frozenset(
    {PrincipalKind.ROOT, PrincipalKind.USER, PrincipalKind.ROLE, PrincipalKind.FEDERATED_USER}
)
"""Principals that live in an account; its SCPs restrict them."""


@dataclass(frozen=True)
class Policies:
    """All that bears on a request.

    Args:
        identity: Policies of the principal (and of its groups).
        boundary: Its permissions boundary, if it has one.
        session: The policies handed over when the session was made, if any were.
        resource: The resource's own policy (trust policy, key policy, bucket policy), if it has one.
        scps: SCPs of the principal's account, by level from the root down; empty if SCPs are off.
        rcps: RCPs of the resource's account, by level. AWS's ``RCPFullAWSAccess`` need not be among them.
        management_account: The organization's management account. SCPs do not restrict its principals, nor RCPs its
            resources.
    """

    identity: PolicySet = field(default_factory=PolicySet)
    boundary: PolicySet | None = None
    session: PolicySet | None = None
    resource: PolicySet | None = None
    scps: tuple[PolicySet, ...] = ()
    rcps: tuple[PolicySet, ...] = ()
    management_account: str | None = None


def evaluate(request: Request, policies: Policies) -> Decision:
    """Decide a request.

    Example:
        >>> from constructs_lib.policies.document import PolicyDocument, allow
        >>> from constructs_lib.policies.evaluator.principal import Principal
        >>> reader = PolicySet.of(PolicyDocument.of(allow("s3:Get*", "*")), name="reader")
        >>> ann = Principal.of("arn:aws:iam::111122223333:user/ann")
        >>> str(evaluate(Request(ann, "s3:GetObject", "arn:aws:s3:::b/k"), Policies(identity=reader)))
        "allowed: identity policy 'reader', statement number 0"
    """
    free = unbound(request, policies.management_account)
    exempt = {layer: why for layer, why in free.items() if _has(policies, layer)}
    if Layer.IDENTITY in free:  # no permission is needed, so none can be taken away
        return Decision(allowed=True, reasons=(Reason(Layer.FREE),), exempt=tuple(exempt), because=exempt)
    scps = policies.scps if request.principal.kind in _IN_ACCOUNTS and Layer.SCP not in free else ()
    rcps = policies.rcps if Layer.RCP not in free else ()

    denied = tuple(reason for reason in _denials(request, policies, scps, rcps) if reason.layer not in free)
    if denied:
        return Decision(allowed=False, reasons=denied, exempt=tuple(exempt), because=exempt)

    allowing: list[Reason] = []
    missing: list[Reason] = []
    for found in (*_access(request, policies), *(_allow(Layer.SCP, level, request) for level in scps)):
        (allowing if found.is_explicit or found.layer in (Layer.ROOT, Layer.FREE) else missing).append(found)
    # A missing SCP is reported first: no policy in the account can make up for it.
    missing.sort(key=lambda reason: reason.layer is not Layer.SCP)
    return Decision(allowed=not missing, reasons=tuple(missing or allowing), exempt=tuple(exempt), because=exempt)


def _has(policies: Policies, layer: Layer) -> bool:
    """Whether there is something of a layer that a request can be exempt from."""
    return bool({Layer.SCP: policies.scps, Layer.RCP: policies.rcps, Layer.RESOURCE: policies.resource}.get(layer))


def _denials(
    request: Request, policies: Policies, scps: tuple[PolicySet, ...], rcps: tuple[PolicySet, ...]
) -> Iterator[Reason]:
    """Every statement that denies the request, the organization's first."""
    bounded = policies.boundary is not None
    for layer, layer_sets in (
        (Layer.SCP, scps),
        (Layer.RCP, rcps),
        (Layer.RESOURCE, (policies.resource,)),
        (Layer.IDENTITY, (policies.identity,)),
        (Layer.BOUNDARY, (policies.boundary,)),
        (Layer.SESSION, (policies.session,)),
    ):
        for policy_set in layer_sets:
            if policy_set is None:
                continue
            for match in policy_set.select(request.lower_action)[0]:
                if match[1].applies(request) and match[1].grant(request, bounded=bounded) is not Grant.NONE:
                    yield _reason(layer, policy_set, match)


def _access(request: Request, policies: Policies) -> Iterator[Reason]:
    """What the account's own policies say: for each one that is needed, who allows the request or that nobody does."""
    principal = request.principal
    grant, resource = _resource_grant(request, policies)
    if principal.kind not in _IN_ACCOUNTS:
        yield resource
        return
    same_account = request.owner == principal.account
    if same_account and grant is Grant.CALLER:
        # Named itself, the caller needs no other policy, and none but an explicit Deny limits it.
        yield resource
        return
    if not same_account or request.needs_resource_policy or grant is Grant.ENTITY:
        yield resource
    if principal.kind is PrincipalKind.ROOT:
        yield Reason(Layer.ROOT)
    elif not (same_account and grant is Grant.ENTITY):
        yield _allow(Layer.IDENTITY, policies.identity, request)
    if policies.boundary is not None:
        yield _allow(Layer.BOUNDARY, policies.boundary, request)
    # A federated user's session has no permissions but those of the policies handed over.
    if policies.session is not None or principal.kind is PrincipalKind.FEDERATED_USER:
        yield _allow(Layer.SESSION, policies.session or PolicySet(), request)


def _resource_grant(request: Request, policies: Policies) -> tuple[Grant, Reason]:
    """The strongest grant of the resource's policy."""
    best, reason = Grant.NONE, Reason(Layer.RESOURCE)
    if policies.resource is None:
        return best, reason
    for match in policies.resource.select(request.lower_action)[1]:
        grant = match[1].grant(request)
        if grant > best and match[1].applies(request):
            best, reason = grant, _reason(Layer.RESOURCE, policies.resource, match)
    return best, reason


def _allow(layer: Layer, policy_set: PolicySet, request: Request) -> Reason:
    """The first statement that allows the request, or that none does."""
    for match in policy_set.select(request.lower_action)[1]:
        if match[1].applies(request):
            return _reason(layer, policy_set, match)
    return Reason(layer, policy_set.node)


def _reason(layer: Layer, policy_set: PolicySet, match: Match) -> Reason:
    policy, compiled = match
    return Reason(layer, policy_set.node, policy.name, compiled.index, compiled.statement)
