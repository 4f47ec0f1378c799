"""Where the access logs of an account's buckets go."""

from collections.abc import Iterator
from typing import Final

from pydantic import Field

from config.capabilities.capability import SECURE_BUCKET, AccountCapability, Part
from config.capabilities.problems import ungoverned
from config.errors import Problem
from config.model.base import Switchable
from config.model.types import Region
from config.nodes import Configuration, Organization
from config.sources.files import Files


class AccessLogs(Switchable):
    """A bucket in each region for the access logs of the account's other buckets: `SLUG-access-logs-ACCOUNT-REGION`."""

    regions: tuple[Region, ...] = Field(default=(), description="Where; in all governed regions if not said.")
    retention_days: int = Field(default=365, ge=1, le=36500, description="Logs are deleted after so many days.")


def logged_regions(organization: Organization, logs: AccessLogs) -> list[str]:
    """Where there are buckets."""
    return sorted(set(logs.regions or organization.governed_regions))


def _regions(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Buckets are in governed regions."""
    for account in organization.accounts.values():
        if logs := ACCESS_LOGS.in_account(organization, account):
            yield from ungoverned(account, organization, files, ("access_logs", "regions"), logs.regions)


ACCESS_LOGS: Final[AccountCapability[AccessLogs]] = AccountCapability(
    key="access_logs",
    model=AccessLogs,
    description="Where the access logs of the account's buckets go.",
    rules=(_regions,),
    parts=(
        Part(
            name="access_logs",
            build="stacks.capabilities.access_logs:add",
            types=frozenset(SECURE_BUCKET),
            cost=("Storage of access logs. S3 charges no request by which it writes them.",),
            whose="all",
        ),
    ),
)
