"""How people's sessions on machines are recorded and encrypted."""

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import Field

from config.capabilities.capability import AccountCapability, Part
from config.capabilities.problems import ungoverned
from config.errors import Problem
from config.model.base import Matches, Switchable
from config.model.types import LogDays, Region
from config.nodes import Configuration, Organization
from config.sources.files import Files

User = Annotated[str, Matches(r"[a-z_][a-z0-9_-]*", "a user of the operating system such as 'operator'", longest=32)]


class SessionManager(Switchable):
    """Sessions of Systems Manager are encrypted with a key of the account, logged as they go on, and end when nobody types."""

    regions: tuple[Region, ...] = Field(default=(), description="Where; in all governed regions if not said.")
    retention_days: LogDays = Field(default=365, description="For how many days CloudWatch keeps what was logged.")
    idle_minutes: int = Field(
        default=20, ge=1, le=60, description="A session ends after so many minutes without input."
    )
    max_minutes: int | None = Field(
        default=None, ge=1, le=1440, description="A session ends after so many minutes; never if null."
    )
    run_as: User | None = Field(
        default=None,
        description="The user that sessions on Linux run as, unless a tag `SSMSessionRunAs` of whoever starts one says another; `ssm-user`, "
        "who may become root, if null.",
    )


def session_regions(organization: Organization, sessions: SessionManager) -> list[str]:
    """Where the preferences hold."""
    return sorted(set(sessions.regions or organization.governed_regions))


def _regions(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Preferences are about governed regions."""
    for account in organization.accounts.values():
        if sessions := SESSION_MANAGER.in_account(organization, account):
            yield from ungoverned(account, organization, files, ("session_manager", "regions"), sessions.regions)


SESSION_MANAGER: Final[AccountCapability[SessionManager]] = AccountCapability(
    key="session_manager",
    model=SessionManager,
    description="How sessions on machines are recorded and encrypted.",
    rules=(_regions,),
    parts=(
        Part(
            name="session_manager",
            build="stacks.capabilities.session_manager:add",
            types=frozenset({"aws_cloudwatch_log_group", "aws_kms_alias", "aws_kms_key", "aws_ssm_document"}),
            cost=("A KMS key by the month in each region; what is logged by the gigabyte.",),
            whose="all",
        ),
    ),
)
