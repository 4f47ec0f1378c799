"""A stack with a plan that can be shown, judged and applied."""

from dataclasses import dataclass

from estate.guard.plan import Change, Plan
from estate.terraform.stack import Stack
from estate.terraform.steps import in_words


@dataclass(frozen=True)
class Adopted:
    """A resource that exists and that Terraform is to take over.

    Args:
        address: Its Terraform address.
        id: What Terraform imports it by.
    """

    address: str
    id: str


@dataclass(frozen=True)
class Ready:
    """A stack with a plan.

    Args:
        stack: The stack.
        plan: Its plan.
        pending: Whether applying it would do anything.
        adopted: What exists and is taken over.
        follows: What waits for other stacks, and is done after them.
    """

    stack: Stack
    plan: Plan
    pending: bool
    adopted: tuple[Adopted, ...]
    follows: tuple[Change, ...] = ()

    @property
    def follows_in_words(self) -> list[str]:
        """What follows, and when."""
        return in_words(self.follows)
