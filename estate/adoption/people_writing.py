"""Adds people to organization.yaml: below `identity_center.management`, so that the management account's stack takes all over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml.comments import CommentedMap

from config.model.found import GLOBAL
from config.sources.files import ORGANIZATION
from estate.adoption.people import Taken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from estate.adoption.view import View

_KEY: Final = "identity_center"
_EXISTING: Final = "existing_policies"
_POLICY: Final = "aws_iam_policy"
_NAMES: Final = {"users": "user_name", "groups": "name", "permission_sets": "name"}
_ADMINISTRATORS: Final = """\
Add `administrators` here once you know who can always get in: nothing then locks them out."""


def taken(organization: Mapping[str, Any]) -> Taken:
    """What a configuration calls people."""
    names: dict[str, dict[str, str]] = {what: {} for what in _NAMES}
    for part in _parts(organization):
        for what, key in _NAMES.items():
            for slug, entry in (part.get(what) or {}).items():
                names[what][(entry or {}).get(key) or slug] = slug
    slugs = {what: frozenset(each.values()) for what, each in names.items()}
    return Taken(names["users"], names["groups"], names["permission_sets"], slugs)


def write_people(organization: CommentedMap, view: View, added: list[str]) -> None:
    """Add users, groups, permission sets and assignments that the configuration does not have.

    Args:
        organization: What organization.yaml says; it is changed.
        view: The organization.
        added: Gets what is new.
    """
    people = view.people
    wanted: dict[str, Mapping[str, Any]] = {
        "users": {slug: people.user(id_, slug) for id_, slug in people.users.items()},
        "groups": {slug: people.group(id_, slug) for id_, slug in people.groups.items()},
        "permission_sets": {slug: people.permission_set(arn) for arn, slug in people.permission_sets.items()},
        "assignments": people.assignments,
    }
    if not any(wanted.values()):
        return
    center = organization.get(_KEY)
    if center is None:
        center = organization[_KEY] = CommentedMap()
        if people.center["Region"] != view.snapshot.region:
            center["region"] = people.center["Region"]
        center["management"] = CommentedMap()
        center.yaml_set_comment_before_after_key("management", before=_ADMINISTRATORS, indent=2)
    known = _covered(organization, view)
    for what, entries in wanted.items():
        there = {slug for part in _parts(organization) for slug in part.get(what) or ()}
        for slug, entry in sorted(entries.items()):
            if what == "assignments":
                entry = _missing(entry, known)  # noqa: PLW2901 - what of it is new
                if entry is None:
                    continue
            elif slug in there:
                continue
            section = center["management"].setdefault(what, CommentedMap())
            if slug in section:
                section[slug]["accounts"].extend(entry["accounts"])
            else:
                section[slug] = _plain(entry)
            added.append(f"{ORGANIZATION}: {_KEY}.management.{what}.{slug}")
    _say_existing_policies(center, wanted["permission_sets"].values(), view, added)


def _say_existing_policies(
    center: CommentedMap, permission_sets: Iterable[Mapping[str, Any]], view: View, added: list[str]
) -> None:
    """Say in which accounts the policies are that permission sets name: no stack makes them."""
    for policy in sorted({name for each in permission_sets for name in each.get("customer_policies", ())}):
        path, _, name = policy.rpartition("/")
        key = f"{path}/,{name}"  # as it tells policies of the type apart
        having = sorted(
            view.accounts[id_]
            for id_, inside in view.snapshot.inside.items()
            if key in inside.get("Found", {}).get("imports", {}).get(GLOBAL, {}).get(_POLICY, {})
        )
        section = center.get(_EXISTING) or {}
        if having and policy not in section:
            center.setdefault(_EXISTING, CommentedMap())[policy] = [f"account:{account}" for account in having]
            added.append(f"{ORGANIZATION}: {_KEY}.{_EXISTING}.{policy}")


def _missing(entry: dict[str, Any], known: set[tuple[str, str, str]]) -> dict[str, Any] | None:
    """An assignment without the accounts in which somebody has it already."""
    (who,) = entry.get("groups") or entry["users"]
    accounts = [each for each in entry["accounts"] if (entry["permission_set"], who, each) not in known]
    return {**entry, "accounts": accounts} if accounts else None


def _covered(organization: Mapping[str, Any], view: View) -> set[tuple[str, str, str]]:
    """The assignments that the configuration has: permission set, whom and the account's selector."""
    found = set()
    for part in _parts(organization):
        for entry in (part.get("assignments") or {}).values():
            for selector in entry["accounts"]:
                for account in _accounts(selector, view):
                    for who in (*(entry.get("groups") or ()), *(entry.get("users") or ())):
                        found.add((entry["permission_set"], who, f"account:{account}"))
    return found


def _accounts(selector: str, view: View) -> Iterator[str]:
    """The accounts of a selector, as they are in AWS."""
    kind, _, rest = selector.partition(":")
    if kind == "account":
        yield rest
    units = {view.path(id_): id_ for id_ in view.units}
    for id_, slug in view.accounts.items():
        parent = view.snapshot.accounts[id_]["Parent"]
        while kind == "ou" and parent in view.units and parent != units.get(rest):
            parent = view.snapshot.units[parent]["Parent"]
        key, _, value = rest.partition("=")
        if kind == "tag" and view.snapshot.accounts[id_]["Tags"].get(key) == value:
            yield slug
        if kind == "root" or (kind == "ou" and parent == units.get(rest)):
            yield slug


def _parts(organization: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    center = organization.get(_KEY) or {}
    yield center
    yield center.get("management") or {}


def _plain(value: Any) -> Any:
    """Mappings as the file has them, one key a line."""
    if isinstance(value, dict):
        return CommentedMap({key: _plain(each) for key, each in value.items()})
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
