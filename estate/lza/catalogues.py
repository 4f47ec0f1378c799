"""Templates of CloudFormation that accounts get, by stack sets, or may use, by portfolios."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from config.capabilities.service_catalog import SERVICE as CATALOG
from config.capabilities.stack_sets import SERVICE as STACK_SETS
from estate.lza.reading import CUSTOMIZATIONS

if TYPE_CHECKING:
    from estate.lza.draft import Draft
    from estate.lza.reading import Node

_PREFERENCES: Final = {
    "maxConcurrentPercentage": "max_concurrent_percentage",
    "failureTolerancePercentage": "failure_tolerance_percentage",
}


def stack_sets(_node: Node, into: Draft) -> None:
    """Have stack sets, which CloudFormation keeps in the accounts of OUs."""
    for entry in into.lza.file(CUSTOMIZATIONS).child("customizations").each("cloudFormationStackSets"):
        name = entry.needed("name")
        entry.text("description")
        wanted = into.targets(entry.child("deploymentTargets"))
        targets = [each for each in wanted if not each.startswith("account:")]
        if left := [each for each in wanted if each not in targets]:
            into.note(entry.child("deploymentTargets"), f"Left out: {', '.join(left)}. A stack set is for OUs.")
        path = _template(entry, "template", name, into)
        if not targets or path is None:
            into.note(entry.seen(), f"Left out: {name}, without OUs and a template.")
            continue
        into.trust(STACK_SETS)
        into.at("stack_sets")[into.short(name)] = {
            "name": name,
            "template": path,
            "targets": targets,
            **_where_and_how(entry, into),
        }


def _where_and_how(entry: Node, into: Draft) -> dict[str, Any]:
    said: dict[str, Any] = {}
    governed = into.at("regions").get("governed", [])
    regions = [each for each in entry.texts("regions") if each in governed]
    if set(regions) != {*governed}:
        said["regions"] = regions
    if parameters := {each.needed("name"): each.text("value") for each in entry.each("parameters")}:
        said["parameters"] = parameters
    if capabilities := entry.texts("capabilities"):
        said["capabilities"] = [each for each in capabilities if each != "CAPABILITY_AUTO_EXPAND"]
        if "CAPABILITY_AUTO_EXPAND" in capabilities:
            into.note(entry.child("capabilities"), "Left out: CAPABILITY_AUTO_EXPAND. Templates have no macros.")
    preferences = entry.child("operationPreferences")
    for key, ours in _PREFERENCES.items():
        if (percent := preferences.number(key)) is not None:
            said[ours] = percent
    if any(key not in _PREFERENCES for key in preferences.mapping()):
        into.note(preferences.seen(), "How many accounts at once is said in per cent.")
    return said


def portfolios(_node: Node, into: Draft) -> None:
    """Have portfolios of Service Catalog, in the account that administers it."""
    homes = []
    for entry in into.lza.file(CUSTOMIZATIONS).child("customizations").each("serviceCatalogPortfolios"):
        name, home = entry.needed("name"), into.account_at(entry, "account")
        entry.texts("regions")
        if home is None:
            continue
        homes.append(home)
        if home != homes[0]:
            into.note(entry.seen(), f"Left out: {name}. Portfolios are in one account, {homes[0]}.")
            continue
        into.note(entry.child("regions"), "Portfolios are in the region of their account.")
        _without_options(entry, into)
        said: dict[str, Any] = {"name": name, "provider_name": entry.needed("provider")}
        if targets := into.targets(entry.child("shareTargets")):
            said["shared_with"] = targets
        if roles := _roles(entry, into):
            said["roles"] = roles
        products = {into.short(each.needed("name")): _product(each, into) for each in entry.each("products")}
        said["products"] = {slug: product for slug, product in products.items() if product}
        if not said["products"]:
            into.note(entry.seen(), f"Left out: {name}, which has no products.")
            continue
        into.trust(CATALOG)
        if home != into.with_purpose("management"):
            into.administer(CATALOG, home)
        into.at("service_catalog")[into.short(name)] = said


def _roles(entry: Node, into: Draft) -> list[str]:
    found = []
    for each in entry.each("portfolioAssociations"):
        kind, name = each.text("type"), each.needed("name")
        each.flag("propagateAssociation")
        if kind == "Role":
            found.append(name)
        else:
            into.note(each, f"Left out: the {kind.lower() or 'principal'} {name}. Roles use portfolios.")
    return found


def _product(entry: Node, into: Draft) -> dict[str, Any] | None:
    name = entry.text("name")
    said: dict[str, Any] = {"name": name, "owner": entry.needed("owner")}
    if about := entry.text("description"):
        said["description"] = about
    _without_options(entry, into)
    entry.text("distributor"), entry.child("support").seen()
    versions = entry.each("versions")
    for number, version in enumerate(versions, 1):
        into.only(version, "deprecated", False, "Versions are in use as long as they are written.")
        called = version.needed("name")
        version.text("description")
        path = _template(version, "template", f"{name}-v{number}", into)
        if path is None:
            return None
        if called != f"v{number}":
            into.note(version.child("name"), f"Called v{number}.")
        if number == 1:
            said["template"] = path
        else:
            said.setdefault("versions", {})[f"v{number}"] = path
    launch = entry.child("constraints", "launch")
    if role := launch.text("role"):
        launch.text("type")
        said["launch_role"] = role
    constraints = entry.child("constraints").mapping()
    if any(key != "launch" for key in constraints):
        into.note(entry.child("constraints").seen(), "Left out: constraints but that of the role that makes a product.")
    return said if versions else None


def _without_options(entry: Node, into: Draft) -> None:
    if entry.child("tagOptions"):
        into.note(entry.child("tagOptions").seen(), "Left out: tag options.")


def _template(entry: Node, key: str, name: str, into: Draft) -> str | None:
    """Take a template over; its path below policies/."""
    written = entry.needed(key)
    text = into.lza.text_of(written, entry.child(key)) if written else None
    if text is None:
        return None
    path = f"documents/{into.short(name)}{PurePosixPath(written).suffix or '.yaml'}"
    into.documents[path] = into.ids_in(text)
    return path
