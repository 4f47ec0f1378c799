"""What AWS Config writes down about an account."""

from typing import Annotated, Literal

from pydantic import Field

from config.model.base import Capability, Matches

ResourceType = Annotated[
    str, Matches(r"AWS::[A-Za-z0-9]+::[A-Za-z0-9:]+", "a type such as 'AWS::EC2::NetworkInterface'", longest=100)
]


class ConfigRecorder(Capability):
    """AWS Config records every change of a resource, in all governed regions, and delivers it to the log archive."""

    frequency: Literal["CONTINUOUS", "DAILY"] = Field(
        default="CONTINUOUS",
        description="CONTINUOUS charges each change, and most rules need it; DAILY one record a day and changed resource.",
    )
    excluded_resource_types: tuple[ResourceType, ...] = Field(
        default=(), description="Types that are not recorded, since they change often and tell little."
    )
