"""What a capability is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.nodes import Account, Organization

if TYPE_CHECKING:
    from stacks.account import AccountStack


@dataclass(frozen=True)
class Capability:
    """One thing that an account's stack can hold.

    Args:
        name: The key that configures it.
        has: Whether the configuration gives it to an account.
        add: Adds it to the stack of an account that has it.
        types: The resource types (``aws_vpc``) and data sources (``data.aws_ami``) that `add` may make. The execution
            role is permitted what they need, so a type that is missing here is refused at synth.
    """

    name: str
    has: Callable[[Organization, Account], bool]
    add: Callable[["AccountStack"], None]
    types: frozenset[str]
