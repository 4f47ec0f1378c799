"""What entries that some accounts have hold in common: somebody has each, and in an account no two have one name."""

from collections.abc import Iterable, Iterator

from config.errors import KeyPath, Problem
from config.nodes import Account, Organization
from config.sources.files import Files


def somebody_has_it(
    organization: Organization, files: Files, path: KeyPath, accounts: Iterable[Account], what: str
) -> Iterator[Problem]:
    """A warning where selectors name no account, or the management account, which gets nothing of the kind.

    Args:
        organization: The configuration.
        files: Where it is written.
        path: The selectors.
        accounts: The accounts that they stand for.
        what: What the accounts would have: "the role".
    """
    file = files.organization.file
    if not files.organization.clean:
        return
    if not [*accounts]:
        yield file.warning(path, "selectors of no account", f"at least one account that has {what}")
    written = _written(file.data, path)
    management = organization.management.selector
    if management in written:
        where = (*path, written.index(management))
        expected = "accounts of members: guardrails do not restrict the management account, so it gets none"
        yield file.warning(where, repr(management), expected)


def _written(data: object, path: KeyPath) -> tuple[object, ...]:
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, tuple) else ()


def names_once(
    files: Files,
    claims: Iterable[tuple[KeyPath, str, str, Iterable[Account]]],
    expected: str,
    cure: str = "Rename one of them.",
) -> Iterator[Problem]:
    """A problem for each name that something else has in an account.

    Args:
        files: Where they are written.
        claims: Where a name is written, the name, whose it is, the accounts that have it.
        expected: What belongs there.
        cure: What to do about it.
    """
    found: dict[tuple[str, str], str] = {}
    for path, name, whose, accounts in claims:
        for account in accounts:
            key = account.slug, name.casefold()
            if other := found.get(key):
                arrived = f"{name!r}, which {other} has too in the account {account.slug!r}"
                yield files.organization.file.problem(path, arrived, expected, cure)
                break
            found[key] = whose


def missing_in(accounts: Iterable[Account], having: Iterable[Account]) -> str:
    """The slugs of those accounts that do not have something, for messages; empty if all do."""
    there = {account.slug for account in having}
    return ", ".join(account.slug for account in accounts if account.slug not in there)
