"""CDKTF constructs for running an AWS organization: accounts, guardrails, roles, shares.

Everything public can be imported from here; a module is loaded when its first name is used, so that
``import constructs_lib`` costs nothing and starts no JavaScript kernel:

    from constructs_lib import OrganizationStack, ScpConstruct
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from constructs_lib.lazy import activate

if TYPE_CHECKING:
    from constructs_lib.backup.reports import BackupReportsConstruct as BackupReportsConstruct
    from constructs_lib.backup.restore_tests import RestoreTest as RestoreTest
    from constructs_lib.backup.restore_tests import RestoreTestsConstruct as RestoreTestsConstruct
    from constructs_lib.backup.role import BackupRoleConstruct as BackupRoleConstruct
    from constructs_lib.backup.vaults import BackupVaultsConstruct as BackupVaultsConstruct
    from constructs_lib.backup.vaults import Vault as Vault
    from constructs_lib.backup.vaults import VaultLock as VaultLock
    from constructs_lib.baseline.account_baseline import AccountBaselineConstruct as AccountBaselineConstruct
    from constructs_lib.baseline.account_baseline import AlternateContact as AlternateContact
    from constructs_lib.baseline.account_baseline import PasswordPolicy as PasswordPolicy
    from constructs_lib.baseline.default_vpc import DefaultVpcConstruct as DefaultVpcConstruct
    from constructs_lib.baseline.document_sharing import DocumentSharingConstruct as DocumentSharingConstruct
    from constructs_lib.baseline.quota_template import QuotaTemplateConstruct as QuotaTemplateConstruct
    from constructs_lib.baseline.region_opt_in import RegionOptInConstruct as RegionOptInConstruct
    from constructs_lib.baseline.regional_baseline import RegionalBaselineConstruct as RegionalBaselineConstruct
    from constructs_lib.baseline.service_quotas import ServiceQuota as ServiceQuota
    from constructs_lib.baseline.service_quotas import ServiceQuotasConstruct as ServiceQuotasConstruct
    from constructs_lib.baseline.volume_key import VolumeKeyConstruct as VolumeKeyConstruct
    from constructs_lib.ci.ci_role import CiRoleConstruct as CiRoleConstruct
    from constructs_lib.ci.ci_user import CiUserConstruct as CiUserConstruct
    from constructs_lib.ci.execution_role import ExecutionRoleConstruct as ExecutionRoleConstruct
    from constructs_lib.ci.made import resource_types as resource_types
    from constructs_lib.ci.oidc_provider import OidcProviderConstruct as OidcProviderConstruct
    from constructs_lib.ci.oidc_subject import OidcSubject as OidcSubject
    from constructs_lib.ci.oidc_subject import github_subject as github_subject
    from constructs_lib.ci.oidc_subject import gitlab_subject as gitlab_subject
    from constructs_lib.cost.anomaly_detection import AnomalyDetectionConstruct as AnomalyDetectionConstruct
    from constructs_lib.cost.budget import BudgetConstruct as BudgetConstruct
    from constructs_lib.cost.business_hours import BusinessHours as BusinessHours
    from constructs_lib.cost.commitment_budget import CommitmentBudgetConstruct as CommitmentBudgetConstruct
    from constructs_lib.cost.cost_allocation_tags import CostAllocationTagsConstruct as CostAllocationTagsConstruct
    from constructs_lib.cost.cost_category import CostCategoryConstruct as CostCategoryConstruct
    from constructs_lib.cost.cost_category import CostCategoryValue as CostCategoryValue
    from constructs_lib.cost.data_exports import DataExportsConstruct as DataExportsConstruct
    from constructs_lib.cost.scaling_targets import AutoScalingGroup as AutoScalingGroup
    from constructs_lib.cost.scaling_targets import EcsService as EcsService
    from constructs_lib.cost.scaling_targets import RdsCluster as RdsCluster
    from constructs_lib.cost.scaling_targets import RdsInstance as RdsInstance
    from constructs_lib.cost.scaling_targets import TaggedInstances as TaggedInstances
    from constructs_lib.cost.scheduled_scaling import ScheduledScalingConstruct as ScheduledScalingConstruct
    from constructs_lib.cost.subscribers import Subscribers as Subscribers
    from constructs_lib.errors import InvalidPolicyError as InvalidPolicyError
    from constructs_lib.errors import InvalidValueError as InvalidValueError
    from constructs_lib.iam.access import CrossAccountAccess as CrossAccountAccess
    from constructs_lib.iam.account_provider import AccountConnection as AccountConnection
    from constructs_lib.iam.account_provider import account_provider as account_provider
    from constructs_lib.iam.account_providers import AccountProvidersConstruct as AccountProvidersConstruct
    from constructs_lib.iam.assume_role_permission import AssumeRolePermissionConstruct as AssumeRolePermissionConstruct
    from constructs_lib.iam.cross_account_role import CrossAccountRoleConstruct as CrossAccountRoleConstruct
    from constructs_lib.iam.customer_policy import CustomerPolicyConstruct as CustomerPolicyConstruct
    from constructs_lib.iam.instance_profile import InstanceProfileConstruct as InstanceProfileConstruct
    from constructs_lib.iam.policy_lint import lint_policies as lint_policies
    from constructs_lib.iam.saml_provider import SamlProviderConstruct as SamlProviderConstruct
    from constructs_lib.identity.account_assignments import AccountAssignmentsConstruct as AccountAssignmentsConstruct
    from constructs_lib.identity.administrators import (
        IdentityAdministratorsConstruct as IdentityAdministratorsConstruct,
    )
    from constructs_lib.identity.group import IdentityGroupConstruct as IdentityGroupConstruct
    from constructs_lib.identity.permission_set import PermissionSetConstruct as PermissionSetConstruct
    from constructs_lib.identity.user import IdentityUserConstruct as IdentityUserConstruct
    from constructs_lib.logging.access_logs import AccessLogsConstruct as AccessLogsConstruct
    from constructs_lib.logging.activity_alerts import ActivityAlertsConstruct as ActivityAlertsConstruct
    from constructs_lib.logging.activity_forwarder import ActivityForwarderConstruct as ActivityForwarderConstruct
    from constructs_lib.logging.activity_patterns import activity_patterns as activity_patterns
    from constructs_lib.logging.central_logs import CentralLogsConstruct as CentralLogsConstruct
    from constructs_lib.logging.central_logs import LogBucket as LogBucket
    from constructs_lib.logging.central_logs import LogSubscriptionConstruct as LogSubscriptionConstruct
    from constructs_lib.logging.central_logs import LogSubscriptionRoleConstruct as LogSubscriptionRoleConstruct
    from constructs_lib.logging.load_balancer_logs import LoadBalancerLogsConstruct as LoadBalancerLogsConstruct
    from constructs_lib.logging.locked_copies import LockedCopiesConstruct as LockedCopiesConstruct
    from constructs_lib.logging.log_archive import LogArchiveConstruct as LogArchiveConstruct
    from constructs_lib.logging.log_retention import LogRetentionConstruct as LogRetentionConstruct
    from constructs_lib.logging.organization_trail import OrganizationTrailConstruct as OrganizationTrailConstruct
    from constructs_lib.logging.secure_bucket import ObjectLock as ObjectLock
    from constructs_lib.logging.secure_bucket import SecureBucketConstruct as SecureBucketConstruct
    from constructs_lib.logging.trail_queries import TrailQueriesConstruct as TrailQueriesConstruct
    from constructs_lib.logging.trail_reader import TrailReaderConstruct as TrailReaderConstruct
    from constructs_lib.logging.trail_table import TrailTable as TrailTable
    from constructs_lib.network.appliance_endpoints import ApplianceEndpointsConstruct as ApplianceEndpointsConstruct
    from constructs_lib.network.cidr_plan import CidrPlan as CidrPlan
    from constructs_lib.network.dhcp_options import DhcpOptionsConstruct as DhcpOptionsConstruct
    from constructs_lib.network.direct_connect import DirectConnectConstruct as DirectConnectConstruct
    from constructs_lib.network.direct_connect import TransitInterface as TransitInterface
    from constructs_lib.network.dns_firewall import DnsFirewallConstruct as DnsFirewallConstruct
    from constructs_lib.network.dns_firewall import DnsFirewallRule as DnsFirewallRule
    from constructs_lib.network.dns_profile import DnsProfileConstruct as DnsProfileConstruct
    from constructs_lib.network.endpoint_zones import EndpointName as EndpointName
    from constructs_lib.network.endpoint_zones import EndpointZonesConstruct as EndpointZonesConstruct
    from constructs_lib.network.firewall_policy import FirewallPolicyConstruct as FirewallPolicyConstruct
    from constructs_lib.network.firewall_policy import FirewallRuleGroup as FirewallRuleGroup
    from constructs_lib.network.firewall_route import FirewallRoute as FirewallRoute
    from constructs_lib.network.flow_logs import FlowLogsConstruct as FlowLogsConstruct
    from constructs_lib.network.gateway_load_balancer import ApplianceHealthCheck as ApplianceHealthCheck
    from constructs_lib.network.gateway_load_balancer import (
        GatewayLoadBalancerConstruct as GatewayLoadBalancerConstruct,
    )
    from constructs_lib.network.internet_access import InternetAccessConstruct as InternetAccessConstruct
    from constructs_lib.network.internet_access import RoutedSubnet as RoutedSubnet
    from constructs_lib.network.ipam import AddressPool as AddressPool
    from constructs_lib.network.ipam import IpamConstruct as IpamConstruct
    from constructs_lib.network.network_firewall import NetworkFirewallConstruct as NetworkFirewallConstruct
    from constructs_lib.network.prefix_list import PrefixListConstruct as PrefixListConstruct
    from constructs_lib.network.private_zone import PrivateZoneConstruct as PrivateZoneConstruct
    from constructs_lib.network.private_zone import ZoneVpc as ZoneVpc
    from constructs_lib.network.public_zone import PublicZoneConstruct as PublicZoneConstruct
    from constructs_lib.network.query_log_group import QueryLogGroupConstruct as QueryLogGroupConstruct
    from constructs_lib.network.ram_share import RamShareConstruct as RamShareConstruct
    from constructs_lib.network.ram_share_accepter import RamShareAccepterConstruct as RamShareAccepterConstruct
    from constructs_lib.network.resolver_endpoint import ResolverEndpointConstruct as ResolverEndpointConstruct
    from constructs_lib.network.resolver_query_log import ResolverQueryLogConstruct as ResolverQueryLogConstruct
    from constructs_lib.network.resolver_rules import ForwardingRule as ForwardingRule
    from constructs_lib.network.resolver_rules import ResolverRulesConstruct as ResolverRulesConstruct
    from constructs_lib.network.resolver_use import ResolverUseConstruct as ResolverUseConstruct
    from constructs_lib.network.resolver_use import SharedResolverUseConstruct as SharedResolverUseConstruct
    from constructs_lib.network.service_network import ServiceNetworkConstruct as ServiceNetworkConstruct
    from constructs_lib.network.service_network_association import (
        ServiceNetworkAssociationConstruct as ServiceNetworkAssociationConstruct,
    )
    from constructs_lib.network.shared_vpc import SharedVpcConstruct as SharedVpcConstruct
    from constructs_lib.network.shared_vpc_tags import SharedSubnetTags as SharedSubnetTags
    from constructs_lib.network.shared_vpc_tags import SharedVpcTagsConstruct as SharedVpcTagsConstruct
    from constructs_lib.network.subnets import VpcSubnet as VpcSubnet
    from constructs_lib.network.subnets import plan_subnets as plan_subnets
    from constructs_lib.network.transit_gateway import TransitGatewayConstruct as TransitGatewayConstruct
    from constructs_lib.network.transit_gateway_attachment import (
        TransitGatewayAttachmentConstruct as TransitGatewayAttachmentConstruct,
    )
    from constructs_lib.network.transit_gateway_peering import (
        TransitGatewayPeeringConstruct as TransitGatewayPeeringConstruct,
    )
    from constructs_lib.network.transit_gateway_routing import TransitGatewayRoute as TransitGatewayRoute
    from constructs_lib.network.transit_gateway_routing import TransitGatewayRouteTable as TransitGatewayRouteTable
    from constructs_lib.network.transit_gateway_routing import (
        TransitGatewayRoutingConstruct as TransitGatewayRoutingConstruct,
    )
    from constructs_lib.network.vpc_endpoints import VpcEndpointsConstruct as VpcEndpointsConstruct
    from constructs_lib.network.vpn_connection import VpnConnectionConstruct as VpnConnectionConstruct
    from constructs_lib.network.vpn_connection import VpnTunnelOptions as VpnTunnelOptions
    from constructs_lib.network.vpn_logs import VpnLogsConstruct as VpnLogsConstruct
    from constructs_lib.network.zone_association import ZoneAssociationConstruct as ZoneAssociationConstruct
    from constructs_lib.network.zone_query_logs import LoggedZone as LoggedZone
    from constructs_lib.network.zone_query_logs import ZoneQueryLogsConstruct as ZoneQueryLogsConstruct
    from constructs_lib.network.zone_signing import ZoneSigningConstruct as ZoneSigningConstruct
    from constructs_lib.operations.catalog_sharing import CatalogSharingConstruct as CatalogSharingConstruct
    from constructs_lib.operations.document import SsmDocumentConstruct as SsmDocumentConstruct
    from constructs_lib.operations.event_bus import EventBusPolicyConstruct as EventBusPolicyConstruct
    from constructs_lib.operations.event_forwarding import EventForwardingConstruct as EventForwardingConstruct
    from constructs_lib.operations.event_forwarding import ForwardedEvents as ForwardedEvents
    from constructs_lib.operations.inventory import InventoryConstruct as InventoryConstruct
    from constructs_lib.operations.metric_alarms import MetricAlarm as MetricAlarm
    from constructs_lib.operations.metric_alarms import MetricAlarmsConstruct as MetricAlarmsConstruct
    from constructs_lib.operations.organization_event_bus import (
        OrganizationEventBusConstruct as OrganizationEventBusConstruct,
    )
    from constructs_lib.operations.patching import PatchApproval as PatchApproval
    from constructs_lib.operations.patching import PatchingConstruct as PatchingConstruct
    from constructs_lib.operations.patching import PatchWindow as PatchWindow
    from constructs_lib.operations.portfolio import CatalogProduct as CatalogProduct
    from constructs_lib.operations.portfolio import CatalogShare as CatalogShare
    from constructs_lib.operations.portfolio import PortfolioConstruct as PortfolioConstruct
    from constructs_lib.operations.session_manager import SessionManagerConstruct as SessionManagerConstruct
    from constructs_lib.operations.stack_set import StackSetConstruct as StackSetConstruct
    from constructs_lib.organization.policy import PolicyConstruct as PolicyConstruct
    from constructs_lib.organization.scp import ScpConstruct as ScpConstruct
    from constructs_lib.organization.stack import OrganizationStack as OrganizationStack
    from constructs_lib.organization.values import Account as Account
    from constructs_lib.organization.values import OrganizationalUnit as OrganizationalUnit
    from constructs_lib.organization.values import Policy as Policy
    from constructs_lib.policies import catalogue as catalogue
    from constructs_lib.policies.document import PolicyDocument as PolicyDocument
    from constructs_lib.policies.document import PolicyFormatError as PolicyFormatError
    from constructs_lib.policies.document import Statement as Statement
    from constructs_lib.policies.document import allow as allow
    from constructs_lib.policies.document import deny as deny
    from constructs_lib.policies.kinds import PolicyKind as PolicyKind
    from constructs_lib.policies.management import ManagementPolicy as ManagementPolicy
    from constructs_lib.registry.container_registry import ContainerRegistryConstruct as ContainerRegistryConstruct
    from constructs_lib.security.access_analyzer import AccessAnalyzerConstruct as AccessAnalyzerConstruct
    from constructs_lib.security.access_analyzer import ArchiveRule as ArchiveRule
    from constructs_lib.security.account_config_rules import AccountConfigRulesConstruct as AccountConfigRulesConstruct
    from constructs_lib.security.account_config_rules import Remediation as Remediation
    from constructs_lib.security.audit_manager import (
        AuditManagerAdministratorConstruct as AuditManagerAdministratorConstruct,
    )
    from constructs_lib.security.audit_manager import AuditManagerConstruct as AuditManagerConstruct
    from constructs_lib.security.automation_rules import AutomationRule as AutomationRule
    from constructs_lib.security.automation_rules import AutomationRulesConstruct as AutomationRulesConstruct
    from constructs_lib.security.automation_rules import FindingMatch as FindingMatch
    from constructs_lib.security.central_root_access import CentralRootAccessConstruct as CentralRootAccessConstruct
    from constructs_lib.security.config_aggregator import ConfigAggregatorConstruct as ConfigAggregatorConstruct
    from constructs_lib.security.config_recorder import ConfigRecorderConstruct as ConfigRecorderConstruct
    from constructs_lib.security.detective import DetectiveOrganizationConstruct as DetectiveOrganizationConstruct
    from constructs_lib.security.encryption_key import EncryptionKeyConstruct as EncryptionKeyConstruct
    from constructs_lib.security.finding_alerts import FindingAlertsConstruct as FindingAlertsConstruct
    from constructs_lib.security.finding_archive import FindingArchiveConstruct as FindingArchiveConstruct
    from constructs_lib.security.firewall_manager import FIREWALL_POLICY_TYPES as FIREWALL_POLICY_TYPES
    from constructs_lib.security.firewall_manager import (
        FirewallManagerAdministratorConstruct as FirewallManagerAdministratorConstruct,
    )
    from constructs_lib.security.firewall_manager import (
        FirewallManagerPolicyConstruct as FirewallManagerPolicyConstruct,
    )
    from constructs_lib.security.firewall_manager import FirewallPolicyType as FirewallPolicyType
    from constructs_lib.security.guardduty import GuardDutyOrganizationConstruct as GuardDutyOrganizationConstruct
    from constructs_lib.security.inspector import InspectorOrganizationConstruct as InspectorOrganizationConstruct
    from constructs_lib.security.ip_lists import GuardDutyIpListsConstruct as GuardDutyIpListsConstruct
    from constructs_lib.security.ip_lists import RegionDetector as RegionDetector
    from constructs_lib.security.macie import MacieOrganizationConstruct as MacieOrganizationConstruct
    from constructs_lib.security.member import Member as Member
    from constructs_lib.security.organization_config_rules import ManagedRule as ManagedRule
    from constructs_lib.security.organization_config_rules import (
        OrganizationConfigRulesConstruct as OrganizationConfigRulesConstruct,
    )
    from constructs_lib.security.organization_conformance_packs import ConformancePack as ConformancePack
    from constructs_lib.security.organization_conformance_packs import (
        OrganizationConformancePacksConstruct as OrganizationConformancePacksConstruct,
    )
    from constructs_lib.security.security_hub import (
        SecurityHubOrganizationConstruct as SecurityHubOrganizationConstruct,
    )
    from constructs_lib.security.security_hub_policy import SecurityHubPolicyConstruct as SecurityHubPolicyConstruct
    from constructs_lib.security.security_lake import LakeSource as LakeSource
    from constructs_lib.security.security_lake import LakeSourceName as LakeSourceName
    from constructs_lib.security.security_lake import LakeStorageClass as LakeStorageClass
    from constructs_lib.security.security_lake import (
        SecurityLakeAdministratorConstruct as SecurityLakeAdministratorConstruct,
    )
    from constructs_lib.security.security_lake import SecurityLakeConstruct as SecurityLakeConstruct
    from constructs_lib.security.service_administrators import (
        ServiceAdministratorsConstruct as ServiceAdministratorsConstruct,
    )
    from constructs_lib.state.access_role import StateAccessRoleConstruct as StateAccessRoleConstruct
    from constructs_lib.state.backend import StateBackendConstruct as StateBackendConstruct

_MODULES = {
    "AccessAnalyzerConstruct": "security.access_analyzer",
    "AccessLogsConstruct": "logging.access_logs",
    "Account": "organization.values",
    "AccountAssignmentsConstruct": "identity.account_assignments",
    "AccountBaselineConstruct": "baseline.account_baseline",
    "AccountConfigRulesConstruct": "security.account_config_rules",
    "AccountConnection": "iam.account_provider",
    "AccountProvidersConstruct": "iam.account_providers",
    "ActivityAlertsConstruct": "logging.activity_alerts",
    "ActivityForwarderConstruct": "logging.activity_forwarder",
    "AddressPool": "network.ipam",
    "AlternateContact": "baseline.account_baseline",
    "AnomalyDetectionConstruct": "cost.anomaly_detection",
    "ApplianceEndpointsConstruct": "network.appliance_endpoints",
    "ApplianceHealthCheck": "network.gateway_load_balancer",
    "ArchiveRule": "security.access_analyzer",
    "AssumeRolePermissionConstruct": "iam.assume_role_permission",
    "AuditManagerAdministratorConstruct": "security.audit_manager",
    "AuditManagerConstruct": "security.audit_manager",
    "AutoScalingGroup": "cost.scaling_targets",
    "AutomationRule": "security.automation_rules",
    "AutomationRulesConstruct": "security.automation_rules",
    "BackupReportsConstruct": "backup.reports",
    "BackupRoleConstruct": "backup.role",
    "BackupVaultsConstruct": "backup.vaults",
    "BudgetConstruct": "cost.budget",
    "BusinessHours": "cost.business_hours",
    "CatalogProduct": "operations.portfolio",
    "CatalogShare": "operations.portfolio",
    "CatalogSharingConstruct": "operations.catalog_sharing",
    "CentralLogsConstruct": "logging.central_logs",
    "CentralRootAccessConstruct": "security.central_root_access",
    "CiRoleConstruct": "ci.ci_role",
    "CiUserConstruct": "ci.ci_user",
    "CidrPlan": "network.cidr_plan",
    "CommitmentBudgetConstruct": "cost.commitment_budget",
    "ConfigAggregatorConstruct": "security.config_aggregator",
    "ConfigRecorderConstruct": "security.config_recorder",
    "ConformancePack": "security.organization_conformance_packs",
    "ContainerRegistryConstruct": "registry.container_registry",
    "CostAllocationTagsConstruct": "cost.cost_allocation_tags",
    "CostCategoryConstruct": "cost.cost_category",
    "CostCategoryValue": "cost.cost_category",
    "CrossAccountAccess": "iam.access",
    "CrossAccountRoleConstruct": "iam.cross_account_role",
    "CustomerPolicyConstruct": "iam.customer_policy",
    "DataExportsConstruct": "cost.data_exports",
    "DefaultVpcConstruct": "baseline.default_vpc",
    "DetectiveOrganizationConstruct": "security.detective",
    "DhcpOptionsConstruct": "network.dhcp_options",
    "DirectConnectConstruct": "network.direct_connect",
    "DnsFirewallConstruct": "network.dns_firewall",
    "DnsFirewallRule": "network.dns_firewall",
    "DnsProfileConstruct": "network.dns_profile",
    "DocumentSharingConstruct": "baseline.document_sharing",
    "EcsService": "cost.scaling_targets",
    "EncryptionKeyConstruct": "security.encryption_key",
    "EndpointName": "network.endpoint_zones",
    "EndpointZonesConstruct": "network.endpoint_zones",
    "EventBusPolicyConstruct": "operations.event_bus",
    "EventForwardingConstruct": "operations.event_forwarding",
    "ExecutionRoleConstruct": "ci.execution_role",
    "FIREWALL_POLICY_TYPES": "security.firewall_manager",
    "FindingAlertsConstruct": "security.finding_alerts",
    "FindingArchiveConstruct": "security.finding_archive",
    "FindingMatch": "security.automation_rules",
    "FirewallManagerAdministratorConstruct": "security.firewall_manager",
    "FirewallManagerPolicyConstruct": "security.firewall_manager",
    "FirewallPolicyConstruct": "network.firewall_policy",
    "FirewallPolicyType": "security.firewall_manager",
    "FirewallRoute": "network.firewall_route",
    "FirewallRuleGroup": "network.firewall_policy",
    "FlowLogsConstruct": "network.flow_logs",
    "ForwardedEvents": "operations.event_forwarding",
    "ForwardingRule": "network.resolver_rules",
    "GatewayLoadBalancerConstruct": "network.gateway_load_balancer",
    "GuardDutyIpListsConstruct": "security.ip_lists",
    "GuardDutyOrganizationConstruct": "security.guardduty",
    "IdentityAdministratorsConstruct": "identity.administrators",
    "IdentityGroupConstruct": "identity.group",
    "IdentityUserConstruct": "identity.user",
    "InspectorOrganizationConstruct": "security.inspector",
    "InstanceProfileConstruct": "iam.instance_profile",
    "InternetAccessConstruct": "network.internet_access",
    "InvalidPolicyError": "errors",
    "InvalidValueError": "errors",
    "InventoryConstruct": "operations.inventory",
    "IpamConstruct": "network.ipam",
    "LakeSource": "security.security_lake",
    "LakeSourceName": "security.security_lake",
    "LakeStorageClass": "security.security_lake",
    "LoadBalancerLogsConstruct": "logging.load_balancer_logs",
    "LockedCopiesConstruct": "logging.locked_copies",
    "LogArchiveConstruct": "logging.log_archive",
    "LogBucket": "logging.central_logs",
    "LogRetentionConstruct": "logging.log_retention",
    "LogSubscriptionConstruct": "logging.central_logs",
    "LogSubscriptionRoleConstruct": "logging.central_logs",
    "LoggedZone": "network.zone_query_logs",
    "MacieOrganizationConstruct": "security.macie",
    "ManagedRule": "security.organization_config_rules",
    "ManagementPolicy": "policies.management",
    "Member": "security.member",
    "MetricAlarm": "operations.metric_alarms",
    "MetricAlarmsConstruct": "operations.metric_alarms",
    "NetworkFirewallConstruct": "network.network_firewall",
    "ObjectLock": "logging.secure_bucket",
    "OidcProviderConstruct": "ci.oidc_provider",
    "OidcSubject": "ci.oidc_subject",
    "OrganizationConfigRulesConstruct": "security.organization_config_rules",
    "OrganizationConformancePacksConstruct": "security.organization_conformance_packs",
    "OrganizationEventBusConstruct": "operations.organization_event_bus",
    "OrganizationStack": "organization.stack",
    "OrganizationTrailConstruct": "logging.organization_trail",
    "OrganizationalUnit": "organization.values",
    "PasswordPolicy": "baseline.account_baseline",
    "PatchApproval": "operations.patching",
    "PatchWindow": "operations.patching",
    "PatchingConstruct": "operations.patching",
    "PermissionSetConstruct": "identity.permission_set",
    "Policy": "organization.values",
    "PolicyConstruct": "organization.policy",
    "PolicyDocument": "policies.document",
    "PolicyFormatError": "policies.document",
    "PolicyKind": "policies.kinds",
    "PortfolioConstruct": "operations.portfolio",
    "PrefixListConstruct": "network.prefix_list",
    "PrivateZoneConstruct": "network.private_zone",
    "PublicZoneConstruct": "network.public_zone",
    "QueryLogGroupConstruct": "network.query_log_group",
    "QuotaTemplateConstruct": "baseline.quota_template",
    "RamShareAccepterConstruct": "network.ram_share_accepter",
    "RamShareConstruct": "network.ram_share",
    "RdsCluster": "cost.scaling_targets",
    "RdsInstance": "cost.scaling_targets",
    "RegionDetector": "security.ip_lists",
    "RegionOptInConstruct": "baseline.region_opt_in",
    "RegionalBaselineConstruct": "baseline.regional_baseline",
    "Remediation": "security.account_config_rules",
    "ResolverEndpointConstruct": "network.resolver_endpoint",
    "ResolverQueryLogConstruct": "network.resolver_query_log",
    "ResolverRulesConstruct": "network.resolver_rules",
    "ResolverUseConstruct": "network.resolver_use",
    "RestoreTest": "backup.restore_tests",
    "RestoreTestsConstruct": "backup.restore_tests",
    "RoutedSubnet": "network.internet_access",
    "SamlProviderConstruct": "iam.saml_provider",
    "ScheduledScalingConstruct": "cost.scheduled_scaling",
    "ScpConstruct": "organization.scp",
    "SecureBucketConstruct": "logging.secure_bucket",
    "SecurityHubOrganizationConstruct": "security.security_hub",
    "SecurityHubPolicyConstruct": "security.security_hub_policy",
    "SecurityLakeAdministratorConstruct": "security.security_lake",
    "SecurityLakeConstruct": "security.security_lake",
    "ServiceAdministratorsConstruct": "security.service_administrators",
    "ServiceNetworkAssociationConstruct": "network.service_network_association",
    "ServiceNetworkConstruct": "network.service_network",
    "ServiceQuota": "baseline.service_quotas",
    "ServiceQuotasConstruct": "baseline.service_quotas",
    "SessionManagerConstruct": "operations.session_manager",
    "SharedResolverUseConstruct": "network.resolver_use",
    "SharedSubnetTags": "network.shared_vpc_tags",
    "SharedVpcConstruct": "network.shared_vpc",
    "SharedVpcTagsConstruct": "network.shared_vpc_tags",
    "SsmDocumentConstruct": "operations.document",
    "StackSetConstruct": "operations.stack_set",
    "StateAccessRoleConstruct": "state.access_role",
    "StateBackendConstruct": "state.backend",
    "Statement": "policies.document",
    "Subscribers": "cost.subscribers",
    "TaggedInstances": "cost.scaling_targets",
    "TrailQueriesConstruct": "logging.trail_queries",
    "TrailReaderConstruct": "logging.trail_reader",
    "TrailTable": "logging.trail_table",
    "TransitGatewayAttachmentConstruct": "network.transit_gateway_attachment",
    "TransitGatewayConstruct": "network.transit_gateway",
    "TransitGatewayPeeringConstruct": "network.transit_gateway_peering",
    "TransitGatewayRoute": "network.transit_gateway_routing",
    "TransitGatewayRouteTable": "network.transit_gateway_routing",
    "TransitGatewayRoutingConstruct": "network.transit_gateway_routing",
    "TransitInterface": "network.direct_connect",
    "Vault": "backup.vaults",
    "VaultLock": "backup.vaults",
    "VolumeKeyConstruct": "baseline.volume_key",
    "VpcEndpointsConstruct": "network.vpc_endpoints",
    "VpcSubnet": "network.subnets",
    "VpnConnectionConstruct": "network.vpn_connection",
    "VpnLogsConstruct": "network.vpn_logs",
    "VpnTunnelOptions": "network.vpn_connection",
    "ZoneAssociationConstruct": "network.zone_association",
    "ZoneQueryLogsConstruct": "network.zone_query_logs",
    "ZoneSigningConstruct": "network.zone_signing",
    "ZoneVpc": "network.private_zone",
    "account_provider": "iam.account_provider",
    "activity_patterns": "logging.activity_patterns",
    "allow": "policies.document",
    "catalogue": "policies",
    "deny": "policies.document",
    "github_subject": "ci.oidc_subject",
    "gitlab_subject": "ci.oidc_subject",
    "lint_policies": "iam.policy_lint",
    "plan_subnets": "network.subnets",
    "resource_types": "ci.made",
}
"""Public name to the module that defines it; the imports above say the same to type checkers and editors."""

activate()

__all__ = sorted(_MODULES)  # noqa: PLE0605  a list, computed


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_MODULES[name]}")
    # The catalogue is a module itself.
    value = getattr(module, name) if hasattr(module, name) else import_module(f"{module.__name__}.{name}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *_MODULES]
