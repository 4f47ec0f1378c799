"""Logs: the trail, the archive, sessions and accesses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from estate.lza.block import Block, State
from estate.lza.reading import GLOBAL

if TYPE_CHECKING:
    from estate.lza.draft import Draft
    from estate.lza.reading import Node

_GLACIER_DAYS: Final = 90
_STORAGE: Final = "GLACIER_IR"
"""Where the archive's logs move to."""
_SESSIONS: Final = (
    {
        "sid": "SessionKey",
        "effect": "Allow",
        "actions": "kms:Decrypt",
        "resources": "arn:$(partition):kms:*:$(account_id):key/*",
        "conditions": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/session-manager"}},
    },
    {
        "sid": "SessionLog",
        "effect": "Allow",
        "actions": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        "resources": "arn:$(partition):logs:*:$(account_id):log-group:session-manager*",
    },
    {"sid": "SessionLogs", "effect": "Allow", "actions": "logs:DescribeLogGroups", "resources": "*"},
)
"""What a machine's role may do so that sessions on it can begin."""


def _trail(_node: Node, into: Draft) -> None:
    """The organization's trail, whether Control Tower or the Accelerator makes it."""
    root = into.lza.file(GLOBAL)
    trail, settings = (
        root.child("logging", "cloudtrail"),
        root.child("logging", "cloudtrail", "organizationTrailSettings"),
    )
    tower = root.child("controlTower", "landingZone", "logging").flag("organizationTrail")
    made, whole = trail.flag("enable"), trail.flag("organizationTrail")
    on = (made and whole) or (root.child("controlTower").flag("enable") and tower)
    for entry in trail.each("accountTrails"):
        entry.seen()
        into.note(entry, "The organization's trail has all accounts; none gets another.")
    if not on:
        into.note(trail, "There is a trail all the same: what AWS Config and flow logs deliver goes to its archive.")
    logging = into.logging()
    if tower:
        into.note(trail, "Control Tower makes the organization's trail; ours takes its place.")
    events = [name for name in ("s3", "lambda") if settings.flag(f"{name}DataEvents")]
    if events:
        logging["data_events"] = events
    insights = {"apiErrorRateInsight": "ApiErrorRateInsight", "apiCallRateInsight": "ApiCallRateInsight"}
    if found := [name for key, name in insights.items() if settings.flag(key)]:
        logging["insights"] = sorted(found)
    for key in ("multiRegionTrail", "globalServiceEvents", "managementEvents"):
        if settings.flag(key) is False and made:
            into.note(settings.child(key), "It is always so.")
    if settings.flag("sendToCloudWatchLogs"):
        into.note(
            settings.child("sendToCloudWatchLogs"),
            "The trail is in the log archive, and queried by Athena (`logging.queries`).",
        )


def _tower_logs(node: Node, into: Draft) -> None:
    """Control Tower's buckets, where the Accelerator says nothing of its own."""
    logs = node.number("loggingBucketRetentionDays")
    if logs and "retention_days" not in into.logging():
        into.logging()["retention_days"] = logs
        if logs < _GLACIER_DAYS * 2:
            into.logging()["archive_after_days"] = None
    accesses = node.number("accessLoggingBucketRetentionDays")
    if accesses and accesses != into.logging().get("retention_days", accesses):
        into.note(
            node,
            f"Accesses to the archive are logged as long as the archive's own logs are kept, not for {accesses} days.",
        )


def _access_logs(node: Node, into: Draft) -> None:
    """A bucket of access logs in each account."""
    on = node.flag("enable", True)
    targets = into.targets(node.child("deploymentTargets")) or ["root"]
    for rule in node.each("lifecycleRules"):
        days, active = rule.number("expiration"), rule.flag("enabled", True)
        for key in ("noncurrentVersionExpiration", "abortIncompleteMultipartUpload"):
            rule.number(key)
        for key in ("transitions", "noncurrentVersionTransitions"):
            if rule.child(key):
                into.note(rule.child(key).seen(), "They do not move to another storage class.")
        for selector in targets if on else ():
            logs = into.settings_of(selector, "access_logs")
            if days and active:
                logs["retention_days"] = days
    for selector in targets if on else ():
        into.settings_of(selector, "access_logs")


def _sessions(node: Node, into: Draft) -> None:
    """Session Manager, where its sessions are logged."""
    logged = [node.flag("sendToCloudWatchLogs"), node.flag("sendToS3")]
    if logged[1]:
        into.note(node.child("sendToS3"), "Sessions are logged in CloudWatch Logs, not in a bucket.")
    if node.texts("excludeRegions"):
        into.note(node.child("excludeRegions"), "They are logged in all governed regions.")
    node.child("lifecycleRules").seen()
    if any(logged):
        into.settings("session_manager")
        for name in node.texts("excludeAccounts"):
            if slug := into.slug(node.child("excludeAccounts"), name):
                into.settings("session_manager", account=slug)["enabled"] = False
    for name in node.texts("attachPolicyToIamRoles"):
        role = next((each for each in into.at("roles").values() if each["name"] == name), None)
        if role is None:
            into.note(node.child("attachPolicyToIamRoles"), f"Left out: {name}, which is none of `roleSets`.")
        elif any(logged):
            role.setdefault("statements", []).extend(_SESSIONS)


def _cloudwatch(node: Node, into: Draft) -> None:
    """Logs of CloudWatch in the archive."""
    if not node.flag("enable", True):
        return
    found = into.logging("cloudwatch")
    if file := node.text("dynamicPartitioning"):
        into.lza.text_of(file, node.child("dynamicPartitioning"))
    excluded = []
    for entry in node.each("exclusions"):
        excluded += entry.texts("logGroupNames")
        if into.targets(entry) or entry.flag("excludeAll") or entry.texts("regions"):
            into.note(entry, "Log groups are left out by their names, in all accounts.")
    names = sorted({name for name in excluded if "*" not in name})
    if len(names) < len(set(excluded)):
        into.note(node.child("exclusions"), "Log groups are left out by whole names, without `*`.")
    if names:
        found["excluded_log_groups"] = names


def _load_balancers(node: Node, into: Draft) -> None:
    into.logging("load_balancers")
    for rule in node.each("lifecycleRules"):
        days = rule.seen().number("expiration")
        if days and days != into.logging().get("retention_days", days):
            into.note(rule, f"They are kept as long as other logs, not for {days} days.")


def _retention(node: Node, into: Draft) -> None:
    """How long logs are kept: the longest of what lifecycle rules say."""
    logging = into.logging()
    for rule in node.each("lifecycleRules"):
        if not rule.flag("enabled", True):
            rule.seen()
            continue
        expires = rule.number("expiration")
        for each in rule.each("transitions"):
            into.only(each, "storageClass", _STORAGE, f"They move to {_STORAGE}.")
        moved = [each.number("transitionAfter") for each in rule.each("transitions")]
        if expires:
            logging["retention_days"] = max(expires, logging.get("retention_days", 0))
        days = next((each for each in moved if each), None)
        if days and expires and expires >= days + _GLACIER_DAYS:
            logging["archive_after_days"] = days
        elif expires and expires < _GLACIER_DAYS * 2:
            logging["archive_after_days"] = None
        if old := rule.number("noncurrentVersionExpiration"):
            logging["noncurrent_days"] = max(old, logging.get("noncurrent_days", 0))
        rule.number("abortIncompleteMultipartUpload")
        if rule.child("noncurrentVersionTransitions"):
            into.note(
                rule.child("noncurrentVersionTransitions").seen(), "Old versions do not move to another storage class."
            )


def _block(key: str, about: str, state: State, ours: str = "", why: str = "", **others: Any) -> Block:
    return Block(GLOBAL, key, about, state, ours, why, **others)


BLOCKS: Final = (
    _block(
        "controlTower.landingZone.logging",
        "Control Tower's trail and log buckets.",
        State.WORKS,
        "logging",
        "The trail and the archive are ours; the Accelerator's central bucket says how long logs are kept, where it says so.",
        take=_tower_logs,
        turn=2,
    ),
    _block(
        "logging.account",
        "The account that keeps the logs.",
        State.WORKS,
        "accounts/*.yaml, purpose: log-archive",
    ),
    _block(
        "logging.cloudtrail",
        "The organization's trail.",
        State.WORKS,
        "logging",
        take=_trail,
    ),
    _block(
        "logging.sessionManager",
        "Sessions of Session Manager are logged.",
        State.WORKS,
        "session_manager, roles.statements",
        take=_sessions,
        turn=2,
    ),
    _block(
        "logging.cloudwatchLogs",
        "Log groups of all accounts go to the central bucket.",
        State.WORKS,
        "logging.cloudwatch",
        "Each record names its log group; there is no folder for each.",
        take=_cloudwatch,
    ),
    _block(
        "logging.accessLogBucket",
        "A bucket of S3 access logs in each account and region.",
        State.WORKS,
        "access_logs",
        take=_access_logs,
    ),
    _block(
        "logging.centralLogBucket",
        "For how long the central logs are kept, and when they become cheaper.",
        State.WORKS,
        "logging.retention_days, logging.archive_after_days, logging.noncurrent_days",
        "Logs are locked, too; the storage class is GLACIER_IR.",
        take=_retention,
    ),
    _block(
        "logging.elbLogBucket",
        "A bucket of load balancers' access logs.",
        State.WORKS,
        "logging.load_balancers",
        "They are kept as long as other logs.",
        take=_load_balancers,
    ),
    _block("logging", "Further keys of logging.", State.NONE, why="Not known here.", universal=False),
)
