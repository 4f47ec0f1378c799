"""Regions, tags, root users, alerts and quotas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from config.model.types import Email, Region, RoleName
from config.regions import OPT_IN_REGIONS, REGIONS
from estate.adoption.slugs import slug_of
from estate.lza.block import Block, State
from estate.lza.control_tower import RULES
from estate.lza.reading import GLOBAL

if TYPE_CHECKING:
    from estate.lza.draft import Draft
    from estate.lza.reading import Node


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


def _controls(node: Node, into: Draft) -> None:
    for entry in into.lza.file(GLOBAL).each("controlTower", "controls"):
        identifier = entry.needed("identifier")
        into.targets(entry.child("deploymentTargets"))
        entry.texts("regions")
        if not entry.flag("enable"):
            continue
        rule = RULES.get(identifier.rpartition("/")[2])
        if rule is None:
            into.note(entry, f"No rule is known for the control {identifier}.")
            continue
        into.config_rules()[rule.lower().replace("_", "-")] = {"identifier": rule}
    if node:
        into.note(node, "The rules are in all accounts.")


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
    into.targets(node.child("deploymentTargets"))
    found: list[str] = []
    for topic in node.each("topics"):
        topic.needed("name")
        found += [each for each in topic.texts("emailAddresses") if topic.child("emailAddresses").fits(each, Email)]
    if found:
        emails = into.logging("alerts").setdefault("emails", [])
        emails += [each for each in dict.fromkeys(found) if each not in emails]


def _limits(_node: Node, into: Draft) -> None:
    for entry in into.lza.file(GLOBAL).each("limits"):
        quota: dict[str, Any] = {"service": entry.needed("serviceCode"), "quota": entry.needed("quotaCode")}
        quota["value"] = entry.number("desiredValue")
        if regions := entry.texts("regions"):
            quota["regions"] = regions
        for selector in into.targets(entry.child("deploymentTargets")):
            slug = slug_of(f"{quota['service']} {quota['quota']}")
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
        State.NONE,
        why="Events go to the security account by `logging.alerts`; no policy of a default bus is written.",
    ),
    _block(
        "cloudwatchLogRetentionInDays",
        "How long each account's log groups are kept.",
        State.NONE,
        why="Log groups of stacks have their own retention; those of others are left alone.",
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
        State.PARTLY,
        "security.config.rules",
        "They are rules of AWS Config, in all accounts; a control that is none is told.",
        take=_controls,
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
        State.PARTLY,
        "logging.alerts.emails",
        "There is one topic: all addresses hear of activity, and of nothing by severity.",
        take=_topics,
    ),
    _block("backup", "Backup vaults.", State.NONE, why="Backup policies are taken over; vaults are not made yet."),
    _block("limits", "Service quotas.", State.WORKS, "baseline.quotas", take=_limits, universal=False),
    _block("ssmInventory", "Inventory by Systems Manager.", State.NONE, why="Not made yet.", universal=False),
    _block("ssmParameters", "SSM parameters.", State.NONE, why="Write an extension (`extensions/`).", universal=False),
    _block(
        "lambda", "Encryption of its functions.", State.NONE, why="It makes the Accelerator's own.", universal=False
    ),
    _block("s3", "Encryption of its buckets.", State.NONE, why="Ours are encrypted always.", universal=False),
    _block("sqs", "Encryption of its queues.", State.NONE, why="There are none.", universal=False),
)
