"""What of a plan has to come before the rest, since AWS lets one thing only have a name, or be the administrator.

Terraform orders changes by what refers to what. Nothing refers from the new holder of a name to the old one, so it makes both
changes at once, and AWS refuses the one that comes too early.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from estate.guard.plan import Action, Change, Plan
from estate.terraform.stack import Stack
from estate.terraform.steps import require_approved

_OVERRIDE: Final = "ahead_override.tf.json"
"""Terraform merges this file into `cdk.tf.json`; with it, something has another name for a while."""
_MOVING: Final = " (moving)"

_NAMES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "aws_identitystore_group": ("display_name", ("identity_store_id",)),
    "aws_organizations_organizational_unit": ("name", ("parent_id",)),
    "aws_organizations_policy": ("name", ("type",)),
}
"""The argument that only one of a type can have, and those within whose values that holds."""
_ADMINISTRATORS: Final[Mapping[str, tuple[str, ...]]] = {
    "aws_cloudtrail_organization_delegated_admin_account": (),
    "aws_detective_organization_admin_account": (),
    "aws_guardduty_organization_admin_account": (),
    "aws_inspector2_delegated_admin_account": (),
    "aws_macie2_organization_admin_account": (),
    "aws_organizations_delegated_administrator": ("service_principal",),
    "aws_securityhub_organization_admin_account": (),
    "aws_vpc_ipam_organization_admin_account": (),
}
"""Types of which the old one goes before the new one comes, by the arguments that both have in common."""


@dataclass(frozen=True)
class Step:
    """A part of a plan that comes before the rest.

    Args:
        why: What it is for, a sentence.
        addresses: What is done.
        names: New names for a while, by address: what somebody else gets is free then.
    """

    why: str
    addresses: tuple[str, ...]
    names: Mapping[str, Mapping[str, str]]

    @property
    def targets(self) -> list[str]:
        """Terraform's arguments that plan this step and nothing else."""
        return [f"-target={address}" for address in self.addresses]

    def write(self, directory: Path) -> None:
        """Give the names for a while; `forget` takes them back."""
        if self.names:
            resources: dict[str, dict[str, Mapping[str, str]]] = {}
            for address, values in self.names.items():
                type_, _, name = address.partition(".")
                resources.setdefault(type_, {})[name] = values
            (directory / _OVERRIDE).write_text(json.dumps({"resource": resources}), encoding="utf-8")

    @staticmethod
    def forget(directory: Path) -> None:
        """Take back all names that were for a while."""
        (directory / _OVERRIDE).unlink(missing_ok=True)

    def holds(self, plan: Plan) -> bool:
        """Whether a plan does nothing but give these names."""
        doing = [change for change in plan.changes if change.action not in (Action.NONE, Action.READ)]
        return all(
            change.action is Action.UPDATE
            and all(
                change.after.get(key) == self.names.get(change.address, change.before).get(key, value)
                for key, value in change.before.items()
                if key not in change.unknown
            )
            for change in doing
        )


def ahead(plan: Plan) -> list[Step]:
    """The steps that come before the rest of a plan, in order."""
    steps = []
    leaving = tuple(sorted({old.address for old, _ in _administrators(plan)}))
    if leaving:
        steps.append(Step("Old administrators end before the new ones begin.", leaving, {}))
    waits = {new.address: old.address for new, old in _takeovers(plan)}
    changes = {change.address: change for change in plan.changes}
    for address in sorted(waits):
        if _is_circle(address, waits) and changes[address].action is Action.UPDATE:
            # Whoever waits for it need not any more: its name is free.
            waits = {new: old for new, old in waits.items() if old != address}
            argument = _NAMES[changes[address].type][0]
            name = {argument: f"{str(changes[address].before[argument])[: 128 - len(_MOVING)]}{_MOVING}"}
            steps.append(Step("Names are swapped: one has another for a while.", (address,), {address: name}))
    first = set(waits.values())
    while first:
        now = tuple(sorted(address for address in first if waits.get(address) not in first))
        if not now:
            break  # replacements in a circle: which of them comes first is Terraform's to try
        steps.append(Step("Names are given up before others get them.", now, {}))
        first -= set(now)
    return steps


def come_before(stack: Stack, approved: Plan, step: Step, apply: Callable[[Sequence[str]], None]) -> None:
    """Do what has to come before the rest of an approved plan, and nothing that was not approved.

    Args:
        stack: The stack.
        approved: Its plan, as it was shown, judged and approved.
        step: The step.
        apply: Applies the plan that the stack has then; gets Terraform's arguments that it was planned with.

    Raises:
        TerraformError: Terraform failed.
        StoppedError: The step would do something that was not approved.
    """
    try:
        step.write(stack.directory)
        if stack.plan(*step.targets):
            plan = Plan.from_json(stack.name, stack.planned())
            if not (step.names and step.holds(plan)):
                require_approved(plan, approved)
            apply(step.targets)
    finally:
        step.forget(stack.directory)


def _administrators(plan: Plan) -> Iterator[tuple[Change, Change]]:
    """What ends, and what begins in its place."""
    for type_, scope in _ADMINISTRATORS.items():
        of_type = [change for change in plan.changes if change.type == type_]
        for old in of_type:
            for new in of_type:
                if (
                    old.action is Action.DELETE
                    and new.action in (Action.CREATE, Action.REPLACE)
                    and all(old.before.get(key) == new.after.get(key) for key in scope)
                ):
                    yield old, new


def _takeovers(plan: Plan) -> Iterator[tuple[Change, Change]]:
    """What gets a name, and what has it still."""
    for type_, (name, scope) in _NAMES.items():
        of_type = [change for change in plan.changes if change.type == type_]
        holders: dict[Sequence[object], Change] = {
            (change.before[name], *(change.before.get(key) for key in scope)): change
            for change in of_type
            if change.before and (change.action.destroys or change.changed(name))
        }
        for new in of_type:
            if new.after and new.action in (Action.CREATE, Action.UPDATE, Action.REPLACE):
                old = holders.get((new.after.get(name), *(new.after.get(key) for key in scope)))
                if old is not None and old is not new and (new.action is not Action.UPDATE or new.changed(name)):
                    yield new, old


def _is_circle(address: str, waits: Mapping[str, str]) -> bool:
    """Whether something waits for itself, over others."""
    seen, at = {address}, waits.get(address)
    while at is not None and at not in seen:
        seen.add(at)
        at = waits.get(at)
    return at == address
