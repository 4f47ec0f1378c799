"""Terraform's plans (`terraform show -json`) as typed values, as far as the guard and the summary need them.

Source: https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_FORMAT = "1"
_INDEX = re.compile(r"\[[^\]]*\]")
"""An index of ``count`` or ``for_each``, which the configuration does not have."""
_OUTPUT = re.compile(
    r"\$\{(data\.terraform_remote_state\.[\w-]+)\.outputs\.account_ids(?:\.([\w-]+)|\[\"([\w-]+)\"\])\}"
)
"""An account's id, as stacks take it from the organization's state before it is locked."""
_PROGRAM = "provisioner"
"""Stands among the arguments for blocks that Terraform's plan lists apart; no argument may have this name."""
_Expressions = Mapping[str, tuple[str, ...]]
"""The arguments of a resource in the configuration: name to what they are taken from."""


class PlanFormatError(ValueError):
    """The text is not a plan that this version can read; the message says why."""


class Action(StrEnum):
    """What a plan does to one resource; the value is the mark that people know from Terraform's output."""

    NONE = " "
    READ = "<="
    CREATE = "+"
    UPDATE = "~"
    DELETE = "-"
    REPLACE = "±"
    FORGET = "."

    @property
    def destroys(self) -> bool:
        """Whether the resource, as it is now, will be gone."""
        return self in (Action.DELETE, Action.REPLACE)

    @property
    def loses(self) -> bool:
        """Whether Terraform no longer looks after the resource as it is now: destroyed or forgotten."""
        return self.destroys or self is Action.FORGET


_ACTIONS: Mapping[tuple[str, ...], Action] = {
    ("no-op",): Action.NONE,
    ("read",): Action.READ,
    ("create",): Action.CREATE,
    ("update",): Action.UPDATE,
    ("delete",): Action.DELETE,
    ("delete", "create"): Action.REPLACE,
    ("create", "delete"): Action.REPLACE,
    ("forget",): Action.FORGET,
    ("create", "forget"): Action.REPLACE,
    ("forget", "create"): Action.REPLACE,
}


@dataclass(frozen=True)
class Change:
    """What happens to one resource.

    Args:
        address: Its Terraform address.
        type: Its type, such as ``aws_iam_role``.
        action: What happens to it.
        before: Its values now; empty if it does not exist.
        after: Its values afterwards, as far as they are known; empty if it will be gone.
        unknown: The names of top-level values that only the apply will know, wholly or in part.
        replaced_for: The values whose change forces a replacement, as dotted paths.
        unknown_values: The same as `unknown`, as Terraform writes it: ``true`` in the place of each unknown value.
        sensitive: The names of top-level values that must not be shown, before or after.
        moved_from: The address that it had until now, if a ``moved`` block gives it another one.
        imported: The id with which an ``import`` block takes it over; empty if none does.
        references: The addresses that the configuration takes a top-level value from.
        provider: The provider that makes it, such as ``registry.terraform.io/hashicorp/aws``.
        runs: Whether Terraform runs a program when it makes or deletes it (a provisioner).
        configured: The names of the values that the configuration sets; None if the plan does not say.
        deferred: Why Terraform puts it off to a later plan; empty if it does not.
    """

    address: str
    type: str
    action: Action
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    replaced_for: tuple[str, ...] = ()
    unknown_values: Mapping[str, Any] = field(default_factory=dict)
    sensitive: frozenset[str] = frozenset()
    moved_from: str = ""
    imported: str = ""
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    provider: str = ""
    runs: bool = False
    configured: frozenset[str] | None = None
    deferred: str = ""

    def changed(self, name: str) -> bool:
        """Whether a top-level value becomes another one, known or not."""
        return name in self.unknown or self.before.get(name) != self.after.get(name)


@dataclass(frozen=True)
class Rename:
    """A name or an address of an account that the configuration has otherwise than AWS, and that Terraform leaves as it is.

    Args:
        address: The account's Terraform address.
        account: The account's id.
        argument: ``name`` or ``email``.
        deployed: What AWS has.
        wanted: What the configuration has.
        imported: Whether the plan takes the account over: then one of the two is wrong.
    """

    address: str
    account: str
    argument: str
    deployed: str
    wanted: str
    imported: bool = False

    @property
    def slug(self) -> str:
        """The account's."""
        return self.address.rpartition(".account-")[2]

    def __str__(self) -> str:
        what = {"name": "name", "email": "e-mail address"}[self.argument]
        return f"its {what} becomes {self.wanted!r} (now {self.deployed!r})"


@dataclass(frozen=True)
class Plan:
    """The plan of one stack.

    Args:
        stack: The stack's name.
        changes: All managed resources, those without a change included, sorted by address. Of a resource whose
            change is deferred to a later plan, what is known of it.
        drift: What somebody changed outside Terraform: `before` is what Terraform had made, `after` what is there now.
        accounts: The accounts that the stack's providers allow.
        renames: Names and addresses of accounts that Terraform leaves as they are; no part of `changes`.
    """

    stack: str
    changes: tuple[Change, ...]
    drift: tuple[Change, ...] = ()
    accounts: frozenset[str] = frozenset()
    renames: tuple[Rename, ...] = ()

    @classmethod
    def from_json(cls, stack: str, source: str | bytes | Mapping[str, Any]) -> Plan:
        """Read the output of `terraform show -json PLANFILE`.

        Raises:
            PlanFormatError: If it is something else, or the plan is incomplete.
        """
        if isinstance(source, (str, bytes)):
            try:
                source = json.loads(source)
            except ValueError as error:
                raise PlanFormatError(f"Stack {stack}: the plan is not JSON: {error}.") from error
        if not isinstance(source, Mapping) or "format_version" not in source:
            raise PlanFormatError(
                f"Stack {stack}: this is no plan. Write one with `terraform plan -out FILE` and `terraform show -json FILE`."
            )
        version = str(source["format_version"])
        if version.split(".", maxsplit=1)[0] != _FORMAT:
            raise PlanFormatError(f"Stack {stack}: the plan has format {version}; this version reads {_FORMAT}.x.")
        if "values" in source and "resource_changes" not in source:
            raise PlanFormatError(f"Stack {stack}: this is a state, not a plan. Hand over the saved plan file.")
        if source.get("errored"):
            raise PlanFormatError(
                f"Stack {stack}: planning failed half-way, so the plan shows only a part of what happens."
            )
        configuration = source.get("configuration", {})
        expressions = dict(_expressions(configuration.get("root_module", {})))
        changes = [_change(entry, expressions) for entry in _managed(source, "resource_changes")]
        for deferred in source.get("deferred_changes", ()):
            entry = deferred["resource_change"]
            if entry.get("mode") == "managed":
                changes.append(_change(entry, expressions, deferred.get("reason", "unknown")))
        drift = [_change(entry, {}) for entry in _managed(source, "resource_drift")]
        renames = tuple(_renames(source, configuration.get("root_module", {})))
        return cls(stack, _sorted(changes), _sorted(drift), frozenset(_accounts(source)), renames)

    @classmethod
    def read(cls, stack: str, path: Path) -> Plan:
        """Read a plan in JSON from a file.

        Raises:
            PlanFormatError: As `from_json`, and if the file cannot be read.
        """
        try:
            return cls.from_json(stack, path.read_bytes())
        except OSError as error:
            raise PlanFormatError(f"Stack {stack}: {path}: {error.strerror}.") from error

    def count(self, *actions: Action) -> int:
        """How many resources these actions happen to."""
        return sum(change.action in actions for change in self.changes)

    @property
    def empty(self) -> bool:
        """Whether nothing changes."""
        return all(change.action in (Action.NONE, Action.READ) for change in self.changes)


def _managed(source: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    return (entry for entry in source.get(name) or () if entry.get("mode") == "managed")


def _accounts(source: Mapping[str, Any]) -> Iterator[str]:
    """The accounts that the providers allow: numbers, or outputs of the organization's state before they are locked."""
    module = source.get("prior_state", {}).get("values", {}).get("root_module", {})
    states = {
        entry["address"]: entry["values"].get("outputs") or {}
        for entry in module.get("resources", ())
        if entry["type"] == "terraform_remote_state"
    }
    for provider in source.get("configuration", {}).get("provider_config", {}).values():
        for allowed in provider.get("expressions", {}).get("allowed_account_ids", {}).get("constant_value") or ():
            # Of JSON, Terraform shows what it works out later as it was written.
            if not (found := _OUTPUT.fullmatch(allowed)):
                yield allowed
            elif id_ := (states.get(found[1], {}).get("account_ids") or {}).get(found[2] or found[3]):
                yield id_


def _renames(source: Mapping[str, Any], module: Mapping[str, Any]) -> Iterator[Rename]:
    """What the configuration says of accounts that exist, where AWS has it otherwise and Terraform is to ignore that."""
    wanted = {entry["address"]: entry.get("expressions", {}) for entry in module.get("resources", ())}
    for entry in _managed(source, "resource_changes"):
        change, after = entry["change"], entry["change"].get("after") or {}
        if entry["type"] != "aws_organizations_account" or not (before := change.get("before")):
            continue
        for argument in ("name", "email"):
            value = wanted.get(entry["address"], {}).get(argument, {}).get("constant_value")
            # What the plan changes itself, and what is destroyed, is no business of this.
            if value is None or after.get(argument) != before.get(argument):
                continue
            # Of JSON, Terraform shows a constant as it was written: escaped.
            value = str(value).replace("$${", "${").replace("%%{", "%{")
            deployed = str(before.get(argument))
            if value != deployed and not (argument == "email" and value.lower() == deployed.lower()):
                imported = change.get("importing") is not None
                yield Rename(entry["address"], str(before.get("id")), argument, deployed, value, imported)


def _sorted(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: change.address))


def _change(entry: Mapping[str, Any], expressions: Mapping[str, _Expressions], deferred: str = "") -> Change:
    change = entry["change"]
    actions = tuple(change["actions"])
    if actions not in _ACTIONS:
        raise PlanFormatError(f"{entry['address']}: the plan has an unknown action {actions!r}.")
    unknown = change.get("after_unknown")
    unknown = unknown if isinstance(unknown, dict) else {}
    expressed = expressions.get(_INDEX.sub("", entry["address"]))
    sensitive = (change.get("before_sensitive"), change.get("after_sensitive"))
    return Change(
        address=entry["address"],
        type=entry["type"],
        action=_ACTIONS[actions],
        before=change.get("before") or {},
        after=change.get("after") or {},
        unknown=frozenset(name for name, found in unknown.items() if holds_true(found)),
        replaced_for=tuple(".".join(map(str, path)) for path in change.get("replace_paths", ())),
        unknown_values=unknown,
        sensitive=frozenset(
            name for each in sensitive if isinstance(each, dict) for name, found in each.items() if holds_true(found)
        ),
        moved_from=entry.get("previous_address", ""),
        imported=_import_id(change.get("importing")),
        references={name: found for name, found in (expressed or {}).items() if found},
        provider=entry.get("provider_name", ""),
        runs=expressed is not None and _PROGRAM in expressed,
        configured=None if expressed is None else frozenset(expressed),
        deferred=deferred,
    )


def holds_true(marks: Any) -> bool:
    """Whether a tree of marks, such as ``after_unknown``, has a ``true`` anywhere."""
    if isinstance(marks, dict):
        return any(map(holds_true, marks.values()))
    if isinstance(marks, list):
        return any(map(holds_true, marks))
    return marks is True


def _import_id(importing: Mapping[str, Any] | None) -> str:
    if importing is None:
        return ""
    return str(importing.get("id") or importing.get("identity") or "an id that is not known yet")


def _expressions(module: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, _Expressions]]:
    """For each resource of the configuration, its arguments and the resources that they are taken from."""
    for entry in module.get("resources", ()):
        yield (
            f"{prefix}{entry['address']}",
            {
                name: tuple(f"{prefix}{found}" for found in _references(expression))
                for name, expression in entry.get("expressions", {}).items()
            }
            | ({_PROGRAM: ()} if entry.get("provisioners") else {}),
        )
    for name, call in module.get("module_calls", {}).items():
        yield from _expressions(call.get("module", {}), f"{prefix}module.{name}.")


def _references(expression: Any) -> Sequence[str]:
    return expression.get("references", ()) if isinstance(expression, dict) else ()
