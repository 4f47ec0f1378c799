"""What each block that works leaves in the configuration that is made of Meadow's, and in what that synthesizes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from config.capabilities.access_logs import ACCESS_LOGS
from config.capabilities.address_plan import ADDRESS_PLAN
from config.capabilities.backup import BACKUP
from config.capabilities.baseline import BASELINE
from config.capabilities.config_recorder import CONFIG_RECORDER
from config.capabilities.cost import COST
from config.capabilities.customer_policies import CUSTOMER_POLICIES
from config.capabilities.endpoint_policies import ENDPOINT_POLICIES
from config.capabilities.event_bus import EVENT_BUS
from config.capabilities.firewall_policies import FIREWALL_POLICIES
from config.capabilities.identity_center import IDENTITY_CENTER
from config.capabilities.ipam import IPAM
from config.capabilities.log_retention import LOG_RETENTION
from config.capabilities.logging import LOGGING
from config.capabilities.network import NETWORK
from config.capabilities.resolver import RESOLVER
from config.capabilities.roles import ROLES
from config.capabilities.security import SECURITY
from config.capabilities.session_manager import SESSION_MANAGER
from config.capabilities.shares import SHARES
from config.capabilities.ssm_documents import SSM_DOCUMENTS
from config.capabilities.transit_gateway import TRANSIT_GATEWAY


@dataclass(frozen=True)
class Proof:
    """What a block leaves in the result.

    `says` is true of the organization that was taken over, and false of one without the block; `types` are resource types that
    stacks have for it. `stays` says why the first is true without the block, too.
    """

    says: Callable[[Any], Any]
    types: dict[str, set[str]] = field(default_factory=dict)
    stays: str = ""


def of(capability, slug):
    return lambda organization: capability.in_account(organization, organization.accounts[slug])


def network(organization, slug="network", vpc="main"):
    found = NETWORK.in_account(organization, organization.accounts[slug])
    return found.every.get(vpc) if found else None


def policies(organization, type_):
    return [
        policy for policy in organization.policies.values() if policy.kind.terraform_type == type_ and policy.targets
    ]


def role(organization, slug):
    return (ROLES.of(organization) or {}).get(slug)


def hub(organization):
    security = SECURITY.of(organization)
    return security.security_hub if security else None


GATEWAY = of(TRANSIT_GATEWAY, "network")
PROOFS = {
    "replacements: globalReplacements": Proof(
        lambda org: all(each in org.policies["backup"].content for each in ("vault", "us-east-1"))
    ),
    "accounts: mandatoryAccounts": Proof(
        lambda org: [org.accounts[each].purpose for each in ("audit", "log-archive", "management")]
    ),
    "accounts: workloadAccounts": Proof(lambda org: org.accounts.get("shop-live")),
    "organization: organizationalUnits": Proof(
        lambda org: org.accounts["shop-live"].unit.path == "work/live",
        {"management": {"aws_organizations_organizational_unit"}},
    ),
    "organization: serviceControlPolicies": Proof(
        lambda org: [each for each in policies(org, "SERVICE_CONTROL_POLICY") if each.guardrail is None],
        {"management": {"aws_organizations_policy", "aws_organizations_policy_attachment"}},
    ),
    "organization: resourceControlPolicies": Proof(lambda org: policies(org, "RESOURCE_CONTROL_POLICY")),
    "organization: declarativePolicies": Proof(lambda org: policies(org, "DECLARATIVE_POLICY_EC2")),
    "organization: taggingPolicies": Proof(lambda org: policies(org, "TAG_POLICY")),
    "organization: backupPolicies": Proof(lambda org: policies(org, "BACKUP_POLICY")),
    "organization: quarantineNewAccounts": Proof(
        lambda org: any(policy.guardrail == "quarantine-unplaced" for policy in org.policies.values())
    ),
    "global: homeRegion": Proof(lambda org: org.home_region == "eu-central-1"),
    "global: enabledRegions": Proof(lambda org: "us-east-1" in org.governed_regions),
    "global: managementAccountAccessRole": Proof(lambda org: org.break_glass_role == "AWSControlTowerExecution"),
    "global: tags": Proof(lambda org: org.accounts["shop-live"].tags.get("Owner") == "Meadow"),
    "global: enableOptInRegions": Proof(lambda _: True, stays="Governed regions are open without it, too."),
    "global: centralRootUserManagement": Proof(
        lambda org: SECURITY.of(org).central_root_access, {"management": {"aws_iam_organizations_features"}}
    ),
    "global: controlTower.controls": Proof(
        lambda org: (
            "iam-no-inline-policy-check" in of(CONFIG_RECORDER, "network")(org).rules
            and "iam-no-inline-policy-check" not in of(CONFIG_RECORDER, "shop-live")(org).rules
        ),
        {"network": {"aws_config_config_rule"}},
    ),
    "global: snsTopics": Proof(
        lambda org: (
            hub(org).alerts["HIGH"] == ("loud@meadow.example",)
            and LOGGING.of(org).alerts.emails == ("news@meadow.example",)
        ),
        {"audit": {"aws_sns_topic", "aws_sns_topic_subscription"}},
    ),
    "global: logging.cloudwatchLogs": Proof(
        lambda org: LOGGING.of(org).cloudwatch,
        {
            "log-archive": {"aws_kinesis_firehose_delivery_stream"},
            "shop-live": {"aws_cloudwatch_log_account_policy"},
        },
    ),
    "global: backup": Proof(
        lambda org: "vault" in of(BACKUP, "shop-live")(org).vaults and '"vault"' in org.policies["backup"].content,
        {"shop-live": {"aws_backup_vault", "aws_backup_vault_lock_configuration"}},
    ),
    "global: controlTower.landingZone.logging": Proof(
        LOGGING.of,
        {"audit": {"aws_cloudtrail"}, "log-archive": {"aws_s3_bucket"}},
        stays="There is a trail without it, too: deliveries need its archive.",
    ),
    "global: logging.centralLogBucket": Proof(
        lambda org: (
            (LOGGING.of(org).retention_days, LOGGING.of(org).archive_after_days, LOGGING.of(org).noncurrent_days)
            == (900, 200, 40)
        ),
        {"log-archive": {"aws_s3_bucket_lifecycle_configuration"}},
    ),
    "global: reports.budgets": Proof(
        lambda org: (COST.of(org).budget.limit, COST.of(org).budget.forecast_percents) == (1500, (120,)),
        {"management": {"aws_budgets_budget"}},
    ),
    "global: defaultEventBus": Proof(
        lambda org: of(EVENT_BUS, "shop-live")(org).organization,
        {"shop-live": {"aws_cloudwatch_event_bus_policy"}, "management": {"aws_cloudwatch_event_bus_policy"}},
    ),
    "global: cloudwatchLogRetentionInDays": Proof(
        lambda org: of(LOG_RETENTION, "shop-live")(org).days == 180, {"shop-live": {"aws_ssm_document"}}
    ),
    "global: logging.account": Proof(
        lambda org: org.accounts["log-archive"].purpose == "log-archive",
        {"log-archive": {"aws_s3_bucket"}},
        stays="The Accelerator's own name for the account says it, too.",
    ),
    "global: logging.cloudtrail": Proof(
        LOGGING.of,
        {"audit": {"aws_cloudtrail"}},
        stays="There is a trail without it, too: deliveries need its archive.",
    ),
    "global: logging.sessionManager": Proof(of(SESSION_MANAGER, "shop-live"), {"shop-live": {"aws_ssm_document"}}),
    "global: logging.accessLogBucket": Proof(of(ACCESS_LOGS, "shop-live"), {"shop-live": {"aws_s3_bucket"}}),
    "global: logging.elbLogBucket": Proof(lambda org: LOGGING.of(org).load_balancers),
    "global: reports.costAndUsageReport": Proof(
        lambda org: COST.of(org).exports.granularity == "DAILY", {"management": {"aws_bcmdataexports_export"}}
    ),
    "iam: policySets": Proof(
        lambda org: "machines-read" in CUSTOMER_POLICIES.of(org), {"shop-live": {"aws_iam_policy"}}
    ),
    "iam: roleSets": Proof(lambda org: role(org, "machines"), {"shop-live": {"aws_iam_role"}}),
    "iam: roleSets.roles.assumedBy": Proof(
        lambda org: (
            role(org, "machines").others[0].service == "ec2.amazonaws.com"
            and role(org, "auditors").trusted_by[0].account.slug == "audit"
        )
    ),
    "iam: roleSets.roles.policies": Proof(
        lambda org: (
            role(org, "machines").customer_policies == ("machines-read",) and role(org, "machines").managed_policies
        )
    ),
    "iam: roleSets.roles.boundaryPolicy": Proof(lambda org: role(org, "machines").boundary == "at-most"),
    "iam: roleSets.roles.instanceProfile": Proof(
        lambda org: role(org, "machines").instance_profile, {"shop-live": {"aws_iam_instance_profile"}}
    ),
    "iam: identityCenter": Proof(
        lambda org: (
            org.delegated_administrators["sso.amazonaws.com"].slug == "shared-services"
            and set(IDENTITY_CENTER.of(org).people.permission_sets) == {"admins", "lookers"}
        ),
        {"shared-services": {"aws_ssoadmin_permission_set", "aws_ssoadmin_account_assignment"}},
    ),
    "security: centralSecurityServices.delegatedAdminAccount": Proof(
        lambda org: org.delegated_administrators["guardduty.amazonaws.com"].slug == "audit",
        {"management": {"aws_guardduty_organization_admin_account"}},
        stays="The Accelerator's own name for the account says it, too.",
    ),
    "security: centralSecurityServices.ebsDefaultVolumeEncryption": Proof(
        lambda org: of(BASELINE, "shop-live")(org).own_volume_key,
        {"shop-live": {"aws_ebs_default_kms_key", "aws_kms_key"}},
    ),
    "security: centralSecurityServices.s3PublicAccessBlock": Proof(
        lambda org: (
            of(BASELINE, "shop-live")(org).block_public_buckets
            and not of(BASELINE, "perimeter")(org).block_public_buckets
        ),
        {"shop-live": {"aws_s3_account_public_access_block"}},
    ),
    "security: centralSecurityServices.macie": Proof(
        lambda org: SECURITY.of(org).macie, {"audit": {"aws_macie2_organization_configuration"}}
    ),
    "security: centralSecurityServices.guardduty": Proof(
        lambda org: SECURITY.of(org).guardduty, {"audit": {"aws_guardduty_organization_configuration"}}
    ),
    "security: centralSecurityServices.guardduty.exportConfiguration": Proof(
        lambda org: SECURITY.of(org).guardduty.export,
        {"audit": {"aws_guardduty_publishing_destination"}, "log-archive": {"aws_kms_key"}},
    ),
    "security: centralSecurityServices.guardduty.s3Protection": Proof(
        lambda org: "S3_DATA_EVENTS" in SECURITY.of(org).guardduty.features,
        {"audit": {"aws_guardduty_organization_configuration_feature"}},
    ),
    "security: centralSecurityServices.guardduty.eksProtection": Proof(
        lambda org: "EKS_AUDIT_LOGS" in SECURITY.of(org).guardduty.features
    ),
    "security: centralSecurityServices.securityHub": Proof(
        hub, {"audit": {"aws_securityhub_organization_configuration"}}
    ),
    "security: centralSecurityServices.securityHub.regionAggregation": Proof(
        hub, {"audit": {"aws_securityhub_finding_aggregator"}}, stays="Findings of all regions are in one place always."
    ),
    "security: centralSecurityServices.securityHub.standards": Proof(
        lambda org: (
            hub(org).policies["work"].standards == ("cis-3.0.0", "aws-foundational")
            and hub(org).policies["organization"].disabled_controls
            and hub(org).policies["work"].disabled_controls
        ),
        {"audit": {"aws_securityhub_configuration_policy"}},
    ),
    "security: centralSecurityServices.ssmAutomation": Proof(
        lambda org: SSM_DOCUMENTS.of(org)["give-profile"].name == "Give-Profile", {"shop-live": {"aws_ssm_document"}}
    ),
    "security: awsConfig.ruleSets": Proof(
        lambda org: SECURITY.of(org).config.rules["Meadow-trail"].identifier == "CLOUD_TRAIL_ENABLED",
        {"audit": {"aws_config_organization_managed_rule"}},
    ),
    "security: awsConfig.ruleSets.rules.tags": Proof(
        lambda org: of(CONFIG_RECORDER, "shop-live")(org).rules["Meadow-volumes"].tags == {"Team": "storage"},
        {"shop-live": {"aws_config_config_rule"}},
    ),
    "security: awsConfig.ruleSets.rules.remediation": Proof(
        lambda org: (
            of(CONFIG_RECORDER, "shop-live")(org).rules["Meadow-profiles"].remediation.parameters["Profile"]
            == "Machines"
            and role(org, "profiles-mends").others[0].service == "ssm.amazonaws.com"
            and of(CONFIG_RECORDER, "management")(org).rules["Meadow-profiles"].remediation is None
        ),
        {"shop-live": {"aws_config_remediation_configuration"}},
    ),
    "security: accessAnalyzer": Proof(
        lambda org: SECURITY.of(org).access_analyzer, {"audit": {"aws_accessanalyzer_analyzer"}}
    ),
    "security: iamPasswordPolicy": Proof(
        lambda org: of(BASELINE, "shop-live")(org).password_policy.minimum_length == 16,
        {"shop-live": {"aws_iam_account_password_policy"}},
    ),
    "security: awsConfig.enableConfigurationRecorder": Proof(
        of(CONFIG_RECORDER, "shop-live"),
        {"shop-live": {"aws_config_configuration_recorder"}},
        stays="Rules of accounts bring it, too.",
    ),
    "security: awsConfig.enableDeliveryChannel": Proof(
        of(CONFIG_RECORDER, "shop-live"),
        {"shop-live": {"aws_config_delivery_channel"}},
        stays="What is recorded is delivered always.",
    ),
    "security: awsConfig.useServiceLinkedRole": Proof(
        of(CONFIG_RECORDER, "shop-live"),
        {"shop-live": {"aws_iam_service_linked_role"}},
        stays="Recorders have that role always.",
    ),
    "network: defaultVpc": Proof(
        lambda org: (
            of(BASELINE, "shop-live")(org).default_vpc == "removed"
            and of(BASELINE, "shop-trial")(org).default_vpc == "untouched"
        )
    ),
    "network: centralNetworkServices.delegatedAdminAccount": Proof(
        lambda org: org.delegated_administrators["ipam.amazonaws.com"].slug == "network",
        {"management": {"aws_vpc_ipam_organization_admin_account"}},
    ),
    "network: centralNetworkServices.ipams": Proof(
        of(IPAM, "network"), {"network": {"aws_vpc_ipam", "aws_vpc_ipam_pool"}}
    ),
    "network: centralNetworkServices.ipams.pools": Proof(
        lambda org: (
            {slug: (pool.region, pool.cidr) for slug, pool in of(IPAM, "network")(org).pools.items()}
            == {"hub": ("eu-central-1", "10.0.0.0/16"), "live": ("eu-central-1", "10.4.0.0/16")}
        ),
        {"network": {"aws_vpc_ipam_pool_cidr"}},
    ),
    "network: centralNetworkServices.ipams.pools.shareTargets": Proof(
        lambda org: SHARES.of(org)["addresses"].ipam_pools == ("live",),
        {"network": {"aws_ram_resource_association"}},
    ),
    "network: centralNetworkServices.networkFirewall.firewalls": Proof(
        lambda org: network(org, vpc="inspection").firewall.policy == "policy",
        {"network": {"aws_networkfirewall_firewall", "aws_networkfirewall_firewall_policy"}},
    ),
    "network: centralNetworkServices.networkFirewall.firewalls.loggingConfiguration": Proof(
        lambda org: network(org, vpc="inspection").firewall.logs == ("ALERT", "FLOW"),
        {"network": {"aws_networkfirewall_logging_configuration"}},
    ),
    "network: centralNetworkServices.networkFirewall.policies": Proof(
        lambda org: FIREWALL_POLICIES.of(org)["policy"].home_net == ("10.0.0.0/8",)
    ),
    "network: centralNetworkServices.networkFirewall.rules": Proof(
        lambda org: (
            FIREWALL_POLICIES.of(org)["policy"].rule_groups["rules"].rules
            == "pass tcp $HOME_NET any -> any [443] (sid:1;)\ndrop ip any any -> any any (sid:2;)"
        ),
        {"network": {"aws_networkfirewall_rule_group"}},
    ),
    "network: transitGateways": Proof(lambda org: GATEWAY(org).asn == 64600, {"network": {"aws_ec2_transit_gateway"}}),
    "network: transitGateways.routeTables": Proof(
        lambda org: (
            GATEWAY(org).route_tables["inside"].routes["everywhere"].attachment == "perimeter/main"
            and GATEWAY(org).route_tables["spokes"].routes["everywhere"].attachment == "inspection"
        ),
        {"network": {"aws_ec2_transit_gateway_route", "aws_ec2_transit_gateway_route_table"}},
    ),
    "network: transitGateways.shareTargets": Proof(
        lambda org: SHARES.of(org)["transit-gateway"].transit_gateway, {"network": {"aws_ram_resource_share"}}
    ),
    "network: endpointPolicies": Proof(
        lambda org: (
            "aws:PrincipalOrgID" in ENDPOINT_POLICIES.of(org)["only"].to_json()
            and network(org).endpoints.policies == {"ssm": "only", "ecr.api": "only"}
            and not network(org, "shop-live").endpoints.policies
        ),
    ),
    "network: vpcs": Proof(
        lambda org: network(org).cidr == "10.0.0.0/22", {"network": {"aws_vpc"}, "perimeter": {"aws_vpc"}}
    ),
    "network: vpcs.ipamAllocations": Proof(
        lambda org: (network(org).ipam_pool, network(org, "shop-live").ipam_pool) == ("hub", "live"),
    ),
    "network: vpcs.defaultSecurityGroupRulesDeletion": Proof(
        network, {"network": {"aws_default_security_group"}}, stays="It is so always."
    ),
    "network: vpcs.internetGateway": Proof(
        lambda org: network(org, "perimeter").is_public,
        {"perimeter": {"aws_internet_gateway"}},
        stays="Public subnets bring it.",
    ),
    "network: vpcs.routeTables": Proof(
        lambda org: network(org).attachment.destinations == ("0.0.0.0/0",),
        {"network": {"aws_route_table", "aws_route"}},
    ),
    "network: vpcs.subnets": Proof(
        lambda org: (
            [network(org).subnets[each].tier for each in ("services-a", "tgw-b")] == ["private", "attachment"]
            and network(org, vpc="inspection").subnets["fw-a"].tier == "firewall"
        ),
        {"network": {"aws_subnet"}},
    ),
    "network: vpcs.subnets.ipamAllocation": Proof(lambda org: network(org).subnets["services-b"].cidr == "10.0.1.0/24"),
    "network: vpcs.subnets.tags": Proof(lambda org: network(org).subnets["tgw-a"].tags == {"Kind": "tgw"}),
    "network: vpcs.natGateways": Proof(
        lambda org: network(org, "perimeter").nat == "per-zone", {"perimeter": {"aws_nat_gateway"}}
    ),
    "network: vpcs.transitGatewayAttachments": Proof(
        lambda org: network(org).attachment, {"network": {"aws_ec2_transit_gateway_vpc_attachment"}}
    ),
    "network: vpcs.transitGatewayAttachments.options": Proof(
        lambda org: network(org, "perimeter").attachment.appliance_mode
    ),
    "network: vpcs.gatewayEndpoints": Proof(
        lambda org: network(org, "perimeter").endpoints.gateways == ("s3",), {"network": {"aws_vpc_endpoint"}}
    ),
    "network: vpcs.interfaceEndpoints": Proof(lambda org: network(org).endpoints.interfaces == ("ssm", "ecr.api")),
    "network: vpcs.interfaceEndpoints.central": Proof(
        lambda org: network(org).endpoints.central and RESOLVER.of(org).account.slug == "network",
        {"network": {"aws_route53profiles_profile", "aws_route53_zone"}},
    ),
    "network: vpcs.useCentralEndpoints": Proof(
        lambda org: network(org, "perimeter").resolver and SHARES.of(org)["resolver"].resolver,
        {"perimeter": {"aws_route53profiles_association"}},
    ),
    "network: vpcTemplates": Proof(
        lambda org: (
            network(org, "shop-live").cidr == "10.4.0.0/20"
            and ADDRESS_PLAN.of(org)["live"].reserved == {"shop-live": "10.4.0.0/20"}
        ),
        {"shop-live": {"aws_vpc", "aws_subnet", "aws_ec2_transit_gateway_vpc_attachment"}},
    ),
    "network: vpcFlowLogs": Proof(
        lambda org: (
            network(org).flow_logs.traffic == "REJECT" and network(org, "shop-live").flow_logs.interval_seconds == 60
        ),
        {"network": {"aws_flow_log"}, "shop-live": {"aws_flow_log"}},
    ),
    "network: vpcFlowLogs.customFields": Proof(
        lambda org: network(org).flow_logs.fields == ("version", "srcaddr", "dstaddr"),
    ),
}
