"""Where policies stand in the Terraform JSON of a stack, whoever wrote the constructs.

Source: https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from constructs_lib.policies.copies import parsed
from constructs_lib.policies.document import PolicyDocument, PolicyFormatError, Statement
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.management import ManagementPolicy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Block = dict[str, Any]


@dataclass(frozen=True)
class _Argument:
    """An argument that holds a policy.

    Args:
        name: The argument.
        kind: The kind of policy.
        limit: Its largest size, where the service sets its own.
        open: Whether everybody as principal is nothing unusual there.
    """

    name: str
    kind: PolicyKind = PolicyKind.RESOURCE
    limit: int | None = None
    open: bool = False


_KIB = 1024
ARGUMENTS: Mapping[str, _Argument] = {
    "aws_backup_vault_policy": _Argument("policy"),
    "aws_cloudwatch_event_bus_policy": _Argument("policy", limit=10 * _KIB),
    "aws_cloudwatch_log_resource_policy": _Argument("policy_document", limit=5 * _KIB),
    "aws_dynamodb_resource_policy": _Argument("policy", limit=20 * _KIB),
    "aws_ecr_repository_policy": _Argument("policy", limit=10 * _KIB),
    "aws_efs_file_system_policy": _Argument("policy", limit=20_000),
    "aws_iam_group_policy": _Argument("policy", PolicyKind.INLINE, limit=5 * _KIB),
    "aws_iam_policy": _Argument("policy", PolicyKind.IDENTITY),
    "aws_iam_role": _Argument("assume_role_policy", PolicyKind.TRUST),
    "aws_iam_role_policy": _Argument("policy", PolicyKind.INLINE),
    "aws_iam_user_policy": _Argument("policy", PolicyKind.INLINE, limit=2 * _KIB),
    "aws_kms_key": _Argument("policy", limit=32 * _KIB),
    "aws_kms_key_policy": _Argument("policy", limit=32 * _KIB),
    "aws_organizations_resource_policy": _Argument("content", limit=40_000),
    "aws_s3_bucket_policy": _Argument("policy", limit=20 * _KIB),
    "aws_secretsmanager_secret": _Argument("policy", limit=20 * _KIB),
    "aws_secretsmanager_secret_policy": _Argument("policy", limit=20 * _KIB),
    "aws_sns_topic": _Argument("policy", limit=30 * _KIB),
    "aws_sns_topic_policy": _Argument("policy", limit=30 * _KIB),
    "aws_sqs_queue": _Argument("policy", limit=20 * _KIB),
    "aws_sqs_queue_policy": _Argument("policy", limit=20 * _KIB),
    "aws_ssoadmin_permission_set_inline_policy": _Argument("inline_policy", PolicyKind.INLINE, limit=32 * _KIB),
    "aws_vpc_endpoint": _Argument("policy", limit=20 * _KIB, open=True),
    "aws_vpc_endpoint_policy": _Argument("policy", limit=20 * _KIB, open=True),
}
"""Resource type to the argument that holds its policy."""
ORGANIZATION_KINDS = {kind.terraform_type: kind for kind in PolicyKind if kind.terraform_type}
_REFERENCE = re.compile(r"\$\{(data\.)?(aws_\w+)\.([\w-]+)\.([\w.\[\]]+)\}")

_EXPRESSION = re.compile(r"(?<!\$)\$\{[^{}]*\}")


@dataclass(frozen=True)
class Site:
    """A policy in a stack.

    Args:
        address: The resource's address.
        argument: What is known of the argument it stands in.
        document: The policy, or what is wrong with it as JSON.
    """

    address: str
    argument: _Argument
    document: PolicyDocument | ManagementPolicy | PolicyFormatError


class Stack:
    """The Terraform JSON of one stack.

    Args:
        name: The stack's name.
        config: The content of its ``cdk.tf.json``.
    """

    def __init__(self, name: str, config: Block) -> None:
        self.name = name
        self.resources: dict[str, dict[str, Block]] = config.get("resource", {})
        self._data: dict[str, dict[str, Block]] = config.get("data", {})
        self._of_roles: dict[str, dict[str, list[Block]]] = {}
        self._providers: list[Block] = config.get("provider", {}).get("aws") or [{}]
        self._provider = self._providers[0]

    @cached_property
    def account(self) -> str | None:
        """The id of the account that the stack deploys into, if the provider says so."""
        ids = self._provider.get("allowed_account_ids") or [None]
        return ids[0] if len(ids) == 1 and isinstance(ids[0], str) and ids[0].isdigit() else None

    @cached_property
    def partition(self) -> str:
        """The partition of the provider's region."""
        region = str(self._provider.get("region", ""))
        return {"us-gov": "aws-us-gov", "cn-nor": "aws-cn"}.get(region[:6], "aws")

    def enters(self, block: Block) -> str:
        """The account that a resource is made in, as far as its provider tells accounts apart: an id, or a text that names the role."""
        alias = str(block.get("provider", "")).removeprefix("aws.")
        provider = next((each for each in self._providers if each.get("alias", "") == alias), self._provider)
        return str(provider.get("allowed_account_ids") or provider.get("assume_role") or "")

    def each(self, type_: str) -> Iterator[tuple[str, Block]]:
        """All resources of a type, with their addresses."""
        for name, block in self.resources.get(type_, {}).items():
            yield f"{type_}.{name}", block

    def looked_up(self, type_: str) -> Iterator[tuple[str, Block]]:
        """All data sources of a type, with their addresses without ``data.``."""
        for name, block in self._data.get(type_, {}).items():
            yield f"{type_}.{name}", block

    def of_role(self, type_: str, address: str, role: Block) -> list[Block]:
        """All resources of a type whose argument `role` is this role: by reference or by name."""
        names = (f"${{{address}.name}}", f"${{{address}.id}}", role.get("name"))
        return [block for name in names if name for block in self._by_role(type_).get(name, ())]

    def _by_role(self, type_: str) -> dict[str, list[Block]]:
        if type_ not in self._of_roles:  # asked for every role of the stack
            found = self._of_roles[type_] = {}
            for _, block in self.each(type_):
                found.setdefault(str(block.get("role")), []).append(block)
        return self._of_roles[type_]

    def role_arn(self, block: Block) -> str | None:
        """The ARN that a role will have."""
        name = block.get("name")
        if self.account is None or not isinstance(name, str) or "${" in name:
            return None
        return f"arn:{self.partition}:iam::{self.account}:role{block.get('path') or '/'}{name}"

    def sites(self) -> Iterator[Site]:
        """All policies of the stack that can be read; those that Terraform computes cannot."""
        for type_, argument in ARGUMENTS.items():
            for address, block in self.each(type_):
                yield from self._site(address, argument, block.get(argument.name))
        for address, block in self.each("aws_iam_role"):
            for inline in block.get("inline_policy") or ():
                yield from self._site(address, _Argument("inline_policy", PolicyKind.INLINE), inline.get("policy"))
        for address, block in self.each("aws_organizations_policy"):
            kind = ORGANIZATION_KINDS.get(block.get("type") or "SERVICE_CONTROL_POLICY")
            if kind:
                yield from self._site(address, _Argument("content", kind), block.get("content"))

    def _site(self, address: str, argument: _Argument, text: Any) -> Iterator[Site]:
        document = self.read(text, argument.kind)
        if document is not None:
            yield Site(address, argument, document)

    def read(self, text: Any, kind: PolicyKind) -> PolicyDocument | ManagementPolicy | PolicyFormatError | None:
        """The policy in an argument; None if there is none or Terraform computes it."""
        if not isinstance(text, str):
            return None
        computed = _REFERENCE.fullmatch(text)
        try:
            if computed and computed[1] and computed[2] == "aws_iam_policy_document":
                return self._from_data(self._data.get(computed[2], {}).get(computed[3], {}))
            if text.startswith("${"):
                return None
            resolved = self.resolve(text)
            if kind.has_statements:
                return parsed(resolved, (self.account, self.name))
            return ManagementPolicy.from_json(kind, resolved)
        except PolicyFormatError as error:
            return error

    def resolve(self, text: str) -> str:
        """The text with what is known of the stack's own resources filled in, and readable as JSON."""
        if "${" not in text:
            return text
        # outputs.account_ids["production"] is fine for Terraform, which fills it in first.
        return _EXPRESSION.sub(lambda found: found[0].replace('"', "'"), _REFERENCE.sub(self._value, text))

    def _value(self, reference: re.Match[str]) -> str:
        data, type_, name, attribute = reference.groups()
        value = None
        if not data and type_ == "aws_iam_role" and attribute == "arn":
            value = self.role_arn(self.resources.get(type_, {}).get(name, {}))
        elif data and type_ == "aws_caller_identity" and attribute == "account_id":
            value = self.account
        elif data and type_ == "aws_partition" and attribute == "partition":
            value = self.partition
        return value or reference[0]

    def _from_data(self, block: Block) -> PolicyDocument | None:
        """A data source that writes a policy, unless it takes other documents in."""
        if not block or block.get("source_policy_documents") or block.get("override_policy_documents"):
            return None
        written = json.loads(self.resolve(json.dumps(block.get("statement", []))))
        statements = [written] if isinstance(written, dict) else written
        return PolicyDocument(tuple(_statement(statement) for statement in statements))


def _statement(block: Block) -> Statement:
    conditions: dict[str, dict[str, tuple[str, ...]]] = {}
    for condition in _blocks(block.get("condition")):
        conditions.setdefault(condition["test"], {})[condition["variable"]] = tuple(condition["values"])
    return Statement(
        block.get("effect") or "Allow",
        actions=tuple(block.get("actions") or ()),
        not_actions=tuple(block.get("not_actions") or ()),
        resources=_unescaped(block.get("resources")),
        not_resources=_unescaped(block.get("not_resources")),
        principals=_principals(block.get("principals")),
        not_principals=_principals(block.get("not_principals")),
        conditions=conditions,
        sid=block.get("sid") or None,
    )


def _unescaped(values: Any) -> tuple[str, ...]:
    # The data source writes policy variables as &{aws:username}.
    return tuple(value.replace("&{", "${") for value in values or ())


def _principals(blocks: Any) -> Any:
    found: dict[str, tuple[str, ...]] = {}
    for block in _blocks(blocks):
        if block["type"] == "*":
            return "*"
        found[block["type"]] = (*found.get(block["type"], ()), *block["identifiers"])
    return found or None


def _blocks(value: Any) -> list[Block]:
    return [value] if isinstance(value, dict) else list(value or ())
