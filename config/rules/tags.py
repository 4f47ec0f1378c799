"""Tags of accounts and of all that is in them."""

from collections.abc import Iterator
from typing import Final

from config.errors import Problem
from config.nodes import Configuration
from config.sources.files import Files

_OURS: Final = "stack"
"""The tag that says which stack has made something."""
_MOST: Final = 50 - 2
"""AWS allows 50; each thing has `stack`, and many have `Name`."""


def spelling(organization: Configuration, files: Files) -> Iterator[Problem]:
    """No two keys differ in upper and lower case only: IAM takes them for one; and none is ours."""
    for account in organization.accounts.values():
        file = files.accounts[account.slug].file
        seen = {_OURS: f"`{_OURS}`, the tag that says which stack has made something"}
        # Inherited ones first: what this file adds is what can be mended in it.
        for key in sorted(account.tags, key=lambda key: file.holds(("tags", key))):
            if other := seen.get(key.casefold()):
                arrived = f"the tag {key!r} beside {other}"
                expected = "keys that differ in more than upper and lower case, as IAM wants them"
                path = ("tags", key)
                yield file.problem(path if file.holds(path) else (), arrived, expected, "Rename or remove it.")
            seen.setdefault(key.casefold(), repr(key))


def number(organization: Configuration, files: Files) -> Iterator[Problem]:
    """No more tags are inherited and added than AWS allows."""
    for account in organization.accounts.values():
        if len(account.tags) > _MOST:
            arrived = f"{len(account.tags)} tags of the account {account.slug!r}, inherited ones among them"
            yield files.accounts[account.slug].file.problem(("tags",), arrived, f"at most {_MOST}")
