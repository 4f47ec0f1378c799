"""What is on an account's machines."""

from config.capabilities.ssm_inventory import SsmInventory, inventory_regions
from constructs_lib.operations.inventory import InventoryConstruct
from stacks.scope import AccountScope


def add(stack: AccountScope, inventory: SsmInventory) -> None:
    """Collect it in each region."""
    for region in inventory_regions(stack.organization, inventory):
        InventoryConstruct(
            stack, f"ssm-inventory-{region}", every_hours=inventory.every_hours, provider=stack.provider(region)
        )
