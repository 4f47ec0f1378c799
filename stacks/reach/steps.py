"""From somebody to whom they can become: memberships, assignments, roles that they may assume, escalations."""

from collections import deque
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from config.controls.calls import resources
from config.nodes import Account
from constructs_lib.policies.evaluator import PolicySet, Request
from constructs_lib.policies.evaluator.principal import Grant
from stacks.reach.deciding import Answer
from stacks.reach.escalating import (
    TARGETS,
    acted_on,
    catalogue,
    changed,
    chosen,
    is_everything,
    may_begin,
    own_policies,
)
from stacks.reach.forms import Forms
from stacks.reach.identities import IamGroup, Identity, Kind
from stacks.reach.world import World, assume_action


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
        self._escalated: dict[Hashable, tuple[str, Sequence[_Escalated]]] = {}
        self._ways_to: dict[Identity, Mapping[Identity, Way]] = {}
        self._trusting: dict[Identity, list[Identity]] = {}

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
            self._trusting.setdefault(who, []).append(role)
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

        A target that no stack makes is somebody changed: unlimited, with every right that guardrails and boundary leave; in one
        more group; without their boundary, or without what their policies deny.
        """
        if who.principal is None or who.account is None or who.kind is Kind.ROOT:
            return
        begun = [entry for entry in catalogue() if may_begin(who, entry)]
        if not begun:
            return
        account, forms = who.account, self.forms
        number = self.world.chains.account_id(account)
        others = [each for each in self.world.living_in(account) if each.arn != who.arn]
        actions = dict.fromkeys(action for entry in begun for action in ("iam:PassRole", *entry["actions"]))
        if any(entry.get("assumed") for entry in begun):
            actions[assume_action(who)] = None
        groups = self.world.groups.get(account.slug, ())
        asked = [str(each.arn) for each in (who, *others)] + [
            arn for each in (who, *others) for arn in own_policies(each)
        ]
        asked += [group.arn for group in groups]
        asked += [arn for action in actions for arn in self._touched(account, action, number)]
        key = (
            tuple((str(entry["name"]), entry["on"]) for entry in begun),
            tuple(forms.own(arn, account) for arn in who.groups),
            tuple(forms.identity(who, account, action, asked) for action in actions),
            tuple(tuple(forms.own(arn, account) for arn in own_policies(each)) for each in (who, *others)),
            tuple(is_everything(each.policies) for each in others),
            forms.around(account),
            forms.contents(account),
        )
        if key not in self._escalated:
            places = {each: place for place, each in enumerate(others)}
            self._escalated[key] = (
                number,
                [
                    (places.get(base), group, entry, needs)
                    for base, group, entry, needs in self._escalating(who, others, groups, begun)
                ],
            )
        first, found = self._escalated[key]
        for place, group, entry, needs in found:
            base = who if place is None else others[place]
            target = changed(base, entry, None if group is None else groups[group])
            yield Step(who, target or base, str(entry["name"]), tuple(need.replace(first, number) for need in needs))

    def _escalating(
        self,
        who: Identity,
        others: Sequence[Identity],
        groups: Sequence[IamGroup],
        begun: Sequence[Mapping[str, Any]],
    ) -> Iterator[tuple[Identity, int | None, Mapping[str, Any], tuple[str, ...]]]:
        owner = str(who.principal.account) if who.principal else ""
        for entry in begun:
            joined: Sequence[int | None] = range(len(groups)) if entry.get("becomes") == "member" else (None,)
            for base in TARGETS[entry["on"]](who, others, entry):
                for place in joined:
                    group = None if place is None else groups[place]
                    if "becomes" in entry and changed(base, entry, group) is None:
                        continue
                    needs = self._needs(who, base, entry, owner, group)
                    if needs is not None:
                        yield base, place, entry, needs

    def _needs(
        self, who: Identity, base: Identity, entry: Mapping[str, Any], owner: str, group: IamGroup | None
    ) -> tuple[str, ...] | None:
        """What has to hold so that somebody escalates by somebody or something; None if they cannot."""
        before: tuple[str, ...] = ()
        if entry.get("assumed"):
            possible, before = (
                self._may_assume(who, base, base.trust, owner) if base.trust is not None else (False, before)
            )
            if not possible:
                return None
        for on in acted_on(base, entry, group):
            needs = list(before)
            for answer in self._answers(who, base, on, entry, owner):
                if not answer.possible:
                    break
                needs += answer.needs
            else:
                return tuple(dict.fromkeys(needs))
        return None

    def _answers(
        self, who: Identity, base: Identity, on: str, entry: Mapping[str, Any], owner: str
    ) -> Iterator[Answer]:
        """Whether each call is permitted: those to IAM on an ARN, those of a service on whatever it has of that kind."""
        world, service = self.world, str(entry.get("service", ""))
        # Whoever may choose what is attached, or the boundary, takes the policy that permits everything.
        everything = f"arn:{world.chains.organization.partition}:iam::aws:policy/AdministratorAccess"
        if entry["on"] == "passed":
            yield world.decide(who, "iam:PassRole", on, owner=owner, said={"iam:PassedToService": service})
        for action in entry["actions"]:
            if action == "sts:AssumeRole":
                continue  # the trust policy that it has written can name it, and then no other policy is needed
            itself = [str(base.arn)] if action in _TRUSTING else [on]
            for resource in self._touched(who.account, action, owner) if service else itself:
                yield world.decide(who, action, resource, owner=owner, said=chosen(action, everything))

    def _touched(self, account: Account | None, action: str, owner: str) -> Sequence[str]:
        region = (account or self.world.chains.organization.management).region
        partition = self.world.chains.organization.partition
        return resources(action, partition=partition, region=region, account_id=owner)

    @cached_property
    def escalating(self) -> Sequence[Step]:
        """The escalations of everybody who acts in an account, and what those whom they change can become."""
        found: list[Step] = []
        waiting = deque(self.world.identities.values())
        seen = {each.name for each in waiting}
        while waiting:
            for step in self.beyond(waiting.popleft()):
                found.append(step)
                if step.target.name not in seen:
                    seen.add(step.target.name)
                    waiting.append(step.target)
        return found

    def beyond(self, who: Identity) -> Iterator[Step]:
        """Escalations, and the roles that somebody assumes with what an escalation gave them."""
        yield from self.escalations(who)
        if who.name in self.world.identities:
            return
        base = self.world.identities[who.name.partition(" (")[0]]
        known = {step.target for step in self.out_of.get(base, ())}
        yield from (replace(step, source=who) for step in self.out_of.get(base, ()))
        for role in self._trusting.get(base, ()):
            if role not in known and role.trust is not None and role.account is not None:
                possible, needs = self._may_assume(who, role, role.trust, self.world.chains.account_id(role.account))
                if possible:
                    yield Step(who, role, "assumes", needs)

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
            steps = [*self.out_of.get(current, ()), *(self.beyond(current) if escalate else ())]
            for step in steps:
                if step.target not in found:
                    found[step.target] = (*found[current], step)
                    waiting.append(step.target)
        return found


_Escalated = tuple[int | None, int | None, Mapping[str, Any], tuple[str, ...]]
"""By the place of somebody among the others, oneself if there is none, and of a group; how; and what has to hold."""
_TRUSTING: Final = frozenset({"iam:UpdateAssumeRolePolicy"})
"""What is done to the role itself, whatever the other calls are done to."""
