"""A snapshot as the configuration is to say it: with slugs, paths and inherited tags."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from config.capabilities.delegated_administrators import OWN_REGISTRATION
from config.model.policy import KINDS
from estate.adoption.people import NOBODY, People, Taken
from estate.adoption.recognized import managers
from estate.adoption.slugs import slugs
from estate.adoption.snapshot import full_access_targets

if TYPE_CHECKING:
    from estate.adoption.snapshot import Snapshot

Tags = Mapping[str, str]
_SEVERAL = 2


@dataclass(frozen=True)
class Known:
    """The slugs that a configuration has for ids already: those of OUs, accounts and policies, and all that are taken."""

    units: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[str, str] = field(default_factory=dict)
    policies: Mapping[str, str] = field(default_factory=dict)
    people: Taken = NOBODY


@dataclass(frozen=True)
class View:
    """An organization with the names that its configuration gives it.

    Args:
        snapshot: The organization.
        known: What the configuration calls things already.
    """

    snapshot: Snapshot
    known: Known = field(default_factory=Known)

    @cached_property
    def managed(self) -> Mapping[str, str]:
        """What something else manages, by id."""
        return managers(self.snapshot)

    @cached_property
    def units(self) -> Mapping[str, str]:
        """Slugs of OUs by id, parents before children."""
        order = list(self._below(self.snapshot.root["Id"]))
        names = {id_: self.snapshot.units[id_]["Name"] for id_ in order}
        hints = {
            id_: self.snapshot.units.get(self.snapshot.units[id_]["Parent"], {}).get("Name", "top") for id_ in order
        }
        found = self._named(names, hints, self.known.units, "ou")
        return {id_: found[id_] for id_ in order}

    @cached_property
    def accounts(self) -> Mapping[str, str]:
        """Slugs of the accounts that work, by id."""
        names = {id_: entry["Name"] for id_, entry in sorted(self.snapshot.accounts.items()) if not entry["Shut"]}
        units = self.snapshot.units
        hints = {id_: units.get(self.snapshot.accounts[id_]["Parent"], {}).get("Name", "root") for id_ in names}
        management = self.snapshot.management
        own = {management: self.known.accounts.get(management, "management")}
        found = self._named(names, hints, {**self.known.accounts, **own}, "account")
        return {id_: found[id_] for id_ in names}

    @cached_property
    def policies(self) -> Mapping[str, str]:
        """Slugs of the policies that somebody wrote, by id."""
        found = {
            id_: entry
            for id_, entry in sorted(self.snapshot.policies.items())
            if not entry["AwsManaged"] and entry["Type"].lower() in KINDS
        }
        names = {id_: entry["Name"] for id_, entry in found.items()}
        hints = {id_: entry["Type"].lower().replace("_", "-") for id_, entry in found.items()}
        return self._named(names, hints, self.known.policies, "policy")

    def path(self, unit: str) -> str:
        """The path of an OU, from the top."""
        parent = self.snapshot.units[unit]["Parent"]
        return f"{self.path(parent)}/{self.units[unit]}" if parent in self.units else self.units[unit]

    def selector(self, target: str) -> str | None:
        """How the configuration names a node; None for one that it does not have."""
        if target == self.snapshot.root["Id"]:
            return "root"
        if target in self.units:
            return f"ou:{self.path(target)}"
        return f"account:{self.accounts[target]}" if target in self.accounts else None

    @cached_property
    def common_tags(self) -> Mapping[str, Tags]:
        """By OU, the tags that all accounts below it carry and that no OU above it gives them already."""
        found: dict[str, Tags] = {}
        carried: dict[str, list[Tags]] = {}
        for id_ in self.accounts:
            parent = self.snapshot.accounts[id_]["Parent"]
            while parent in self.units:
                carried.setdefault(parent, []).append(self._tags(self.snapshot.accounts[id_]))
                parent = self.snapshot.units[parent]["Parent"]
        for id_ in self.units:
            below = carried.get(id_, [])
            common = set.intersection(*(set(tags.items()) for tags in below)) if len(below) >= _SEVERAL else set()
            above = self.inherited(self.snapshot.units[id_]["Parent"], found).items()
            found[id_] = dict(sorted(common - set(above)))
        return found

    def inherited(self, node: str, common: Mapping[str, Tags] | None = None) -> Tags:
        """The tags that what is right in an OU inherits."""
        if node not in self.units:
            return {}
        tags = self.common_tags if common is None else common
        return {**self.inherited(self.snapshot.units[node]["Parent"], tags), **tags.get(node, {})}

    def own_tags(self, unit: str) -> Tags | None:
        """An OU's own tags, where they are not those that it gives to what is below it."""
        tags = self._tags(self.snapshot.units[unit])
        return None if tags == self.inherited(unit) else tags

    def account_tags(self, account: str) -> Tags:
        """The tags of an account that it does not inherit."""
        entry = self.snapshot.accounts[account]
        inherited = self.inherited(entry["Parent"]).items()
        return {key: value for key, value in self._tags(entry).items() if (key, value) not in inherited}

    def policy_tags(self, policy: str) -> Tags:
        """The tags of a policy."""
        return self._tags(self.snapshot.policies[policy])

    @cached_property
    def administrators(self) -> Mapping[str, str]:
        """Service principal to the id of the account that administers it, where Organizations alone registers it."""
        return {
            service: accounts[0]
            for service, accounts in sorted(self.snapshot.administrators.items())
            if service not in OWN_REGISTRATION and len(accounts) == 1 and accounts[0] in self.accounts
        }

    @cached_property
    def other_administrators(self) -> tuple[str, ...]:
        """The administrators that the configuration leaves alone: ``<account>/<service>``."""
        return tuple(
            f"{account}/{service}"
            for service, accounts in sorted(self.snapshot.administrators.items())
            for account in sorted(accounts)
            if service not in self.administrators
        )

    @cached_property
    def people(self) -> People:
        """Identity Center."""
        return People(self.snapshot, self.accounts, self.known.people)

    @cached_property
    def policy_types(self) -> tuple[str, ...]:
        """The policy types that are on, as the configuration writes them."""
        return tuple(each.lower() for each in self.snapshot.root["PolicyTypes"] if each.lower() in KINDS)

    def left_out(self) -> Iterator[str]:
        """What the configuration does not say, one sentence each."""
        yield from self._left_entries()
        yield from self._left_services()

    def _left_entries(self) -> Iterator[str]:
        found = self.snapshot
        for id_, account in sorted(found.accounts.items()):
            if account["Shut"]:
                yield f"account {account['Name']!r} ({id_}): AWS has shut it ({account['State']})"
        for type_ in found.root["PolicyTypes"]:
            if type_.lower() not in KINDS:
                yield f"policy type {type_}: the pinned provider does not know it, and the first apply would switch it off"
        for id_, policy in sorted(found.policies.items()):
            lost = [target for target in policy["Targets"] if self.selector(target) is None]
            if not policy["AwsManaged"] and lost:
                yield f"attachments of policy {policy['Name']!r} ({id_}) to {', '.join(lost)}: not in the configuration"

    def _left_services(self) -> Iterator[str]:
        found = self.snapshot
        for service, accounts in sorted(found.administrators.items()):
            if service not in self.administrators:
                who = ", ".join(self.accounts.get(each, each) for each in accounts)
                yield f"administrator of {service} ({who}): left as it is"
        if found.resource_policy:
            yield "the organization's resource policy: left as it is"
        yield from self.people.left_out()
        if found.root_access:
            yield f"central root access ({', '.join(found.root_access)}): left as it is"

    @cached_property
    def without_full_access(self) -> tuple[str, ...]:
        """The nodes to which FullAWSAccess is not attached."""
        attached = full_access_targets(self.snapshot)
        if attached is None:
            return ()
        lists = {self.snapshot.root["Id"], *self.units, *self.accounts}.difference(attached)
        return tuple(sorted(str(self.selector(node)) for node in lists))

    def document(self, policy: str) -> str:
        """The text of a policy, for people: what it says, in the order in which it says it."""
        return json.dumps(json.loads(self.snapshot.policies[policy]["Content"]), indent=2, ensure_ascii=False) + "\n"

    def _below(self, parent: str) -> Iterator[str]:
        children = self._children.get(parent, [])
        for id_ in sorted(children, key=lambda each: (self.snapshot.units[each]["Name"], each)):
            yield id_
            yield from self._below(id_)

    @cached_property
    def _children(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for id_, unit in self.snapshot.units.items():
            found.setdefault(unit["Parent"], []).append(id_)
        return found

    @staticmethod
    def _named(
        names: Mapping[str, str], hints: Mapping[str, str], known: Mapping[str, str], kind: str
    ) -> dict[str, str]:
        new = {id_: name for id_, name in names.items() if id_ not in known}
        given = slugs(new, hints, set(known.values()), kind)
        return {id_: known.get(id_) or given[id_] for id_ in names}

    @staticmethod
    def _tags(entry: Mapping[str, Any]) -> Tags:
        """The tags that somebody set; AWS's own nobody can change."""
        return {key: value for key, value in sorted(entry["Tags"].items()) if not key.lower().startswith("aws:")}
