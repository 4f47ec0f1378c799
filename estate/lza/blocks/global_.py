"""Regions, tags, root users, alerts and quotas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args

from config.capabilities.log_retention import LogRetention
from config.facts.regions import OPT_IN_REGIONS, REGIONS
from config.model.types import Email, LogDays, Region, RoleName
from estate.adoption.slugs import slug_of
from estate.lza.backups import vaults
from estate.lza.block import Block, State
from estate.lza.buses import event_bus
from estate.lza.reading import GLOBAL
from estate.lza.rules import controls

if TYPE_CHECKING:
    from estate.lza.draft import Draft
    from estate.lza.reading import Node

_SEVERITIES: Final = {"high": ("CRITICAL", "HIGH"), "medium": ("MEDIUM",), "low": ("LOW",)}
"""How names of topics end, and the severities of findings that they are for."""


def _home(node: Node, into: Draft) -> None:
    home = into.lza.file(GLOBAL).typed("homeRegion", Region)
    if not home:
        node.problem("none", "the home region")
        return
    partition = next(name for name, regions in REGIONS.items() if home in regions)
    if partition != "aws":
        into.organization["partition"] = partition
    into.at("regions")["home"] = home


def _governed(node: Node, into: Draft) -> None:
    home = into.at("regions").get("home")
    found = [each.strip() for text in into.lza.file(GLOBAL).texts("enabledRegions") for each in text.split(",")]
    regions = list(dict.fromkeys(filter(None, [home, *found])))
    if all(node.fits(region, Region) for region in regions):
        into.at("regions")["governed"] = regions


def _entry(_node: Node, into: Draft) -> None:
    into.organization["break_glass_role"] = into.lza.file(GLOBAL).typed("managementAccountAccessRole", RoleName)


def _tags(_node: Node, into: Draft) -> None:
    for entry in into.lza.file(GLOBAL).each("tags"):
        into.at("tags")[entry.needed("key")] = entry.text("value")


def _opt_in(node: Node, into: Draft) -> None:
    said = into.lza.file(GLOBAL).flag("enableOptInRegions")
    opened = [each for each in into.at("regions").get("governed", ()) if each in OPT_IN_REGIONS]
    if opened and not said:
        into.note(node, f"Governed regions that AWS keeps closed are opened: {', '.join(opened)}.")


def _root_access(node: Node, into: Draft) -> None:
    if not node.flag("enable"):
        return
    into.trust("iam.amazonaws.com")
    capabilities = node.child("capabilities")
    into.only(capabilities, "rootCredentialsManagement", True, "Root credentials of members are always managed.")
    access = into.at("security", "central_root_access")
    if not capabilities.flag("allowRootSessions"):
        access["root_sessions"] = False


def _topics(node: Node, into: Draft) -> None:
    """Whoever hears of findings of a severity, or of remarkable activity."""
    into.targets(node.child("deploymentTargets"))
    for topic in node.each("topics"):
        name = topic.needed("name")
        emails = [each for each in topic.texts("emailAddresses") if topic.child("emailAddresses").fits(each, Email)]
        into.topics[name] = emails
        severities = next((found for end, found in _SEVERITIES.items() if name.lower().endswith(end)), ())
        for severity in severities if emails else ():
            into.alerts(severity, emails)
        if not severities and emails:
            told = into.logging("alerts").setdefault("emails", [])
            told += [each for each in emails if each not in told]
            into.note(
                topic, "Its addresses hear of remarkable activity (`logging.alerts`): no severity is in its name."
            )


def _log_groups(node: Node, into: Draft) -> None:
    """A retention for log groups: the days that are said, or the next that CloudWatch allows."""
    said = into.lza.file(GLOBAL).number("cloudwatchLogRetentionInDays")
    days = min((each for each in get_args(LogDays) if said and each >= said), default=None)
    if days is None:
        into.note(
            node, "Log groups without a retention keep their logs for ever, since CloudWatch allows none so long."
        )
        return
    if days != said:
        into.note(node, f"CloudWatch allows no such retention: {days} days.")
    retention = into.settings("log_retention")
    if days != LogRetention().days:
        retention["days"] = days


def _inventory(node: Node, into: Draft) -> None:
    targets = into.targets(node.child("deploymentTargets"))
    for selector in targets if node.flag("enable") else ():
        into.settings_of(selector, "ssm_inventory")


def _limits(_node: Node, into: Draft) -> None:
    for entry in into.lza.file(GLOBAL).each("limits"):
        quota: dict[str, Any] = {"service": entry.needed("serviceCode"), "quota": entry.needed("quotaCode")}
        quota["value"] = entry.number("desiredValue")
        if regions := entry.texts("regions"):
            quota["regions"] = regions
        for selector in into.targets(entry.child("deploymentTargets")):
            slug = slug_of(f"{quota['service']} {quota['quota']}".lower())
            into.settings_of(selector, "baseline", "quotas")[slug] = quota


def _block(key: str, about: str, state: State, ours: str = "", why: str = "", **others: Any) -> Block:
    return Block(GLOBAL, key, about, state, ours, why, **others)


BLOCKS: Final = (
    _block("homeRegion", "The home region.", State.WORKS, "regions.home", take=_home),
    _block("enabledRegions", "The regions in use.", State.WORKS, "regions.governed", take=_governed),
    _block(
        "managementAccountAccessRole",
        "The role by which accounts are entered from the management account.",
        State.WORKS,
        "break_glass_role",
        take=_entry,
        turn=0,
    ),
    _block("tags", "Tags of what is made.", State.WORKS, "tags", take=_tags),
    _block("enableOptInRegions", "Opens regions that AWS keeps closed.", State.WORKS, "baseline.regions", take=_opt_in),
    _block(
        "defaultEventBus",
        "A policy of each account's default event bus.",
        State.WORKS,
        "event_bus",
        "It lets in the organization, and accounts outside of it by their ids; a statement that says something else is told.",
        take=event_bus,
        turn=2,
    ),
    _block(
        "cloudwatchLogRetentionInDays",
        "How long each account's log groups are kept.",
        State.WORKS,
        "log_retention",
        "It is given once a day, to log groups that have none; a shorter one stays.",
        take=_log_groups,
    ),
    _block(
        "controlTower",
        "Control Tower's landing zone, by its version.",
        State.NONE,
        why="There is no Control Tower here; docs/adopting.md says how to leave it, or to live beside it.",
    ),
    _block(
        "controlTower.landingZone.security",
        "Identity Center by Control Tower.",
        State.NONE,
        why="Identity Center is switched on in the console; `identity_center` configures it.",
    ),
    _block(
        "controlTower.controls",
        "Control Tower's detective controls, by their identifiers.",
        State.WORKS,
        "config_recorder.rules",
        "They are rules of AWS Config; a control that is not known as one is told.",
        take=controls,
    ),
    _block(
        "centralRootUserManagement",
        "Member accounts without root credentials.",
        State.WORKS,
        "security.central_root_access",
        take=_root_access,
    ),
    _block(
        "snsTopics",
        "Topics by severity, and who gets their mails.",
        State.WORKS,
        "security.security_hub.alerts, logging.alerts.emails",
        take=_topics,
    ),
    _block("backup", "Backup vaults.", State.WORKS, "backup", "Vaults are locked.", take=vaults, turn=2),
    _block("limits", "Service quotas.", State.WORKS, "baseline.quotas", take=_limits, universal=False),
    _block(
        "ssmInventory",
        "Inventory of machines by Systems Manager.",
        State.WORKS,
        "ssm_inventory",
        take=_inventory,
        universal=False,
    ),
    _block("ssmParameters", "SSM parameters.", State.NONE, why="Write an extension (`extensions/`).", universal=False),
    _block(
        "lambda", "Encryption of its functions.", State.NONE, why="It makes the Accelerator's own.", universal=False
    ),
    _block("s3", "Encryption of its buckets.", State.NONE, why="Ours are encrypted always.", universal=False),
    _block("sqs", "Encryption of its queues.", State.NONE, why="There are none.", universal=False),
)
