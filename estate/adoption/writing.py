"""Writes an organization's configuration for people, and adds to one that is there: what is written stays as it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

from config.loading.found import write_found
from config.loading.lock import read_lock, write_lock
from config.model.lock import Existing, Lock
from config.sources.files import ACCOUNTS, ORGANIZATION, POLICIES
from estate.adoption.files import round_trip, text_of
from estate.adoption.founding import found_in
from estate.adoption.people_writing import taken, write_people
from estate.adoption.view import Known, View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from ruamel.yaml import YAML

    from estate.adoption.snapshot import Snapshot

_ORGANIZATION: Final = """\
# Written by `estate adopt` from the organization {id} as it was found. It is yours: change it, with comments and in any
# order. Where `estate adopt` runs again, it adds what is new in AWS and touches nothing else.
#
# Keys of the mappings below are slugs, and so are the names of the files. A slug is an identity: Terraform addresses and
# states are named by it. Rename what you like before the first deploy, and nothing afterwards.
name: {name}
slug: {slug} # starts the names of resources such as buckets; it can never change
id: {id}
email: {email} # for accounts to come; those that exist say their own
partition: {partition}
regions:
  home: {region}
  governed: [{governed}] # the regions in use: add those that are missing
state:
  backend: local # docs/adopting.md says how states move into a bucket
break_glass_role: {role} # by which the management account enters the accounts
default_tags: false # what is taken over keeps the tags that it has; remove the line once all may get those of its account
trusted_services: []
policy_types: []
delegated_administrators: {{}}
left_alone: [] # what AWS has beside this, and `estate drift` does not tell
organizational_units: {{}}
"""


class WritingError(RuntimeError):
    """The configuration cannot be written there; the message says why and what helps."""


@dataclass
class Written:
    """What was written.

    Args:
        directory: The configuration's directory.
        view: The organization, with its slugs.
        new: Whether there was no configuration before.
        added: Files and entries that are new.
        registered: Import ids of the delegated administrators among them.
        policies: Ids of the policies among them.
    """

    directory: Path
    view: View
    new: bool
    added: list[str] = field(default_factory=list)
    registered: list[str] = field(default_factory=list)
    policies: list[str] = field(default_factory=list)


def write_configuration(snapshot: Snapshot, directory: Path, *, name: str, slug: str) -> Written:
    """Write what the configuration does not say yet.

    Args:
        snapshot: The organization.
        directory: The configuration's directory; there may be a configuration of this organization in it.
        name: The organization's name, for people.
        slug: Its slug.

    Raises:
        WritingError: The directory holds another organization.
    """
    yaml = round_trip()
    path = directory / ORGANIZATION
    if path.is_file():
        organization = yaml.load(path.read_text(encoding="utf-8"))
    else:
        organization = yaml.load(_template(snapshot, name, slug))
    if organization.get("id", snapshot.organization["Id"]) != snapshot.organization["Id"] or (
        path.is_file() and "id" not in organization
    ):
        raise WritingError(
            f"{ORGANIZATION} is of {organization.get('id') or 'an organization without `id`'}, and the one to take over is "
            f"{snapshot.organization['Id']}. Choose another directory: --into DIR"
        )
    before = read_lock(directory)
    view = View(snapshot, _known(organization, directory, before, snapshot, yaml))
    found = Written(directory, view, new=not path.is_file())
    for folder in (ACCOUNTS, f"{POLICIES}/documents"):
        (directory / folder).mkdir(parents=True, exist_ok=True)
    was = text_of(yaml, organization) if path.is_file() else ""
    _fill(organization, found, before)
    if (text := text_of(yaml, organization)) != was:
        path.write_text(text, encoding="utf-8")
    _accounts(found, yaml, str(organization.get("break_glass_role", "OrganizationAccountAccessRole")))
    _policies(found, yaml)
    write_lock(directory, _lock(found, before))
    for account in found.view.accounts:
        inside = found_in(found.view, account)
        if inside is not None:
            write_found(directory, account, inside)
    return found


def regions_of(directory: Path, home: str) -> list[str]:
    """The regions in which accounts are read: those that the configuration governs, or will.

    Args:
        directory: The configuration's directory.
        home: The region that is asked first.
    """
    path = directory / ORGANIZATION
    regions = (round_trip().load(path.read_text(encoding="utf-8")) or {}).get("regions") if path.is_file() else None
    if not isinstance(regions, dict):
        return list(dict.fromkeys([home, *([] if home.startswith("us-gov-") else ["us-east-1"])]))
    return list(dict.fromkeys(map(str, [home, regions.get("home", home), *(regions.get("governed") or ())])))


def _template(snapshot: Snapshot, name: str, slug: str) -> str:
    partition = snapshot.organization["Arn"].split(":")[1]
    domains = [entry["Email"].rpartition("@")[2] for entry in snapshot.accounts.values()]
    used = [entry["Role"] for entry in snapshot.inside.values() if entry.get("Role")]
    return _ORGANIZATION.format(
        id=snapshot.organization["Id"],
        name=Quoted(name).replace('"', "'"),
        slug=slug,
        email=f"aws+{{account}}@{max(sorted(set(domains)), key=domains.count)}",
        partition=partition,
        region=snapshot.region,
        governed=", ".join(snapshot.regions or [snapshot.region]),
        role=max(sorted(set(used)), key=used.count) if used else "OrganizationAccountAccessRole",
    )


def _known(
    organization: Mapping[str, Any], directory: Path, lock: Lock | None, snapshot: Snapshot, yaml: YAML
) -> Known:
    """The slugs that ids have already: from the configuration, else from the lock."""
    units = {id_: slug for slug, id_ in lock.organizational_units.items()} if lock else {}
    accounts = {id_: slug for slug, id_ in lock.accounts.items()} if lock else {}
    policies = {id_: slug for slug, id_ in lock.policies.items()} if lock else {}
    units |= {str(unit["id"]): slug for slug, unit, _ in _entries(organization) if unit and unit.get("id")}
    # A policy that Terraform made has no id in the configuration: AWS takes a name once for each type.
    by_name = {(entry["Type"].lower(), entry["Name"]): id_ for id_, entry in snapshot.policies.items()}
    for folder, slugs in ((ACCOUNTS, accounts), (POLICIES, policies)):
        for file in sorted((directory / folder).glob("*.yaml")):
            data = yaml.load(file.read_text(encoding="utf-8")) or {}
            named = by_name.get((data.get("type"), data.get("name") or file.stem)) if folder == POLICIES else None
            # Without an id, it takes a slug all the same.
            slugs[str(data.get("id") or named or f"file:{file.stem}")] = file.stem
    return Known(units, accounts, policies, taken(organization))


def _entries(entry: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any, str]]:
    for slug, unit in (entry.get("organizational_units") or {}).items():
        here = f"{path}/{slug}".lstrip("/")
        yield slug, unit, here
        yield from _entries(unit or {}, here)


def _fill(organization: CommentedMap, found: Written, before: Lock | None) -> None:
    """Add to organization.yaml what it does not say."""
    view, snapshot = found.view, found.view.snapshot
    kept = {*(before.service_access if before else ()), *organization.get("untrusted_services", ())}
    types = {*(before.policy_types if before else ()), *organization.get("disabled_policy_types", ())}
    _append(organization, "trusted_services", [each for each in snapshot.service_access if each not in kept], found)
    _append(organization, "policy_types", [each for each in view.policy_types if each not in types], found)
    if view.without_full_access:
        _append(organization, "without_full_access", view.without_full_access, found)
    administrators = organization.setdefault("delegated_administrators", CommentedMap())
    if administrators is None:
        administrators = organization["delegated_administrators"] = CommentedMap()
    for service, account in view.administrators.items():
        if service not in administrators:
            administrators[service] = view.accounts[account]
            found.registered.append(f"{account}/{service}")
            found.added.append(f"{ORGANIZATION}: delegated_administrators.{service}")
    administrators.fa.set_block_style()
    write_people(organization, view, found.added)
    left_alone = (*view.other_administrators, *view.people.sets_left_out) if not before else ()
    _append(organization, "left_alone", left_alone, found)
    written = {slug: unit for slug, unit, _ in _entries(organization)}
    for id_, slug in view.units.items():
        if slug in written:
            continue
        parent = view.snapshot.units[id_]["Parent"]
        above = written[view.units[parent]] if parent in view.units else organization
        units = above.get("organizational_units")
        if units is None:
            units = above["organizational_units"] = CommentedMap()
        units.fa.set_block_style()
        units[slug] = written[slug] = _unit(view, id_, slug)
        found.added.append(f"{ORGANIZATION}: OU {view.path(id_)}")
    if not before and (left := list(view.left_out())):
        organization.yaml_set_comment_before_after_key(
            "organizational_units",
            before="\nLeft out, and left as it is:\n" + "\n".join(f"- {line}" for line in left) + "\n",
        )


def _append(organization: CommentedMap, key: str, values: Iterable[str], found: Written) -> None:
    there = organization.setdefault(key, [])
    new = [each for each in values if each not in (there or ())]
    if not new:
        return
    if there is None:
        there = organization[key] = []
    there.extend(new)
    if hasattr(there, "fa"):
        there.fa.set_block_style()
    found.added += [f"{ORGANIZATION}: {key}: {each}" for each in new]


def _unit(view: View, id_: str, slug: str) -> CommentedMap:
    entry = CommentedMap()
    name = view.snapshot.units[id_]["Name"]
    if name != slug.replace("-", " ").title():
        entry["name"] = name
    entry["id"] = id_
    if by := view.managed.get(id_):
        entry["managed_by"] = by
    if tags := view.common_tags.get(id_):
        entry["tags"] = _tags(tags)
    own = view.own_tags(id_)
    if own is not None and not view.managed.get(id_):
        entry["own_tags"] = _tags(own)
    return entry


def _accounts(found: Written, yaml: YAML, usual: str) -> None:
    view = found.view
    for id_, slug in view.accounts.items():
        path = found.directory / ACCOUNTS / f"{slug}.yaml"
        if path.exists():
            continue
        account = view.snapshot.accounts[id_]
        entry = CommentedMap(name=account["Name"])
        if id_ == view.snapshot.management:
            entry["purpose"] = "management"
        entry["id"] = Quoted(id_)
        entry["email"] = account["Email"]
        if account["Parent"] in view.units:
            entry["ou"] = view.path(account["Parent"])
        if (by := view.managed.get(id_)) and id_ != view.snapshot.management:
            entry["managed_by"] = by
        if (role := view.snapshot.inside.get(id_, {}).get("Role")) and role != usual:
            entry["entry_role"] = role
        if tags := view.account_tags(id_):
            entry["tags"] = _tags(tags)
        path.write_text(text_of(yaml, entry), encoding="utf-8")
        found.added.append(f"{ACCOUNTS}/{slug}.yaml")


def _policies(found: Written, yaml: YAML) -> None:
    view = found.view
    for id_, slug in view.policies.items():
        path = found.directory / POLICIES / f"{slug}.yaml"
        if path.exists():
            continue
        policy = view.snapshot.policies[id_]
        entry = CommentedMap(type=policy["Type"].lower())
        if policy["Name"] != slug:
            entry["name"] = policy["Name"]
        if policy["Description"]:
            entry["description"] = policy["Description"]
        entry["id"] = Quoted(id_)
        if by := view.managed.get(id_):
            entry["managed_by"] = by
        if targets := [selector for target in policy["Targets"] if (selector := view.selector(target))]:
            entry["targets"] = sorted(targets)
        if tags := view.policy_tags(id_):
            entry["tags"] = _tags(tags)
        entry["document"] = f"documents/{slug}.json"
        (found.directory / POLICIES / entry["document"]).write_text(view.document(id_), encoding="utf-8")
        path.write_text(text_of(yaml, entry), encoding="utf-8")
        found.added.append(f"{POLICIES}/{slug}.yaml")
        found.policies.append(id_)


def _tags(tags: Mapping[str, str]) -> CommentedMap:
    """Tags in quotes where YAML would take them for something else than text."""
    return CommentedMap({key: Quoted(value) if _strange(value) else value for key, value in tags.items()})


def _strange(text: str) -> bool:
    return not text.replace("-", "").replace(" ", "").isalpha() or text.lower() in {
        "yes",
        "no",
        "on",
        "off",
        "true",
        "false",
        "null",
        "y",
        "n",
    }


def _lock(found: Written, before: Lock | None) -> Lock:
    """The ids of the organization, and what Terraform has yet to take over."""
    view, snapshot = found.view, found.view.snapshot
    deployed = before is not None and before.existing is None
    attachments = tuple(
        f"{target}:{id_}"
        for id_ in (found.policies if deployed else view.policies)
        for target in snapshot.policies[id_]["Targets"]
    )
    every = [f"{account}/{service}" for service, account in view.administrators.items()]
    delegations = tuple(found.registered if deployed else every)
    existing = Existing(
        policy_attachments=attachments,
        delegated_administrators=delegations,
        ram_sharing=not deployed and snapshot.ram_sharing and "ram.amazonaws.com" in snapshot.service_access,
    )
    parents = {
        id_: snapshot.accounts[id_]["Parent"]
        for id_ in view.accounts
        if id_ in view.managed and id_ != snapshot.management
    }
    if before is not None:
        left = existing if not deployed or attachments or delegations else None
        return before.model_copy(update={"parents": parents, "existing": left})
    return Lock(
        organization_id=snapshot.organization["Id"],
        root_id=snapshot.root["Id"],
        management_account_id=snapshot.management,
        service_access=tuple(snapshot.service_access),
        policy_types=view.policy_types,
        ram_sharing=_ram_sharing(snapshot),
        parents=parents,
        existing=existing,
    )


def _ram_sharing(snapshot: Snapshot) -> bool:
    """Whether RAM is to share where it is trusted: as it does, and where it is not trusted yet, as usual."""
    return snapshot.ram_sharing or "ram.amazonaws.com" not in snapshot.service_access
