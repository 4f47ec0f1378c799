"""From somebody to whom they can become: memberships, assignments, roles that they may assume, escalations."""

import tomllib
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from config.controls.calls import resources
from config.nodes import Account
from constructs_lib.policies.evaluator import PolicySet, Request
from constructs_lib.policies.evaluator.principal import Grant
from stacks.reach.deciding import Answer
from stacks.reach.forms import Forms
from stacks.reach.identities import Attached, Identity, Kind
from stacks.reach.outsiders import named_in
from stacks.reach.world import EVERYTHING, World, assume_action


@dataclass(frozen=True)
class Step:
    """One way on.

    Args:
        source: Who.
        target: Whom they become.
        how: In words.
        needs: What has to hold; nothing if it always does.
    """

    source: Identity
    target: Identity
    how: str
    needs: tuple[str, ...] = ()


Way = tuple[Step, ...]
"""Steps, each from where the one before ends."""


class Graph:
    """Who can become whom.

    Args:
        world: The organization.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.forms = Forms(world)
        self._assumed: dict[Hashable, tuple[str, bool, tuple[str, ...]]] = {}
        self._escalated: dict[Hashable, tuple[str, Sequence[tuple[int | None, bool, str, tuple[str, ...]]]]] = {}
        self._ways_to: dict[Identity, Mapping[Identity, Way]] = {}

    @cached_property
    def into(self) -> Mapping[Identity, Sequence[Step]]:
        """The steps that end at each identity, escalations not among them."""
        found: dict[Identity, list[Step]] = {}
        for who, whom in self.world.becomes.items():
            for each in whom:
                how = "is a member of" if each.kind is Kind.GROUP else "is assigned"
                found.setdefault(each, []).append(Step(who, each, how))
        for role in list(self.world.identities.values()):
            for step in self._assuming(role):
                found.setdefault(role, []).append(step)
        return found

    def _assuming(self, role: Identity) -> Iterator[Step]:
        if role.trust is None or role.arn is None or role.account is None:
            return
        owner = self.world.chains.account_id(role.account)
        for who in dict.fromkeys(self.world.trusted_by(role)):
            if who.kind is Kind.ROOT:
                continue  # https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
            possible, needs = self._may_assume(who, role, role.trust, owner)
            if possible:
                yield Step(who, role, "assumes", needs)

    def _may_assume(self, who: Identity, role: Identity, trust: PolicySet, owner: str) -> tuple[bool, tuple[str, ...]]:
        """Whether a trust policy lets somebody in, and what has to hold; decided once for all roles of one form."""
        account = role.account
        if account is None or not self._could_assume(who, role, trust):
            return False, ()
        action, arn, forms = assume_action(who), str(role.arn), self.forms
        key = (
            forms.identity(who, account, action, [arn]),
            forms.around(account),
            forms.own(arn, account),
            forms.policies(trust, account, action, [arn]),
        )
        if key not in self._assumed:
            answer = self.world.decide(who, action, arn, owner=owner, policy=trust)
            self._assumed[key] = owner, answer.possible, answer.needs
        first, possible, needs = self._assumed[key]
        return possible, tuple(need.replace(first, owner) for need in needs)

    def _could_assume(self, who: Identity, role: Identity, trust: PolicySet) -> bool:
        """Whether the trust policy names somebody of the organization, and in another account their own policies can permit it."""
        if who.principal is None or who.account is None or who.unknown:
            return True
        allowing = trust.select("sts:assumerole")[1]
        if all(statement.grant(Request(who.principal, "sts:AssumeRole")) is Grant.NONE for _, statement in allowing):
            return False
        return who.account is role.account or who.kind is Kind.ROOT or who.policies.could_allow("sts:assumerole")

    @cached_property
    def out_of(self) -> Mapping[Identity, Sequence[Step]]:
        """The steps that begin at each identity, escalations not among them."""
        found: dict[Identity, list[Step]] = {}
        for steps in self.into.values():
            for step in steps:
                found.setdefault(step.source, []).append(step)
        return found

    def escalations(self, who: Identity) -> Iterator[Step]:
        """What somebody can become by changing or using what the account permits them to.

        A target that is called unlimited is `who` with every right that guardrails and boundary leave.
        """
        if who.principal is None or who.account is None or who.kind is Kind.ROOT:
            return
        begun = [entry for entry in _catalogue() if _may_begin(who, entry)]
        if not begun:
            return
        account, forms = who.account, self.forms
        number = self.world.chains.account_id(account)
        others = [each for each in self.world.living_in(account) if each != who]
        actions = dict.fromkeys(action for entry in begun for action in ("iam:PassRole", *entry["actions"]))
        if any(entry.get("assumed") for entry in begun):
            actions[assume_action(who)] = None
        asked = [str(each.arn) for each in (who, *others)] + [arn for each in (who, *others) for arn in _policies(each)]
        asked += [arn for action in actions for arn in self._touched(account, action, number)]
        key = (
            tuple((str(entry["name"]), entry["on"]) for entry in begun),
            tuple(forms.identity(who, account, action, asked) for action in actions),
            tuple(tuple(forms.own(arn, account) for arn in _policies(each)) for each in (who, *others)),
            tuple(each.policies is EVERYTHING for each in others),
            forms.around(account),
            forms.contents(account),
        )
        if key not in self._escalated:
            places = {each: place for place, each in enumerate(others)}
            self._escalated[key] = (
                number,
                [
                    (places.get(base), bool(entry.get("rights")), str(entry["name"]), needs)
                    for base, entry, needs in self._escalating(who, others, begun)
                ],
            )
        first, found = self._escalated[key]
        for place, rights, how, needs in found:
            base = who if place is None else others[place]
            target = _unlimited(base) if rights else base
            yield Step(who, target, how, tuple(need.replace(first, number) for need in needs))

    def _escalating(
        self, who: Identity, others: Sequence[Identity], begun: Sequence[Mapping[str, Any]]
    ) -> Iterator[tuple[Identity, Mapping[str, Any], tuple[str, ...]]]:
        owner = str(who.principal.account) if who.principal else ""
        for entry in begun:
            for base in _TARGETS[entry["on"]](who, others, entry):
                if entry.get("rights") and base.policies is EVERYTHING:
                    continue
                needs = self._needs(who, base, entry, owner)
                if needs is not None:
                    yield base, entry, needs

    def _needs(self, who: Identity, base: Identity, entry: Mapping[str, Any], owner: str) -> tuple[str, ...] | None:
        """What has to hold so that somebody escalates by somebody or something; None if they cannot."""
        before: tuple[str, ...] = ()
        if entry.get("assumed"):
            possible, before = (
                self._may_assume(who, base, base.trust, owner) if base.trust is not None else (False, before)
            )
            if not possible:
                return None
        for on in _policies(base) if entry.get("policies") else [base.arn or "*"]:
            answers = list(self._answers(who, on, entry, owner))
            if all(answer.possible for answer in answers):
                return tuple(dict.fromkeys((*before, *(need for answer in answers for need in answer.needs))))
        return None

    def _answers(self, who: Identity, on: str, entry: Mapping[str, Any], owner: str) -> Iterator[Answer]:
        """Whether each call is permitted: those to IAM on an ARN, those of a service on whatever it has of that kind."""
        world, service = self.world, str(entry.get("service", ""))
        # Whoever may choose what is attached takes the policy that permits everything.
        said = {"iam:PolicyARN": f"arn:{world.chains.organization.partition}:iam::aws:policy/AdministratorAccess"}
        if entry["on"] == "passed":
            yield world.decide(who, "iam:PassRole", on, owner=owner, said={"iam:PassedToService": service})
        for action in entry["actions"]:
            if action == "sts:AssumeRole":
                continue  # the trust policy that it has written can name it, and then no other policy is needed
            for resource in self._touched(who.account, action, owner) if service else [on]:
                yield world.decide(who, action, resource, owner=owner, said=said if action in _ATTACHING else None)

    def _touched(self, account: Account | None, action: str, owner: str) -> Sequence[str]:
        region = (account or self.world.chains.organization.management).region
        partition = self.world.chains.organization.partition
        return resources(action, partition=partition, region=region, account_id=owner)

    @cached_property
    def escalating(self) -> Sequence[Step]:
        """The escalations of everybody who acts in an account."""
        return [step for who in list(self.world.identities.values()) for step in self.escalations(who)]

    def ways_to(self, target: Identity) -> Mapping[Identity, Way]:
        """For everybody who can become somebody without escalating, the shortest way."""
        if target not in self._ways_to:
            self._ways_to[target] = self._found_to(target)
        return self._ways_to[target]

    def _found_to(self, target: Identity) -> Mapping[Identity, Way]:
        found: dict[Identity, Way] = {target: ()}
        waiting = deque([target])
        while waiting:
            current = waiting.popleft()
            for step in self.into.get(current, ()):
                if step.source not in found:
                    found[step.source] = (step, *found[current])
                    waiting.append(step.source)
        return found

    def ways_from(self, source: Identity, *, escalate: bool = True) -> Mapping[Identity, Way]:
        """For everybody whom somebody can become, the shortest way."""
        found: dict[Identity, Way] = {source: ()}
        waiting = deque([source])
        while waiting:
            current = waiting.popleft()
            steps = [*self.out_of.get(current, ()), *(self.escalations(current) if escalate else ())]
            for step in steps:
                if step.target not in found:
                    found[step.target] = (*found[current], step)
                    waiting.append(step.target)
        return found


_ATTACHING: Final = frozenset({"iam:AttachRolePolicy", "iam:AttachUserPolicy"})


def _may_begin(who: Identity, entry: Mapping[str, Any]) -> bool:
    """Whether some statement takes an escalation's calls in at all: most identities hold none of them."""
    first = ("iam:PassRole", *entry["actions"]) if entry["on"] == "passed" else entry["actions"]
    named = [action.lower() for action in first if action != "sts:AssumeRole"]
    return bool(who.unknown) or all(who.policies.could_allow(action) for action in named)


def _policies(who: Identity) -> list[str]:
    """The customer-managed policies that somebody has, by ARN."""
    return [each.arn for each in who.policies.policies if isinstance(each, Attached)]


def _trusting(service: str, others: Sequence[Identity]) -> Iterator[Identity]:
    return (
        each for each in others if each.kind is Kind.ROLE and each.trust is not None and _names(each.trust, service)
    )


def _names(trust: PolicySet, service: str) -> bool:
    return any(each.name == f"{Kind.SERVICE}:{service}" for each in named_in(trust))


def _unlimited(who: Identity) -> Identity:
    """Somebody who has been given every right that guardrails and boundary leave."""
    return replace(who, name=f"{who.name} (unlimited)", policies=EVERYTHING, unknown=())


_Finder = Callable[[Identity, Sequence[Identity], Mapping[str, Any]], Iterator[Identity]]


def _others(kind: Kind) -> _Finder:
    return lambda _, others, __: (each for each in others if each.kind is kind)


def _oneself(*kinds: Kind) -> _Finder:
    return lambda who, _, __: iter((who,) if who.kind in kinds else ())


def _of_service(_: Identity, others: Sequence[Identity], entry: Mapping[str, Any]) -> Iterator[Identity]:
    return _trusting(entry["service"], others)


_TARGETS: Mapping[str, _Finder] = {
    "role": _others(Kind.ROLE),
    "user": _others(Kind.USER),
    "self": _oneself(Kind.ROLE),
    "self-user": _oneself(Kind.USER),
    "oneself": _oneself(Kind.ROLE, Kind.USER, Kind.PERMISSION_SET),
    "passed": _of_service,
    "held": _of_service,
}
"""What the actions of an escalation are done to."""


@cache
def _catalogue() -> Sequence[Mapping[str, Any]]:
    text = (Path(__file__).parent / "escalations.toml").read_text(encoding="utf-8")
    found: Sequence[Mapping[str, Any]] = tomllib.loads(text)["escalation"]
    return found
