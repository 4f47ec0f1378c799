"""The three questions: who can, what somebody can, and how one gets from here to there."""

import tomllib
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from config.controls.calls import resources
from config.errors import did_you_mean
from config.nodes import Account, Organization
from constructs_lib.policies.evaluator import Layer, PolicySet, Reason
from constructs_lib.policies.names import wildcard
from stacks.reach.deciding import Answer, Verdict
from stacks.reach.identities import ORIGINS, VOUCHED, Identity, Kind
from stacks.reach.outsiders import accounts_named
from stacks.reach.steps import Graph, Way
from stacks.reach.world import World

_OF_MANAGEMENT: Final = ("organizations:", "account:close")
"""What AWS answers in the management account. A delegated administrator may do some of it, if a resource policy says so.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html
"""


@dataclass(frozen=True)
class Can:
    """Somebody who can do what was asked.

    Args:
        account: The account whose resource it is.
        who: The identity that makes the call.
        resource: On what.
        answer: Whether, and on what it depends.
        origins: Who can become it, each by the shortest way; empty if it needs nobody else.
    """

    account: Account
    who: Identity
    resource: str
    answer: Answer
    origins: tuple[tuple[Identity, Way], ...] = ()


@dataclass(frozen=True)
class Stopped:
    """Somebody whose own policies permit it, and what stops them."""

    account: Account
    who: Identity
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Reaching:
    """Somebody who can, and on what it depends."""

    who: Identity
    verdict: Verdict
    needs: tuple[str, ...]


class Questions:
    """Answers questions about an organization.

    Args:
        world: The organization.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.graph = Graph(world)
        self._reaching: dict[Hashable, tuple[str, Sequence[tuple[int, Verdict, tuple[str, ...]]]]] = {}
        self._verdicts: dict[Hashable, tuple[str, Verdict, tuple[str, ...]]] = {}
        self._homes: dict[tuple[int, str], Sequence[Account]] = {}

    @property
    def organization(self) -> Organization:
        """The configuration."""
        return self.world.chains.organization

    def named(self, name: str) -> Identity:
        """Somebody by name.

        Raises:
            ValueError: If there is nobody of that name; the message names the nearest.
        """
        if name in self.world.identities:
            return self.world.identities[name]
        found = [each for each in self.world.identities.values() if name in (each.arn, each.name.partition(":")[2])]
        if len(found) == 1:
            return found[0]
        if found:
            raise ValueError(f"{name!r} is {len(found)} identities: {', '.join(each.name for each in found[:5])}.")
        expected = "role:ACCOUNT/NAME, user:ACCOUNT/NAME, root:ACCOUNT, permission-set:ACCOUNT/NAME, group:NAME, person:NAME, pipeline:SUBJECT, service:NAME, outside:ID, anybody, or an ARN"
        cure = did_you_mean(name, self.world.identities)
        raise ValueError(f"there is no identity {name!r}; expected {expected}. {cure}".rstrip())

    def who(
        self, action: str, resource: str | None = None, account: Account | None = None
    ) -> tuple[list[Can], list[Stopped]]:
        """Who can do something, and whom only a guardrail, boundary or resource policy stops.

        Args:
            action: ``service:Action``.
            resource: An ARN; unless told otherwise, something of the kind in each account.
            account: The account whose resource it is; that of the ARN, else every account, unless told otherwise.
        """
        owner = self.world.chains.account_with_id(self.world.owner_of(resource)) if resource else None
        organization = self.organization
        asked = account or owner
        accounts = [self.answering(action, asked)] if asked else list(organization.accounts.values())
        if self._of_management(action):
            accounts = [organization.management]
        can: list[Can] = []
        stopped: list[Stopped] = []
        for each in accounts:
            for found in self._who_in(each, action, resource):
                if isinstance(found, Can):
                    can.append(found)
                else:
                    stopped.append(found)
        return can, stopped

    def _who_in(self, account: Account, action: str, resource: str | None) -> Iterator[Can | Stopped]:
        for who, on, answer in self.callers(account, action, resource):
            if not answer.possible:
                yield Stopped(account, who, answer.decision.reasons)
                continue
            yield Can(account, who, on, answer, self.origins(who))

    def callers(self, account: Account, action: str, resource: str | None) -> Iterator[tuple[Identity, str, Answer]]:
        """Who makes a call, on what, and with what answer: those who can, and those whose own policies permit it."""
        for who in self._callers(account, resource):
            found = self._call(who, account, action, resource)
            if found is not None:
                yield who, *found

    def _call(self, who: Identity, account: Account, action: str, resource: str | None) -> tuple[str, Answer] | None:
        """A call of somebody, on what, and with what answer; None if their own policies do not permit it."""
        owner = self.world.chains.account_id(account)
        policy = self.world.policy_of(resource) if resource else None
        if (policy is None or who.account is not account) and not _may(who, action):
            return None  # across accounts both sides have to permit it; in one, the resource's policy alone can
        nearly: tuple[str, Answer] | None = None
        for each in [resource] if resource else self._candidates(who, account, action):
            answer = self.world.decide(who, action, each, owner=owner)
            if answer.possible:
                return each, answer
            if _own_policies_allow(answer):
                nearly = nearly or (each, answer)
        return nearly

    def answering(self, action: str, account: Account) -> Account:
        """The account in which AWS answers an action on what is an account's."""
        return self.organization.management if self._of_management(action) else account

    @staticmethod
    def _of_management(action: str) -> bool:
        return action.lower().startswith(_OF_MANAGEMENT)

    def reaching(self, account: Account, action: str, resource: str | None) -> Sequence[Reaching]:
        """Who can do something, as `who` finds them; decided once for all accounts of one form.

        Args:
            account: The account whose resource it is.
            action: ``service:Action``.
            resource: An ARN; None for something of the kind.
        """
        living = self.world.living_in(account)
        if resource is None:
            return self._of(living, account, action, resource)
        policy = self.world.policy_of(resource)
        if policy is not None:
            others = list(self._of(self._homeless, account, action, resource))
            for home in self.homes(action, resource):
                if home is not account:
                    others += self._shared(home, account, action, resource, policy)
            others.sort(key=lambda each: self._places[each.who.name])
            return [*self._of(living, account, action, resource), *others]
        return self._shared(account, account, action, resource, None)

    def homes(self, action: str, resource: str) -> Iterable[Account]:
        """The accounts of which somebody may do something with what has a policy: those whom that names, in any way.

        Args:
            action: ``service:Action``.
            resource: The ARN of what has a policy; its own account is not among them unless it is named.
        """
        accounts = self.organization.accounts.values()
        policy = self.world.policy_of(resource)
        key = id(policy), action  # the world keeps the policies
        if key not in self._homes:
            named = accounts_named(policy.select(action.lower())[1]) if policy else frozenset()
            number = self.world.chains.account_id
            self._homes[key] = tuple(
                each for each in accounts if named is None or number(each) in named or each.slug in self._unknown
            )
        return self._homes[key]

    @cached_property
    def _unknown(self) -> frozenset[str]:
        """The accounts where somebody has a policy whose text nobody knows: it may permit anything."""
        found = (each.account for each in self.world.identities.values() if each.unknown)
        return frozenset(each.slug for each in found if each)

    def _of(self, whom: Iterable[Identity], account: Account, action: str, resource: str | None) -> list[Reaching]:
        found = (self.reaches(each, account, action, resource) for each in whom)
        return [each for each in found if each is not None]

    def _shared(
        self, home: Account, account: Account, action: str, resource: str, policy: PolicySet | None
    ) -> list[Reaching]:
        """Those who live in an account, of those who can; decided once for all accounts of one form."""
        forms, number, named = self.graph.forms, self.world.chains.account_id(home), action.lower()
        about = forms.about(home, resource)
        living = self.world.living_in(home)
        place = (
            "" if home is account else account.slug,
            action,
            forms.own(resource, home),
            policy and forms.policies(policy, home, named, about),
        )
        # Most accounts are of one form for all that is asked; of those that are not, some are for this action.
        key = (forms.of(home, self._harming if named in self._harming else named, about), *place)
        if key not in self._reaching:
            by_itself = (forms.of(home, named, about), *place)
            if by_itself not in self._reaching:
                places = {each: place for place, each in enumerate(living)}
                reaching = self._of(living, account, action, resource)
                self._reaching[by_itself] = number, [(places[each.who], each.verdict, each.needs) for each in reaching]
            self._reaching[key] = self._reaching[by_itself]
        first, found = self._reaching[key]
        return [
            Reaching(living[place], verdict, tuple(need.replace(first, number) for need in needs))
            for place, verdict, needs in found
        ]

    @cached_property
    def _harming(self) -> frozenset[str]:
        """The calls that are asked about in many accounts."""
        return frozenset(each.action.lower() for each in self.graph.jewels)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.world.identities)}

    @cached_property
    def _homeless(self) -> Sequence[Identity]:
        """Those who live in no account, and call by themselves."""
        identities = self.world.identities.values()
        return [
            each
            for each in identities
            if each.account is None and each.principal is not None and each.kind not in VOUCHED
        ]

    def reaches(self, who: Identity, account: Account, action: str, resource: str | None) -> Reaching | None:
        """Whether somebody can do something, and on what it depends; None if they cannot.

        Args:
            who: Somebody; those whom an escalation changes, too.
            account: The account whose resource it is.
            action: ``service:Action``.
            resource: An ARN; None for something of the kind.
        """
        if who.account is not account and (resource is None or self.world.policy_of(resource) is None):
            return None
        verdict, needs = self._verdict(who, account, action, resource)
        return None if verdict is Verdict.NO else Reaching(who, verdict, needs)

    def _verdict(
        self, who: Identity, account: Account, action: str, resource: str | None
    ) -> tuple[Verdict, tuple[str, ...]]:
        """Whether somebody can; decided once for all callers of one form, where they do not share an account with a policy."""
        home = who.account
        policy = self.world.policy_of(resource) if resource else None
        if home is None or resource is None or (home is account and policy is not None):
            return _verdict(self._call(who, account, action, resource))
        if not _may(who, action):
            return Verdict.NO, ()
        forms, number = self.graph.forms, self.world.chains.account_id(home)
        about = forms.about(home, resource)
        key = (
            forms.identity(who, home, action.lower(), about),
            forms.around(home),
            "" if home is account else account.slug,
            action,
            forms.own(resource, home),
            policy and forms.policies(policy, home, action.lower(), about),
        )
        if key not in self._verdicts:
            self._verdicts[key] = number, *_verdict(self._call(who, account, action, resource))
        first, verdict, needs = self._verdicts[key]
        return verdict, tuple(need.replace(first, number) for need in needs)

    def origins(self, who: Identity) -> tuple[tuple[Identity, Way], ...]:
        """Who can become somebody and begins there, each by the shortest way."""
        into = self.graph.into
        return tuple(
            (origin, way)
            for origin, way in self.graph.ways_to(who).items()
            if way and (origin.kind in ORIGINS or origin not in into)
        )

    def _callers(self, account: Account, resource: str | None) -> Iterable[Identity]:
        """Who may reach a resource of an account: who lives there, and whom its policy names."""
        yield from self.world.living_in(account)
        policy = self.world.policy_of(resource) if resource else None
        if policy is None:
            return
        for each in self.world.identities.values():
            if each.principal is not None and each.account is not account and each.kind not in VOUCHED:
                yield each

    def _candidates(self, who: Identity, account: Account, action: str) -> Sequence[str]:
        """Resources that stand for any of the account: one that nobody has named, and those that the policies name."""
        partition = self.organization.partition
        owner = self.world.chains.account_id(account)
        found = list(resources(action, partition=partition, region=account.region, account_id=owner))
        for policy in who.policies.policies:
            for statement in policy.document.statements:
                if statement.effect == "Allow" and any(
                    wildcard(each.lower()).fullmatch(action.lower()) for each in statement.actions
                ):
                    found += [
                        each.replace("*", "any-name")
                        for each in statement.resources
                        if each != "*" and "${" not in each
                    ]
        return list(dict.fromkeys(each for each in found if self.world.owner_of(each) in (None, owner)))

    def of(self, who: Identity) -> dict[str, list[tuple[Account, Identity, Answer]]]:
        """What somebody can do, by themselves or as whom they can become without escalating: kind of action → where, as whom."""
        found: dict[str, list[tuple[Account, Identity, Answer]]] = {}
        for key, entry in matters().items():
            for each in self.graph.ways_from(who, escalate=False):
                account = each.account
                if account is None or each.principal is None:
                    continue
                if entry.get("management") and account is not self.organization.management:
                    continue
                answer = self._any(each, account, entry["actions"])
                if answer is not None:
                    found.setdefault(key, []).append((account, each, answer))
        return found

    def _any(self, who: Identity, account: Account, actions: Sequence[str]) -> Answer | None:
        owner = self.world.chains.account_id(account)
        answers = [
            self.world.decide(who, action, resource, owner=owner)
            for action in actions
            for resource in self._candidates(who, account, action)
        ]
        possible = [each for each in answers if each.possible]
        return min(possible, key=lambda each: len(each.needs), default=None)

    def paths(self, source: Identity, target: Identity | Account) -> list[Way]:
        """The shortest ways from somebody to somebody, or to each identity of an account, escalations included."""
        ways = self.graph.ways_from(source)
        return [
            way
            for identity, way in ways.items()
            if way and (identity == target if isinstance(target, Identity) else identity.account is target)
        ]


def _verdict(call: tuple[str, Answer] | None) -> tuple[Verdict, tuple[str, ...]]:
    return (call[1].verdict, call[1].needs) if call else (Verdict.NO, ())


def _may(who: Identity, action: str) -> bool:
    """Whether somebody's own policies could permit an action on something."""
    if who.kind not in (Kind.ROLE, Kind.USER, Kind.PERMISSION_SET) or who.unknown:
        return True
    return who.policies.could_allow(action.lower())


def _own_policies_allow(answer: Answer) -> bool:
    """Whether it is a guardrail, a boundary or the resource's policy that stops somebody, and not their own policies."""
    return all(reason.layer is not Layer.IDENTITY for reason in answer.decision.reasons)


@cache
def matters() -> Mapping[str, Any]:
    """The kinds of action that matter."""
    return tomllib.loads((Path(__file__).parent / "matters.toml").read_text(encoding="utf-8"))
