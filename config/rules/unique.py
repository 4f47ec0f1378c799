"""What AWS takes only once."""

from collections.abc import Iterable, Iterator

from config.errors import KeyPath, Problem
from config.nodes import Organization
from config.sources.files import Files
from config.sources.yaml_file import YamlFile

_Claim = tuple[object, str, YamlFile, KeyPath]
"""What may be there once, how it was written, and where."""


def emails(organization: Organization, files: Files) -> Iterator[Problem]:
    """Every account has an address of its own, which no other AWS account in the world has."""
    claims = []
    for account in organization.accounts.values():
        file = files.accounts[account.slug].file
        claims.append((account.email.casefold(), repr(account.email), file, ("email",)))
        longest = 64
        if len(account.email) > longest:
            arrived = f"the address {account.email!r} of {len(account.email)} characters, made from the pattern"
            yield file.problem(("email",), arrived, f"at most {longest}", "Give this account an `email` of its own.")
    yield from _twice(claims, "an e-mail address that no other account has", "Give one of them another.")


def account_ids(organization: Organization, files: Files) -> Iterator[Problem]:
    """An id belongs to one account."""
    claims = [
        (account.id, repr(account.id), files.accounts[account.slug].file, ("id",))
        for account in organization.accounts.values()
        if account.id is not None and account.id_source == "config"
    ]
    yield from _twice(claims, "an id that no other account has", "Copy the right one from AWS.")


def unit_ids(organization: Organization, files: Files) -> Iterator[Problem]:
    """An id belongs to one OU."""
    claims = [
        (unit.id, repr(unit.id), files.organization.file, (*unit_keys(unit.path), "id"))
        for unit in organization.units.values()
        if unit.id is not None
    ]
    yield from _twice(claims, "an id that no other OU has", "Copy the right one from AWS.")


def policy_ids(organization: Organization, files: Files) -> Iterator[Problem]:
    """An id belongs to one policy."""
    claims = [
        (policy.id, repr(policy.id), files.policies[policy.slug].file, ("id",))
        for policy in organization.policies.values()
        if policy.id is not None
    ]
    yield from _twice(claims, "an id that no other policy has", "Copy the right one from AWS.")


def unit_names(organization: Organization, files: Files) -> Iterator[Problem]:
    """OUs side by side differ in their names."""
    claims = [
        (
            (unit.parent.path if unit.parent else "", unit.name),
            f"the name {unit.name!r}",
            files.organization.file,
            (*unit_keys(unit.path), "name"),
        )
        for unit in organization.units.values()
    ]
    yield from _twice(claims, "a name that no OU beside it has", "Rename one of them.")


def policy_names(organization: Organization, files: Files) -> Iterator[Problem]:
    """Policies of one type differ in their names."""
    claims = [
        (claim, f"the name {claim[1]!r}", files.policies[policy.slug].file, ("name",))
        for policy in organization.policies.values()
        for part in policy.parts
        for claim in ((part.type, part.name), ("slug", part.slug))
    ]
    yield from _twice(claims, "a name that no other policy of its type has", "Rename one of them.")


def unit_keys(path: str) -> KeyPath:
    """The keys that lead to an OU in organization.yaml."""
    return tuple(key for slug in path.split("/") for key in ("organizational_units", slug))


def _twice(claims: Iterable[_Claim], expected: str, cure: str) -> Iterator[Problem]:
    first: dict[object, tuple[YamlFile, KeyPath]] = {}
    for claim, shown, file, path in claims:
        other, place = first.setdefault(claim, (file, path))
        if (other, place) != (file, path):
            yield file.problem(path, f"{shown} again (first in {other.name}, line {other.line(place)})", expected, cure)
