"""Capabilities that the sample leaves off: on, each adds what is its own and changes nothing else; off again, nothing is left of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.stacks.test_switches import resources


@dataclass(frozen=True)
class Switch:
    """A capability that is off.

    `on` changes organization.yaml; `off` as `on`, and switches it off again; `children` are the starts of its resources' names
    in Terraform; `types` are among their types; `stacks` is where it is on; `changed` are addresses of what it changes.
    """

    name: str
    on: Callable[[dict[str, Any]], object]
    off: Callable[[dict[str, Any]], object]
    children: tuple[str, ...]
    stacks: tuple[str, ...]
    types: frozenset[str]
    changed: tuple[str, ...] = ()


def switch(name, path, value, *, children, stacks, types, changed=()):
    """A capability that stands at a path of organization.yaml."""

    def write(data, **further):
        *above, last = path
        for key in above:
            data = data.setdefault(key, {})
        data[last] = {**value, **further}

    return Switch(name, write, lambda data: write(data, enabled=False), children, stacks, frozenset(types), changed)


def listed(name, path, value, *, children, stacks, types):
    """As `switch`, of what is off when nothing is listed."""

    def write(data, value):
        *above, last = path
        for key in above:
            data = data.setdefault(key, {})
        data[last] = value

    return Switch(
        name, lambda data: write(data, value), lambda data: write(data, {}), children, stacks, frozenset(types)
    )


def _audits(data, *, enabled):
    data["security"]["audit_manager"] = {"enabled": enabled, "regions": ["eu-central-1", "us-east-1"]}
    if enabled:
        data["trusted_services"].append("auditmanager.amazonaws.com")
        data["delegated_administrators"]["auditmanager.amazonaws.com"] = "security"


def _lake(data, *, enabled):
    data["security"]["security_lake"] = {
        "enabled": enabled,
        "sources": {"SH_FINDINGS": {}, "VPC_FLOW": {"targets": ["ou:workloads"]}},
        "retention_days": 365,
        "transitions": {"STANDARD_IA": 30},
    }
    if enabled:
        data["trusted_services"].append("securitylake.amazonaws.com")
        data["delegated_administrators"]["securitylake.amazonaws.com"] = "security"


def _joins(data, *, enabled):
    data["service_networks"] = {"services": {"account": "network"}} if enabled else {}
    network = data.setdefault("defaults_by_purpose", {}).setdefault("network", {}).setdefault("network", {})
    network["service_network"] = {"name": "services", "enabled": enabled}


GATEWAY = ("defaults_by_purpose", "network", "transit_gateway")
SWITCHES = (
    listed(
        "security.security_hub.alerts",
        ("security", "security_hub", "alerts"),
        {"CRITICAL": ["security@example.com"], "HIGH": []},
        children=("finding-alerts_",),
        stacks=("security",),
        types={"aws_cloudwatch_event_rule", "aws_sns_topic", "aws_sns_topic_subscription"},
    ),
    listed(
        "config_recorder.rules",
        ("defaults", "config_recorder", "rules"),
        {
            "encrypted": {
                "identifier": "S3_DEFAULT_ENCRYPTION_KMS",
                "remediation": {
                    "document": "AWS-EnableS3BucketEncryption",
                    "parameters": {"BucketName": "RESOURCE_ID", "SSEAlgorithm": "aws:kms"},
                    "automatic": False,
                },
            }
        },
        children=("account-rules-",),
        stacks=("management", "production"),
        types={"aws_config_config_rule", "aws_config_remediation_configuration"},
    ),
    Switch(
        "baseline.block_public_documents",
        lambda data: data["defaults"]["baseline"].update(block_public_documents=True),
        lambda data: data["defaults"]["baseline"].update(block_public_documents=False),
        children=("document-sharing-",),
        stacks=("management", "production"),
        types=frozenset({"aws_ssm_service_setting"}),
    ),
    Switch(
        "baseline.own_volume_key",
        lambda data: data["defaults"]["baseline"].update(own_volume_key=True),
        lambda data: data["defaults"]["baseline"].update(own_volume_key=False),
        children=("volume-key-", "baseline-eu-central-1_EbsKey_", "baseline-us-east-1_EbsKey_"),
        stacks=("management", "production"),
        types=frozenset({"aws_ebs_default_kms_key", "aws_kms_key"}),
    ),
    switch(
        "ssm_inventory",
        ("defaults", "ssm_inventory"),
        {},
        children=("ssm-inventory-",),
        stacks=("management", "production"),
        types={"aws_ssm_association"},
    ),
    switch(
        "cost.exports",
        ("cost", "exports"),
        {"tables": ["cur-2.0", "focus-1.0"]},
        children=("cost-exports_",),
        stacks=("management",),
        types={"aws_bcmdataexports_export", "aws_s3_bucket"},
    ),
    listed(
        "cost.categories",
        ("cost", "categories"),
        {"stage": {"name": "Stage", "values": {"Production": {"accounts": ["ou:workloads/production"]}}}},
        children=("cost-category-",),
        stacks=("management",),
        types={"aws_ce_cost_category"},
    ),
    listed(
        "cost.budgets",
        ("cost", "budgets"),
        {"workloads": {"accounts": ["ou:workloads"], "limit": 1000, "emails": ["finance@example.com"]}},
        children=("budget-workloads_",),
        stacks=("management",),
        types={"aws_budgets_budget"},
    ),
    switch(
        "backup",
        ("defaults", "backup"),
        {"vaults": {"copies": {"copies_from_organization": True}}, "copies_to_organization": True, "reports": True},
        children=("backup-",),
        stacks=("management", "production"),
        types={
            "aws_backup_global_settings",
            "aws_backup_report_plan",
            "aws_backup_vault",
            "aws_backup_vault_lock_configuration",
            "aws_backup_vault_policy",
        },
    ),
    switch(
        "backup.restore_tests",
        ("defaults", "backup"),
        {
            "restore_tests": {
                "weekly": {"schedule": "cron(0 5 ? * SUN *)", "types": ["EBS"], "tags": {"backup": "daily"}}
            }
        },
        children=("backup-", "restore-tests-"),
        stacks=("management", "production"),
        types={"aws_backup_restore_testing_plan", "aws_backup_restore_testing_selection"},
    ),
    switch(
        "access_logs",
        ("defaults", "access_logs"),
        {"retention_days": 30},
        children=("access-logs_",),
        stacks=("management", "production"),
        types={"aws_s3_bucket", "aws_s3_bucket_policy"},
    ),
    switch(
        "logging.cloudwatch",
        ("logging", "cloudwatch"),
        {"excluded_log_groups": ["/aws/lambda/loud"]},
        children=("log-archive_CloudWatch_", "log-archive_CentralLogs_", "central-logs-"),
        stacks=("management", "production", "security"),
        types={
            "aws_cloudwatch_log_account_policy",
            "aws_cloudwatch_log_destination",
            "aws_iam_role",
            "aws_kinesis_firehose_delivery_stream",
        },
        changed=("aws_s3_bucket_policy.log-archive_AccessLogs_Policy_6E3F4C18",),  # takes one more bucket's access logs
    ),
    switch(
        "logging.load_balancers",
        ("logging", "load_balancers"),
        {},
        children=("log-archive_LoadBalancers_",),
        stacks=("security",),
        types={"aws_s3_bucket", "aws_s3_bucket_policy"},
    ),
    switch(
        "security.guardduty.export",
        ("security", "guardduty", "export"),
        {},
        children=("log-archive_Findings_", "guardduty-export-"),
        stacks=("security",),
        types={"aws_guardduty_publishing_destination", "aws_kms_key", "aws_s3_bucket", "aws_s3_bucket_policy"},
    ),
    listed(
        "kms_keys",
        ("kms_keys",),
        {
            "orders": {
                "description": "Orders",
                "alias": "shop/orders",
                "accounts": ["ou:workloads"],
                "regions": ["eu-central-1"],
            }
        },
        children=("kms-key-orders-",),
        stacks=("production",),
        types={"aws_kms_alias", "aws_kms_key"},
    ),
    switch(
        "event_bus",
        ("defaults", "event_bus"),
        {"other_accounts": ["999999999999"]},
        children=("event-bus_",),
        stacks=("management", "production"),
        types={"aws_cloudwatch_event_bus_policy"},
    ),
    listed(
        "security.security_hub.automation_rules",
        ("security", "security_hub", "automation_rules"),
        {
            "public-website": {
                "description": "The website's bucket is public on purpose",
                "order": 1,
                "match": {"controls": ["S3.8"], "accounts": ["account:production"]},
                "workflow": "SUPPRESSED",
            }
        },
        children=("automation-rules_",),
        stacks=("security",),
        types={"aws_securityhub_automation_rule"},
    ),
    Switch(
        "security.audit_manager",
        lambda data: _audits(data, enabled=True),
        lambda data: _audits(data, enabled=False),
        children=("audit-manager-", "delegate-security-auditmanager"),
        stacks=("management", "security"),
        types=frozenset(
            {
                "aws_auditmanager_account_registration",
                "aws_auditmanager_organization_admin_account_registration",
                "aws_kms_key",
            }
        ),
        changed=("aws_organizations_organization.organization",),  # which trusts the service
    ),
    Switch(
        "security.security_lake",
        lambda data: _lake(data, enabled=True),
        lambda data: _lake(data, enabled=False),
        children=("security-lake_", "delegate-security-securitylake"),
        stacks=("management", "security"),
        types=frozenset(
            {
                "aws_iam_role",
                "aws_iam_service_linked_role",
                "aws_kms_key",
                "aws_securitylake_aws_log_source",
                "aws_securitylake_data_lake",
            }
        ),
        changed=("aws_organizations_organization.organization",),  # which trusts the service
    ),
    listed(
        "event_buses",
        ("event_buses",),
        {
            "health": {
                "account": "security",
                "sources": {"issues": {"accounts": ["ou:workloads"], "pattern": {"source": ["aws.health"]}}},
            }
        },
        children=("event-bus-health_", "event-forwarding-health_"),
        stacks=("security", "production"),
        types={
            "aws_cloudwatch_event_bus",
            "aws_cloudwatch_event_bus_policy",
            "aws_cloudwatch_event_rule",
            "aws_iam_role",
        },
    ),
    switch(
        "metric_alarms",
        ("defaults", "metric_alarms"),
        {
            "alarms": {
                "busy": {
                    "namespace": "AWS/EC2",
                    "metric": "CPUUtilization",
                    "statistic": "Average",
                    "threshold": 90,
                    "severity": "HIGH",
                }
            },
            "emails": {"HIGH": ["operations@example.com"]},
        },
        children=("metric-alarms-",),
        stacks=("management", "production"),
        types={"aws_cloudwatch_metric_alarm", "aws_kms_key", "aws_sns_topic", "aws_sns_topic_subscription"},
    ),
    listed(
        "metric_alarms.alarms",
        ("defaults", "metric_alarms", "alarms"),
        {
            "bill": {
                "namespace": "AWS/Billing",
                "metric": "EstimatedCharges",
                "dimensions": {"Currency": "USD"},
                "statistic": "Maximum",
                "threshold": 100,
                "period": 21600,
                "severity": "LOW",
                "regions": ["us-east-1"],
            }
        },
        children=("metric-alarms-us-east-1_",),
        stacks=("production",),
        types={"aws_cloudwatch_metric_alarm", "aws_sns_topic"},
    ),
    switch(
        "log_retention",
        ("defaults", "log_retention"),
        {"days": 180, "excluded_prefixes": ["/aws/rds/"]},
        children=("log-retention_",),
        stacks=("management", "production"),
        types={"aws_cloudwatch_event_rule", "aws_cloudwatch_event_target", "aws_iam_role", "aws_ssm_document"},
    ),
    switch(
        "patching",
        ("defaults", "patching"),
        {
            "baselines": {"AMAZON_LINUX_2023": {"classifications": ["Security"]}},
            "windows": {"sunday": {"tag": "patch=sunday", "schedule": "cron(0 3 ? * SUN *)"}},
        },
        children=("patching-",),
        stacks=("management", "production"),
        types={
            "aws_ssm_default_patch_baseline",
            "aws_ssm_maintenance_window",
            "aws_ssm_maintenance_window_target",
            "aws_ssm_maintenance_window_task",
            "aws_ssm_patch_baseline",
        },
    ),
    switch(
        "session_manager",
        ("defaults", "session_manager"),
        {"run_as": "operator"},
        children=("session-manager-",),
        stacks=("management", "production"),
        types={"aws_cloudwatch_log_group", "aws_kms_key", "aws_ssm_document"},
    ),
    listed(
        "transit_gateway.vpns",
        (*GATEWAY, "vpns"),
        {"office": {"address": "192.0.2.1", "asn": 65010}},
        children=("tunnel-logs_", "vpn-office_"),
        stacks=("network",),
        types={"aws_cloudwatch_log_group", "aws_customer_gateway", "aws_kms_key", "aws_vpn_connection"},
    ),
    listed(
        "transit_gateway.direct_connect",
        (*GATEWAY, "direct_connect"),
        {
            "hq": {
                "asn": 64520,
                "allowed_prefixes": ["10.16.0.0/12"],
                "interfaces": {"a": {"connection": "dxcon-fg1234ab", "vlan": 101, "asn": 65020}},
            }
        },
        children=("dx-hq_",),
        stacks=("network",),
        types={"aws_dx_gateway", "aws_dx_gateway_association", "aws_dx_transit_virtual_interface"},
    ),
    listed(
        "transit_gateway.regions",
        (*GATEWAY, "regions"),
        {"us-east-1": {"asn": 64513, "connect_all": True}},
        children=("transit-gateway-us-east-1_", "us-east-1-share-routing_"),
        stacks=("network",),
        types={"aws_ec2_transit_gateway", "aws_ram_resource_association", "aws_ram_resource_share"},
    ),
    listed(
        "network.gateway_load_balancers",
        ("defaults_by_purpose", "network", "network", "gateway_load_balancers"),
        {"firewalls": {"accounts": ["ou:workloads"]}},
        children=("gateway-load-balancer-firewalls_",),
        stacks=("network",),
        types={"aws_lb", "aws_lb_listener", "aws_lb_target_group", "aws_vpc_endpoint_service"},
    ),
    listed(
        "prefix_lists",
        ("prefix_lists",),
        {"offices": {"account": "network", "entries": {"hq": "192.0.2.0/24"}}},
        children=("prefix-list-offices_",),
        stacks=("network",),
        types={"aws_ec2_managed_prefix_list"},
    ),
    listed(
        "service_networks",
        ("service_networks",),
        {"services": {"account": "network"}},
        children=("service-network-services_",),
        stacks=("network",),
        types={"aws_vpclattice_auth_policy", "aws_vpclattice_service_network"},
    ),
    Switch(
        "network.service_network",
        lambda data: _joins(data, enabled=True),
        lambda data: _joins(data, enabled=False),
        children=("services_", "service-network-services_"),
        stacks=("network",),
        types=frozenset({"aws_security_group", "aws_vpclattice_service_network_vpc_association"}),
    ),
)
ALL = pytest.mark.parametrize("switch", SWITCHES, ids=lambda switch: switch.name)


@pytest.mark.row("C5", "C6")
@ALL
def test_on_it_adds_what_is_its_own_alone(synthesized, synthesize_changed, switch):
    found = synthesize_changed(switch.on, switch.stacks)
    types = set()
    for name in switch.stacks:
        before, after = resources(synthesized[name]), resources(found[name])
        added = {address for address in after if address.partition(".")[2].startswith(switch.children)}
        assert added, name
        others = {address: body for address, body in after.items() if address not in added}
        assert others.keys() == before.keys()
        assert {address for address in before if before[address] != others[address]} <= set(switch.changed)
        types |= {address.partition(".")[0] for address in added}
    assert switch.types <= types


@ALL
def test_off_again_nothing_is_left(synthesized, synthesize_changed, switch):
    found = synthesize_changed(switch.off, switch.stacks)
    assert {name: found[name] for name in switch.stacks} == {name: synthesized[name] for name in switch.stacks}
