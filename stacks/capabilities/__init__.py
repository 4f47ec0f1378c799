"""What an account's stack is made of: one module per capability."""

from stacks.capabilities.capability import Capability
from stacks.capabilities.delivery import DELIVERY
from stacks.capabilities.execution_role import EXECUTION_ROLE
from stacks.capabilities.identity import IDENTITY
from stacks.capabilities.network import NETWORK
from stacks.capabilities.roles import ROLES

CAPABILITIES: tuple[Capability, ...] = (
    IDENTITY,
    EXECUTION_ROLE,
    DELIVERY,
    ROLES,
    NETWORK,
)
"""Every capability; the order means nothing but the order of warnings."""
