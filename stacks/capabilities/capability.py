"""What a capability is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from config.nodes import Account, Organization

if TYPE_CHECKING:
    from stacks.account import AccountStack
    from stacks.management import ManagementStack

AnyStack: TypeAlias = "AccountStack | ManagementStack"
"""The stack of any account: both have `organization`, `account`, `references` and `provider`."""

StackT_contra = TypeVar("StackT_contra", bound="AnyStack", contravariant=True)


@dataclass(frozen=True)
class Capability(Generic[StackT_contra]):
    """One thing that an account's stack can hold.

    Args:
        name: The key that configures it.
        has: Whether the configuration gives it to an account.
        add: Adds it to the stack of an account that has it.
        types: The resource types (``aws_vpc``) and data sources (``data.aws_ami``) that `add` may make. The execution
            role of member accounts is permitted what they need, and nothing else.
    """

    name: str
    has: Callable[[Organization, Account], bool]
    add: Callable[[StackT_contra], None]
    types: frozenset[str]
