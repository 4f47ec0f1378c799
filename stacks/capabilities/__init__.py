"""What an account's stack is made of: one module per capability."""

from typing import TYPE_CHECKING

from stacks.capabilities.baseline import BASELINE, REGION_OPT_IN
from stacks.capabilities.config_recorder import CONFIG_RECORDER
from stacks.capabilities.container_registry import CONTAINER_REGISTRY
from stacks.capabilities.cost import BUDGET, COST
from stacks.capabilities.delegation import DELEGATION
from stacks.capabilities.delivery import DELIVERY
from stacks.capabilities.dns import DNS, DNSSEC, QUERY_LOGS
from stacks.capabilities.execution_role import EXECUTION_ROLE, MANAGEMENT_EXECUTION_ROLE
from stacks.capabilities.identity import IDENTITY
from stacks.capabilities.identity_center import IDENTITY_CENTER
from stacks.capabilities.ipam import IPAM
from stacks.capabilities.logging import ACTIVITY, LOGGING
from stacks.capabilities.network import NETWORK
from stacks.capabilities.roles import ROLES
from stacks.capabilities.scheduled_scaling import SCHEDULED_SCALING
from stacks.capabilities.security import MANAGEMENT_SECURITY, SECURITY_SERVICES
from stacks.capabilities.shares import ACCEPTED_SHARES, SHARES
from stacks.capabilities.transit_gateway import TRANSIT_GATEWAY

if TYPE_CHECKING:
    from stacks.account import AccountStack
    from stacks.capabilities.capability import Capability
    from stacks.management import ManagementStack

CAPABILITIES: "tuple[Capability[AccountStack], ...]" = (
    IDENTITY,
    EXECUTION_ROLE,
    DELIVERY,
    ROLES,
    BASELINE,
    BUDGET,
    SCHEDULED_SCALING,
    IDENTITY_CENTER,
    TRANSIT_GATEWAY,
    IPAM,
    NETWORK,
    SHARES,
    ACCEPTED_SHARES,
    DNS,
    DNSSEC,
    QUERY_LOGS,
    CONTAINER_REGISTRY,
    LOGGING,
    ACTIVITY,
    CONFIG_RECORDER,
    *SECURITY_SERVICES,
)
"""What member accounts can have, in the order in which it is added.

The order counts where one capability needs what another makes (`stacks.parts`): transit gateway, address pools and VPC come
before the shares of them, the transit gateway before the VPC that is attached to it, the VPC before its private zones, zones before what
signs and logs them.
"""

MANAGEMENT_CAPABILITIES: "tuple[Capability[ManagementStack], ...]" = (
    MANAGEMENT_EXECUTION_ROLE,
    DELEGATION,
    ACTIVITY,
    CONFIG_RECORDER,
    *MANAGEMENT_SECURITY,
    BASELINE,
    REGION_OPT_IN,
    BUDGET,
    COST,
    IDENTITY_CENTER,
)
"""What the management account can have beside the organization itself."""
