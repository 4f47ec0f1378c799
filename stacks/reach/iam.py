"""Roles and users of one stack, with their policies."""

from collections.abc import Iterator, Mapping
from typing import Any

from config.nodes import Account
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.evaluator import Policy, PolicySet, Principal
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.synthesized import Stack
from stacks.reach.identities import Attached, Identity, Kind
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

    def _identity(self, type_: str, kind: Kind, address: str, block: Block) -> Identity:
        name, path = str(block.get("name")), block.get("path") or "/"
        arns = list(block.get("managed_policy_arns") or ())
        arns += [each["policy_arn"] for each in self._attached(f"{type_}_policy_attachment", kind, address, block)]
        policies, unknown = self._documents(arns)
        inline = [*(block.get("inline_policy") or ()), *self._attached(f"{type_}_policy", kind, address, block)]
        for each in inline:
            self._add(policies, unknown, str(each.get("name")), each.get("policy"))
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
        )

    def _attached(self, type_: str, kind: Kind, address: str, block: Block) -> list[Block]:
        names = {f"${{{address}.name}}", f"${{{address}.id}}", block.get("name")}
        return [each for _, each in self._stack.each(type_) if each.get(kind.value) in names]

    def _documents(self, arns: list[str]) -> tuple[list[Policy], list[str]]:
        found: list[Policy] = []
        unknown: list[str] = []
        for arn in arns:
            if is_managed(arn):
                text = managed(arn)
                if text is None:
                    unknown.append(arn)
                else:
                    found.append(Policy(arn.rpartition("/")[2], text))
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
