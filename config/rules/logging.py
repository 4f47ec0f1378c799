"""What the organization's trail needs of the rest."""

from collections.abc import Iterator
from typing import Final

from config.errors import Problem
from config.files import Files
from config.model.base import enabled
from config.nodes import Organization

_TRAIL: Final = "cloudtrail.amazonaws.com"
GLOBAL_EVENTS: Final = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1"}
"""Where events of global services appear: sign-ins of root users, calls of IAM."""


def audit(organization: Organization, files: Files) -> Iterator[Problem]:
    """The trail is made by the security account, and alerts hear of global services."""
    logging, file = enabled(organization.logging), files.organization.file
    if logging is None or not all(entry.clean for entry in files.accounts.values()):
        return
    security = organization.with_purpose("security")
    if not security:
        cure = "Add an account with `purpose: security`, or say `enabled: false`."
        yield file.problem(("logging",), "`logging` without an account for it", "a security account", cure)
    elif organization.delegated_administrators.get(_TRAIL) is not security[0]:
        expected = f"{security[0].slug!r} as the delegated administrator of {_TRAIL}, which makes the trail"
        cure = f"Add `{_TRAIL}: {security[0].slug}` to `delegated_administrators`."
        yield file.problem(("logging",), "`logging` without it", expected, cure)
    home = GLOBAL_EVENTS[organization.partition]
    if logging.alerts.enabled and home not in organization.governed_regions:
        expected = f"{home} among `regions.governed`, where AWS reports root users' sign-ins and calls of IAM"
        cure = f"Add {home}, or alerts do not hear of them."
        yield file.warning(("logging",), "alerts without it", expected, cure)
