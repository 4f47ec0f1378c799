"""Shares from outside the organization."""

from typing import Annotated

from pydantic import Field

from config.model.base import Capability, Matches
from config.model.types import Slug

ShareArn = Annotated[
    str,
    Matches(
        r"arn:aws[a-z-]*:ram:[a-z0-9-]+:[0-9]{12}:resource-share/[0-9a-f-]+",
        "the ARN of a share, 'arn:aws:ram:…:resource-share/…'",
    ),
]


class AcceptedShares(Capability):
    """What accounts outside the organization share with this one. Within the organization nothing needs accepting."""

    shares: dict[Slug, ShareArn] = Field(default_factory=dict, description="ARNs of shares to accept, by a slug.")
