"""Decide recorded calls under the guardrails of two versions, and say what is newly denied, newly allowed, or cannot be told."""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from config.controls import Chains
from config.controls.calls import context, resources
from config.nodes import Organization
from constructs_lib.policies.evaluator import Policies, PolicySet, Principal, Reason, Request
from constructs_lib.policies.evaluator.patterns import account_in
from estate.controls.explain import guardrails_alone
from estate.rehearsal.changed import Changed
from estate.rehearsal.condense import Calls, Shape, Touched
from estate.rehearsal.events import actions, caller, needs_no_permission
from stacks.reach.deciding import Answer, Judge, Verdict

_UNTOUCHED: Final = (Touched(None, None),)
_NOT_RECORDED: Final = "the resource, which the record does not name"


@dataclass(frozen=True)
class Change:
    """Calls whose decision changes.

    Args:
        account: The slug of the caller's account, else of the resource's.
        principal: The ARN of the role, user or root user, or the service.
        action: ``service:Action``.
        policy: Whose statement decides: in the new version if denied, in the old one if allowed.
        node: Where that policy is attached.
        statement: The statement's name, or its number.
        calls: How many, when, and examples.
    """

    account: str
    principal: str
    action: str
    policy: str
    node: str
    statement: str
    calls: Calls

    @property
    def exemption(self) -> str:
        """The narrowest exemption that lets these calls through: whom the policy's guardrail has to spare."""
        return self.principal


@dataclass(frozen=True)
class Rehearsal:
    """What would have become of the recorded calls.

    Args:
        denied: What would be newly denied, the most calls first.
        allowed: Calls that AWS refused and that the guardrails of the base deny, and those of the new version do not.
        undecided: What cannot be told, by the condition that the record does not tell: how many calls.
        unmapped: Calls whose IAM action is not known, by name.
        counts: How many calls there were in all, and of them were decided, failed, are nobody's of the organization, …
    """

    denied: tuple[Change, ...]
    allowed: tuple[Change, ...]
    undecided: Mapping[str, int]
    unmapped: Mapping[str, int]
    counts: Mapping[str, int]


_Key = tuple[str, str, str, str, str, str]
"""Account, principal, action; policy, node, statement."""


@dataclass
class _Found:
    denied: dict[_Key, Calls] = field(default_factory=dict)
    allowed: dict[_Key, Calls] = field(default_factory=dict)
    undecided: Counter[str] = field(default_factory=Counter)
    unmapped: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)


class _Version:
    """The guardrails of one version of the configuration."""

    def __init__(self, organization: Organization) -> None:
        self.chains = Chains(organization)
        self._judge = Judge()

    def decide(self, principal: Principal, action: str, shape: Shape, touched: Touched) -> Answer:
        """What becomes of a call on one resource."""
        chains = self.chains
        home = chains.account_with_id(principal.account)
        owner_id = _owner(principal, shape, touched)
        owner = chains.account_with_id(owner_id)
        region = shape.region or (home or owner or chains.organization.management).region
        partition = chains.organization.partition
        arn = touched.arn or resources(action, partition=partition, region=region, account_id=owner_id)[0]
        keys = context(chains, principal, owner, _recorded(shape, owner_id))
        request = Request(principal, action, arn, owner_id, region, keys)
        policies = guardrails_alone(chains, request)
        answer = self._judge.decide(request, policies)
        if touched.arn is None and answer.verdict is not Verdict.NO and _names_others(policies, request):
            return Answer(Verdict.DEPENDS, answer.decision, (*answer.needs, _NOT_RECORDED))
        return answer


def rehearse(before: Organization, after: Organization, shapes: Mapping[Shape, Calls]) -> Rehearsal:
    """Decide every shape under both versions.

    Args:
        before: What is in force.
        after: What is to be.
        shapes: The recorded calls.
    """
    rehearsing = _Rehearsing(_Version(before), _Version(after))
    for shape, calls in shapes.items():
        rehearsing.add(shape, calls)
    found = rehearsing.found
    return Rehearsal(
        _changes(found.denied),
        _changes(found.allowed),
        dict(found.undecided.most_common()),
        dict(found.unmapped.most_common()),
        dict(found.counts),
    )


class _Rehearsing:
    """Decides shapes one after the other; those that the changed statements cannot tell apart once.

    Args:
        old: The version in force.
        new: The one that is to be.
    """

    def __init__(self, old: _Version, new: _Version) -> None:
        self.found = _Found()
        self._old, self._new = old, new
        self._changed = Changed(old.chains, new.chains)
        self._decided: dict[Hashable, tuple[Answer, Answer]] = {}

    def add(self, shape: Shape, calls: Calls) -> None:
        """Take calls in."""
        found, count = self.found, calls.count
        found.counts["recorded"] += count
        if shape.category == "Service" or needs_no_permission(shape.source, shape.name):
            found.counts["that no policy decides"] += count
            return
        named = actions(shape.source, shape.name)
        if not named:
            found.unmapped[f"{shape.source} {shape.name}"] += count
            return
        principal = caller(shape)
        if principal is None:
            found.undecided[f"who called: a {shape.kind or 'caller'} without an ARN"] += count
            return
        known = self._new.chains.account_with_id
        if known(principal.account) is None and known(shape.account) is None:
            found.counts["of accounts that are not in the organization"] += count
            return
        found.counts["decided"] += count
        for touched in shape.touched or _UNTOUCHED:
            owner_id = _owner(principal, shape, touched)
            for action in named:
                reads = self._changed.reads(action, principal.account, owner_id)
                if reads is not None:
                    key = (reads, reads.of(principal, shape, touched, owner_id))
                    self._compare(key, (principal, action, shape, touched), calls)

    def _compare(self, key: Hashable, call: tuple[Principal, str, Shape, Touched], calls: Calls) -> None:
        if key not in self._decided:
            self._decided[key] = self._old.decide(*call), self._new.decide(*call)
        old, new = self._decided[key]
        principal, action, shape, _ = call
        found, known = self.found, self._new.chains.account_with_id
        home = known(principal.account) or known(shape.account)
        who = (home.slug if home else str(principal.account), principal.entity or principal.arn, action)
        if shape.failed:
            if old.verdict is Verdict.NO and new.verdict is Verdict.YES:
                _add(found.allowed, (*who, *_statement(old.decision.reason)), calls)
        elif old.verdict is not Verdict.NO and new.verdict is Verdict.NO:
            _add(found.denied, (*who, *_statement(new.decision.reason)), calls)
        elif old.verdict is not Verdict.NO and set(new.needs) - set(old.needs):
            for need in sorted(set(new.needs) - set(old.needs)):
                found.undecided[need] += calls.count


def _owner(principal: Principal, shape: Shape, touched: Touched) -> str:
    """The id of the account whose resource it is, as far as the record tells."""
    return touched.account or account_in(touched.arn) or shape.account or principal.account or ""


def _add(found: dict[_Key, Calls], key: _Key, calls: Calls) -> None:
    if key in found:
        found[key].add(calls)
    else:
        found[key] = Calls(calls.count, calls.first, calls.last, calls.examples)


def _statement(reason: Reason) -> tuple[str, str, str]:
    if reason.policy is None:
        return f"no {reason.layer} allows it", reason.node or "", ""
    return reason.policy, reason.node or "", reason.sid or f"number {reason.index}"


def _changes(found: Mapping[_Key, Calls]) -> tuple[Change, ...]:
    rows = (Change(*key, calls) for key, calls in found.items())
    return tuple(sorted(rows, key=lambda each: (-each.calls.count, each.account, each.principal, each.action)))


def _recorded(shape: Shape, owner_id: str) -> dict[str, str | Sequence[str]]:
    """The condition keys that the record tells."""
    found: dict[str, str | Sequence[str]] = {"aws:ResourceAccount": owner_id}
    if shape.invoked_by:
        found["aws:ViaAWSService"] = "true"
    if shape.mfa:
        found["aws:MultiFactorAuthPresent"] = shape.mfa
    if shape.endpoint:
        found["aws:SourceVpce"] = shape.endpoint
    if shape.address and shape.address[:1].isdigit():
        found["aws:SourceIp"] = shape.address
    return found


def _names_others(policies: Policies, request: Request) -> bool:
    """Whether some Deny is about certain resources of this action, so that it matters which one was meant."""
    return any(_about_some(each, request) for each in (*policies.scps, *policies.rcps))


def _about_some(policies: PolicySet, request: Request) -> bool:
    return any(
        statement.statement.resources != ("*",)
        and statement.resources is not None
        and not statement.names_resource(request)
        for _, statement in policies.select(request.lower_action)[0]
    )


def reads_address(*organizations: Organization) -> bool:
    """Whether some guardrail asks for the caller's address."""
    return any(_mentions_address(each) for each in organizations)


def _mentions_address(organization: Organization) -> bool:
    def texts() -> Iterator[str]:
        for policy in organization.policies.values():
            if policy.document is not None:
                yield policy.document.to_json().lower()

    return any('"aws:sourceip"' in text for text in texts())
