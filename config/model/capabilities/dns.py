"""Domains: on the internet, and inside VPCs."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.model.base import Capability, Matches, Model, refuse
from config.model.types import Region, Slug

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?"
Domain = Annotated[
    str,
    Matches(
        rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?",
        "a domain such as 'cloud.example.org'",
        "Write it in lower case, without a dot at the end.",
        longest=253,
    ),
]
Comment = Annotated[str, Matches(None, "a comment", quota="zone.comment")]
VpcId = Annotated[str, Matches(r"vpc-[0-9a-f]{8,17}", "a VPC's id such as 'vpc-0a1b2c3d'")]
ZoneId = Annotated[str, Matches(r"Z[A-Z0-9]{1,31}", "a hosted zone's id such as 'Z0123456789ABC'")]


class Delegation(Model):
    """A subdomain that is somebody else's: another account's zone, or one outside the organization.

    Name servers are written down, since only AWS knows them, and only once the zone is there. So each stack plans by itself.
    """

    domain: Domain
    name_servers: tuple[Domain, ...] = Field(
        min_length=1, description="Its name servers: the output `name_servers_<slug>` of the stack that has the zone."
    )


class QueryLog(Capability):
    """What the world asks of a zone: domain, type and resolver of each query, in CloudWatch in us-east-1."""

    retention_days: Literal[
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
    ] = Field(default=365, description="For how many days CloudWatch keeps it.")


class PublicZone(Model):
    """A domain on the internet."""

    domain: Domain
    comment: Comment | None = None
    query_log: QueryLog | None = Field(default=None, description="Logs all queries; off if not said.")
    dnssec: bool = Field(
        default=False,
        description="Whether answers are signed. Resolvers look at signatures once the output `ds_record_<slug>` is at the "
        "registrar, or in the zone above. Before this is switched off, take that away, and wait for two days: else nobody "
        "finds the domain.",
    )
    delegations: dict[Slug, Delegation] = Field(default_factory=dict, description="Subdomains of others, by a slug.")

    @model_validator(mode="after")
    def _delegates_subdomains(self) -> Self:
        for slug, delegation in sorted(self.delegations.items()):
            if not delegation.domain.endswith(f".{self.domain}"):
                raise refuse(f"subdomains of {self.domain} under `delegations`, but {slug!r} is {delegation.domain!r}")
        return self


class OtherVpc(Model):
    """A VPC of another account."""

    vpc: VpcId
    region: Region


class PrivateZone(Model):
    """A domain inside the account's VPC (`network`), and inside VPCs of others that may join (`joined_zones` there)."""

    domain: Domain
    comment: Comment | None = None
    other_vpcs: dict[Slug, OtherVpc] = Field(default_factory=dict, description="VPCs that may join, by a slug.")


class Dns(Capability):
    """Route 53 zones."""

    public_zones: dict[Slug, PublicZone] = Field(
        default_factory=dict, description="Domains on the internet, by a slug."
    )
    private_zones: dict[Slug, PrivateZone] = Field(default_factory=dict, description="Domains in the VPC, by a slug.")
    joined_zones: dict[Slug, ZoneId] = Field(
        default_factory=dict, description="Private zones of other accounts that this account's VPC joins, by a slug."
    )
