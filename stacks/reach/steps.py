"""From somebody to whom they can become: memberships, assignments, roles that they may assume, escalations."""

from collections import deque
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from constructs_lib.policies.evaluator import PolicySet, Request
from constructs_lib.policies.evaluator.principal import Grant
from stacks.reach.forms import Forms
from stacks.reach.identities import VOUCHED, Identity, Kind
from stacks.reach.outsiders import as_trusted
from stacks.reach.within import Within
from stacks.reach.world import World, assume_action, rests_on_unknown


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
        self._assuming_any: dict[str, bool] = {}
        self._assumed: dict[Hashable, tuple[str, bool, tuple[str, ...]]] = {}
        self._within = Within(world, self.forms, self._may_assume)
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
        """Whether a trust policy lets somebody in, and what has to hold."""
        found: tuple[bool, tuple[str, ...]] = (False, ())
        for each in as_trusted(who, trust) if who.kind in VOUCHED else (who,):
            possible, needs = self._may_come(each, role, trust, owner)
            if possible and (not needs or not found[0]):
                found = possible, needs
        return found

    def _may_come(self, who: Identity, role: Identity, trust: PolicySet, owner: str) -> tuple[bool, tuple[str, ...]]:
        """As `_may_assume`, for one way to come; decided once for all roles of one form."""
        account = role.account
        if account is None or not self._could_assume(who, role, trust):
            return False, ()
        action, arn, forms = assume_action(who), str(role.arn), self.forms
        named, about = action.lower(), forms.about(account, arn)
        key = (
            forms.identity(who, account, named, about),
            (forms.own(who.arn or "", account), who.claims) if who.kind in VOUCHED else None,
            forms.around(account),
            forms.own(arn, account),
            forms.policies(trust, account, named, about),
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
        if who.account is not role.account and who.kind is not Kind.ROOT:
            if who.name not in self._assuming_any:
                self._assuming_any[who.name] = who.policies.could_allow("sts:assumerole")
            if not self._assuming_any[who.name]:
                return False
        request = Request(who.principal, "sts:AssumeRole")
        allowing = trust.select("sts:assumerole")[1]
        return any(statement.grant(request) is not Grant.NONE for _, statement in allowing)

    @cached_property
    def out_of(self) -> Mapping[Identity, Sequence[Step]]:
        """The steps that begin at each identity, escalations not among them."""
        found: dict[Identity, list[Step]] = {}
        for steps in self.into.values():
            for step in steps:
                found.setdefault(step.source, []).append(step)
        return found

    def escalations(self, who: Identity, *, certain: bool = False) -> Iterator[Step]:
        """What somebody can become by changing or using what the account permits them to (`Within.steps`)."""
        for target, how, needs in self._within.steps(who, certain=certain):
            yield Step(who, target, how, needs)

    @cached_property
    def escalating(self) -> Sequence[Step]:
        """The certain escalations, and what those whom they change can become: no step rests on a text that nobody knows."""
        found: list[Step] = []
        waiting = deque(self.world.identities.values())
        seen = {each.name for each in waiting}
        while waiting:
            for step in self.beyond(waiting.popleft(), certain=True):
                if rests_on_unknown(step.source, step.needs):
                    continue
                found.append(step)
                if step.target.name not in seen:
                    seen.add(step.target.name)
                    waiting.append(step.target)
        return found

    def beyond(self, who: Identity, *, certain: bool = False) -> Iterator[Step]:
        """Escalations, and the roles that somebody assumes with what an escalation gave them."""
        yield from self.escalations(who, certain=certain)
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
