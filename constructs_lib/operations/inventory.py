"""What is on an account's machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.ssm_association import SsmAssociation, SsmAssociationTargets
from constructs import Construct

from constructs_lib.typed import typed
from constructs_lib.validation import require_between

if TYPE_CHECKING:
    from cdktf import TerraformProvider


@typed
class InventoryConstruct(Construct):
    """Systems Manager collects what is on all machines that it manages in a region: software, updates, network, services, roles.

    Children: ``Resource``.

    Args:
        scope: Where the association is kept.
        id_: The construct's id.
        name: The association's name. Default: ``inventory``.
        every_hours: How often, 1 to 720 hours. Default: twice a day.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If the hours are out of range.

    Example:
        >>> InventoryConstruct(stack, "Inventory")

    Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-collection.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str = "inventory",
        every_hours: int = 12,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_between("every_hours", every_hours, 1, 720, unit="hours")
        SsmAssociation(
            self,
            "Resource",
            name="AWS-GatherSoftwareInventory",
            association_name=name,
            targets=[SsmAssociationTargets(key="InstanceIds", values=["*"])],
            schedule_expression=f"rate({every_hours} hour{'s' if every_hours > 1 else ''})",
            provider=provider,
        )
