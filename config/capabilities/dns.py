"""Domains: on the internet, and inside VPCs."""

from collections.abc import Iterator
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from config.capabilities.capability import (
    AccountCapability,
    AccountInput,
    Part,
)
from config.capabilities.network import NETWORK
from config.capabilities.problems import at
from config.errors import Problem
from config.model.base import Matches, Model, Switchable, enabled, refuse
from config.model.types import Domain, LogDays, Region, Slug
from config.nodes import Configuration
from config.sources.files import Files

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


class QueryLog(Switchable):
    """What the world asks of a zone: domain, type and resolver of each query, in CloudWatch in us-east-1."""

    retention_days: LogDays = Field(default=365, description="For how many days CloudWatch keeps it.")


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
    central: bool = Field(
        default=False,
        description="Whether all VPCs that say `resolver: true` see it, too, by the Route 53 Profile of the organization's `resolver`. The zone "
        "is one of that account.",
    )
    other_vpcs: dict[Slug, OtherVpc] = Field(default_factory=dict, description="VPCs that may join, by a slug.")


class Dns(Switchable):
    """Route 53 zones."""

    public_zones: dict[Slug, PublicZone] = Field(
        default_factory=dict, description="Domains on the internet, by a slug."
    )
    private_zones: dict[Slug, PrivateZone] = Field(default_factory=dict, description="Domains in the VPC, by a slug.")
    joined_zones: dict[Slug, ZoneId] = Field(
        default_factory=dict, description="Private zones of other accounts that this account's VPC joins, by a slug."
    )


REGION: Final = "us-east-1"
"""The one region in which Route 53 logs queries and wants the keys that sign zones."""


def _seen(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Private zones are seen from the account's own VPC."""
    for account in organization.accounts.values():
        dns = DNS.in_account(organization, account)
        if dns and (dns.private_zones or dns.joined_zones) and not NETWORK.in_account(organization, account):
            yield at(files, account, ("dns",), "private zones", "a VPC to see them from", "Add `network`.")


def _region(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Queries are logged, and keys that sign zones kept, in one region, and only there."""
    if REGION in organization.governed_regions:
        return
    for account in organization.accounts.values():
        dns = DNS.in_account(organization, account)
        for slug, zone in sorted(dns.public_zones.items() if dns else ()):
            for key, wanted in (("dnssec", zone.dnssec), ("query_log", enabled(zone.query_log))):
                if wanted:
                    expected = f"{REGION} among the governed regions, the only one where Route 53 does this"
                    cure = f"Add {REGION} to `regions.governed` in organization.yaml, or switch it off."
                    if organization.partition != "aws":
                        expected = f"it in the commercial partition alone, in whose {REGION} it is made"
                        cure = "Switch it off."
                    yield at(files, account, ("dns", "public_zones", slug, key), f"`{key}`", expected, cure)


def _public_zones(inputs: AccountInput) -> dict[str, PublicZone]:
    dns = DNS.of(inputs)
    return dict(sorted(dns.public_zones.items())) if dns else {}


def _signed(inputs: AccountInput) -> dict[str, PublicZone] | None:
    """The zones that are signed."""
    return {slug: zone for slug, zone in _public_zones(inputs).items() if zone.dnssec} or None


def _logged(inputs: AccountInput) -> dict[str, tuple[str, int]] | None:
    """The domains whose queries are logged, and for how many days that is kept."""
    return {
        slug: (zone.domain, log.retention_days)
        for slug, zone in _public_zones(inputs).items()
        if (log := enabled(zone.query_log))
    } or None


DNS: Final[AccountCapability[Dns]] = AccountCapability(
    key="dns",
    model=Dns,
    description="Domains on the internet and inside VPCs.",
    rules=(_seen, _region),
    parts=(
        Part(
            name="dns",
            build="stacks.capabilities.dns:add",
            types=frozenset(
                {
                    "aws_route53_record",
                    "aws_route53_vpc_association_authorization",
                    "aws_route53_zone",
                    "aws_route53_zone_association",
                }
            ),
            cost=("Each zone by the month, queries by the million.",),
            when={
                "aws_route53_record": lambda dns: any(zone.delegations for zone in dns.public_zones.values()),
                "aws_route53_vpc_association_authorization": lambda dns: any(
                    zone.other_vpcs for zone in dns.private_zones.values()
                ),
                "aws_route53_zone": lambda dns: bool(dns.public_zones or dns.private_zones),
                "aws_route53_zone_association": lambda dns: bool(dns.joined_zones),
            },
        ),
        Part(
            name="dns.dnssec",
            build="stacks.capabilities.dns:sign",
            value=_signed,
            types=frozenset(
                {"aws_kms_alias", "aws_kms_key", "aws_route53_hosted_zone_dnssec", "aws_route53_key_signing_key"}
            ),
            cost=("A KMS key by the month for each zone, and its use by the ten thousand.",),
        ),
        Part(
            name="dns.query_log",
            build="stacks.capabilities.dns:log_queries",
            value=_logged,
            types=frozenset(
                {
                    "aws_cloudwatch_log_group",
                    "aws_cloudwatch_log_resource_policy",
                    "aws_kms_alias",
                    "aws_kms_key",
                    "aws_route53_query_log",
                }
            ),
            cost=("Each gigabyte of logs, and a KMS key by the month for all zones of an account.",),
        ),
    ),
)
