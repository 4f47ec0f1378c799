"""Guardrails that hold for fewer requests or accounts than before, whatever makes it so.

A changed document, an attachment that goes, an account or OU that moves, an exemption that is added: what counts is what
an account is denied before and after, and so a policy that is split in two, or attached one level up, passes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from constructs_lib.policies.attachments import FULL_ACCESS_ID
from constructs_lib.policies.document import PolicyDocument, PolicyFormatError
from constructs_lib.policies.evaluator import Policy, PolicySet
from estate.guard.plan import Action
from estate.guard.probes import FULL, widening_of_chain
from estate.guard.tree import NODES, ROOT, Attached, Side
from estate.guard.values import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from estate.guard.plan import Change, Plan
    from estate.guard.rule import Rule

_LAYERS: Final = {"SERVICE_CONTROL_POLICY": "scp", "RESOURCE_CONTROL_POLICY": "rcp"}
_TYPES: Final = ("aws_organizations_policy", "aws_organizations_policy_attachment", *NODES)
_QUIET: Final = (Action.NONE, Action.READ)
_EMPTY: Final = PolicyDocument(())
Level = tuple[str, tuple[Attached, ...]]
Found = tuple[str, str]
"""The address of what weakens, and a sentence about it."""


def weakened_guardrails(plan: Plan, rule: Rule) -> Iterator[Found]:
    """What weakens guardrails.

    Args:
        plan: The plan of the organization's stack.
        rule: The rule, with the orders of settings.
    """
    if not any(change.type in _TYPES and change.action not in _QUIET for change in plan.changes):
        return
    before, after = Side(plan, after=False), Side(plan, after=True)
    nodes = dict.fromkeys([*before.parents, *before.attached, ROOT])
    seen: set[tuple[Any, ...]] = set()
    found: dict[str, str] = {}
    for node in nodes:
        if node in before.parents and node not in after.parents:
            continue  # a node that goes is another rule's
        levels = tuple(
            tuple((each, side.attached.get(each, ())) for each in side.chain(node)) for side in (before, after)
        )
        moved = [each for each in before.chain(node) if before.parents.get(each) != after.parents.get(each)]
        same = _without_names(levels[0]), _without_names(levels[1]), *moved
        if same in seen:
            continue
        seen.add(same)
        for address, what in _Chains(plan, before, after, levels[0], levels[1], rule).weakened():
            found.setdefault(address, what)
    yield from found.items()


def _without_names(levels: Sequence[Level]) -> tuple[Level, ...]:
    """Levels without the names of nodes to which nothing is attached: most accounts."""
    return tuple(level for level in levels if level[1])


class _Chains:
    """The policies above one node, before and after."""

    def __init__(
        self,
        plan: Plan,
        before: Side,
        after: Side,
        old: Sequence[Level],
        new: Sequence[Level],
        rule: Rule,
    ) -> None:
        self._plan, self._before, self._after = plan, before, after
        self._old, self._new, self._rule = old, new, rule
        self._changes: Mapping[str, Change] = {change.address: change for change in plan.changes}

    def weakened(self) -> Iterator[Found]:
        types = {self._before.type(each.policy) for _, level in self._old for each in level}
        for type_ in sorted(filter(None, types)):
            layer = _LAYERS.get(type_)
            yield from self._statements(layer, type_) if layer else self._settings(type_)
        if None in types:
            yield from self._unknown()

    def _statements(self, layer: str, type_: str) -> Iterator[Found]:
        """Policies with statements: a request that they denied."""
        tried: set[str] = set()
        while True:
            old = self._sets(self._before, self._old, type_, tried)
            new = self._sets(self._after, self._new, type_, tried)
            found = widening_of_chain(layer, *self._with_full_access(old, new))
            if found is None:
                return
            policy, node = found.policy or "", found.node or ""
            address, how = self._culprit(policy, node, type_)
            yield address, f"{how}: {found}."
            if not policy or policy in tried:
                return
            tried.add(policy)

    def _sets(self, side: Side, levels: Sequence[Level], type_: str, without: set[str]) -> list[PolicySet]:
        return [
            PolicySet(
                tuple(
                    Policy(each.policy, _document(side.content(each.policy)))
                    for each in level
                    if side.type(each.policy) == type_ and each.policy not in without
                ),
                node,
            )
            for node, level in levels
        ]

    @staticmethod
    def _with_full_access(
        old: list[PolicySet], new: list[PolicySet]
    ) -> tuple[tuple[PolicySet, ...], tuple[PolicySet, ...]]:
        """Levels with AWS's own policy, wherever no list of what is allowed stands in its place.

        A list counts only where FullAWSAccess is detached, which no plan shows: so a list is taken as if it counted, and
        where one is new or goes, the node stays as it was.
        """
        full = Policy(FULL_ACCESS_ID, FULL)
        lists = {level.node for level in old if _allows(level)}
        before = tuple(
            level if level.node in lists else PolicySet((*level.policies, full), level.node) for level in old
        )
        after = tuple(level if level.node in lists else PolicySet((*level.policies, full), level.node) for level in new)
        return before, after

    def _culprit(self, policy: str, node: str, type_: str) -> Found:
        """The address to name, and what happens there."""
        change = self._changes.get(policy)
        still = any(each.policy == policy for _, level in self._new for each in level)
        if change is not None and still:
            if self._after.content(policy) is None:
                return policy, "What the guardrail says is known only after the apply, and may allow"
            return policy, "The guardrail allows what it denied"
        for where, level in self._old:
            for each in level:
                if each.policy == policy and node in (where, ""):
                    attachment = self._changes[each.attachment]
                    if attachment.action.destroys:
                        name = attachment.before.get("policy_id")
                        return each.attachment, (
                            f"The policy {name} is detached from {attachment.before.get('target_id')}, which allows"
                        )
        for where in reversed([where for where, _ in self._old]):
            if self._before.parents.get(where) != self._after.parents.get(where):
                return where, "It moves from under a guardrail, which allows"
        if change is not None and change.action.destroys:
            return policy, "The guardrail is deleted or made anew, which allows"
        return policy or type_, "The guardrails allow what they denied"

    def _settings(self, type_: str) -> Iterator[Found]:
        """Policies of settings: one that is not said any more, or says less."""
        kept = [
            leaf
            for _, level in self._new
            for each in level
            if self._after.type(each.policy) == type_
            for leaf in _leaves(self._after.content(each.policy))
        ]
        for node, level in self._old:
            for each in level:
                if self._before.type(each.policy) != type_:
                    continue
                for path, value in _leaves(self._before.content(each.policy)):
                    if not any(path == other and self._as_strong(path, value, given) for other, given in kept):
                        address, how = self._culprit(each.policy, node, type_)
                        sentence = how.replace("allows what it denied", "says less").removesuffix(", which allows")
                        yield address, f"{sentence.removesuffix(', and may allow')}: {path} was {shown(value)}."
                        break
                gained = [
                    shown(given)
                    for path, given in _leaves(self._after.content(each.policy))
                    if path.endswith(".tag_value") and (path, given) not in _leaves(self._before.content(each.policy))
                ]
                if gained:
                    yield each.policy, f"The guardrail allows more values of a tag: {', '.join(gained)}."

    def _as_strong(self, path: str, value: Any, given: Any) -> bool:
        """Whether a setting is what it was, or stronger."""
        if value == given:
            return True
        for pattern, order in self._rule.orders.items():
            if fnmatchcase(path, pattern) and value in order and given in order:
                return order.index(given) <= order.index(value)
        return False

    def _unknown(self) -> Iterator[Found]:
        """Policies of which the plan has no document: attached as before, or not."""
        kept = {(node, each.policy) for node, level in self._new for each in level}
        for node, level in self._old:
            for each in level:
                if self._before.type(each.policy) is None and (node, each.policy) not in kept:
                    still_above = any(each.policy == policy for _, policy in kept)
                    if not still_above:
                        address, how = self._culprit(each.policy, node, "")
                        yield address, f"{how.removesuffix(', which allows')}."


def _allows(level: PolicySet) -> bool:
    return any(statement.effect == "Allow" for policy in level.policies for statement in policy.document.statements)


@lru_cache(maxsize=4096)
def _document(text: str | None) -> PolicyDocument:
    """A policy; one that nobody can read, or that is not known yet, denies nothing for certain."""
    if text is None:
        return _EMPTY
    try:
        return PolicyDocument.from_json(text)
    except PolicyFormatError:
        return _EMPTY


@lru_cache(maxsize=1024)
def _leaves(text: str | None) -> tuple[tuple[str, Any], ...]:
    """The settings of a policy: dotted path to each value."""
    try:
        content = json.loads(text or "{}")
    except ValueError:
        return ()
    return tuple(_walk(content, ""))


def _walk(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, each in sorted(value.items()):
            # How a value is combined with others is not a part of its name, but for what children may do.
            inner = path if key in ("@@assign", "@@append") else f"{path}.{key}".lstrip(".")
            yield from _walk(each, inner)
    elif isinstance(value, list):
        for each in value:
            yield from _walk(each, path)
    else:
        yield path, value
