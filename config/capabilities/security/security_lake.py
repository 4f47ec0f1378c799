"""Security Lake: what it takes in, of whom, and for how long it keeps that."""

from collections.abc import Iterator
from typing import Final

from config.capabilities.security.model import Security, SecurityLake
from config.errors import KeyPath, Problem
from config.nodes import Configuration
from config.sources.files import Files
from config.sources.resolving import Resolving

_INFREQUENT: Final = ("ONEZONE_IA", "STANDARD_IA")
_INFREQUENT_AFTER: Final = 30
"""Days before S3 moves an object there.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
"""
_PATH: Final[KeyPath] = ("security", "security_lake")


def resolve(lake: SecurityLake, resolving: Resolving) -> None:
    """Say which selectors of sources name nothing."""
    for name, source in lake.sources.items():
        resolving.nodes((*_PATH, "sources", name, "targets"), source.targets)


def filled(organization: Configuration, security: Security | None, files: Files) -> Iterator[Problem]:
    """There is something for the lake to take in, and it keeps that before it deletes it."""
    lake = security.security_lake if security and security.on("security_lake") else None
    file = files.organization.file
    if lake is None or not files.organization.clean:
        return
    if not lake.sources:
        cure = "Name some, or say `enabled: false`."
        yield file.problem(_PATH, "no `sources`", "at least one source: a lake without takes nothing in", cure)
    for name, source in lake.sources.items():
        if source.targets and not organization.select_accounts(source.targets):
            path = (*_PATH, "sources", name, "targets")
            cure = "Leave the source out until there are some."
            yield file.problem(path, "selectors of no account", "at least one account", cure)
    for class_, days in lake.transitions.items():
        path = (*_PATH, "transitions", class_)
        if class_ in _INFREQUENT and days < _INFREQUENT_AFTER:
            yield file.problem(
                path, str(days), f"at least {_INFREQUENT_AFTER} days, before which S3 moves nothing there"
            )
        if lake.retention_days is not None and days >= lake.retention_days:
            expected = f"fewer than `retention_days`, {lake.retention_days}"
            yield file.problem(path, str(days), expected)
