"""What AWS has and the configuration has not, or otherwise: compared without Terraform, from a snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from constructs_lib.policies.attachments import FULL_ACCESS_ID
from estate.adoption.difference import ADOPT, BACK, Drift, said
from estate.adoption.people_drift import people_drifts
from estate.adoption.snapshot import full_access_targets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from config.nodes import Node, Organization, Policy
    from estate.adoption.snapshot import Snapshot


def drifts(organization: Organization, snapshot: Snapshot) -> list[Drift]:
    """Compare an organization with its configuration.

    What something else manages (`managed_by`) may be as it likes, as long as it is there; what is `left_alone` is not told.

    Args:
        organization: The configuration.
        snapshot: The organization, read just now.
    """
    found = (
        *_units(organization, snapshot),
        *_accounts(organization, snapshot),
        *_policies(organization, snapshot),
        *_full_access(organization, snapshot),
        *_switches(organization, snapshot),
        *people_drifts(organization, snapshot),
    )
    return [each for each in found if each.id not in organization.left_alone]


def _units(organization: Organization, snapshot: Snapshot) -> Iterator[Drift]:
    known = {unit.id: unit for unit in organization.units.values() if unit.id}
    for id_, entry in snapshot.units.items():
        unit = known.get(id_)
        if unit is None:
            yield Drift("ou", id_, f"OU {entry['Name']!r} is not in the configuration.", ADOPT)
            continue
        if unit.managed_by:
            continue
        parent = unit.parent.id if unit.parent else snapshot.root["Id"]
        if parent and entry["Parent"] != parent:
            yield Drift("ou", id_, f"OU {unit.path} hangs below {entry['Parent']}.", BACK)
        if entry["Name"] != unit.name:
            yield Drift("ou", id_, f"OU {unit.path} is named {entry['Name']!r}, not {unit.name!r}.", BACK)
    for unit_id, unit in known.items():
        if unit_id not in snapshot.units:
            yield Drift(
                "ou", str(unit_id), f"OU {unit.path} is gone.", "Take it out of organization.yaml, or deploy it anew."
            )


def _accounts(organization: Organization, snapshot: Snapshot) -> Iterator[Drift]:
    known = {account.id: account for account in organization.accounts.values() if account.id}
    for id_, entry in snapshot.accounts.items():
        account = known.get(id_)
        if account is None:
            if not entry["Shut"]:
                yield _stray(organization, id_, entry["Name"])
            continue
        if entry["Shut"]:
            cure = "Take its file out of accounts/, or have it reopened."
            yield Drift("account", id_, f"Account {account.slug} is shut ({entry['State']}).", cure)
        if account.managed_by or id_ == snapshot.management:
            continue
        parent = account.unit.id if account.unit else snapshot.root["Id"]
        if parent and entry["Parent"] != parent:
            where = next(
                (unit.path for unit in organization.units.values() if unit.id == entry["Parent"]), entry["Parent"]
            )
            wanted = account.unit.path if account.unit else "the root"
            yield Drift("account", id_, f"Account {account.slug} is in {where}, not in {wanted}.", BACK)
        if dict(entry["Tags"]) != dict(account.tags) and not organization.default_tags:
            yield Drift(
                "account", id_, f"Account {account.slug} has the tags {entry['Tags']}, not {account.tags}.", BACK
            )
    for account_id, account in known.items():
        if account_id not in snapshot.accounts:
            cure = "It was removed from the organization: take its file out of accounts/, and it out of the state."
            yield Drift("account", str(account_id), f"Account {account.slug} is gone.", cure)


def _stray(organization: Organization, id_: str, name: str) -> Drift:
    """An account without a file; one that was closed is recognized by its id."""
    closed = organization.lock.closed if organization.lock else {}
    if slug := next((slug for slug, account in closed.items() if account.id == id_), None):
        cure = f"Take it back: estate account restore {slug}. Else close it again in AWS."
        return Drift("account", id_, f"Account {slug} was closed, and is open again.", cure)
    return Drift("account", id_, f"Account {name!r} is not in the configuration.", ADOPT)


def _policies(organization: Organization, snapshot: Snapshot) -> Iterator[Drift]:
    parts = [part for policy in organization.policies.values() for part in policy.parts]
    by_id = {part.id: part for part in parts if part.id}
    by_name = {(part.kind.terraform_type, part.name): part for part in parts}
    seen = set()
    for id_, entry in snapshot.policies.items():
        if entry["AwsManaged"]:
            continue
        part = by_id.get(id_) or by_name.get((entry["Type"], entry["Name"]))
        if part is None:
            yield Drift("policy", id_, f"{entry['Type']} {entry['Name']!r} is not in the configuration.", ADOPT)
            continue
        seen.add(part.slug)
        if part.managed_by is None:
            yield from _policy(part, id_, entry, organization, snapshot)
    for part in parts:
        if part.slug not in seen and part.type.upper() in snapshot.root["PolicyTypes"]:
            yield Drift("policy", part.id or part.name, f"Policy {part.slug} is not in AWS.", BACK)


def _policy(
    part: Policy, id_: str, entry: Mapping[str, Any], organization: Organization, snapshot: Snapshot
) -> Iterator[Drift]:
    wanted = part.for_organization(str(snapshot.organization["Id"]))
    if said(wanted.text or wanted.content) != said(entry["Content"]):
        yield Drift("policy", id_, f"Policy {part.slug} says something else than the configuration.", BACK)
    targets = {_id_of(node, snapshot): node for node in part.targets}
    for target in sorted(set(entry["Targets"]) - targets.keys()):
        where = next((node.selector for node in _nodes(organization) if _id_of(node, snapshot) == target), target)
        yield Drift("attachment", f"{target}:{id_}", f"Policy {part.slug} is attached to {where}, too.", BACK)
    for target, node in targets.items():
        if target and target not in entry["Targets"]:
            yield Drift(
                "attachment", f"{target}:{id_}", f"Policy {part.slug} is not attached to {node.selector}.", BACK
            )


def _full_access(organization: Organization, snapshot: Snapshot) -> Iterator[Drift]:
    attached = full_access_targets(snapshot)
    if attached is None:
        return
    for node in _nodes(organization):
        target = _id_of(node, snapshot)
        if target is None or organization.is_list(node) is (target not in attached):
            continue
        cure = "`estate full-access` sets it right; or write it into `without_full_access`, or take it out there."
        found = "is not" if target not in attached else "is"
        yield Drift(
            "full-access", f"{target}:{FULL_ACCESS_ID}", f"FullAWSAccess {found} attached to {node.selector}.", cure
        )


def _switches(organization: Organization, snapshot: Snapshot) -> Iterator[Drift]:
    services = set(organization.trusted_services) | set(organization.delegated_administrators)
    types = {each.upper() for each in organization.policy_types}
    for kind, wanted, found in (
        ("service-access", services, set(snapshot.service_access)),
        ("policy-type", types, set(snapshot.root["PolicyTypes"])),
    ):
        for each in sorted(found - wanted):
            cure = "Write it into the configuration; the next deploy of the management stack switches it off else."
            yield Drift(kind, each, f"{each} is on, and not in the configuration.", cure)
        for each in sorted(wanted - found):
            yield Drift(kind, each, f"{each} is off.", BACK)
    wanted_administrators = {
        (service, account.id) for service, account in organization.delegated_administrators.items() if account.id
    }
    found_administrators = {
        (service, account) for service, accounts in snapshot.administrators.items() for account in accounts
    }
    for service, account in sorted(found_administrators - wanted_administrators):
        cure = "Write it into `delegated_administrators`, deregister it, or write its id into `left_alone`."
        yield Drift(
            "administrator", f"{account}/{service}", f"{account} administers {service} beside the configuration.", cure
        )
    for service, account in sorted(wanted_administrators - found_administrators):
        yield Drift("administrator", f"{account}/{service}", f"{account} does not administer {service}.", BACK)


def _nodes(organization: Organization) -> Iterator[Node]:
    yield organization.root
    yield from organization.units.values()
    yield from organization.accounts.values()


def _id_of(node: Node, snapshot: Snapshot) -> str | None:
    return str(snapshot.root["Id"]) if node.kind == "root" else node.id
