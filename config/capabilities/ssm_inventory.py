"""What is on an account's machines."""

from collections.abc import Iterator
from typing import Final

from pydantic import Field

from config.capabilities.capability import AccountCapability, Part
from config.capabilities.problems import ungoverned
from config.errors import Problem
from config.model.base import Switchable
from config.model.types import Region
from config.nodes import Configuration, Organization
from config.sources.files import Files


class SsmInventory(Switchable):
    """Systems Manager collects what is on all machines that it manages: software, updates, network, services, roles."""

    regions: tuple[Region, ...] = Field(default=(), description="Where; in all governed regions if not said.")
    every_hours: int = Field(default=12, ge=1, le=720, description="How often, in hours.")


def inventory_regions(organization: Organization, inventory: SsmInventory) -> list[str]:
    """Where it is collected."""
    return sorted(set(inventory.regions or organization.governed_regions))


def _regions(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Machines are in governed regions."""
    for account in organization.accounts.values():
        if inventory := SSM_INVENTORY.in_account(organization, account):
            yield from ungoverned(account, organization, files, ("ssm_inventory", "regions"), inventory.regions)


SSM_INVENTORY: Final[AccountCapability[SsmInventory]] = AccountCapability(
    key="ssm_inventory",
    model=SsmInventory,
    description="What is on the account's machines.",
    rules=(_regions,),
    parts=(
        Part(
            name="ssm_inventory",
            build="stacks.capabilities.ssm_inventory:add",
            types=frozenset({"aws_ssm_association"}),
            cost=("Nothing for machines of EC2; each record that AWS Config makes of an inventory, where it records.",),
            whose="all",
        ),
    ),
)
