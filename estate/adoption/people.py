"""Identity Center as the configuration is to say it: what can be said exactly as it is, and what is left alone."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from config.capabilities.identity_center.model import Group, PermissionSet, User
from config.capabilities.identity_center.people import SERVICE
from config.model.statement import StatementEntry
from config.sources.documents import in_order
from constructs_lib.policies.document import PolicyDocument, PolicyFormatError
from estate.adoption.recognized import GROUPS, PERMISSION_SETS
from estate.adoption.slugs import slugs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from config.model.base import Model
    from estate.adoption.snapshot import Snapshot

_HOURS: Final = re.compile(r"PT([1-9]|1[0-2])H")
_CONTROL_TOWER: Final = "controltower.amazonaws.com"
_LONGEST: Final = 40
_ELEMENTS: Final = {
    "Sid": "sid",
    "Effect": "effect",
    "Action": "actions",
    "NotAction": "not_actions",
    "Resource": "resources",
    "NotResource": "not_resources",
    "Condition": "conditions",
}


@dataclass(frozen=True)
class Taken:
    """The slugs that a configuration has for people, by name, and its assignments: accounts by slug of the entry."""

    users: Mapping[str, str]
    groups: Mapping[str, str]
    permission_sets: Mapping[str, str]
    all_slugs: Mapping[str, frozenset[str]]


NOBODY: Final = Taken({}, {}, {}, {})


@dataclass(frozen=True)
class People:
    """Users, groups, permission sets and assignments with the names that the configuration gives them.

    Args:
        snapshot: The organization.
        accounts: Slugs of the accounts, by id.
        taken: What the configuration calls people already.
    """

    snapshot: Snapshot
    accounts: Mapping[str, str]
    taken: Taken = NOBODY

    @property
    def center(self) -> dict[str, Any]:
        """Identity Center as it was read; empty if there is none, or it is not trusted."""
        return (self.snapshot.identity_center or {}) if SERVICE in self.snapshot.service_access else {}

    @cached_property
    def sets_of_others(self) -> frozenset[str]:
        """The names of the permission sets that Control Tower makes, where it is."""
        return PERMISSION_SETS if _CONTROL_TOWER in self.snapshot.service_access else frozenset()

    @cached_property
    def groups_of_others(self) -> frozenset[str]:
        """The names of the groups that Control Tower makes, where it is."""
        return GROUPS if _CONTROL_TOWER in self.snapshot.service_access else frozenset()

    @cached_property
    def permission_sets(self) -> Mapping[str, str]:
        """Slugs of the permission sets that can be said as they are, by ARN."""
        found = {
            arn: entry["Name"]
            for arn, entry in self.center.get("PermissionSets", {}).items()
            if entry["Name"] not in self.sets_of_others and self.permission_set(arn) is not None
        }
        return self._named(found, self.taken.permission_sets, "permission_sets", "set")

    @cached_property
    def users(self) -> Mapping[str, str]:
        """Slugs of the users whom an assignment or a group names, by id."""
        named = {each["Id"] for each in self._assignments if each["Type"] == "USER"}
        named |= {user for id_ in self.groups if not self.is_external(id_) for user in self._members(id_)}
        users = self.center.get("Users", {})
        return self._named({id_: users[id_]["UserName"] for id_ in sorted(named)}, self.taken.users, "users", "user")

    @cached_property
    def groups(self) -> Mapping[str, str]:
        """Slugs of the groups, by id: those of this directory, and those of another one that an assignment names."""
        used = {each["Id"] for each in self._assignments if each["Type"] == "GROUP"}
        found = {
            id_: group["Name"]
            for id_, group in self.center.get("Groups", {}).items()
            if id_ in used or not (group["External"] or group["Name"] in self.groups_of_others)
        }
        return self._named(found, self.taken.groups, "groups", "group")

    def is_external(self, group: str) -> bool:
        """Whether a group is only looked up: another directory's, Control Tower's, or one that cannot be said as it is."""
        found = self.center["Groups"][group]
        return (
            found["External"]
            or found["Name"] in self.groups_of_others
            or _valid(Group, {"name": found["Name"], **_description(found)}) is None
        )

    def group(self, id_: str, slug: str) -> dict[str, Any]:
        """A group as the configuration writes it."""
        found = self.center["Groups"][id_]
        entry: dict[str, Any] = {} if found["Name"] == slug else {"name": found["Name"]}
        if self.is_external(id_):
            return {**entry, "external": True}
        entry |= _description(found)
        members = sorted(self.users[user] for user in self._members(id_))
        return {**entry, **({"members": members} if members else {})}

    def user(self, id_: str, slug: str) -> dict[str, Any]:
        """A user as the configuration writes it."""
        found = self.center["Users"][id_]
        entry: dict[str, Any] = {} if found["UserName"] == slug else {"user_name": found["UserName"]}
        own = {"given_name": found["GivenName"], "family_name": found["FamilyName"], "email": found["Email"]}
        exact = (
            not found["External"]
            and not found["More"]
            and found["EmailIsUsual"]
            and found["DisplayName"] == f"{found['GivenName']} {found['FamilyName']}"
            and _valid(User, {**entry, **own}) is not None
        )
        return {**entry, **(own if exact else {"external": True})}

    def permission_set(self, arn: str) -> dict[str, Any] | None:
        """A permission set as the configuration writes it; None if it cannot say it exactly."""
        found = self.center["PermissionSets"][arn]
        hours = _HOURS.fullmatch(found["SessionDuration"] or "PT1H")
        statements = _statements(found["InlinePolicy"]) if found["InlinePolicy"] else []
        if hours is None or statements is None:
            return None
        boundary = found["Boundary"]
        entry: dict[str, Any] = {
            "name": found["Name"],
            "description": found["Description"],
            "session_hours": int(hours[1]),
            "relay_state": found["RelayState"] or None,
            "managed_policies": found["ManagedPolicies"],
            "customer_policies": [_path(*each) for each in found["CustomerPolicies"]],
            "boundary": _path(*boundary) if isinstance(boundary, list) else boundary,
            "statements": statements,
            "tags": dict(sorted(found["Tags"].items())),
        }
        entry = {key: value for key, value in entry.items() if value and (key, value) != ("session_hours", 1)}
        return entry if _valid(PermissionSet, entry) else None

    @cached_property
    def assignments(self) -> Mapping[str, dict[str, Any]]:
        """Assignments by slug, one for a permission set and whom it is assigned to, as the configuration writes them."""
        found: dict[str, dict[str, Any]] = {}
        for each in self._assignments:
            kind = "groups" if each["Type"] == "GROUP" else "users"
            who = (self.groups if kind == "groups" else self.users)[each["Id"]]
            permission_set = self.permission_sets[each["PermissionSet"]]
            slug = _assignment(permission_set, who)
            entry = found.setdefault(slug, {"permission_set": permission_set, kind: [who], "accounts": []})
            entry["accounts"].append(f"account:{self.accounts[each['Account']]}")
        return {slug: {**entry, "accounts": sorted(set(entry["accounts"]))} for slug, entry in sorted(found.items())}

    @cached_property
    def _assignments(self) -> list[dict[str, str]]:
        """The assignments that can be said: of an account and a permission set that are."""
        return [
            each
            for each in self.center.get("Assignments", ())
            if each["Account"] in self.accounts
            and each["PermissionSet"] in self.permission_sets
            and self._is_known(each)
        ]

    def _is_known(self, assignment: Mapping[str, str]) -> bool:
        kind = "Groups" if assignment["Type"] == "GROUP" else "Users"
        return assignment["Id"] in self.center.get(kind, {})

    def _members(self, group: str) -> list[str]:
        return sorted(self.center["Groups"][group]["Members"].values())

    @cached_property
    def sets_left_out(self) -> tuple[str, ...]:
        """The ARNs of the permission sets that the configuration does not say, and that nothing known to it makes."""
        return tuple(
            arn
            for arn, entry in sorted(self.center.get("PermissionSets", {}).items())
            if arn not in self.permission_sets and entry["Name"] not in self.sets_of_others
        )

    def left_out(self) -> Iterator[str]:
        """What of Identity Center the configuration does not say, one sentence each."""
        center = self.snapshot.identity_center or {}
        if center and not self.center:
            yield f"IAM Identity Center: {SERVICE} is not trusted"
            return
        for arn, entry in sorted(center.get("PermissionSets", {}).items(), key=lambda each: str(each[1]["Name"])):
            if arn not in self.permission_sets:
                of_others = entry["Name"] in self.sets_of_others
                why = "Control Tower's" if of_others else "it has something that the configuration cannot say"
                yield f"permission set {entry['Name']!r} and its assignments: {why}"
        for id_, slug in self.groups.items():
            if self.is_external(id_) and not center["Groups"][id_]["External"]:
                yield f"group {center['Groups'][id_]['Name']!r}: only looked up, as {slug!r}"
        for id_, slug in self.users.items():
            if self.user(id_, slug).get("external") and not center["Users"][id_]["External"]:
                yield f"user {center['Users'][id_]['UserName']!r}: only looked up, for more attributes than the configuration has"

    def _named(self, names: Mapping[str, str], known: Mapping[str, str], what: str, kind: str) -> dict[str, str]:
        new = {id_: name for id_, name in names.items() if name not in known}
        given = slugs(new, {}, self.taken.all_slugs.get(what, frozenset()), kind)
        return {id_: known.get(name) or given[id_] for id_, name in names.items()}


def _assignment(permission_set: str, who: str) -> str:
    whole = f"{permission_set}-{who}"
    if len(whole) <= _LONGEST:
        return whole
    return f"{whole[: _LONGEST - 9].rstrip('-')}-{sha256(whole.encode()).hexdigest()[:8]}"


def _description(found: Mapping[str, Any]) -> dict[str, str]:
    """The description as the configuration writes it: not at all, where there is none."""
    return {"description": found["Description"]} if found["Description"] else {}


def _path(path: str, name: str) -> str:
    return name if path == "/" else f"{path}{name}"


def _valid(model: type[Model], entry: Mapping[str, Any]) -> Model | None:
    """What the configuration takes an entry for, if it is right."""
    try:
        return model.model_validate(_tuples(entry))
    except ValidationError:
        return None


def _tuples(value: Any) -> Any:
    """Lists as the configuration's files give them to the models."""
    if isinstance(value, dict):
        return {key: _tuples(each) for key, each in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list | tuple) else value


def _statements(text: str) -> list[dict[str, Any]] | None:
    """An inline policy as the configuration writes it; None if it says more than that can."""
    try:
        document = json.loads(text)
        written = document["Statement"]
        entries = [
            {_ELEMENTS[key]: value for key, value in statement.items()}
            for statement in (written if isinstance(written, list) else [written])
        ]
        models = tuple(StatementEntry.model_validate(_tuples(entry)) for entry in entries)
        same = _said(in_order(models)) == _said(PolicyDocument.from_json(text))
    except (KeyError, TypeError, ValueError, ValidationError, PolicyFormatError):
        return None
    return entries if same and document.get("Version") == "2012-10-17" else None


def _said(document: PolicyDocument) -> list[str]:
    """What a document says, in whatever order."""
    return sorted(json.dumps(statement.to_dict(), sort_keys=True) for statement in document.statements)
