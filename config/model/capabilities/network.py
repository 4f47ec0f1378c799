"""An account's VPC."""

from ipaddress import IPv4Network
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from config.errors import did_you_mean
from config.model.base import Capability, Model, refuse
from config.model.types import Slug


def _check_cidr(value: str) -> str:
    try:
        network = IPv4Network(value, strict=False)
    except ValueError:
        network = None
    if network is None or "/" not in value:
        raise refuse("an IPv4 range such as '10.16.0.0/16'")
    widest, narrowest = 16, 28
    if not widest <= network.prefixlen <= narrowest:
        raise refuse(f"a range from /{widest} to /{narrowest}, as AWS allows for VPCs and subnets")
    if str(network) != value:
        raise refuse("a range that starts at its first address", f"Write '{network}'.")
    return value


Cidr = Annotated[
    str,
    AfterValidator(_check_cidr),
    WithJsonSchema({"type": "string", "pattern": r"^(?:[0-9]{1,3}\.){3}[0-9]{1,3}/(?:1[6-9]|2[0-8])$"}),
]


class Subnet(Model):
    """A subnet; its key is its identity, so ranges are written out and never move when another is added."""

    cidr: Cidr = Field(description="Its range, inside the VPC's.")
    zone: Literal["a", "b", "c", "d", "e", "f"] = Field(
        description="The letter of its availability zone in the region."
    )
    public: bool = Field(default=False, description="Whether it routes to the internet directly.")


class Network(Capability):
    """A VPC with subnets, which `shares` can share with other accounts."""

    cidr: Cidr = Field(description="The VPC's range; no two accounts' ranges may overlap.")
    subnets: dict[Slug, Subnet] = Field(default_factory=dict, description="Subnets by slug.")

    @property
    def zones(self) -> tuple[str, ...]:
        """The letters of the availability zones in use, sorted."""
        return tuple(sorted({subnet.zone for subnet in self.subnets.values()}))

    @model_validator(mode="after")
    def _ranges_fit(self) -> Self:
        whole = IPv4Network(self.cidr)
        seen: dict[str, IPv4Network] = {}
        for slug, subnet in sorted(self.subnets.items()):
            own = IPv4Network(subnet.cidr)
            if not own.subnet_of(whole):
                raise refuse(f"subnets inside the VPC's range {whole}, but {slug!r} is {own}")
            for other, taken in seen.items():
                if own.overlaps(taken):
                    raise refuse(f"subnets that do not overlap, but {other!r} ({taken}) and {slug!r} ({own}) do")
            seen[slug] = own
        return self

    def missing(self, subnet: str) -> str:
        """A cure for the name of a subnet that is not there."""
        return did_you_mean(subnet, self.subnets)
