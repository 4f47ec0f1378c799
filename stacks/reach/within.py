"""What the identities of an account make of each other by escalations: found once for all accounts of one form.

Those that an escalation changes are identities too, with names that say how: they escalate further, inside the same account.
"""

from collections import deque
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, NamedTuple

from config.controls.calls import resources
from config.nodes import Account
from constructs_lib.policies.evaluator import PolicySet
from constructs_lib.policies.evaluator.patterns import account_in
from stacks.reach.deciding import Answer
from stacks.reach.escalating import TARGETS, acted_on, catalogue, changed, chosen, may_begin, own_policies
from stacks.reach.forms import Asked, Forms
from stacks.reach.identities import IamGroup, Identity, Kind
from stacks.reach.jewels import Jewel
from stacks.reach.world import World, rests_on_unknown

Needs = tuple[str, ...]
_Found = tuple[int, str, Needs]
_NUMBER: Final = "000000000000"
"""Stands for any account's number."""
_TRUSTING: Final = frozenset({"iam:UpdateAssumeRolePolicy"})
"""What is done to the role itself, whatever the other calls are done to."""


class Assuming(NamedTuple):
    """Whether somebody can assume a role.

    Args:
        possible: Whether they can.
        needs: What has to hold.
        barred: Whether they cannot, whatever their own policies and boundary permit: the trust or a guardrail keeps them out.
    """

    possible: bool
    needs: Needs = ()
    barred: bool = False


MayAssume = Callable[[Identity, Identity, PolicySet, str], Assuming]


@dataclass(frozen=True, eq=False)
class Form:
    """What was found for accounts of a form; identities stand in it by place, those who live there first.

    Args:
        number: The id of the account that it was found for; it can stand in what has to hold.
        changes: Whom the further places are: of which place's somebody, by which escalation, with which group.
        steps: From each place to others, how, and what has to hold.
        certain: Of these the first to each other place that rests on no policy whose text nobody knows.
        reached: The further places to which certain steps lead from those who live there.
        into: The certain steps to each place, each with the place from which it leads.
    """

    number: str
    changes: list[tuple[int, Mapping[str, Any], int | None]] = field(default_factory=list)
    steps: list[list[_Found]] = field(default_factory=list)
    certain: list[list[_Found]] = field(default_factory=list)
    reached: list[int] = field(default_factory=list)
    into: dict[int, list[_Found]] = field(default_factory=dict)

    def follow(self, living: int) -> None:
        """Follow the certain steps of those who live there, so many, and of whom they make."""
        waiting = deque(range(living))
        while waiting:
            source = waiting.popleft()
            for target, how, needs in self.certain[source]:
                if target >= living and target not in self.into:
                    self.reached.append(target)
                    waiting.append(target)
                self.into.setdefault(target, []).append((source, how, needs))


class Within:
    """The escalations of an organization's accounts.

    Args:
        world: The organization.
        forms: The forms of its accounts.
        jewels: What is asked about in each account besides.
        may_assume: Whether a role's trust policy lets somebody in: who, the role, its trust, and the account's id.
    """

    def __init__(self, world: World, forms: Forms, jewels: Sequence[Jewel], may_assume: MayAssume) -> None:
        self._world, self._forms, self._may_assume = world, forms, may_assume
        self._actions = frozenset(map(str.lower, (*_calls(), *(jewel.action for jewel in jewels))))
        self._jewels: dict[str, list[str]] = {}
        for jewel in jewels:
            self._jewels.setdefault(jewel.account.slug, []).append(jewel.resource or "*")
        self._found: dict[Hashable, Form] = {}
        self._decided: dict[tuple[str, ...], Answer] = {}
        self._touched_by_region: dict[str, tuple[str, bool]] = {}
        self._accounts: dict[str, tuple[Form, Sequence[Identity], Mapping[str, int]]] = {}

    def steps(self, who: Identity, *, certain: bool = False) -> Iterator[tuple[Identity, str, Needs]]:
        """Whom somebody can become by changing or using what the account permits them to, how, and what has to hold.

        One of `world.identities`, or somebody changed: unlimited, with every right that guardrails and boundary leave; in one more
        group; without their boundary, or without what their policies deny.

        Args:
            who: Who.
            certain: One step to each other identity is enough, and none that rests on a policy whose text nobody knows.
        """
        if who.principal is None or who.account is None or who.kind is Kind.ROOT:
            return
        form, identities, places = self.of(who.account)
        found = (form.certain if certain else form.steps)[places[who.name]]
        yield from self._in_account(who.account, form, identities, found)

    def into(self, whom: Identity, met: Container[Identity] = ()) -> Iterator[tuple[Identity, str, Needs]]:
        """Who can become somebody by a certain step, as `steps` says, but for those who were met."""
        if whom.principal is None or whom.account is None:
            return
        form, identities, places = self.of(whom.account)
        found = (each for each in form.into.get(places[whom.name], ()) if identities[each[0]] not in met)
        yield from self._in_account(whom.account, form, identities, found)

    def changed(self, account: Account) -> Sequence[Identity]:
        """Whom certain steps make of those who live in an account."""
        form, identities, _ = self.of(account)
        return [identities[place] for place in form.reached]

    def _in_account(
        self, account: Account, form: Form, identities: Sequence[Identity], found: Iterable[_Found]
    ) -> Iterator[tuple[Identity, str, Needs]]:
        number = self._world.chains.account_id(account)
        for place, how, needs in found:
            yield identities[place], how, needs and tuple(need.replace(form.number, number) for need in needs)

    def of(self, account: Account) -> tuple[Form, Sequence[Identity], Mapping[str, int]]:
        """An account's form, and its identities by their places.

        Those at one place in accounts of one form may do the same of what harms their accounts' jewels, too.
        """
        if account.slug not in self._accounts:
            living = list(self._world.living_in(account))
            key = self._key(account, living)
            if key not in self._found:
                self._found[key] = self._find(account, living)
            form = self._found[key]
            groups = self._world.groups.get(account.slug, ())
            for place, entry, group in form.changes:
                target = changed(living[place], entry, None if group is None else groups[group])
                if target is None:
                    raise AssertionError(f"{account.slug} is not of the form that it has.")
                living.append(target)
            self._accounts[account.slug] = form, living, {each.name: place for place, each in enumerate(living)}
        return self._accounts[account.slug]

    def _key(self, account: Account, living: Sequence[Identity]) -> Hashable:
        """All that the escalations of an account follow from, and who harms its jewels, up to its number."""
        asked = [*(str(each.arn) for each in living), *self._jewels.get(account.slug, ())]
        asked += [arn for each in living for arn in own_policies(each)]
        for group in self._world.groups.get(account.slug, ()):
            asked += [group.arn, *own_policies(group)]
        forms, number = self._forms, self._world.chains.account_id(account)
        # What the calls touch is the same in all accounts of a region, up to the number.
        touched, all_own = self._touched_in(account.region)
        about = forms.about(account, *asked)
        about = Asked(
            about.none_by_slug and account.slug not in touched.replace(_NUMBER, number), about.all_own and all_own
        )
        return forms.around(account), forms.contents(account), forms.rights(account, self._actions, about)

    def _touched_in(self, region: str) -> tuple[str, bool]:
        """All ARNs that calls of escalations touch in an account of a region, and whether none is another account's."""
        if region not in self._touched_by_region:
            partition = self._world.chains.organization.partition
            found = [
                arn
                for action in _calls()
                for arn in resources(action, partition=partition, region=region, account_id=_NUMBER)
            ]
            self._touched_by_region[region] = "\n".join(found), all(account_in(arn) in (None, _NUMBER) for arn in found)
        return self._touched_by_region[region]

    def _find(self, account: Account, living: Sequence[Identity]) -> Form:
        form = Form(self._world.chains.account_id(account))
        groups = self._world.groups.get(account.slug, ())
        identities = list(living)
        places = {each.name: place for place, each in enumerate(identities)}
        for who in identities:  # grows while it is gone through
            steps: list[_Found] = []
            certain: dict[int, _Found] = {}
            form.steps.append(steps)
            others = [each for each in living if each.arn != who.arn]
            for base, group, entry, needs in self._escalations(who, others, groups):
                target = changed(base, entry, None if group is None else groups[group]) or base
                if target.name not in places:
                    form.changes.append((places[base.name], entry, group))
                    places[target.name] = len(identities)
                    identities.append(target)
                found = (places[target.name], str(entry["name"]), needs)
                steps.append(found)
                if not rests_on_unknown(who, needs):
                    certain.setdefault(found[0], found)
            form.certain.append(list(certain.values()))
        form.follow(len(living))
        return form

    def _escalations(
        self, who: Identity, others: Sequence[Identity], groups: Sequence[IamGroup]
    ) -> Iterator[tuple[Identity, int | None, Mapping[str, Any], Needs]]:
        """By whom or what somebody escalates: an identity and perhaps a group's place, the entry, and what has to hold."""
        owner = str(who.principal.account) if who.principal else ""
        for entry in catalogue() if who.kind is not Kind.ROOT else ():
            if not may_begin(who, entry):
                continue
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
    ) -> Needs | None:
        """What has to hold so that somebody escalates by somebody or something; None if they cannot."""
        before: Needs = ()
        if entry.get("assumed"):
            found = self._may_assume(who, base, base.trust, owner) if base.trust is not None else None
            if found is None or not found.possible:
                return None
            before = found.needs
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
        service = str(entry.get("service", ""))
        # Whoever may choose what is attached, or the boundary, takes the policy that permits everything.
        everything = f"arn:{self._world.chains.organization.partition}:iam::aws:policy/AdministratorAccess"
        if entry["on"] == "passed":
            yield self._decide(who, "iam:PassRole", on, owner, {"iam:PassedToService": service})
        for action in entry["actions"]:
            if action == "sts:AssumeRole":
                continue  # the trust policy that it has written can name it, and then no other policy is needed
            itself = [str(base.arn)] if action in _TRUSTING else [on]
            for resource in self._touched(who.account, action) if service else itself:
                yield self._decide(who, action, resource, owner, chosen(action, everything))

    def _decide(self, who: Identity, action: str, resource: str, owner: str, said: Mapping[str, str] | None) -> Answer:
        """What becomes of a call; many escalations make the same ones."""
        key = (who.name, action, resource, *(said or {}).values())
        if key not in self._decided:
            self._decided[key] = self._world.decide(who, action, resource, owner=owner, said=said)
        return self._decided[key]

    def _touched(self, account: Account | None, action: str) -> Sequence[str]:
        organization = self._world.chains.organization
        home = account or organization.management
        owner = self._world.chains.account_id(home)
        return resources(action, partition=organization.partition, region=home.region, account_id=owner)


@cache
def _calls() -> Sequence[str]:
    """All calls of all escalations."""
    return sorted({action for entry in catalogue() for action in ("iam:PassRole", *entry["actions"])})
