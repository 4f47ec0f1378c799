"""From somebody to whom they can become: memberships, assignments, roles that they may assume, escalations."""

from collections import deque
from collections.abc import Container, Hashable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from config.nodes import Account
from constructs_lib.policies.evaluator import Layer, PolicySet, Request
from constructs_lib.policies.evaluator.principal import Grant
from stacks.reach.deciding import Answer
from stacks.reach.forms import Asked, Forms
from stacks.reach.identities import VOUCHED, Identity, Kind
from stacks.reach.jewels import jewels
from stacks.reach.outsiders import as_trusted
from stacks.reach.within import Assuming, Within
from stacks.reach.world import World, assume_action, rests_on_unknown


class Step(NamedTuple):
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
_CLOSED: Final = Assuming(possible=False)
_BARRED: Final = Assuming(possible=False, barred=True)


def _is_barred(answer: Answer) -> bool:
    """Whether a no is not their own policies': with others, somebody would get the same answer."""
    decision = answer.decision
    if answer.possible or decision.allowed:
        return False
    layers = {reason.layer for reason in decision.reasons}
    # A statement that denies all but some principals (NotPrincipal) looks at whether somebody has a boundary.
    lasting = {Layer.SCP, Layer.RCP} if decision.is_explicit_deny else {Layer.SCP, Layer.RESOURCE}
    return not layers.isdisjoint(lasting)


class Graph:
    """Who can become whom.

    Args:
        world: The organization.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.forms = Forms(world)
        self._assuming_any: dict[str, bool] = {}
        self._assumed: dict[Hashable, tuple[str, Assuming]] = {}
        self._entered_roles: dict[tuple[str, str], tuple[Asked, tuple[Hashable, ...]]] = {}
        self.jewels = tuple(jewels(world))
        self.within = Within(world, self.forms, self.jewels, self._may_assume)
        self._ways_to: dict[Identity, Mapping[Identity, Way]] = {}
        self._closed_by_own: dict[Identity, list[Identity]] = {}
        """Roles that somebody could assume with other policies of their own."""

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
            found = self._may_assume(who, role, role.trust, owner)
            if found.possible:
                yield Step(who, role, "assumes", found.needs)
            elif not found.barred:
                self._closed_by_own.setdefault(who, []).append(role)

    def _may_assume(self, who: Identity, role: Identity, trust: PolicySet, owner: str) -> Assuming:
        """Whether a trust policy lets somebody in, and what has to hold."""
        if who.kind not in VOUCHED:
            return self._may_come(who, role, trust, owner)
        found = _CLOSED
        for each in as_trusted(who, trust):
            come = self._may_come(each, role, trust, owner)
            if come.possible and (not come.needs or not found.possible):
                found = come
        return found

    def _may_come(self, who: Identity, role: Identity, trust: PolicySet, owner: str) -> Assuming:
        """As `_may_assume`, for one way to come; decided once for all roles of one form."""
        account = role.account
        if account is None:
            return _BARRED
        action, forms = assume_action(who), self.forms
        about, entered = self._entered(role, account, trust, action.lower())
        key = (
            forms.identity(who, account, action.lower(), about),
            (forms.own(who.arn or "", account), who.claims) if who.kind in VOUCHED else None,
            entered,
        )
        if key not in self._assumed:
            self._assumed[key] = owner, self._decided(who, role, trust, owner)
        first, found = self._assumed[key]
        return found._replace(needs=tuple(need.replace(first, owner) for need in found.needs)) if found.needs else found

    def _entered(
        self, role: Identity, account: Account, trust: PolicySet, action: str
    ) -> tuple[Asked, tuple[Hashable, ...]]:
        """What is known of a role that is entered, and all that entering it follows from, but for who does."""
        key = role.name, action
        if key not in self._entered_roles:
            forms, arn = self.forms, str(role.arn)
            about = forms.about(account, arn)
            found = forms.around(account), forms.own(arn, account), forms.policies(trust, account, action, about)
            self._entered_roles[key] = about, found
        return self._entered_roles[key]

    def _decided(self, who: Identity, role: Identity, trust: PolicySet, owner: str) -> Assuming:
        if not self._is_trusted(who, trust):
            return _BARRED
        if not self._could_assume(who, role):
            return _CLOSED
        answer = self.world.decide(who, assume_action(who), str(role.arn), owner=owner, policy=trust)
        return Assuming(answer.possible, answer.needs, _is_barred(answer))

    def _is_trusted(self, who: Identity, trust: PolicySet) -> bool:
        """Whether a trust policy names somebody, if they are of the organization."""
        if who.principal is None or who.account is None or who.unknown:
            return True
        request = Request(who.principal, "sts:AssumeRole")
        allowing = trust.select("sts:assumerole")[1]
        return any(statement.grant(request) is not Grant.NONE for _, statement in allowing)

    def _could_assume(self, who: Identity, role: Identity) -> bool:
        """Whether somebody's own policies can permit it, where they have to: in another account."""
        if who.principal is None or who.account in (None, role.account) or who.unknown or who.kind is Kind.ROOT:
            return True
        if who.name not in self._assuming_any:
            self._assuming_any[who.name] = who.policies.could_allow("sts:assumerole")
        return self._assuming_any[who.name]

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
        for target, how, needs in self.within.steps(who, certain=certain):
            yield Step(who, target, how, needs)

    def leading_to(self, target: Identity, met: Container[Identity]) -> Iterator[Step]:
        """The steps to somebody from those not met yet; of escalations the certain ones: none rests on a text that nobody knows."""
        yield from (step for step in self.into.get(target, ()) if step.source not in met)
        for source, how, needs in self.within.into(target, met):
            yield Step(source, target, how, needs)
        yield from (step for step in self._into_from_changed.get(target, ()) if step.source not in met)

    @cached_property
    def _into_from_changed(self) -> Mapping[Identity, Sequence[Step]]:
        """The roles that those assume whom certain escalations change, as far as it rests on no text that nobody knows."""
        found: dict[Identity, list[Step]] = {}
        assuming = [*self.out_of, *self._closed_by_own]
        homes = {who.account.slug: who.account for who in assuming if who.account is not None}
        for home in homes.values():
            for who in self.within.changed(home):
                for step in self._assumed_by(who):
                    if not rests_on_unknown(who, step.needs):
                        found.setdefault(step.target, []).append(step)
        return found

    def beyond(self, who: Identity) -> Iterator[Step]:
        """Escalations, and the roles that somebody assumes with what an escalation gave them."""
        yield from self.escalations(who)
        if who.name not in self.world.identities:
            yield from self._assumed_by(who)

    def _assumed_by(self, who: Identity) -> Iterator[Step]:
        """The steps of somebody changed but for further escalations: those of whom they were, and more."""
        base = self.world.identities[who.name.partition(" (")[0]]
        yield from (step._replace(source=who) for step in self.out_of.get(base, ()))
        for role in self._closed_by_own.get(base, ()):
            if role.trust is not None and role.account is not None:
                found = self._may_assume(who, role, role.trust, self.world.chains.account_id(role.account))
                if found.possible:
                    yield Step(who, role, "assumes", found.needs)

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
