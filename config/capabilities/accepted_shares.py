"""Shares from outside the organization."""

from typing import Annotated, Final

from pydantic import Field

from config.capabilities.capability import (
    FREE,
    AccountCapability,
    AccountInput,
    Part,
)
from config.model.base import Matches, Switchable
from config.model.types import Slug

ShareArn = Annotated[
    str,
    Matches(
        r"arn:aws[a-z-]*:ram:[a-z0-9-]+:[0-9]{12}:resource-share/[0-9a-f-]+",
        "the ARN of a share, 'arn:aws:ram:…:resource-share/…'",
    ),
]


class AcceptedShares(Switchable):
    """What accounts outside the organization share with this one. Within the organization nothing needs accepting."""

    shares: dict[Slug, ShareArn] = Field(default_factory=dict, description="ARNs of shares to accept, by a slug.")


def _accepted(inputs: AccountInput) -> AcceptedShares | None:
    found = ACCEPTED_SHARES.of(inputs)
    return found if found and found.shares else None


ACCEPTED_SHARES: Final[AccountCapability[AcceptedShares]] = AccountCapability(
    key="accepted_shares",
    model=AcceptedShares,
    description="Shares from outside the organization.",
    parts=(
        Part(
            name="accepted_shares",
            build="stacks.capabilities.shares:accept",
            value=_accepted,
            types=frozenset({"aws_ram_resource_share_accepter"}),
            cost=FREE,
        ),
    ),
)
