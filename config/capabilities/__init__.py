"""What accounts and the organization can have: one module a capability, with all that is known about it.

To add one, write three files and enter it in `BUILT_IN`:

- ``config/capabilities/<name>.py``, a package if one module is too small: key and model, rules, resource types, what drives the cost, whose stack has it;
- ``stacks/capabilities/<name>.py``: how it is built;
- ``constructs_lib/<room>/<name>.py``: the constructs that it is built from.

Schemas, settings, documentation, permissions and lists of types follow from the definition (`config.registry`). Your own
capability is made the same way, in ``extensions/``, and needs no entry here.
"""

from typing import Final

from config.capabilities.accepted_shares import ACCEPTED_SHARES
from config.capabilities.access_logs import ACCESS_LOGS
from config.capabilities.account_id import ACCOUNT_ID
from config.capabilities.address_plan import ADDRESS_PLAN
from config.capabilities.backup import BACKUP
from config.capabilities.baseline import BASELINE
from config.capabilities.capability import Capability
from config.capabilities.config_recorder import CONFIG_RECORDER
from config.capabilities.container_registry import CONTAINER_REGISTRY
from config.capabilities.cost import BUDGET, COST
from config.capabilities.customer_policies import CUSTOMER_POLICIES
from config.capabilities.delegated_administrators import DELEGATED_ADMINISTRATORS
from config.capabilities.delivery import DELIVERY
from config.capabilities.dns import DNS
from config.capabilities.endpoint_policies import ENDPOINT_POLICIES
from config.capabilities.event_bus import EVENT_BUS
from config.capabilities.event_buses import EVENT_BUSES
from config.capabilities.execution_role import EXECUTION_ROLE
from config.capabilities.firewall_policies import FIREWALL_POLICIES
from config.capabilities.gateway_load_balancers import GATEWAY_LOAD_BALANCERS
from config.capabilities.identity_center import IDENTITY_CENTER
from config.capabilities.identity_providers import IDENTITY_PROVIDERS
from config.capabilities.ipam import IPAM
from config.capabilities.kms_keys import KMS_KEYS
from config.capabilities.log_retention import LOG_RETENTION
from config.capabilities.logging import LOGGING
from config.capabilities.metric_alarms import METRIC_ALARMS
from config.capabilities.network import NETWORK
from config.capabilities.network_firewall import NETWORK_FIREWALL
from config.capabilities.patching import PATCHING
from config.capabilities.prefix_lists import PREFIX_LISTS
from config.capabilities.quota_template import QUOTA_TEMPLATE
from config.capabilities.resolver import RESOLVER
from config.capabilities.resolver_use import RESOLVER_USE
from config.capabilities.roles import ROLES
from config.capabilities.scheduled_scaling import SCHEDULED_SCALING
from config.capabilities.security import SECURITY
from config.capabilities.service_catalog import SERVICE_CATALOG
from config.capabilities.service_network_use import SERVICE_NETWORK_USE
from config.capabilities.service_networks import SERVICE_NETWORKS
from config.capabilities.session_manager import SESSION_MANAGER
from config.capabilities.shared_subnets import SHARED_SUBNETS
from config.capabilities.shares import SHARES
from config.capabilities.ssm_documents import SSM_DOCUMENTS
from config.capabilities.ssm_inventory import SSM_INVENTORY
from config.capabilities.stack_sets import STACK_SETS
from config.capabilities.transit_gateway import TRANSIT_GATEWAY
from config.capabilities.transit_gateway.routing import TRANSIT_GATEWAY_ROUTING
from config.capabilities.transit_gateway.ways import TRANSIT_GATEWAY_DIRECT_CONNECT, TRANSIT_GATEWAY_VPNS
from config.capabilities.workloads import WORKLOADS

BUILT_IN: Final[tuple[Capability, ...]] = (
    ACCOUNT_ID,
    EXECUTION_ROLE,
    DELIVERY,
    CUSTOMER_POLICIES,
    IDENTITY_PROVIDERS,
    ROLES,
    KMS_KEYS,
    WORKLOADS,
    DELEGATED_ADMINISTRATORS,
    BASELINE,
    QUOTA_TEMPLATE,
    BUDGET,
    COST,
    SCHEDULED_SCALING,
    SESSION_MANAGER,
    SSM_DOCUMENTS,
    SSM_INVENTORY,
    PATCHING,
    STACK_SETS,
    SERVICE_CATALOG,
    BACKUP,
    IDENTITY_CENTER,
    TRANSIT_GATEWAY,
    IPAM,
    ADDRESS_PLAN,
    NETWORK,
    ENDPOINT_POLICIES,
    FIREWALL_POLICIES,
    GATEWAY_LOAD_BALANCERS,
    NETWORK_FIREWALL,
    PREFIX_LISTS,
    SERVICE_NETWORKS,
    SERVICE_NETWORK_USE,
    TRANSIT_GATEWAY_VPNS,
    TRANSIT_GATEWAY_DIRECT_CONNECT,
    TRANSIT_GATEWAY_ROUTING,
    DNS,
    RESOLVER,
    SHARES,
    SHARED_SUBNETS,
    RESOLVER_USE,
    ACCEPTED_SHARES,
    CONTAINER_REGISTRY,
    LOGGING,
    ACCESS_LOGS,
    LOG_RETENTION,
    EVENT_BUS,
    EVENT_BUSES,
    METRIC_ALARMS,
    CONFIG_RECORDER,
    SECURITY,
)
"""In the order in which stacks get them.

The order counts where one capability needs what another makes (`stacks.parts`): policies and identity providers come before the
roles that name them, transit gateway, address pools, VPC and Resolver come
before the shares of them, the transit gateway before the VPC that is attached to it, which comes before its firewall and the routes between VPCs, the VPC before its private zones, Gateway Load Balancers before the firewalls that name one, zones
before what signs and logs them, and before the Resolver's profile.
"""
