"""The proof that guardrails lock nobody out who must get in.

It is complete for Deny statements about what is known: principals, regions, the organization, tags that the stacks give.
A condition on anything else (an instance's type, a network) is taken to be within the caller's power, unless several
statements together leave no value that passes.
"""

import itertools
import math
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from config.capabilities.tiers import tier_of
from config.controls.chains import FULL_ACCESS, Chains
from config.controls.judge import Denial, allows, denials
from config.controls.needs import SETUP_ROLE, Need, Needs, TypesOf, own_keys
from config.model.policy import LockoutCase
from config.nodes import Account
from constructs_lib.policies.evaluator import Layer, PolicySet, Request, unbound
from constructs_lib.policies.evaluator.conditions import Condition

_OPEN: Final = re.compile(
    r"aws:(?:sourceip|sourcevpc\w*|vpc\w+|ec2instancesource\w+|currenttime|epochtime|tokenissuetime|useragent|referer"
    r"|sourceidentity|userid|multifactorauth\w+|chatbotsourcearn)"
)
"""Global keys whose values nobody knows beforehand; all others are given, or known to be absent."""
_NETWORK: Final = re.compile(r"aws:(?:sourceip|sourcevpc\w*|vpc\w+|ec2instancesource\w+)")
_PERSONAL: Final = re.compile(r"\d{12}|principalaccount|resourceaccount|orgpaths", re.IGNORECASE)
_TAGS: Final = re.compile(r"aws:(?:request|resource|principal)tag/|aws:tagkeys", re.IGNORECASE)
_MOST_TRIED: Final = 512


@dataclass(frozen=True)
class Lockout:
    """A policy that keeps somebody from what must stay possible.

    Args:
        case: What is not possible any more.
        role: Who is kept from it.
        policy: The slug of the policy that denies it.
        nodes: Where the policy is attached.
        statement: The statement's name, or its position; None if the policy only allows other things.
        with_policies: Slugs of the other policies that deny it only together with this one.
        networks: The condition keys on which it depends, if it only holds outside some networks.
        accounts: The accounts that are concerned.
        actions: The actions that are denied, with the region that was called.
    """

    case: LockoutCase
    role: str
    policy: str
    nodes: tuple[str, ...]
    statement: str | None
    with_policies: tuple[str, ...]
    networks: tuple[str, ...]
    accounts: tuple[Account, ...]
    actions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Traits:
    """Whether policies look at tags, and at what no other account has."""

    tags: bool
    personal: bool


@dataclass(frozen=True)
class _Hit:
    """A statement that stands in the way of a need, without the account: accounts under the same policies share it."""

    case: LockoutCase
    role: str
    denial: Denial
    with_policies: tuple[str, ...]
    networks: tuple[str, ...]
    action: str
    region: str


@dataclass(frozen=True)
class _Found:
    """What is in the way for an account, and for all others under the same policies."""

    account: Account
    hits: tuple[_Hit, ...]

    def at(self, account: Account) -> Iterator[_Hit]:
        """The same for one of the others: what is attached to that one itself is named there."""
        for hit in self.hits:
            own = hit.denial.node == self.account.selector
            yield replace(hit, denial=replace(hit.denial, node=account.selector)) if own else hit


def prove(chains: Chains, types_of: TypesOf, accounts: Collection[Account] | None = None) -> tuple[Lockout, ...]:
    """Find everybody who is locked out; nobody, if it comes back empty.

    Args:
        chains: The organization.
        types_of: The resource types that an account's stack makes.
        accounts: Those to look at; all by default.
    """
    proof = _Proof(Needs(chains, types_of))
    return _merged(
        (account, hit)
        for account in (chains.organization.accounts.values() if accounts is None else accounts)
        if account is not chains.organization.management  # no guardrail restricts it
        for hit in proof.hits(account)
    )


class _Proof:
    """Finds what is in the way, for accounts under the same policies once."""

    def __init__(self, needs: Needs) -> None:
        self._needs = needs
        self._chains = needs.chains
        self._assumed: dict[tuple[object, ...], _Found] = {}
        self._known_traits: dict[tuple[str | None, int], _Traits | None] = {}
        self._known: dict[tuple[object, ...], _Found] = {}

    def hits(self, account: Account) -> Iterator[_Hit]:
        """Everything that is in the way of what must stay possible for an account."""
        key = self._signature(account)
        if key not in self._known:
            # Nobody deploys what is out of use.
            deployed = self._deployed(account) if account.state is None else ()
            self._known[key] = _Found(account, (*deployed, *self._checked(self._repair(account))))
        yield from self._known[key].at(account)
        if account.state is None:
            yield from self._assuming(account, key).at(account)
        if account.purpose == "terraform":
            yield from self._checked(self._needs.state(account))

    def _assuming(self, account: Account, signature: tuple[object, ...]) -> _Found:
        """What is in the way of whoever deploys: policies above the account, and above where the pipelines come from."""
        organization = self._chains.organization
        tier = tier_of(organization, account).name if organization.ci else None
        key = (signature, account.purpose == "terraform", tier, account.slug if self._callers_are_told_apart else None)
        if key not in self._assumed:
            self._assumed[key] = _Found(account, tuple(self._checked(self._needs.assume(account))))
        return self._assumed[key]

    @cached_property
    def _callers_are_told_apart(self) -> bool:
        """Whether policies above those who assume roles look at what no other account has."""
        organization = self._chains.organization
        homes = organization.with_purpose("terraform") if organization.ci else (organization.management,)
        found = [self._traits(policy_set) for home in homes for policy_set in self._chains.scps(home)]
        return any(traits is not None and traits.personal for traits in found)

    def _deployed(self, account: Account) -> Iterator[_Hit]:
        """What is in the way of deploying. What meets both roles is said of the execution role; its cure names both."""
        met = set()
        for hit in self._checked(self._needs.deploy(account)):
            where = (hit.denial.policy, hit.denial.node, _index(hit.denial), hit.action)
            if hit.role == SETUP_ROLE and where in met:
                continue
            met.add(where)
            yield hit

    def _signature(self, account: Account) -> tuple[object, ...]:
        """What the proof for an account depends on."""
        traits = [(policy_set, self._traits(policy_set)) for policy_set in self._chain(account)]
        own = account.selector
        return (
            # What is attached to many accounts themselves is the same for all of them.
            tuple(
                tuple(policy.name for policy in policy_set.policies) if policy_set.node == own else policy_set.node
                for policy_set, found in traits
                if found is not None
            ),
            account.region,
            account.state,
            self._needs.types_of(account),
            tuple(account.tags.items()) if any(found and found.tags for _, found in traits) else None,
            account.slug if any(found and found.personal for _, found in traits) else None,
        )

    def _chain(self, account: Account) -> tuple[PolicySet, ...]:
        return (*self._chains.scps(account), *self._chains.rcps(account))

    def _traits(self, policy_set: PolicySet) -> _Traits | None:
        """What the policies of a node look at; None if there is but the one that AWS attaches everywhere."""
        key = (policy_set.node, id(policy_set))
        if key not in self._known_traits:
            text = "".join(policy.document.to_json() for policy in policy_set.policies if policy is not FULL_ACCESS)
            found = _Traits(bool(_TAGS.search(text)), bool(_PERSONAL.search(text)))
            self._known_traits[key] = found if text or self._is_list(policy_set) else None
        return self._known_traits[key]

    def _repair(self, account: Account) -> Iterator[Need]:
        """What mending an account takes; the policies of services that nobody may use need no mending."""
        closed = {
            need.request.service: any(not hit.networks for hit in self._in_the_way(need))
            for need in self._needs.uses(account)
        }
        shut = all(closed.values())
        for need in self._needs.repair(account, "recover" if shut else "repair"):
            if shut or need.request.service == "iam" or not closed.get(need.request.service):
                yield need

    def _checked(self, needs: Iterable[Need]) -> Iterator[_Hit]:
        for need in needs:
            yield from self._in_the_way(need)

    def _in_the_way(self, need: Need) -> Iterator[_Hit]:
        request = need.request
        free = unbound(request, self._chains.account_id(self._chains.organization.management))
        scps = self._chains.scps(need.home) if need.home and Layer.SCP not in free else ()
        rcps = self._chains.rcps(need.owner) if need.owner and Layer.RCP not in free else ()
        chain = (*scps, *rcps)
        keys = own_keys(request.action)
        for policy_set in filter(self._is_list, scps):
            if policy_set.policies and not allows(policy_set, request, lambda key: _is_open(key, keys)):
                yield self._hit(need, Denial(policy_set.node, _answering(policy_set), None), (), ())
        found = [
            denial for policy_set in chain for denial in denials(policy_set, request, lambda key: _is_open(key, keys))
        ]
        certain = [denial for denial in found if not denial.depends_on]
        together = tuple(_together(found, request)) if found and not certain else ()
        for denial in certain or together:
            others = tuple(sorted({other.policy for other in together} - {denial.policy}))
            yield self._hit(need, denial, others, ())
        if not certain and not together:
            for denial in found:
                if all(_NETWORK.fullmatch(condition.lower_key) for condition in denial.depends_on):
                    yield self._hit(need, denial, (), tuple(sorted({each.key for each in denial.depends_on})))

    def _is_list(self, policy_set: PolicySet) -> bool:
        return policy_set.node in self._lists

    @cached_property
    def _lists(self) -> frozenset[str]:
        return frozenset(node.selector for node in self._chains.organization.without_full_access)

    @staticmethod
    def _hit(need: Need, denial: Denial, others: tuple[str, ...], networks: tuple[str, ...]) -> _Hit:
        return _Hit(need.case, need.role, denial, others, networks, need.request.action, str(need.request.region))


def _index(denial: Denial) -> int | None:
    return denial.statement.index if denial.statement else None


def _answering(policy_set: PolicySet) -> str:
    """The policy that is to allow what is needed: the first that allows anything, or else denies."""
    allowing = [
        policy.name
        for policy in policy_set.policies
        if any(statement.effect == "Allow" for statement in policy.document.statements)
    ]
    return min(allowing or [policy.name for policy in policy_set.policies])


def _is_open(key: str, own: frozenset[str]) -> bool:
    """Whether a key's value in a request is for the caller to choose, or for nobody to know."""
    if key.startswith("aws:"):
        return bool(_OPEN.fullmatch(key))
    return key in own or any("${" in each and key.startswith(each.partition("${")[0]) for each in own) or "." in key


def _together(found: list[Denial], request: Request) -> Iterator[Denial]:
    """Denials that leave no way out between them, though none denies the request for certain."""
    conditions = [condition for denial in found for condition in denial.depends_on]
    keys = sorted({condition.lower_key for condition in conditions})
    tried = [_candidates([each for each in conditions if each.lower_key == key]) for key in keys]
    if len(found) == 1 or any(_NETWORK.fullmatch(key) for key in keys) or math.prod(map(len, tried)) > _MOST_TRIED:
        return
    needed: set[int] = set()
    for values in itertools.product(*tried):
        context = {**request.keys, **{key: value for key, value in zip(keys, values, strict=True) if value is not None}}
        denying = [
            index
            for index, denial in enumerate(found)
            if all(condition.holds(context) for condition in denial.depends_on)
        ]
        if not denying:
            return
        needed.update(denying)
    yield from (found[index] for index in sorted(needed))


def _candidates(conditions: Iterable[Condition]) -> tuple[str | None, ...]:
    """Values of a key that conditions tell apart: none, those that they name, and others."""
    named = {value for condition in conditions for value in condition.values}
    literal = {re.sub(r"[*?]", "x", value) for value in named}
    other = {
        "x",
        "true",
        "false",
        *(str(int(value) + step) for value in literal if value.isdigit() for step in (-1, 1)),
    }
    return (None, *sorted(literal | other))


def _merged(found: Iterable[tuple[Account, _Hit]]) -> tuple[Lockout, ...]:
    """One lockout for each statement and role, with all accounts and actions."""
    accounts: dict[tuple[object, ...], dict[str, Account]] = {}
    nodes: dict[tuple[object, ...], set[str]] = {}
    actions: dict[tuple[object, ...], set[tuple[str, str]]] = {}
    first: dict[tuple[object, ...], _Hit] = {}
    for account, hit in found:
        key = (hit.case, hit.role, hit.denial.policy, _index(hit.denial), hit.with_policies, hit.networks)
        first.setdefault(key, hit)
        nodes.setdefault(key, set()).add(str(hit.denial.node))
        accounts.setdefault(key, {})[account.slug] = account
        actions.setdefault(key, set()).add((hit.action, hit.region))
    return tuple(
        Lockout(
            hit.case,
            hit.role,
            hit.denial.policy,
            tuple(sorted(nodes[key])),
            (stated.statement.sid or str(stated.index)) if (stated := hit.denial.statement) else None,
            hit.with_policies,
            hit.networks,
            tuple(accounts[key][slug] for slug in sorted(accounts[key])),
            tuple(sorted(actions[key])),
        )
        for key, hit in first.items()
    )
