"""Identity Center: whom and what it names is there, everybody is there once, AWS takes the policies."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from config.capabilities.identity_center.people import PATH, SERVICE, IdentityCenter, People
from config.errors import KeyPath, Problem, did_you_mean, one_of
from config.nodes import Organization
from config.sources.documents import problem_of
from config.sources.files import Files
from config.sources.yaml_file import YamlFile
from constructs_lib.policies.check import check_document
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.kinds import PolicyKind

_MANAGEMENT: Final[KeyPath] = (*PATH, "management")
_LONGEST_INLINE: Final = 32_768
_Reference = tuple[KeyPath, str, Mapping[str, object], str]
"""Where something is named, its slug, what may be named there, and what that is."""


def references(_organization: Organization, center: IdentityCenter | None, files: Files) -> Iterator[Problem]:
    """Users, groups and permission sets that something names are there."""
    file = files.organization.file
    if center is None or not files.organization.clean:
        return
    for path, slug, known, what in _named(center):
        if slug not in known:
            key = f"{what.replace(' ', '_')}s"
            elsewhere = path[: len(_MANAGEMENT)] == _MANAGEMENT and slug in getattr(center.people, key)
            cure = "Move it to `identity_center.management` too." if elsewhere else did_you_mean(slug, known)
            expected = f"the slug of a {what}: {one_of(known)}"
            yield file.problem(path, repr(slug), expected, cure or f"Add it to `{key}`.")


def _named(center: IdentityCenter) -> Iterator[_Reference]:
    path = (*_MANAGEMENT, "administrators", "users")
    users = center.administrators.users if center.administrators else ()
    yield from (((*path, index), slug, center.managed.users, "user") for index, slug in enumerate(users))
    # The management account comes first: it cannot name what is made after it.
    yield from _named_by(_MANAGEMENT, center.managed, center.managed)
    yield from _named_by(PATH, center.delegated, center.people)


def _named_by(path: KeyPath, people: People, known: People) -> Iterator[_Reference]:
    for slug, group in people.groups.items():
        yield from _each((*path, "groups", slug, "members"), group.members, known.users, "user")
    for slug, assignment in people.assignments.items():
        place = (*path, "assignments", slug)
        yield (*place, "permission_set"), assignment.permission_set, people.permission_sets, "permission set"
        yield from _each((*place, "groups"), assignment.groups, known.groups, "group")
        yield from _each((*place, "users"), assignment.users, known.users, "user")


def _each(path: KeyPath, slugs: Iterable[str], known: Mapping[str, object], what: str) -> Iterator[_Reference]:
    return (((*path, index), slug, known, what) for index, slug in enumerate(slugs))


def once(_organization: Organization, center: IdentityCenter | None, files: Files) -> Iterator[Problem]:
    """A person has one identity, and no two groups or permission sets have one name."""
    file = files.organization.file
    if center is None:
        return
    own: KeyPath = (*_MANAGEMENT, "administrators", "name")
    places = ((_MANAGEMENT, center.managed), (PATH, center.delegated))
    users = [((*path, "users", slug), slug, user) for path, people in places for slug, user in people.users.items()]
    groups = [
        ((*path, "groups", slug), slug, group) for path, people in places for slug, group in people.groups.items()
    ]
    sets = [
        ((*path, "permission_sets", slug), slug, entry)
        for path, people in places
        for slug, entry in people.permission_sets.items()
    ]
    entry = center.administrators
    administrators = [] if entry is None or entry.external_group else [(own, entry.name)]
    set_of_administrators = [] if entry is None else [(own, entry.name)]
    named: list[tuple[str, list[tuple[KeyPath, str]]]] = [
        ("a user that there is once", [(path, slug) for path, slug, _ in users]),
        ("a group that there is once", [(path, slug) for path, slug, _ in groups]),
        (
            "an address that no other user has: a person has one identity",
            [((*path, "email"), user.email) for path, _, user in users if user.email],
        ),
        (
            "a name that no other user signs in with",
            [((*path, "user_name"), user.user_name or slug) for path, slug, user in users],
        ),
        (
            "a name that no other group has",
            [*administrators, *(((*path, "name"), group.name or slug) for path, slug, group in groups)],
        ),
        (
            "a name that no other permission set has",
            [*set_of_administrators, *(((*path, "name"), entry.name or slug) for path, slug, entry in sets)],
        ),
    ]
    for expected, claims in named:
        yield from _twice(file, claims, expected)


def _twice(file: YamlFile, claims: Iterable[tuple[KeyPath, str]], expected: str) -> Iterator[Problem]:
    first: dict[str, KeyPath] = {}
    for path, name in claims:
        other = first.setdefault(name.casefold(), path)
        if other is not path:
            yield file.problem(path, f"{name!r} again (first in line {file.line(other)})", expected)


def service(organization: Organization, center: IdentityCenter | None, files: Files) -> Iterator[Problem]:
    """Identity Center may work in all accounts, is in a governed region, and its administrator can do what it shall."""
    file = files.organization.file
    if center is None or not files.organization.clean:
        return
    if SERVICE not in organization.trusted_services:
        yield file.problem(
            PATH, f"Identity Center without {SERVICE}", "it to be trusted", "Add it to `trusted_services`."
        )
    if center.region not in organization.governed_regions:
        expected = f"a governed region: {one_of(organization.governed_regions)}"
        yield file.problem((*PATH, "region"), repr(center.region), expected, "Add it to `regions.governed`.")
    for slug, assignment in center.delegated.assignments.items():
        if center.delegate and center.management in assignment.accounts:
            path = (*PATH, "assignments", slug, "accounts")
            arrived = f"the management account, where {center.delegate.slug!r} has no power"
            cure = "Select other accounts here, and write what is for that one below `identity_center.management`."
            yield file.problem(path, arrived, "accounts that the delegated administrator can let people into", cure)
    for path, people in ((_MANAGEMENT, center.managed), (PATH, center.delegated)):
        for slug, assignment in people.assignments.items():
            if not assignment.accounts:
                place = (*path, "assignments", slug, "accounts")
                yield file.warning(place, "selectors of no account", "at least one account")


def always_in(_organization: Organization, center: IdentityCenter | None, files: Files) -> Iterator[Problem]:
    """Somebody can always get in; an organization that was taken over says later who that is."""
    file, model = files.organization.file, files.organization.model
    if center is None or center.administrators is not None or model is None:
        return
    path = (*_MANAGEMENT, "administrators")
    arrived, expected = (
        "nobody who can always get in",
        "administrators: people whom no change of this configuration locks out",
    )
    if model.id is None:
        yield file.problem(path, arrived, expected)
    else:
        yield file.warning(path, arrived, expected)


def documents(_organization: Organization, center: IdentityCenter | None, files: Files) -> Iterator[Problem]:
    """AWS takes the policies of permission sets, and they do what they say."""
    file = files.organization.file
    for path, people in ((_MANAGEMENT, center.managed), (PATH, center.delegated)) if center else ():
        for slug, entry in people.permission_sets.items():
            if not entry.statements:
                continue
            place: KeyPath = (*path, "permission_sets", slug, "statements")
            # In the order of the file, so that a finding's index leads to its line.
            document = PolicyDocument(tuple(each.statement() for each in entry.statements))
            for finding in check_document(document, PolicyKind.INLINE, limit=_LONGEST_INLINE):
                yield problem_of(file, place if finding.statement is None else (*place, finding.statement), finding)
