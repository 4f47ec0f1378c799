"""Security services of all accounts, AWS Config, and passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from config.capabilities.baseline import PasswordPolicy
from constructs_lib.policies.managed_rules import unknown_rule
from constructs_lib.policies.quotas import quota
from estate.adoption.slugs import slug_of
from estate.lza.block import Block, State
from estate.lza.reading import SECURITY

if TYPE_CHECKING:
    from estate.lza.draft import Draft
    from estate.lza.reading import Node

_LONGEST_NAME: Final = int(quota("config-rule.name").limit or 0)
_EVERY_REGION: Final = "It is on in all governed regions."
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
    baseline = into.settings("baseline")
    into.targets(node.child("deploymentTargets"))
    if node.texts("excludeRegions"):
        into.note(node.child("excludeRegions"), _EVERY_REGION)
    if key := node.text("kmsKey"):
        into.note(node.child("kmsKey"), f"Not taken: write the ARN of {key} as `baseline.volume_keys`.")
    if not node.flag("enable"):
        baseline["encrypt_volumes"] = False


def _buckets(node: Node, into: Draft) -> None:
    baseline = into.settings("baseline")
    if not node.flag("enable"):
        baseline["block_public_buckets"] = False
    for name in node.texts("excludeAccounts"):
        if slug := into.slug(node.child("excludeAccounts"), name):
            into.settings("baseline", account=slug)["block_public_buckets"] = False


def _revert(node: Node, _into: Draft) -> None:
    node.flag("enable")
    node.text("snsTopicName")


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
    if found is not None and policies:
        found["policies"] = policies


def _above(targets: list[str], others: list[str]) -> bool:
    """Whether all of some targets are below others."""
    return all(any(one == "root" or f"{other}/".startswith(f"{one}/") for one in targets) for other in others)


def _analyzer(node: Node, into: Draft) -> None:
    _service(node, into, "access_analyzer", "access-analyzer.amazonaws.com")


def _detective(node: Node, into: Draft) -> None:
    _service(node, into, "detective", "detective.amazonaws.com")


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


def _rules(_node: Node, into: Draft) -> None:
    for each in into.lza.file(SECURITY).each("awsConfig", "ruleSets"):
        targets = into.targets(each.child("deploymentTargets"))
        if targets != ["root"]:
            into.note(
                each.child("deploymentTargets"), f"These rules are in all accounts, not only in {', '.join(targets)}."
            )
        for entry in each.each("rules"):
            _rule(entry, into)


def _rule(entry: Node, into: Draft) -> None:
    name, identifier = entry.needed("name"), entry.text("identifier")
    if entry.text("type", "Managed") == "Custom" or not identifier:
        entry.seen()
        into.note(entry, f"Left out: {name} runs code of its own. Write an extension.")
        return
    rule: dict[str, Any] = {"identifier": identifier}
    if unknown_rule(identifier):
        rule["listed"] = False
    parameters = entry.child("inputParameters").mapping()
    texts = {key: entry.child("inputParameters").text(key) for key in parameters}
    if known := {key: text for key, text in texts.items() if "${ACCEL_LOOKUP" not in text}:
        rule["parameters"] = known
    for key in sorted(texts.keys() - known.keys()):
        into.note(entry.child("inputParameters", key), f"Left out: {texts[key]} names what the Accelerator makes.")
    types = entry.texts("complianceResourceTypes")
    if types:
        rule["resource_types"] = types
    if about := entry.text("description"):
        rule["description"] = about
    short = name
    if len(name) > _LONGEST_NAME:
        short = name.removeprefix(f"{into.lza.prefix}-")[:_LONGEST_NAME]
        into.note(entry.child("name"), f"A rule of the organization has a shorter name: {short}.")
    into.config_rules()[short] = rule


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
        State.PARTLY,
        "baseline.encrypt_volumes",
        "With AWS's key; no key of one's own is made for it.",
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
        why="`estate drift` tells of them, and the next deploy undoes them. Nothing does so at once.",
        take=_revert,
    ),
    _block(f"{_CENTRAL}.macie", "Macie in all accounts.", State.WORKS, "security.macie", take=_macie),
    _block(f"{_CENTRAL}.guardduty", "GuardDuty in all accounts.", State.WORKS, "security.guardduty", take=_guardduty),
    _block(f"{_CENTRAL}.guardduty.s3Protection", "It watches buckets.", State.WORKS, "security.guardduty.features"),
    _block(f"{_CENTRAL}.guardduty.eksProtection", "It watches EKS.", State.WORKS, "security.guardduty.features"),
    _block(
        f"{_CENTRAL}.guardduty.exportConfiguration",
        "Its findings are copied into a bucket.",
        State.NONE,
        why="Not made yet: findings are in Security Hub.",
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
        State.NONE,
        why="Not made yet.",
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
        "Rules that AWS has written.",
        State.PARTLY,
        "security.config.rules",
        "All are in all accounts.",
        take=_rules,
    ),
    _block("awsConfig.ruleSets.rules.tags", "Tags of rules.", State.NONE, why="Rules of the organization have none."),
    _block(
        "awsConfig.ruleSets.rules.remediation",
        "What is done about findings of a rule.",
        State.NONE,
        why="Not made yet.",
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
    _block(f"{_CENTRAL}.auditManager", "Audit Manager.", State.NONE, why="Not made yet.", universal=False),
    _block(f"{_CENTRAL}.ssmSettings", "No document is public.", State.NONE, why="Not made yet.", universal=False),
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
        State.NONE,
        why="`logging.alerts.cis` tells of most.",
        universal=False,
    ),
    _block("cloudWatch.logGroups", "Log groups.", State.NONE, why="Write an extension.", universal=False),
    _block("keyManagementService", "KMS keys.", State.NONE, why="Not made yet.", universal=False),
    _block(
        "resourcePolicyEnforcement",
        "Policies of buckets and keys.",
        State.NONE,
        why="Resource control policies.",
        universal=False,
    ),
)
