"""What a plan must not do without an approval, and why: each rule is a function from a plan to what it finds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from estate.guard.plan import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from config.model.approvals import Protection
    from estate.guard.plan import Change, Plan


@dataclass(frozen=True, order=True)
class Danger:
    """One change that needs an approval.

    Args:
        stack: The stack whose plan it is in.
        address: The resource's Terraform address.
        what: What happens, as a sentence.
        why: Why that is dangerous, as a sentence.
    """

    stack: str
    address: str
    what: str
    why: str


_UNSIGNED: Final = (
    "As long as the registrar or the zone above has its DS record, and resolvers know it, nobody finds the domain."
)
# Types whose loss cannot be made good by another apply.
_KEPT: Final = {
    "aws_organizations_organization": (
        "the organization",
        "Every account leaves it, and every policy, role and share that names it stops working.",
    ),
    "aws_organizations_account": (
        "an account",
        "AWS closes or expels it with everything in it; its e-mail address can never be used for another one.",
    ),
    "aws_organizations_organizational_unit": (
        "an OU",
        "The policies attached to it no longer hold for the accounts that were in it.",
    ),
    "aws_kms_key": ("a KMS key", "What it encrypted cannot be read any more."),
    "aws_kms_replica_key": ("a KMS key", "What it encrypted cannot be read any more."),
    "aws_route53_hosted_zone_dnssec": ("the signing of a domain", _UNSIGNED),
    "aws_route53_key_signing_key": ("a key that signs a domain", _UNSIGNED),
    "aws_cloudtrail": ("a trail", "From then on nobody can tell who did what."),
}
# Attributes with which a resource itself says that it is not to be deleted.
_PROTECTED_BY: Final = ("deletion_protection", "deletion_protection_enabled", "enable_deletion_protection")

_ADMINISTRATOR: Final = ":iam::aws:policy/AdministratorAccess"


def find_dangers(plan: Plan, protections: Sequence[Protection] = ()) -> tuple[Danger, ...]:
    """Everything in a plan that needs an approval.

    Args:
        plan: The plan of one stack.
        protections: What users marked as never to be destroyed.
    """
    found = {danger for rule in _RULES for danger in rule(plan)}
    found.update(_marked(plan, protections))
    # One approval for a resource is one approval: the first reason is the one that is told.
    first: dict[str, Danger] = {}
    for danger in sorted(found):
        first.setdefault(danger.address, danger)
    return tuple(first.values())


def _destroyed(plan: Plan) -> Iterator[Change]:
    return (change for change in plan.changes if change.action.destroys)


def _kept_types(plan: Plan) -> Iterator[Danger]:
    for change in _destroyed(plan):
        if change.type in _KEPT:
            noun, why = _KEPT[change.type]
            yield _danger(plan, change, noun, why)


def _emails(plan: Plan) -> Iterator[Danger]:
    for change in plan.changes:
        is_account = change.type == "aws_organizations_account" and change.before and change.action is not Action.DELETE
        if is_account and change.changed("email"):
            old, new = change.before.get("email"), change.after.get("email", "another one")
            yield Danger(
                plan.stack,
                change.address,
                f"The e-mail address of an account changes from {old} to {new}.",
                "Terraform can only do that by closing the account and making another one. Change the address in AWS "
                "(`aws account start-primary-email-update`), then here.",
            )


def _buckets(plan: Plan) -> Iterator[Danger]:
    for change in _destroyed(plan):
        # force_destroy is how a user says that a bucket's content is worth nothing.
        if change.type == "aws_s3_bucket" and not change.before.get("force_destroy"):
            yield _danger(plan, change, "a bucket", "States, logs and backups in it are lost.")


def _self_protected(plan: Plan) -> Iterator[Danger]:
    for change in _destroyed(plan):
        for attribute in _PROTECTED_BY:
            if change.before.get(attribute):
                yield _danger(plan, change, "a resource", f"Its {attribute} says that it is to stay.")


def _last_attachments(plan: Plan) -> Iterator[Danger]:
    attachments = [change for change in plan.changes if change.type == "aws_organizations_policy_attachment"]
    still_attached = {
        change.after.get("policy_id")
        for change in attachments
        if change.action is not Action.DELETE and "policy_id" not in change.unknown
    }
    for change in attachments:
        if change.action.destroys and change.before.get("policy_id") not in still_attached:
            yield Danger(
                plan.stack,
                change.address,
                f"The policy {change.before.get('policy_id')} loses its last attachment "
                f"({change.before.get('target_id')}).",
                "The guardrail is off for every account that it held for.",
            )


def _last_administrators(plan: Plan) -> Iterator[Danger]:
    """Somebody stays who may administer through Identity Center: an assignment, and a member of its group."""
    policies = _of_type(plan, "aws_ssoadmin_managed_policy_attachment")
    sets = {
        change.before["permission_set_arn"]
        for change in policies
        if str(change.before.get("managed_policy_arn")).endswith(_ADMINISTRATOR)
    }
    assigned = _of_type(plan, "aws_ssoadmin_account_assignment")
    assignments = [change for change in assigned if change.before.get("permission_set_arn") in sets]
    members = _of_type(plan, "aws_identitystore_group_membership")
    groups = {change.before["principal_id"] for change in assignments if change.before.get("principal_type") == "GROUP"}
    yield from _last(plan, assignments, "the last assignment of administrators")
    for group in groups:
        of_group = [
            change for change in members if group in (change.before.get("group_id"), change.after.get("group_id"))
        ]
        yield from _last(plan, of_group, "the last member of the administrators")


def _last(plan: Plan, changes: Sequence[Change], noun: str) -> Iterator[Danger]:
    if all(change.action.destroys for change in changes):
        for change in changes:
            yield _danger(plan, change, noun, "Nobody could administer through Identity Center any more.")


def _of_type(plan: Plan, type_: str) -> list[Change]:
    return [change for change in plan.changes if change.type == type_]


def _marked(plan: Plan, protections: Sequence[Protection]) -> Iterator[Danger]:
    for change in _destroyed(plan):
        for protection in protections:
            if protection.stack in (None, plan.stack) and _like(protection.address, change.address):
                yield _danger(plan, change, "a resource", f"approvals.yaml protects {protection.address}.")


_RULES: Final[tuple[Callable[[Plan], Iterator[Danger]], ...]] = (
    _kept_types,
    _emails,
    _buckets,
    _self_protected,
    _last_attachments,
    _last_administrators,
)


def _danger(plan: Plan, change: Change, noun: str, why: str) -> Danger:
    verb = "deletes" if change.action is Action.DELETE else "replaces"
    forced = f", since {' and '.join(change.replaced_for)} cannot change in place" if change.replaced_for else ""
    return Danger(plan.stack, change.address, f"The plan {verb} {noun}{forced}.", why)


def _like(pattern: str, address: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), address) is not None
