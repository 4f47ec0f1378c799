"""What Terraform needs for a stack, action by action: on which resources, under which conditions, and why if on all.

The execution role of a stack is permitted the actions of its resource types (`constructs_lib.ci.permissions`) by the names in
its JSON (`constructs_lib.ci.naming`). What the stack keeps from its own pipeline, its deployment rights and the resources
that it protects for others, is read and not written.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from constructs_lib.ci.naming import Named, StackNames, is_tagged, kind_of
from constructs_lib.ci.permissions import Permissions
from constructs_lib.policies import names
from constructs_lib.policies.document import Statement, allow
from constructs_lib.policies.evaluator.patterns import arn_parts, compiled
from constructs_lib.policies.partitions import passed_to

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

READ: Final = ("Read", "List")
_BOUNDARY: Final = "iam:PermissionsBoundary"
BOUNDED: Final = (
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateRole",
    "iam:CreateUser",
    "iam:DeleteRolePolicy",
    "iam:DeleteUserPolicy",
    "iam:DetachRolePolicy",
    "iam:DetachUserPolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:PutUserPermissionsBoundary",
    "iam:PutUserPolicy",
)
"""The actions for which AWS says by which boundary the identity is (or becomes) bounded, but for taking it off.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#available-keys-for-iam
"""
# Nobody on the ordinary route takes a boundary away.
_NEVER: Final = frozenset({"iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary"})
_ATTACHES: Final = frozenset({"iam:AttachRolePolicy", "iam:AttachUserPolicy"})

_OF_TAGS: Final = (":ListTagsForResource", ":TagResource", ":UntagResource")
_TAGS: Final = "ec2:CreateTags"
_UNTAGS: Final = "ec2:DeleteTags"
_ON_RESOURCE: Final = "aws:resourcetag/${tagkey}"

NO_RESOURCES: Final = "AWS knows no resources for this action."
CHOSEN_BY_AWS: Final = "AWS chooses the id, so no policy can name it before it is made."
TOUCHES_OTHERS: Final = "AWS chooses the id, and the action touches what may be another stack's or account's, too."
Conditions = tuple[tuple[str, str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Right:
    """An action on some resources.

    Args:
        action: ``service:Action``.
        resources: ARNs, or ``*`` alone.
        types: The resource types of the stack that need it.
        conditions: Operator, key and values of what has to hold.
        reason: Why it is on ``*``; empty if it is not.
    """

    action: str
    resources: tuple[str, ...]
    types: tuple[str, ...]
    conditions: Conditions = ()
    reason: str = ""


@dataclass(frozen=True)
class Stack:
    """What a stack's rights are made from.

    Args:
        name: The stack's name, the value of its resources' tag ``stack``.
        names: The names in its JSON.
        types: The types that are permitted: the stack's own, and those that it shares a template with.
        boundary: The ARN of the policy that has to bound every role and user.
        kept: Whether the resource at an address is kept from the stack's own pipeline.
        account_id: The account.
        partition: Its partition.
        listed: Actions of types that the library does not list, by type.
        tagged: Whether everything carries the tag ``stack``.
        prefix: How the names of resources begin that are not in the JSON: the stack's name and a hyphen unless said.
        hidden: Whether the stack has resources that its JSON does not tell, since they are a Terraform module's: then their
            types are permitted whatever they are called, but for IAM's, whose names have to begin with `prefix`.
        narrower: ARNs of policies that may bound a role in place of `boundary`: they permit no more.
    """

    name: str
    names: StackNames
    types: Collection[str]
    boundary: str
    kept: Callable[[str], bool]
    account_id: str
    partition: str = "aws"
    listed: Mapping[str, Collection[str]] = field(default_factory=dict)
    tagged: bool = True
    prefix: str = ""
    hidden: bool = False
    narrower: tuple[str, ...] = ()
    _by_type: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list), init=False, compare=False)

    def __post_init__(self) -> None:
        """Sort the resources by type."""
        for found in self.names.each():
            self._by_type[found.type].append(found)

    def of_type(self, type_: str, *, reading: bool) -> list[Named]:
        """The stack's resources of a type that may be read, or written."""
        return [found for found in self._by_type.get(type_, ()) if reading or not self.kept(found.address)]

    def has(self, type_: str) -> bool:
        """Whether the stack has anything of a type."""
        return type_ in self._by_type

    def free(self, type_: str) -> tuple[str, ...]:
        """The ARNs of a type that the ordinary route may write."""
        own = _arns(self.of_type(type_, reading=False))
        return (*own, *self.unseen(type_)) if self.hidden and type_ in self.types else own

    def unseen(self, type_: str) -> tuple[str, ...]:
        """The ARNs that resources of a type may have which the JSON does not tell."""
        named = type_.startswith("aws_iam_") or not self.hidden
        return self.names.beginning_with(type_, (self.prefix or f"{self.name}-") if named else "")


def rights(stack: Stack) -> tuple[Right, ...]:
    """What the execution role of a stack is permitted, each action as narrowly as IAM and the JSON allow."""
    found: dict[tuple[str, Conditions], list[Right]] = defaultdict(list)
    for type_ in sorted(stack.types):
        needs = Permissions.of([type_], listed=stack.listed)
        for action in sorted(needs.actions - _NEVER):
            right = _right(stack, type_, action, needs.linked)
            if right is not None:
                found[right.action, right.conditions].append(right)
    return tuple(_without_superseded([_merged(some) for some in found.values()]))


def statements(found: Iterable[Right]) -> Iterator[Statement]:
    """Rights as statements: one for all actions on the same resources.

    Args:
        found: The rights of a stack, or some of them.
    """
    groups: dict[tuple[tuple[str, ...], Conditions], list[str]] = defaultdict(list)
    for right in found:
        groups[right.resources, right.conditions].append(right.action)
    for (resources, conditions), actions in sorted(groups.items()):
        yield allow(sorted(actions), resources, conditions=_as_mapping(conditions))


def handed(stack: Stack) -> Iterator[Statement]:
    """What a stack's types need beside actions on them: handing its roles to services, and AWS's own roles for services."""
    needs = Permissions.of(stack.types, listed=stack.listed)
    roles = f"arn:{stack.partition}:iam::{stack.account_id}:role/aws-service-role/"
    passed = (*stack.free("aws_iam_role"), f"{roles}*")
    if needs.passes:
        yield allow(
            "iam:PassRole",
            passed,
            conditions={"StringEquals": {"iam:PassedToService": passed_to(needs.passes, stack.partition)}},
        )
    if needs.linked:
        yield allow(
            "iam:CreateServiceLinkedRole",
            f"{roles}*",
            conditions={"StringEquals": {"iam:AWSServiceName": needs.linked}},
        )


def is_read(action: str) -> bool:
    """Whether an action only reads, as AWS's reference classes it."""
    return _details(action)["accessLevel"] in READ


def _right(stack: Stack, type_: str, action: str, services: Iterable[str]) -> Right | None:
    """A right of a type; `services` are those that AWS makes roles of its own for on the way."""
    reading = is_read(action)
    mine = stack.of_type(type_, reading=reading)
    if stack.has(type_) and not mine:
        return None  # everything of the type is kept
    kinds = [names.resource_arn(_service(action), kind["name"]) for kind in _details(action)["resourceTypes"]]
    if not any(kinds):
        return Right(action, ("*",), (type_,), _tag(stack, type_, action), NO_RESOURCES)
    linked = tuple(
        f"arn:{stack.partition}:iam::{stack.account_id}:role/aws-service-role/{service}/*" for service in services
    )
    own = _arns(mine) if stack.has(type_) else ()
    arns = (*own, *(stack.unseen(type_) if stack.hidden or not stack.has(type_) else ()), *linked)
    named = tuple(arn for arn in arns if any(_is_of(arn, kind) for kind in kinds if kind))
    if not named:
        if not (stack.has(type_) or stack.hidden or type_.startswith("data.")):
            return None  # of the template, and nothing of it is here
        conditions = _tag(stack, type_, action)
        others = kind_of(type_) and not (conditions or reading or action.startswith("ec2:Create"))
        return Right(action, ("*",), (type_,), conditions, TOUCHES_OTHERS if others else CHOSEN_BY_AWS)
    # Roles of AWS's own have no boundary; what is in them is changed by their service, on behalf of whoever asks it.
    conditions = () if set(named) <= set(linked) else _iam_conditions(stack, action)
    return Right(action, (*named, *_others(stack, action, named)), (type_,), conditions)


def _others(stack: Stack, action: str, named: Iterable[str]) -> Iterator[str]:
    """What an action needs beside what is named, such as the key of an alias: anything of that kind in the account."""
    if action.endswith(_OF_TAGS):
        return  # tags are of one thing, though AWS's reference requires each kind that can have some
    for kind in _details(action)["resourceTypes"]:
        form = names.resource_arn(_service(action), kind["name"])
        if kind["required"] and form and not any(_is_of(arn, form) for arn in named):
            yield _in_account(form, stack)


def _iam_conditions(stack: Stack, action: str) -> Conditions:
    found: list[tuple[str, str, tuple[str, ...]]] = []
    if action in BOUNDED:
        found.append(("StringEquals", _BOUNDARY, (stack.boundary, *stack.narrower)))
    if action in _ATTACHES:
        kept = {arn for type_ in ("aws_iam_policy",) for one in stack.of_type(type_, reading=True) for arn in one.arns}
        kept -= set(stack.free("aws_iam_policy"))
        found.append(("ArnEquals", "iam:PolicyARN", tuple(arn for arn in stack.names.policy_arns() if arn not in kept)))
    return tuple(condition for condition in found if condition[2])


def _tag(stack: Stack, type_: str, action: str) -> Conditions:
    """The stack's tag as a condition, where the service knows what it acts on by tags."""
    if not stack.tagged or is_read(action):
        return ()
    kind = kind_of(type_)
    if kind is not None and _service(action) == "ec2":
        return _not_another_stacks(stack, type_, kind, action)
    return _own(stack, action) if is_tagged(type_) else ()


def _own(stack: Stack, action: str) -> Conditions:
    """For what has the stack's tag from the start."""
    keys = set(_details(action)["conditionKeys"])
    for kind in _details(action)["resourceTypes"]:
        keys |= set(kind["conditionKeys"])
        keys |= {key for key in names.resource_condition_keys(_service(action), kind["name"]) if "resourcetag" in key}
    lower = {key.lower() for key in keys}
    creates = "aws:requesttag/${tagkey}" in lower and action.partition(":")[2].startswith("Create")
    if not creates and _ON_RESOURCE not in lower:
        return ()
    return (("StringEquals", f"aws:{'Request' if creates else 'Resource'}Tag/stack", (stack.name,)),)


def _not_another_stacks(stack: Stack, type_: str, kind: str, action: str) -> Conditions:
    """For what may be without a tag yet, a default or something taken over: not what has another stack's.

    Only for actions that touch nothing else: a subnet's VPC, a pool or a transit gateway may be another stack's or account's.
    """
    on_resource = ("StringEqualsIfExists", "aws:ResourceTag/stack", (stack.name,))
    if action == _UNTAGS:
        return (on_resource,)
    if action == _TAGS:
        return (on_resource, ("StringEqualsIfExists", "aws:RequestTag/stack", (stack.name,)))
    touched = {
        found["name"]
        for found in _details(action)["resourceTypes"]
        if _ON_RESOURCE in {key.lower() for key in found["conditionKeys"]}
    }
    return (on_resource,) if touched == {kind} and stack.names.within(type_, hidden=stack.hidden) else ()


def _merged(some: list[Right]) -> Right:
    types = tuple(sorted({type_ for right in some for type_ in right.types}))
    resources = tuple(sorted({arn for right in some for arn in right.resources}))
    reason = next((right.reason for right in some if right.reason), "")
    return Right(some[0].action, ("*",) if "*" in resources else resources, types, some[0].conditions, reason)


def _without_superseded(found: Iterable[Right]) -> Iterator[Right]:
    """Leave out what another type is permitted on everything, unconditionally."""
    every = list(found)
    everything = {right.action for right in every if right.resources == ("*",) and not right.conditions}
    for right in every:
        if right.action not in everything or (right.resources == ("*",) and not right.conditions):
            yield right


def _arns(found: Iterable[Named]) -> tuple[str, ...]:
    return tuple(sorted({arn for one in found for arn in one.arns}))


def _service(action: str) -> str:
    return action.partition(":")[0]


def _details(action: str) -> Mapping[str, Any]:
    service, _, name = action.partition(":")
    return names.action_details(service, name)


@cache
def _pattern(form: str) -> str:
    """An ARN's form as a pattern: anything where it varies."""
    text, depth = [], 0
    for part in form.replace("${", "\0").replace("}", "\1"):
        if part == "\0":
            depth += 1
            text.append("*")
        elif part == "\1":
            depth -= 1
        elif not depth:
            text.append(part)
    return "".join(text)


@cache
def _is_of(arn: str, form: str) -> bool:
    # What stands for an account in an ARN of ours may be an expression, which has colons of its own nowhere.
    return _form(form).fullmatch(arn) is not None


@cache
def _form(form: str) -> re.Pattern[str]:
    return compiled(arn_parts((_pattern(form),)))


def _in_account(form: str, stack: Stack) -> str:
    filled = form.replace("${Account}", stack.account_id).replace("${Partition}", stack.partition)
    if stack.account_id not in form and "${" in stack.account_id:
        head, _, tail = filled.partition(stack.account_id)
        return f"{_pattern(head)}{stack.account_id}{_pattern(tail)}" if tail else _pattern(filled)
    return _pattern(filled)


def _as_mapping(conditions: Conditions) -> dict[str, dict[str, tuple[str, ...]]] | None:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for operator, key, values in conditions:
        found.setdefault(operator, {})[key] = values
    return found or None
