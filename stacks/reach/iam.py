"""Roles, users and groups of one stack, with their policies.

A group is nobody who acts: what it is given, the users in it are.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups.html
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from config.nodes import Account
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.evaluator import Policy, PolicySet, Principal
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.synthesized import Stack
from stacks.reach.identities import Attached, IamGroup, Identity, Kind
from stacks.reach.texts import is_managed, managed

Block = Mapping[str, Any]


class IamReader:
    """Reads the identities of a stack.

    Args:
        stack: Its Terraform JSON, with known references filled in.
        account: The account that it deploys into.
        account_id: That account's id.
    """

    def __init__(self, stack: Stack, account: Account, account_id: str) -> None:
        self._stack, self._account = stack, account
        self._iam = f"arn:{stack.partition}:iam::{account_id}"
        self._policies = {
            f"{self._iam}:policy{block.get('path') or '/'}{block.get('name')}": block.get("policy")
            for _, block in stack.each("aws_iam_policy")
        }

    def identities(self) -> Iterator[Identity]:
        """All roles and users."""
        for type_, kind in (("aws_iam_role", Kind.ROLE), ("aws_iam_user", Kind.USER)):
            for address, block in self._stack.each(type_):
                yield self._identity(type_, kind, address, block)

    def groups(self) -> Iterator[IamGroup]:
        """All groups."""
        return iter({each.arn: each for each in self._known_groups.values()}.values())

    @cached_property
    def _known_groups(self) -> Mapping[str, IamGroup]:
        """The groups, by what stands for them in other resources."""
        return {
            name: group
            for address, block in self._stack.each("aws_iam_group")
            for group in (self._group(address, block),)
            for name in _names(address, block)
        }

    def _group(self, address: str, block: Block) -> IamGroup:
        name = str(block.get("name"))
        policies, unknown = self._given("aws_iam_group", "group", address, block)
        return IamGroup(
            name, f"{self._iam}:group{block.get('path') or '/'}{name}", PolicySet(tuple(policies)), tuple(unknown)
        )

    def _identity(self, type_: str, kind: Kind, address: str, block: Block) -> Identity:
        name, path = str(block.get("name")), block.get("path") or "/"
        policies, unknown = self._given(type_, kind.value, address, block)
        groups = dict.fromkeys(self._groups_of(address, block) if kind is Kind.USER else ())
        known = [self._known_groups[group] for group in groups if group in self._known_groups]
        for each in known:
            policies += each.policies.policies
            unknown += each.unknown
        unknown += [f"group {group}" for group in groups if group not in self._known_groups]
        boundary = block.get("permissions_boundary")
        bounds, unknown_bounds = self._documents([boundary] if boundary else [])
        trust = self._stack.read(block.get("assume_role_policy"), PolicyKind.TRUST)
        return Identity(
            f"{kind}:{self._account.slug}/{name}",
            kind,
            Principal.of(f"{self._iam}:{kind}{path}{name}"),
            self._account,
            PolicySet(tuple(policies)),
            PolicySet(tuple(bounds)) if bounds else None,
            PolicySet.of(trust, name=f"trust of {name}") if isinstance(trust, PolicyDocument) else None,
            tuple(unknown),
            next(iter(unknown_bounds), None),
            groups=tuple(each.arn for each in known),
        )

    def _given(self, type_: str, argument: str, address: str, block: Block) -> tuple[list[Policy], list[str]]:
        """The policies of a role, user or group, and those whose text is not known."""
        names = _names(address, block)
        arns = list(block.get("managed_policy_arns") or ())
        arns += [each["policy_arn"] for each in self._about(f"{type_}_policy_attachment", argument, names)]
        for _, each in self._stack.each("aws_iam_policy_attachment"):
            if names & set(each.get(f"{argument}s") or ()):
                arns.append(each["policy_arn"])
        policies, unknown = self._documents(arns)
        for each in (*(block.get("inline_policy") or ()), *self._about(f"{type_}_policy", argument, names)):
            self._add(policies, unknown, str(each.get("name")), each.get("policy"))
        return policies, unknown

    def _about(self, type_: str, argument: str, names: set[str]) -> Iterator[Block]:
        return (each for _, each in self._stack.each(type_) if str(each.get(argument)) in names)

    def _groups_of(self, address: str, block: Block) -> Iterator[str]:
        """The names of the groups that a user is in."""
        names = _names(address, block)
        for each in self._about("aws_iam_user_group_membership", "user", names):
            yield from each.get("groups") or ()
        for _, each in self._stack.each("aws_iam_group_membership"):
            if names & set(each.get("users") or ()):
                yield str(each.get("group"))

    def _documents(self, arns: list[str]) -> tuple[list[Policy], list[str]]:
        found: list[Policy] = []
        unknown: list[str] = []
        for arn in arns:
            if is_managed(arn):
                text = managed(arn)
                if text is None:
                    unknown.append(arn)
                else:
                    found.append(Attached(arn.rpartition("/")[2], text, arn))
            else:
                attached: list[Policy] = []
                self._add(attached, unknown, arn, self._policies.get(arn))
                found += [Attached(each.name, each.document, arn) for each in attached]
        return found, unknown

    def _add(self, found: list[Policy], unknown: list[str], name: str, text: Any) -> None:
        document = self._stack.read(text, PolicyKind.IDENTITY)
        if isinstance(document, PolicyDocument):
            found.append(Policy(name.rpartition("/")[2], document))
        else:
            unknown.append(name)


def _names(address: str, block: Block) -> set[str]:
    """What stands for a resource in another one: its name, or a reference that becomes it."""
    return {f"${{{address}.name}}", f"${{{address}.id}}", str(block.get("name"))}
