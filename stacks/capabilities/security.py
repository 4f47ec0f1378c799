"""The security services of the whole organization, run from the security account in every governed region."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.data_aws_kms_key import DataAwsKmsKey
from cdktf_cdktf_provider_aws.guardduty_detector import GuarddutyDetector
from cdktf_cdktf_provider_aws.guardduty_publishing_destination import GuarddutyPublishingDestination
from cdktf_cdktf_provider_aws.organizations_delegated_administrator import OrganizationsDelegatedAdministrator
from cdktf_cdktf_provider_aws.organizations_organization import OrganizationsOrganization

from config.capabilities.config_recorder import CONFIG_RECORDER
from config.capabilities.logging import LOGGING, archive_account
from config.capabilities.security.firewall_manager import GLOBAL, policy_regions
from config.capabilities.security.model import (
    AccessAnalyzer,
    AuditManager,
    Detective,
    FirewallManager,
    GuardDuty,
    Inspector,
    Macie,
    OrganizationConfig,
    RootAccess,
    SecurityHub,
    SecurityLake,
)
from config.capabilities.security.rules import service_regions
from config.facts.regions import OPT_IN_REGIONS
from config.model.base import enabled
from config.nodes import Account, Node
from constructs_lib import OrganizationStack
from constructs_lib.logging.log_archive import LogArchiveConstruct
from constructs_lib.security.access_analyzer import AccessAnalyzerConstruct
from constructs_lib.security.audit_manager import AuditManagerAdministratorConstruct, AuditManagerConstruct
from constructs_lib.security.automation_rules import AutomationRule, AutomationRulesConstruct, FindingMatch
from constructs_lib.security.central_root_access import CentralRootAccessConstruct
from constructs_lib.security.config_aggregator import ConfigAggregatorConstruct
from constructs_lib.security.detective import DetectiveOrganizationConstruct
from constructs_lib.security.finding_alerts import FindingAlertsConstruct
from constructs_lib.security.finding_archive import FindingArchiveConstruct
from constructs_lib.security.firewall_manager import (
    FirewallManagerAdministratorConstruct,
    FirewallManagerPolicyConstruct,
)
from constructs_lib.security.guardduty import GuardDutyOrganizationConstruct
from constructs_lib.security.inspector import InspectorOrganizationConstruct
from constructs_lib.security.ip_lists import GuardDutyIpListsConstruct, RegionDetector
from constructs_lib.security.macie import MacieOrganizationConstruct
from constructs_lib.security.member import Member
from constructs_lib.security.organization_config_rules import ManagedRule, OrganizationConfigRulesConstruct
from constructs_lib.security.organization_conformance_packs import (
    ConformancePack,
    OrganizationConformancePacksConstruct,
)
from constructs_lib.security.security_hub import SecurityHubOrganizationConstruct
from constructs_lib.security.security_hub_policy import SecurityHubPolicyConstruct
from constructs_lib.security.security_lake import (
    LakeSource,
    SecurityLakeAdministratorConstruct,
    SecurityLakeConstruct,
)
from stacks.access import role_arn, role_arns
from stacks.capabilities.logging import log_bucket
from stacks.parts import part
from stacks.references import node_key
from stacks.scope import AccountScope


def _members(stack: AccountScope) -> dict[str, Account]:
    return {slug: account for slug, account in stack.organization.accounts.items() if account is not stack.account}


def add_config(stack: AccountScope, config: OrganizationConfig) -> None:
    """Add the aggregator, and the rules for all accounts that have a recorder."""
    organization = stack.organization
    ConfigAggregatorConstruct(
        stack,
        "config-aggregator",
        name="organization",
        partition=organization.partition,
        provider=stack.provider(organization.home_region),
    )
    rules = {
        name: ManagedRule(
            rule.identifier, rule.parameters, rule.resource_types, rule.frequency, rule.description, rule.listed
        )
        for name, rule in config.rules.items()
    }
    accounts, recording = organization.accounts.values(), CONFIG_RECORDER.published(organization)
    without = [account for account in accounts if account.slug not in recording]
    for region in organization.governed_regions if rules and len(without) < len(accounts) else ():
        OrganizationConfigRulesConstruct(
            stack,
            f"config-rules-{region}",
            rules=rules,
            excluded_account_ids=[stack.references.account_id(account) for account in without],
            provider=stack.provider(region),
        )
    for region in organization.governed_regions if config.conformance_packs and len(without) < len(accounts) else ():
        OrganizationConformancePacksConstruct(
            stack,
            f"conformance-packs-{region}",
            packs={
                name: ConformancePack(
                    pack.template,
                    pack.parameters,
                    [
                        stack.references.account_id(account)
                        for account in accounts
                        if account in without or account in organization.select_accounts(pack.excluded)
                    ],
                )
                for name, pack in config.conformance_packs.items()
            },
            provider=stack.provider(region),
        )


def add_guardduty(stack: AccountScope, guardduty: GuardDuty) -> None:
    """Add threat detection for all accounts, in every governed region."""
    for region in stack.organization.governed_regions:
        GuardDutyOrganizationConstruct(
            stack,
            f"guardduty-{region}",
            features=guardduty.features,
            existing_detector=True,
            provider=stack.provider(region),
        )


def add_finding_archive(stack: AccountScope, _guardduty: GuardDuty) -> None:
    """Add the bucket of findings: a child of the archive, which is kept from the account's own pipeline."""
    organization, references, logging = stack.organization, stack.references, LOGGING.of(stack.organization)
    if logging is None:
        raise ValueError("There is no archive, and `check` refuses `export` without.")
    FindingArchiveConstruct(
        part(stack, "log-archive", LogArchiveConstruct),
        "Findings",
        bucket_name=_findings_bucket(stack),
        account_id=stack.own_id,
        source_account_id=references.account_id(organization.with_purpose("security")[0]),
        opt_in_regions=[region for region in organization.governed_regions if region in OPT_IN_REGIONS],
        retention_days=logging.retention_days,
        noncurrent_days=logging.noncurrent_days,
        archive_after_days=logging.archive_after_days,
        reader_arns=sorted(set(logging.readers)),
        keeper_arns=[role_arn(references, stack.account, stack.account.entry_role)],
        partition=organization.partition,
        provider=stack.provider(organization.home_region),
    )


def export_findings(stack: AccountScope, _guardduty: GuardDuty) -> None:
    """Write findings of all governed regions into that bucket."""
    organization, name = stack.organization, _findings_bucket(stack)
    keeper, home = archive_account(organization), organization.home_region
    if keeper is None:
        raise ValueError("There is no account for logs, and `check` refuses `export` without.")
    if keeper is stack.account:
        archive = part(stack, "log-archive", LogArchiveConstruct).node.find_child("Findings")
        if not isinstance(archive, FindingArchiveConstruct):
            raise TypeError("Something else than the archive of findings is where that is.")
        name, key_arn = archive.bucket_name, archive.key_arn
    else:  # AWS chooses a key's ARN; it is asked for by its alias
        alias = f"arn:{organization.partition}:kms:{home}:{stack.references.account_id(keeper)}:alias/{name}"
        key_arn = DataAwsKmsKey(stack, "finding-archive-key", key_id=alias, provider=stack.provider(home)).arn
    for region in organization.governed_regions:
        GuarddutyPublishingDestination(
            stack,
            f"guardduty-export-{region}",
            detector_id=part(stack, f"guardduty-{region}", GuardDutyOrganizationConstruct).detector_id,
            destination_arn=f"arn:{organization.partition}:s3:::{name}",
            kms_key_arn=key_arn,
            provider=stack.provider(region),
        )


def _findings_bucket(stack: AccountScope) -> str:
    return f"{log_bucket(stack.references)}-guardduty"


def add_ip_lists(stack: AccountScope, guardduty: GuardDuty) -> None:
    """Add lists of addresses to the detectors of all governed regions."""
    organization = stack.organization
    deployers = (stack.account.entry_role, organization.execution_role.name)
    GuardDutyIpListsConstruct(
        stack,
        "guardduty-lists",
        bucket_name=f"{organization.slug}-guardduty-lists-{stack.own_id}",
        detectors={
            region: RegionDetector(
                part(stack, f"guardduty-{region}", GuardDutyOrganizationConstruct).detector_id, stack.provider(region)
            )
            for region in organization.governed_regions
        },
        trusted=guardduty.trusted_ip_list,
        threats=guardduty.threat_ip_lists,
        writer_arns=role_arns(stack.references, stack.account, sorted(set(deployers))),
        partition=organization.partition,
        provider=stack.provider(organization.home_region),
    )


def add_security_hub(stack: AccountScope, hub: SecurityHub) -> None:
    """Add central findings, and the policies of what is checked where."""
    organization = stack.organization
    home = organization.home_region
    center = SecurityHubOrganizationConstruct(
        stack,
        "security-hub",
        linked_regions=[region for region in organization.governed_regions if region != home],
        already_enabled=True,
        provider=stack.provider(home),
    )
    for slug, policy in hub.policies.items():
        nodes = {node.selector: node for selector in policy.targets for node in organization.select(selector)}
        SecurityHubPolicyConstruct(
            stack,
            f"security-hub-{slug}",
            hub=center,
            name=slug,
            region=home,
            standards=policy.standards,
            disabled_controls=policy.disabled_controls,
            targets={node_key(node): _id(stack, node) for node in nodes.values()},
            enabled=policy.enabled,
            partition=organization.partition,
            provider=stack.provider(home),
        )


def add_finding_alerts(stack: AccountScope, hub: SecurityHub) -> None:
    """Add a topic for each severity, in the region that gathers findings."""
    organization = stack.organization
    FindingAlertsConstruct(
        stack,
        "finding-alerts",
        name="findings",
        account_id=stack.own_id,
        emails=hub.alerts,
        partition=organization.partition,
        provider=stack.provider(organization.home_region),
    )


def add_automation_rules(stack: AccountScope, hub: SecurityHub) -> None:
    """Add what becomes of findings, in the region that gathers them."""
    organization = stack.organization
    rules = {
        slug: AutomationRule(
            rule.description,
            rule.order,
            FindingMatch(
                account_ids=[
                    stack.references.account_id(account)
                    for account in organization.select_accounts(rule.match.accounts)
                ]
                if rule.match.accounts
                else None,
                **rule.match.model_dump(exclude={"accounts"}, exclude_defaults=True),
            ),
            rule.severity,
            rule.workflow,
            rule.note,
            rule.terminal,
        )
        for slug, rule in hub.automation_rules.items()
        # Rather none than one about all accounts: `check` refuses selectors of nobody, where it is asked.
        if not rule.match.accounts or organization.select_accounts(rule.match.accounts)
    }
    AutomationRulesConstruct(stack, "automation-rules", rules=rules, provider=stack.provider(organization.home_region))


def _id(stack: AccountScope, node: Node) -> str:
    if node.kind == "root":
        return stack.references.root_id
    return stack.references.account_id(node) if node.kind == "account" else stack.references.unit_id(node)


def add_access_analyzer(stack: AccountScope, analyzer: AccessAnalyzer) -> None:
    """Add analyzers of access from outside, and of unused access."""
    organization = stack.organization
    for region in organization.governed_regions:
        AccessAnalyzerConstruct(
            stack,
            f"external-access-{region}",
            name="organization-external-access",
            kind="external",
            provider=stack.provider(region),
        )
    if unused := enabled(analyzer.unused_access):
        AccessAnalyzerConstruct(
            stack,
            "unused-access",
            name="organization-unused-access",
            kind="unused",
            unused_after_days=unused.after_days,
            excluded_account_ids=[
                stack.references.account_id(account) for account in organization.select_accounts(unused.excluded)
            ],
            provider=stack.provider(organization.home_region),
        )


def add_inspector(stack: AccountScope, inspector: Inspector) -> None:
    """Add scans of all accounts, in every governed region."""
    for region in stack.organization.governed_regions:
        InspectorOrganizationConstruct(
            stack,
            f"inspector-{region}",
            account_id=stack.own_id,
            scans=inspector.scans,
            members={slug: stack.references.account_id(account) for slug, account in _members(stack).items()},
            provider=stack.provider(region),
        )


def _enrolled(stack: AccountScope) -> dict[str, Member]:
    return {
        slug: Member(stack.references.account_id(account), account.email) for slug, account in _members(stack).items()
    }


def add_macie(stack: AccountScope, _macie: Macie) -> None:
    """Add the search for sensitive data, in every governed region."""
    for region in stack.organization.governed_regions:
        MacieOrganizationConstruct(
            stack,
            f"macie-{region}",
            members=_enrolled(stack),
            already_enabled=True,
            provider=stack.provider(region),
        )


def add_detective(stack: AccountScope, _detective: Detective) -> None:
    """Add behavior graphs of all accounts, in every governed region."""
    for region in stack.organization.governed_regions:
        DetectiveOrganizationConstruct(
            stack, f"detective-{region}", members=_enrolled(stack), provider=stack.provider(region)
        )


def add_audit_manager(stack: AccountScope, manager: AuditManager) -> None:
    """Switch Audit Manager on, in every region that is meant."""
    organization = stack.organization
    for region in service_regions(organization, manager):
        AuditManagerConstruct(
            stack,
            f"audit-manager-{region}",
            account_id=stack.own_id,
            partition=organization.partition,
            provider=stack.provider(region),
        )


def add_audit_administrator(stack: AccountScope, manager: AuditManager) -> None:
    """Make the security account Audit Manager's administrator there."""
    if not isinstance(stack, OrganizationStack):
        raise TypeError(f"{stack.node.id} is not the stack of an organization.")
    organization = stack.organization
    (owner,) = organization.with_purpose("security")
    for region in service_regions(organization, manager):
        AuditManagerAdministratorConstruct(
            stack,
            f"audit-manager-{region}",
            account_id=stack.account_id(owner.slug),  # never from the lock: what is made here comes after the account
            # Organizations must know it first.
            depends_on=[part(stack, f"delegate-{owner.slug}-auditmanager", OrganizationsDelegatedAdministrator)],
            provider=stack.provider(region),
        )


def add_firewall_administrator(stack: AccountScope, _manager: FirewallManager) -> None:
    """Make the security account Firewall Manager's administrator."""
    if not isinstance(stack, OrganizationStack):
        raise TypeError(f"{stack.node.id} is not the stack of an organization.")
    (owner,) = stack.organization.with_purpose("security")
    FirewallManagerAdministratorConstruct(
        stack,
        "firewall-manager",
        account_id=stack.account_id(owner.slug),
        # Firewall Manager must be trusted first.
        depends_on=[part(stack, "organization", OrganizationsOrganization)],
        provider=stack.provider(GLOBAL),
    )


def add_firewall_policies(stack: AccountScope, manager: FirewallManager) -> None:
    """Add what Firewall Manager keeps, in the regions of each policy."""
    organization = stack.organization
    for slug, policy in manager.policies.items():
        nodes = [node for selector in policy.targets for node in organization.select(selector)]
        everywhere = any(node.kind == "root" for node in nodes)
        if not nodes:
            continue  # rather none than one of all accounts
        for region in policy_regions(organization, policy):
            FirewallManagerPolicyConstruct(
                stack,
                f"firewall-policy-{slug}-{region}",
                name=slug,
                data=policy.data,
                resource_types=sorted(set(policy.resource_types)),
                unit_ids=[] if everywhere else _ids(stack, nodes, "unit"),
                account_ids=[] if everywhere else _ids(stack, nodes, "account"),
                remediate=policy.remediate,
                provider=stack.provider(region),
            )


def _ids(stack: AccountScope, nodes: Sequence[Node], kind: str) -> list[str]:
    """The ids of nodes of a kind, each once."""
    found = {node.selector: node for node in nodes if (node.kind == "account") == (kind == "account")}
    return [_id(stack, found[selector]) for selector in sorted(found)]


def add_security_lake(stack: AccountScope, lake: SecurityLake) -> None:
    """Add a data lake in every region that is meant, and what it takes in."""
    organization = stack.organization
    # Sources are added from the home region, if there is a lake.
    regions = sorted(service_regions(organization, lake), key=lambda region: region != organization.home_region)
    SecurityLakeConstruct(
        stack,
        "security-lake",
        account_id=stack.own_id,
        providers={region: stack.provider(region) for region in regions},
        sources={
            name: LakeSource(
                source.version,
                [stack.references.account_id(account) for account in organization.select_accounts(source.targets)],
            )
            for name, source in lake.sources.items()
            # Rather none than one of all accounts: `check` refuses selectors of nobody, where it is asked.
            if not source.targets or organization.select_accounts(source.targets)
        },
        retention_days=lake.retention_days,
        transitions=lake.transitions,
        own_keys=lake.encryption == "KMS",
        partition=organization.partition,
    )


def add_lake_administrator(stack: AccountScope, _lake: SecurityLake) -> None:
    """Add the role by which Security Lake acts in the organization."""
    SecurityLakeAdministratorConstruct(stack, "security-lake", provider=stack.provider(stack.organization.home_region))


def add_root_access(stack: AccountScope, access: RootAccess) -> None:
    """Take root credentials away from member accounts."""
    CentralRootAccessConstruct(
        stack,
        "root-access",
        root_sessions=access.root_sessions,
        # IAM must be trusted first.
        depends_on=[part(stack, "organization", OrganizationsOrganization)],
    )


def add_own_detectors(stack: AccountScope, _guardduty: GuardDuty) -> None:
    """Switch GuardDuty on in the management account, which nobody else can do."""
    for region in stack.organization.governed_regions:
        GuarddutyDetector(stack, f"guardduty-{region}", enable=True, provider=stack.provider(region))
