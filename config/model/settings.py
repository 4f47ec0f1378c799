"""What can be set for an account, and inherited from its OUs and the organization."""

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from config.model.base import Model
from config.model.capabilities.accepted_shares import AcceptedShares
from config.model.capabilities.baseline import Baseline
from config.model.capabilities.config_recorder import ConfigRecorder
from config.model.capabilities.container_registry import ContainerRegistry
from config.model.capabilities.cost import Budget
from config.model.capabilities.dns import Dns
from config.model.capabilities.ipam import Ipam
from config.model.capabilities.network import Network
from config.model.capabilities.scheduled_scaling import ScheduledScaling
from config.model.capabilities.transit_gateway import TransitGateway
from config.model.types import Region


class Settings(Model):
    """All settings of one account, after merging what every level says.

    Levels from weak to strong: `defaults` of organization.yaml, of each OU from the outermost inwards, `defaults_by_tag`,
    `settings` of the account. Mappings are merged key by key; a list or a single value replaces what was inherited.
    """

    region: Region | None = Field(default=None, description="The account's own region; the home region if not said.")
    baseline: Baseline | None = Field(default=None, description="AWS's account-wide switches in their safe position.")
    budget: Budget | None = Field(default=None, description="What the account may spend, and who hears of it.")
    scheduled_scaling: ScheduledScaling | None = Field(
        default=None, description="What stops outside business hours, and starts again."
    )
    config_recorder: ConfigRecorder | None = Field(
        default=None, description="What AWS Config writes down about the account."
    )
    network: Network | None = Field(default=None, description="The account's VPC.")
    transit_gateway: TransitGateway | None = Field(default=None, description="A router between VPCs, in one account.")
    ipam: Ipam | None = Field(default=None, description="The organization's addresses, in one account.")
    accepted_shares: AcceptedShares | None = Field(default=None, description="Shares from outside the organization.")
    dns: Dns | None = Field(default=None, description="Domains on the internet and inside VPCs.")
    container_registry: ContainerRegistry | None = Field(default=None, description="Container images for all accounts.")


PartialSettings = Annotated[dict[str, Any], WithJsonSchema({"$comment": "Settings"})]
"""Settings as one level writes them. They are validated where they apply, merged with the other levels'.

`config.schema` puts the schema of `Settings` in the place of the comment.
"""
