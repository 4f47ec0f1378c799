"""Who may put events on an account's default event bus."""

from collections.abc import Iterator
from typing import Final, Self

from pydantic import Field, model_validator

from config.capabilities.capability import FREE, AccountCapability, Part
from config.capabilities.problems import at, ungoverned
from config.errors import Problem
from config.model.base import Switchable, refuse
from config.model.types import AccountId, Region
from config.nodes import Configuration, Organization
from config.sources.files import Files


class EventBus(Switchable):
    """The policy of the default event bus: who may put events there, beside the account itself and AWS's services."""

    organization: bool = Field(default=True, description="Whether all accounts of the organization may.")
    other_accounts: tuple[AccountId, ...] = Field(
        default=(),
        description="Ids of accounts outside of the organization that may; they can make up events of your rules' sources.",
    )
    regions: tuple[Region, ...] = Field(default=(), description="Where; in all governed regions if not said.")

    @model_validator(mode="after")
    def _somebody_may(self) -> Self:
        if self.enabled and not self.organization and not self.other_accounts:
            raise refuse(
                "`organization: true`, or some `other_accounts`",
                "Switch it off: without a policy, only the account itself may.",
            )
        return self


def bus_regions(organization: Organization, bus: EventBus) -> list[str]:
    """Where the policy is."""
    return sorted(set(bus.regions or organization.governed_regions))


def _regions(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Buses are in governed regions."""
    for account in organization.accounts.values():
        if bus := EVENT_BUS.in_account(organization, account):
            yield from ungoverned(account, organization, files, ("event_bus", "regions"), bus.regions)


def _others(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Accounts that are called others are others."""
    own = {account.id: account.slug for account in organization.accounts.values() if account.id}
    for account in organization.accounts.values():
        bus = EVENT_BUS.in_account(organization, account)
        for number, other in enumerate(bus.other_accounts if bus else ()):
            if other in own:
                arrived = f"{other!r}, which is {own[other]} of the organization"
                cure = "Write `organization: true`: the organization's accounts are let in together."
                path = ("event_bus", "other_accounts", number)
                yield at(files, account, path, arrived, "an account outside of the organization", cure)


EVENT_BUS: Final[AccountCapability[EventBus]] = AccountCapability(
    key="event_bus",
    model=EventBus,
    description="Who may put events on the account's default event bus.",
    rules=(_regions, _others),
    parts=(
        Part(
            name="event_bus",
            build="stacks.capabilities.event_bus:add",
            types=frozenset({"aws_cloudwatch_event_bus_policy"}),
            cost=FREE,
            whose="all",
        ),
    ),
)
