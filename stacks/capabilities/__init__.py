"""What an account's stack is made of: one module per capability, each a function that adds it to a stack.

A function does nothing in an account that the configuration does not give the capability to.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from stacks.capabilities.execution_role import add_execution_role
from stacks.capabilities.identity import add_identity
from stacks.capabilities.network import add_network
from stacks.capabilities.roles import add_roles

if TYPE_CHECKING:
    from stacks.account import AccountStack

CAPABILITIES: tuple[Callable[["AccountStack"], None], ...] = (
    add_identity,
    add_execution_role,
    add_roles,
    add_network,
)
