"""Security services of all accounts, AWS Config, and passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from config.capabilities.baseline import PasswordPolicy
from config.capabilities.logging.model import Alerts
from estate.adoption.slugs import slug_of
from estate.lza.alarms import alarms
from estate.lza.block import Block, State
from estate.lza.keys import keys
from estate.lza.reading import SECURITY
from estate.lza.rules import rules, runbooks

if TYPE_CHECKING:
    from estate.lza.draft import Draft
    from estate.lza.reading import Node

_EVERY_REGION: Final = "It is on in all governed regions."
_LEVELS: Final = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL")
_FEATURES: Final = {
    "s3Protection": "S3_DATA_EVENTS",
    "eksProtection": "EKS_AUDIT_LOGS",
    "ec2Protection": "EBS_MALWARE_PROTECTION",
    "rdsProtection": "RDS_LOGIN_EVENTS",
    "lambdaProtection": "LAMBDA_NETWORK_LOGS",
}
_STANDARDS: Final = {
    "AWS Foundational Security Best Practices": "aws-foundational",
    "AWS Resource Tagging Standard": "aws-tagging",
    "CIS AWS Foundations Benchmark v1.4.0": "cis-1.4.0",
    "CIS AWS Foundations Benchmark v3.0.0": "cis-3.0.0",
    "NIST Special Publication 800-53": "nist-800-53",
    "NIST Special Publication 800-171": "nist-800-171",
    "PCI DSS v3.2.1": "pci-dss-3.2.1",
    "PCI DSS v4.0.1": "pci-dss-4.0.1",
}
"""How the names of standards begin, and what they are here."""


def _service(node: Node, into: Draft, key: str, *services: str) -> dict[str, Any] | None:
    """Switch a service on, if it is on: what is said of it here."""
    if node.texts("excludeRegions"):
        into.note(node.child("excludeRegions"), _EVERY_REGION)
    if node.child("deploymentTargets"):
        node.child("deploymentTargets").seen()
        into.note(node.child("deploymentTargets"), "It is on in all accounts.")
    into.only(node, "autoEnableOrgMembers", True, "It is on in accounts to come, too.")
    node.child("lifecycleRules").seen()
    if not node.flag("enable"):
        return None
    for service in services:
        into.administer(service, into.with_purpose("security"))
    return into.at("security", key)


def _volumes(node: Node, into: Draft) -> None:
    """New volumes are encrypted: with a key that is made for it, as the Accelerator does, unless it is told another."""
    targets = into.targets(node.child("deploymentTargets")) or ["root"]
    if node.texts("excludeRegions"):
        into.note(node.child("excludeRegions"), _EVERY_REGION)
    key, on = node.text("kmsKey"), node.flag("enable")
    if key:
        into.note(node.child("kmsKey"), f"Not taken: write the ARN of {key} as `baseline.volume_keys`.")
    for selector in targets:
        if not on:
            into.settings_of(selector, "baseline")["encrypt_volumes"] = False
        elif not key:
            into.settings_of(selector, "baseline")["own_volume_key"] = True


def _documents(node: Node, into: Draft) -> None:
    """No document of Systems Manager is public."""
    block = node.child("blockPublicDocumentSharing")
    if block.flag("enable"):
        into.settings("baseline")["block_public_documents"] = True
    for name in block.texts("excludeAccounts"):
        if slug := into.slug(block.child("excludeAccounts"), name):
            into.settings("baseline", account=slug)["block_public_documents"] = False


def _buckets(node: Node, into: Draft) -> None:
    baseline = into.settings("baseline")
    if not node.flag("enable"):
        baseline["block_public_buckets"] = False
    for name in node.texts("excludeAccounts"):
        if slug := into.slug(node.child("excludeAccounts"), name):
            into.settings("baseline", account=slug)["block_public_buckets"] = False


def _revert(node: Node, into: Draft) -> None:
    """Policies that somebody changes by hand: who is told of it."""
    topic, on = node.text("snsTopicName"), node.flag("enable")
    if not on:
        return
    alerts = into.logging("alerts")
    alerts["report"] = [*Alerts().report, "policies-by-hand"]
    told = alerts.setdefault("emails", []) if topic in into.topics else []
    told += [each for each in into.topics.get(topic, ()) if each not in told]


def _macie(node: Node, into: Draft) -> None:
    if _service(node, into, "macie", "macie.amazonaws.com") is None:
        node.seen()
        return
    into.only(
        node,
        "policyFindingsPublishingFrequency",
        "FIFTEEN_MINUTES",
        "Findings are told every fifteen minutes, as AWS has it.",
    )
    into.only(node, "publishPolicyFindings", True, "Findings about policies go to Security Hub, as AWS has it.")
    into.only(
        node, "publishSensitiveDataFindings", False, "Findings about data do not go to Security Hub, as AWS has it."
    )


def _guardduty(node: Node, into: Draft) -> None:
    found = _service(node, into, "guardduty", "guardduty.amazonaws.com")
    features = []
    for key, feature in _FEATURES.items():
        plan = node.child(key)
        if plan.flag("enable") and feature not in features:
            features.append(feature)
        if plan.texts("excludeRegions"):
            into.note(plan.child("excludeRegions"), _EVERY_REGION)
        plan.child("keepSnapshots").seen()
    if found is not None and features != ["S3_DATA_EVENTS"]:
        found["features"] = sorted(features)
        if _FEATURES["ec2Protection"] in features:
            into.trust("malware-protection.guardduty.amazonaws.com")
    exported = node.child("exportConfiguration")
    exported.text("destinationType")  # there is one
    into.only(
        exported,
        "exportFrequency",
        "SIX_HOURS",
        "Detectors tell as often as AWS has it, every six hours, and of new findings at once.",
    )
    if exported.flag("enable") and found is not None:
        into.logging()
        found["export"] = {}


def _hub(node: Node, into: Draft) -> None:
    found = _service(node, into, "security_hub", "securityhub.amazonaws.com")
    into.only(node, "regionAggregation", True, "Findings of all governed regions are in one place.")
    policies: dict[str, Any] = {}
    for entry in node.each("standards"):
        name = entry.needed("name")
        targets = into.targets(entry.child("deploymentTargets"), inherited=True) or ["root"]
        off = entry.texts("controlsToDisable")
        if not entry.flag("enable"):
            continue
        standard = next((ours for begins, ours in _STANDARDS.items() if name.startswith(begins)), None)
        if standard is None:
            into.note(entry, f"Left out: {name}.")
            continue
        slug = (
            "organization"
            if targets == ["root"]
            else slug_of(" ".join(each.rpartition(":")[2] for each in targets))[:40].strip("-")
        )
        policy = policies.setdefault(slug, {"targets": targets, "standards": []})
        policy["standards"].append(standard)
        for control in off:
            policy.setdefault("disabled_controls", {})[control] = "Off in the Accelerator's configuration"
    for policy in policies.values():  # the nearest one counts: it has what those above have, too
        above = [
            other for other in policies.values() if other is not policy and _above(other["targets"], policy["targets"])
        ]
        for other in above:
            policy["standards"] += [each for each in other["standards"] if each not in policy["standards"]]
            for control, reason in other.get("disabled_controls", {}).items():
                policy.setdefault("disabled_controls", {}).setdefault(control, reason)
    _told(node, into)
    if found is not None and into.severities:
        found["alerts"] = {severity: into.severities[severity] for severity in _LEVELS if severity in into.severities}
    if found is not None and policies:
        found["policies"] = policies


def _told(node: Node, into: Draft) -> None:
    """Whoever is told of findings by a topic of Security Hub's own."""
    topic, level = node.text("snsTopicName"), node.text("notificationLevel", "HIGH")
    if not topic:
        return
    if topic not in into.topics or level not in _LEVELS:
        known = f"one of {', '.join(into.topics)}" if topic not in into.topics else f"one of {', '.join(_LEVELS)}"
        node.child("snsTopicName").problem(f"{topic!r} with {level!r}", f"a topic of `snsTopics`, and a level: {known}")
        return
    for severity in _LEVELS[: _LEVELS.index(level) + 1]:
        into.alerts(severity, into.topics[topic])


def _above(targets: list[str], others: list[str]) -> bool:
    """Whether all of some targets are below others."""
    return all(any(one == "root" or f"{other}/".startswith(f"{one}/") for one in targets) for other in others)


def _analyzer(node: Node, into: Draft) -> None:
    _service(node, into, "access_analyzer", "access-analyzer.amazonaws.com")


def _detective(node: Node, into: Draft) -> None:
    _service(node, into, "detective", "detective.amazonaws.com")


def _audits(node: Node, into: Draft) -> None:
    """Audit Manager, in governed regions but those that are left out."""
    left_out, reports = node.texts("excludeRegions"), node.child("defaultReportsConfiguration")
    if reports.flag("enable"):
        into.note(
            reports, "Left out: Terraform cannot tell Audit Manager where reports go. Name a bucket with each report."
        )
    reports.seen()
    regions = [region for region in into.at("regions").get("governed", ()) if region not in left_out]
    if not node.flag("enable") or not regions:
        return
    into.administer("auditmanager.amazonaws.com", into.with_purpose("security"))
    found = into.at("security", "audit_manager")
    if left_out:
        found["regions"] = regions


def _passwords(node: Node, into: Draft) -> None:
    usual, policy = PasswordPolicy(), {}
    for key, ours in (
        ("minimumPasswordLength", "minimum_length"),
        ("passwordReusePrevention", "reuse_prevention"),
        ("maxPasswordAge", "max_age_days"),
    ):
        value = node.number(key)
        if value is not None and value != getattr(usual, ours):
            policy[ours] = value
    for key in ("requireUppercaseCharacters", "requireLowercaseCharacters", "requireSymbols", "requireNumbers"):
        into.only(node, key, True, "Passwords need letters of both kinds, digits and symbols.")
    into.only(node, "allowUsersToChangePassword", True, "Users may change their passwords.")
    into.only(node, "hardExpiry", False, "A password that has ended can be changed by its user.")
    if policy:
        into.settings("baseline", "password_policy").update(policy)


def _recorder(_node: Node, into: Draft) -> None:
    config = into.lza.file(SECURITY).child("awsConfig")
    if config.child("deploymentTargets"):
        into.targets(config.child("deploymentTargets"))
    on = config.flag("enableConfigurationRecorder")
    config.flag("overrideExisting")
    into.only(config, "useServiceLinkedRole", True, "Recorders have AWS's service-linked role.")
    if on:
        into.settings("config_recorder")
        into.config_rules()


def _delivery(_node: Node, into: Draft) -> None:
    config = into.lza.file(SECURITY).child("awsConfig")
    into.only(config, "enableDeliveryChannel", True, "What a recorder writes is delivered to the log archive.")


def _aggregation(node: Node, into: Draft) -> None:
    if node.flag("enable"):
        into.config_rules()
    owner = into.account_at(node, "delegatedAdminAccount")
    if owner and owner != into.with_purpose("security"):
        into.note(node, "What is recorded is seen in the security account.")


def _block(key: str, about: str, state: State, ours: str = "", why: str = "", **others: Any) -> Block:
    return Block(SECURITY, key, about, state, ours, why, **others)


_CENTRAL: Final = "centralSecurityServices"
BLOCKS: Final = (
    _block(
        f"{_CENTRAL}.delegatedAdminAccount",
        "The account that administers security services.",
        State.WORKS,
        "accounts/*.yaml, purpose: security; delegated_administrators",
    ),
    _block(
        f"{_CENTRAL}.ebsDefaultVolumeEncryption",
        "New volumes are encrypted.",
        State.WORKS,
        "baseline.own_volume_key",
        take=_volumes,
    ),
    _block(
        f"{_CENTRAL}.s3PublicAccessBlock",
        "No bucket is public.",
        State.WORKS,
        "baseline.block_public_buckets",
        take=_buckets,
    ),
    _block(
        f"{_CENTRAL}.scpRevertChangesConfig",
        "Changes of policies by hand are undone at once.",
        State.PARTLY,
        "logging.alerts.report: policies-by-hand",
        "A mail tells of them within minutes, and the next deploy undoes them. Nothing does so at once: that takes a function in the management account that may change every guardrail.",
        take=_revert,
    ),
    _block(f"{_CENTRAL}.macie", "Macie in all accounts.", State.WORKS, "security.macie", take=_macie),
    _block(f"{_CENTRAL}.guardduty", "GuardDuty in all accounts.", State.WORKS, "security.guardduty", take=_guardduty),
    _block(f"{_CENTRAL}.guardduty.s3Protection", "It watches buckets.", State.WORKS, "security.guardduty.features"),
    _block(f"{_CENTRAL}.guardduty.eksProtection", "It watches EKS.", State.WORKS, "security.guardduty.features"),
    _block(
        f"{_CENTRAL}.guardduty.exportConfiguration",
        "Its findings are copied into a bucket.",
        State.WORKS,
        "security.guardduty.export",
        "They are in the archive, encrypted with a key of their own, as often as the detectors tell of them.",
    ),
    _block(f"{_CENTRAL}.securityHub", "Security Hub in all accounts.", State.WORKS, "security.security_hub", take=_hub),
    _block(
        f"{_CENTRAL}.securityHub.regionAggregation",
        "Findings of all regions in one.",
        State.WORKS,
        "security.security_hub",
    ),
    _block(
        f"{_CENTRAL}.securityHub.standards",
        "What it checks, and where.",
        State.WORKS,
        "security.security_hub.policies",
    ),
    _block(
        f"{_CENTRAL}.ssmAutomation",
        "Documents of Systems Manager, shared with all accounts.",
        State.WORKS,
        "ssm_documents",
        "Each account has its own.",
        take=runbooks,
        turn=2,
    ),
    _block("accessAnalyzer", "IAM Access Analyzer.", State.WORKS, "security.access_analyzer", take=_analyzer),
    _block("iamPasswordPolicy", "Passwords of IAM users.", State.WORKS, "baseline.password_policy", take=_passwords),
    _block(
        "awsConfig.enableConfigurationRecorder",
        "AWS Config records all accounts.",
        State.WORKS,
        "config_recorder, security.config",
        take=_recorder,
    ),
    _block(
        "awsConfig.enableDeliveryChannel",
        "What it records goes to the log archive.",
        State.WORKS,
        "config_recorder",
        take=_delivery,
    ),
    _block("awsConfig.useServiceLinkedRole", "It works by AWS's role for it.", State.WORKS, "config_recorder"),
    _block(
        "awsConfig.ruleSets",
        "Rules that AWS has written, where they are.",
        State.WORKS,
        "security.config.rules, config_recorder.rules",
        "Rules that all accounts have, by whichever name, are one rule of the organization.",
        take=rules,
        turn=2,
    ),
    _block(
        "awsConfig.ruleSets.rules.tags",
        "Tags of rules.",
        State.WORKS,
        "config_recorder.rules.tags",
        "A rule with tags of its own is one of the accounts: AWS gives none to rules of the organization.",
    ),
    _block(
        "awsConfig.ruleSets.rules.remediation",
        "A runbook mends what breaks a rule.",
        State.WORKS,
        "config_recorder.rules.remediation",
    ),
    _block(
        "awsConfig.aggregation",
        "All accounts seen in one.",
        State.WORKS,
        "security.config",
        take=_aggregation,
        universal=False,
    ),
    _block("awsConfig", "Further keys of AWS Config.", State.PARTLY, "config_recorder", universal=False),
    _block(f"{_CENTRAL}.detective", "Detective.", State.WORKS, "security.detective", take=_detective, universal=False),
    _block(f"{_CENTRAL}.snsSubscriptions", "Mails by severity.", State.NONE, why="`logging.alerts`.", universal=False),
    _block(
        f"{_CENTRAL}.auditManager",
        "Audit Manager.",
        State.PARTLY,
        "security.audit_manager",
        "The bucket of reports is left out: Terraform cannot tell Audit Manager of it.",
        take=_audits,
        turn=2,
        universal=False,
    ),
    _block(
        f"{_CENTRAL}.ssmSettings",
        "No document of Systems Manager is public.",
        State.WORKS,
        "baseline.block_public_documents",
        take=_documents,
        universal=False,
    ),
    _block(
        "cloudWatch.metricSets",
        "Metrics of what logs say.",
        State.NONE,
        why="`logging.alerts.cis` tells of most.",
        universal=False,
    ),
    _block(
        "cloudWatch.alarmSets",
        "Alarms of metrics.",
        State.PARTLY,
        "metric_alarms",
        "Those of metrics that `metricSets` makes are left out: `logging.alerts.cis` tells of most.",
        take=alarms,
        turn=2,
        universal=False,
    ),
    _block("cloudWatch.logGroups", "Log groups.", State.NONE, why="Write an extension.", universal=False),
    _block("keyManagementService", "KMS keys.", State.WORKS, "kms_keys", take=keys, universal=False),
    _block(
        "resourcePolicyEnforcement",
        "Policies of buckets and keys.",
        State.NONE,
        why="Resource control policies.",
        universal=False,
    ),
)
