"""What AWS Config writes down about an account."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from config.capabilities.capability import (
    AccountCapability,
    Part,
)
from config.capabilities.logging import LOGGING
from config.errors import Problem
from config.files import Files
from config.model.base import Matches, Switchable
from config.nodes import Configuration

ResourceType = Annotated[
    str, Matches(r"AWS::[A-Za-z0-9]+::[A-Za-z0-9:]+", "a type such as 'AWS::EC2::NetworkInterface'", longest=100)
]


class ConfigRecorder(Switchable):
    """AWS Config records every change of a resource, in all governed regions, and delivers it to the log archive."""

    frequency: Literal["CONTINUOUS", "DAILY"] = Field(
        default="CONTINUOUS",
        description="CONTINUOUS charges each change, and most rules need it; DAILY one record a day and changed resource.",
    )
    excluded_resource_types: tuple[ResourceType, ...] = Field(
        default=(), description="Types that are not recorded, since they change often and tell little."
    )


def _delivered(organization: Configuration, files: Files) -> Iterator[Problem]:
    """What recorders write down is delivered to the log archive."""
    if LOGGING.of(organization) or not files.organization.clean:
        return
    for account in organization.accounts.values():
        if not CONFIG_RECORDER.in_account(organization, account):
            continue
        file, path = files.accounts[account.slug].file, ("settings", "config_recorder")
        arrived = f"a recorder in {account.slug!r}"
        cure = "Add `logging` to organization.yaml, or switch the recorder off."
        yield file.problem(path if file.holds(path) else (), arrived, "a log archive that it delivers to", cure)


CONFIG_RECORDER: Final[AccountCapability[ConfigRecorder]] = AccountCapability(
    key="config_recorder",
    model=ConfigRecorder,
    description="What AWS Config writes down about the account.",
    rules=(_delivered,),
    publish=lambda configuration: tuple(
        account.slug
        for account in configuration.accounts.values()
        if CONFIG_RECORDER.in_account(configuration, account)
    ),
    parts=(
        Part(
            name="config_recorder",
            build="stacks.capabilities.config_recorder:add",
            types=frozenset(
                {
                    "aws_config_configuration_recorder",
                    "aws_config_configuration_recorder_status",
                    "aws_config_delivery_channel",
                    "aws_iam_service_linked_role",
                }
            ),
            cost=(
                "Each recorded change of a resource, in every account and region: by far the largest part in a busy account.",
                "`frequency: DAILY` and `excluded_resource_types` lower it.",
            ),
            whose="all",
        ),
    ),
)
