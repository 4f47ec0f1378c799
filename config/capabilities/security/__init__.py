"""Security services over the whole organization, administered by the security account."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from config.capabilities.capability import (
    FREE,
    SECURE_BUCKET,
    AccountInput,
    OrganizationCapability,
    Part,
    Rule,
)
from config.capabilities.logging import LOGGING, archive_account
from config.capabilities.security import firewall_manager, ip_lists, rules, security_lake
from config.capabilities.security.model import (
    ConformancePack,
    FirewallManager,
    GuardDuty,
    Security,
    SecurityHub,
    SecurityLake,
)
from config.errors import KeyPath, Problem
from config.facts.addresses import unique
from config.model.base import enabled
from config.nodes import Configuration, Organization
from config.sources.files import Files
from config.sources.resolving import Resolving

_MOST: Final = 51200
_MOST_ACCOUNTS: Final = 20


def _rule(check: Callable[[Configuration, Security | None, Files], Iterator[Problem]]) -> Rule:
    return lambda configuration, files: check(configuration, SECURITY.of(configuration), files)


def _known_targets(written: Security | None, resolving: Resolving) -> Security | None:
    """The selectors in it name what is there."""
    if written is None:
        return None
    hub, analyzer = written.security_hub, written.access_analyzer
    for slug, policy in hub.policies.items() if hub else ():
        resolving.nodes(("security", "security_hub", "policies", slug, "targets"), policy.targets)
    for slug, rule in hub.automation_rules.items() if hub else ():
        accounts: KeyPath = ("security", "security_hub", "automation_rules", slug, "match", "accounts")
        meant = resolving.accounts(accounts, rule.match.accounts)
        if len(meant) > _MOST_ACCOUNTS:
            expected = f"at most {_MOST_ACCOUNTS} accounts, as Security Hub takes them"
            resolving.problem(
                accounts, f"{len(meant)} accounts", expected, "Leave `accounts` out, or write several rules."
            )
    if analyzer and analyzer.unused_access:
        path = ("security", "access_analyzer", "unused_access", "excluded")
        resolving.nodes(path, analyzer.unused_access.excluded)
    if written.guardduty:
        written = written.model_copy(update={"guardduty": ip_lists.resolve(written.guardduty, resolving)})
    if written.firewall_manager:
        manager = firewall_manager.resolve(written.firewall_manager, resolving)
        written = written.model_copy(update={"firewall_manager": manager})
    if written.security_lake:
        security_lake.resolve(written.security_lake, resolving)
    config = written.config
    if config and config.conformance_packs:
        packs = {name: _with_text(name, pack, resolving) for name, pack in config.conformance_packs.items()}
        read = {name: pack for name, pack in packs.items() if pack}
        written = written.model_copy(update={"config": config.model_copy(update={"conformance_packs": read})})
    return enabled(written)


def _with_text(name: str, pack: ConformancePack, resolving: Resolving) -> ConformancePack | None:
    """A pack with the text of its file as `template`; None if there is none, which is said."""
    path: KeyPath = ("security", "config", "conformance_packs", name)
    resolving.accounts((*path, "excluded"), pack.excluded)
    text = resolving.text((*path, "template"), pack.template)
    if text is None:
        return None
    if "Resources" not in text or len(text) > _MOST:
        arrived = f"{pack.template!r}, {len(text):,} characters{'' if 'Resources' in text else ' without `Resources`'}"
        expected = f"a template of a conformance pack of at most {_MOST:,} characters, as AWS takes it from Terraform"
        resolving.problem((*path, "template"), arrived, expected)
        return None
    return pack.model_copy(update={"template": text})


def _service(organization: Organization, key: str) -> Any:
    security = SECURITY.of(organization)
    return getattr(security, key) if security and security.on(key) else None


def _alerting(inputs: AccountInput) -> SecurityHub | None:
    hub: SecurityHub | None = _in_security_account("security_hub")(inputs)
    return hub if hub and hub.alerts else None


def _exported(inputs: AccountInput) -> GuardDuty | None:
    """What is exported from the security account; None elsewhere."""
    found: GuardDuty | None = _in_security_account("guardduty")(inputs)
    return found if found and enabled(found.export) and LOGGING.of(inputs.organization) else None


def _kept_findings(inputs: AccountInput) -> GuardDuty | None:
    """What is exported into the archive's account; None elsewhere."""
    found: GuardDuty | None = _service(inputs.organization, "guardduty")
    here = inputs.account is archive_account(inputs.organization) and LOGGING.of(inputs.organization)
    return found if found and enabled(found.export) and here else None


_KEPT_FINDINGS: Final = (
    f"aws_kms_alias.{unique('log-archive', 'Findings', 'Key', 'Alias')}",
    f"aws_kms_key.{unique('log-archive', 'Findings', 'Key', 'Resource')}",
    *(f"{type_}.{unique('log-archive', 'Findings', 'Bucket', child)}" for type_, child in SECURE_BUCKET.items()),
)


def _findings_outlive(inputs: AccountInput) -> tuple[str, ...]:
    """Bucket and key where they may have been: the archive has moved, or `export` is switched off or not there any more."""
    if inputs.account.purpose not in ("log-archive", "security") or _kept_findings(inputs):
        return ()
    return _KEPT_FINDINGS


def _listing(inputs: AccountInput) -> GuardDuty | None:
    found: GuardDuty | None = _in_security_account("guardduty")(inputs)
    return found if found and (found.trusted_ip_list or found.threat_ip_lists) else None


def _keeping(inputs: AccountInput) -> FirewallManager | None:
    manager: FirewallManager | None = _in_security_account("firewall_manager")(inputs)
    return manager if manager and manager.policies else None


def _gathering(inputs: AccountInput) -> SecurityLake | None:
    """The lake in the account that keeps the logs; None elsewhere."""
    found: SecurityLake | None = _service(inputs.organization, "security_lake")
    return found if inputs.account is archive_account(inputs.organization) else None


def _automated(inputs: AccountInput) -> SecurityHub | None:
    hub: SecurityHub | None = _in_security_account("security_hub")(inputs)
    return hub if hub and hub.automation_rules else None


def _in_security_account(key: str) -> Callable[[AccountInput], Any]:
    return lambda inputs: _service(inputs.organization, key) if inputs.account.purpose == "security" else None


SECURITY: Final[OrganizationCapability[Security]] = OrganizationCapability(
    key="security",
    annotation=Security | None,
    description="Security services of all accounts.",
    rules=(
        _rule(rules.services),
        _rule(rules.available),
        _rule(rules.scanned),
        _rule(rules.exported),
        _rule(rules.matched),
        _rule(rules.placed),
        _rule(firewall_manager.kept),
        _rule(security_lake.filled),
    ),
    resolve=_known_targets,
    # Each by itself, so that the execution role is permitted no service that is off.
    parts=(
        Part(
            name="security.config",
            build="stacks.capabilities.security.config_rules:add_config",
            value=_in_security_account("config"),
            types=frozenset(
                {
                    "aws_config_configuration_aggregator",
                    "aws_config_organization_conformance_pack",
                    "aws_config_organization_managed_rule",
                    "aws_iam_role",
                    "aws_iam_role_policy_attachment",
                }
            ),
            cost=("Each evaluation of a rule, of conformance packs too, in every account and region.",),
            # As accounts have recorders.
            sometimes=("aws_config_organization_conformance_pack", "aws_config_organization_managed_rule"),
        ),
        Part(
            name="security.guardduty",
            build="stacks.capabilities.security.guardduty:add_guardduty",
            value=_in_security_account("guardduty"),
            readers=lambda inputs: inputs.account.purpose == "security",
            types=frozenset(
                {
                    "aws_guardduty_organization_configuration",
                    "aws_guardduty_organization_configuration_feature",
                    "data.aws_guardduty_detector",
                }
            ),
            cost=(
                "Events and logs analyzed, in every account and region; each of the `features` by what it looks at.",
            ),
        ),
        Part(
            name="security.guardduty.export",
            build="stacks.capabilities.security.guardduty:add_finding_archive",
            value=_kept_findings,
            let_go=_findings_outlive,
            types=frozenset({"aws_kms_alias", "aws_kms_key", *SECURE_BUCKET}),
            cost=("A KMS key by the month; storage of findings, less after `logging.archive_after_days`.",),
        ),
        Part(
            name="security.guardduty.export",
            build="stacks.capabilities.security.guardduty:export_findings",
            value=_exported,
            readers=lambda inputs: inputs.account.purpose == "security",
            types=frozenset({"aws_guardduty_publishing_destination", "data.aws_kms_key"}),
            cost=("Requests by the thousand and traffic between regions, in the archive's account.",),
            sometimes=("data.aws_kms_key",),  # where the archive is in another account
        ),
        Part(
            name="security.guardduty.ip_lists",
            build="stacks.capabilities.security.guardduty:add_ip_lists",
            value=_listing,
            readers=lambda inputs: inputs.account.purpose == "security",
            types=frozenset({"aws_guardduty_ipset", "aws_guardduty_threatintelset", "aws_s3_object", *SECURE_BUCKET}),
            cost=(
                "Storage of the lists and requests; findings about their addresses, in Security Hub by the thousand.",
            ),
            when={
                "aws_guardduty_ipset": lambda guardduty: guardduty.trusted_ip_list is not None,
                "aws_guardduty_threatintelset": lambda guardduty: bool(guardduty.threat_ip_lists),
            },
        ),
        Part(
            name="security.security_hub",
            build="stacks.capabilities.security.security_hub:add_security_hub",
            value=_in_security_account("security_hub"),
            types=frozenset(
                {
                    "aws_securityhub_configuration_policy",
                    "aws_securityhub_configuration_policy_association",
                    "aws_securityhub_finding_aggregator",
                    "aws_securityhub_organization_configuration",
                }
            ),
            cost=(
                "Each check of a standard, in every account and region, and findings of other services by the thousand.",
                "Controls need `config_recorder`, whose records are charged there.",
            ),
        ),
        Part(
            name="security.security_hub.alerts",
            build="stacks.capabilities.security.security_hub:add_finding_alerts",
            value=_alerting,
            types=frozenset(
                {
                    "aws_cloudwatch_event_rule",
                    "aws_cloudwatch_event_target",
                    "aws_iam_role",
                    "aws_iam_role_policy",
                    "aws_kms_alias",
                    "aws_kms_key",
                    "aws_sns_topic",
                    "aws_sns_topic_policy",
                    "aws_sns_topic_subscription",
                }
            ),
            cost=("A KMS key by the month; mails after the first thousand of a month.",),
            when={"aws_sns_topic_subscription": lambda hub: any(hub.alerts.values())},
        ),
        Part(
            name="security.security_hub.automation_rules",
            build="stacks.capabilities.security.security_hub:add_automation_rules",
            value=_automated,
            types=frozenset({"aws_securityhub_automation_rule"}),
            cost=("Each finding that a rule looks at, by the million.",),
        ),
        Part(
            name="security.access_analyzer",
            build="stacks.capabilities.security.detection:add_access_analyzer",
            value=_in_security_account("access_analyzer"),
            types=frozenset({"aws_accessanalyzer_analyzer"}),
            cost=(
                "External access costs nothing; `unused_access` costs by the month for each role and user of all accounts.",
            ),
        ),
        Part(
            name="security.inspector",
            build="stacks.capabilities.security.detection:add_inspector",
            value=_in_security_account("inspector"),
            types=frozenset(
                {
                    "aws_inspector2_enabler",
                    "aws_inspector2_member_association",
                    "aws_inspector2_organization_configuration",
                }
            ),
            cost=("Each instance by the month, each image by the scan, each function by the month.",),
        ),
        Part(
            name="security.macie",
            build="stacks.capabilities.security.detection:add_macie",
            value=_in_security_account("macie"),
            types=frozenset({"aws_macie2_member", "aws_macie2_organization_configuration"}),
            cost=("Each bucket by the month, each gigabyte inspected.",),
        ),
        Part(
            name="security.detective",
            build="stacks.capabilities.security.detection:add_detective",
            value=_in_security_account("detective"),
            types=frozenset(
                {"aws_detective_graph", "aws_detective_member", "aws_detective_organization_configuration"}
            ),
            cost=("Each gigabyte of logs read.",),
        ),
        Part(
            name="security.audit_manager",
            build="stacks.capabilities.security.audit_manager:add_audit_manager",
            value=_in_security_account("audit_manager"),
            types=frozenset({"aws_auditmanager_account_registration", "aws_kms_alias", "aws_kms_key"}),
            cost=(
                "A KMS key by the month in each region.",
                "Evidence by the thousand, once somebody makes an assessment.",
            ),
        ),
        Part(
            name="security.audit_manager",
            build="stacks.capabilities.security.audit_manager:add_audit_administrator",
            value=lambda inputs: _service(inputs.organization, "audit_manager"),
            types=frozenset(
                {
                    "aws_auditmanager_account_registration",
                    "aws_auditmanager_organization_admin_account_registration",
                }
            ),
            cost=FREE,
            whose="management",
        ),
        Part(
            name="security.firewall_manager",
            build="stacks.capabilities.security.firewall_manager:add_firewall_policies",
            value=_keeping,
            types=frozenset({"aws_fms_policy"}),
            cost=(
                "Each policy by the month in each region, and what it makes in accounts: web ACLs, firewalls, rules of AWS Config.",
                "Shield Advanced by the month, for a year.",
            ),
        ),
        Part(
            name="security.firewall_manager",
            build="stacks.capabilities.security.firewall_manager:add_firewall_administrator",
            value=lambda inputs: _service(inputs.organization, "firewall_manager"),
            types=frozenset({"aws_fms_admin_account"}),
            cost=FREE,
            whose="management",
        ),
        Part(
            name="security.security_lake",
            build="stacks.capabilities.security.security_lake:add_security_lake",
            value=_gathering,
            types=frozenset(
                {
                    "aws_iam_role",
                    "aws_iam_role_policy_attachment",
                    "aws_kms_alias",
                    "aws_kms_key",
                    "aws_securitylake_aws_log_source",
                    "aws_securitylake_data_lake",
                }
            ),
            cost=(
                "Each gigabyte taken in, by its source, and each that is brought into one form.",
                "Storage and requests of S3, Lambda, Glue and SQS in each region; a KMS key by the month, unless S3's is used.",
            ),
        ),
        Part(
            name="security.security_lake",
            build="stacks.capabilities.security.security_lake:add_lake_administrator",
            value=lambda inputs: _service(inputs.organization, "security_lake"),
            types=frozenset({"aws_iam_service_linked_role"}),
            cost=FREE,
            whose="management",
        ),
        Part(
            name="security.central_root_access",
            build="stacks.capabilities.security.detection:add_root_access",
            value=lambda inputs: _service(inputs.organization, "central_root_access"),
            types=frozenset({"aws_iam_organizations_features"}),
            cost=FREE,
            whose="management",
        ),
        Part(
            name="security.guardduty",
            build="stacks.capabilities.security.guardduty:add_own_detectors",
            value=lambda inputs: _service(inputs.organization, "guardduty"),
            types=frozenset({"aws_guardduty_detector"}),
            cost=(
                "Events and logs analyzed, in every account and region; each of the `features` by what it looks at.",
            ),
            whose="management",
        ),
    ),
)
