"""The organization's addresses, managed by AWS."""

from ipaddress import IPv4Network
from typing import Self

from pydantic import Field, model_validator

from config.model.base import Capability, refuse
from config.model.cidr import PartCidr, PoolCidr
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
        whole, taken = IPv4Network(self.cidr), dict[str, IPv4Network]()
        for region, part in sorted(self.regions.items()):
            own = IPv4Network(part)
            if not own.subnet_of(whole):
                raise refuse(f"parts of {whole} for the regions, but that of {region} is {own}")
            for other, range_ in taken.items():
                if own.overlaps(range_):
                    raise refuse(f"parts that do not overlap, but those of {other} ({range_}) and {region} ({own}) do")
            taken[region] = own
        return self
