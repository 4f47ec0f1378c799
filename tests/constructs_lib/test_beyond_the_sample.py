"""The constructs that the sample organization leaves out: applied to the local AWS, or checked by Terraform's own mocks."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest
from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.backup_global_settings import BackupGlobalSettings
from cdktf_cdktf_provider_aws.provider import AwsProvider
from cdktf_cdktf_provider_aws.securityhub_account import SecurityhubAccount

from config.capabilities.delegated_administrators import DELEGATED_ADMINISTRATORS
from config.capabilities.security import SECURITY
from constructs_lib import (
    AccessAnalyzerConstruct,
    AccountConfigRulesConstruct,
    ApplianceHealthCheck,
    ArchiveRule,
    AuditManagerAdministratorConstruct,
    AuditManagerConstruct,
    AutomationRule,
    AutomationRulesConstruct,
    BackupReportsConstruct,
    BackupRoleConstruct,
    BackupVaultsConstruct,
    CatalogProduct,
    CatalogShare,
    CatalogSharingConstruct,
    CentralLogsConstruct,
    CiUserConstruct,
    ConfigRecorderConstruct,
    ConformancePack,
    CostCategoryConstruct,
    CostCategoryValue,
    DataExportsConstruct,
    DirectConnectConstruct,
    DocumentSharingConstruct,
    EncryptionKeyConstruct,
    EventBusPolicyConstruct,
    FindingMatch,
    FirewallManagerAdministratorConstruct,
    FirewallManagerPolicyConstruct,
    FirewallPolicyConstruct,
    FirewallRuleGroup,
    GatewayLoadBalancerConstruct,
    InventoryConstruct,
    LakeSource,
    LogBucket,
    LogRetentionConstruct,
    LogSubscriptionConstruct,
    LogSubscriptionRoleConstruct,
    MacieOrganizationConstruct,
    ManagedRule,
    NetworkFirewallConstruct,
    OidcProviderConstruct,
    OrganizationConformancePacksConstruct,
    PatchApproval,
    PatchingConstruct,
    PatchWindow,
    PermissionSetConstruct,
    PortfolioConstruct,
    PrefixListConstruct,
    PrivateZoneConstruct,
    QuotaTemplateConstruct,
    RamShareAccepterConstruct,
    RegionalBaselineConstruct,
    RegionOptInConstruct,
    Remediation,
    ResolverQueryLogConstruct,
    ResolverUseConstruct,
    RestoreTest,
    RestoreTestsConstruct,
    SecureBucketConstruct,
    SecurityLakeAdministratorConstruct,
    SecurityLakeConstruct,
    ServiceAdministratorsConstruct,
    ServiceNetworkAssociationConstruct,
    ServiceNetworkConstruct,
    ServiceQuota,
    SessionManagerConstruct,
    SharedVpcConstruct,
    SsmDocumentConstruct,
    StackSetConstruct,
    TransitGatewayConstruct,
    TransitGatewayRoute,
    TransitGatewayRouteTable,
    TransitGatewayRoutingConstruct,
    TransitInterface,
    Vault,
    VaultLock,
    VolumeKeyConstruct,
    VpcEndpointsConstruct,
    VpnConnectionConstruct,
    VpnLogsConstruct,
    VpnTunnelOptions,
    ZoneAssociationConstruct,
    ZoneVpc,
    plan_subnets,
)
from constructs_lib.ci.oidc_subject import GITHUB
from estate.local import running_local_aws
from estate.paths import CHECKOUT, LOCK_FILE
from estate.terraform.providers import environment
from tests.deployment import Deployment, run
from tests.template import app, type_of

PAGE = CHECKOUT / "docs" / "local-aws.md"
REGION = "eu-central-1"
CIDR = "10.0.0.0/16"
RUNBOOK = """\
schemaVersion: "0.3"
assumeRole: "{{ AutomationAssumeRole }}"
parameters:
  AutomationAssumeRole: {type: String}
  Arn: {type: String}
  Bucket: {type: String}
  Tags: {type: StringList}
mainSteps:
  - name: enable
    action: aws:executeScript
    inputs: {Runtime: python3.11, Handler: enable, Script: "print('${Arn} %{x}')"}
"""
ELSEWHERE = {
    # What tests/e2e/test_switched_on.py and test_security_options.py switch on, or the sample has.
    *(
        type_
        for part in (*DELEGATED_ADMINISTRATORS.parts, *SECURITY.parts)
        for type_ in part.types
        if not type_.startswith(("aws_auditmanager_", "aws_fms_", "aws_securitylake_"))
    ),
    "aws_cloudwatch_metric_alarm",  # tests/e2e/test_security_options.py
    "aws_dynamodb_table",  # tests/e2e/test_states.py
    # tests/attacks
    "aws_athena_workgroup",
    "aws_glue_catalog_database",
    "aws_glue_catalog_table",
    "aws_iam_instance_profile",
    "aws_iam_saml_provider",
    "aws_s3_bucket_replication_configuration",  # tests/e2e/test_log_archive.py
    # tests/e2e/test_resolver.py
    "aws_route53profiles_association",
    "aws_route53profiles_profile",
    "aws_route53profiles_resource_association",
    "aws_vpc_dhcp_options",
    "aws_vpc_dhcp_options_association",
    "aws_route53_resolver_endpoint",
    "aws_route53_resolver_firewall_domain_list",
    "aws_route53_resolver_firewall_rule",
    "aws_route53_resolver_firewall_rule_group",
    "aws_route53_resolver_firewall_rule_group_association",
    "aws_route53_resolver_rule",
    "aws_route53_resolver_rule_association",
    "aws_vpc_security_group_egress_rule",
    "aws_egress_only_internet_gateway",  # tests/e2e/test_ipv6.py
    # tests/e2e/test_address_pools.py
    "aws_ec2_tag",
    "aws_vpc_ipam_pool_cidr_allocation",
    # tests/e2e/test_transit_gateway_regions.py
    "aws_ec2_transit_gateway_peering_attachment",
    "aws_ec2_transit_gateway_peering_attachment_accepter",
    # tests/e2e/test_transit_gateway.py
    "aws_ec2_transit_gateway_route",
    "aws_ec2_transit_gateway_route_table",
    "aws_ec2_transit_gateway_route_table_association",
    "aws_ec2_transit_gateway_route_table_propagation",
    "aws_ec2_transit_gateway_vpc_attachment_accepter",
    "aws_vpc_ipv4_cidr_block_association",
}


def network(stack):
    """Endpoints of services, and a zone that two networks see."""
    lattice = ServiceNetworkConstruct(stack, "lattice", name="lattice", organization_id="o-a1b2c3d4e5")
    vpc = SharedVpcConstruct(stack, "vpc", name="shared", cidr_block=CIDR, subnets=plan_subnets(CIDR, [f"{REGION}a"]))
    ServiceNetworkAssociationConstruct(
        stack,
        "joined",
        name="shared",
        vpc_id=vpc.vpc_id,
        allowed=[CIDR],
        service_network=lattice.service_network_arn,
    )
    VpcEndpointsConstruct(
        stack,
        "endpoints",
        name="shared",
        vpc_id=vpc.vpc_id,
        vpc_cidr=CIDR,
        region=REGION,
        gateways=(),
        interfaces=["ssm"],
        subnet_ids=list(vpc.subnet_ids.values()),
        organization_id="o-a1b2c3d4e5",
    )
    other_cidr = "10.1.0.0/16"
    other = SharedVpcConstruct(
        stack, "other", name="other", cidr_block=other_cidr, subnets=plan_subnets(other_cidr, [f"{REGION}a"])
    )
    policy = FirewallPolicyConstruct(
        stack,
        "firewall-policy",
        name="central",
        region=REGION,
        rule_groups={"names": FirewallRuleGroup(10, 10, domains=[".example.com"])},
    )
    NetworkFirewallConstruct(
        stack,
        "firewall",
        name="central",
        vpc_id=other.vpc_id,
        policy_arn=policy.policy_arn,
        subnet_ids={"a": other.subnet_ids["private-a"]},
        logs=["ALERT", "FLOW"],
        log_bucket="example-logs",
    )
    GatewayLoadBalancerConstruct(
        stack,
        "appliances",
        name="appliances",
        vpc_id=other.vpc_id,
        subnet_ids=[other.subnet_ids["private-a"]],
        account_ids=["111111111111"],
        health_check=ApplianceHealthCheck("HTTP", 8080, "/health"),
        delete_protection=False,
    )
    log = ResolverQueryLogConstruct(stack, "query-log", name="central", bucket_arn="arn:aws:s3:::example-logs")
    ResolverUseConstruct(
        stack, "resolver-use", name="central", vpc_ids={"other": other.vpc_id}, query_log_id=log.query_log_id
    )
    zone = PrivateZoneConstruct(
        stack,
        "private-zone",
        domain="internal.example.com",
        vpc=ZoneVpc(vpc.vpc_id, REGION),
        other_accounts={"other": ZoneVpc(other.vpc_id, REGION)},
    )
    joined = ZoneAssociationConstruct(
        stack, "joined-zone", zone_id=zone.zone_id, vpc_id=other.vpc_id, vpc_region=REGION
    )
    joined.node.add_dependency(zone)


def services(stack, *, account, member, instance):
    """Pipelines, and what else an account may have."""
    key = EncryptionKeyConstruct(stack, "key", alias="volumes", description="Volumes.", account_id=account)
    OidcProviderConstruct(stack, "github", issuer=GITHUB, audiences=["sts.amazonaws.com"])
    CiUserConstruct(stack, "ci", name="ci", role_arns=[f"arn:aws:iam::{account}:role/TerraformCiDeployRole"])
    RegionOptInConstruct(stack, "regions", regions=["eu-south-1"])
    RegionalBaselineConstruct(stack, "baseline", volume_key_arn=key.key_arn)
    found = {"audit": ArchiveRule({"principal.AWS": ["444444444444"]})}
    AccessAnalyzerConstruct(stack, "analyzer", name="account", kind="external", organization=False, archive_rules=found)
    ServiceAdministratorsConstruct(stack, "administrators", account_id=member, services=["ipam"])
    PermissionSetConstruct(
        stack,
        "deployer",
        instance_arn=instance,
        name="Deployer",
        customer_policies={"deploy": "/teams/Deploy"},
        boundary="arn:aws:iam::aws:policy/PowerUserAccess",
    )


def operations(stack, *, account, organization):
    """How machines are worked on."""
    SessionManagerConstruct(stack, "sessions", account_id=account, region=REGION, max_minutes=480, run_as="operator")
    key = EncryptionKeyConstruct(stack, "logs-key", alias="logs", description="Logs.", account_id=account)
    archive = SecureBucketConstruct(stack, "logs", bucket_name="acme-logs", key_arn=key.key_arn)
    pack = ConformancePack("Resources:\n  Encrypted: {Type: 'AWS::Config::ConfigRule'}\n")
    OrganizationConformancePacksConstruct(stack, "packs", packs={"Encryption": pack})
    vaults = {"daily": Vault(VaultLock(35, 400, 3)), "copies": Vault(copies_from_organization=True)}
    names = {"account_id": account, "organization_id": organization}
    made = BackupVaultsConstruct(stack, "backup", vaults=vaults, copies_to_organization=True, **names)
    role = BackupRoleConstruct(stack, "backup-role", name="backup", account_id=account)
    test = RestoreTest("cron(0 5 ? * SUN *)", ["EBS", "RDS"], [made.vault_arns["daily"]], {"backup": "daily"})
    every = RestoreTest("rate(7 days)", ["EC2"], list(made.vault_arns.values()), keep_hours=2, newest=False)
    RestoreTestsConstruct(stack, "restore-tests", tests={"weekly": test, "every-week": every}, role_arn=role.role_arn)
    BackupReportsConstruct(stack, "backup-reports", bucket_name="acme-backup-reports")
    BackupGlobalSettings(stack, "backup-copies", global_settings={"isCrossAccountBackupEnabled": "true"})
    elsewhere = AwsProvider(stack, "us-east-1", alias="us-east-1", region="us-east-1")
    DataExportsConstruct(
        stack,
        "costs",
        bucket_name="acme-costs",
        bucket_region=REGION,
        tables=["cur-2.0", "focus-1.0"],
        account_id=account,
        exports_provider=elsewhere,
    )
    parts = {"Shop": CostCategoryValue((account,)), "Web": CostCategoryValue((), "team", ("web",))}
    CostCategoryConstruct(stack, "team-costs", name="Team", values=parts, default_value="Other")
    hub = SecurityhubAccount(stack, "hub")
    loud = FindingMatch(account_ids=[account], severities=["LOW"], resource_tags={"loud": "yes"})
    rule = AutomationRule("Nobody works through these", 10, loud, severity="INFORMATIONAL", note="Loud.")
    AutomationRulesConstruct(stack, "finding-rules", rules={"loud": rule}).node.add_dependency(hub)
    InventoryConstruct(stack, "inventory")
    home = {REGION: stack.node.find_child("aws")}
    EventBusPolicyConstruct(stack, "bus", account_id=account, providers=home, organization_id=organization)
    LogRetentionConstruct(stack, "log-retention", account_id=account, providers=home, excluded_prefixes=["/aws/rds/"])
    VolumeKeyConstruct(stack, "volume-key", account_id=account, region=REGION, name="own-volumes")
    DocumentSharingConstruct(stack, "documents", account_id=account, region=REGION)
    SsmDocumentConstruct(stack, "runbook", name="Enable-ELB-Logging", content=RUNBOOK)
    AccountConfigRulesConstruct(
        stack,
        "rules",
        rules={"balancers-logged": ManagedRule("ELB_LOGGING_ENABLED"), "mfa": ManagedRule("IAM_USER_MFA_ENABLED")},
        remediations={
            "balancers-logged": Remediation(
                "Enable-ELB-Logging",
                {"Arn": "RESOURCE_ID", "Bucket": "acme-logs", "Tags": ("a", "b")},
                role_arn=f"arn:aws:iam::{account}:role/Mends",
            )
        },
        depends_on=ConfigRecorderConstruct(stack, "recorder", bucket_name=archive.bucket_name).recorders,
    )
    central = CentralLogsConstruct(
        stack,
        "central-logs",
        name="central-logs",
        providers={REGION: stack.node.find_child("aws")},
        bucket=LogBucket(archive.bucket_name, archive.bucket_arn, key.key_arn),
        account_id=account,
        organization_id=organization,
    )
    destination = central.destination_arns[REGION]
    sender = LogSubscriptionRoleConstruct(stack, "sent-logs-role", name="central-logs-subscription", account_id=account)
    LogSubscriptionConstruct(
        stack,
        "sent-logs",
        name="central-logs",
        destination_arn=destination,
        role=sender,
        excluded_log_groups=["/aws/lambda/loud"],
    )


def mocked(stack):
    """What has no place in one organization on the local AWS."""
    share = "arn:aws:ram:eu-central-1:999999999999:resource-share/7ab63972-b505-7e2a-420d-6f5d3a1b2c3d"
    RamShareAccepterConstruct(stack, "accepter", share_arn=share)
    MacieOrganizationConstruct(stack, "macie")
    window = PatchWindow("patch", "sunday", "cron(0 3 ? * SUN *)")
    approved = {"AMAZON_LINUX_2023": PatchApproval(classifications=("Security",))}
    PatchingConstruct(stack, "patching", name="patching", baselines=approved, windows={"sunday": window})
    QuotaTemplateConstruct(stack, "quotas", quotas={"vpcs": (REGION, ServiceQuota("vpc", "L-F678F1CE", 10))})
    CatalogSharingConstruct(stack, "catalog-sharing")
    AuditManagerAdministratorConstruct(stack, "audit-administrator", account_id="222222222222")
    AuditManagerConstruct(stack, "audits", account_id="222222222222")
    FirewallManagerAdministratorConstruct(stack, "firewall-manager", account_id="222222222222")
    FirewallManagerPolicyConstruct(
        stack,
        "firewall-policy",
        name="groups",
        data='{"deleteUnusedSecurityGroups":false,"type":"SECURITY_GROUPS_USAGE_AUDIT"}',
        resource_types=["AWS::EC2::SecurityGroup"],
        unit_ids=["ou-ab12-11111111"],
        account_ids=["222222222222"],
    )
    SecurityLakeAdministratorConstruct(stack, "lake-administrator")
    SecurityLakeConstruct(
        stack,
        "lake",
        account_id="222222222222",
        providers={REGION: stack.node.find_child("aws")},
        sources={"CLOUD_TRAIL_MGMT": LakeSource("2.0"), "VPC_FLOW": LakeSource("2.0", ["333333333333"])},
        retention_days=365,
        transitions={"STANDARD_IA": 30},
    )
    topic = "Resources: {Topic: {Type: AWS::SNS::Topic}}"
    PortfolioConstruct(
        stack,
        "catalog",
        slug="web",
        name="Web",
        provider_name="Platform team",
        bucket_name="acme-catalog",
        region=REGION,
        products={"topic": CatalogProduct("Topic", "Platform", topic, versions={"v2": topic}, launch_role="Launch")},
        shares={
            "workloads": CatalogShare(
                "ORGANIZATIONAL_UNIT", "arn:aws:organizations::111111111111:ou/o-a1b2c3d4e5/ou-ab12-11111111"
            )
        },
        roles={"users": "CatalogUser"},
    )
    StackSetConstruct(
        stack,
        "stack-set",
        name="topic",
        template="Resources: {Topic: {Type: AWS::SNS::Topic}}",
        targets={"workloads": "ou-ab12-11111111"},
        regions=[REGION],
    )


def beyond(stack):
    """Ways from a transit gateway to networks outside of AWS."""
    offices = PrefixListConstruct(stack, "offices", name="offices", entries={"hq": "192.0.2.0/24"}, max_entries=10)
    gateway = TransitGatewayConstruct(stack, "transit-gateway", name="hub").transit_gateway_id
    logs = VpnLogsConstruct(stack, "vpn-logs", name="hub", account_id="111111111111", region=REGION)
    office = VpnConnectionConstruct(
        stack,
        "office",
        name="hub-office",
        transit_gateway_id=gateway,
        address="192.0.2.1",
        asn=65010,
        log_group_arn=logs.log_group_arn,
        accelerated=True,
    )
    certificate = f"arn:aws:acm:{REGION}:111111111111:certificate/6e2e2b0c-5f0b-4c6e-8f5e-2d9f6c3b1a47"
    plant = VpnConnectionConstruct(
        stack,
        "plant",
        name="hub-plant",
        transit_gateway_id=gateway,
        certificate_arn=certificate,
        options=VpnTunnelOptions(dh_groups=(14,)),
    )
    line = DirectConnectConstruct(
        stack,
        "hq",
        name="hub-hq",
        asn=64520,
        transit_gateway_id=gateway,
        allowed_prefixes=["10.0.0.0/8"],
        interfaces={"a": TransitInterface("dxcon-fg1234ab", 101, 65020, jumbo_frames=True)},
    )
    ways = {"office": office.attachment_id, "plant": plant.attachment_id, "hq": line.attachment_id}
    table = TransitGatewayRouteTable(
        associations=tuple(ways),
        propagations=("office", "hq"),
        routes={
            "plant": TransitGatewayRoute("10.200.0.0/16", "plant"),
            "offices": TransitGatewayRoute(None, "office", offices.prefix_list_id),
        },
    )
    TransitGatewayRoutingConstruct(
        stack,
        "routing",
        name="hub",
        transit_gateway_id=gateway,
        attachments=ways,
        tables={"all": table},
    )


def synthesized(name, *builders):
    """An app of one stack in one region."""
    scope = app()
    stack = TerraformStack(scope, name)
    AwsProvider(stack, "aws", region=REGION)
    for build in builders:
        build(stack)
    scope.synth()
    return scope


def types(scope):
    (file,) = Path(scope.outdir).glob("stacks/*/cdk.tf.json")
    return set(json.loads(file.read_text())["resource"])


def applied(**names):
    account, organization = names["account"], names.pop("organization", "o-a1b2c3d4e5")
    return synthesized(
        "applied",
        network,
        beyond,
        lambda stack: services(stack, **names),
        lambda stack: operations(stack, account=account, organization=organization),
    )


@pytest.mark.e2e
@pytest.mark.row("A8", "C4")
def test_applied_to_the_local_aws():
    with running_local_aws() as local:
        organizations = local.session().client("organizations")
        organization = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
        asked = organizations.create_account(Email="aws+network@example.com", AccountName="Network")
        (instance,) = local.session(region=REGION).client("sso-admin").list_instances()["Instances"]
        scope = applied(
            account=local.management_account_id,
            member=asked["CreateAccountStatus"]["AccountId"],
            instance=instance["InstanceArn"],
            organization=organization,
        )
        deployment = Deployment.of(scope.outdir, local)
        deployment.deploy("applied")
        assert deployment.plan_is_empty("applied")


def said_by_mocks(scope, change, **second):
    """What `terraform test` prints of a stack that is applied to mocks and planned again, otherwise."""
    directory = Path(scope.outdir) / "stacks" / "mocked"
    shutil.copy(LOCK_FILE, directory)
    written = json.loads((directory / "cdk.tf.json").read_text())
    change(written)
    (directory / "cdk.tf.json").write_text(json.dumps(written))
    # What a mock looks up is another thing each time, unless it is said.
    attachment = {"defaults": {"id": "tgw-attach-0123456789abcdef0"}}
    baseline = {"defaults": {"id": "pb-0123456789abcdef0"}}
    role = {"defaults": {"arn": "arn:aws:iam::222222222222:role/mocked"}}  # the provider parses it
    mock = {
        "mock_data": {"aws_ec2_transit_gateway_dx_gateway_attachment": [attachment]},
        "mock_resource": {"aws_iam_role": role, "aws_ssm_patch_baseline": baseline},
    }
    runs = {"apply": {"command": "apply"}, "plan": {"command": "plan", **second}}
    (directory / "mocked.tftest.json").write_text(json.dumps({"mock_provider": {"aws": [mock]}, "run": runs}))
    variables = environment({**os.environ, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"})
    run("terraform", "init", "-input=false", "-no-color", cwd=directory, env=variables)
    printed = run("terraform", "test", "-verbose", "-no-color", cwd=directory, env=variables)
    assert "2 passed, 0 failed" in printed
    return printed.partition('run "plan"')[2]


@pytest.mark.e2e
@pytest.mark.row("A8")
def test_applied_to_terraforms_mocks():
    """Offline: the provider checks the arguments, Terraform the graph; no AWS says what becomes of them."""
    assert "No changes." in said_by_mocks(synthesized("mocked", mocked, beyond), lambda _written: None)


@pytest.mark.e2e
@pytest.mark.row("A8")
def test_other_prefixes_leave_the_routes_of_direct_connect_alone():
    """And another description of the transit gateway, too: their attachment is known while planning."""

    def with_variables(written):
        prefixes = {"type": "list(string)", "default": ["10.0.0.0/8"]}
        written.setdefault("variable", {}).update(prefixes=prefixes, description={"default": "Hub"})
        (association,) = written["resource"]["aws_dx_gateway_association"].values()
        association["allowed_prefixes"] = "${var.prefixes}"
        (gateway,) = written["resource"]["aws_ec2_transit_gateway"].values()
        gateway["description"] = "${var.description}"

    others = {"prefixes": ["10.0.0.0/9"], "description": "Other"}
    planned = said_by_mocks(synthesized("mocked", mocked, beyond), with_variables, variables=others)
    assert "Plan: 0 to add, 2 to change, 0 to destroy." in planned
    assert "aws_ec2_transit_gateway_route" not in planned


@pytest.mark.e2e
@pytest.mark.row("A8")
def test_another_association_with_direct_connect_has_routes_of_its_own():
    """Its attachment is another one, which is there once the association is."""
    scope = synthesized("mocked", mocked, beyond)
    written = json.loads((Path(scope.outdir) / "stacks" / "mocked" / "cdk.tf.json").read_text())
    (name,) = written["resource"]["aws_dx_gateway_association"]
    planned = said_by_mocks(
        scope, lambda _written: None, plan_options={"replace": [f"aws_dx_gateway_association.{name}"]}
    )
    # Itself, and what routes to it and knows it, which mocks change, and the provider replaces.
    assert "Plan: 1 to add, 2 to change, 1 to destroy." in planned


def test_every_type_that_the_library_makes_is_proven_and_the_page_says_how():
    modules = r"cdktf_cdktf_provider_aws\.(?!data_|provider\b)(\w+) import"
    sources = [path.read_text() for path in CHECKOUT.glob("constructs_lib/**/*.py")]
    made = {type_of(name) for source in sources for name in re.findall(modules, source)}
    sample = {
        address.split(".")[0]
        for path in CHECKOUT.glob("tests/snapshots/test_sample/test_addresses*.json")
        for address in json.loads(path.read_text())
    }
    configurations = CHECKOUT.glob("tests/local/terraform/*/*.tf")
    written = {
        name for path in configurations for name in re.findall(r'^resource "(\w+)"', path.read_text(), re.MULTILINE)
    }
    names = {"account": "111111111111", "member": "222222222222"}
    proven = sample | written | types(applied(**names, instance="arn:aws:sso:::instance/ssoins-1")) | ELSEWHERE
    only_mocked = types(synthesized("mocked", mocked, beyond)) - proven
    assert made - proven - only_mocked == set()
    _, _, section = PAGE.read_text().partition("## What is applied, and what is mocked")
    assert set(re.findall(r"^\| `(aws_\w+)`", section, re.MULTILINE)) == only_mocked
