"""One thing that a plan weakens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from estate.guard.plan import Action, Change
from estate.guard.rule import Rule, Severity, Weakens

if TYPE_CHECKING:
    from estate.guard.context import Context


@dataclass(frozen=True, order=True)
class Danger:
    """One thing that a plan weakens.

    Args:
        stack: The stack whose plan it is in.
        address: The resource's Terraform address.
        rule: The name of the rule.
        what: What happens, as a sentence.
        why: Why that is dangerous, as a sentence.
        severity: What the guard does about it.
        approvable: Whether an approval can lift a stop.
    """

    stack: str
    address: str
    rule: str
    what: str
    why: str
    severity: Severity = Severity.STOP
    approvable: bool = True

    @property
    def stops(self) -> bool:
        """Whether the plan must not be applied without an approval."""
        return self.severity is Severity.STOP


def danger(context: Context, rule: Rule, change: Change, what: str, *, created: bool = False) -> Danger:
    """A danger by a rule.

    Args:
        context: Where.
        rule: The rule.
        change: The change.
        what: What happens, as a sentence.
        created: Whether the resource is made, so that nothing is weakened that was there before.
    """
    severity = rule.created if created and rule.created else rule.severity
    # Where nothing was, nothing is weakened, unless strangers get in.
    if created and context.first and rule.weakens is not Weakens.OPENS:
        severity = Severity.SAY
    return Danger(context.plan.stack, change.address, rule.name, what, rule.why, severity, rule.approvable)


def lost(noun: str, change: Change) -> str:
    """A sentence about a resource that is deleted, replaced or forgotten."""
    if change.action is Action.FORGET:
        return f"The plan forgets {noun}: it stays in AWS, and nobody looks after it."
    verb = "deletes" if change.action is Action.DELETE else "replaces"
    forced = f", since {' and '.join(change.replaced_for)} cannot change in place" if change.replaced_for else ""
    return f"The plan {verb} {noun}{forced}."
