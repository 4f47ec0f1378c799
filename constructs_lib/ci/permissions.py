"""From the resource types of stacks to the permissions that Terraform needs for them, and no others.

Types that the library's constructs use are listed with their actions in ``data/permissions.json``. For any other type, single
actions are derived from AWS's reference (`constructs_lib.ci.derived`) unless somebody has listed them; `extra` statements can
add to both. No type gets a whole service.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from constructs_lib.ci.derived import derived_actions
from constructs_lib.ci.packing import pack
from constructs_lib.errors import InvalidValueError
from constructs_lib.policies import names
from constructs_lib.policies.document import PolicyDocument, Statement, allow
from constructs_lib.policies.partitions import passed_to

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

_DATA: Final = Path(__file__).parent / "data" / "permissions.json"
_READS: Final = ("Read", "List")
_NONE: Final[Mapping[str, Collection[str]]] = {}


@dataclass(frozen=True)
class Permissions:
    """What some resource types need.

    Args:
        actions: Single actions, ``service:Action``.
        derived: Types whose actions nobody has listed: what is among `actions` for them is for a person to review.
        passes: Service principals that roles are handed to.
        linked: Service principals whose service-linked role AWS makes on the way.
    """

    actions: frozenset[str] = frozenset()
    derived: frozenset[str] = frozenset()
    passes: frozenset[str] = frozenset()
    linked: frozenset[str] = frozenset()

    def __or__(self, other: Permissions) -> Permissions:
        return Permissions(
            self.actions | other.actions,
            self.derived | other.derived,
            self.passes | other.passes,
            self.linked | other.linked,
        )

    @classmethod
    def of(cls, types: Iterable[str], *, listed: Mapping[str, Collection[str]] = _NONE) -> Permissions:
        """What these types need together.

        Args:
            types: Resource types (``aws_vpc``) and data sources (``data.aws_ami``).
            listed: Actions (``lambda:CreateFunction``) of types that the library does not list, by type.

        Raises:
            InvalidValueError: If a type belongs to no service that is known, or no action is named after it.
        """
        found = cls()
        for type_ in types:
            found |= cls(frozenset(listed[type_])) if type_ in listed else _of_type(type_)
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
        return pack([*([allow(reads, "*")] if reads else []), *extra])

    def _writes(self, partition: str) -> Iterator[Statement]:
        # IAM's come first, so that they stay in the first policy whatever is added: between the changes of two policies, a
        # role that changes its own would else lose what it changes them with.
        own = {action for action in self.actions if action.startswith("iam:")}
        for actions in (own, self.actions - own):
            if actions:
                yield allow(actions, "*")
        roles = f"arn:{partition}:iam::*:role/"
        if self.passes:
            yield allow(
                "iam:PassRole",
                f"{roles}*",
                conditions={"StringEquals": {"iam:PassedToService": passed_to(self.passes, partition)}},
            )
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
        return _derived(type_)
    return Permissions(
        frozenset(f"{service}:{action}" for service, found in entry["actions"].items() for action in found.split()),
        passes=frozenset(entry.get("passes", ())),
        linked=frozenset(entry.get("linked", ())),
    )


def _words(type_: str) -> list[str]:
    return type_.removeprefix("data.").removeprefix("aws_").split("_")


def _derived(type_: str) -> Permissions:
    service = _service_of(type_)
    actions = derived_actions(service, tuple(_words(type_)), reading=type_.startswith("data."))
    if not actions:
        raise InvalidValueError(
            "types",
            type_,
            expected="resource types whose actions are listed, or named after the type",
            cure="List the actions that Terraform needs for it, or leave the type out and hand over its statements as `extra`.",
        )
    # A service that is not listed may be handed a role.
    return Permissions(actions, frozenset({type_}), passes=frozenset({f"{service}.amazonaws.com"}))


def _service_of(type_: str) -> str:
    """The IAM prefix of a type's service: the longest start of its name that is one."""
    words = _words(type_)
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
