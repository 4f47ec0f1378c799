"""What the SCPs above an account deny, as sets of actions, for different callers and regions."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from config.controls.calls import context, principal
from config.controls.chains import FULL_ACCESS, Chains
from config.facts.regions import REGIONS
from config.nodes import Account
from constructs_lib.policies.data import load
from constructs_lib.policies.document import Statement
from constructs_lib.policies.evaluator import Layer, PolicySet, Request, never_bound
from constructs_lib.policies.evaluator.conditions import Condition
from constructs_lib.policies.evaluator.policy import CompiledStatement, compile_document
from estate.controls.actions import ActionSet

FIXED: Final = re.compile(
    r"aws:(?:assumedroot|calledvia\w*|federatedprovider|principal(?:account|arn|isawsservice|org\w+|servicename|type)"
    r"|requestedregion|resource(?:account|org\w+)|source(?:account|arn|org\w+)|username|viaawsservice)"
)
"""Keys that are known, or known to be absent, once caller and region are; all others are left open."""
_ROLE: Final = re.compile(r"arn:[\w*-]+:(?:iam|\*)::[^:]*:role/([\w+=,.@*?/-]+)")


@dataclass(frozen=True)
class Clause:
    """A Deny statement where some account is under it.

    Args:
        policy: The slug of its policy.
        node: Where the policy is attached.
        compiled: The statement.
    """

    policy: str
    node: str
    compiled: CompiledStatement

    @property
    def statement(self) -> Statement:
        """The statement as written."""
        return self.compiled.statement

    def open_conditions(self) -> tuple[Condition, ...]:
        """The conditions on what callers and regions do not tell."""
        return tuple(each for each in self.compiled.conditions if not FIXED.fullmatch(each.lower_key))

    @property
    def is_plain(self) -> bool:
        """Whether it denies its actions whatever the resource, once caller and region are known."""
        return self.statement.resources == ("*",) and not self.open_conditions()


def clauses(levels: Iterable[PolicySet]) -> Iterator[Clause]:
    """The Deny statements of a chain of policies."""
    for level in levels:
        for policy in level.policies:
            if policy is not FULL_ACCESS:
                for compiled in compile_document(policy.document):
                    if compiled.statement.effect == "Deny":
                        yield Clause(policy.name, str(level.node), compiled)


def named_roles(found: Iterable[Clause]) -> set[str]:
    """Roles that statements name, by ARN, one for each pattern."""
    values = (
        value
        for clause in found
        for condition in clause.compiled.conditions
        if condition.lower_key == "aws:principalarn"
        for value in condition.values
    )
    return {re.sub(r"[*?]+", "x", match[1]) for value in values if (match := _ROLE.fullmatch(value))}


@dataclass(frozen=True)
class Reach:
    """A set of actions, by where they are called.

    Args:
        by_region: Actions of regional services, for every region of the partition.
        of_global: Actions of global services, each called in the one region that answers it.
    """

    by_region: Mapping[str, ActionSet]
    of_global: ActionSet

    def __sub__(self, other: "Reach") -> "Reach":
        by_region = {region: found - other.by_region[region] for region, found in self.by_region.items()}
        return Reach(by_region, self.of_global - other.of_global)


class Denied:
    """What is denied in an account: to its own principals by SCPs, or to others on its resources by RCPs.

    Args:
        chains: The organization.
        account: The account.
        layer: Whose denials: those of SCPs, or those of RCPs.
    """

    def __init__(self, chains: Chains, account: Account, layer: Layer = Layer.SCP) -> None:
        self.clauses = tuple(clauses(chains.scps(account) if layer is Layer.SCP else chains.rcps(account)))
        # SCPs bind all but a few calls that need no permission, which would only clutter what is said.
        self._free = ActionSet.of(never_bound(layer)) if layer is Layer.RCP else ActionSet()
        self.lists = chains.lists(account) if layer is Layer.SCP else ()
        self._chains = chains
        self._account = account
        self._unions: dict[tuple[tuple[int, ...], tuple[tuple[Statement, ...], ...]], ActionSet] = {}

    def reach(self, caller: str, said: Mapping[str, str] | None = None) -> Reach:
        """What a caller is denied for certain, whatever the resource.

        Args:
            caller: ``root``, the name of a role, an ARN or a service.
            said: Condition keys of the calls, such as whom a service comes for.
        """
        partition = self._chains.organization.partition
        regional = ~global_actions(partition)
        by_region = {region: self._plainly(caller, region, said) & regional for region in REGIONS[partition]}
        of_global = ActionSet()
        for home in _homes(partition):
            of_global |= self._plainly(caller, home, said) & global_actions(partition, home)
        return Reach(by_region, of_global)

    def _plainly(self, caller: str, region: str, said: Mapping[str, str] | None) -> ActionSet:
        who = principal(self._chains, self._account, caller)
        keys = Request(who, "*", region=region, context=context(self._chains, who, self._account, said)).keys
        applying = tuple(
            index
            for index, clause in enumerate(self.clauses)
            if clause.is_plain and all(condition.holds(keys) for condition in clause.compiled.conditions)
        )
        allowing = tuple(tuple(_allowing(level, keys)) for level in self.lists)
        known = (applying, allowing)
        if known not in self._unions:
            union = ActionSet()
            for index in applying:
                union |= actions_of(self.clauses[index].statement)
            for statements in allowing:
                listed = ActionSet()
                for statement in statements:
                    listed |= actions_of(statement)
                union |= ~listed
            self._unions[known] = union - self._free
        return self._unions[known]


def allowances(levels: Iterable[PolicySet]) -> tuple[frozenset[Statement], ...]:
    """What each level that is a list allows."""
    return tuple(
        frozenset(
            statement
            for policy in level.policies
            for statement in policy.document.statements
            if statement.effect == "Allow"
        )
        for level in levels
    )


def _allowing(level: PolicySet, keys: Mapping[str, Any]) -> Iterator[Statement]:
    """The Allow statements of a level that may allow something, as far as caller and region tell."""
    for policy in level.policies:
        for compiled in compile_document(policy.document):
            if compiled.statement.effect == "Allow" and all(
                condition.holds(keys) for condition in compiled.conditions if FIXED.fullmatch(condition.lower_key)
            ):
                yield compiled.statement


@lru_cache(maxsize=4096)
def actions_of(statement: Statement) -> ActionSet:
    """The actions that a statement is about."""
    return ActionSet.of_statement(statement)


@cache
def _homes(partition: str) -> frozenset[str]:
    return frozenset(load("global_services")["partitions"][partition]["global"].values())


@cache
def global_actions(partition: str, home: str | None = None) -> ActionSet:
    """The actions that only one region answers, of all such regions or one of them."""
    entries = load("global_services")["partitions"][partition]["global"].items()
    return ActionSet.of(
        pattern for pattern, region in entries if home in (None, region) and not pattern.startswith("sts:")
    )
