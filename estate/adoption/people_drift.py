"""What Identity Center has otherwise than the configuration: permission sets, groups, users and who is let in where, by name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from config.capabilities.identity_center import IDENTITY_CENTER
from config.capabilities.identity_center.model import PermissionSet
from config.capabilities.identity_center.people import with_path
from config.sources.documents import in_order
from estate.adoption.difference import ADOPT, BACK, Drift, said
from estate.adoption.people import People
from estate.adoption.snapshot import IDENTITY_CENTER as UNREAD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from config.capabilities.identity_center.people import Assignment, IdentityCenter
    from config.nodes import Organization
    from estate.adoption.snapshot import Snapshot

_READ: Final = "Let the role that compares read it, or switch it on in the AWS console."
_KINDS: Final = {"GROUP": "group", "USER": "user"}

_Access = tuple[str, str, str, str]
"""Somebody's access: id of the account, name of the permission set, `group` or `user`, and its name."""


def people_drifts(organization: Organization, snapshot: Snapshot) -> Iterator[Drift]:
    """Compare Identity Center with the configuration; nothing is told where the configuration has none.

    Who is in a group of another directory is for that directory to say, and what Control Tower makes is its own. Users are
    read whom an assignment or a group names; a user without either is not missed.

    Args:
        organization: The configuration.
        snapshot: The organization, read just now.
    """
    center = IDENTITY_CENTER.of(organization)
    if center is None:
        return
    if snapshot.identity_center is None:
        why = snapshot.unread.get(UNREAD)
        message = f"Identity Center could not be read: {why}" if why else f"{center.region} has no Identity Center."
        yield Drift("identity-center", center.region, message, _READ)
        return
    compared = _Compared(organization, center, snapshot, snapshot.identity_center)
    yield from compared.permission_sets()
    yield from compared.groups()
    yield from compared.users()
    yield from compared.assignments()


@dataclass(frozen=True)
class _Compared:
    organization: Organization
    wanted: IdentityCenter
    snapshot: Snapshot
    found: Mapping[str, Any]

    @cached_property
    def _others(self) -> People:
        """Whom something else looks after."""
        return People(self.snapshot, {})

    @cached_property
    def _sets(self) -> Mapping[str, PermissionSet]:
        """The permission sets that are wanted, by name."""
        sets = {entry.name or slug: entry for slug, entry in self.wanted.people.permission_sets.items()}
        if administrators := self.wanted.administrators:
            policy = f"arn:{self.organization.partition}:iam::aws:policy/AdministratorAccess"
            sets[administrators.name] = PermissionSet(
                session_hours=administrators.session_hours, managed_policies=(policy,)
            )
        return sets

    @cached_property
    def _groups(self) -> Mapping[str, frozenset[str] | None]:
        """The groups that are wanted, by name, with their members' names; None where another directory says who is in."""
        groups = {
            group.name or slug: None if group.external else frozenset(map(self._user, group.members))
            for slug, group in self.wanted.people.groups.items()
        }
        if administrators := self.wanted.administrators:
            if administrators.external_group:
                groups[administrators.external_group] = None
            else:
                groups[administrators.name] = frozenset(map(self._user, administrators.users))
        return groups

    def _user(self, slug: str) -> str:
        return self.wanted.people.users[slug].user_name or slug

    def permission_sets(self) -> Iterator[Drift]:
        found = {entry["Name"]: (arn, entry) for arn, entry in self.found["PermissionSets"].items()}
        for name, (arn, entry) in sorted(found.items()):
            if name not in self._sets:
                if name not in self._others.sets_of_others:
                    message = f"Permission set {name!r} is not in the configuration."
                    yield Drift("permission-set", arn, message, ADOPT)
            elif keys := self._different(name, entry):
                message = f"Permission set {name!r} differs from the configuration in {_listed(keys)}."
                yield Drift("permission-set", arn, message, BACK)
        for name in sorted(self._sets.keys() - found.keys()):
            yield Drift("permission-set", name, f"Permission set {name!r} is not in Identity Center.", BACK)

    def _different(self, name: str, entry: Mapping[str, Any]) -> list[str]:
        """The keys of the configuration that say something else than AWS."""
        wanted, boundary = self._sets[name], entry["Boundary"]
        inline = in_order(wanted.statements).to_json() if wanted.statements else ""
        pairs = {
            "description": (wanted.description, entry["Description"]),
            "session_hours": (f"PT{wanted.session_hours}H", entry["SessionDuration"] or "PT1H"),
            "relay_state": (wanted.relay_state or "", entry["RelayState"]),
            "managed_policies": (sorted(wanted.managed_policies), sorted(entry["ManagedPolicies"])),
            "customer_policies": (
                sorted(map(with_path, wanted.customer_policies)),
                sorted(_joined(*each) for each in entry["CustomerPolicies"]),
            ),
            "boundary": (
                with_path(wanted.boundary) if wanted.boundary and ":" not in wanted.boundary else wanted.boundary,
                _joined(*boundary) if isinstance(boundary, list) else boundary,
            ),
            "statements": (inline and said(inline), entry["InlinePolicy"] and said(entry["InlinePolicy"])),
            # Beside its own, a permission set has the tags of the organization and of the account that makes it.
            "tags": (True, wanted.tags.items() <= entry["Tags"].items()),
        }
        if self.wanted.administrators and name == self.wanted.administrators.name:
            del pairs["description"]  # is the construct's
        return [key for key, (ours, theirs) in pairs.items() if ours != theirs]

    def groups(self) -> Iterator[Drift]:
        found = {group["Name"]: (id_, group) for id_, group in self.found["Groups"].items()}
        for name, (id_, group) in sorted(found.items()):
            if name in self._groups:
                yield from self._members(name, id_, group)
            elif not group["External"] and name not in self._others.groups_of_others:
                yield Drift("group", id_, f"Group {name!r} is not in the configuration.", ADOPT)
        for name in sorted(self._groups.keys() - found.keys()):
            external = self._groups[name] is None
            cure = "Have the other directory provide it, or take it out of the configuration." if external else BACK
            yield Drift("group", name, f"Group {name!r} is not in Identity Center.", cure)

    def _members(self, name: str, id_: str, group: Mapping[str, Any]) -> Iterator[Drift]:
        wanted = self._groups[name]
        if wanted is None:
            return
        found = {self._principal("USER", each) for each in group["Members"].values()}
        for user in sorted(found - wanted):
            cure = "Take the user out of the group in AWS, or write it into the group's `members`."
            yield Drift("membership", f"{id_}/{user}", f"User {user!r} is in group {name!r}, too.", cure)
        for user in sorted(wanted - found):
            yield Drift("membership", f"{id_}/{user}", f"User {user!r} is not in group {name!r}.", BACK)

    def users(self) -> Iterator[Drift]:
        wanted = {self._user(slug): user for slug, user in self.wanted.people.users.items() if not user.external}
        for id_, found in sorted(self.found["Users"].items()):
            user = wanted.get(found["UserName"])
            if user is None:
                continue
            ours = user.given_name, user.family_name, user.email
            theirs = found["GivenName"], found["FamilyName"], found["Email"]
            keys = ("given_name", "family_name", "email")
            if different := [key for key, one, other in zip(keys, ours, theirs, strict=True) if one != other]:
                message = f"User {found['UserName']!r} differs from the configuration in {_listed(different)}."
                yield Drift("user", id_, message, BACK)

    def assignments(self) -> Iterator[Drift]:
        wanted = set(self._wanted())
        sets, found = self.found["PermissionSets"], {}
        for each in self.found["Assignments"]:
            name = sets[each["PermissionSet"]]["Name"]
            who = self._principal(each["Type"], each["Id"])
            if each["PermissionSet"] not in self.organization.left_alone and name not in self._others.sets_of_others:
                found[each["Account"], name, _KINDS[each["Type"]], who] = each
        slugs = {account.id: slug for slug, account in self.organization.accounts.items() if account.id}
        for beside, accesses in ((True, found.keys() - wanted), (False, wanted - found.keys())):
            for account, name, kind, who in sorted(accesses):
                where = slugs.get(account, account)
                verb, end, cure = (
                    ("gets", ", beside the configuration.", ADOPT) if beside else ("does not get", ".", BACK)
                )
                message = f"{kind.title()} {who!r} {verb} {name!r} in {where}{end}"
                yield Drift("assignment", f"{account}/{name}/{kind}/{who}", message, cure)

    def _wanted(self) -> Iterator[_Access]:
        people = self.wanted.people
        for each in people.assignments.values():
            name = people.permission_sets[each.permission_set].name or each.permission_set
            for account in each.accounts:
                if account.id:
                    yield from ((account.id, name, *who) for who in self._let_in(each))
        if administrators := self.wanted.administrators:
            group = administrators.external_group or administrators.name
            for account in self.wanted.administered:
                if account.id:
                    yield account.id, administrators.name, "group", group

    def _let_in(self, assignment: Assignment) -> Iterator[tuple[str, str]]:
        groups = self.wanted.people.groups
        yield from (("group", groups[slug].name or slug) for slug in assignment.groups)
        yield from (("user", self._user(slug)) for slug in assignment.users)

    def _principal(self, type_: str, id_: str) -> str:
        """The name of a group or a user; the id of one that is gone."""
        if type_ == "GROUP":
            return str(self.found["Groups"].get(id_, {}).get("Name", id_))
        return str(self.found["Users"].get(id_, {}).get("UserName", id_))


def _joined(path: str, name: str) -> str:
    return f"{path.rstrip('/')}/{name}"


def _listed(keys: list[str]) -> str:
    return ", ".join(f"`{key}`" for key in keys)
