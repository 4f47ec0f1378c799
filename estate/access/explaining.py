"""What becomes of a request that an identity of the stacks makes, and which layer decides."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from config.controls.calls import resources
from config.nodes import Account
from constructs_lib.policies.evaluator import Layer, PolicySet, Reason, Request
from estate.controls.explain import owner_named, region_named
from stacks.reach.deciding import Answer, Verdict
from stacks.reach.identities import VOUCHED, Identity, Kind
from stacks.reach.questions import Questions
from stacks.reach.steps import Way

_NAMED: Final = re.compile(f"({'|'.join(kind for kind in Kind if kind is not Kind.ANYBODY)}):.+", re.DOTALL)
_WORST_FIRST: Final = (Verdict.NO, Verdict.DEPENDS, Verdict.YES)
_OF_SETS: Final = "permission set"


@dataclass(frozen=True)
class Decided:
    """What becomes of the request when one identity makes it.

    Args:
        who: Who makes it.
        way: How those who were asked about become them; empty if they are one of those.
        request: The request, on the resource that decides.
        answer: The answer.
    """

    who: Identity
    way: Way
    request: Request
    answer: Answer

    def layer(self, reason: Reason) -> str:
        """The layer that decides, in AWS's words: a permission set is its policies."""
        of_set = reason.layer is Layer.IDENTITY and self.who.kind is Kind.PERMISSION_SET
        return _OF_SETS if of_set else str(reason.layer)

    def told(self, reason: Reason) -> str:
        """The reason in words."""
        words = str(reason)
        if self.layer(reason) != _OF_SETS:
            return words
        return words.replace(f"no {Layer.IDENTITY}", "no policy of the permission set").replace(
            f"{Layer.IDENTITY} ", "permission set's policy ", 1
        )


@dataclass(frozen=True)
class Explained:
    """The answer to the question.

    Args:
        account: The account that was asked about.
        decided: Each identity that makes the request, those who can first.
    """

    account: Account
    decided: tuple[Decided, ...]

    @property
    def verdict(self) -> Verdict:
        """Whether one of them can; no, if nobody makes the request."""
        return self.decided[0].answer.verdict if self.decided else Verdict.NO


def is_identity(name: str) -> bool:
    """Whether a principal is named as `estate access` names them: a role's name, an ARN and a service have no such start."""
    return _NAMED.fullmatch(name) is not None


def explain_identity(
    questions: Questions,
    name: str,
    account: Account,
    action: str,
    *,
    region: str | None = None,
    resource: str | None = None,
    resource_account: str | None = None,
    context: Mapping[str, str | Sequence[str]] | None = None,
) -> Explained:
    """Decide a request by all that the stacks make: identities' policies, boundaries, resource policies, guardrails.

    Who makes it is whoever was asked about, and whom they become without escalating: a group, the permission sets that it is
    assigned in the account; a pipeline, the roles. Condition keys that are not given are not known.

    Args:
        questions: The organization.
        name: As `estate access` names identities, whatever its capitals; ``pipeline:github`` and ``pipeline:gitlab`` are all of theirs.
        account: The account that is asked about: where those act whom somebody becomes, and the resource's unless said otherwise.
        action: ``service:Action``.
        region: The region that is called; the account's own unless told otherwise.
        resource: The ARN; unless told otherwise, one in the account for every resource type that the action must touch.
        resource_account: Slug or id of the account that owns the resource.
        context: Condition keys.

    Raises:
        ValueError: If there is no such identity, account or region.
    """
    world = questions.world
    said = context or {}
    partition = questions.organization.partition
    called = region_named(region, partition) or account.region
    owner = owner_named(world.chains, resource_account, resource, said)
    owner = owner or (world.owner_of(resource) if resource else None) or world.chains.account_id(account)
    touched = (resource,) if resource else resources(action, partition=partition, region=called, account_id=owner)
    policies = {each: _trust(questions, action, each) for each in touched}
    found = []
    for who, way in _callers(questions, list(identities_named(questions, name)), account, action, resource).items():
        answers = []
        for each in touched:
            request = world.request(who, action, each, owner=owner, region=called, said=said)
            answers.append((request, world.judge(who, request, owner=owner, policy=policies[each])))
        request, answer = min(answers, key=lambda pair: _WORST_FIRST.index(pair[1].verdict))
        found.append(Decided(who, way, request, answer))
    found.sort(key=lambda each: _WORST_FIRST.index(each.answer.verdict), reverse=True)
    return Explained(account, tuple(found))


def identities_named(questions: Questions, name: str) -> Iterator[Identity]:
    """Those whom a name means: one, or all pipelines of a provider.

    Raises:
        ValueError: If it means nobody.
    """
    known = questions.world.identities
    kind, _, rest = name.partition(":")
    if name not in known:
        alike = [each for each in known.values() if each.name.casefold() == name.casefold()]
        if len(alike) == 1:
            yield alike[0]
            return
        if kind == Kind.PIPELINE and rest.isalpha():
            provider = re.compile(rf":oidc-provider/[^/]*\b{re.escape(rest)}", re.IGNORECASE)
            runs = [each for each in known.values() if each.kind is Kind.PIPELINE and provider.search(each.arn or "")]
            if runs:
                yield from runs
                return
    yield questions.named(name)


def _callers(
    questions: Questions, asked: Sequence[Identity], account: Account, action: str, resource: str | None
) -> Mapping[Identity, Way]:
    """Who makes the request: those who are asked about, and whom they become; elsewhere only where a resource can name them."""
    named = resource is not None and (
        questions.world.policy_of(resource) is not None or _trust(questions, action, resource) is not None
    )
    assuming = action.lower().startswith("sts:assumerolewith")
    found: dict[Identity, Way] = {}
    for start in asked:
        for who, way in questions.graph.ways_from(start, escalate=False).items():
            if who.principal is None or (who.kind in VOUCHED and not assuming):
                continue  # a token is good for one call: to become a role
            if who == start or who.account is account or named:
                found.setdefault(who, way)
    return found


def _trust(questions: Questions, action: str, resource: str) -> PolicySet | None:
    """The trust policy, if somebody is to become a role: it is what the role says as a resource."""
    if not action.lower().startswith("sts:") or ":role/" not in resource:
        return None
    return next((each.trust for each in questions.world.identities.values() if each.arn == resource), None)
