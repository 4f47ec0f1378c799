"""The ARNs of a stack's resources, as far as its Terraform JSON tells: from the names in it, before anything is made.

``data/resources.json`` says which argument names a resource of a type, and which type's resource another one belongs to. An
id that AWS chooses (a VPC's, a key's) is in no JSON; such types have no ARN here. It says, too, which of these go by their tag.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DATA: Final = Path(__file__).parent / "data" / "resources.json"
_REFERENCE: Final = re.compile(r"\$\{(aws_\w+)\.([\w-]+)\.\w+\}")
_FIELD: Final = re.compile(r"\{(\w+)(/?)\}")
_NAMING: Final = {"aws_lambda_function": "function_name", "aws_s3_bucket": "bucket"}
# Ids of accounts come from another stack's outputs as long as no lock has them. They are known before a plan.
_OTHER_STACK: Final = "${data.terraform_remote_state."
_DEFAULT_BUS: Final = "default"


@dataclass(frozen=True)
class Named:
    """A resource of a stack.

    Args:
        type: Its type, ``aws_iam_role``.
        address: Its address without the type, ``execution-role_Role_F7BDE5EE``.
        arns: Its ARNs, which may hold wildcards; empty where the JSON does not tell.
    """

    type: str
    address: str
    arns: tuple[str, ...]


class StackNames:
    """The names in a stack's Terraform JSON.

    Args:
        synthesized: The JSON.
        partition: The stack's partition.
        account_id: The stack's account: 12 digits, or the expression that becomes them.
    """

    def __init__(self, synthesized: Mapping[str, Any], *, partition: str, account_id: str) -> None:
        self._resources: Mapping[str, Mapping[str, Any]] = synthesized.get("resource", {})
        self._around = {"partition": partition, "account": account_id}

    def each(self) -> Iterator[Named]:
        """All resources, each with its ARNs."""
        for type_, found in self._resources.items():
            for address, block in found.items():
                yield Named(type_, address, self._arns(type_, block))

    def of(self, type_: str, address: str) -> Named:
        """One resource with its ARNs.

        Args:
            type_: Its type.
            address: Its address without the type.
        """
        return Named(type_, address, self._arns(type_, self._resources[type_][address]))

    def beginning_with(self, type_: str, prefix: str) -> tuple[str, ...]:
        """The ARNs that resources of a type would have whose names begin with a text; none where names are not known.

        Args:
            type_: The type.
            prefix: How names begin.
        """
        for owner in _data()["of"].get(type_, {}).values():
            return self.beginning_with(owner, prefix)
        fields = {
            name
            for template in _data()["named"].get(type_, ())
            for name, slash in _FIELD.findall(template)
            if not slash
        }
        return self._arns(type_, dict.fromkeys(fields - {"path"}, f"{prefix}*"))

    def within(self, type_: str, *, hidden: bool) -> bool:
        """Whether all resources of a type that belong to another one belong to one of the same stack.

        Args:
            type_: The type.
            hidden: Whether there are resources that the JSON does not tell.
        """
        return not any(
            hidden or not ((found := _REFERENCE.fullmatch(str(block.get(attribute)))) and found[1] == owner)
            for attribute, owner in _data()["of"].get(type_, {}).items()
            for block in (self._resources.get(type_) or {"": {}}).values()
        )

    def values(self, type_: str, attribute: str) -> Iterator[tuple[str, str]]:
        """The literal values of an attribute, each with the address of its resource."""
        for address, block in self._resources.get(type_, {}).items():
            value = block.get(attribute)
            if isinstance(value, str):
                yield address, value

    def policy_arns(self) -> tuple[str, ...]:
        """The managed policies that the stack attaches, as far as their ARNs are known."""
        found = set()
        for type_ in ("aws_iam_role_policy_attachment", "aws_iam_user_policy_attachment"):
            for _, value in self.values(type_, "policy_arn"):
                reference = _REFERENCE.fullmatch(value)
                if reference is None:
                    found.update([value] if "${aws_" not in value else [])
                else:
                    found.update(self._arns(reference[1], self._resources.get(reference[1], {}).get(reference[2], {})))
        return tuple(sorted(found))

    def _arns(self, type_: str, block: Mapping[str, Any]) -> tuple[str, ...]:
        for attribute, owner in _data()["of"].get(type_, {}).items():
            value = block.get(attribute)
            if not isinstance(value, str):
                return self._arns(owner, {"name": _DEFAULT_BUS}) if attribute == "event_bus_name" else ()
            reference = _REFERENCE.fullmatch(value)
            if reference:
                return self._of_reference(reference[1], reference[2], owner)
            if value.startswith("arn:"):
                return (value,)
            named = _NAMING.get(owner, "name")
            return self._arns(owner, {named: value, "event_bus_name": block.get("event_bus_name")})
        templates = _data()["named"].get(type_, ())
        return tuple(arn for template in templates if (arn := self._filled(template, block)) is not None)

    def _of_reference(self, type_: str, address: str, owner: str) -> tuple[str, ...]:
        block = self._resources.get(type_, {}).get(address, {})
        if type_ == owner:
            return self._arns(type_, block)
        # Through something that waits for the owner: a bucket's policy stands for its bucket.
        return self._arns(type_, block) if _data()["of"].get(type_, {}) else ()

    def _filled(self, template: str, block: Mapping[str, Any]) -> str | None:
        found: dict[str, str] = {}
        for name, slash in _FIELD.findall(template):
            value = self._around.get(name) or self._literal(block.get(name))
            if name == "path":
                value = value or "/"
            if name == "url" and value is not None:
                value = value.removeprefix("https://")
            if slash:
                value = "" if value in (None, "", _DEFAULT_BUS) else f"{value.rpartition('/')[2]}/"
            if value is None:
                return None
            found[name] = value
        return _FIELD.sub(lambda match: found[match[1]], template)

    def _literal(self, value: object) -> str | None:
        """A value that is known before the plan: text, or what a reference inside the stack comes to."""
        if not isinstance(value, str):
            return None
        reference = _REFERENCE.fullmatch(value)
        if reference:
            block = self._resources.get(reference[1], {}).get(reference[2], {})
            return self._literal(block.get(_NAMING.get(reference[1], "name")))
        return None if "${" in value.replace(_OTHER_STACK, "").replace("$${", "") else value


def is_tagged(type_: str) -> bool:
    """Whether resources of a type carry the stack's tag from the moment they are made, and are known to IAM by it."""
    return type_ in _data()["tagged"]


def kind_of(type_: str) -> str | None:
    """What AWS's reference calls what EC2 makes for a type, which may be without a tag: it was there before, or is a default."""
    found: str | None = _data()["kinds"].get(type_)
    return found


@cache
def _data() -> Any:
    return json.loads(_DATA.read_text(encoding="utf-8"))
