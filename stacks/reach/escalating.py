"""The published escalations: who may begin one, what its calls are done to, and what it makes of somebody."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.policies.evaluator import Policy, PolicySet
from stacks.reach.identities import Attached, IamGroup, Identity, Kind
from stacks.reach.outsiders import named_in
from stacks.reach.texts import is_managed
from stacks.reach.world import EVERYTHING

_ALL: Final = allow("*", "*")
_JOINED: Final = 2
"""So many groups somebody joins, one by the other; each more would multiply the ways by the groups."""


def may_begin(who: Identity, entry: Mapping[str, Any]) -> bool:
    """Whether some statement takes an escalation's calls in at all: most identities hold none of them."""
    first = ("iam:PassRole", *entry["actions"]) if entry["on"] == "passed" else entry["actions"]
    named = [action.lower() for action in first if action != "sts:AssumeRole"]
    return bool(who.unknown) or all(who.policies.could_allow(action) for action in named)


def chosen(action: str, arn: str) -> Mapping[str, str] | None:
    """The condition key in which a call of IAM's names the policy that it gives somebody."""
    if action.startswith("iam:Attach"):
        return {"iam:PolicyARN": arn}
    return {"iam:PermissionsBoundary": arn} if action.startswith("iam:Put") and action.endswith("Boundary") else None


def own_policies(who: Identity | IamGroup) -> list[str]:
    """The customer-managed policies that somebody or a group has, by ARN."""
    return [each.arn for each in who.policies.policies if isinstance(each, Attached) and not is_managed(each.arn)]


def acted_on(base: Identity, entry: Mapping[str, Any], group: IamGroup | None) -> Sequence[str]:
    """The ARNs of what an escalation's calls to IAM can be done to: one of them is enough."""
    if group is not None:
        return [group.arn]
    match entry.get("to"):
        case "policies":
            return own_policies(base)
        case "groups":
            return base.groups
        case _:
            return [base.arn or "*"]


def _trusting(service: str, others: Sequence[Identity]) -> Iterator[Identity]:
    return (
        each for each in others if each.kind is Kind.ROLE and each.trust is not None and _names(each.trust, service)
    )


def _names(trust: PolicySet, service: str) -> bool:
    return any(service in _services_in(policy.document) for policy in trust.policies)


@lru_cache(maxsize=4096)
def _services_in(trust: PolicyDocument) -> frozenset[str]:
    """The services that a trust policy names."""
    found = (each for each in named_in(PolicySet.of(trust)) if each.kind is Kind.SERVICE)
    return frozenset(each.name.partition(":")[2] for each in found)


def changed(base: Identity, entry: Mapping[str, Any], group: IamGroup | None) -> Identity | None:
    """What an escalation makes of somebody; None if it changes nothing."""
    match entry.get("becomes"):
        case "unlimited" if not is_everything(base.policies):
            return replace(base, name=f"{base.name} (unlimited)", policies=EVERYTHING, unknown=())
        case "unbounded" if base.boundary is not None or base.unknown_boundary:
            return replace(base, name=f"{base.name} (without its boundary)", boundary=None, unknown_boundary=None)
        case "undenied":
            kept = tuple(_allowing(each, entry["of"]) for each in base.policies.policies)
            if kept != base.policies.policies:
                return replace(base, name=f"{base.name} (without {entry['of']} denials)", policies=PolicySet(kept))
        case "member" if group is not None and group.arn not in base.groups and base.name.count(" (in ") < _JOINED:
            policies = PolicySet((*base.policies.policies, *group.policies.policies))
            unknown, groups = (*base.unknown, *group.unknown), (*base.groups, group.arn)
            name = f"{base.name} (in {group.name})"
            return replace(base, name=name, policies=policies, unknown=unknown, groups=groups)
    return None


def is_everything(policies: PolicySet) -> bool:
    """Whether policies permit everything already."""
    statements = [each for policy in policies.policies for each in policy.document.statements]
    return _ALL in statements and all(each.effect == "Allow" for each in statements)


def _allowing(policy: Policy, of: str) -> Policy:
    """A policy of one's own without what it denies, if it is one of those that are taken away."""
    document = policy.document
    allowing = tuple(each for each in document.statements if each.effect == "Allow")
    if (of == "attached") is not isinstance(policy, Attached) or allowing == document.statements:
        return policy
    return replace(policy, document=replace(document, statements=allowing))


_Finder = Callable[[Identity, Sequence[Identity], Mapping[str, Any]], Iterator[Identity]]


def _others(kind: Kind) -> _Finder:
    return lambda _, others, __: (each for each in others if each.kind is kind)


def _oneself(*kinds: Kind) -> _Finder:
    return lambda who, _, __: iter((who,) if who.kind in kinds else ())


def _of_service(_: Identity, others: Sequence[Identity], entry: Mapping[str, Any]) -> Iterator[Identity]:
    return _trusting(entry["service"], others)


TARGETS: Mapping[str, _Finder] = {
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
def catalogue() -> Sequence[Mapping[str, Any]]:
    """All that are known."""
    text = (Path(__file__).parent / "escalations.toml").read_text(encoding="utf-8")
    found: Sequence[Mapping[str, Any]] = tomllib.loads(text)["escalation"]
    return found
