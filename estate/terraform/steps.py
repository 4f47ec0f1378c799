"""A stack deployed in two steps: what AWS refuses until other accounts are ready follows when they are."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from config.model.account import Purpose
from estate.guard.plan import Action, Change, Plan
from estate.terraform.stopped import StoppedError

_CHANGES: Final = (Action.CREATE, Action.UPDATE, Action.REPLACE)


@dataclass(frozen=True)
class _Wait:
    """What resources of a type wait for.

    Args:
        name: What they are called, several of them.
        until: What must be there.
        purpose: In the accounts of which purpose it is made; in all of them if not said.
        which: Which of them wait; all of them if not said.
    """

    name: str
    until: str
    purpose: Purpose | None = None
    which: Callable[[Change, Plan], bool] | None = None


def _refers(change: Change, _plan: Plan) -> bool:
    """Whether a permission set's policy or boundary is a policy that accounts must have."""
    if change.type == _BOUNDARY:
        return any(limit.get("customer_managed_policy_reference") for limit in change.after["permissions_boundary"])
    return change.type == _POLICY


def _assigns(change: Change, plan: Plan) -> bool:
    """Whether the permission set that is assigned refers to such a policy."""
    of = change.references.get("permission_set_arn")
    return any(
        one.references.get("permission_set_arn") == of and one.after and _refers(one, plan) for one in plan.changes
    )


_POLICY: Final = "aws_ssoadmin_customer_managed_policy_attachment"
_BOUNDARY: Final = "aws_ssoadmin_permissions_boundary_attachment"
_ARCHIVE: Final = "the log archive is there"
_POLICIES: Final = "the accounts have the policies that the permission sets name"
_WAITS: Final[Mapping[str, _Wait]] = {
    "aws_config_delivery_channel": _Wait("Config delivery channels", _ARCHIVE, "log-archive"),
    "aws_config_configuration_recorder_status": _Wait("starts of Config recorders", _ARCHIVE, "log-archive"),
    "aws_config_organization_managed_rule": _Wait("organization rules", "every account has a Config recorder"),
    "aws_config_organization_conformance_pack": _Wait("conformance packs", "every account has a Config recorder"),
    "aws_cloudwatch_log_account_policy": _Wait("account policies of CloudWatch's logs", _ARCHIVE, "log-archive"),
    _POLICY: _Wait("permission sets' policies", _POLICIES),
    _BOUNDARY: _Wait("permission sets' boundaries", _POLICIES, which=_refers),
    "aws_ssoadmin_account_assignment": _Wait("assignments", _POLICIES, which=_assigns),
}


def following(plan: Plan, later: Collection[Purpose]) -> tuple[Change, ...]:
    """What of a plan has to wait for stacks that the same run deploys later.

    Args:
        plan: The plan.
        later: The purposes of the accounts whose stacks are deployed later.
    """
    return tuple(
        change
        for change in plan.changes
        if change.action in _CHANGES
        and (wait := _WAITS.get(change.type))
        and (wait.purpose in later if wait.purpose else later)
        and (wait.which is None or wait.which(change, plan))
    )


def all_but(plan: Plan, changes: Collection[Change]) -> list[str]:
    """Terraform's arguments to plan all resources but some; none, which plans all, if there are none of those.

    Source: https://developer.hashicorp.com/terraform/cli/commands/plan#resource-targeting
    """
    return [f"-target={change.address}" for change in plan.changes if changes and change not in changes]


def in_words(changes: Sequence[Change]) -> list[str]:
    """What follows, and when: a line for each kind."""
    kinds = dict.fromkeys(change.type for change in changes)
    counts = {kind: sum(change.type == kind for change in changes) for kind in kinds}
    return [f"{_WAITS[kind].name} ({counts[kind]}) follow when {_WAITS[kind].until}" for kind in kinds]


def require_approved(plan: Plan, approved: Plan) -> None:
    """See that a plan does nothing that an approved one did not: nobody was asked for it, and no guard has judged it.

    Args:
        plan: What would be applied now.
        approved: The plan that was shown, judged and approved.

    Raises:
        StoppedError: It does something else; all of it is named.
    """
    known = {change.address: change for change in approved.changes}
    others = [
        f"{change.action} {change.address}"
        for change in plan.changes
        if change.action not in (Action.NONE, Action.READ) and not _same(change, known.get(change.address))
    ]
    if others:
        raise StoppedError(
            f"Stack {plan.stack} has changed since its plan was approved, and would now do something else:\n  "
            + "\n  ".join(others)
            + "\nNone of this was done. Run the command again, to see it and to decide."
        )


def _same(change: Change, approved: Change | None) -> bool:
    """Whether this was approved: the same action, with the same values as far as they were known."""
    return (
        approved is not None
        and change.action is approved.action
        and all(
            change.after.get(name) == value for name, value in approved.after.items() if name not in approved.unknown
        )
    )
