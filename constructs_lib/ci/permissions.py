"""From the resource types of stacks to the permissions that Terraform needs for them, and no others.

Types that the library's constructs use are listed with their actions in ``data/permissions.json``. Any other type gets its
whole service, which is wider than need be and is warned about; `extra` statements can add to both.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from constructs_lib.ci.packing import pack
from constructs_lib.errors import InvalidValueError
from constructs_lib.policies import names
from constructs_lib.policies.document import PolicyDocument, Statement, allow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_DATA: Final = Path(__file__).parent / "data" / "permissions.json"
_READS: Final = ("Read", "List")
_READ_VERBS: Final = ("BatchGet*", "Describe*", "Get*", "List*")


@dataclass(frozen=True)
class Permissions:
    """What some resource types need.

    Args:
        actions: Single actions, ``service:Action``.
        services: Services that are allowed as a whole, for types whose actions are not listed.
        passes: Service principals that roles are handed to.
        linked: Service principals whose service-linked role AWS makes on the way.
    """

    actions: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    passes: frozenset[str] = frozenset()
    linked: frozenset[str] = frozenset()

    def __or__(self, other: Permissions) -> Permissions:
        return Permissions(
            self.actions | other.actions,
            self.services | other.services,
            self.passes | other.passes,
            self.linked | other.linked,
        )

    @classmethod
    def of(cls, types: Iterable[str]) -> Permissions:
        """What these types need together.

        Args:
            types: Resource types (``aws_vpc``) and data sources (``data.aws_ami``).

        Raises:
            InvalidValueError: If a type belongs to no service that is known.
        """
        found = cls()
        for type_ in types:
            found |= _of_type(type_)
        return found

    def documents(self, *, partition: str = "aws", extra: Iterable[Statement] = ()) -> tuple[PolicyDocument, ...]:
        """As managed policies, as many as it takes: everything that Terraform needs.

        Args:
            partition: ``aws`` or ``aws-us-gov``.
            extra: Further statements.
        """
        return pack([*self._writes(partition), *extra])

    def reading(self, *, extra: Iterable[Statement] = ()) -> tuple[PolicyDocument, ...]:
        """As managed policies: what Terraform needs to plan, which changes nothing.

        Args:
            extra: Further statements.
        """
        reads = [action for action in self.actions if _access_level(action) in _READS]
        verbs = [f"{service}:{verb}" for service in self.services for verb in _READ_VERBS if _has(service, verb)]
        return pack([*(allow(found, "*") for found in (reads, verbs) if found), *extra])

    def _writes(self, partition: str) -> Iterator[Statement]:
        # IAM's come first, so that they stay in the first policy whatever is added: between the changes of two policies, a
        # role that changes its own would else lose what it changes them with.
        own = {action for action in self.actions if action.startswith("iam:")}
        for actions in (own, self.actions - own):
            if actions:
                yield allow(actions, "*")
        if self.services:
            yield allow([f"{service}:*" for service in self.services], "*")
        roles = f"arn:{partition}:iam::*:role/"
        if self.passes:
            yield allow("iam:PassRole", f"{roles}*", conditions={"StringEquals": {"iam:PassedToService": self.passes}})
        if self.linked:
            yield allow(
                "iam:CreateServiceLinkedRole",
                f"{roles}aws-service-role/*",
                conditions={"StringEquals": {"iam:AWSServiceName": self.linked}},
            )


@cache
def _data() -> Any:
    return json.loads(_DATA.read_text(encoding="utf-8"))


@cache
def _of_type(type_: str) -> Permissions:
    entry = _data()["types"].get(type_)
    if entry is None:
        service = _service_of(type_)
        # A service that is not listed may hand roles to itself.
        return Permissions(services=frozenset({service}), passes=frozenset({f"{service}.amazonaws.com"}))
    return Permissions(
        frozenset(f"{service}:{action}" for service, found in entry["actions"].items() for action in found.split()),
        passes=frozenset(entry.get("passes", ())),
        linked=frozenset(entry.get("linked", ())),
    )


def _service_of(type_: str) -> str:
    """The IAM prefix of a type's service: the longest start of its name that is one."""
    words = type_.removeprefix("data.").removeprefix("aws_").split("_")
    for count in range(len(words), 0, -1):
        known = _data()["services"].get("_".join(words[:count]))
        if known:
            return str(known)
        for prefix in ("-".join(words[:count]), "".join(words[:count])):
            if prefix in names.services():
                return prefix
    raise InvalidValueError(
        "types",
        type_,
        expected="resource types of the AWS provider",
        cure="If AWS's service is too new to be known, leave the type out and hand over its statements as `extra`.",
    )


def _access_level(action: str) -> str:
    service, _, name = action.partition(":")
    return str(names.action_details(service, name)["accessLevel"])


def _has(service: str, verb: str) -> bool:
    return bool(names.matching_actions(service, verb))
