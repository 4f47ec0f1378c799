"""Switching a capability off takes exactly its resources out of the stacks, and changes nothing else in them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest


@dataclass(frozen=True)
class Switch:
    """A capability of the sample, and how to switch it off.

    `off` changes what `file` says; `children` are the starts of the resources' names in Terraform; `types` are types of
    which none may be left; `stacks` is where it is on.
    """

    name: str
    off: Callable[[dict[str, Any]], object]
    children: tuple[str, ...]
    stacks: tuple[str, ...]
    types: tuple[str, ...] = field(default=())
    file: str = "organization.yaml"


def off(*path):
    """Say `enabled: false` below a key."""

    def change(data):
        for key in path:
            data = data.setdefault(key, {})
        data["enabled"] = False

    return change


def both(*changes):
    """One change after the other."""

    def change(data):
        for one in changes:
            one(data)

    return change


RECORDERS = ("config-eu-central-1_", "config-us-east-1_")
SWITCHES = (
    Switch(
        "baseline",
        off("defaults", "baseline"),
        children=("baseline_", "baseline-", "default-vpc-", "quotas-"),
        stacks=("management", "network", "production"),
        types=("aws_ebs_encryption_by_default", "aws_iam_account_alias", "aws_s3_account_public_access_block"),
    ),
    Switch(
        "budget",
        off("defaults", "budget"),
        children=("budget_",),
        stacks=("management", "production"),
    ),
    Switch(
        "cost",
        off("cost"),
        children=("organization-budget_", "anomalies_", "commitment-"),
        stacks=("management",),
        types=("aws_ce_anomaly_monitor", "aws_ce_anomaly_subscription"),
    ),
    Switch(
        "scheduled_scaling",
        off("organizational_units", "workloads", "defaults", "scheduled_scaling"),
        children=("scheduled-scaling_",),
        stacks=("development", "staging"),
        types=("aws_scheduler_schedule", "aws_scheduler_schedule_group"),
    ),
    Switch(
        "identity_center",
        off("identity_center"),
        children=("identity-center_",),
        stacks=("management", "security"),
        types=("aws_identitystore_user", "aws_ssoadmin_account_assignment", "aws_ssoadmin_permission_set"),
    ),
    Switch(
        "logging",
        # Recorders need the archive.
        both(off("logging"), off("defaults", "config_recorder")),
        children=("log-archive_", "trail_", "alerts_", "alerts-", "config-rules-", *RECORDERS),
        stacks=("management", "production", "security"),
        types=(
            "aws_cloudtrail",
            "aws_cloudwatch_event_bus",
            "aws_cloudwatch_event_rule",
            "aws_sns_topic",
        ),
    ),
    Switch(
        "logging.alerts",
        off("logging", "alerts"),
        children=("alerts_", "alerts-"),
        stacks=("management", "production", "security"),
        types=("aws_cloudwatch_event_bus", "aws_cloudwatch_event_rule", "aws_sns_topic"),
    ),
    Switch(
        "config_recorder",
        off("defaults", "config_recorder"),
        children=(*RECORDERS, "config-rules-"),
        stacks=("management", "production", "security"),
        types=("aws_config_configuration_recorder", "aws_config_delivery_channel"),
    ),
    Switch(
        "security.access_analyzer",
        off("security", "access_analyzer"),
        children=("external-access-", "unused-access_"),
        stacks=("security",),
        types=("aws_accessanalyzer_analyzer",),
    ),
    Switch(
        "security.central_root_access",
        off("security", "central_root_access"),
        children=("root-access_",),
        stacks=("management",),
        types=("aws_iam_organizations_features",),
    ),
    Switch(
        "security.config",
        off("security", "config"),
        children=("config-aggregator_", "config-rules-"),
        stacks=("security",),
        types=("aws_config_configuration_aggregator", "aws_config_organization_managed_rule"),
    ),
    Switch(
        "security.guardduty",
        off("security", "guardduty"),
        children=("guardduty-",),
        stacks=("management", "security"),
        types=("aws_guardduty_detector", "aws_guardduty_organization_configuration"),
    ),
    Switch(
        "security.security_hub",
        off("security", "security_hub"),
        children=("security-hub",),
        stacks=("security",),
        types=("aws_securityhub_configuration_policy", "aws_securityhub_organization_configuration"),
    ),
    Switch(
        "network.flow_logs",
        off("settings", "network", "flow_logs"),
        children=("flow-logs_",),
        stacks=("network",),
        types=("aws_flow_log",),
        file="accounts/network.yaml",
    ),
    Switch(
        "network.endpoints",
        off("settings", "network", "endpoints"),
        children=("endpoints_",),
        stacks=("network",),
        types=("aws_vpc_endpoint",),
        file="accounts/network.yaml",
    ),
    Switch(
        "network.attachment",
        off("settings", "network", "attachment"),
        children=("attachment_",),
        stacks=("network",),
        types=("aws_ec2_transit_gateway_vpc_attachment",),
        file="accounts/network.yaml",
    ),
    Switch(
        "dns",
        off("settings", "dns"),
        children=("public-zone-", "dnssec-", "dns-query-logs_"),
        stacks=("shared-services",),
        types=("aws_route53_record", "aws_route53_zone"),
        file="accounts/shared-services.yaml",
    ),
    Switch(
        "dns.dnssec",
        lambda data: data["settings"]["dns"]["public_zones"]["main"].update(dnssec=False),
        children=("dnssec-",),
        stacks=("shared-services",),
        types=("aws_route53_hosted_zone_dnssec", "aws_route53_key_signing_key"),
        file="accounts/shared-services.yaml",
    ),
    Switch(
        "dns.query_log",
        off("settings", "dns", "public_zones", "main", "query_log"),
        children=("dns-query-logs_",),
        stacks=("shared-services",),
        types=("aws_cloudwatch_log_group", "aws_cloudwatch_log_resource_policy", "aws_route53_query_log"),
        file="accounts/shared-services.yaml",
    ),
    Switch(
        "container_registry",
        off("settings", "container_registry"),
        children=("registry_",),
        stacks=("shared-services",),
        types=("aws_ecr_lifecycle_policy", "aws_ecr_repository", "aws_ecr_repository_policy"),
        file="accounts/shared-services.yaml",
    ),
)


def resources(stack):
    """What a stack makes, by address, but for the permissions to make it."""
    return {
        f"{kind}.{name}": json.dumps({key: value for key, value in resource.items() if key != "//"}, sort_keys=True)
        for kind, found in stack["resource"].items()
        for name, resource in found.items()
        if not (kind == "aws_iam_policy" and name.startswith(("boundary_", "execution-role_", "plan-role_")))
        and not (kind == "aws_iam_role_policy_attachment" and name.startswith(("execution-role_", "plan-role_")))
    }


@pytest.mark.parametrize("switch", SWITCHES, ids=lambda switch: switch.name)
def test_off(synthesized, synthesize_changed, switch):
    found = synthesize_changed(switch.off, switch.stacks, switch.file)
    assert sorted(found) == sorted(switch.stacks)
    for name, stack in found.items():
        before, after = resources(synthesized[name]), resources(stack)
        its_own = {address for address in before if address.partition(".")[2].startswith(switch.children)}
        assert its_own, name
        assert after == {address: resource for address, resource in before.items() if address not in its_own}
        assert not set(stack["resource"]) & set(switch.types)
        # Terraform destroys through the provider that made it, which has to be there still.
        made_by = {
            one.get("provider", "aws") for kind in synthesized[name]["resource"].values() for one in kind.values()
        }
        assert made_by <= {"aws" if "alias" not in one else f"aws.{one['alias']}" for one in stack["provider"]["aws"]}
