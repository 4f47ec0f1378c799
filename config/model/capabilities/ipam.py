"""The organization's addresses, managed by AWS."""

from typing import Self

from pydantic import Field, model_validator

from config.model.base import Capability
from config.model.cidr import PartCidr, PoolCidr, refuse_misfits
from config.model.types import Region


class Ipam(Capability):
    """An IP address manager with a pool for each region; `shares` says who can take a VPC's range from them."""

    cidr: PoolCidr = Field(description="All addresses that there are.")
    regions: dict[Region, PartCidr] = Field(min_length=1, description="Region to the part of `cidr` that its VPCs get.")
    network_prefix: int = Field(default=16, ge=16, le=28, description="Prefix length of a VPC that asks for none.")
    advanced: bool = Field(
        default=True, description="AWS's paid tier, without which addresses of other accounts are not seen."
    )

    @model_validator(mode="after")
    def _regions_fit(self) -> Self:
        refuse_misfits("regions", self.cidr, self.regions)
        return self
